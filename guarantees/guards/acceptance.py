"""What a guarantee must be to be accepted, to be registered, and to take effect (domain.md §2.1-2.4)."""

from decimal import Decimal

from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from procurement.business_days import add_months, add_years
from procurement.guards.problems import lazily_shown
from procurement.money import display
from procurement.schedule import local_day
from procurement.workflow import Unmet, guard

LEAST_COVERAGE = Decimal(1)
PERSONAL = ("FIANZA", "FIANZA_SOLIDARIA")


def shown(amount, currency):
    return display(amount, currency)


# The document


@guard(
    code="guarantee.surety.not-written",
    reason=_("A surety must be in writing; otherwise it is void. Use the model and sign."),
    rule=_("CC 1871"),
)
def surety_is_written(guarantee, at):
    return not guarantee.kind.is_surety or guarantee.in_writing


@guard(
    code="guarantee.movable.not-written",
    reason=_("A security over movable goods is in writing; otherwise it is void."),
    rule=_("DL 1400 art. 6.2"),
)
def movable_is_written(guarantee, at):
    return guarantee.kind.family != "movable" or guarantee.in_writing


@guard(
    code="guarantee.mortgage.no-public-deed",
    reason=_("The mortgage is not in a public deed. Sign the deed before a notary and register it."),
    rule=_("CC 1098"),
)
def mortgage_is_a_public_deed(guarantee, at):
    return guarantee.instrument != "HIPOTECA" or bool(guarantee.public_deed.strip())


@guard(
    code="guarantee.antichresis.no-public-deed",
    reason=_("An antichresis without public deed is void. Sign the deed before a notary."),
    rule=_("CC 1092"),
)
def antichresis_is_a_public_deed(guarantee, at):
    return guarantee.instrument != "ANTICRESIS" or bool(guarantee.public_deed.strip())


@guard(
    code="guarantee.wording.incomplete",
    reason=_("The letter does not say: %(missing)s. Ask the issuer to correct it."),
    rule=_("domain.md §2.1; terms 28.8"),
)
def wording_is_complete(guarantee, at):
    missing = [word for word in guarantee.kind.wording if word not in guarantee.wording]
    return not missing or Unmet(missing=", ".join(missing))


@guard(
    code="guarantee.consortium.members-missing",
    reason=_("The letter does not name %(missing)s. It must name all members of the consortium."),
    rule=_("domain.md §2.1; terms 28.8"),
)
def consortium_is_named(guarantee, at):
    if not guarantee.kind.issuer:
        return True
    missing = [name for name in guarantee.obligor_members if name not in guarantee.named_members]
    return not missing or Unmet(missing=", ".join(missing))


@guard(
    code="guarantee.verification.incomplete",
    reason=_("Not verified yet: %(open)s Look at it and write a new report, or ask for a correction."),
    rule=_("domain.md §2.3"),
)
def everything_was_checked(guarantee, at):
    language = get_language() or "es"
    left = [line.said(language) for line in guarantee.kind.checks if line.key not in guarantee.checks]
    return not left or Unmet(open=" ".join(left))


# What it covers


@guard(
    code="guarantee.currency.other",
    reason=_("It is in %(given)s and %(asked)s are asked. Bring it in that currency."),
    rule=_("rule 80; terms 28.1"),
)
def currency_is_the_asked_one(guarantee, at):
    given, asked = guarantee.get_currency_display(), guarantee.get_required_currency_display()
    return guarantee.currency == guarantee.required_currency or Unmet(given=given, asked=asked)


@guard(
    code="guarantee.amount.insufficient",
    reason=_("It covers %(given)s and %(asked)s is required. Top it up or replace it."),
    rule=_("domain.md §2.4"),
)
def amount_is_enough(guarantee, at):
    if guarantee.currency != guarantee.required_currency or guarantee.amount >= guarantee.required_amount:
        return True
    currency = guarantee.currency
    return Unmet(given=shown(guarantee.amount, currency), asked=shown(guarantee.required_amount, currency))


@guard(
    code="guarantee.surety.above-debt",
    reason=_("The surety is for %(given)s and the debt is %(asked)s. It cannot be more than the debt."),
    rule=_("CC 1873"),
)
def surety_is_not_above_the_debt(guarantee, at):
    same = guarantee.currency == guarantee.required_currency
    if guarantee.instrument not in PERSONAL or not same or guarantee.amount <= guarantee.required_amount:
        return True
    currency = guarantee.currency
    return Unmet(given=shown(guarantee.amount, currency), asked=shown(guarantee.required_amount, currency))


def must_last_until(guarantee):
    """Return its least last day; an insurance of a year is renewed, and may be shorter (domain.md §2.1)."""
    until = guarantee.required_until
    if until and guarantee.kind.yearly and guarantee.start:
        return min(until, add_years(guarantee.start, 1))
    return until


@guard(
    code="guarantee.validity.too-short",
    reason=_("It expires on %(expiry)s and must last until %(until)s. Have it extended."),
    rule=_("terms 28.1"),
)
def lasts_long_enough(guarantee, at):
    until = must_last_until(guarantee)
    if guarantee.expiry is None or until is None or guarantee.expiry >= until:
        return True
    return Unmet(expiry=lazily_shown(guarantee.expiry), until=lazily_shown(until))


