"""What is asked about the Investment Fund, one decision on each page (rules 83-86)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.models import FundReceipt, FundUse

LONG = forms.Textarea(attrs={"rows": 4})
SOLES = {"max_digits": 14, "decimal_places": 2}


class OpenForm(forms.Form):
    account = forms.CharField(
        label=_("Bank and number of the separate account"),
        max_length=200,
        help_text=_("Everybody sees it, so that the operator pays into it."),
    )
    opened_on = forms.DateField(label=_("Opened on"), widget=forms.DateInput)
    declaration_days = forms.IntegerField(
        label=_("Days to declare a month, after its end"),
        min_value=1,
        max_value=90,
        help_text=_("As the contract says."),
    )
    payment_days = forms.IntegerField(
        label=_("Days to pay, after the end of the period"),
        min_value=1,
        max_value=90,
        help_text=_("As clause 19 of the contract says. Calendar days."),
    )


class DeclareForm(forms.Form):
    """What one month brought in; a correction says why, the treasury names the operator's paper."""

    amount = forms.DecimalField(
        label=_("Amount of the month with tax, S/"),
        **SOLES,
        help_text=_("The sum of the receipts to users. If it brought in nothing, write 0.00."),
    )
    reason = forms.CharField(
        label=_("Why it is corrected"),
        max_length=500,
        help_text=_("Everybody sees what it said before, what it says now and why."),
    )
    paper = forms.CharField(
        label=_("Report or letter of the operator"),
        max_length=200,
        required=False,
        help_text=_("Its number and date."),
    )

    def __init__(self, *args, corrects=False, on_paper=False, **kwargs):
        super().__init__(*args, **kwargs)
        if not corrects:
            del self.fields["reason"]
        self.fields["paper"].required = on_paper


class ReceiveForm(forms.Form):
    """Money that reached the account."""

    kind = forms.ChoiceField(
        label=_("Where it comes from"), choices=FundReceipt.Kind, widget=forms.RadioSelect
    )
    start = forms.TypedChoiceField(
        label=_("For which period"),
        required=False,
        empty_value=None,
        help_text=_("Only for a contribution of the operator."),
    )
    amount = forms.DecimalField(label=_("Amount, S/"), **SOLES)
    received_on = forms.DateField(label=_("Day on which it reached the account"), widget=forms.DateInput)
    voucher = forms.CharField(
        label=_("Number of the voucher"), max_length=60, help_text=_("Each counts once.")
    )
    note = forms.CharField(
        label=_("What was agreed, or what it is for"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed where the operator pays less than is due: when the rest comes."),
    )

    def __init__(self, quarters, *args, **kwargs):
        super().__init__(*args, **kwargs)
        by_start = {each.period.start.isoformat(): each for each in quarters}
        field = self.fields["start"]
        field.choices = [("", "—"), *((key, each.name) for key, each in by_start.items())]
        field.coerce = lambda key: by_start[key].period.start


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Why it is struck out"), max_length=500)


class SignOffForm(forms.Form):
    remark = forms.CharField(
        label=_("Remark"),
        max_length=2000,
        required=False,
        widget=LONG,
        help_text=_("Leave it empty if all is well. Everybody reads it, nobody can delete it."),
    )


class TextForm(forms.Form):
    text = forms.CharField(label=_("What you say"), max_length=2000, widget=LONG)


class UseForm(forms.Form):
    """Asks for money of the fund."""

    purpose = forms.ChoiceField(
        label=_("What for"),
        choices=FundUse.Purpose,
        widget=forms.RadioSelect,
        help_text=_("The fund has no other use (rule 85)."),
    )
    amount = forms.DecimalField(label=_("Amount, S/"), **SOLES)
    work = forms.CharField(label=_("What will be done or bought"), max_length=500, widget=LONG)
    support = forms.CharField(
        label=_("Report or act that supports it"), max_length=200, help_text=_("Its number and date.")
    )


class YesForm(forms.Form):
    """Nothing is asked but the button."""


class AgreeForm(forms.Form):
    paper = forms.CharField(
        label=_("Letter in which the operator agrees"), max_length=200, help_text=_("Its number and date.")
    )


class AuthoriseForm(forms.Form):
    resolution = forms.CharField(label=_("Resolution, with its date"), max_length=200)


class ReasonsForm(forms.Form):
    reasons = forms.CharField(label=_("Why"), max_length=2000, widget=LONG)


class PayForm(forms.Form):
    paid = forms.DecimalField(label=_("Amount paid, S/"), **SOLES)
    executed_on = forms.DateField(label=_("Day of the payment"), widget=forms.DateInput)
    voucher = forms.CharField(label=_("Number of the voucher"), max_length=60)
