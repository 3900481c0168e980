"""Returning to a phase, withdrawing, cancelling: by which act, what is kept, who is told."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from procurement import clock
from procurement.models import Event, Minutes, Notice, Schedule, Tender, Terms
from procurement.schedule import local_day
from procurement.services import changes, dates, tenders

from . import bidding
from .refusing import refused
from .world import DEADLINE, NOON

TODAY = date(2026, 3, 2)


def fresh(tender):
    return Tender.objects.get(pk=tender.pk)


@pytest.fixture
def tender(world):
    return world.at("announced")


def agree(world, tender, purpose, **voted):
    told = {"purpose": purpose, "number": "030-2026", "happened_on": local_day(clock.now())}
    return world.agree(tender, **told | voted)


# Return to a phase


def test_the_call_goes_back_and_nothing_is_erased(world, tender):  # rule 22
    before = Event.objects.of(tender).count()
    agree(world, tender, "return")
    change = changes.return_to_phase(tender, reason="Fortalecer los acuerdos", by=world.manager)

    back = fresh(tender)
    assert (back.state, back.round) == ("approved", 2)
    assert Event.objects.of(tender).count() > before
    assert tender.terms.count() == 2
    assert Minutes.objects.filter(tender=tender, kind="announcement").exists()
    assert change.agreement.number == "030-2026"
    assert "vuelve de «Anunciada» a «Aprobada, sin publicar»" in change.minutes.text


def test_it_can_be_announced_again_with_new_dates(world, tender):  # rule 22
    agree(world, tender, "return")
    changes.return_to_phase(tender, reason="Fortalecer los acuerdos", by=world.manager)
    world.move(NOON + timedelta(days=7))
    back = fresh(tender)
    anchors = {
        "announcement": NOON + timedelta(days=7, hours=1),
        "query_deadline": back.schedule.query_deadline + timedelta(days=7),
        "submission_deadline": DEADLINE + timedelta(days=11),
    }
    found = dates.propose_dates(back, **anchors)
    dated = {name: found.get(name) for name in Schedule.MILESTONES}
    told = {"version": back.schedule.version, "dated": dated, "skipped": {}}
    dates.set_schedule(back, by=world.secretary, **told)
    bidding.seat_custodians(world, back)
    tenders.propose_announcement(back, by=world.chair)

    again = tenders.announce(back, by=world.member)
    assert again.announced_at == NOON + timedelta(days=7)
    assert again.terms.last().round == 2
    assert again.regime_text == tender.regime_text


def test_it_needs_an_agreement_of_the_council_and_a_reason(world, tender):  # rule 22
    code = ["tender.return.reason-missing"]
    assert refused(changes.return_to_phase, tender, reason="Porque sí", by=world.manager) == code

    agree(world, tender, "return")
    assert refused(changes.return_to_phase, tender, reason=" ", by=world.manager) == code


def test_an_agreement_that_was_voted_down_returns_nothing(world, tender):
    agree(world, tender, "return", votes_for=2, votes_against=4)

    codes = refused(changes.return_to_phase, tender, reason="Volver", by=world.manager)
    assert codes == ["tender.return.reason-missing"]


def test_one_agreement_serves_one_return(world, tender):
    agree(world, tender, "return")
    changes.return_to_phase(tender, reason="Volver", by=world.manager)

    codes = refused(changes.return_to_phase, fresh(tender), reason="Volver", by=world.manager)
    assert codes in (["tender.return.reason-missing"], ["tender.return_to_phase.wrong-state"])


@pytest.mark.parametrize("who", ["chair", "mayor", "secretary", "outsider"])
def test_only_the_manager_enters_the_councils_return(world, tender, who):
    agree(world, tender, "return")

    with pytest.raises(PermissionDenied):
        changes.return_to_phase(tender, reason="Volver", by=getattr(world, who))


def test_after_the_deadline_a_return_gives_new_dates(world):  # decision 19
    tender = world.at("closed")
    agree(world, tender, "return")
    act = {"reason": "Hubo una duda sobre el plazo", "by": world.manager}
    assert refused(changes.return_to_phase, tender, **act) == ["tender.return.new-dates-missing"]
    assert fresh(tender).state == "closed"

    new = {
        "submission_deadline": DEADLINE + timedelta(days=14),
        "opening_1": DEADLINE + timedelta(days=14, hours=3),
        "opening_2": DEADLINE + timedelta(days=25),
        "award": DEADLINE + timedelta(days=26),
    }
    changes.return_to_phase(tender, new=new, **act)
    back = fresh(tender)
    assert (back.state, back.round, back.closed_at) == ("integrated", 2, None)
    assert back.schedule.submission_deadline == DEADLINE + timedelta(days=14)
    assert back.terms.last().kind == Terms.Kind.POSTPONED


def test_the_public_reads_why_the_call_went_back(world, tender, client):
    agree(world, tender, "return")
    changes.return_to_phase(tender, reason="Fortalecer los acuerdos", by=world.manager)

    home = client.get(reverse("tender", args=[tender.pk]))
    assert home.status_code == 200
    listed = client.get(reverse("change-list", args=[tender.pk])).content.decode()
    assert "Fortalecer los acuerdos" in listed


# Withdrawal


def test_a_withdrawal_is_accepted(world, tender):  # rule 23
    agree(world, tender, "withdraw")
    changes.withdraw(tender, reason="Oposición política", by=world.manager)

    ended = fresh(tender)
    assert (ended.state, ended.ended_at) == ("withdrawn", NOON)
    assert "Oposición política" in tender.minutes.get(kind="withdrawal").text


@pytest.mark.parametrize("state", ["draft", "approved"])
def test_it_is_possible_from_the_first_day(world, state):  # rule 23
    tender = world.draft() if state == "draft" else world.at("approved")
    agree(world, tender, "withdraw")

    assert changes.withdraw(tender, reason="La comunidad no quiere", by=world.manager)
    assert fresh(tender).state == "withdrawn"


def test_it_needs_the_council(world, tender):
    codes = refused(changes.withdraw, tender, reason="Oposición", by=world.mayor)

    assert codes == ["tender.withdrawal.agreement-missing"]


def test_after_the_close_there_is_no_withdrawal(world):
    tender = world.at("closed")
    agree(world, tender, "withdraw")

    codes = refused(changes.withdraw, tender, reason="Oposición", by=world.manager)
    assert codes == ["tender.withdraw.wrong-state"]


# Cancellation


def test_the_council_cancels_where_the_terms_say_so(world, tender):  # domain 4.11
    codes = refused(changes.cancel, tender, reason="Sin presupuesto", by=world.manager)
    assert codes == ["tender.cancel.agreement-missing"]

    agree(world, tender, "cancel")
    changes.cancel(tender, reason="Sin presupuesto", by=world.manager)
    assert fresh(tender).state == "cancelled"


def test_the_mayor_cancels_where_the_terms_say_so(world, tender):
    tender.parameters |= {"cancel.authority": "mayor"}
    tender.save()
    act = {"act": "RA 040-2026", "happened_on": TODAY, "reason": "Sin presupuesto"}
    assert refused(changes.cancel, tender, by=world.mayor, **act | {"act": ""}) == [
        "tender.change.act-missing"
    ]

    change = changes.cancel(tender, by=world.mayor, **act)
    assert (change.act, fresh(tender).state) == ("RA 040-2026", "cancelled")


def test_every_buyer_hears_of_the_end_and_of_the_money(world, tender):  # decision 10
    buyer = world.sell(tender).buyer
    agree(world, tender, "cancel")
    changes.cancel(tender, reason="Sin presupuesto", by=world.manager)

    word = Notice.objects.filter(user=buyer).first()
    assert "Sin presupuesto" in word.text
    assert "se devuelve en caja" in word.text


@pytest.mark.parametrize("who", ["chair", "secretary", "treasurer", "outsider"])
def test_others_cancel_nothing(world, tender, who):
    agree(world, tender, "cancel")

    with pytest.raises(PermissionDenied):
        changes.cancel(tender, reason="Porque sí", by=getattr(world, who))


def test_what_has_ended_does_not_end_again(world, tender):
    agree(world, tender, "cancel")
    changes.cancel(tender, reason="Sin presupuesto", by=world.manager)
    agree(world, tender, "cancel", number="031-2026")

    codes = refused(changes.cancel, tender, reason="Otra vez", by=world.manager)
    assert codes == ["tender.cancel.wrong-state"]


# Pages


def test_the_page_asks_first_for_the_agreement(world, tender, client):
    client.force_login(world.manager)
    address = reverse("tender-withdraw", args=[tender.pk])
    assert reverse("agreement-record", args=[tender.pk]) in client.get(address).content.decode()

    agree(world, tender, "withdraw")
    client.post(address, {"reason": "Oposición", "number": tender.number})
    assert fresh(tender).state == "withdrawn"


def test_without_the_number_nothing_ends(world, tender, client):
    agree(world, tender, "cancel")
    client.force_login(world.mayor)

    answer = client.post(reverse("tender-cancel", args=[tender.pk]), {"reason": "X", "number": "1"})

    assert answer.status_code == 422
    assert fresh(tender).state == "announced"


def test_a_return_on_the_page_moves_the_dates_that_follow(world, client):
    tender = world.at("closed")
    agree(world, tender, "return")
    client.force_login(world.manager)
    sent = {"reason": "Hubo una duda", "number": tender.number, "to_0": "2026-05-08", "to_1": "15:00"}

    client.post(reverse("tender-return", args=[tender.pk]), sent)

    back = fresh(tender)
    assert back.state == "integrated"
    assert back.schedule.submission_deadline == DEADLINE + timedelta(days=14)
    assert back.schedule.opening_1 > back.schedule.submission_deadline


def test_the_pages_of_these_acts_are_not_for_others(world, tender, client):
    names = ["tender-return", "tender-withdraw", "tender-cancel", "tender-postpone", "tender-close"]
    pages = [reverse(name, args=[tender.pk]) for name in names]

    client.force_login(world.treasurer)
    assert {client.get(page).status_code for page in pages} == {403}
