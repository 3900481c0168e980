"""The draft of a contract: what is copied from award and terms, and what is written step by step."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from contracts import clauses
from contracts.guards import signing as guards
from contracts.models import Annex, Contract, Obligation, Shareholder, Subsidy
from contracts.services.common import hold_draft, keep, tell
from procurement import roles
from procurement.guards.award import award_of
from procurement.log import record
from procurement.schedule import local_day
from procurement.services.minutes import check_public
from procurement.workflow import Blocked, Refusal, check, lock

BEGUN = Refusal(
    "contract.draft.exists", _("The draft of this contract was begun already."), _("domain.md §4.8")
)
UNKNOWN_SITUATION = Refusal(
    "contract.transition.unknown-situation", _("That is none of the six situations."), _("rule 104")
)
WHOLE = Decimal("100.00")
RESERVED = ("representative_dni", "operator_document", "registry_entry", "power_entry")  # in no public log


@transaction.atomic
def begin(tender, *, number, by):
    """Begin the draft once the award is final, as the legal adviser or the manager.

    Operator, shares, capital, term and fund clause are copied from the award and the terms. Nobody types the
    percentage.
    """
    tender = lock(tender, by=by)
    at = tender.judged_at
    roles.require(by, "prepare_contract", tender, at)
    award = award_of(tender)
    if award is None or award.consented_at is None or tender.state != "consented":
        raise Blocked(guards.award_is_final.refusal)
    if hasattr(award, "contract"):
        raise Blocked(BEGUN)
    bidder = award.bid.bidder
    contract = Contract.objects.create(
        tender=tender,
        award=award,
        number=number,
        drafted_at=at,
        operator=bidder.account,
        operator_name=bidder.name,
        operator_document=guards.document_of(bidder),
        **copied(tender, award, at),
    )
    contract.judged_at = at
    copy_shares(contract, bidder)
    facts = {"contract": contract.pk, "number": number, "percentage": str(award.percentage)}
    record(tender, "contract.draft", by=by, at=at, operator=contract.operator_name, **facts)
    tell(
        contract, _("The contract is being drafted"), _("Look at what is missing before it is signed."), by=by
    )
    return contract


def copied(tender, award, at):
    """Return what the draft takes over from award and terms, unchanged."""
    model = tender.approved_models.standing().last()
    charges = tender.municipality.ordinances.in_force("charges", local_day(at))
    texts = clauses.proposed(str(tender.town), charges.number if charges else "—", tender.stated)
    return {
        "years": guards.value(tender, "contract.years"),
        "term_starts_from": guards.value(tender, "contract.term_starts_from", Contract.StartsFrom.TRANSFER),
        "transition_days": guards.value(tender, "contract.transition_days", 0),
        "initial_capital": guards.value(tender, "initial_capital"),
        "fund_percentage": award.percentage,
        "fund_base": guards.value(tender, "fund_percentage.base", Contract.Base.TURNOVER),
        "fund_vat": guards.value(tender, "fund_percentage.vat", Contract.Vat.EXCLUDED),
        "fund_frequency": guards.value(tender, "fund_percentage.frequency", Contract.Frequency.QUARTERLY),
        "clauses": texts,
    } | {name: getattr(model, name, None) for name in guards.TARGETS}


def copy_shares(contract, bidder):
    """Copy the holders or members that the bidder declared; who declared none holds everything (rule 13)."""
    rows = [
        Shareholder(kind=row.kind, name=row.name, document=row.document, share=row.share)
        for row in bidder.members.all()
    ] or [Shareholder(kind="private", name=bidder.name, document=bidder.ruc, share=WHOLE)]
    for row in rows:
        row.tender, row.contract = contract.tender, contract
    Shareholder.objects.bulk_create(rows)


def write(contract, action, fields, *, by, private=None):
    """Save these fields of a draft with their event; what names a person stands in `private`."""
    for name, value in fields.items():
        setattr(contract, name, value)
    contract.save(update_fields=list(fields))
    shown = {name: as_fact(value) for name, value in fields.items() if name not in (private or {})}
    facts = {"contract": contract.pk} | shown
    record(contract.tender, action, by=by, at=contract.judged_at, private=private, **facts)
    return contract


def as_fact(value):
    """Return a value as the log holds it."""
    plain = isinstance(value, (bool, int, str, list, dict)) or value is None
    return value if plain else str(value)


@transaction.atomic
def set_operator(contract, *, representative_dni="", by, **fields):
    """Write who the operator is and who signs for it: the winner, or the company that it constituted."""
    contract = hold_draft(contract, by=by)
    if not fields.get("is_constituted", contract.is_constituted):
        bidder = contract.award.bid.bidder
        fields |= {"operator_name": bidder.name, "operator_document": guards.document_of(bidder)}
    fields |= {"representative_dni": representative_dni}
    private = {name: fields[name] for name in RESERVED if name in fields}
    return write(contract, "contract.operator", fields, by=by, private=private)


@transaction.atomic
def set_shares(contract, *, rows, by):
    """Write who holds the operator; refused unless it comes to 100.00 % with a municipal minority (rule 134).

    `rows` are dicts with kind, name, document, share and offered. What is wrong changes nothing.
    """
    contract = hold_draft(contract, by=by)
    contract.shareholders.all().delete()
    made = [Shareholder(tender=contract.tender, contract=contract, **row) for row in rows]
    Shareholder.objects.bulk_create(made)
    check(contract, guards.shares_are_sound)
    shown = [
        {"kind": row.kind, "name": row.name, "share": str(row.share), "offered": str(row.offered)}
        for row in made
    ]
    private = {"documents": [row.document for row in made]}
    record(
        contract.tender,
        "contract.shares",
        by=by,
        at=contract.judged_at,
        private=private,
        contract=contract.pk,
        shares=shown,
    )
    return contract


@transaction.atomic
def set_term(contract, *, years, fund_manager, by):
    """Write the years, within what the regime allows (rule 90), and who manages the fund (rule 83)."""
    contract = hold_draft(contract, by=by)
    contract.years = years
    check(contract, guards.term_is_in_range)
    return write(contract, "contract.term", {"years": years, "fund_manager": fund_manager}, by=by)


@transaction.atomic
def set_transition(contract, *, days, situations, reason, by):
    """Write whether there is a transition period, of how many calendar days, and why (rules 102-104)."""
    contract = hold_draft(contract, by=by)
    check_public(reason)
    if set(situations) - set(clauses.SITUATIONS):
        raise Blocked(UNKNOWN_SITUATION)
    contract.transition_days, contract.situations, contract.transition_reason = days, situations, reason
    check(contract, guards.transition_has_a_situation)
    fields = {"transition_days": days, "situations": list(situations), "transition_reason": reason}
    return write(contract, "contract.transition-plan", fields, by=by)


@transaction.atomic
def set_targets(contract, *, by, **targets):
    """Write the targets; none may be below what people approved (rule 149)."""
    contract = hold_draft(contract, by=by)
    for name, value in targets.items():
        setattr(contract, name, value)
    check(contract, guards.targets_keep_the_model)
    return write(contract, "contract.targets", targets, by=by)


@transaction.atomic
def set_clauses(contract, *, texts, by):
    """Write the clauses that are not computed; what is left empty stands in the way of the report."""
    contract = hold_draft(contract, by=by)
    known = {key: text for key, text in texts.items() if key in clauses.BY_KEY}
    check_public(*known.values())
    return write(contract, "contract.clauses", {"clauses": contract.clauses | known}, by=by)


@transaction.atomic
def add_annex(contract, *, kind, file, by):
    """File an annex that the product does not hold: the business plan, the plan of the transfer (rule 94)."""
    contract = hold_draft(contract, by=by)
    title = Annex.Kind(kind).label
    document = keep(file, contract, kind=f"contract-{kind}", title=title, by=by)
    row = {"tender": contract.tender, "document": document, "sha256": document.sha256, "text": ""}
    Annex.objects.update_or_create(contract=contract, kind=kind, defaults=row)
    facts = {"contract": contract.pk, "kind": kind, "sha256": document.sha256}
    record(contract.tender, "contract.annex", by=by, at=contract.judged_at, **facts)
    return contract


@transaction.atomic
def add_subsidy(contract, *, by, **fields):
    """Write what the municipality pays for the operator, and the condition on which that ends (rule 135)."""
    contract = hold_draft(contract, by=by)
    check_public(fields["condition"])
    made = Subsidy.objects.create(tender=contract.tender, contract=contract, **fields)
    facts = {name: as_fact(value) for name, value in fields.items()}
    record(contract.tender, "contract.subsidy", by=by, at=contract.judged_at, subsidy=made.pk, **facts)
    return made


@transaction.atomic
def add_obligation(contract, *, party, text, due_on, by):
    """Write one more thing that a party owes by a day (rule 97)."""
    contract = hold_draft(contract, by=by)
    check_public(text)
    row = {"tender": contract.tender, "contract": contract, "kind": Obligation.Kind.OTHER}
    made = Obligation.objects.create(party=party, text=text, due_on=due_on, **row)
    facts = {"obligation": made.pk, "text": text, "due_on": str(due_on), "party": party}
    record(contract.tender, "contract.obligation", by=by, at=contract.judged_at, **facts)
    return made
