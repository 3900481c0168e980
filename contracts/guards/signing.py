"""What must stand before a contract is made ready and signed (domain.md §4.11; RM 270-2009 art. 10)."""

from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from bids import deadlines
from bids.shareholding import Share
from bids.shareholding import check as check_shares
from contracts import clauses, term
from procurement import parameters
from procurement.business_days import add_months
from procurement.guards.preparation import ORDINANCES, listed
from procurement.guards.problems import guard_of_problems, lazily_shown
from procurement.problems import Problem
from procurement.problems import gettext_noop as noop
from procurement.regimes import NotCovered
from procurement.schedule import local_day
from procurement.workflow import Unmet, guard

TARGETS = {
    "water_coverage": _("water coverage"),
    "sewer_coverage": _("sewage coverage"),
    "hours_per_day": _("continuity"),
}
# What the contract must hold as a file or text of its own; the rest is added where there is one.
ANNEXES = ("provision", "charges", "jvs", "claims", "development-plan", "terms", "award", "business-plan")


def value(tender, key, default=None):
    """Return what holds for this call, or the default where neither regime nor terms say it."""
    if tender.profile is None:
        return default
    if key not in parameters.PARAMETERS:  # a provision of the regime that no terms state
        return tender.profile.find(key, default)
    try:
        return tender.settled(key)
    except (NotCovered, parameters.Undecided):
        return default


@guard(
    code="contract.signature.award-not-final",
    reason=_("The award is not final, or fell. No contract is signed before it is."),
    rule=_("domain.md §4.11"),
)
def award_is_final(contract, at):
    award = contract.award
    return award.consented_at is not None and award.ended_at is None and contract.tender.state == "consented"


# --- the operator ---


def document_of(bidder):
    """Return how a bidder is known in guarantees and contract: its RUC, or the documents of its members."""
    return "|".join(bidder.identifiers())


@guard(
    code="contract.operator.not-awardee",
    reason=_(
        "%(operator)s is neither the winner nor a company that the winner constituted. Correct the "
        "parties, or write the registry entry of the company."
    ),
    rule=_("domain.md §4.11"),
)
def operator_is_awardee(contract, at):
    if contract.is_constituted:
        same = bool(contract.registry_entry and contract.operator_document)
    else:
        same = contract.operator_document == document_of(contract.award.bid.bidder)
    return same or Unmet(operator=contract.operator_name)


@guard(
    code="contract.operator.object-not-exclusive",
    reason=_("The object of the company is not sanitation alone, and the regime asks it. Amend its statute."),
    rule=_("DS 023-2005-VIVIENDA art. 178"),
)
def object_is_exclusive(contract, at):
    return contract.is_exclusive or not value(contract.tender, "operator.exclusive_object", False)


@guard(
    code="contract.operator.capital-missing",
    reason=_("Write the initial capital of the operator: it is at least S/ %(least)s by the terms."),
    rule=_("rule 98"),
)
def capital_is_stated(contract, at):
    least = value(contract.tender, "initial_capital", Decimal(0))
    enough = contract.initial_capital is not None and contract.initial_capital >= least
    return enough or Unmet(least=f"{least:,.2f}")


CODES = {
    "bidder.shareholding.not-whole": "contract.shares.not-hundred",
    "bidder.shareholding.municipal-majority": "contract.shares.municipal-not-minority",
}


@guard_of_problems
def shares_are_sound(contract, at):
    """The shares of the operator come to 100.00 % and the municipality holds less than half."""
    rows = contract.shareholders.all()
    shares = [Share(row.kind, row.name, row.share, row.document) for row in rows]
    if not shares:
        return [Problem("contract.shares.missing", noop("Write who holds the operator."), noop("rule 134"))]
    mixed = any(row.kind == "municipal" for row in rows)
    found = check_shares("mixed" if mixed else "private", shares)
    return [replace(problem, code=CODES.get(problem.code, problem.code)) for problem in found]


# --- fund, term, transition ---


@guard(
    code="contract.fund.percentage-altered",
    reason=_(
        "The contract says %(contract_pct)s %% and the winning offer was %(offered_pct)s %%. They must "
        "match. Correct the fund clause."
    ),
    rule=_("domain.md §4.11; clause 29.3 of the terms"),
)
def percentage_is_the_offer(contract, at):
    same = contract.fund_percentage == contract.award.percentage
    return same or Unmet(contract_pct=contract.fund_percentage, offered_pct=contract.award.percentage)


def range_of_years(tender):
    """Return the fewest and the most years that the regime allows."""
    return value(tender, "contract.min_years", 1), value(tender, "contract.max_years", 60)


