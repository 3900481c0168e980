"""The figures by which a guarantee is sized, and the plan for when it is no cash at once."""

from django import forms
from django.utils.translation import gettext_lazy as _

from guarantees.forms.steps import CENT, line, money, text


class SizingForm(forms.Form):
    """What the sum needs; whatever the terms state stands there already."""

    bond = money(_("Performance bond that you think of, in soles"), required=False)
    months = forms.IntegerField(
        label=_("Months that the municipality must be able to run the service alone"),
        min_value=1,
        max_value=24,
    )
    monthly_cost = money(_("Operating cost of a month, in soles"))
    annual_turnover = money(_("Turnover of a year, in soles"))
    house_value = money(_("A house on the main square, in soles"))
    percentage = forms.DecimalField(
        label=_("Percentage for the fund"),
        max_digits=5,
        decimal_places=2,
        min_value=CENT,
        max_value=100,
    )
    fund_balance = forms.DecimalField(
        label=_("In the fund today, in soles"), max_digits=12, decimal_places=2, min_value=0, required=False
    )
    annual_cost = money(
        _("What the guarantees cost a year, in soles"),
        required=False,
        help_text=_("What bank, insurer, notary and registry charge."),
    )


class PlanForm(forms.Form):
    """The contingency plan: the figures, what covers the first year, and who sets it going."""

    months = forms.IntegerField(label=_("Months that must be paid for"), min_value=1, max_value=24)
    monthly_cost = money(_("Operating cost of a month, in soles"))
    monthly_turnover = money(_("Turnover of a month, in soles"))
    percentage = forms.DecimalField(
        label=_("Percentage for the fund"),
        max_digits=5,
        decimal_places=2,
        min_value=0,
        max_value=100,
    )
    every_months = forms.TypedChoiceField(
        label=_("It is paid into the fund"),
        choices=[(3, _("every three months")), (1, _("every month"))],
        coerce=int,
        initial=3,
    )
    bridge = text(
        _("What covers the first year, and up to how much"),
        help_text=_("A reserve of the treasury, an agreement, a credit line. It is public."),
    )
    responsible = line(_("Office that sets it going"))
