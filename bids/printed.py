"""The papers of bids: the receipt, the sheets, the evaluation, the notice to each bidder, the appeal."""

from decimal import Decimal

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from bids import lost, pictures
from bids.criteria import KNOWN, criteria_of
from bids.guards.evaluation import first_result_of
from bids.models import Appeal, Draw, Sheet
from bids.services.appeals import authority
from bids.services.award import needed
from bids.services.ranking import REASONS
from procurement import parameters
from procurement.guards.award import award_of, ranking_of
from procurement.guards.custody import is_digital
from procurement.printed import BESIDE, PAPERS, Paper, committee_of, holders, office, own_page, place_of
from procurement.roles import Role
from procurement.services.papers import moment
from procurement.services.terms import value

CLAUSES = {  # where the terms ask for what a criterion looks at
    "experience": "8.1.1",
    "finance": "8.1.2",
    "moral": "8.1.3",
    "origin": "7.6, 8.1.4",
    "administrative": "8.1.5",
    "technical": "8.1.6",
    "team": "8.2",
    "local": "21.2",
}
JUDGED = ["not-admitted", "returned", "qualified", "envelope-2-opened", "rejected", "ranked"]
works_on_it = holders("evaluate_bids", "keep_minutes")


def owns(bid, user):
    return bid.bidder.account_id is not None and bid.bidder.account_id == user.pk


def bids_of(tender):
    return tender.bids.filter(round=tender.round).select_related("bidder__account", "tender__municipality")


# The receipt


def received_bid(tender, number):
    return get_object_or_404(bids_of(tender), pk=number, seq__gt=0)


def may_read_receipt(bid, user, at):
    """The bidder alone; of envelopes on paper the desk too, which hands it out."""
    return owns(bid, user) or (not is_digital(bid.tender) and holders("receive_paper")(bid, user, at))


def receipt_page(bid):
    if is_digital(bid.tender):
        return reverse("bid-receipt", args=[bid.tender_id])
    return reverse("desk-receipt", args=[bid.tender_id, bid.pk])


def receipt_facts(bid):
    envelopes = bid.envelopes.exclude(status="sealed").filter(seq=bid.seq)
    back = bid.state in (bid.State.WITHDRAWN, bid.State.RETURNED)
    return {
        "title": _("Receipt of bid no. %(number)s") % {"number": bid.log_size},
        "written_at": bid.submitted_at,
        "bid": bid,
        "envelopes": [{"it": each, "presented": moment(each.presented_at)} for each in envelopes],
        "presented": moment(bid.submitted_at),
        "deadline": moment(bid.tender.schedule.submission_deadline),
        "warning": f"{bid.get_state_display()}." if back else "",
        "log_index": bid.log_size - 1,
        "log_root": bid.log_root,
        "signers": [] if is_digital(bid.tender) else [("", office(Role.DESK))],
        "received": not is_digital(bid.tender),
        "is_reserved": True,
    }


# Evaluation


def asked(tender, criterion):
    """Return what the terms ask for a criterion, in words."""
    held = [(key, value(tender, key)) for key in criterion.asks]
    return [
        (_(parameters.PARAMETERS[key].label), parameters.format(key, stated, _))
        for key, stated in held
        if stated is not None
    ]


def named(tender, key):
    """Return a criterion by its key, as this call has it, with what a paper says of it."""
    own = {each.key: each for each in criteria_of(tender)}
    criterion = own.get(key) or KNOWN[key]
    return {"label": _(criterion.label), "clause": CLAUSES[key], "asks": asked(tender, criterion)}


def decisions_of(bid):
    """Return what the committee decided about a bid, criterion by criterion."""
    order = list(CLAUSES)
    standing = sorted(bid.decisions.filter(superseded_at=None), key=lambda each: order.index(each.criterion))
    return [named(bid.tender, each.criterion) | {"decision": each} for each in standing]


def evaluated_bid(tender, number):
    decided = tender.decisions.filter(superseded_at=None).values("bid")
    return get_object_or_404(bids_of(tender).filter(pk__in=decided), pk=number)