@guard(
    code="contract.term.out-of-range",
    reason=_(
        "The term is %(years)s years and the regime allows %(least)s to %(most)s. Set one within that range."
    ),
    rule=_("rule 90"),
)
def term_is_in_range(contract, at):
    least, most = range_of_years(contract.tender)
    return least <= (contract.years or 0) <= most or Unmet(years=contract.years, least=least, most=most)


@guard(
    code="contract.term.not-of-the-terms",
    reason=_("The term is %(years)s years and the integrated terms say %(stated)s. Say why it changes."),
    rule=_("rule 90"),
    warning=True,
)
def term_is_of_the_terms(contract, at):
    stated = value(contract.tender, "contract.years", contract.years)
    return contract.years == stated or Unmet(years=contract.years, stated=stated)


def buffer(tender):
    """Return how many days an end keeps from the electoral cycle; none where nothing is stated."""
    return value(tender, "electoral_buffer_days", 0)


def counted_from(contract, day):
    """Return the day from which the years count, or are expected to, if it is signed on `day`."""
    signed = contract.signed_on or day
    if contract.term_starts_from == contract.StartsFrom.SIGNATURE:
        return signed
    return contract.started_on or add_months(signed, value(contract.tender, "transfer.months", 0))


def expected(contract, day):
    """Return the end that the contract will have, with its distance from the cycle; None without years."""
    if not contract.years:
        return None
    return term.option(counted_from(contract, day), contract.years, buffer(contract.tender))


@guard(
    code="contract.term.electoral-overlap",
    reason=_(
        "The contract would end on %(end_date)s, %(days)s days from %(nearest)s, a change of authorities or "
        "an election; %(buffer)s are asked. Change the term or write the reason."
    ),
    rule=_("rule 91"),
    warning=True,
    holds_for=("years", "nearest"),
)
def end_keeps_its_distance(contract, at):
    found = expected(contract, local_day(at))
    if found is None or found.passes:
        return True
    facts = {"end_date": lazily_shown(found.end), "nearest": lazily_shown(found.nearest_day)}
    facts |= {"years": contract.years, "buffer": buffer(contract.tender)}
    return Unmet(days=found.distance.nearest, **facts)


@guard(
    code="contract.transition.no-situation",
    reason=_("To set a transition period tick at least one of the six situations and write the reason."),
    rule=_("rule 104"),
)
def transition_has_a_situation(contract, at):
    return not contract.transition_days or bool(contract.situations and contract.transition_reason.strip())


@guard(
    code="contract.transition.one-situation",
    reason=_(
        "The field note saw a transition period where several situations came together; here it is one."
    ),
    rule=_("rule 104"),
    warning=True,
)
def situations_are_combined(contract, at):
    alone = contract.transition_days and len(contract.situations) == 1
    return not alone or Unmet(situations=contract.situations)


# --- contents, annexes, ordinances, guarantee ---


@guard(
    code="contract.signature.content-missing",
    reason=_("The contract lacks: %(missing)s. Complete it."),
    rule=_("RM 270-2009-VIVIENDA art. 10; rule 93"),
)
def contents_are_whole(contract, at):
    missing = clauses.missing(contract.clauses)
    return not missing or Unmet(missing=listed([clause.title for clause in missing]))


def is_asked(tender):
    """Whether regime or terms ask a performance guarantee."""
    return value(tender, "guarantees.performance.rule") is not None


def performance(contract):
    """Return the performance guarantees of the operator."""
    return contract.tender.guarantees.of(contract.operator_document).filter(slot="performance")


def standing(contract, at):
    """Return those that hold: accepted, and registered where they are void without it."""
    return [each for each in performance(contract).standing(at) if not each.is_conditional]


@guard(
    code="contract.performance-bond.not-accepted",
    reason=_(
        "The performance guarantee is “%(guarantee_state)s”. It must be accepted and, where needed, "
        "registered."
    ),
    rule=_("rule 70; domain.md §4.8"),
)
def performance_is_accepted(contract, at):
    """Of the four guarantees only this one runs from the signature and is handed in before it (terms 28.3,
    29.1). The bid's ends with it; those for the assets and for others run from the transfer on (terms 28.4,
    28.5), and are asked for at the delivery: `guards.transfer.assets_and_others_are_covered`.
    """
    if not is_asked(contract.tender) or standing(contract, at):
        return True
    last = performance(contract).last()
    return Unmet(guarantee_state=last.get_state_display() if last else _("not presented"))


