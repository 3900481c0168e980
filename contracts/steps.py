"""The steps of the contract: tasks of a tender, one's list of work, and where refusals are mended."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bids.steps import step
from contracts.guards import running
from contracts.guards import signing as guards
from contracts.models import Contract, contract_of
from contracts.parties import is_operator
from procurement import agenda, places, tasks
from procurement.places import located
from procurement.workflow import here, refusals

DAYS = (
    "signed_on",
    "began_on",
    "resumed_on",
    "metered_on",
    "done_on",
    "ended_on",
    "letter_on",
    "decided_on",
    "agreed_on",
    "reconciled_on",
    "supplied_until",
    "billed_on",
    "collected_on",
)
places.PLACES |= {
    "contract": "contract",
    "contract.annexes": "contract-annexes",
    "contract.operator": "contract-operator",
    "contract.performance-bond": "guarantee-list",
    "contract.reversion": "contract-reversion",
    "contract.shares": "contract-shares",
    "contract.signature.award-not-final": "award",
    "contract.signature.content-missing": "contract-clauses",
    "contract.signature.ordinances-not-in-force": "tender-ordinances",
    "contract.signature.power-missing": "contract-operator",
    "contract.target": "contract-targets",
    "contract.term": "contract-term",
    "contract.term.electoral-overlap": "contract",
    "contract.term.not-of-the-terms": "contract",
    "contract.termination": "contract-termination",
    "contract.transfer": "transfer",
    "contract.transition.cycles-incomplete": "contract-transition",
    "contract.transition.no-situation": "contract-transition-plan",
    "contract.transition.not-over": "contract-transition",
}
places.FIELDS |= {
    "contract.addendum.council-missing": ("agreement",),
    "contract.addendum.too-long": ("extension",),
    "contract.date.future": DAYS,
    "contract.date.too-early": DAYS,
    "contract.fund.percentage-altered": ("percentage",),
    "contract.operator.capital-missing": ("initial_capital",),
    "contract.reversion.does-not-add-up": ("returned",),
    "contract.reversion.explanation-missing": ("explanation",),
    "contract.reversion.not-the-inventory": ("delivered",),
    "contract.termination.continuity-missing": ("continuity",),
    "contract.termination.defence-days-missing": ("defence_days",),
    "contract.termination.indemnity-missing": ("indemnity",),
    "contract.termination.majority-not-reached": ("votes_for",),
    "contract.transition.no-situation": ("situations",),
}
STARTED = ("transition", "in_force", "suspended", "notice")
ENDED = ("terminated", "mutual_end", "expired")
DRAFT = (  # the parts of the draft: title, page, what must hold
    (
        gettext_lazy("The operator and who signs"),
        "contract-operator",
        [
            guards.operator_is_awardee,
            guards.object_is_exclusive,
            guards.capital_is_stated,
            guards.signer_has_power,
        ],
    ),
    (gettext_lazy("Who holds the operator"), "contract-shares", [guards.shares_are_sound]),
    (
        gettext_lazy("Term, and how far its end is from the elections"),
        "contract-term",
        [guards.term_is_in_range, guards.term_is_of_the_terms, guards.end_keeps_its_distance],
    ),
    (
        gettext_lazy("Transition period"),
        "contract-transition-plan",
        [guards.transition_has_a_situation, guards.situations_are_combined],
    ),
    (gettext_lazy("Targets"), "contract-targets", [guards.targets_keep_the_model]),
    (gettext_lazy("Clauses"), "contract-clauses", [guards.contents_are_whole]),
    (gettext_lazy("Annexes"), "contract-annexes", [guards.annexes_are_there]),
)


def draft_parts(contract, at):
    """Return the parts of the draft as tasks, each with what is missing in it."""
    contract.judged_at = at
    found = []
    for title, name, conditions in DRAFT:
        against = [reason for each in conditions for reason in each.refusals(contract, at)]
        url = reverse(name, args=[contract.tender_id])
        state = "ready" if against else "done"
        found.append(agenda.Step(title, url, state=state, refusals=located(against, contract.tender)))
    return found


def against(contract, verb, at):
    """Return what stands against a step of the contract, with the page that removes each."""
    contract.judged_at = at
    rule = next((rule for rule in here(contract) if rule.name == verb), None)
    return located(refusals(contract, rule), contract.tender) if rule else []


def warnings(tender):
    """Return what warns before the next steps of the contract, so that somebody may answer for it."""
    contract = contract_of(tender)
    if contract is None:
        return []
    contract.tender, contract.judged_at = tender, tender.judged_at
    steps = [rule for rule in here(contract) if rule.name in ("make_ready", "sign", "amend")]
    found = [reason for rule in steps for reason in refusals(contract, rule)]
    overlap = guards.end_keeps_its_distance.refusals(contract, tender.judged_at)
    return found + (overlap if contract.signed_on is None else [])


places.WARNINGS.append(warnings)


def contract_for(tender, at):
    """Return the contract of a tender, judged at that instant."""
    contract = contract_of(tender) if tender.consented_at else None
    if contract is not None:
        contract.tender, contract.judged_at = tender, at
    return contract


def sign(tender, user, at):
    """The draft, the report and the signature."""
    contract = contract_for(tender, at)
    drafted = contract is not None and contract.state == Contract.State.DRAFTED
    is_ready = contract is not None and contract.state == Contract.State.READY
    state = "pending" if not tender.consented_at else "open" if drafted else "done" if contract else "ready"
    common = {"tender": tender, "user": user, "at": at, "name": "contract"}
    title, who = _("Draft the contract and report that it may be signed"), _("Legal adviser")
    reasons = against(contract, "make_ready", at) if drafted else []
    yield step(
        title=title, codename="prepare_contract", state=state, who=who, **common, against=bare(reasons)
    )
    reasons = against(contract, "sign", at) if is_ready else []
    signed = contract is not None and contract.signed_on is not None
    state = "done" if signed else "blocked" if reasons else "ready" if is_ready else "pending"
    waits = contract is not None and not signed
    yield step(
        title=_("Sign the contract"),
        codename="sign_contract",
        state=state,
        who=_("Mayor and operator"),
        until=guards.sign_by(contract) if waits else None,
        against=bare(reasons),
        **common,
    )


def bare(reasons):
    """Return refusals without their places: the step finds these itself."""
    return [reason.refusal for reason in reasons]


agenda.PARTS["sign"].append(sign)


def run(tender, user, at):
    """What comes from the start of operations to the closing."""
    contract = contract_for(tender, at)
    if contract is None or contract.signed_on is None:
        return
    if contract.transition_days:
        yield transition(tender, contract, user, at)
    yield ending_of(tender, contract, user, at)


def transition(tender, contract, user, at):
    begun = contract.state == Contract.State.TRANSITION
    reasons = against(contract, "end_transition", at) if begun else []
    over = contract.started_on is not None and not begun
    cycles = running.complete_cycles(contract)
    return step(
        tender,
        user,
        at,
        _("Transition period: cycles of supply, billing and collection"),
        "contract-transition",
        codename="keep_contract",
        state="done" if over else "open" if reasons else "ready" if begun else "pending",
        note=_("%(count)s complete.") % {"count": cycles} if begun else "",
        who=_("Technical area and operator"),
        against=bare(reasons),
    )


def ending_of(tender, contract, user, at):
    """The end of the contract, and the assets that come back."""
    closing = contract.state in (*ENDED, Contract.State.REVERSION)
    name = "contract-reversion" if closing else "contract"
    if contract.state == Contract.State.NOTICE:
        name = "contract-termination"
    reasons = against(contract, "close", at)
    state = "done" if contract.state == Contract.State.CLOSED else "pending"
    if contract.state == Contract.State.NOTICE or closing:
        state = "open" if reasons else "ready"
    return step(
        tender,
        user,
        at,
        _("End of the contract, and the assets come back"),
        name,
        codename="keep_contract",
        state=state,
        who=_("Technical area, treasury"),
        against=bare(reasons),
    )


agenda.PARTS["run"].insert(0, run)


def waiting(tenders, user, at):
    """What of the contract waits for this person: a draft, a signature, a cycle, an obligation."""
    found = Contract.objects.live().filter(tender__in=tenders).select_related("tender")
    mine = tasks.granted(tenders, user, at)
    for contract in found:
        for codename, states, title in TURNS:
            if contract.state in states and (contract.tender_id, codename) in mine:
                yield contract.tender, tasks.Task(title, contract.get_absolute_url())
        if is_operator(contract, user) and contract.state in STARTED:
            yield contract.tender, tasks.Task(_("Look at what is owed"), obligations_of(contract))
    begun = {contract.tender_id for contract in found}
    for tender in tenders:
        drafts = tender.state == "consented" and (tender.pk, "prepare_contract") in mine
        if drafts and tender.pk not in begun:
            yield tender, tasks.Task(_("Begin the contract"), reverse("contract", args=[tender.pk]))


TURNS = (
    ("prepare_contract", ("drafted",), gettext_lazy("Go on with the draft of the contract")),
    ("sign_contract", ("ready",), gettext_lazy("Sign the contract")),
    ("keep_contract", ("transition",), gettext_lazy("Log the cycles of the transition")),
    ("end_contract", ("notice",), gettext_lazy("Go on with the termination of the contract")),
    ("keep_contract", (*ENDED, "reversion"), gettext_lazy("Take the assets back and close the contract")),
)


def obligations_of(contract):
    return reverse("contract-obligations", args=[contract.tender_id])


tasks.SOURCES.append(waiting)
