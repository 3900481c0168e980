"""A custodian's sheet that is lost, damaged or may have been copied (sealed/design.md §7).

Until there are bids the sheet and the keys are made anew. Afterwards the keys stay, and one fewer custodian
can come; where too few are left, bidders open with their own key files, or all seal again in a new round.
"""

from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bids.services import custody
from procurement import roles
from procurement.guards.custody import groups_of
from procurement.log import record
from procurement.roles import Role
from procurement.services import minutes, notices, papers, sale
from procurement.services.notices import said
from procurement.workflow import Blocked, Refusal, lock

NO_SHEET = Refusal(
    "custody.sheet.missing",
    _("%(custodian)s has no sheet yet. Make it first."),
    _("decision 15"),
)
ALREADY_LOST = Refusal(
    "custody.sheet.already-lost",
    _("The sheet of %(custodian)s is written down as lost already."),
    _("nothing is erased"),
)
BEFORE, WITHOUT_BIDS, WITH_BIDS = "before-the-call", "without-bids", "with-bids"


class Left(NamedTuple):
    """Who of a group can still come."""

    needed: int
    all: int
    left: int

    @property
    def is_short(self):
        return self.left < self.needed


def left_of(tender):
    """Return who can still come, group by group: everybody whose sheet is not lost."""
    lost = set(custody.present_round(tender).exclude(lost_at=None).values_list("index", flat=True))
    return [Left(group["k"], len(group["of"]), len(set(group["of"]) - lost)) for group in groups_of(tender)]


def moment_of(tender):
    """Return what a lost sheet means now: before the call, before any bid, or with bids."""
    if tender.announced_at is None:
        return BEFORE
    presented = tender.envelopes.filter(bid__round=tender.round).exclude(status="sealed")
    return WITH_BIDS if presented.exists() else WITHOUT_BIDS


@transaction.atomic
def report(custodian, *, reason, report="", by):
    """Write down that a sheet is lost, as its holder or who keeps custodians; it leaves minutes."""
    custodian = lock(custodian, by=by)
    tender, at = custodian.tender, custodian.judged_at
    if custodian.user_id != by.pk:
        roles.require(by, "keep_custodians", tender, at)
    if not custodian.made_at:
        raise Blocked(NO_SHEET.about(custodian=custodian.name))
    if custodian.lost_at:
        raise Blocked(ALREADY_LOST.about(custodian=custodian.name))
    moment = moment_of(tender)
    (strike if moment == WITH_BIDS else forget)(custodian)
    groups = left_of(tender)
    facts = {"custodian": custodian.index, "name": custodian.name, "moment": moment, "reason": reason}
    record(tender, "custodian.lost", by=by, at=at, left=[list(group) for group in groups], **facts)
    short = any(group.is_short for group in groups)
    shown = {"custodian": custodian, "moment": moment, "groups": groups, "short": short}
    text = papers.render("minutes_sheet_lost", tender=tender, reason=reason, report=report, **shown)
    kept = {"office": "committee", "kind": "sheet-lost", "title": _("Loss of a custodian's sheet")}
    minutes.write(tender, **kept, text=text, happened_at=at, by=by, at=at)
    tell(custodian, moment, short, by=by)
    return custodian


def strike(custodian):
    """The keys stay in use: this custodian cannot come."""
    custodian.lost_at = custodian.judged_at
    custodian.save(update_fields=["lost_at"])


def forget(custodian):
    """Neither sheet nor keys count any more; the log keeps both."""
    custodian.recipient_1 = custodian.recipient_2 = custodian.reader = custodian.verify_key = ""
    custodian.means = ""
    custodian.made_at = custodian.ready_at = None
    custodian.save()
    custody.unfreeze(custodian.tender)


def tell(custodian, moment, short, *, by):
    """Tell the custodian and the committee what follows; where bids may be under way, every buyer too."""
    tender, at = custodian.tender, custodian.judged_at
    if moment != WITH_BIDS:
        text = _("The sheet is made again, and the keys are recorded anew.")
    elif short:
        text = _("Too few custodians are left. Bidders bring their key files, or all seal again.")
    else:
        text = _("The keys stay. Enough custodians are left to open; all of them are needed more.")
    users = {*notices.people_of(tender, Role.COMMITTEE, Role.SECRETARY, at=at), custodian.user} - {None, by}
    subject = said(_("The sheet of %(custodian)s is lost"), custodian=custodian.name)
    link = f"{tender.get_absolute_url()}custodians/"
    notices.tell(
        sorted(users, key=lambda user: user.pk), tender=tender, subject=subject, text=text, at=at, link=link
    )
    if moment == WITHOUT_BIDS:
        title = _("The envelopes get new keys")
        text = _("A sheet was lost before any bid was presented. Do not seal until the new keys are out.")
        sale.hand_to_all(tender, title=title, text=text, link=link, at=at)