@guard(
    code="guarantee.insurance.no-expiry",
    reason=_("A policy has a last day, and is renewed every year. Write its last day."),
    rule=_("domain.md §2.1"),
)
def insurance_has_a_last_day(guarantee, at):
    return not guarantee.kind.is_insurance or guarantee.expiry is not None


# Who answers


@guard(
    code="guarantee.issuer.not-authorised",
    reason=_("%(issuer)s is not in the list of the SBS for this. Ask for another issuer."),
    rule=_("Ley 32069 art. 61; Res. SBS 00332-2023"),
)
def issuer_is_authorised(guarantee, at):
    return not guarantee.kind.issuer or guarantee.issuer_authorised or Unmet(issuer=guarantee.issuer)


@guard(
    code="guarantee.issuer.rating-low",
    reason=_("The rating of %(issuer)s is “%(rating)s”; it must be B or better."),
    rule=_("Ley 32069 art. 61"),
)
def issuer_is_rated(guarantee, at):
    profile = guarantee.tender.profile
    least = profile.find("guarantees.issuer.ratings") if profile else None
    if least is None or not guarantee.kind.issuer or guarantee.issuer_rating[:1].upper() in least:
        return True
    return Unmet(issuer=guarantee.issuer, rating=guarantee.issuer_rating or "—")


@guard(
    code="guarantee.issuer.not-verified",
    reason=_(
        "Issuer %(issuer)s has not confirmed the guarantee. The legal adviser must record the confirmation "
        "before acceptance."
    ),
    rule=_("domain.md §2.3"),
)
def issuer_has_confirmed(guarantee, at):
    confirmed = bool(guarantee.confirmed_by.strip() and guarantee.confirmed_on)
    return not guarantee.kind.issuer or confirmed or Unmet(issuer=guarantee.issuer)


@guard(
    code="guarantee.insurance.not-endorsed",
    reason=_("The municipality is neither insured nor has the endorsement. Ask the insurer for it."),
    rule=_("rule 73"),
)
def insurance_is_endorsed(guarantee, at):
    return guarantee.instrument != "SEGURO_BIENES" or guarantee.is_endorsed


@guard(
    code="guarantee.insurance.premium-unpaid",
    reason=_("There is no proof that the premium is paid until %(expiry)s. Ask for it."),
    rule=_("domain.md §2.1"),
)
def premium_is_paid(guarantee, at):
    if not guarantee.kind.premium or guarantee.expiry is None:
        return True
    paid = guarantee.premium_paid_until
    return bool(paid and paid >= guarantee.expiry) or Unmet(expiry=lazily_shown(guarantee.expiry))


@guard(
    code="guarantee.surety.nobody",
    reason=_("Write who answers: name, document, and the goods that can be sold."),
    rule=_("CC 1876"),
)
def somebody_answers(guarantee, at):
    return guarantee.instrument not in PERSONAL or guarantee.guarantors.exists()


@guard(
    code="guarantee.surety.capacity-low",
    reason=_("The goods of who answers, less debts, are worth %(net)s: less than what is guaranteed."),
    rule=_("CC 1876"),
    warning=True,
)
def surety_can_pay(guarantee, at):
    if guarantee.instrument not in PERSONAL or not guarantee.amount:
        return True
    net = sum((each.net or Decimal(0) for each in guarantee.guarantors.all()), Decimal(0))
    return net >= guarantee.amount or Unmet(net=shown(net, "PEN"), amount=str(guarantee.amount))


@guard(
    code="guarantee.spouse.missing",
    reason=_("The goods of %(name)s belong to a married couple, and the spouse has not signed."),
    rule=_("domain.md §2.4"),
    warning=True,
)
def spouses_have_signed(guarantee, at):
    left = guarantee.guarantors.filter(needs_spouse=True, spouse_signed=False).first()
    return left is None or Unmet(name=left.name)


# The goods behind it


@guard(
    code="guarantee.clause.forfeiture-pact",
    reason=_("The text says the municipality keeps the asset on breach. Such a pact is void. Remove it."),
    rule=_("CC 1111"),
)
def nothing_is_forfeited(guarantee, at):
    return not guarantee.has_forfeiture_pact


@guard(
    code="guarantee.asset.municipal",
    reason=_("The asset offered belongs to the municipality. It may not be given as security."),
    rule=_("rule 82"),
)
def asset_is_not_municipal(guarantee, at):
    return not guarantee.asset_is_municipal


@guard(
    code="guarantee.appraisal.missing",
    reason=_("Nobody has appraised the goods. %(needed)s signed appraisals are needed, or a value agreed."),
    rule=_("CPC 720; domain.md §2.4"),
)
def goods_are_appraised(guarantee, at):
    needed, found = guarantee.kind.appraisers, guarantee.appraisal
    if not needed:
        return True
    signed = 0 if found is None else sum(map(bool, [found.appraiser_1, found.appraiser_2]))
    return signed >= needed or bool(found and found.is_agreed) or Unmet(needed=needed)


