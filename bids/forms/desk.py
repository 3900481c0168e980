"""What the desk writes down when somebody hands envelopes in on paper (decisions 4 and 11)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from procurement.forms.call import moment_field


class ReceptionForm(forms.Form):
    """The hour, the covers, the photo; the document of whoever brings them."""

    received_at = moment_field(
        _("Hour at which the envelopes were handed in"),
        help_text=_("As the desk wrote it on the cover: it decides, and not when you type it."),
    )
    covers_sealed = forms.BooleanField(
        label=_("Every envelope is closed and signed across the flap"), required=False
    )
    declares_guarantee = forms.BooleanField(
        label=_("The bidder says that the guarantee of the bid is in envelope 1"), required=False
    )
    document_seen = forms.BooleanField(
        label=_("I have seen the identity document, and the RUC where there is one"), required=False
    )
    photo = forms.FileField(label=_("Photo of the flaps"), help_text=_("JPEG, PNG or PDF, up to 20 MB."))


class CommitmentForm(forms.Form):
    """What reached notary, JVS and mailbox before the hour, and how that is known (terms 35.4)."""

    file = forms.FileField(
        label=_("The commitment"), help_text=_("The sealed file, or its first line as it was mailed.")
    )
    received_at = moment_field(
        _("Hour at which the last of the three had it"), help_text=_("It decides, and not when you type it.")
    )
    reached = forms.MultipleChoiceField(
        label=_("It reached"),
        choices=[("notary", _("the notary")), ("jvs", _("the JVS")), ("mailbox", _("the mailbox"))],
        widget=forms.CheckboxSelectMultiple,
    )
    evidence = forms.CharField(
        label=_("How that is known"),
        max_length=300,
        help_text=_("Letters, e-mails, pages of a book, with their hours. No names: it is public."),
    )


class LetterForm(forms.Form):
    """A letter that takes a bid on paper back."""

    received_at = moment_field(_("Hour at which the letter was handed in"))
    letter_signed = forms.BooleanField(label=_("The letter has the bidder's signature"), required=False)