def may_read_evaluation(bid, user, at):
    """Everybody once the result is out for all; until then who works on it."""
    return first_result_of(bid.tender) is not None or works_on_it(bid, user, at)


def evaluation_facts(bid):
    result = first_result_of(bid.tender)
    last = bid.decisions.filter(superseded_at=None).last()
    return {
        "title": _("Evaluation sheet: %(bidder)s") % {"bidder": bid},
        "written_at": last.at,
        "bid": bid,
        "rows": decisions_of(bid),
        "defects": bid.defects.all(),
        "warning": "" if result else _("It is not public before the result of all bids."),
        "signers": committee_of(bid.tender, last.at),
        "is_reserved": result is None,
    } | place_of(bid.tender, "decision", bid=bid.pk)


def sheet_of(tender, number):
    found = Sheet.objects.filter(tender=tender).select_related(
        "bid__bidder", "member", "tender__municipality"
    )
    return get_object_or_404(found, pk=number)


def may_read_sheet(sheet, user, at):
    """Who filled it; the other members once they saved their own (decision 20b)."""
    if user.is_authenticated and sheet.member_id == user.pk:
        return True
    own = works_on_it(sheet, user, at) and sheet.bid.sheets.filter(member=user).exists()
    return own or (sheet.bid.state not in ("opened", "observed") and works_on_it(sheet, user, at))


def sheet_facts(sheet):
    rows = []
    for criterion in criteria_of(sheet.tender):
        answer = sheet.answers.get(criterion.key)
        if answer:
            found = {"finding": Sheet.Finding(answer["finding"]).label, "points": answer.get("points", "")}
            rows.append(named(sheet.tender, criterion.key) | found | {"reason": answer["reason"]})
    said = {"bidder": sheet.bid, "member": sheet.member}
    return {
        "title": _("Sheet of %(member)s: %(bidder)s") % said,
        "written_at": sheet.saved_at,
        "saved": moment(sheet.saved_at),
        "rows": rows,
        "signers": [(str(sheet.member), office(Role.COMMITTEE))],
        "is_reserved": True,
    } | place_of(sheet.tender, "sheet.save", by=sheet.member, bid=sheet.bid_id)


# The notice to each bidder


def judged_bid(tender, number):
    """Return a bid whose bidder may know how it went: once the result of envelope 1 is out."""
    if first_result_of(tender) is None:
        raise Http404
    return get_object_or_404(bids_of(tender), pk=number, state__in=JUDGED)


def may_read_result(bid, user, at):
    """The bidder; and who hands it out on paper to one without account."""
    return owns(bid, user) or holders("keep_minutes")(bid, user, at)


def result_page(bid):
    """Return the public page where everything on the notice can be checked."""
    ranked = bid.state in (bid.State.RANKED, bid.State.REJECTED)
    return reverse("ranking" if ranked else "evaluation", args=[bid.tender_id])


def result_facts(bid):
    tender, ranking, award = bid.tender, ranking_of(bid.tender), award_of(bid.tender)
    body = ranking.body if ranking else {"rows": [], "rejected": [], "scale": None}
    row = next((each for each in body["rows"] if each["bidder"] == str(bid.pk)), None)
    out = next((each for each in body["rejected"] if each["bidder"] == str(bid.pk)), None)
    until = award.appeal_until if award else first_result_of(tender).appeal_until
    opened = tender.minutes.filter(kind="opening-2").last() if row or out else None
    return (
        {
            "title": _("Result of the bid of %(bidder)s") % {"bidder": bid},
            "written_at": award.awarded_at if award else first_result_of(tender).published_at,
            "bid": bid,
            "row": row,
            "out": out and out | {"why": REASONS[out["code"]]},
            "count": len(body["rows"]),
            "highest": body.get("highest", ""),
            "scale": body["scale"],
            "technical": bid.decisions.filter(superseded_at=None, criterion="technical").last(),
            "opened": str(opened) if opened else "",
            "needed": needed(tender, bid) if row and row["rank"] > 1 else None,
            "award": award,
            "until": moment(until) if until else "",
            "authority": decider(tender),
            "rows": decisions_of(bid),
            "drawn": pictures.ranking(body["rows"]),
            "signers": [("", office(Role.SECRETARY))],
            "received": True,
        }
        | points_of(bid, row, body["scale"])
        | place_of(tender, "bid.", bid=bid.pk)
    )