@guard(
    code="guarantee.appraisal.expired",
    reason=_("The appraisal of %(done_on)s held for %(months)s months. Ask for a new one."),
    rule=_("domain.md §2.4"),
)
def appraisal_still_holds(guarantee, at):
    found = guarantee.appraisal
    if found is None or add_months(found.done_on, found.valid_months) >= local_day(at):
        return True
    return Unmet(done_on=lazily_shown(found.done_on), months=found.valid_months)


@guard(
    code="guarantee.mortgage.coverage-low",
    reason=_(
        "The goods cover %(ratio)s times the required sum, net of charges. Ask for another asset or write "
        "the reason."
    ),
    rule=_("domain.md §2.4"),
    warning=True,
)
def goods_cover_it(guarantee, at):
    ratio = guarantee.coverage
    return ratio is None or ratio >= LEAST_COVERAGE or Unmet(ratio=str(ratio))


@guard(
    code="guarantee.contingency.plan-missing",
    reason=_(
        "%(instrument)s does not turn into cash quickly. The contingency plan is missing: fund, and what "
        "covers year one."
    ),
    rule=_("rules 78-79"),
)
def contingency_is_planned(guarantee, at):
    if guarantee.slot != "performance" or guarantee.kind.at_once:
        return True
    planned = guarantee.tender.contingency_plans.exists()
    return planned or Unmet(instrument=capfirst(guarantee.get_instrument_display()))


# Its registration, and its first day


@guard(
    code="guarantee.registration.not-needed",
    reason=_("%(instrument)s is not registered anywhere."),
    rule=_("domain.md §2.3"),
)
def registration_is_needed(guarantee, at):
    return guarantee.needs_registration or Unmet(instrument=capfirst(guarantee.get_instrument_display()))


@guard(
    code="guarantee.registration.in-future",
    reason=_("That day has not come yet. Write the day on which it was really registered."),
    rule=_("decision 2"),
)
def registration_has_happened(guarantee, at):
    entry = guarantee.registration
    return entry is None or entry.inscribed_on <= local_day(at)


@guard(
    code="guarantee.registration.amount-low",
    reason=_("%(given)s is registered and %(asked)s is required."),
    rule=_("CC 1099; domain.md §2.4"),
)
def enough_is_registered(guarantee, at):
    entry = guarantee.registration
    if entry is None or entry.amount >= guarantee.required_amount:
        return True
    asked = shown(guarantee.required_amount, guarantee.required_currency)
    return Unmet(given=shown(entry.amount, guarantee.required_currency), asked=asked)


@guard(
    code="guarantee.mortgage.not-registered",
    reason=_(
        "The mortgage is not registered. Without registration it is not valid. Attach the registry entry."
    ),
    rule=_("CC 1099"),
)
def mortgage_is_registered(guarantee, at):
    return guarantee.instrument != "HIPOTECA" or guarantee.registration is not None


@guard(
    code="guarantee.movable.notice-missing",
    reason=_("The security interest notice in SIGM is missing. File it and attach the number."),
    rule=_("DL 1400 arts 12-14"),
)
def movable_has_its_notice(guarantee, at):
    return guarantee.instrument != "GARANTIA_MOBILIARIA" or guarantee.registration is not None


@guard(
    code="guarantee.antichresis.not-registered",
    reason=_("Unregistered, the antichresis does not hold against others. Register it or write the reason."),
    rule=_("domain.md §2.3"),
    warning=True,
)
def antichresis_is_registered(guarantee, at):
    return guarantee.instrument != "ANTICRESIS" or guarantee.registration is not None


@guard(
    code="guarantee.start.not-yet",
    reason=_("It begins on %(start)s."),
    rule=_("CC 183"),
)
def first_day_has_come(guarantee, at):
    start = guarantee.start
    return start is None or start <= local_day(at) or Unmet(start=lazily_shown(start))


TO_ACCEPT = [
    surety_is_written,
    movable_is_written,
    mortgage_is_a_public_deed,
    antichresis_is_a_public_deed,
    wording_is_complete,
    consortium_is_named,
    everything_was_checked,
    currency_is_the_asked_one,
    amount_is_enough,
    surety_is_not_above_the_debt,
    lasts_long_enough,
    insurance_has_a_last_day,
    issuer_is_authorised,
    issuer_is_rated,
    issuer_has_confirmed,
    insurance_is_endorsed,
    premium_is_paid,
    somebody_answers,
    surety_can_pay,
    spouses_have_signed,
    nothing_is_forfeited,
    asset_is_not_municipal,
    goods_are_appraised,
    appraisal_still_holds,
    goods_cover_it,
    contingency_is_planned,
]
TO_REGISTER = [registration_is_needed, registration_has_happened, enough_is_registered]
TO_REGISTER += [mortgage_is_registered, movable_has_its_notice, antichresis_is_registered]
TO_TAKE_EFFECT = [
    mortgage_is_registered,
    movable_has_its_notice,
    antichresis_is_registered,
    first_day_has_come,
]
