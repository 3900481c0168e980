"""What comes near, in the list of one's work; the calendar and the pack in the procedure of a call."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bids.deadlines import end_of
from contracts import duties
from contracts.services.handover import may_make
from procurement import agenda, chronicle, roles, tasks
from procurement.schedule import local_day

chronicle.WORDS |= {"handover": gettext_lazy("The pack for the next authorities was made.")}


def near(tenders, user, at):
    """What is late or comes near, of those whom it concerns."""
    agreed = [tender for tender in tenders if tender.state == "consented"]
    if not agreed:
        return
    held = duties.roles_held(user, agreed, at)
    today, known = local_day(at), {tender.pk: tender for tender in agreed}
    for due in duties.of(agreed, at):
        look = due.look(today)
        if look != "pending" and due.concerns(user, held.get(due.tender.pk, ())):
            state = "overdue" if look == "overdue" else "ready"
            task = tasks.Task(due.title, due.url, end_of(due.day), state=state, note=due.note)
            yield known[due.tender.pk], task


tasks.SOURCES.append(near)


def step(tender, title, name, **more):
    return agenda.Step(title, reverse(name, args=[tender.pk]), **more)


def calendar(tender, user, at):
    """The calendar of what is due, and the pack for the next authorities, once there is a final award."""
    if tender.state != "consented":
        return
    found = duties.shown_to(duties.of([tender], at), user, {tender.pk: roles.roles_on(tender, user, at)})
    first = duties.next_of(found, at)
    late = first is not None and first.look(local_day(at)) == "overdue"
    state = "overdue" if late else "open" if first else "pending"
    until = end_of(first.day) if first else None
    note = first.title if first else ""
    yield step(tender, _("Keep the dates"), "duty-list", state=state, until=until, note=note)
    handing = next((due for due in found if due.key.startswith("handover.")), None)
    mine = user.is_authenticated and may_make(user, tender, at)
    more = {"until": end_of(handing.day), "state": "open"} if handing else {"state": "done"}
    title, who = _("Make the handover pack for the incoming mayor"), _("Mayor or municipal manager")
    yield step(tender, title, "handover", who=who, mine=mine and handing is not None, **more)


agenda.PARTS["run" if "run" in agenda.PARTS else "sign"].append(calendar)
