"""What is asked at each step of a guarantee."""

from decimal import Decimal

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from guarantees.guards.life import CAUSES
from guarantees.models import Claim, Guarantee
from guarantees.services import reception
from procurement.forms.call import day_field

LONG = forms.Textarea(attrs={"rows": 4})
CENT = Decimal("0.01")
PUBLIC = _("It is published. Name no person, and no number of an identity document.")


def money(label, **more):
    return forms.DecimalField(label=label, max_digits=12, decimal_places=2, min_value=CENT, **more)


def line(label, length=200, **more):
    return forms.CharField(label=label, max_length=length, **more)


def text(label, length=2000, **more):
    return forms.CharField(label=label, max_length=length, widget=LONG, **more)


def scan(label):
    return forms.FileField(
        label=label, required=False, help_text=_("PDF, JPEG or PNG, 20 MB. It is reserved.")
    )


def leave_out(form, *names):
    for name in names:
        del form.fields[name]


class BroughtForm(forms.Form):
    """What the paper says; each instrument is asked only for what it has."""

    amount = money(_("Amount that it covers"))
    currency = forms.ChoiceField(label=_("Currency"), choices=Guarantee.Currency.choices)
    issuer = line(_("Who issues it"), 300)
    number = line(_("Number of the document"), 100, required=False)
    issuer_rating = line(_("Rating of the issuer"), 20, required=False)
    issued_on = day_field(_("Made on"), required=False)
    start = day_field(_("Holds from"))
    expiry = day_field(_("Last day"), help_text=_("Its last day counts whole, until 23:59:59."))
    premium_paid_until = day_field(_("The premium is paid until"), required=False)
    deductible = line(_("Deductible"), required=False)
    protest_waived = forms.BooleanField(label=_("The paper waives the protest"), required=False)
    asset = line(_("Which goods answer"), 500)
    registry_entry = line(
        _("Entry of the property, or serial number"), 100, help_text=_("It is reserved: never published.")
    )
    rent = money(_("Rent of a month that the deed says, in soles"))
    annual_cost = money(
        _("What it costs a year, in soles"),
        required=False,
        help_text=_("It must not weigh on what the users pay."),
    )
    custody = line(
        _("Where the original is kept"), help_text=_("For example: safe of the till, envelope 014.")
    )
    file = scan(_("Copy of the original"))

    def __init__(self, kind, *args, **kwargs):
        super().__init__(*args, **kwargs)
        dated = kind.family in ("surety", "title", "insurance", "trust")
        absent = {
            "issuer": not kind.issuer,
            "issuer_rating": not kind.issuer,
            "expiry": not dated,
            "premium_paid_until": not kind.premium,
            "deductible": not kind.is_insurance,
            "protest_waived": not kind.protest_days,
            "asset": not kind.has_value,
            "registry_entry": not kind.has_value,
            "rent": kind.code != "ANTICRESIS",
        }
        leave_out(self, *[name for name, is_absent in absent.items() if is_absent])
        if kind.last_constituted:
            self.fields["issued_on"].required = True
        if kind.issuer:
            self.fields["number"].required = True


class ReceiveForm(BroughtForm):
    """What treasury receives at the till; what is asked comes from the terms where they give it."""

    required_amount = money(_("Amount that is asked"))
    amount_rule = line(
        _("Where that amount comes from"), help_text=_("For example: valued inventory of 3 May.")
    )
    required_until = day_field(
        _("It must last until"),
        required=False,
        help_text=_("The last day that must be covered. Empty if it is not known yet."),
    )
    field_order = ["required_amount", "amount_rule", "required_until"]

    def __init__(self, tender, slot, kind, *args, **kwargs):
        super().__init__(kind, *args, **kwargs)
        if reception.asked(tender, slot):
            leave_out(self, "required_amount", "amount_rule")


class ObserveForm(forms.Form):
    missing = text(_("What must be corrected"), help_text=PUBLIC)
    correct_by = day_field(_("Until"), required=False)


