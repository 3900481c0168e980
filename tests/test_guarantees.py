"""A guarantee from the till to its return: every step, who may take it, and the last second (§4.7, §4.11)."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from guarantees.guards import without_assent
from guarantees.models import Guarantee
from guarantees.services import life, reception
from procurement import clock, clockwork, workflow
from procurement.models import Event, Minutes, Notice
from procurement.schedule import LIMA
from procurement.workflow import Blocked, advance

from . import guaranteeing
from .guaranteeing import today

EXPIRY = date(2027, 3, 31)  # vector G1
A_SECOND = timedelta(seconds=1)


@pytest.fixture
def tender(world):
    return world.at("consented")


@pytest.fixture
def letter(world, tender):
    """A bank's letter in force until 31 March 2027."""
    return guaranteeing.in_force(world, tender, expiry=EXPIRY)


def go(world, day, *, last_second=False):
    """Go to the first or the last second of a day in Lima."""
    world.move(datetime.combine(day, time(23, 59, 59) if last_second else time(0, 0, 0), LIMA))


def again(guarantee):
    return Guarantee.objects.get(pk=guarantee.pk)


def tick():
    """Let the clock do what it finds due about guarantees."""
    jobs = [job for job in clockwork.JOBS if job.name.startswith("guarantee.")]
    return [str(outcome) for outcome in clockwork.run(*jobs)]


def codes(guarantee, user, verb):
    actions = workflow.actions(again(guarantee), user, at=clock.now())
    return [refusal.code for action in actions if action.name == verb for refusal in action.refusals]


# Received, verified, accepted


def test_treasury_receives_and_hands_out_a_receipt(world, tender):  # rules 69, 81
    guarantee = guaranteeing.receive(world, tender, annual_cost=Decimal("300.00"))

    receipt = Minutes.objects.get(kind="guarantee-received")
    assert guarantee.state == "presented"
    assert receipt.office == "treasury"
    assert "10,000.00" in receipt.text
    assert guarantee.minutes.get() == receipt
    assert Notice.objects.filter(user=world.legal, link=guarantee.get_absolute_url()).exists()
    assert Notice.objects.filter(user=guarantee.account, link=guarantee.get_absolute_url()).exists()


def test_the_log_and_the_minutes_name_no_entry_and_no_person(world, tender):  # principle 9, domain §2.4
    guarantee = guaranteeing.receive(world, tender, instrument="HIPOTECA", registry_entry="P0001234")
    guaranteeing.register(world, guaranteeing.accept(world, guarantee))

    public = repr([event.body for event in Event.objects.of(tender)])
    public += "".join(Minutes.objects.filter(kind__startswith="guarantee").values_list("text", flat=True))
    for secret in ("P0001234", "D00001", "Ing. Uno"):
        assert secret not in public


def test_a_letter_is_in_force_once_it_is_accepted(world, tender):  # rules 69, 71
    guarantee = guaranteeing.in_force(world, tender)
    assert guarantee.state == "in_force"
    assert tender.guarantees.of(guarantee.obligor_document).standing().get() == guarantee


def test_each_slot_has_its_guarantee(world, tender):  # rules 70, 73
    found = guaranteeing.all_in_force(world, tender)
    assert {guarantee.state for guarantee in found.values()} == {"in_force"}


def test_what_must_be_corrected_comes_back(world, tender):  # domain §2.3
    low = guaranteeing.receive(world, tender, amount=Decimal("9000.00"))
    seen = reception.observe(low, missing="Cubre menos de lo pedido.", by=world.legal)
    assert seen.state == "observed"

    back = reception.present(seen, amount=Decimal("10000.00"), by=world.treasurer)
    assert guaranteeing.accept(world, back).state == "in_force"


def test_what_is_not_accepted_is_handed_back(world, tender):  # domain §2.3
    guarantee = guaranteeing.verify(world, guaranteeing.receive(world, tender))
    told = {"decision": "RG 9-2026", "reason": "El emisor la desconoce."}
    rejected = reception.reject(guarantee, by=world.manager, **told)
    assert rejected.state == "rejected"
    assert guaranteeing.give_back(world, rejected).state == "returned"


