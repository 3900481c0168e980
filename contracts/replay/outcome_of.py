"""The final state of everything that a scenario has played, as plain facts and as lines to read."""

from procurement.models import Event, Log


def everything(stage):
    """Return the tenders of the stage's municipality, oldest first, each with what became of it."""
    return [
        tender_facts(tender) for tender in stage.named["municipality"].tenders.order_by("year", "sequence")
    ]


def tender_facts(tender):
    """Return the state, the counts and the log head of one tender."""
    log = Log.objects.get(origin=tender.log_origin)
    return {
        "number": tender.number,
        "call": tender.call_number,
        "round": tender.round,
        "state": tender.state,
        "events": Event.objects.of(tender).count(),
        "log_root": log.root,
    }


def lines(final):
    """Return the same as lines."""
    return [f"{facts['number']}: {facts['state']} ({facts['events']} events)" for facts in final]
