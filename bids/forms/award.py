"""What is asked about the award, appeals, a deserted call and the second one."""

from django import forms
from django.utils.translation import gettext_lazy as _

from bids.barriers import CAUSES
from bids.models import Appeal
from procurement.forms.call import ConfirmForm, moment_field

LONG = forms.Textarea(attrs={"rows": 5})


class FallForm(forms.Form):
    reason = forms.CharField(
        label=_("Why the award falls"),
        max_length=4000,
        widget=LONG,
        help_text=_("Which paper was not handed in, and until when it was due."),
    )


class FileForm(forms.Form):
    """An appeal as a bidder writes it."""

    clause = forms.CharField(label=_("Clause of the terms that was not kept"), max_length=100)
    grounds = forms.CharField(label=_("What is wrong, and why"), max_length=8000, widget=LONG)
    guarantee_paper = forms.CharField(
        label=_("Voucher or document of the guarantee to appeal"), max_length=100, required=False
    )
    document = forms.FileField(label=_("Proof"), required=False, help_text=_("PDF, JPEG or PNG, 20 MB."))

    def __init__(self, asked, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not asked:
            del self.fields["guarantee_paper"]


class PaperFileForm(FileForm):
    """An appeal that was handed in on paper, as the desk registers it."""

    bid = forms.ModelChoiceField(label=_("Bidder"), queryset=None)
    received_at = moment_field(_("Day and hour at which it was handed in"))
    field_order = ["bid", "received_at"]

    def __init__(self, bids, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["bid"].queryset = bids


class MissingForm(forms.Form):
    missing = forms.CharField(label=_("What is missing"), max_length=2000, widget=LONG)


class CompleteForm(forms.Form):
    guarantee_paper = forms.CharField(
        label=_("Voucher or document of the guarantee to appeal"), max_length=100, required=False
    )
    text = forms.CharField(label=_("What you add"), max_length=4000, widget=LONG, required=False)
    document = forms.FileField(label=_("Proof"), required=False, help_text=_("PDF, JPEG or PNG, 20 MB."))


class ReasonsForm(forms.Form):
    reasons = forms.CharField(label=_("Reasons"), max_length=8000, widget=LONG)


class TextForm(forms.Form):
    text = forms.CharField(label=_("Your answer"), max_length=8000, widget=LONG)


class DecideForm(forms.Form):
    """The decision on an appeal, as the authority that the terms name."""

    upheld = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("yes", _("Uphold: the bidder is right")), ("no", _("Dismiss: the result stands"))],
        coerce=lambda text: text == "yes",
        widget=forms.RadioSelect,
    )
    resolution = forms.CharField(label=_("Resolution or agreement, with its date"), max_length=200)
    reasons = forms.CharField(
        label=_("Reasons"),
        max_length=8000,
        widget=LONG,
        help_text=_("What is disputed, what the terms say, what happened, and what follows."),
    )
    remake = forms.ChoiceField(
        label=_("If it is upheld, the procedure goes on"),
        choices=Appeal.Remake.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    reopened = forms.ModelMultipleChoiceField(
        label=_("Bids that are judged again"),
        queryset=None,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    execute_guarantee = forms.BooleanField(
        label=_("If it is dismissed, the municipality keeps the guarantee to appeal"), required=False
    )

    def __init__(self, appeal, *args, **kwargs):
        super().__init__(*args, **kwargs)
        bids = appeal.tender.bids.presented().exclude(state="submitted")
        self.fields["reopened"].queryset = bids
        if appeal.guarantee != "held":
            del self.fields["execute_guarantee"]


class DesertedForm(ConfirmForm):
    text = forms.CharField(label=_("What the committee finds about the cause"), max_length=4000, widget=LONG)
    field_order = ["text", "number"]


class ReportForm(forms.Form):
    """The report on barriers: what was seen of each cause, and the parts that are always written."""

    technical = forms.CharField(label=_("What was asked of the technical team"), max_length=4000, widget=LONG)
    origin = forms.CharField(label=_("The requirement of origin"), max_length=4000, widget=LONG)
    time = forms.CharField(label=_("The time to prepare"), max_length=4000, widget=LONG)
    communication = forms.CharField(
        label=_("What the public and possible bidders were told"), max_length=4000, widget=LONG
    )
    proposal = forms.CharField(label=_("What is proposed for the second call"), max_length=4000, widget=LONG)
    jvs_opinion = forms.CharField(label=_("Opinion of the JVS"), max_length=4000, widget=LONG, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for key, cause in CAUSES.items():
            self.fields[f"cause-{key}"] = forms.CharField(
                label=_(cause.label),
                max_length=1000,
                required=False,
                help_text=_("If it was seen here, write what. Empty: it was not."),
            )

    def report(self):
        """Return the parts and the causes that were found, as the service takes them."""
        said = dict(self.cleaned_data)
        causes = {key: said.pop(f"cause-{key}") for key in CAUSES}
        return said | {"causes": {key: text for key, text in causes.items() if text.strip()}}


class JustifyForm(forms.Form):
    reason = forms.CharField(
        label=_("Why this point stays as it was"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class TitleForm(forms.Form):
    title = forms.CharField(label=_("Title of the second call"), max_length=200)