def test_reasons_are_written(world, tender):  # domain §2.3
    guarantee = guaranteeing.receive(world, tender)
    with pytest.raises(Blocked) as blocked:
        reception.observe(guarantee, missing=" ", by=world.legal)
    assert blocked.value.codes == ["guarantee.observation.reason-missing"]

    with pytest.raises(Blocked) as blocked:
        reception.verify(guarantee, verification="", by=world.legal)
    assert blocked.value.codes == ["guarantee.verification.report-missing"]

    guarantee = guaranteeing.verify(world, guarantee)
    with pytest.raises(Blocked) as blocked:
        reception.reject(guarantee, decision="RG 9-2026", reason="", by=world.manager)
    assert blocked.value.codes == ["guarantee.rejection.reason-missing"]


def test_only_whose_part_it_is_takes_a_step(world, tender):  # domain §2.3
    guarantee = guaranteeing.receive(world, tender)
    for user in (world.treasurer, world.manager, world.chair, world.outsider):
        with pytest.raises(PermissionDenied):
            reception.verify(guarantee, verification="x", by=user)
    guarantee = guaranteeing.verify(world, guarantee)
    for user in (world.treasurer, world.legal, world.chair, world.mayor, world.outsider):
        with pytest.raises(PermissionDenied):
            reception.accept(guarantee, decision="x", by=user)
    with pytest.raises(PermissionDenied):
        guaranteeing.receive(world, tender, by=world.outsider)
    accepted = reception.accept(guarantee, decision="RG 1", by=world.manager)
    for user in (world.treasurer, world.legal, world.outsider):
        with pytest.raises(PermissionDenied):
            life.claim(accepted, cause="breach", act="x", letter="x", demanded_on=today(), by=user)
    assert again(accepted).state == "in_force"


# Registered


def test_a_mortgage_is_accepted_on_a_condition_and_holds_once_registered(world, tender):  # G3; CC 1099
    guarantee = guaranteeing.accept(world, guaranteeing.receive(world, tender, instrument="HIPOTECA"))
    assert (guarantee.state, guarantee.is_conditional) == ("accepted", True)
    with pytest.raises(Blocked) as blocked:
        advance(guarantee, "take_effect", by=clock.ACTOR)
    assert blocked.value.codes == ["guarantee.mortgage.not-registered"]

    assert guaranteeing.register(world, guarantee).state == "in_force"


def test_a_security_over_movables_waits_for_its_notice(world, tender, monkeypatch):  # DL 1400 arts 12-14
    told = {"required_amount": Decimal("20000.00"), "amount_rule": "inventario"}
    monkeypatch.setitem(tender.parameters, "guarantees.assets.instruments", "GARANTIA_MOBILIARIA")
    tender.save()
    guarantee = guaranteeing.receive(world, tender, "assets", "GARANTIA_MOBILIARIA", **told)
    guarantee = guaranteeing.accept(world, guarantee)
    with pytest.raises(Blocked) as blocked:
        advance(guarantee, "take_effect", by=clock.ACTOR)
    assert blocked.value.codes == ["guarantee.movable.notice-missing"]

    assert guaranteeing.register(world, guarantee).state == "in_force"


def test_an_antichresis_without_registration_only_warns(world, tender):  # CC 1092; domain §2.3
    tender.parameters["guarantees.performance.instruments"] = "ANTICRESIS"
    tender.save()
    guarantee = guaranteeing.accept(world, guaranteeing.receive(world, tender, instrument="ANTICRESIS"))
    assert (guarantee.state, guarantee.is_conditional) == ("accepted", False)
    with pytest.raises(Blocked) as blocked:
        advance(guarantee, "take_effect", by=clock.ACTOR)
    assert [each.warning for each in blocked.value.refusals] == [True]
    assert blocked.value.codes == ["guarantee.antichresis.not-registered"]


