"""A guarantee is asked for, received, corrected, verified, accepted and registered (domain.md §2.3)."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from guarantees.guards.reception import follows_inventory, inventory_value
from guarantees.models import Appraisal, Guarantee, Guarantor, Registration
from guarantees.services import parties
from guarantees.services.leaving import facts_of, keep, note, tell, write
from procurement import clock, roles
from procurement.guards.award import settled
from procurement.guards.problems import lazily_shown
from procurement.money import display, rounded
from procurement.roles import Role
from procurement.services import minutes
from procurement.services.notices import said
from procurement.workflow import Blocked, Refusal, advance, here, lock, refusals

AMOUNT_MISSING = Refusal(
    "guarantee.requirement.amount-missing",
    _("The terms give no fixed amount for this. Write the amount that is asked, and where it comes from."),
    _("rules 75, 80"),
)
REASON_MISSING = Refusal(
    "guarantee.waiver.reason-missing",
    _("Write why it is not asked, and which rule allows it."),
    _("domain.md §4.12"),
)
NOT_WAITING = Refusal(
    "guarantee.waiver.not-waiting",
    _("It is no longer only asked for: something was brought."),
    _("domain.md §4.12"),
)
OVER = Refusal(
    "guarantee.facts.over",
    _("This guarantee has ended; nothing is added to it any more."),
    _("product.md, principle 4"),
)
ENDED = ["rejected", "executed", "released", "returned", "lost"]


def asked(tender, slot):
    """Return (amount, currency, rule) that the terms give for a slot; None where somebody must say it."""
    if slot == "bid":
        return known(settled(tender, "guarantees.bid.amount"), "PEN", "guarantees.bid.amount")
    if slot == "third_parties":
        return known(settled(tender, "guarantees.third_parties.sum"), "PEN", "guarantees.third_parties.sum")
    return performance(tender) if slot == "performance" else None


def known(amount, currency, rule):
    return (rounded(amount), currency, rule) if amount else None


def performance(tender):
    """Return the performance bond where it is given: fixed, months of operating cost, or the valued inventory
    once both sides have accepted it (rule 80).
    """
    rule = settled(tender, "guarantees.performance.rule")
    if rule == "fixed":
        currency = settled(tender, "guarantees.performance.currency", "PEN")
        return known(settled(tender, "guarantees.performance.amount"), currency, "fixed")
    cost, months = settled(tender, "town.monthly_cost"), settled(tender, "guarantees.performance.months")
    if rule == "months" and cost and months:
        return known(cost * months, "PEN", "months")
    contract = parties.contract_of(tender) if follows_inventory(tender) else None
    return contract and known(inventory_value(contract), "PEN", "inventory")


def requirement(tender, slot, amount, currency, rule):
    """Return what is asked: what the terms give, else what was written."""
    if found := asked(tender, slot):
        return dict(zip(("required_amount", "required_currency", "amount_rule"), found, strict=True))
    if not amount or amount <= 0:
        raise Blocked(AMOUNT_MISSING)
    return {"required_amount": amount, "required_currency": currency or "PEN", "amount_rule": rule}


@transaction.atomic
def require(tender, *, slot, obligor_name, obligor_document, by, **asked_for):
    """Ask an operator for a guarantee, as treasury: so much, until then; a second time changes nothing.

    `asked_for`: required_amount, required_currency and amount_rule where the terms give no amount,
    required_until, obligor_members, account.
    """
    tender = lock(tender, by=by)
    roles.require(by, "keep_guarantees", tender, tender.judged_at)
    obligor = {"obligor_name": obligor_name, "obligor_document": obligor_document}
    found, is_new = ask_for(tender, slot=slot, by=by, **obligor, **asked_for)
    if is_new:
        amount = display(found.required_amount, found.required_currency)
        text = said(_("%(amount)s are asked. Bring the original to treasury."), amount=amount)
        tell(found, _("Asked for"), text, Role.TREASURY, by=by, obligor=True)
    return found


def ask_for(
    tender,
    *,
    slot,
    obligor_name,
    obligor_document,
    by,
    required_amount=None,
    required_currency="PEN",
    amount_rule="",
    required_until=None,
    obligor_members=(),
    account=None,
):
    """Return what this obligor is asked for, and whether that is new; the caller holds the lock."""
    waiting = tender.guarantees.of(obligor_document).filter(slot=slot, state="required", waived_at=None)
    if found := waiting.first():
        found.tender, found.judged_at = tender, tender.judged_at
        return found, False
    found = Guarantee.objects.create(
        tender=tender,
        slot=slot,
        obligor_name=obligor_name,
        obligor_document=obligor_document,
        obligor_members=list(obligor_members),
        account=account,
        required_until=required_until,
        **requirement(tender, slot, required_amount, required_currency, amount_rule),
    )
    found.tender, found.judged_at = tender, tender.judged_at
    facts = {"slot": str(slot), "obligor": obligor_name, "amount": str(found.required_amount)}
    facts |= {"currency": str(found.required_currency), "until": required_until and str(required_until)}
    note(found, "guarantee.require", by=by, **facts)
    return found, True


@transaction.atomic
def waive(guarantee, *, reason, by):
    """Do without a guarantee that was asked for, as the manager, with the rule that allows it."""
    minutes.check_public(reason)
    guarantee = lock(guarantee, by=by)
    roles.require(by, guarantee.accepted_by_codename, guarantee.tender, guarantee.judged_at)
    if guarantee.state != Guarantee.State.REQUIRED or guarantee.waived_at:
        raise Blocked(NOT_WAITING)
    if not reason.strip():
        raise Blocked(REASON_MISSING)
    guarantee.waived_at, guarantee.waived_reason = guarantee.judged_at, reason
    guarantee.save()
    note(guarantee, "guarantee.waive", by=by, slot=str(guarantee.slot), reason=reason)
    tell(guarantee, _("It is not asked for"), reason, Role.TREASURY, Role.JVS, by=by)
    return guarantee


@transaction.atomic
def receive(
    tender,
    *,
    slot,
    obligor_name,
    obligor_document,
    by,
    file=None,
    required_amount=None,
    required_currency="PEN",
    amount_rule="",
    required_until=None,
    obligor_members=(),
    account=None,
    **brought,
):
    """Receive the original of a guarantee at the till, as treasury; it is asked for in the same act."""
    tender = lock(tender, by=by)
    roles.require(by, "keep_guarantees", tender, tender.judged_at)
    waiting, _is_new = ask_for(
        tender,
        slot=slot,
        obligor_name=obligor_name,
        obligor_document=obligor_document,
        required_amount=required_amount,
        required_currency=required_currency,
        amount_rule=amount_rule,
        required_until=required_until,
        obligor_members=obligor_members,
        account=account,
        by=by,
    )
    return present(waiting, by=by, file=file, required_until=required_until, **brought)


@transaction.atomic
def present(guarantee, *, by, file=None, **brought):
    """Receive what was asked for, or what was corrected, as treasury; a receipt is left.

    `brought`: instrument, number, issuer, amount, currency, issued_on, start, expiry and the other
    particulars of the paper.
    """
    guarantee = lock(guarantee, by=by)
    for name, value in brought.items():
        if value is not None:
            setattr(guarantee, name, value)
    vars(guarantee).pop("kind", None)
    guarantee.currency = guarantee.currency or guarantee.required_currency
    guarantee.claim_until = guarantee.window() if guarantee.kind else None
    roles.require(by, "keep_guarantees", guarantee.tender, guarantee.judged_at)
    check_step(guarantee, "present")
    guarantee.save()
    private = {"number": guarantee.number, "issuer": guarantee.issuer, "entry": guarantee.registry_entry}
    guarantee = advance(
        guarantee, "present", by=by, at=guarantee.judged_at, private=private, **facts_of(guarantee)
    )
    keep(guarantee, file, "original", by=by)
    write(guarantee, "guarantee-received", by=by)
    text = _("Treasury has the original. The legal adviser verifies it.")
    tell(guarantee, _("Received"), text, Role.LEGAL, by=by, obligor=True)
    return guarantee


def check_step(guarantee, verb):
    """Refuse a step before what it would write reaches the database, which has rules of its own."""
    rule = next((rule for rule in here(guarantee) if rule.name == verb), None)
    if rule and (reasons := refusals(guarantee, rule)):
        raise Blocked(*reasons)


@transaction.atomic
def observe(guarantee, *, missing, by, correct_by=None):
    """Ask who gave it for a correction, as the legal adviser."""
    guarantee = lock(guarantee, by=by)
    guarantee.missing, guarantee.correct_by = missing, correct_by
    guarantee.save()
    facts = {"missing": missing, "until": correct_by and str(correct_by)}
    guarantee = advance(guarantee, "observe", by=by, at=guarantee.judged_at, **facts)
    write(guarantee, "guarantee-observed", by=by)
    until = lazily_shown(correct_by) if correct_by else "—"
    text = said(_("%(missing)s Until: %(until)s."), missing=missing, until=until)
    tell(guarantee, _("Something must be corrected"), text, Role.TREASURY, by=by, obligor=True)
    return guarantee


VERIFIED = (
    "in_writing",
    "public_deed",
    "issuer_authorised",
    "issuer_source",
    "confirmed_by",
    "confirmed_on",
    "wording",
    "named_members",
    "checks",
    "has_forfeiture_pact",
    "asset_is_municipal",
    "is_endorsed",
)


@transaction.atomic
def verify(guarantee, *, verification, by, file=None, **found):
    """Report what issuer, registry and paper say, as the legal adviser; `found`: see `VERIFIED`."""
    guarantee = lock(guarantee, by=by)
    guarantee.verification = verification
    for name in VERIFIED:
        if name in found and found[name] is not None:
            setattr(guarantee, name, found[name])
    guarantee.save()
    private = {"report": verification, "confirmed_by": guarantee.confirmed_by}
    facts = {"checks": list(guarantee.checks), "wording": list(guarantee.wording)}
    guarantee = advance(guarantee, "verify", by=by, at=guarantee.judged_at, private=private, **facts)
    keep(guarantee, file, "verification", by=by)
    write(guarantee, "guarantee-verified", by=by)
    who = Role.COMMITTEE if guarantee.slot == "bid" else Role.MANAGER
    text = _("The legal adviser has reported. Decide whether it is accepted.")
    tell(guarantee, _("Verified"), text, who, Role.TREASURY, by=by)
    return guarantee


@transaction.atomic
def accept(guarantee, *, decision, by, file=None):
    """Accept it: the committee for a bid, the manager for the contract. It takes effect if nothing lacks."""
    guarantee = lock(guarantee, by=by)
    guarantee.decision = decision
    guarantee.save()
    conditional = guarantee.kind.registration == "validity"
    facts = {"act": decision, "conditional": conditional} | facts_of(guarantee)
    guarantee = advance(guarantee, "accept", by=by, at=guarantee.judged_at, **facts)
    keep(guarantee, file, "decision", by=by)
    write(guarantee, "guarantee-accepted", by=by, conditional=conditional)
    text = _("It is accepted.")
    if conditional:
        text = _("It is accepted on the condition that it is registered. Until then it does not hold.")
    tell(guarantee, _("Accepted"), text, Role.TREASURY, Role.LEGAL, Role.JVS, by=by, obligor=True)
    return take_effect_if_ready(guarantee)


@transaction.atomic
def reject(guarantee, *, decision, reason, by, file=None):
    """Do not accept it; treasury hands the original back."""
    guarantee = lock(guarantee, by=by)
    guarantee.decision, guarantee.decision_reason = decision, reason
    guarantee.save()
    facts = {"act": decision, "reason": reason}
    guarantee = advance(guarantee, "reject", by=by, at=guarantee.judged_at, **facts)
    keep(guarantee, file, "decision", by=by)
    write(guarantee, "guarantee-rejected", by=by)
    tell(guarantee, _("Not accepted"), reason, Role.TREASURY, Role.LEGAL, by=by, obligor=True)
    return guarantee


def take_effect_if_ready(guarantee):
    """Let it take effect by itself as soon as nothing is in its way; nobody decides that."""
    rule = next((rule for rule in here(guarantee) if rule.name == "take_effect"), None)
    if rule is None or refusals(guarantee, rule):
        return guarantee
    at = guarantee.judged_at
    guarantee = advance(guarantee, "take_effect", by=clock.ACTOR, at=at, **facts_of(guarantee))
    text = _("It is in force.")
    tell(guarantee, _("In force"), text, Role.TREASURY, Role.MANAGER, by=None, obligor=True)
    return guarantee


def take_effect(guarantee):
    """Let the clock begin what was accepted for a later day."""
    return advance(guarantee, "take_effect", by=clock.ACTOR, **facts_of(guarantee))


def begin(guarantee, *codenames, by):
    """Lock a guarantee that has not ended, for whoever may add to what is known of it."""
    guarantee = lock(guarantee, by=by)
    if not any(roles.holds(by, name, guarantee.tender, guarantee.judged_at) for name in codenames):
        roles.require(by, codenames[0], guarantee.tender, guarantee.judged_at)
    if guarantee.state in ENDED:
        raise Blocked(OVER)
    return guarantee


@transaction.atomic
def add_guarantor(guarantee, *, name, document, by, **particulars):
    """Write who answers, as treasury or the legal adviser; it never becomes public."""
    guarantee = begin(guarantee, "keep_guarantees", "verify_guarantee", by=by)
    found = Guarantor.objects.create(guarantee=guarantee, name=name, document=document, **particulars)
    note(guarantee, "guarantee.guarantor", by=by, private={"name": name, "document": document})
    return found


@transaction.atomic
def appraise(guarantee, *, by, file=None, **particulars):
    """Write what the goods are worth, as the legal adviser; earlier values are kept (§2.4)."""
    guarantee = begin(guarantee, "verify_guarantee", by=by)
    at = guarantee.judged_at
    found = Appraisal.objects.create(guarantee=guarantee, by=by, at=at, **particulars)
    keep(guarantee, file, "appraisal", by=by)
    facts = {"value": str(found.value), "coverage": str(guarantee.coverage)}
    note(guarantee, "guarantee.appraise", by=by, **facts)
    return found


@transaction.atomic
def register(
    guarantee, *, entry, inscribed_on, by, amount=None, rank=1, office="", expires_on=None, file=None
):
    """Record its entry in the registry, or its notice in the SIGM, as the legal adviser."""
    guarantee = lock(guarantee, by=by)
    Registration.objects.create(
        guarantee=guarantee,
        registry=guarantee.kind.registry if guarantee.kind else "",
        office=office,
        entry=entry,
        inscribed_on=inscribed_on,
        amount=guarantee.amount if amount is None else amount,
        rank=rank,
        expires_on=expires_on,
        by=by,
        at=guarantee.judged_at,
    )
    facts = {"registry": guarantee.kind.registry, "on": str(inscribed_on), "rank": rank}
    at = guarantee.judged_at
    guarantee = advance(guarantee, "register", by=by, at=at, private={"entry": entry}, **facts)
    keep(guarantee, file, "registration", by=by)
    write(guarantee, "guarantee-registered", by=by, on=inscribed_on)
    text = _("It is registered.")
    tell(guarantee, _("Registered"), text, Role.TREASURY, Role.MANAGER, by=by, obligor=True)
    return take_effect_if_ready(guarantee)
