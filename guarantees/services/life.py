"""A guarantee is renewed, claimed, paid out, released and given back; what time does to it (§2.3, §4.7)."""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guarantees import windows
from guarantees.guards.life import open_obligation
from guarantees.models import Assent, Claim, Guarantee, Renewal
from guarantees.services.leaving import facts_of, keep, note, tell, write
from guarantees.services.reception import begin
from procurement import clock
from procurement.guards.problems import lazily_shown
from procurement.money import display
from procurement.roles import Role
from procurement.schedule import local_day
from procurement.services.notices import said, spanish
from procurement.workflow import Blocked, Refusal, advance, lock

OTHER_ONE = Refusal(
    "guarantee.replacement.other",
    _("Only a guarantee of the same operator, for the same purpose and as large, stands in its place."),
    _("domain.md §4.11"),
)
NOT_A_SURETY = Refusal(
    "guarantee.assent.not-needed",
    _("Nobody has to agree: this is no surety."),
    _("CC 1901"),
)
ALL = (Role.TREASURY, Role.LEGAL, Role.MANAGER, Role.MAYOR, Role.JVS)


@transaction.atomic
def renew(
    guarantee, *, new_expiry, letter, by, amount=None, confirmed_by="", premium_paid_until=None, file=None
):
    """Record a later last day that issuer or guarantor has signed, as treasury."""
    guarantee = lock(guarantee, by=by)
    Renewal.objects.create(
        guarantee=guarantee,
        old_expiry=guarantee.expiry,
        new_expiry=new_expiry,
        amount=guarantee.amount if amount is None else amount,
        letter=letter,
        confirmed_by=confirmed_by,
        premium_paid_until=premium_paid_until,
        by=by,
        at=guarantee.judged_at,
    )
    private = {"letter": letter, "confirmed_by": confirmed_by}
    facts = {"old_expiry": guarantee.expiry and str(guarantee.expiry), "new_expiry": str(new_expiry)}
    guarantee = advance(guarantee, "renew", by=by, at=guarantee.judged_at, private=private, **facts)
    keep(guarantee, file, "renewal", by=by)
    write(guarantee, "guarantee-renewed", by=by)
    text = said(_("Its last day is now %(day)s."), day=lazily_shown(new_expiry))
    tell(guarantee, _("Renewed"), text, Role.MANAGER, Role.LEGAL, Role.JVS, by=by, obligor=True)
    return guarantee


@transaction.atomic
def assent(guarantee, *, until, letter, signed_on, by, file=None):
    """Record that who answers agrees with a longer term, as treasury or the legal adviser (CC 1901)."""
    guarantee = begin(guarantee, "keep_guarantees", "verify_guarantee", by=by)
    if not guarantee.kind or not guarantee.kind.is_surety:
        raise Blocked(NOT_A_SURETY)
    at = guarantee.judged_at
    found = Assent.objects.create(
        guarantee=guarantee, until=until, letter=letter, signed_on=signed_on, by=by, at=at
    )
    note(guarantee, "guarantee.assent", by=by, private={"letter": letter}, until=str(until))
    keep(guarantee, file, "assent", by=by)
    write(guarantee, "guarantee-assented", by=by, until=until)
    text = said(_("Who answers agrees with a term until %(day)s."), day=lazily_shown(until))
    tell(guarantee, _("Assent"), text, Role.MANAGER, Role.LEGAL, by=by, obligor=True)
    return found


@transaction.atomic
def claim(guarantee, *, cause, act, letter, demanded_on, by, amount=None, takeover_act="", file=None):
    """Order that it is claimed, as mayor or manager.

    `demanded_on` is the day on which notary or judge delivered the demand: that day counts, not today
    (CC 1898, decision 2).
    """
    guarantee = lock(guarantee, by=by)
    found = Claim.objects.create(
        guarantee=guarantee,
        cause=cause,
        act=act,
        takeover_act=takeover_act,
        amount=guarantee.amount if amount is None else amount,
        letter=letter,
        demanded_on=demanded_on,
        by=by,
        at=guarantee.judged_at,
    )
    facts = {"cause": str(cause), "act": act, "demanded_on": str(demanded_on), "amount": str(found.amount)}
    facts |= {"takeover_act": takeover_act}
    private = {"letter": letter}
    guarantee = advance(guarantee, "claim", by=by, at=guarantee.judged_at, private=private, **facts)
    keep(guarantee, file, "claim", by=by)
    write(guarantee, "guarantee-claimed", by=by, claim=found)
    told = {"amount": display(found.amount, guarantee.currency), "cause": found.Cause(found.cause).label}
    text = said(_("%(amount)s were demanded, because %(cause)s."), **told)
    tell(guarantee, _("Claimed"), text, *ALL, by=by, obligor=True)
    return guarantee


@transaction.atomic
def dismiss(guarantee, *, outcome, by):
    """Drop a claim, as mayor or manager, and say why; the guarantee stands as before."""
    guarantee = lock(guarantee, by=by)
    found = tell_outcome(guarantee.open_claim, outcome=outcome)
    guarantee = advance(guarantee, "dismiss", by=by, at=guarantee.judged_at, outcome=outcome)
    settle(found, guarantee.judged_at)
    write(guarantee, "guarantee-dismissed", by=by, claim=found)
    tell(guarantee, _("The claim was dropped"), outcome, *ALL, by=by, obligor=True)
    return guarantee


def tell_outcome(found, **facts):
    """Write how a claim ended; return it, or None where nothing is claimed."""
    if found is not None:
        for name, value in facts.items():
            setattr(found, name, value)
        found.save()
    return found


def settle(found, at):
    """Note that a claim is over."""
    found.ended_at = at
    found.save(update_fields=["ended_at"])


