"""The papers after the award: the contract with its annexes, the fund period by period, the handover."""

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from contracts import pictures
from contracts.handover import pack
from contracts.models import Annex, contract_of
from contracts.parties import is_operator
from contracts.services.fund_sheet import ZERO, named, sheet_of
from contracts.services.signing import standing_text
from contracts.story import Story
from procurement import clock
from procurement.models import Event
from procurement.printed import (
    PAPERS,
    TWO_SIDES,
    Paper,
    holders,
    office,
    own_page,
    place_at,
    place_in_log,
    place_of,
)
from procurement.roles import Role
from procurement.schedule import local_day
from procurement.services.papers import moment

WORKS_ON_IT = ("prepare_contract", "sign_contract", "keep_contract", "end_contract")
WRITTEN = [Annex.Kind.OFFER, Annex.Kind.SHARES, Annex.Kind.SHEET, Annex.Kind.CONTINGENCY]


# The contract


def contract_to_print(tender, number):
    contract = get_object_or_404(tender.contracts.live().select_related("tender__municipality"), pk=number)
    contract.judged_at = clock.now()
    return contract


def may_read_contract(contract, user, at):
    """Everybody from the signature on; before, both parties."""
    return (
        bool(contract.signed_on) or is_operator(contract, user) or holders(*WORKS_ON_IT)(contract, user, at)
    )


def contract_facts(contract):
    """Return what both sides sign: the draft as it is now, or what they signed, with its place in the log."""
    text = standing_text(contract)
    sha256 = Annex.digest(text)
    heading, _line, articles = text.partition("\n")
    frozen = contract.annexes.exclude(frozen_at=None)
    return {
        "title": heading,
        "written_at": contract.reported_at or contract.drafted_at,
        "text": articles,
        "annexes": frozen.filter(kind__in=WRITTEN, document=None),
        "listed": frozen,
        "addenda": contract.addenda.all(),
        "warning": "" if contract.signed_on else _("A draft: nobody has signed it."),
        "signers": [("", office(Role.MAYOR)), (contract.representative, contract.operator_name)],
        "is_reserved": not contract.signed_on,
    } | place_of_contract(contract, sha256)


def place_of_contract(contract, sha256):
    if contract.signed_on:
        return {"sha256": sha256} | place_in_log(contract.tender, sha256)
    return place_of(contract.tender, "contract.", contract=contract.pk)


# The fund


class Statement:
    """One period of the fund of a tender, to print."""

    def __init__(self, tender, sheet, quarter):
        self.tender, self.sheet, self.quarter = tender, sheet, quarter

    def __str__(self):
        return str(self.quarter.name)


def statement_of(tender, number):
    """Return one period by its first month: 202607 is the one that begins in July 2026."""
    contract = contract_of(tender)
    if contract is None or contract.signed_on is None:
        raise Http404
    contract.tender = tender
    sheet = sheet_of(contract, clock.now())
    start = (number // 100, number % 100)
    quarters = sheet.quarters if sheet else []
    found = [each for each in quarters if (each.period.start.year, each.period.start.month) == start]
    if not found:
        raise Http404
    return Statement(tender, sheet, found[0])


def statement_page(statement):
    start = statement.quarter.period.start
    return reverse("fund-period", args=[statement.tender.pk, start.year, start.month])


def drawn_until(sheet, day):
    """Return the picture of the periods so far; a single one is told by its figures."""
    columns = pictures.columns_of(sheet, until=day)
    return pictures.fund(columns) if len(columns) > 1 else ""


def statement_facts(statement):
    sheet, quarter = statement.sheet, statement.quarter
    period = quarter.period
    lines = [each for each in sheet.account if each.on <= period.end]
    return {
        "title": _("The fund in %(period)s") % {"period": quarter.name},
        "written_at": sheet.fund.entered_at,
        "sheet": sheet,
        "drawn": drawn_until(sheet, period.end),
        "contract": sheet.contract,
        "quarter": quarter,
        "ends": period.end,
        "missing": named(quarter.missing) if quarter.missing else "",
        "months": [sheet.declared[month] for month in period.months if month in sheet.declared],
        "receipts": [each for each in sheet.receipts if each.start == period.start],
        "moves": [each for each in lines if each.on >= period.start],
        "balance": lines[-1].balance if lines else ZERO,
        "seen": [{"it": each, "said": moment(each.at)} for each in quarter.sign_offs],
        "signers": [
            ("", office(Role.TREASURY)),
            (sheet.contract.representative, sheet.contract.operator_name),
            ("", office(Role.JVS)),
        ],
    } | place_of(statement.tender, "fund.")


# The story of the call, for the square


def story_of(tender, number):
    """Return the story of this very call: it has no number of its own."""
    if number != tender.pk:
        raise Http404
    return Story(tender, clock.now())


def story_facts(story):
    """Return the story as the log stands: its last event says since when it is so."""
    last = Event.objects.of(story.tender).order_by("index").last()
    return {
        "title": str(story),
        "written_at": parse_datetime(last.body["at"]),
        "story": story,
        "parts": story.parts,
        "days": story.days,
    } | place_at(story.tender, last.index)


# The handover


class Handover:
    """What an incoming mayor finds of a call, to print: as it stands today, once a pack was made."""

    def __init__(self, tender, at):
        self.tender, self.at, self.day = tender, at, local_day(at)

    def __str__(self):
        return str(_("Handover pack"))


def handover_of(tender, number):
    if number != tender.pk or not Event.objects.of(tender).filter(body__action="handover").exists():
        raise Http404
    return Handover(tender, clock.now())


def handover_facts(handover):
    made = Event.objects.of(handover.tender).filter(body__action="handover").order_by("index").last()
    return {
        "title": _("Handover pack: %(town)s") % {"town": handover.tender.town},
        "written_at": parse_datetime(made.body["at"]),
        "handover": handover,
        "sections": pack.sections(handover.tender, handover.at),
        "files": sorted(made.body["facts"]["files"].items()),
        "sha256": made.body["facts"]["sha256"],
        "signers": [("", office(Role.MAYOR)), ("", office(Role.MANAGER)), ("", _("Incoming authority"))],
        "received": True,
    } | place_at(handover.tender, made.index)


TWO_SIDES |= {"contract-signed", "contract-addendum", "contract-agreed-end", "contract-reversion"}
PAPERS |= {
    "contract": Paper(
        "contrato",
        contract_to_print,
        lambda contract: reverse("contract-text", args=[contract.tender_id]),
        contract_facts,
        "contract",
        may_read_contract,
    ),
    "handover": Paper(
        "traspaso",
        handover_of,
        lambda handover: reverse("handover", args=[handover.tender.pk]),
        handover_facts,
        "handover_pack",
    ),
    "story": Paper("convocatoria", story_of, own_page, story_facts, "story"),
    "fund": Paper("fondo", statement_of, statement_page, statement_facts, "fund_statement"),
}
