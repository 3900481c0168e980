"""Warning of what is due, ahead of time and once: 30, 7, 3 and 1 days before, and when it is late.

The background reads the duties of a tender anew on each day and whenever something was written in its log.
Whether a duty is due, and what follows from that, no rule asks here.
"""

from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from contracts import duties
from contracts.models import Duty, DutyReading
from procurement import background, clock
from procurement.guards.problems import lazily_shown
from procurement.models import Log, Tender, User
from procurement.schedule import local_day
from procurement.services import notices
from procurement.workflow import lock

LEADS = (1, 3, 7, 30)  # days ahead
LATE = -1


def lead(days):
    """Return of how many days ahead a warning is due, so many days before; None while it is too early."""
    if days < 0:
        return LATE
    return next((each for each in LEADS if days <= each), None)


def unread(at):
    """Return the tenders whose duties were not read today, or not since their log has grown."""
    today, sizes = local_day(at), dict(Log.objects.values_list("origin", "size"))
    read_at = {row.tender_id: (row.day, row.log_size) for row in DutyReading.objects.all()}
    has_rows = Q(pk__in=Duty.objects.values("tender"))  # of a call that has ended they are to be forgotten
    under_way = Tender.objects.public().filter(Q(ended_at=None) | has_rows).only("pk", "ocid")
    return [each for each in under_way if read_at.get(each.pk) != (today, sizes[each.log_origin])]


@transaction.atomic
def ask(tender):
    """Have the duties of a tender read in the background."""
    size = Log.objects.get(origin=tender.log_origin).size
    seen = {"day": local_day(clock.now()), "log_size": size}
    DutyReading.objects.update_or_create(tender=tender, defaults=seen)
    read.enqueue(tender.pk)


@background.task()
def read(tender):
    """Bring the rows of a tender up to date, and warn those concerned of what comes near."""
    with background.once():
        refresh(Tender.objects.get(pk=tender))


def refresh(tender):
    """Compare what is due with the rows: keep, move, forget and warn; the same again changes nothing."""
    tender = lock(tender, by=clock.ACTOR)
    at, rows = tender.judged_at, {row.key: row for row in tender.duties.all()}
    with translation.override(notices.LANGUAGE):
        found = {due.key: due for due in duties.of([tender], at)}
    for key, due in found.items():
        row = rows.get(key) or Duty(tender=tender, key=key)
        before = (row.day, row.warned)
        if row.day != due.day:
            row.day, row.warned = due.day, None
        warn(row, due, at)
        if before != (row.day, row.warned):
            row.save()
    tender.duties.exclude(key__in=found).delete()


def warn(row, due, at):
    """Warn once of each number of days; who comes late is warned of what holds now only."""
    now = lead((due.day - local_day(at)).days)
    if now is None or (row.warned is not None and now >= row.warned):
        return
    row.warned = now
    with translation.override(notices.LANGUAGE):
        notices.tell(concerned(due, at), tender=due.tender, at=at, link=due.url, **words(due, at))


def concerned(due, at):
    """Return the accounts that a duty concerns."""
    named = list(User.objects.filter(pk__in=due.accounts, is_active=True))
    return notices.people_of(due.tender, *due.roles, at=at) + named


def words(due, at):
    """Return subject and text of a warning."""
    days = (due.day - local_day(at)).days
    facts = {"title": due.title, "day": lazily_shown(due.day), "days": days, "rule": due.rule}
    if days < 0:
        subject, text = _("Late: %(title)s"), _("It was due on %(day)s (%(rule)s).")
    elif days == 0:
        subject, text = _("Today: %(title)s"), _("It is due today, %(day)s (%(rule)s).")
    else:
        subject, text = _("%(title)s: until %(day)s"), _("%(days)s days are left, until %(day)s (%(rule)s).")
    return {"subject": subject % facts, "text": f"{text % facts} {due.note}".strip()}