def test_what_is_registered_is_what_happened_and_enough(world, tender):  # CC 1099; decision 2
    guarantee = guaranteeing.accept(world, guaranteeing.receive(world, tender, instrument="HIPOTECA"))
    entry = {"entry": "Asiento D1", "by": world.legal}
    with pytest.raises(Blocked) as blocked:
        reception.register(guarantee, inscribed_on=today() + timedelta(days=1), **entry)
    assert blocked.value.codes == ["guarantee.registration.in-future"]
    with pytest.raises(Blocked) as blocked:
        reception.register(guarantee, inscribed_on=today(), amount=Decimal("9999.99"), **entry)
    assert blocked.value.codes == ["guarantee.registration.amount-low"]
    assert not guarantee.registrations.exists()  # nothing is half done


def test_a_bank_letter_is_not_registered_anywhere(world, tender):  # domain §2.3
    later = guaranteeing.receive(world, tender, start=today() + timedelta(days=1))
    later = guaranteeing.accept(world, later)
    with pytest.raises(Blocked) as blocked:
        reception.register(later, entry="x", inscribed_on=today(), by=world.legal)
    assert blocked.value.codes == ["guarantee.registration.not-needed"]


def test_what_begins_later_takes_effect_on_its_first_day(world, tender):  # CC 183
    first = today() + timedelta(days=3)
    guarantee = guaranteeing.accept(world, guaranteeing.receive(world, tender, start=first))
    go(world, first - timedelta(days=1), last_second=True)
    assert guarantee.state == "accepted"
    with pytest.raises(Blocked) as blocked:
        advance(guarantee, "take_effect", by=clock.ACTOR)
    assert blocked.value.codes == ["guarantee.start.not-yet"]

    go(world, first)
    tick()
    assert again(guarantee).state == "in_force"


# Renewed, expired, claimed


def test_the_clock_asks_for_the_renewal_thirty_days_before(world, letter):  # domain §2.3
    go(world, EXPIRY - timedelta(days=31), last_second=True)
    tick()
    assert again(letter).state == "in_force"
    with pytest.raises(Blocked) as blocked:
        advance(letter, "fall_due", by=clock.ACTOR)
    assert blocked.value.codes == ["guarantee.renewal.not-near"]

    go(world, EXPIRY - timedelta(days=30))
    tick()
    assert again(letter).state == "renewal_due"
    assert Notice.objects.filter(user=world.treasurer, link=letter.get_absolute_url()).exists()


def test_a_renewal_moves_the_last_day_and_the_old_one_is_kept(world, letter):  # domain §4.7
    go(world, EXPIRY, last_second=True)
    told = {"letter": "CF-001-R1", "confirmed_by": "Carla Confirma", "by": world.treasurer}
    renewed = life.renew(letter, new_expiry=date(2028, 3, 31), **told)

    assert renewed.state == "in_force"
    assert (renewed.expiry, renewed.claim_until) == (date(2028, 3, 31), date(2028, 4, 17))  # 15 is Saturday
    assert renewed.renewals.get().old_expiry == EXPIRY


RENEWALS = [
    ({"new_expiry": EXPIRY}, "guarantee.renewal.not-later"),
    ({"amount": Decimal("9999.99")}, "guarantee.renewal.amount-low"),
    ({"confirmed_by": ""}, "guarantee.renewal.not-confirmed"),
]


def test_a_renewal_that_is_none_is_refused(world, letter):  # domain §2.3
    told = {"new_expiry": date(2028, 3, 31), "letter": "CF-R1", "confirmed_by": "Carla"}
    for wrong, code in RENEWALS:
        with pytest.raises(Blocked) as blocked:
            life.renew(letter, by=world.treasurer, **told | wrong)
        assert blocked.value.codes == [code]
    assert not letter.renewals.exists()

    go(world, EXPIRY + timedelta(days=1))
    with pytest.raises(Blocked) as blocked:
        life.renew(letter, by=world.treasurer, **told)
    assert blocked.value.codes == ["guarantee.renewal.late"]


