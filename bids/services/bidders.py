"""Who bids: registering, amending, and confirming a RUC at the till (rules 9-13, 130-134; decision 3)."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from stdnum.pe import cui as dni_number
from stdnum.pe import ruc as ruc_number

from bids import shareholding
from bids.models import Bidder, Holder
from procurement import clock, roles
from procurement.guards.problems import refusal
from procurement.log import INSTALLATION, record
from procurement.models import TermsSale
from procurement.services import notices
from procurement.workflow import Blocked, Refusal

BIDDER = "bidder"  # how the log of the installation names whoever registers
PARTICULARS = ("kind", "name", "ruc", "origin_group", "department", "province", "district")
UNDER_WAY = ("integrated", "closed", "evaluating", "awarded")

RUC_WRONG = Refusal(
    "bidder.ruc.wrong",
    _("%(ruc)s is not a RUC: it has 11 digits, and the last one checks the others. Read it again."),
    _("decision 3"),
)
RUC_TAKEN = Refusal(
    "bidder.ruc.taken",
    _(
        "This RUC is registered already, by another account. If it is yours, go to the till with the "
        "document."
    ),
    _("decision 3"),
)
RUC_MISSING = Refusal(
    "bidder.ruc.missing",
    _("Write the RUC. Only a consortium that is still being formed may bid without one."),
    _("decision 3"),
)
RUC_NOT_FOUND = Refusal(
    "bidder.ruc.not-found",
    _("Nobody has registered the RUC %(ruc)s. The bidder registers it on their page first."),
    _("decision 3"),
)
DOCUMENT_NOT_SEEN = Refusal(
    "bidder.ruc.document-not-seen",
    _("Look at the RUC sheet and at the identity document of whoever brings it, before you confirm."),
    _("decision 3"),
)
DOCUMENT_WRONG = Refusal(
    "bidder.holder.document-wrong",
    _("%(document)s is neither a RUC nor a DNI. Read it again."),
    _("decision 14"),
)
FROZEN = Refusal(
    "bidder.particulars.presented",
    _(
        "In this name a bid was presented, and the call goes on. Until it ends the particulars stay as they "
        "are."
    ),
    _("decision 14"),
)


@transaction.atomic
def register(*, by, members=(), account=None, **particulars):
    """Register a bidder for the account of `by`; `members` are `shareholding.Share`s.

    Nothing about it is public: the log says that somebody registered, and no more.
    """
    at = clock.now()
    bidder = Bidder(account=account or by, **particulars)
    save(bidder, members)
    adopt_confirmation(bidder)
    private = {"bidder": bidder.pk, "account": f"user:{bidder.account.pk}", "ruc": bidder.ruc}
    record(INSTALLATION, "bidder.register", by=BIDDER, at=at, private=private)
    return bidder


@transaction.atomic
def amend(bidder, *, by, members=(), **particulars):
    """Change the particulars while no bid in this name is presented; another RUC is confirmed anew."""
    at = clock.now()
    bidder = Bidder.objects.select_for_update().get(pk=bidder.pk)
    if bidder.account != by:
        raise PermissionDenied
    if bidder.bids.filter(seq__gt=0, tender__state__in=UNDER_WAY).exists():
        raise Blocked(FROZEN)
    if particulars.get("ruc", bidder.ruc) != bidder.ruc:
        bidder.confirmed_by = bidder.confirmed_at = None
    for name, value in particulars.items():
        setattr(bidder, name, value)
    save(bidder, members)
    adopt_confirmation(bidder)
    private = {"bidder": bidder.pk, "ruc": bidder.ruc}
    record(INSTALLATION, "bidder.amend", by=BIDDER, at=at, private=private)
    return bidder


def save(bidder, members):
    """Keep a bidder and its holders, or refuse with every reason."""
    if reasons := reasons_against(bidder, members):
        raise Blocked(*reasons)
    bidder.save()
    bidder.members.all().delete()
    Holder.objects.bulk_create(Holder(bidder=bidder, **share._asdict()) for share in members)


def reasons_against(bidder, members):
    reasons = [refusal(problem) for problem in shareholding.check(bidder.kind, members)]
    if bidder.ruc and not ruc_number.is_valid(bidder.ruc):
        reasons.append(RUC_WRONG.about(ruc=bidder.ruc))
    elif bidder.ruc and Bidder.objects.filter(ruc=bidder.ruc).exclude(pk=bidder.pk).exists():
        reasons.append(RUC_TAKEN)
    elif not bidder.ruc and bidder.kind != Bidder.Kind.CONSORTIUM:
        reasons.append(RUC_MISSING)
    wrong = [each.document for each in members if each.document and not is_document(each.document)]
    return reasons + [DOCUMENT_WRONG.about(document=document) for document in wrong[:1]]


def is_document(number):
    """Whether this is a RUC with its check digit, or the eight digits of a DNI."""
    return ruc_number.is_valid(number) or (len(number) == 8 and dni_number.is_valid(number))


def adopt_confirmation(bidder):
    """Take over that the till saw this RUC when this account bought terms."""
    if not bidder.ruc or bidder.confirmed_at:
        return
    seen = TermsSale.objects.bought().filter(buyer=bidder.account, ruc=bidder.ruc)
    sale = seen.exclude(ruc_confirmed_at=None).first()
    if sale:
        bidder.confirmed_by, bidder.confirmed_at = sale.cashier, sale.ruc_confirmed_at
        bidder.save(update_fields=["confirmed_by", "confirmed_at"])


@transaction.atomic
def confirm(tender, *, ruc, document_seen, by):
    """Confirm at the till that the RUC is that of whoever brings the document; twice is once (decision 3)."""
    at = clock.now()
    roles.require(by, "confirm_ruc", tender, at)
    if not document_seen:
        raise Blocked(DOCUMENT_NOT_SEEN)
    bidder = Bidder.objects.select_for_update().filter(ruc=ruc).exclude(ruc="").first()
    if bidder is None:
        raise Blocked(RUC_NOT_FOUND.about(ruc=ruc))
    if bidder.confirmed_at:
        return bidder
    bidder.confirmed_by, bidder.confirmed_at = by, at
    bidder.save(update_fields=["confirmed_by", "confirmed_at"])
    private = {"bidder": bidder.pk, "ruc": bidder.ruc}
    record(INSTALLATION, "bidder.confirm", by=by, at=at, private=private)
    if bidder.account:
        notices.tell(
            [bidder.account],
            tender=tender,
            subject=_("Your RUC is confirmed"),
            text=notices.said(_("The till has seen the document of RUC %(ruc)s. You may present."), ruc=ruc),
            at=at,
        )
    return bidder
