"""A copy of the database put back that is older than what was lost (sealed/design.md §7): said in public at
once, written into the ledger of outages, and told to everybody who may have presented something since.

Whoever holds a receipt of that time can prove it: the receipt names a head of the log that this one lacks.
"""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from procurement import clock
from procurement.log import INSTALLATION, instant, record
from procurement.models import Log, Outage, Tender
from procurement.roles import Role
from procurement.services import minutes, notices, outages, papers, sale
from procurement.services.log_keys import SHELL
from procurement.services.notices import said, spanish
from procurement.workflow import Blocked, Refusal, lock

WRONG_ORDER = Refusal(
    "copy.times.order",
    _("The copy is older than the loss, and the loss lies behind us. Look at both hours again."),
    _("decision 12"),
)
UNDER_WAY = [Tender.State.ANNOUNCED, Tender.State.INTEGRATED, Tender.State.CLOSED, Tender.State.EVALUATING]


@transaction.atomic
def state(*, copied_at, lost_at, reason):
    """State that what was recorded between two instants is gone; return the calls that it touches."""
    at = clock.now()
    if not copied_at < lost_at <= at:
        raise Blocked(WRONG_ORDER)
    note = spanish(said(_("A copy was put back. What was recorded since is gone. %(reason)s"), reason=reason))
    outage = Outage.objects.create(start=copied_at, end=at, note=note[:300])
    heads = dict(Log.objects.values_list("origin", "size"))
    times = {"copied_at": instant(copied_at), "lost_at": instant(lost_at)}
    facts = {"outage": outage.pk, "reason": reason, "heads": heads}
    record(INSTALLATION, "copy.put-back", by=SHELL, at=at, **times, **facts)
    touched = list(Tender.objects.filter(state__in=UNDER_WAY))
    for tender in touched:
        tell(tender, copied_at, lost_at, reason)
    outages.propose_everywhere(at)
    return touched


def tell(tender, copied_at, lost_at, reason):
    """Leave minutes in a call, and give the same word to its people and to every buyer."""
    tender = lock(tender, by=clock.ACTOR)
    at = tender.judged_at
    shown = {"copied_at": papers.moment(copied_at), "lost_at": papers.moment(lost_at), "reason": reason}
    size = Log.objects.filter(origin=tender.log_origin).values_list("size", flat=True).first() or 0
    text = papers.render("minutes_copy_put_back", tender=tender, size=size, **shown)
    kept = {"office": "reception", "kind": "copy-put-back", "title": _("A copy of the records was put back")}
    minutes.write(tender, **kept, text=text, happened_at=at, by=SHELL, at=at)
    title = _("Records were lost: look whether yours are here")
    words = said(
        _(
            "A copy of %(copied_at)s was put back. What was presented from then until %(lost_at)s is gone. "
            "If you presented in that time, present again the same sealed file and keep your receipt: it "
            "proves it."
        ),
        copied_at=shown["copied_at"],
        lost_at=shown["lost_at"],
    )
    link = tender.get_absolute_url()
    users = notices.people_of(tender, Role.COMMITTEE, Role.SECRETARY, Role.JVS, at=at)
    notices.tell(users, tender=tender, subject=title, text=words, at=at, link=link)
    sale.hand_to_all(tender, title=title, text=words, link=link, at=at)
