"""What custodians, desk and secretary have to do, in the list of the procedure and in their own work; and
what a return to an earlier phase leaves to do.
"""

from django.contrib.auth.decorators import login_required
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bids.guards.custody import BEFORE_THE_CALL
from bids.models import Custodian
from bids.services import custody, submission
from procurement import agenda, chronicle, clock, roles, tasks
from procurement.guards.custody import custodians_are_ready, has_kits, is_digital, settled
from procurement.views.base import attempt, page, visible_tender
from procurement.views.tender import task

chronicle.WORDS |= {
    "custodian.name": gettext_lazy("A custodian of the keys was named."),
    "contingency": gettext_lazy("A commitment that came by another way was entered."),
    "custodian.lost": gettext_lazy("A custodian's sheet was lost."),
    "custodian.dismiss": gettext_lazy("A custodian was taken out, with a reason."),
    "custodian.sheet": gettext_lazy("A custodian made a sheet; here are its public keys."),
    "custodian.ready": gettext_lazy("A custodian proved the words of the sheet."),
    "kit": gettext_lazy("The keys of an envelope were recorded."),
    "manifest": gettext_lazy("A bidder presented a closed envelope."),
    "attempt": gettext_lazy("Somebody tried to present a bid, and it was not received."),
    "bid.submit": gettext_lazy("A bid was presented."),
    "bid.withdraw": gettext_lazy("A bid was taken back."),
    "bid.give_back": gettext_lazy("Envelopes were returned unopened."),
    "bidder.register": gettext_lazy("Somebody registered as a bidder."),
    "bidder.amend": gettext_lazy("A bidder changed its particulars."),
    "bidder.confirm": gettext_lazy("A till confirmed the RUC of a bidder."),
}


def custodians(tender, user, at):
    """The keys of the envelopes, before the call."""
    if not is_digital(tender):
        return
    ready = custody.present_round(tender).exclude(ready_at=None).count()
    needed = settled(tender, "sealing.custodians", 0)
    yield task(
        tender,
        user,
        at,
        _("Custodians and keys of the envelopes"),
        "custodians",
        codename="keep_custodians",
        readable=True,
        done=has_kits(tender),
        against=custodians_are_ready.refusals(tender, at) if tender.state in BEFORE_THE_CALL else [],
        note=_("%(ready)s of %(needed)s are ready.") % {"ready": ready, "needed": needed},
        who=_("Committee or secretary; each custodian"),
    )


def reception(tender, user, at):
    """Paper at the desk, the RUC at the till, and what an earlier round left."""
    dated = getattr(tender, "schedule", None)
    until = dated.submission_deadline if dated else None
    open_now = tender.state == tender.State.INTEGRATED
    look = "open" if open_now else "done" if tender.closed_at else "pending"
    if settled(tender, "envelopes.form") == "paper":
        yield task(
            tender,
            user,
            at,
            _("Envelopes on paper"),
            "desk",
            codename="receive_paper",
            state=look,
            until=until,
            who=_("Desk"),
        )
    yield task(
        tender,
        user,
        at,
        _("RUC of those who bid"),
        "bidder-confirm",
        codename="confirm_ruc",
        state="open" if tender.announced_at and not tender.closed_at else look,
        until=until,
        who=_("Treasury (till)"),
    )
    old = tender.bids.filter(round__lt=tender.round, state="submitted").count()
    if old:
        note = ngettext("%(count)s bid of before.", "%(count)s bids of before.", old) % {"count": old}
        title = _("Return the unopened envelopes")
        yield task(
            tender, user, at, title, "round-return", codename="return_envelopes", state="ready", note=note
        )


agenda.PARTS["announce"].insert(0, custodians)
agenda.PARTS["receive"].insert(0, reception)


def my_sheet(tenders, user, at):
    """A sheet that this person has not made or not proved yet."""
    mine = Custodian.objects.filter(tender__in=tenders, user=user, ready_at=None)
    waiting = {custodian.tender_id: custodian for custodian in mine}
    for tender in tenders:
        custodian = waiting.get(tender.pk)
        if custodian and custodian.round == tender.round:
            dated = getattr(tender, "schedule", None)
            url = sheet_page(custodian)
            until = dated.announcement if dated and tender.state in BEFORE_THE_CALL else None
            yield tender, tasks.Task(_("My sheet of words"), url, until)


def sheet_page(custodian):
    name = "custodian-prove" if custodian.made_at else "custodian-sheet"
    return reverse(name, args=[custodian.tender_id, custodian.index])


tasks.SOURCES.append(my_sheet)


@login_required
def round_return(request, pk):
    """The envelopes of an earlier round, to be given back unopened (decision 19)."""
    tender = visible_tender(request, pk)
    roles.require(request.user, "return_envelopes", tender, clock.now())
    if request.method == "POST":
        done = _("Recorded. Their bidders are told to present again.")
        return attempt(request, submission.return_earlier_rounds, tender, done=done)
    old = tender.bids.filter(round__lt=tender.round, state="submitted").order_by("submitted_at")
    return page(request, "bids/desk_rounds.html", tender, old=old)