def test_an_insurance_is_renewed_with_its_premium(world, tender):  # rule 73
    guarantee = guaranteeing.all_in_force(world, tender)["assets"]
    told = {"new_expiry": guarantee.expiry + timedelta(days=365), "letter": "Endoso 2", "confirmed_by": "C"}
    with pytest.raises(Blocked) as blocked:
        life.renew(guarantee, by=world.treasurer, **told)
    assert blocked.value.codes == ["guarantee.renewal.premium-unpaid"]

    paid = {"premium_paid_until": told["new_expiry"]}
    assert life.renew(guarantee, by=world.treasurer, **told | paid).expiry == told["new_expiry"]


def test_a_surety_is_claimed_until_the_last_second_of_the_fifteenth_day(world, letter):  # G1; CC 1898
    assert letter.claim_until == date(2027, 4, 15)
    go(world, date(2027, 4, 15), last_second=True)
    tick()
    assert again(letter).state == "expired"

    assert guaranteeing.claim(world, letter).state == "claimed"


def test_a_second_later_it_is_lost_whether_the_clock_has_run_or_not(world, letter):  # G1; CC 1898
    go(world, date(2027, 4, 16))
    with pytest.raises(Blocked) as blocked:
        guaranteeing.claim(world, letter)  # no job has run: its state says that it is in force
    assert blocked.value.codes == ["guarantee.claim.window-closed"]

    tick()
    assert again(letter).state == "lost"
    assert codes(letter, world.mayor, "claim") == ["guarantee.claim.window-closed"]


def test_the_clock_never_comes_early(world, letter):  # CC 1898
    go(world, EXPIRY, last_second=True)
    tick()
    for verb, code in (("expire", "guarantee.expiry.not-over"),):
        with pytest.raises(Blocked) as blocked:
            advance(again(letter), verb, by=clock.ACTOR)
        assert blocked.value.codes == [code]
    go(world, EXPIRY + timedelta(days=1))
    tick()
    go(world, date(2027, 4, 15), last_second=True)
    with pytest.raises(Blocked) as blocked:
        advance(again(letter), "lose", by=clock.ACTOR)
    assert blocked.value.codes == ["guarantee.claim.window-open"]


def test_what_was_demanded_in_time_may_be_written_later(world, letter):  # decision 2; CC 1898
    go(world, date(2027, 4, 20))
    tick()
    assert again(letter).state == "lost"

    assert guaranteeing.claim(world, letter, demanded_on=date(2027, 4, 15)).state == "claimed"
    with pytest.raises(Blocked) as blocked:
        guaranteeing.claim(world, letter, demanded_on=date(2027, 4, 21))
    assert blocked.value.codes == ["guarantee.claim.wrong-state"]


def test_a_note_reaches_the_notary_on_the_eighth_day(world, tender):  # Ley 27287 art. 72
    tender.parameters["guarantees.performance.instruments"] = "PAGARE"
    tender.save()
    note = guaranteeing.in_force(world, tender, instrument="PAGARE", expiry=EXPIRY)
    go(world, date(2027, 4, 9))
    with pytest.raises(Blocked) as blocked:
        guaranteeing.claim(world, note)
    assert blocked.value.codes == ["guarantee.claim.notary-late"]

    assert guaranteeing.claim(world, note, demanded_on=date(2027, 4, 8)).state == "claimed"


def test_a_demand_lies_not_in_the_future(world, letter):  # decision 2
    with pytest.raises(Blocked) as blocked:
        guaranteeing.claim(world, letter, demanded_on=today() + timedelta(days=1))
    assert blocked.value.codes == ["guarantee.claim.in-future"]


def test_standing_is_decided_by_the_instant(world, letter):  # principle 3
    standing = letter.tender.guarantees.standing
    go(world, EXPIRY, last_second=True)
    assert standing(clock.now()).exists()

    world.move(clock.now() + A_SECOND)
    assert not standing(clock.now()).exists()
    assert letter.state == "in_force"