@guard(
    code="guarantee.contingency.plan-missing",
    reason=_(
        "The performance guarantee is not cash at once. Write the contingency plan: what the fund covers, "
        "and what bridges the first year."
    ),
    rule=_("rule 78"),
)
def contingency_is_planned(contract, at):
    slow = [each for each in standing(contract, at) if not each.kind.at_once]
    return not slow or contract.tender.contingency_plans.exists()


@guard(
    code="contract.target.below-model",
    reason=_(
        "Target “%(target)s” (%(value)s) is below the one that people approved (%(approved)s). Raise it, or "
        "consult again."
    ),
    rule=_("rule 149"),
)
def targets_keep_the_model(contract, at):
    model = contract.tender.approved_models.standing().last()
    if model is None:
        return True
    for name, label in TARGETS.items():
        aimed, approved = getattr(contract, name), getattr(model, name)
        if aimed is None or aimed < approved:
            return Unmet(target=label, value=aimed if aimed is not None else "—", approved=approved)
    return True


@guard(
    code="contract.signature.ordinances-not-in-force",
    reason=_(
        "Not in force: %(missing)s. An ordinance takes effect on publication. Publish it and record the "
        "proof."
    ),
    rule=_("rule 25; LOM art. 44"),
)
def ordinances_are_in_force(contract, at):
    tender = contract.tender
    kinds = value(tender, "ordinances", ORDINANCES)
    ordinances = tender.municipality.ordinances
    missing = [kind for kind in kinds if not ordinances.in_force(kind, local_day(at))]
    names = dict(ordinances.model.Kind.choices)
    return not missing or Unmet(missing=listed([names[kind] for kind in missing]))


def held(contract, at):
    """Return what the product holds already of the annexes: {kind: a document, or a text}."""
    tender = contract.tender
    ordinances = tender.municipality.ordinances
    found = {kind: ordinances.in_force(kind, local_day(at)) for kind in ORDINANCES}
    found["development-plan"] = tender.studies.standing().filter(kind="development-plan").last()
    documents = {kind: fact.document for kind, fact in found.items() if fact and fact.document}
    terms = tender.terms.order_by("number").last()
    texts = {"terms": terms and terms.text, "award": contract.award.minutes and contract.award.minutes.text}
    return documents | {kind: text for kind, text in texts.items() if text}


@guard(
    code="contract.annexes.missing",
    reason=_("Annexes missing: %(missing)s. Add their files."),
    rule=_("rule 94"),
)
def annexes_are_there(contract, at):
    there = {*contract.annexes.values_list("kind", flat=True), *held(contract, at)}
    names = dict(contract.annexes.model.Kind.choices)
    missing = [names[kind] for kind in ANNEXES if kind not in there]
    return not missing or Unmet(missing=listed(missing))


# --- the signature ---


@guard(
    code="contract.signature.power-missing",
    reason=_("Write who signs for the operator, with the registered power to do it."),
    rule=_("domain.md §4.11"),
)
def signer_has_power(contract, at):
    return bool(contract.representative and contract.power_entry)


def sign_by(contract, calendar=None):
    """Return until when the contract is signed by the terms: the first instant too late; or None.

    Who asks for many gives the calendar of the municipality.
    """
    tender, days = contract.tender, value(contract.tender, "signing_days")
    if days is None or contract.award.consented_at is None:
        return None
    kind = value(tender, "signing_day_type", "calendar")
    calendar = calendar or tender.municipality.calendar()
    return deadlines.after(contract.award.consented_at, days, kind, calendar)


@guard(
    code="contract.signature.late",
    reason=_(
        "The terms gave until %(until)s to sign. Award to the next in rank, or say why the delay is not the "
        "winner's."
    ),
    rule=_("clause 29.1 of the terms"),
    warning=True,
)
def signature_is_in_time(contract, at):
    until, day = sign_by(contract), contract.signed_on or local_day(at)
    return until is None or day <= local_day(until) or Unmet(until=lazily_shown(until))


TO_MAKE_READY = [
    award_is_final,
    operator_is_awardee,
    object_is_exclusive,
    capital_is_stated,
    signer_has_power,
    shares_are_sound,
    percentage_is_the_offer,
    term_is_in_range,
    term_is_of_the_terms,
    transition_has_a_situation,
    situations_are_combined,
    contents_are_whole,
    targets_keep_the_model,
    ordinances_are_in_force,
    annexes_are_there,
    performance_is_accepted,
    contingency_is_planned,
]
TO_SIGN = [
    award_is_final,
    percentage_is_the_offer,
    performance_is_accepted,
    ordinances_are_in_force,
    end_keeps_its_distance,
    signature_is_in_time,
]
