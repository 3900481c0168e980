"""The announcement: what must stand before it, the two people who make it, what it leaves behind."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from procurement.models import Event, Notice, Ordinance, Tender
from procurement.services import dates, promotion, tenders, terms

from . import bidding
from .refusing import refused
from .world import A_SECOND, NOON


def fresh(tender):
    return Tender.objects.get(pk=tender.pk)


@pytest.fixture
def tender(world):
    """Ready to be announced, at noon of the day."""
    tender = world.at("approved")
    world.set_dates(tender)
    world.check_barriers(tender)
    bidding.seat_custodians(world, tender)
    world.move(NOON)
    return fresh(tender)


def test_one_proposes_and_another_announces(world, tender):
    tenders.propose_announcement(tender, by=world.chair)
    announced = tenders.announce(tender, by=world.member)

    event = Event.objects.of(announced).filter(body__action="announce").get()
    assert announced.state == Tender.State.ANNOUNCED
    assert announced.announced_at == announced.schedule.announcement == NOON
    assert event.body["facts"]["proposed_by"] == f"user:{world.chair.pk}"


def test_it_leaves_the_notice_among_the_minutes_and_publishes_the_terms(world, tender):
    tenders.propose_announcement(tender, by=world.chair)
    tenders.announce(tender, by=world.member)

    version = tender.terms.published().get()
    notice = tender.minutes.get(kind="announcement")
    assert version.sha256 in notice.text
    assert "S/ 50.00" in notice.text
    assert Notice.objects.filter(user=world.observer, tender=tender, written_at=NOON).exists()


def test_nobody_announces_alone(world, tender):
    tenders.propose_announcement(tender, by=world.chair)

    assert refused(tenders.announce, tender, by=world.chair) == ["access.second-person.same-user"]
    assert fresh(tender).state == Tender.State.APPROVED


def test_what_nobody_proposed_is_not_announced(world, tender):
    assert refused(tenders.announce, tender, by=world.member) == ["tender.call.not-proposed"]


def test_proposing_twice_is_once(world, tender):
    first = tenders.propose_announcement(tender, by=world.chair)

    assert tenders.propose_announcement(tender, by=world.member) == first


def test_a_change_of_the_dates_asks_for_a_new_proposal(world, tender):
    tenders.propose_announcement(tender, by=world.chair)
    later = tender.schedule.award + timedelta(days=1)
    dated = {name: getattr(tender.schedule, name) for name in tender.schedule.MILESTONES}
    told = {"version": tender.schedule.version, "dated": dated | {"award": later}, "skipped": {}}
    dates.set_schedule(tender, by=world.secretary, **told)

    assert refused(tenders.announce, tender, by=world.member) == ["tender.call.not-proposed"]


@pytest.mark.parametrize("who", ["outsider", "manager", "secretary", "observer", "mayor"])
def test_only_the_committee_announces(world, tender, who):
    with pytest.raises(PermissionDenied):
        tenders.propose_announcement(tender, by=getattr(world, who))


def test_the_instant_of_the_announcement_counts_not_the_planned_one(world, tender):  # rules 44, 50
    """Announced four days late, the first meeting would no longer be within three days of the notice."""
    world.move(NOON + timedelta(days=4))

    codes = refused(tenders.propose_announcement, tender, by=world.chair)
    assert "tender.schedule.order-broken" in codes


def test_a_minute_before_the_first_meeting_is_still_an_order(world, tender):  # rule 50
    """The boundary: on the day of the meeting itself the notice comes too late."""
    world.move(tender.schedule.meeting_1 - timedelta(days=1))
    tenders.propose_announcement(tender, by=world.chair)

    world.move(tender.schedule.meeting_1 - A_SECOND)
    codes = refused(tenders.announce, tender, by=world.member)
    assert codes == ["tender.schedule.meeting-1-outside-window"]


def test_without_the_ordinance_on_the_jvs_there_is_no_call(world, tender):  # rule 25, decision 24
    Ordinance.objects.filter(kind="jvs").update(superseded_at=NOON, superseded_by=world.manager)

    codes = refused(tenders.propose_announcement, tender, by=world.chair)
    assert codes == ["tender.call.ordinances-not-in-force"]


def test_the_other_ordinances_do_not_stop_the_call(world, tender):  # rule 25, decision 24
    Ordinance.objects.exclude(kind="jvs").update(superseded_at=NOON, superseded_by=world.manager)

    assert tenders.propose_announcement(tender, by=world.chair)


def test_the_terms_may_ask_for_all_four_before_the_call(world, tender):  # rule 25
    Ordinance.objects.filter(kind="claims").update(superseded_at=NOON, superseded_by=world.manager)
    texts = {"ordinances.gate": "announcement"}
    terms.revise(tender, version=tender.version, texts=texts, by=world.secretary)
    terms.approve_again(tender, by=world.manager)

    codes = refused(tenders.propose_announcement, tender, by=world.chair)
    assert codes == ["tender.call.ordinances-not-in-force"]


def test_terms_that_changed_are_approved_again_first(world, tender):
    texts = {"terms.price": "60.00"}
    terms.revise(tender, version=tender.version, texts=texts, by=world.secretary)
    codes = refused(tenders.propose_announcement, tender, by=world.chair)
    assert codes == ["tender.call.terms-not-approved"]

    version = terms.approve_again(tender, by=world.manager)
    assert "S/ 60.00" in version.text
    assert tenders.propose_announcement(tender, by=world.chair)


def test_terms_that_are_approved_as_they_stand_are_not_approved_again(world, tender):
    assert refused(terms.approve_again, tender, by=world.manager) == ["terms.approval.not-due"]


def test_barriers_that_nobody_looked_at_only_warn(world, tender):  # rule 39
    tender.barrier_checks.filter(item="time").delete()
    code = "tender.call.barriers-unchecked"
    assert refused(tenders.propose_announcement, tender, by=world.chair) == [code]

    tenders.override(tender, code=code, reason="El plazo se vio en asamblea", by=world.chair)
    assert tenders.propose_announcement(tender, by=world.chair)


def test_little_time_to_prepare_only_warns(world, tender):  # rule 37
    """Fifty-three days from the notice to the deadline, where the terms advise ninety."""
    texts = {"preparation.minimum_days": "90"}
    terms.revise(tender, version=tender.version, texts=texts, by=world.secretary)
    terms.approve_again(tender, by=world.manager)
    code = "tender.schedule.preparation-short"
    assert refused(tenders.propose_announcement, tender, by=world.chair) == [code]

    tenders.override(tender, code=code, reason="Los socios ya se conocen", by=world.chair)
    assert tenders.propose_announcement(tender, by=world.chair)


def test_a_barrier_is_not_looked_at_once_the_call_is_public(world):  # rule 39
    tender = world.at("announced")

    found = {"item": "time", "surmountable": True, "finding": "Sí"}
    assert refused(promotion.check_barrier, tender, by=world.secretary, **found) == [
        "barrier.check.announced"
    ]


def test_a_published_tender_keeps_the_regime_text_that_it_was_published_under(world, tender):
    tenders.propose_announcement(tender, by=world.chair)
    announced = tenders.announce(tender, by=world.member)
    decision = announced.regime_decision
    decision.code = "oe-2009"
    decision.save()

    kept = fresh(announced)
    assert kept.regime.code == "pppl-2003"
    assert kept.regime_text.encode() == kept.regime.text.encode()


# Pages


def test_the_page_says_what_stands_against_it_and_where_it_is_removed(world, client):
    tender = world.at("approved")
    world.move(NOON)
    client.force_login(world.chair)

    answer = client.get(reverse("tender-announce", args=[tender.pk]))

    assert "tender.schedule.missing" in answer.content.decode()
    assert reverse("schedule-anchors", args=[tender.pk]) in answer.content.decode()


def test_a_wrong_number_announces_nothing(world, tender, client):
    client.force_login(world.chair)
    address = reverse("tender-announce", args=[tender.pk])

    answer = client.post(address, {"number": "001-2025"})

    assert answer.status_code == 422
    assert "access.confirmation.number-mismatch" in answer.content.decode()
    assert not tender.proposals.exists()


def test_two_people_announce_on_the_page(world, tender, client):
    address = reverse("tender-announce", args=[tender.pk])
    client.force_login(world.chair)
    client.post(address, {"number": tender.number})
    waiting = client.get(address).content.decode()
    assert 'name="number"' not in waiting

    client.force_login(world.member)
    client.post(address, {"number": tender.number})
    assert fresh(tender).state == Tender.State.ANNOUNCED


def test_a_warning_is_answered_for_on_its_page(world, tender, client):
    tender.barrier_checks.all().delete()
    client.force_login(world.chair)
    address = reverse("tender-override", args=[tender.pk, "tender.call.barriers-unchecked"])

    client.post(address, {"reason": "Se vio en la asamblea"})

    assert tender.overrides.get().by == world.chair
    assert client.get(address).status_code == 404


def test_a_block_cannot_be_overridden(world, client):
    tender = world.at("approved")
    client.force_login(world.chair)

    answer = client.get(reverse("tender-override", args=[tender.pk, "tender.schedule.missing"]))

    assert answer.status_code == 404
