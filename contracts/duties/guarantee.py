"""What is due about guarantees: renewals, last days, days to claim and to protest, premiums, notices."""

from django.utils.translation import gettext as _

from contracts.duties import SOURCES, Due
from contracts.models import Suspension
from guarantees.catalogue import CATALOGUE
from guarantees.models import Guarantee
from guarantees.windows import renewal_from
from procurement.business_days import add_months
from procurement.guards.problems import lazily_shown
from procurement.roles import Role
from procurement.schedule import local_day

IN_FORCE = ("in_force", "renewal_due")
WATCHED = ("observed", "accepted", "registered", "in_force", "renewal_due", "expired")
KEEPERS = (Role.TREASURY,)
CLAIMERS = (Role.TREASURY, Role.LEGAL, Role.MAYOR)


def due(guarantee, what, day, title, rule, **more):
    """Return one duty about a guarantee; a bid bond would tell who bids, and concerns the treasury alone."""
    accounts = (guarantee.account_id,) if guarantee.account_id else ()
    about = {"roles": KEEPERS, "accounts": accounts} | more
    key, public = f"guarantee.{guarantee.pk}.{what}", guarantee.slot != "bid"
    url = guarantee.get_absolute_url()
    return Due(guarantee.tender, key, day, title, url, rule, public=public, **about)


def name_of(guarantee):
    """Return instrument and slot in few words: bank guarantee letter (performance)."""
    slot, _colon, _rest = guarantee.get_slot_display().partition(":")
    return f"{guarantee.get_instrument_display()} ({slot.lower()})"


def guarantees(tenders, at):
    """Every day that a guarantee brings with it, while it is kept."""
    kept = Guarantee.objects.filter(tender__in=tenders, state__in=WATCHED)
    kept = kept.prefetch_related("registrations", "appraisals", "assents")
    longer = longer_terms(tenders)
    for guarantee in kept:
        guarantee.tender = tenders[guarantee.tender_id]
        named = {"guarantee": name_of(guarantee), "day": lazily_shown(guarantee.expiry)}
        yield from renewals(guarantee, named)
        yield from claims(guarantee, named, local_day(at))
        yield from papers(guarantee, named)
        yield from assents(guarantee, named, longer.get(guarantee.tender_id))


def longer_terms(tenders):
    """Return {tender: the last suspension of its contract that made the term longer}."""
    found = Suspension.objects.filter(tender__in=tenders, days__gt=0, contract__award__ended_at=None)
    return {each.tender_id: each for each in found.select_related("contract")}


def assents(guarantee, named, suspension):
    """The contract stood still and lasts longer: who answers agrees in writing, or may be free (CC 1901)."""
    if suspension is None or not CATALOGUE[guarantee.instrument].is_surety or guarantee.slot == "bid":
        return
    end, day = suspension.contract.ends_on, suspension.resumed_on
    later = guarantee.accepted_at and local_day(guarantee.accepted_at) > day
    given = list(guarantee.assents.all())[-1:]
    if not later and not any(each.until >= end for each in given):
        title = _("Get the written assent to the longer term: %(guarantee)s") % named
        note = _("The contract ends on %(end)s now.") % {"end": lazily_shown(end)}
        yield due(guarantee, "assent", day, title, "CC 1901", roles=(Role.TREASURY, Role.LEGAL), note=note)


def renewals(guarantee, named):
    """While it is in force: until when it is renewed, and its last day."""
    if guarantee.state not in IN_FORCE or guarantee.expiry is None:
        return
    insurance = CATALOGUE[guarantee.instrument].is_insurance
    title = _("Renew the insurance: %(guarantee)s") if insurance else _("Renew: %(guarantee)s")
    note = _("It ends on %(day)s.") % named
    day = renewal_from(guarantee.expiry, guarantee.renewal_lead_days)
    yield due(guarantee, "renewal", day, title % named, "CC 1898", note=note)
    title, told = _("Last day of a guarantee: %(guarantee)s"), (Role.TREASURY, Role.LEGAL, Role.MANAGER)
    last = {"roles": told, "accounts": ()}  # whoever gives it hears of the renewal
    yield due(guarantee, "expiry", guarantee.expiry, title % named, _("rules 69-73"), **last)


def claims(guarantee, named, today):
    """Once its last day is over: until when it may still be demanded, or brought to be protested."""
    over = guarantee.expiry is not None and guarantee.expiry < today
    if not over or guarantee.state not in (*IN_FORCE, "expired") or guarantee.claim_until <= guarantee.expiry:
        return
    kind = CATALOGUE[guarantee.instrument]
    note = _("Its last day was %(day)s.") % named
    if kind.protest_days and not guarantee.protest_waived:
        note += " " + _("The notary has to have it in the first 8 of the 15 days of the protest.")
        title, rule = _("Take it to the notary to be protested: %(guarantee)s"), "Ley 27287 art. 72"
    else:
        title, rule = _("Demand it by a notarial letter: %(guarantee)s"), kind.claim_source or "CC 1898"
    yield due(guarantee, "claim", guarantee.claim_until, title % named, rule, roles=CLAIMERS, note=note)


def papers(guarantee, named):
    """Corrections asked for, premiums to be paid, notices in the registry and appraisals that end."""
    if guarantee.state == "observed":
        if guarantee.correct_by:
            title = _("Bring the corrected guarantee: %(guarantee)s") % named
            yield due(guarantee, "correction", guarantee.correct_by, title, _("clause 20 of the contract"))
        return
    if guarantee.premium_paid_until and guarantee.premium_paid_until != guarantee.expiry:
        title = _("Pay the premium: %(guarantee)s") % named
        yield due(guarantee, "premium", guarantee.premium_paid_until, title, _("rule 73"))
    for appraisal in list(guarantee.appraisals.all())[-1:]:
        title = _("Have the goods appraised again: %(guarantee)s") % named
        day = add_months(appraisal.done_on, appraisal.valid_months)
        yield due(guarantee, "appraisal", day, title, "CC 1110", roles=(Role.TREASURY, Role.LEGAL))
    for entry in guarantee.registrations.all():
        if entry.expires_on:
            title = _("Renew the notice in the registry: %(guarantee)s") % named
            yield due(guarantee, f"notice.{entry.pk}", entry.expires_on, title, "DL 1400")


SOURCES.append(guarantees)
