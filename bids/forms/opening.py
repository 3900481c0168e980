"""What is asked in an act of opening: hour and place, who is there, words, papers that are read aloud."""

from django import forms
from django.utils.translation import gettext_lazy as _

from procurement import committee
from procurement.forms.call import moment_field
from procurement.models import User

LONG = forms.Textarea(attrs={"rows": 4})
TYPED = forms.Textarea(
    attrs={"rows": 5, "autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
)


class ConveneForm(forms.Form):
    """An hour is asked only where the announced one has passed or another is wanted."""

    planned_at = moment_field(
        _("Day and hour"), help_text=_("The one that the terms announced, or a later one.")
    )
    place = forms.CharField(label=_("Where it is held"), max_length=200)
    notary = forms.CharField(
        label=_("Notary, or justice of the peace where there is none"),
        max_length=200,
        help_text=_("Name and office. They certify on paper; they need no account."),
    )


class PostponeForm(forms.Form):
    planned_at = moment_field(_("New day and hour"))
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=LONG)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=2000, widget=LONG, help_text=_("It stands in the minutes.")
    )


class AnnulForm(ReasonForm):
    act = forms.CharField(label=_("Resolution that declares the nullity, with its date"), max_length=200)
    field_order = ["act", "reason"]


class RollForm(forms.Form):
    """The roll: which members of the committee are here."""

    present = forms.ModelMultipleChoiceField(
        label=_("Members who are here"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick who is here: without a roll there is no quorum.")},
    )

    def __init__(self, tender, at, *args, **kwargs):
        super().__init__(*args, **kwargs)
        seats = [seat.user_id for seat in committee.seats(tender, at)]
        self.fields["present"].queryset = User.objects.filter(pk__in=seats)


class WordsForm(forms.Form):
    words = forms.CharField(
        label=_("The 24 words of the paper, in order"),
        max_length=600,
        widget=TYPED,
        help_text=_("The first four letters of each are enough. They are used and forgotten."),
    )


class KeyFileForm(forms.Form):
    key_file = forms.FileField(
        label=_("The key file of this bidder"),
        help_text=_("The file that was saved when the bid was sealed. It opens this envelope and no other."),
    )

    def clean_key_file(self):
        return self.cleaned_data["key_file"].read(1 << 20)


class SignedForm(forms.Form):
    file = forms.FileField(
        label=_("What the custodians signed"),
        help_text=_("The file that the program wrote. Nobody can change it on its way."),
    )


class SealedFileForm(forms.Form):
    file = forms.FileField(
        label=_("The sealed file"),
        help_text=_("As it was sealed, or as it was copied after the close. Its name does not matter."),
    )


class ReceiptForm(forms.Form):
    file = forms.FileField(
        label=_("The receipt"), help_text=_("The file «constancia» that you saved when you presented.")
    )


class FirstPaperForm(forms.Form):
    """What lies in envelope 1 of paper, as it is read aloud."""

    documents = forms.CharField(
        label=_("Papers in the envelope, one a line"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    working_capital = forms.CharField(
        label=_("Working capital that it declares, in soles"), max_length=20, required=False
    )
    assets = forms.CharField(label=_("Assets that it declares, in soles"), max_length=20, required=False)
    local = forms.BooleanField(label=_("It asks for the preference for local bidders"), required=False)


class OfferForm(forms.Form):
    """The offer, letter by letter as it is written; nothing is mended."""

    words = forms.CharField(
        label=_("In words, as it is written"),
        max_length=200,
        help_text=_("Words prevail over figures."),
    )
    percentage = forms.CharField(label=_("In figures, as it is written"), max_length=40)


class WholePaperForm(FirstPaperForm, OfferForm):
    """A call with one envelope: papers and offer together."""