def test_the_operator_left_and_the_service_was_taken_over(world, letter):  # rule 77
    with pytest.raises(Blocked) as blocked:
        guaranteeing.claim(world, letter, cause="abandonment")
    assert blocked.value.codes == ["guarantee.claim.takeover-act-missing"]

    claimed = guaranteeing.claim(world, letter, cause="abandonment", takeover_act="RA 41-2026")
    assert claimed.state == "claimed"


def test_a_claim_is_of_what_it_covers_and_for_what_it_is(world, letter):  # CC 1873; rule 70
    with pytest.raises(Blocked) as blocked:
        guaranteeing.claim(world, letter, amount=Decimal("10000.01"))
    assert blocked.value.codes == ["guarantee.claim.above-amount"]
    with pytest.raises(Blocked) as blocked:
        guaranteeing.claim(world, letter, cause="loss")
    assert blocked.value.codes == ["guarantee.claim.other-cause"]


def test_a_claim_is_paid_out_once(world, letter):  # domain §4.7
    claimed = guaranteeing.claim(world, letter, amount=Decimal("4000.00"))
    with pytest.raises(Blocked) as blocked:
        guaranteeing.execute(world, claimed, receipt=" ")
    assert "guarantee.execution.proceeds-missing" in blocked.value.codes
    with pytest.raises(Blocked) as blocked:
        guaranteeing.execute(world, claimed, paid=Decimal("4000.01"))
    assert blocked.value.codes == ["guarantee.execution.above-claim"]

    paid = guaranteeing.execute(world, claimed, paid=Decimal("4000.00"))
    assert (paid.state, paid.claims.get().paid) == ("executed", Decimal("4000.00"))
    with pytest.raises(Blocked):
        guaranteeing.execute(world, paid)


def test_a_claim_is_dropped_with_a_reason_and_may_come_again(world, letter):  # domain §4.7
    claimed = guaranteeing.claim(world, letter)
    with pytest.raises(Blocked) as blocked:
        life.dismiss(claimed, outcome="", by=world.mayor)
    assert blocked.value.codes == ["guarantee.claim.outcome-missing"]

    back = life.dismiss(claimed, outcome="Se corrigió el incumplimiento.", by=world.mayor)
    assert back.state == "in_force"
    assert guaranteeing.claim(world, back).claims.count() == 2


# Released and given back


def test_it_stays_as_long_as_what_it_guarantees(world, letter):  # §4.11
    with pytest.raises(Blocked) as blocked:
        life.release(letter, reason="Pidió que se la devuelvan", by=world.manager)
    assert blocked.value.codes == ["guarantee.release.open-obligation"]
    assert life.due_for_release(clock.now()) == []


def test_another_one_takes_its_place(world, tender, letter):  # §4.11, §4.12
    other = guaranteeing.in_force(world, tender, number="CF-002")
    small = guaranteeing.receive(world, tender, number="CF-003", amount=Decimal("1.00"))
    with pytest.raises(Blocked) as blocked:
        life.release(letter, reason="x", replaced_by=small, by=world.manager)
    assert blocked.value.codes == ["guarantee.replacement.other"]

    released = life.release(letter, reason="Entró otra", replaced_by=other, by=world.manager)
    assert released.state == "released"
    with pytest.raises(Blocked) as blocked:
        guaranteeing.give_back(world, released, returned_to="")
    assert blocked.value.codes == ["guarantee.return.receiver-missing"]
    assert guaranteeing.give_back(world, released).state == "returned"


def test_a_mortgage_goes_back_once_it_is_lifted(world, tender, letter):  # CC 1122
    mortgage = guaranteeing.in_force(world, tender, instrument="HIPOTECA")
    released = life.release(mortgage, reason="Hay carta fianza", replaced_by=letter, by=world.manager)
    with pytest.raises(Blocked) as blocked:
        guaranteeing.give_back(world, released)
    assert blocked.value.codes == ["guarantee.return.registration-standing"]
    assert guaranteeing.give_back(world, released, lifted="Escritura 99").state == "returned"