class VerifyForm(forms.Form):
    """What the legal adviser looked up; what is not ticked keeps it from being accepted."""

    in_writing = forms.BooleanField(label=_("It is in writing"), required=False)
    public_deed = line(_("Number and date of the public deed, and notary"), 100, required=False)
    issuer_authorised = forms.BooleanField(
        label=_("The issuer is in the list of the SBS for this"), required=False
    )
    issuer_source = line(_("Where and when that was looked up"), required=False)
    confirmed_by = line(
        _("Who confirmed it for the issuer"),
        required=False,
        help_text=_("By a telephone or address that we looked up, not the one in the letter."),
    )
    confirmed_on = day_field(_("Confirmed on"), required=False)
    wording = forms.MultipleChoiceField(
        label=_("The letter says"), required=False, widget=forms.CheckboxSelectMultiple
    )
    named_members = forms.MultipleChoiceField(
        label=_("Members of the consortium that it names"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    is_endorsed = forms.BooleanField(
        label=_("The municipality is insured or has the endorsement"), required=False
    )
    has_forfeiture_pact = forms.BooleanField(
        label=_("The text says that the municipality keeps the goods"), required=False
    )
    asset_is_municipal = forms.BooleanField(label=_("The goods belong to the municipality"), required=False)
    checks = forms.MultipleChoiceField(
        label=_("Looked at, and it is so"), required=False, widget=forms.CheckboxSelectMultiple
    )
    verification = text(
        _("Report: what was asked, of whom, what was found"), 4000, help_text=_("It is reserved.")
    )
    file = scan(_("Confirmation, certificate or report"))

    def __init__(self, guarantee, *args, **kwargs):
        super().__init__(*args, **kwargs)
        kind, language = guarantee.kind, get_language() or "es"
        self.fields["checks"].choices = [(each.key, each.said(language)) for each in kind.checks]
        self.fields["wording"].choices = [(word, word) for word in kind.wording]
        self.fields["named_members"].choices = [(name, name) for name in guarantee.obligor_members]
        issued = ["issuer_authorised", "issuer_source", "confirmed_by", "confirmed_on"]
        absent = dict.fromkeys(issued, not kind.issuer) | {
            "public_deed": not kind.public_deed,
            "wording": not kind.wording,
            "named_members": not (kind.issuer and guarantee.obligor_members),
            "is_endorsed": not kind.is_insurance,
            "has_forfeiture_pact": not kind.has_value,
            "asset_is_municipal": not kind.has_value,
            "checks": not kind.checks,
        }
        leave_out(self, *[name for name, is_absent in absent.items() if is_absent])


class AcceptForm(forms.Form):
    decision = line(_("Act that accepts it"), help_text=_("For example: Resolución de Gerencia 012-2026."))
    file = scan(_("The act"))


class RejectForm(forms.Form):
    decision = line(_("Act that decides it"))
    reason = text(_("Why it is not accepted"), 4000, help_text=PUBLIC)
    file = scan(_("The act"))


class RegisterForm(forms.Form):
    entry = line(_("Entry (asiento), or number of the notice"), 100, help_text=_("It is reserved."))
    office = line(_("Office of the registry"), 100, required=False)
    inscribed_on = day_field(_("Registered on"))
    amount = money(_("Amount registered"))
    rank = forms.IntegerField(label=_("Its rank in the registry"), min_value=1, max_value=20, initial=1)
    expires_on = day_field(_("The notice lasts until"), required=False)
    file = scan(_("Proof of the registration"))

    def __init__(self, guarantee, *args, **kwargs):
        super().__init__(*args, initial={"amount": guarantee.amount, "rank": 1}, **kwargs)
        if guarantee.kind.registry != "SIGM":
            leave_out(self, "expires_on")


class RenewForm(forms.Form):
    new_expiry = day_field(_("New last day"))
    amount = money(_("Amount that it covers"))
    letter = line(_("Letter, endorsement or document"))
    confirmed_by = line(_("Who confirmed it for the issuer"), required=False)
    premium_paid_until = day_field(_("The premium is paid until"), required=False)
    file = scan(_("The letter"))

    def __init__(self, guarantee, *args, **kwargs):
        super().__init__(*args, initial={"amount": guarantee.amount}, **kwargs)
        if not guarantee.kind.premium:
            leave_out(self, "premium_paid_until")
        if not guarantee.kind.issuer:
            leave_out(self, "confirmed_by")


class AssentForm(forms.Form):
    until = day_field(_("They agree until"))
    letter = line(_("Letter with legalised signature"))
    signed_on = day_field(_("Signed on"))
    file = scan(_("The letter"))


class RentForm(forms.Form):
    month = day_field(_("Of which month"), help_text=_("Any day of that month."))
    amount = money(_("Rent that came in, in soles"))
    owed = forms.DecimalField(
        label=_("Interest and costs that were due, in soles"),
        max_digits=12,
        decimal_places=2,
        min_value=0,
        help_text=_("They are paid first; the rest goes to the debt (CC 1093)."),
    )
    received_on = day_field(_("Received on"))
    receipt = line(_("Number of the receipt"), 100)
    file = scan(_("The receipt"))


class ClaimForm(forms.Form):
    cause = forms.ChoiceField(label=_("Cause"), widget=forms.RadioSelect)
    act = line(_("Act that proves it"))
    takeover_act = line(
        _("Act that takes the service over for a time"),
        required=False,
        help_text=_("Needed if the operator left the service."),
    )
    amount = money(_("Amount that is demanded"))
    letter = line(_("Notarial letter, or lawsuit"))
    demanded_on = day_field(
        _("Day on which notary or judge delivered it"),
        help_text=_("That day counts, not the day on which you write it here."),
    )
    file = scan(_("The letter, with the notary's certificate"))

    def __init__(self, guarantee, *args, **kwargs):
        super().__init__(*args, initial={"amount": guarantee.amount}, **kwargs)
        causes = CAUSES[guarantee.slot]
        self.fields["cause"].choices = [each for each in Claim.Cause.choices if each[0] in causes]
        if "abandonment" not in causes:
            leave_out(self, "takeover_act")


class DismissForm(forms.Form):
    outcome = text(_("Why the claim is dropped"), help_text=PUBLIC)


class ExecuteForm(forms.Form):
    paid = money(_("Amount that came in"))
    paid_on = day_field(_("On"))
    receipt = line(_("Receipt or operation"))
    outcome = text(_("What is still to be said"), required=False, help_text=PUBLIC)
    file = scan(_("Proof"))


def substitutes(guarantee):
    """Return the guarantees of the same obligor that hold and may stand in the place of this one."""
    others = guarantee.tender.guarantees.of(guarantee.obligor_document).filter(slot=guarantee.slot)
    return others.filter(state__in=["in_force", "renewal_due"]).exclude(pk=guarantee.pk)


class ReleaseForm(forms.Form):
    reason = text(_("Why it is released"), help_text=PUBLIC)
    replaced_by = forms.ModelChoiceField(
        label=_("Another guarantee stands in its place"), queryset=None, required=False
    )

    def __init__(self, guarantee, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["replaced_by"].queryset = substitutes(guarantee)


class ReturnForm(forms.Form):
    returned_to = line(_("Handed to"), help_text=_("It is reserved."))
    returned_on = day_field(_("On"))
    lifted = line(_("How its registration was lifted"), required=False)
    file = scan(_("Signed receipt"))

    def __init__(self, guarantee, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if guarantee.registration is None:
            leave_out(self, "lifted")
        else:
            self.fields["lifted"].required = True


class GuarantorForm(forms.Form):
    name = line(_("Name"), 300)
    document = line(_("DNI or RUC"), 12)
    address = line(_("Address"), 300, required=False)
    assets = money(_("Goods that can be sold, in soles"), required=False)
    liabilities = forms.DecimalField(
        label=_("Debts, in soles"), max_digits=12, decimal_places=2, min_value=0, initial=0
    )
    proof = line(_("Proof of the goods"), 300, required=False)
    needs_spouse = forms.BooleanField(label=_("The goods belong to a married couple"), required=False)
    spouse_signed = forms.BooleanField(label=_("The spouse has signed"), required=False)


class AppraiseForm(forms.Form):
    value = money(_("Appraised value, in the currency of the guarantee"))
    haircut = forms.DecimalField(
        label=_("Taken off for a quick sale, %"), max_digits=5, decimal_places=2, min_value=0, max_value=99
    )
    prior_liens = forms.DecimalField(
        label=_("Earlier charges, in the same currency"),
        max_digits=12,
        decimal_places=2,
        min_value=0,
        initial=0,
    )
    cadastre_value = money(_("Value in the municipal cadastre, in soles"), required=False)
    appraiser_1 = line(_("Appraiser, with the number of the association"))
    appraiser_2 = line(_("Second appraiser, with the number of the association"), required=False)
    is_agreed = forms.BooleanField(label=_("The deed agrees this value"), required=False)
    done_on = day_field(_("Done on"))
    valid_months = forms.IntegerField(label=_("Holds for, months"), min_value=1, max_value=60, initial=24)
    file = scan(_("The appraisal"))


class WaiveForm(forms.Form):
    reason = text(_("Why it is not asked, and which rule allows it"), 1000)
