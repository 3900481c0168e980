"""The final state of everything that a scenario has played, as plain facts and as lines to read."""

from collections import Counter

from bids.services import second_call
from procurement import clock
from procurement.guards.award import award_of, ranking_of
from procurement.models import Log

from . import outcome_after


def everything(stage):
    """Return the tenders of the stage's municipality, oldest first, each as it stood after the last step."""
    tenders = stage.named["municipality"].tenders.order_by("year", "sequence")
    with clock.stopped_at(stage.now):
        return [tender_facts(tender) for tender in tenders]


def tender_facts(tender):
    """Return what became of one tender; a replay sees it all, on a database of its own."""
    log = Log.objects.get(origin=tender.log_origin)
    return {
        "number": tender.number,
        "call": tender.call_number,
        "round": tender.round,
        "state": tender.state,
        "postponements": [postponement(change) for change in tender.changes.filter(kind="postponement")],
        "sales": dict(Counter(tender.terms_sales.values_list("state", flat=True))),
        "meetings": [meeting_facts(meeting) for meeting in tender.meetings.all()],
        "queries": dict(Counter(tender.queries.values_list("state", flat=True))),
        "circulars": tender.circulars.exclude(published_at=None).count(),
        "bids": [bid_facts(bid) for bid in tender.bids.select_related("bidder")],
        "attempts": list(tender.attempts.values_list("code", flat=True)),
        "ranking": ranking(tender),
        "award": award(tender),
        "deserted": tender.desertion.cause if hasattr(tender, "desertion") else None,
        "changed_from_first_call": changed_points(tender),
        "guarantees": outcome_after.guarantees(tender),
        "contract": outcome_after.contract(tender),
        "events": log.size,
        "log_root": log.root,
    }


def postponement(change):
    """Return one postponement: its act and what it did to the deadline for bids."""
    days = {"from": change.old.get("submission_deadline"), "to": change.new.get("submission_deadline")}
    return {"number": change.number, "act": change.act, "reason": change.reason, "deadline": days}


def meeting_facts(meeting):
    came = Counter(meeting.attendances.values_list("sex", flat=True))
    return {
        "number": meeting.number,
        "state": meeting.state,
        "held_at": meeting.held_at and meeting.held_at.isoformat(),
        "women": came["woman"],
        "men": came["man"],
    }


def bid_facts(bid):
    return {
        "bidder": str(bid.bidder),
        "kind": bid.bidder.kind,
        "state": bid.state,
        "percentage": text(bid.offer),
        "score": text(bid.score),
        "place": bid.place,
        "reason": bid.reason,
        "shares": [share(holder) for holder in bid.bidder.members.all()],
    }


def share(holder):
    found = {"holder": holder.name, "kind": holder.kind, "share": text(holder.share)}
    if holder.obligation:
        found |= {"obligation": holder.obligation, "until": str(holder.obligation_on)}
    return found


def ranking(tender):
    """Return the ranking that stands, from the first place on."""
    found = ranking_of(tender)
    shown = ("rank", "name", "percentage", "is_local", "published", "decided_by")
    return [{name: row[name] for name in shown} for row in found.body["rows"]] if found else []


def award(tender):
    found = award_of(tender)
    if not found:
        return None
    figures = {"percentage": text(found.percentage), "score": text(found.score)}
    return {"bidder": str(found.bid.bidder), "consented": found.consented_at is not None} | figures


def changed_points(tender):
    """Return which of the five points a second call has changed (rules 62-66)."""
    if tender.previous is None or tender.profile is None:
        return []
    return [row["point"].key for row in second_call.comparison(tender) if row["changed"]]


def text(number):
    return None if number is None else str(number)


def lines(final):
    """Return the same as lines."""
    return [line for facts in final for line in lines_of(facts)]


def lines_of(facts):
    """Yield what became of one tender, one thing a line; what there is not is left out."""
    yield f"{facts['number']} (call {facts['call']}, round {facts['round']}): {facts['state']}"
    for each in facts["postponements"]:
        yield f"  postponement {each['number']}: {each['act']}; deadline now {each['deadline']['to']}"
    for name in ("sales", "queries"):
        if facts[name]:
            yield f"  {name}: " + ", ".join(f"{count} {state}" for state, count in facts[name].items())
    for each in facts["meetings"]:
        yield f"  meeting {each['number']}: {each['state']}, {each['women']} women, {each['men']} men"
    if facts["circulars"]:
        yield f"  circulars: {facts['circulars']}"
    for each in facts["bids"]:
        yield from lines_of_bid(each)
    if facts["attempts"]:
        yield f"  turned away: {', '.join(facts['attempts'])}"
    for each in facts["ranking"]:
        local = ", local" if each["is_local"] else ""
        yield f"  {each['rank']}. {each['name']}: {each['percentage']} %, {each['published']} points{local}"
    if facts["award"]:
        final = "consented" if facts["award"]["consented"] else "may be appealed"
        yield f"  award: {facts['award']['bidder']}, {facts['award']['percentage']} % ({final})"
    yield from outcome_after.lines(facts)
    if facts["deserted"]:
        yield f"  deserted: {facts['deserted']}"
    if facts["changed_from_first_call"]:
        yield f"  changed from the first call: {', '.join(facts['changed_from_first_call'])}"
    yield f"  log: {facts['events']} events, root {facts['log_root']}"


def lines_of_bid(bid):
    yield f"  bid of {bid['bidder']} ({bid['kind']}): {bid['state']}"
    for each in bid["shares"]:
        promise = f"; {each['obligation']}, until {each['until']}" if "obligation" in each else ""
        yield f"    {each['share']} % {each['holder']} ({each['kind']}){promise}"