@transaction.atomic
def execute(guarantee, *, paid, paid_on, receipt, by, outcome="", file=None):
    """Record the money that came in, as treasury."""
    guarantee = lock(guarantee, by=by)
    told = {"paid": paid, "paid_on": paid_on, "receipt": receipt, "outcome": outcome}
    found = tell_outcome(guarantee.open_claim, **told)
    facts = {"paid": str(paid), "paid_on": str(paid_on)}
    guarantee = advance(
        guarantee, "execute", by=by, at=guarantee.judged_at, private={"receipt": receipt}, **facts
    )
    settle(found, guarantee.judged_at)
    keep(guarantee, file, "outcome", by=by)
    write(guarantee, "guarantee-executed", by=by, claim=found)
    text = said(
        _("%(paid)s came in. A guarantee of the whole amount must be brought again."),
        paid=display(paid, guarantee.currency),
    )
    tell(guarantee, _("Paid out"), text, *ALL, by=by, obligor=True)
    return guarantee


def stands_in(other, guarantee):
    """Whether another guarantee may take the place of this one."""
    same = other.tender_id == guarantee.tender_id and other.slot == guarantee.slot
    same = same and other.obligor_document == guarantee.obligor_document and other.pk != guarantee.pk
    return same and other.amount is not None and other.amount >= guarantee.required_amount


@transaction.atomic
def release(guarantee, *, reason, by, replaced_by=None):
    """Release it once what it guaranteed has ended, or another one stands in its place (§4.11)."""
    guarantee = lock(guarantee, by=by)
    if replaced_by is not None:
        if not stands_in(replaced_by, guarantee):
            raise Blocked(OTHER_ONE)
        guarantee.replaced_by = Guarantee.objects.get(pk=replaced_by.pk)
    guarantee.release_reason = reason
    guarantee.save()
    facts = {"reason": reason, "replaced_by": guarantee.replaced_by_id}
    guarantee = advance(guarantee, "release", by=by, at=guarantee.judged_at, **facts)
    write(guarantee, "guarantee-released", by=by)
    text = _("It is released. Treasury hands the original back.")
    tell(guarantee, _("Released"), text, Role.TREASURY, Role.MANAGER, by=by, obligor=True)
    return guarantee


@transaction.atomic
def return_it(guarantee, *, returned_to, returned_on, by, lifted="", file=None):
    """Hand the original back against a receipt, as treasury."""
    guarantee = lock(guarantee, by=by)
    guarantee.returned_to, guarantee.returned_on, guarantee.lifted = returned_to, returned_on, lifted
    guarantee.save()
    facts = {"returned_on": str(returned_on), "lifted": bool(lifted)}
    private = {"returned_to": returned_to, "lifted": lifted}
    guarantee = advance(guarantee, "return_it", by=by, at=guarantee.judged_at, private=private, **facts)
    keep(guarantee, file, "return", by=by)
    write(guarantee, "guarantee-returned", by=by)
    text = _("The original was handed back.")
    tell(guarantee, _("Given back"), text, Role.MANAGER, Role.LEGAL, by=by, obligor=True)
    return guarantee


# What time does


def due_to_begin(at):
    """Return what is accepted and whose first day has come."""
    first_day = Q(start=None) | Q(start__lte=local_day(at))
    found = Guarantee.objects.filter(first_day, state__in=["accepted", "registered"])
    return list(found.select_related("tender__municipality"))


def due_for_renewal(at):
    """Return what is in force and whose renewal must be asked for."""
    found = Guarantee.objects.filter(state="in_force", expiry__isnull=False).select_related("tender")
    day = local_day(at)
    return [each for each in found if windows.renewal_from(each.expiry, each.renewal_lead_days) <= day]


def due_to_expire(at):
    """Return what has passed its last day."""
    return list(Guarantee.objects.filter(state="renewal_due", expiry__lt=local_day(at)))


def due_to_be_lost(at):
    """Return what nobody claimed within its window."""
    return list(Guarantee.objects.filter(state="expired", claim_until__lt=local_day(at)))


def due_for_release(at):
    """Return what still stands although what it guaranteed has ended."""
    standing = ["accepted", "registered", "in_force", "renewal_due", "expired"]
    found = Guarantee.objects.filter(state__in=standing).select_related("tender", "replaced_by")
    return [each for each in found if not open_obligation(each)]


@transaction.atomic
def fall_due(guarantee):
    """Ask for the renewal, as the clock."""
    guarantee = advance(guarantee, "fall_due", by=clock.ACTOR, **facts_of(guarantee))
    until = lazily_shown(guarantee.expiry)
    text = said(_("Its last day is %(day)s. Renew it before, or it is claimed."), day=until)
    tell(guarantee, _("Its renewal is due"), text, *ALL, by=None, obligor=True)
    return guarantee


@transaction.atomic
def expire(guarantee):
    """Note that its last day is over, as the clock, and until when it may still be claimed."""
    guarantee = advance(guarantee, "expire", by=clock.ACTOR, **facts_of(guarantee))
    until = lazily_shown(guarantee.claim_until)
    text = said(_("It may be claimed by notary or judge until %(day)s. After that it is lost."), day=until)
    tell(guarantee, _("Expired"), text, *ALL, by=None, obligor=True)
    return guarantee


@transaction.atomic
def lose(guarantee):
    """Note that nobody claimed it in time, as the clock."""
    guarantee = advance(guarantee, "lose", by=clock.ACTOR, **facts_of(guarantee))
    text = _("The days to claim it are over. Ask the operator for another one.")
    tell(guarantee, _("Lost"), text, *ALL, by=None, obligor=True)
    return guarantee


def release_by_clock(guarantee):
    reason = _("What it guaranteed has ended.")
    return release(guarantee, reason=spanish(reason), by=clock.ACTOR)
