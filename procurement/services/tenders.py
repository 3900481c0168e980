"""The tender as a whole: its creation, its particulars, and the steps from one state to the next."""

from calendar import timegm

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from procurement import clock, log_key, places, roles
from procurement.guards.call import announcement_is_proposed
from procurement.log import actor_id, record
from procurement.models import BidderMeeting, Municipality, Override, Proposal, Tender, Terms
from procurement.roles import Role
from procurement.services import checkpoints, minutes, notices, papers, programs, terms
from procurement.services.notices import said
from procurement.workflow import Blocked, Refusal, advance, here, lock, refusals, wrong_state

SECOND_PERSON = Refusal(
    "access.second-person.same-user",
    _("This act needs two people and you already proposed it. Another member of the committee must confirm."),
    _("product.md; domain 4.11"),
)


@transaction.atomic
def create(municipality, *, town, title, by, assumed="", previous=None):
    """Begin the draft of a call, as the manager; it may exist before the council has agreed (rule 15)."""
    at = clock.now()
    municipality = Municipality.objects.select_for_update().get(pk=municipality.pk)
    roles.require_office(by, Role.MANAGER, municipality, at)
    year = localtime(at).year
    sequence = municipality.tenders.filter(year=year).count() + 1
    tender = Tender.objects.create(
        municipality=municipality,
        town=town,
        title=title,
        year=year,
        sequence=sequence,
        ocid=f"{settings.OCID_PREFIX}-{municipality.ubigeo}-{year}-{sequence:03}",
        previous=previous,
        call_number=previous.call_number + 1 if previous else 1,
        assumed=assumed,
        created_at=at,
        created_by=by,
    )
    roles.apply_grants(Tender.objects.filter(pk=tender.pk))
    record(tender, "create", by=by, at=at, ocid=tender.ocid, call=tender.call_number)
    return tender


def may_answer(user, tender, at):
    """Whether the user may answer for a warning: whoever works on the call, and once it is decided those who
    prepare and sign the contract.
    """
    able = ["change_tender", *(["prepare_contract", "sign_contract"] if tender.consented_at else [])]
    return any(roles.holds(user, codename, tender, at) for codename in able)


@transaction.atomic
def override(tender, *, code, reason, by, digests=()):
    """Go on past a warning, by name and with a reason (product.md, principle 7); twice is once.

    It holds for what the warning says now, or for the `digests` of what it said when it stopped a step. Where
    it does not stand there is nothing to answer for. Return the answers.
    """
    tender = lock(tender, by=by)
    at = tender.judged_at
    if not may_answer(by, tender, at):
        raise PermissionDenied
    digests = sorted(set(digests) or {each.digest for each in warnings_of(tender, code)})
    taken = set(tender.overrides.filter(code=code).values_list("digest", flat=True))
    new = [digest for digest in digests if digest not in taken]
    if new:
        record(tender, "override", by=by, at=at, code=code, reason=reason, digests=new)
    answer = {"tender": tender, "code": code, "reason": reason, "by": by, "at": at}
    Override.objects.bulk_create([Override(digest=digest, **answer) for digest in new])
    return list(tender.overrides.filter(code=code, digest__in=digests))


def warnings_of(tender, code):
    """Return the warnings with this code that stand before the next steps; the tender is judged already."""
    found = [reason for step in ("approve", "announce") for reason in reasons_against(tender, step)]
    found += [reason for source in places.WARNINGS for reason in source(tender)]
    return [reason for reason in found if reason.warning and reason.code == code]


@transaction.atomic
def approve(tender, *, by):
    """Approve the call and the first version of its terms, as the manager (rules 15-19, 32)."""
    tender = advance(tender, "approve", by=by)
    at = tender.judged_at
    version = terms.new_version(tender, kind=Terms.Kind.APPROVED, by=by, at=at, published=False)
    text = papers.render("minutes_terms_approved", tender=tender, version=version)
    facts = {"office": "management", "kind": "terms-approved", "title": _("Approval of the terms")}
    minutes.write(tender, **facts, text=text, happened_at=at, by=by, at=at)
    tell(
        tender, _("The terms are approved"), _("The committee sets the dates and announces the call."), by=by
    )
    return tender


EVERYBODY = (Role.MANAGER, Role.COMMITTEE, Role.SECRETARY, Role.JVS)


def tell(tender, subject, text, *, by, to=EVERYBODY):
    """Tell those who work on the call, without whoever acts."""
    at = tender.judged_at
    users = [user for user in notices.people_of(tender, *to, at=at) if user != by]
    link = tender.get_absolute_url()
    notices.tell(users, tender=tender, subject=subject, text=text, at=at, link=link)


def reasons_against(tender, action, *, but=()):
    """Return why a step is not possible now, leaving out the codes in `but`."""
    rule = next((rule for rule in here(tender) if rule.name == action), None)
    if rule is None:
        return [wrong_state(tender, action)]
    return [reason for reason in refusals(tender, rule) if reason.code not in but]


