"""What is asked of whoever buys the terms, and at the till (rule 35; decisions 3, 4, 10)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from procurement.forms.people import IdentityField
from procurement.models import Delivery, TermsSale, TimeRequest
from procurement.models.promotion import NoBidReason


class RequestForm(forms.ModelForm):
    """Who wants to buy, and where the circulars go."""

    dni = IdentityField()
    website = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = TermsSale
        fields = ["first_name", "last_name", "dni", "organization", "ruc", "email", "phone", "address"]
        help_texts = {
            "organization": _("Company, cooperative or association. Leave it empty if you buy for yourself."),
            "ruc": _("Eleven digits. The treasurer looks at the document when you pay."),
            "phone": _("So that you hear of the circulars."),
        }
        widgets = {"ruc": forms.TextInput(attrs={"inputmode": "numeric", "class": "short"})}

    def clean_ruc(self):
        return self.cleaned_data["ruc"].replace(" ", "").replace("-", "")

    def clean(self):
        """A field that no person sees: whoever fills it is a program."""
        if self.cleaned_data.pop("website", ""):
            raise forms.ValidationError(_("Nothing was saved."), code="terms.sale.program")
        return self.cleaned_data


class CounterForm(RequestForm):
    """The same at the counter, where somebody may want no account (decision 4)."""

    wants_account = forms.BooleanField(
        label=_("This person wants an account on this page"),
        required=False,
        initial=True,
        help_text=_("Without it the terms and every circular are handed over on paper."),
    )


class PaymentForm(forms.Form):
    """What the till records."""

    amount = forms.DecimalField(label=_("Amount received, in soles"), max_digits=10, decimal_places=2)
    method = forms.ChoiceField(label=_("How it was paid"), choices=TermsSale.Method, widget=forms.RadioSelect)
    voucher = forms.CharField(
        label=_("Number of the voucher"),
        max_length=40,
        required=False,
        help_text=_("Of the deposit or transfer. Nobody else may have used it."),
    )
    document_seen = forms.BooleanField(
        label=_("I have seen the identity document and, where there is one, the RUC"), required=False
    )


class DeliverForm(forms.Form):
    medium = forms.ChoiceField(
        label=_("How the terms are handed over"), choices=Delivery.Medium, widget=forms.RadioSelect
    )


class EndForm(forms.Form):
    """Why a receipt is voided, or by which paper the price was given back."""

    reason = forms.CharField(label=_("Reason, or number of the paper"), max_length=500)


class NoBidForm(forms.Form):
    """Why there was no bid; only numbers are published."""

    reason = forms.ChoiceField(label=_("What stopped you"), choices=NoBidReason, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("In your words"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class TimeForm(forms.ModelForm):
    class Meta:
        model = TimeRequest
        fields = ["days", "reason"]
        help_texts = {
            "reason": _("To find partners, a guarantee, papers. The committee answers to all buyers.")
        }
