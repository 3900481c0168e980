"""From the legal report to the signature of the contract, or to the next in rank (rules 90-101)."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bids.scoring import words
from contracts import term
from contracts.guards import signing as guards
from contracts.models import Annex, Obligation
from contracts.services.common import hold, judge_day, keep, leave, tell
from contracts.sheet import income_uses, prohibitions, risks, rows
from procurement.business_days import add_months, add_years
from procurement.guards.problems import lazily_shown
from procurement.schedule import local_day
from procurement.services import papers
from procurement.services.notices import said
from procurement.workflow import Blocked, Refusal, advance

REPORT_MISSING = Refusal(
    "contract.ready.report-missing",
    _("Write the legal report: what was looked at, and that nothing is missing."),
    _("domain.md §4.11"),
)
COMPTROLLER_DAYS = 7  # LOM art. 59


@transaction.atomic
def make_ready(contract, *, report, by):
    """Report that the contract may be signed, as the legal adviser or the manager; the annexes are frozen."""
    contract = hold(contract, "prepare_contract", by=by)
    if not report.strip():
        raise Blocked(REPORT_MISSING)
    contract = advance(contract, "make_ready", by=by, at=contract.judged_at, report=report)
    contract.report = report
    contract.save(update_fields=["report"])
    freeze(contract)
    leave(contract, "contract_report", _("Legal report on the contract"), by=by)
    text = _("The legal report finds nothing missing. The mayor and the operator may sign.")
    tell(contract, _("The contract is ready to sign"), text, by=by)
    return contract


def freeze(contract):
    """Take every annex as it is now, each known by its digest (rule 94)."""
    at, held = contract.judged_at, guards.held(contract, contract.judged_at)
    documents = {kind: source for kind, source in held.items() if not isinstance(source, str)}
    texts = {kind: source for kind, source in held.items() if isinstance(source, str)} | written(contract)
    for kind, document in documents.items():
        take(contract, kind, document=document, text="", sha256=document.sha256)
    for kind, text in texts.items():
        take(contract, kind, document=None, text=text, sha256=Annex.digest(text))
    contract.annexes.update(frozen_at=at)


def take(contract, kind, **row):
    """Put one annex in its place; what somebody filed for it counts before what the product holds."""
    filed = contract.annexes.filter(kind=kind, document__isnull=False)
    if not filed.exists():
        defaults = {"tender": contract.tender} | row
        Annex.objects.update_or_create(contract=contract, kind=kind, defaults=defaults)


@papers.in_spanish
def written(contract):
    """Return the annexes that the product writes itself."""
    facts = {"tender": contract.tender, "contract": contract, "words": words(contract.fund_percentage)}
    facts |= {"shareholders": contract.shareholders.all(), "sheet": rows(contract)}
    facts |= {"guarantees": contract.tender.guarantees.of(contract.operator_document)}
    facts |= {"plan": contract.tender.contingency_plans.last()}
    names = {"offer": Annex.Kind.OFFER, "shares": Annex.Kind.SHARES, "sheet": Annex.Kind.SHEET}
    names |= {"contingency": Annex.Kind.CONTINGENCY}
    return {kind.value: papers.render(f"contract_{name}", **facts) for name, kind in names.items()}


@transaction.atomic
def reopen(contract, *, by):
    """Take the contract back to the draft: something is missing after all, and the report falls."""
    contract = advance(contract, "reopen", by=by)
    contract.annexes.filter(document=None).delete()
    contract.annexes.update(frozen_at=None)
    tell(
        contract, _("The contract is a draft again"), _("The legal report fell: see what is missing."), by=by
    )
    return contract


@papers.in_spanish
def text_of(contract):
    """Return the text of the contract as it stands."""
    tender = contract.tender
    facts = {"tender": tender, "contract": contract, "words": words(contract.fund_percentage)}
    facts |= {"shareholders": contract.shareholders.all(), "annexes": contract.annexes.all()}
    facts |= {"subsidies": contract.subsidies.all(), "risks": risks(), "uses": income_uses()}
    facts |= {"prohibitions": prohibitions(), "sources": tender.regime.sources if tender.regime else ()}
    facts |= {"end": guards.expected(contract, local_day(contract.judged_at))}
    return papers.render("contract", **facts)


def standing_text(contract):
    """Return the draft as it is now; once signed, the text that both sides signed, whatever addenda say.

    The minutes of the signature hold that text below their two lines, the log its digest.
    """
    if contract.signed_on is None:
        return text_of(contract)
    kept = contract.tender.minutes.filter(kind="contract-signed", happened_at__gte=contract.drafted_at).last()
    return kept.text.split("\n\n", 2)[2]


@transaction.atomic
def sign(contract, *, signed_on, percentage, scan, by):
    """Record the signature of mayor and operator, as the mayor (rules 91, 99).

    `percentage` is read from the signed paper, `scan` is that paper, which stays reserved. An end too near
    the electoral cycle and a late signature are refused unless somebody answers for them.
    """
    contract = hold(contract, "sign_contract", by=by)
    consented = local_day(contract.award.consented_at or contract.judged_at)
    judge_day(signed_on, contract, earliest=consented)
    if percentage != contract.award.percentage:
        altered = guards.percentage_is_the_offer.refusal
        raise Blocked(altered.about(contract_pct=percentage, offered_pct=contract.award.percentage))
    contract.signed_on = signed_on
    if contract.term_starts_from == contract.StartsFrom.SIGNATURE:
        contract.ends_on = add_years(signed_on, contract.years)
    contract.save(update_fields=["signed_on", "ends_on"])
    text = text_of(contract)
    facts = {"signed_on": str(signed_on), "percentage": str(percentage), "sha256": Annex.digest(text)}
    contract = advance(contract, "sign", by=by, at=contract.judged_at, **facts)
    keep(scan, contract, kind="contract-scan", title=contract, by=by, reserved=True)
    owe_by_signature(contract)
    leave(contract, "contract_signed", _("Signature of the contract"), by=by, text=text)
    told = said(_("Signed on %(day)s. Now the service is handed over."), day=lazily_shown(signed_on))
    tell(contract, _("The contract is signed"), told, by=by)
    return contract


def owe_by_signature(contract):
    """Write what both parties owe from the signature on, each with its day (rules 97, 132)."""
    signed, tender = contract.signed_on, contract.tender
    copy_to = guards.value(tender, "contract.copy_to")
    if copy_to:
        text = said(_("Send a certified copy of the contract to: %(to)s."), to=copy_to)
        owe(contract, Obligation.Kind.COPY, "municipality", text, add_months(signed, 1))
    text = _("Report the contract to the Contraloría if it hands municipal assets over (LOM art. 59).")
    owe(contract, Obligation.Kind.COMPTROLLER, "municipality", text, term.plus_days(signed, COMPTROLLER_DAYS))


def owe(contract, kind, party, text, due_on):
    from procurement.services.notices import spanish

    row = {"tender": contract.tender, "contract": contract, "kind": kind, "party": party}
    return Obligation.objects.create(text=spanish(text), due_on=due_on, **row)
