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


class LetterForm(forms.Form):
    """A letter that takes a bid on paper back."""

    received_at = moment_field(_("Hour at which the letter was handed in"))
    letter_signed = forms.BooleanField(label=_("The letter has the bidder's signature"), required=False)