def points_of(bid, row, scale):
    """Return the points of a bid, all there are, and where each was lost; none yet where it is not ranked."""
    top = lost.top_of(scale) if scale else Decimal(value(bid.tender, "factors.scale", 100))
    gone = {"not-admitted": "admission", "returned": "admission", "rejected": "offer"}.get(bid.state)
    score, found = (Decimal("0.00"), [lost.Loss(gone, top)]) if gone else (None, [])
    if row:
        score, found = Decimal(row["published"]), lost.losses(row, scale)
    return {"top": top, "score": score, "losses": found, "lacking": sum(loss.points for loss in found)}


# The appeal


def decider(tender):
    """Return who decides appeals, as the terms say it."""
    return parameters.format("appeal.authority", value(tender, "appeal.authority", "mayor"), _)


def decided_appeal(tender, number):
    found = tender.appeals.exclude(decided_at=None).select_related("bid__bidder", "tender__municipality")
    return get_object_or_404(found, number=number)


def appeal_facts(appeal):
    turned_away = appeal.state == Appeal.State.INADMISSIBLE
    role, _name = authority(appeal.tender)
    answers = appeal.answers.select_related("bid__bidder")
    said = {"number": appeal.number, "resolution": appeal.resolution}
    title = _("%(resolution)s, on appeal no. %(number)s")
    if turned_away:
        role, title = Role.SECRETARY, _("Appeal no. %(number)s: not admitted")
    return {
        "title": title % said,
        "written_at": appeal.decided_at,
        "appeal": appeal,
        "filed": moment(appeal.filed_at),
        "decided": moment(appeal.decided_at),
        "answers": [{"it": each, "said": moment(each.at)} for each in answers],
        "authority": decider(appeal.tender),
        "signers": [(str(appeal.decided_by or ""), office(role))],
    } | place_of(appeal.tender, "appeal.", appeal=appeal.pk)


# Who signs minutes beside the committee


def witnesses_of(minutes):
    """Return the two witnesses of a draw."""
    drawn = Draw.objects.get(minutes=minutes)
    return [(drawn.witness_1, _("Witness")), (drawn.witness_2, _("Witness"))]


def notary_of(minutes):
    """Return whoever certified an opening, where somebody did."""
    acts = minutes.tender.opening_acts.filter(stage=int(minutes.kind[-1]), begun_at__lte=minutes.entered_at)
    act = acts.order_by("begun_at", "pk").last()
    return [(act.notary, _("Notary or justice of the peace"))] if act and act.notary else []


BESIDE |= {"draw": witnesses_of, "opening-1": notary_of, "opening-2": notary_of}
PAPERS |= {
    "bid": Paper("cargo", received_bid, receipt_page, receipt_facts, "bid_receipt", may_read_receipt),
    "evaluation": Paper(
        "evaluacion",
        evaluated_bid,
        lambda bid: reverse("evaluation", args=[bid.tender_id]),
        evaluation_facts,
        "evaluation",
        may_read_evaluation,
    ),
    "sheet": Paper(
        "hoja",
        sheet_of,
        lambda sheet: reverse("evaluation-bid", args=[sheet.tender_id, sheet.bid_id]),
        sheet_facts,
        "sheet",
        may_read_sheet,
    ),
    "result": Paper(
        "resultado",
        judged_bid,
        result_page,
        result_facts,
        "result",
        may_read_result,
    ),
    "appeal": Paper("resolucion", decided_appeal, own_page, appeal_facts, "appeal"),
}
