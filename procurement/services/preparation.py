"""What comes before the call: council, studies, assemblies, the model, the regime (rules 15-20, 149)."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from procurement import regimes
from procurement.log import record
from procurement.models import ApprovedModel, Assembly, CouncilAgreement, RegimeDecision, Study
from procurement.services.notices import said
from procurement.workflow import Blocked, Refusal

from .facts import ALREADY_RECORDED, as_facts, begin, keep, leave_minutes, tell

REGIME_FROZEN = Refusal(
    "tender.regime.frozen",
    _("The regime was frozen when the notice was published. It no longer changes; return or cancel."),
    _("product.md, principle 6"),
)
NO_SUCH_REGIME = Refusal(
    "tender.regime.unknown", _("There is no regime with that code. Choose one of the list."), _("§0.2")
)
TOO_MANY_VOTES = Refusal(
    "tender.council.votes-above-members",
    _("%(votes)s votes are more than the %(members)s members of the council by law. Check the numbers."),
    _("LOM art. 17"),
)
NO_LEGAL_NUMBER = Refusal(
    "tender.council.legal-number-missing",
    _("Write how many members the council has by law, mayor included: majorities are judged by it."),
    _("LOM arts 17, 66"),
)
MORE_VOTES_THAN_PEOPLE = Refusal(
    "assembly.votes.more-than-people",
    _("%(votes)s votes are more than the %(people)s people who came. Check the numbers."),
    _("rule 17"),
)
HALF_COUNTED = Refusal(
    "assembly.votes.half-counted",
    _("Write both the votes for and the votes against, or neither if nobody counted."),
    _("rule 20"),
)
DECISION_AGAINST_VOTES = Refusal(
    "assembly.decision.against-votes",
    _("The votes say the contrary: %(votes_for)s for and %(votes_against)s against. Check the decision."),
    _("rule 17"),
)
SECTOR_MISSING = Refusal(
    "assembly.sector.missing", _("Say of which sector or neighbourhood the assembly was."), _("rule 17")
)
NOT_THE_DELEGATES = Refusal(
    "tender.model.not-approved",
    _("Only an assembly of delegates that accepted the change approves the model. Record it first."),
    _("rules 17-19"),
)
NOT_A_MINORITY = Refusal(
    "contract.shares.municipal-not-minority",
    _(
        "The municipality would hold %(municipal_share)s %%. It must be under 50 %%: a municipal company "
        "needs an act of Congress. Lower the share or ask the legal adviser."
    ),
    _("rules 9-10; LOM art. 35"),
)
SHARE_AND_KIND = Refusal(
    "tender.model.share-and-kind",
    _("A mixed operator has a municipal share above zero; a private one has none. Check both answers."),
    _("rules 9, 18"),
)


# The council, the studies, the neighbours


@transaction.atomic
def record_agreement(tender, *, happened_on, file, by, legal_number=None, text="", **voted):
    """Enter an act of the council with its paper, as the manager (rule 15; decision 2).

    `voted` are the purpose, the number and the votes. It may be entered at any time of the call. Whether the
    votes suffice is judged when something rests on them: the majority that is asked may still change.
    """
    tender = begin(tender, by=by, day=happened_on, codename="record_council_act", frozen=None)
    legal_number = legal_number or tender.municipality.legal_number
    agreement = CouncilAgreement(tender=tender, legal_number=legal_number, **voted)
    judge_votes(agreement)
    title = said(_("Council agreement %(number)s"), number=agreement.number)
    agreement.document = keep(file, kind="council-agreement", title=title, tender=tender, by=by)
    agreement.happened_on, agreement.text = happened_on, text
    settle(agreement, "council.agree", voted | {"legal_number": legal_number}, by=by)
    leave_minutes(agreement, "council_agreement", office="council", by=by)
    tell(tender, title, CouncilAgreement.Purpose(agreement.purpose).label, by=by)
    return agreement


def judge_votes(agreement):
    if not agreement.legal_number:
        raise Blocked(NO_LEGAL_NUMBER)
    votes = agreement.votes_for + agreement.votes_against + agreement.abstentions
    if votes > agreement.legal_number:
        raise Blocked(TOO_MANY_VOTES.about(votes=votes, members=agreement.legal_number))


def settle(fact, action, facts, *, by):
    """Write a fact and its event."""
    tender = fact.tender
    fact.entered_at, fact.entered_by = tender.judged_at, by
    fact.save()
    facts = as_facts(facts) | {"id": fact.pk, "happened_on": str(fact.happened_on)}
    record(tender, action, by=by, at=tender.judged_at, **facts)


@transaction.atomic
def record_study(tender, *, kind, happened_on, author, file, by, summary=""):
    """Enter one of the studies that come first, with the document itself (rule 16)."""
    tender = begin(tender, by=by, day=happened_on)
    if tender.studies.standing().filter(kind=kind).exists():
        raise Blocked(ALREADY_RECORDED)
    title = Study.Kind(kind).label
    document = keep(file, kind="study", title=title, tender=tender, by=by)
    study = Study(tender=tender, kind=kind, author=author, summary=summary, document=document)
    study.happened_on = happened_on
    settle(study, "study.record", {"kind": kind, "author": author, "sha256": document.sha256}, by=by)
    tell(tender, said(_("Study received: %(title)s"), title=title), author, by=by)
    return study


@transaction.atomic
def record_assembly(tender, *, happened_on, by, file=None, **told):
    """Enter an assembly of neighbours or of their delegates (rules 17-20).

    `told` are its mode, sector and place, how many came and how they voted; nobody is named.
    """
    tender = begin(tender, by=by, day=happened_on)
    assembly = Assembly(tender=tender, happened_on=happened_on, **told)
    judge_assembly(assembly)
    assembly.document = keep(file, kind="assembly", title=assembly, tender=tender, by=by)
    settle(assembly, "assembly.record", told, by=by)
    leave_minutes(assembly, "assembly", office="assemblies", by=by)
    tell(tender, assembly, Assembly.Decision(assembly.decision).label, by=by)
    return assembly


def judge_assembly(assembly):
    """Refuse numbers that cannot be true."""
    if assembly.mode == Assembly.Mode.NEIGHBOURHOOD and not assembly.sector:
        raise Blocked(SECTOR_MISSING)
    if (assembly.votes_for is None) != (assembly.votes_against is None):
        raise Blocked(HALF_COUNTED)
    if assembly.votes > assembly.people:
        raise Blocked(MORE_VOTES_THAN_PEOPLE.about(votes=assembly.votes, people=assembly.people))
    if assembly.votes_for is None:
        return
    accepted = assembly.votes_for > assembly.votes_against
    if accepted != (assembly.decision == Assembly.Decision.ACCEPTED):
        counted = {"votes_for": assembly.votes_for, "votes_against": assembly.votes_against}
        raise Blocked(DECISION_AGAINST_VOTES.about(**counted))


# What was decided


@transaction.atomic
def record_model(tender, *, assembly, by, file=None, **decided):
    """Enter the model that the delegates approved, with the targets of Table 10 (rules 18, 149).

    `decided` are the fields of `ApprovedModel`.
    """
    tender = begin(tender, by=by)
    if tender.approved_models.standing().exists():
        raise Blocked(ALREADY_RECORDED)
    assembly = tender.assemblies.get(pk=assembly.pk)
    model = ApprovedModel(tender=tender, assembly=assembly, happened_on=assembly.happened_on, **decided)
    judge_model(model)
    model.document = keep(file, kind="approved-model", title=_("Approved model"), tender=tender, by=by)
    settle(model, "model.record", decided | {"assembly": assembly.pk}, by=by)
    tell(tender, _("Model approved by the delegates"), model, by=by)
    return model


def judge_model(model):
    """Refuse a model that no delegates accepted, or that makes the operator municipal (rules 9, 10, 19)."""
    assembly, share = model.assembly, Decimal(model.municipal_share)
    delegates = assembly.mode == Assembly.Mode.DELEGATES and not assembly.superseded_at
    if not delegates or assembly.decision != Assembly.Decision.ACCEPTED:
        raise Blocked(NOT_THE_DELEGATES)
    if share >= 50:
        raise Blocked(NOT_A_MINORITY.about(municipal_share=share))
    if (share > 0) != (model.operator_kind == ApprovedModel.Operator.MIXED):
        raise Blocked(SHARE_AND_KIND)


@transaction.atomic
def choose_regime(tender, *, code, legal_report, happened_on, by, profile="", file=None, **why):
    """Record which regime the municipality chose; another choice takes its place until the call (§0.2).

    `why` are who decided, the reason, what else was considered, and why a regime out of force applies.
    """
    tender = begin(tender, by=by, day=happened_on, frozen=REGIME_FROZEN)
    try:
        regime = regimes.load(code)
        regime.profile(tender.call_number, profile)
    except KeyError:
        raise Blocked(NO_SUCH_REGIME) from None
    decision = RegimeDecision.objects.filter(tender=tender).first() or RegimeDecision()
    unsaid = {"considered": "", "out_of_force_reason": ""}
    chosen = {"code": code, "legal_report": legal_report, "profile": profile} | unsaid | why
    for name, value in (chosen | {"tender": tender, "happened_on": happened_on}).items():
        setattr(decision, name, value)
    title = said(_("Legal report %(number)s"), number=legal_report)
    decision.document = keep(file, kind="legal-report", title=title, tender=tender, by=by)
    settle(decision, "regime.choose", chosen, by=by)
    leave_minutes(decision, "regime", office="municipality", regime=regime, by=by)
    tell(tender, said(_("Regime chosen: %(regime)s"), regime=regime.title()), decision.reason, by=by)
    return decision