def test_the_call_ended_and_the_clock_releases(world, letter):  # §4.11
    tender = letter.tender
    tender.awards.update(ended_at=clock.now(), ended_reason="No firmó")
    tick()
    assert again(letter).state == "released"


# What is only asked for, and what is written beside


def test_what_is_asked_for_once_is_there_once(world, tender):  # rule 80
    owed = guaranteeing.obligor_of(tender)
    asked = reception.require(tender, slot="performance", by=world.treasurer, **owed)
    assert reception.require(tender, slot="performance", by=world.treasurer, **owed) == asked
    assert (asked.state, asked.required_amount) == ("required", Decimal("10000.00"))
    told = Notice.objects.filter(link=asked.get_absolute_url())
    assert [notice.user for notice in told] == [asked.account]

    assert guaranteeing.receive(world, tender).pk == asked.pk


def test_what_a_rule_waives_is_not_asked(world, tender):  # §4.12
    owed = guaranteeing.obligor_of(tender)
    asked = reception.require(tender, slot="performance", by=world.treasurer, **owed)
    with pytest.raises(Blocked) as blocked:
        reception.waive(asked, reason=" ", by=world.manager)
    assert blocked.value.codes == ["guarantee.waiver.reason-missing"]
    with pytest.raises(PermissionDenied):
        reception.waive(asked, reason="x", by=world.treasurer)

    waived = reception.waive(asked, reason="Menos de 50 UIT (DS 009-2025-EF art. 139)", by=world.manager)
    assert waived.waived_at
    with pytest.raises(Blocked) as blocked:
        reception.waive(waived, reason="otra vez", by=world.manager)
    assert blocked.value.codes == ["guarantee.waiver.not-waiting"]


def test_the_bond_is_months_of_operating_cost(world, tender):  # rule 77
    tender.parameters |= {"guarantees.performance.rule": "months", "guarantees.performance.months": "2"}
    assert reception.asked(tender, "performance") == (Decimal("24000.00"), "PEN", "months")
    tender.parameters |= {"guarantees.performance.rule": "inventory"}
    assert reception.asked(tender, "performance") is None  # treasury writes it, from the inventory


def test_the_coverage_is_of_a_quick_sale_net_of_charges(world, tender):  # §2.4
    guarantee = guaranteeing.receive(world, tender, instrument="HIPOTECA")
    about = {"done_on": today(), "appraiser_1": "Ing. Uno", "by": world.legal, "haircut": Decimal("33.33")}
    reception.appraise(guarantee, value=Decimal("30000.00"), prior_liens=Decimal("5000.00"), **about)
    assert guarantee.coverage == Decimal("1.50")  # (20,001.00 - 5,000.00) / 10,000.00

    with pytest.raises(PermissionDenied):
        reception.appraise(guarantee, value=Decimal("1.00"), **about | {"by": world.treasurer})


def test_nothing_is_added_to_what_has_ended(world, tender):  # principle 4
    guarantee = guaranteeing.verify(world, guaranteeing.receive(world, tender))
    rejected = reception.reject(guarantee, decision="RG 9", reason="No", by=world.manager)
    with pytest.raises(Blocked) as blocked:
        reception.add_guarantor(rejected, name="Fidel", document="40000077", by=world.treasurer)
    assert blocked.value.codes == ["guarantee.facts.over"]


def test_no_longer_term_without_who_answers(world, tender, letter):  # G2; CC 1901
    mortgage = guaranteeing.in_force(world, tender, instrument="HIPOTECA")
    until = date(2037, 1, 1)
    assert without_assent(tender, clock.now(), until) == [letter]

    told = {"letter": "Carta 7", "signed_on": today(), "by": world.treasurer}
    life.assent(letter, until=until - timedelta(days=1), **told)
    assert without_assent(tender, clock.now(), until) == [letter]

    life.assent(letter, until=until, **told)
    assert without_assent(tender, clock.now(), until) == []
    with pytest.raises(Blocked) as blocked:
        life.assent(mortgage, until=until, **told)
    assert blocked.value.codes == ["guarantee.assent.not-needed"]