@transaction.atomic
def propose_announcement(tender, *, by):
    """Propose the announcement, as one of the committee, once nothing stands against it."""
    tender = lock(tender, by=by)
    roles.require(by, "announce_tender", tender, tender.judged_at)
    if reasons := reasons_against(tender, "announce", but=[announcement_is_proposed.refusal.code]):
        raise Blocked(*reasons)
    found = tender.proposals.filter(action="announce", settled_at=None).first()
    if found:
        return found
    record(tender, "announce.propose", by=by, at=tender.judged_at)
    text = _("Read it once more. If it is right, confirm it with the number of the tender.")
    tell(tender, _("The announcement is proposed"), text, by=by, to=[Role.COMMITTEE])
    return Proposal.objects.create(tender=tender, action="announce", by=by, at=tender.judged_at)


@transaction.atomic
def announce(tender, *, by):
    """Open the call to the public, as the second of the committee: terms, dates and notice are out."""
    tender = lock(tender, by=by)
    at = tender.judged_at
    proposal = tender.proposals.filter(action="announce", settled_at=None).first()
    if proposal and proposal.by == by:
        raise Blocked(SECOND_PERSON)
    facts = {"proposed_by": actor_id(proposal.by)} if proposal else {}
    tender = advance(tender, "announce", by=by, at=at, **facts)
    settle(proposal, at)
    date_it(tender.schedule, at)
    plan_meetings(tender, by=by)
    version = terms.new_version(tender, kind=Terms.Kind.ANNOUNCED, by=by, at=at)
    known = log_key.published()
    told = terms.facts_of(tender) | {"version": version, "log_key": known and known[-1][0]}
    told["programs"] = programs.to_print(programs.state(tender, by=by, at=at))
    notice = papers.render("notice_of_call", **told)
    facts = {"office": "committee", "kind": "announcement", "title": _("Notice of the call")}
    minutes.write(tender, **facts, text=notice, happened_at=at, by=by, at=at)
    tell(tender, said(_("Tender %(number)s is announced"), number=tender.number), tender.title, by=by)
    return tender


def settle(proposal, at):
    proposal.settled_at = at
    proposal.save(update_fields=["settled_at"])


def date_it(dated, at):
    """The announcement is when it was made; the sale does not begin before it."""
    dated.announcement, dated.sale_from = at, max(dated.sale_from, at)
    dated.save()


def plan_meetings(tender, *, by):
    """Plan the meetings of an announced call; one without a date is left out for the schedule's reason."""
    dated = tender.schedule
    for number in (1, 2, 3):
        date, reason = (
            getattr(dated, f"meeting_{number}"),
            dated.skipped.get(f"meeting_{number}", ""),
        )
        if date or reason:
            planned = {"tender": tender, "number": number, "round": tender.round}
            meeting = BidderMeeting.objects.create(**planned, reason="" if date else reason)
            if not date:
                advance(meeting, "skip", by=by, at=tender.judged_at, reason=reason)


def close_facts(tender):
    """Return what the `close` entry states; the list to open follows from it (docs/sobre-1.md)."""
    deadline = tender.schedule.submission_deadline
    return {"v": "sobre/1", "round": tender.round, "deadline": timegm(deadline.utctimetuple())}


def leave_closing_minutes(tender, *, by):
    """Leave the minutes of the close: how many bids came, when, and the digest of each envelope."""
    at, dated = tender.judged_at, tender.schedule
    bids = tender.bids.presented().order_by("submitted_at", "pk").prefetch_related("envelopes")
    shown = {
        "tender": tender,
        "moment": papers.moment(at),
        "deadline": papers.moment(dated.submission_deadline),
        "opening": papers.moment(dated.opening_1),
        "words": " ".join(checkpoints.closing_words(tender)),
        "bids": [
            (
                papers.moment(bid.submitted_at),
                [each for each in bid.envelopes.all() if each.status == "presented"],
            )
            for bid in bids
        ],
    }
    facts = {"office": "reception", "kind": "close", "title": _("Close of the reception")}
    text = papers.render("minutes_close", **shown)
    minutes.write(tender, **facts, text=text, happened_at=at, by=by, at=at)


@transaction.atomic
def close(tender, *, by):
    """Close the tender for bids, as `clock.ACTOR`, once nothing holds it any longer (decision 12)."""
    tender = lock(tender, by=by)
    stated = close_facts(tender) if hasattr(tender, "schedule") else {}
    tender = advance(tender, "close", by=by, at=tender.judged_at, **stated)
    leave_closing_minutes(tender, by=by)
    text = _("The reception of bids is closed. The next step is the opening of envelope 1, in public.")
    tell(tender, said(_("Tender %(number)s is closed"), number=tender.number), text, by=by)
    return tender
