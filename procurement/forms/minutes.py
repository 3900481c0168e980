"""What is asked about minutes: a fe de erratas, a signed scan, a remark, its answer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from procurement.models import Erratum

LONG = forms.Textarea(attrs={"rows": 6})


class ErratumForm(forms.ModelForm):
    """Names field, old, new and why nothing of substance changes (decision 6)."""

    nothing_of_substance = forms.BooleanField(
        label=_("It touches no requirement, amount, deadline or score."),
    )

    class Meta:
        model = Erratum
        fields = ["place", "old", "new", "why"]
        help_texts = {
            "place": _("For example: second paragraph."),
            "old": _("Copy the words exactly as they stand in the minutes."),
        }

    def clean(self):
        """The tick is a declaration: it is asked for, the reason is what stays."""
        self.cleaned_data.pop("nothing_of_substance", None)


class ScanForm(forms.Form):
    upload = forms.FileField(
        label=_("The signed minutes, scanned or photographed"),
        help_text=_("PDF, JPEG or PNG, 20 MB at most."),
    )


class SheetForm(forms.Form):
    upload = forms.FileField(
        label=_("The signed sheet, scanned or photographed"),
        help_text=_("PDF, JPEG or PNG, 20 MB at most."),
    )


class SignatureForm(forms.Form):
    """The line that one signs, and the file with one's key; neither key nor passphrase is kept."""

    line = forms.TypedChoiceField(label=_("You sign as"), coerce=int)
    key_file = forms.FileField(
        label=_("The file of your signature"),
        help_text=_(
            "A .p12 or .pfx file, as whoever issued your certificate gave it to you. It is not kept."
        ),
    )
    passphrase = forms.CharField(
        label=_("Its passphrase"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("It is used once, now, and kept nowhere."),
    )

    def __init__(self, lines, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["line"].choices = lines


class RemarkForm(forms.Form):
    text = forms.CharField(
        label=_("What did you see?"),
        max_length=4000,
        widget=LONG,
        help_text=_(
            "Tell what happened: what, who, when. It is published with your name and cannot be deleted."
        ),
    )


class AnswerForm(forms.Form):
    text = forms.CharField(
        label=_("Answer of the committee"),
        max_length=4000,
        widget=LONG,
        help_text=_("You may disagree, but explain. It is published and cannot be changed."),
    )
