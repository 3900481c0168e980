"""What comes near, in the list of one's work; the calendar and the pack in the procedure of a call."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bids.deadlines import end_of
from contracts import duties
from contracts.duties.election import change_after
from contracts.services.handover import may_make
from procurement import agenda, chronicle, roles, tasks
from procurement.business_days import election_before
from procurement.roles import Role
from procurement.schedule import local_day

NEW = timedelta(days=60)

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
            shown = {"state": state, "note": due.note, "is_reminder": True}
            task = tasks.Task(due.title, due.url, end_of(due.day), **shown)
            yield known[due.tender.pk], task


def newcomers(tenders, user, at):
    """For two months a mayor who came into office after the call had begun is asked to read what there is."""
    mine = roles.held(user, at).filter(group__name=Role.MAYOR.value, start__gt=at - NEW)
    since = dict(mine.order_by().values_list("municipality", "start"))
    for tender in tenders:
        start = since.get(tender.municipality_id)
        if start and tender.announced_at and tender.announced_at < start:
            title, note = (
                _("Read what was decided before you"),
                _("What is in force, and what is due."),
            )
            yield tender, tasks.Task(title, reverse("handover", args=[tender.pk]), note=note)


tasks.SOURCES += [near, newcomers]


def step(tender, title, name, **more):
    return agenda.Step(title, reverse(name, args=[tender.pk]), **more)


def calendar(tender, user, at):
    """The calendar of what is due, and the pack for the next authorities, once there is a final award."""
    if tender.state != "consented":
        return
    held = roles.roles_on(tender, user, at)
    found = duties.shown_to(duties.of([tender], at), user, {tender.pk: held})
    mine = [due for due in found if due.concerns(user, held)]
    first = duties.next_of(mine or found, at)
    look = first.look(local_day(at)) if first else "pending"
    more = {"until": end_of(first.day), "note": first.title, "who": first.who} if first else {}
    state = {"overdue": "overdue", "wait": "open", "pending": "pending"}[look]
    yield step(tender, _("Keep the dates"), "duty-list", state=state, mine=bool(mine), **more)
    yield handing_over(tender, found, user, at)


def handing_over(tender, found, user, at):
    """The pack for the incoming mayor: from the election on it is somebody's task."""
    due = next((each for each in found if each.key.startswith("handover.")), None)
    title, who = _("Make the handover pack for the incoming mayor"), _("Mayor or municipal manager")
    if due is None:
        return step(tender, title, "handover", who=who, state="done")
    elected = election_before(change_after(local_day(at))) <= local_day(at)
    mine = elected and user.is_authenticated and may_make(user, tender, at)
    state = "ready" if elected else "pending"
    return step(tender, title, "handover", who=who, state=state, mine=mine, until=end_of(due.day))


agenda.PARTS["run" if "run" in agenda.PARTS else "sign"].append(calendar)
