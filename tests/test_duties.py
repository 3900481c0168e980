"""What is due after the award: read from every part, shown to whom it concerns, warned of once."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contracts import duties
from contracts.duties.election import change_after
from contracts.models import (
    Contract,
    Duty,
    Obligation,
    Subsidy,
    Termination,
    TerminationStep,
    Transfer,
    TransferItem,
)
from contracts.models.fund import Contribution, FundReceipt, TurnoverDeclaration
from contracts.services import duties as services
from contracts.services import handover, operation
from guarantees.models import Guarantee
from procurement import background, clock, clockwork, tasks
from procurement.models import Notice
from procurement.roles import Role
from procurement.schedule import LIMA, local_day
from procurement.services import changes

from .due import contract_in_force, fund, guarantee

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)


def noon(day):
    return datetime(day.year, day.month, day.day, 12, tzinfo=LIMA)


@pytest.fixture
def tender(world):
    return world.at("consented")


@pytest.fixture
def contract(world, tender):
    return contract_in_force(world, tender)


def days(tender, at=None):
    """Return {key without its number: day} of what is due."""
    found = duties.of([tender], at or clock.now())
    return {due.key.replace(f".{due.key.split('.')[1]}", ""): due.day for due in found if "." in due.key}


def the(tender, beginning, at=None):
    return next(due for due in duties.of([tender], at or clock.now()) if due.key.startswith(beginning))


# What is due, part by part


def test_a_guarantee_is_renewed_ahead_of_its_last_day(tender, contract):  # rules 70, 73
    guarantee(contract)

    found = the(tender, "guarantee")

    assert days(tender)["guarantee.renewal"] == date(2027, 3, 1)
    assert days(tender)["guarantee.expiry"] == date(2027, 3, 31)
    assert (found.roles, found.accounts) == ((Role.TREASURY,), (contract.operator_id,))


def test_once_its_last_day_is_over_the_days_to_claim_are_due(tender, contract):  # vector G1
    guarantee(contract)

    on_its_day, after = noon(date(2027, 3, 31)), noon(date(2027, 4, 1))

    assert "guarantee.claim" not in days(tender, on_its_day)
    assert days(tender, after)["guarantee.claim"] == date(2027, 4, 15)
    assert the(tender, "guarantee", after).roles == (Role.TREASURY,)


def test_a_note_reaches_the_notary_in_the_first_eight_of_fifteen_days(tender, contract):  # Ley 27287 art. 72
    guarantee(
        contract, instrument="PAGARE", expiry=date(2026, 8, 1), claim_until=date(2026, 8, 9), state="expired"
    )

    due = the(tender, "guarantee", noon(date(2026, 8, 2)))

    assert due.day == date(2026, 8, 9)
    assert "notario" in due.title.lower()


def test_an_insurance_is_renewed_and_its_premium_paid(tender, contract):  # rule 73
    guarantee(contract, slot="assets", instrument="SEGURO_BIENES", premium_paid_until=date(2026, 12, 31))

    assert days(tender)["guarantee.premium"] == date(2026, 12, 31)
    assert "seguro" in next(due.title for due in duties.of([tender], clock.now()) if "renewal" in due.key)


def test_goods_are_appraised_again_before_their_value_is_too_old(world, tender, contract):  # CC 1110
    kept = guarantee(contract, instrument="HIPOTECA")
    valued = {
        "value": 50000,
        "appraiser_1": "CAP 1",
        "valid_months": 24,
        "by": world.legal,
        "at": clock.now(),
    }
    kept.appraisals.create(done_on=date(2024, 5, 1), **valued)
    kept.appraisals.create(done_on=date(2026, 5, 1), **valued)
    kept.registrations.create(
        registry="SIGM",
        entry="9",
        inscribed_on=date(2026, 5, 2),
        amount=20000,
        expires_on=date(2029, 5, 2),
        by=world.legal,
        at=clock.now(),
    )

    found = {
        due.key.split(".")[2]: due.day for due in duties.of([tender], clock.now()) if "guarantee" in due.key
    }
    assert (found["appraisal"], found["notice"]) == (date(2028, 5, 1), date(2029, 5, 2))


@pytest.mark.parametrize(
    ("says", "party", "day"),
    [
        ("contract.renewal_request_months", "operator", date(2036, 3, 1)),
        ("sunass.renewal_request_months", "municipality", date(2036, 3, 1)),
        ("nothing", "", None),
    ],
)
def test_the_renewal_is_asked_for_in_time_where_the_law_has_one(
    tender, contract, monkeypatch, says, party, day
):  # DS 023-2005 art. 177; Res. SUNASS 037-2019
    monkeypatch.setattr(operation, "value", lambda _tender, key, default=None: 6 if key == says else default)

    operation.owe_by_start(contract)

    owed = Obligation.objects.filter(kind="renewal").values_list("party", "due_on")
    assert list(owed) == ([(party, day)] if day else [])


@pytest.mark.parametrize("state", ["claimed", "executed", "released", "returned", "lost", "rejected"])
def test_a_guarantee_that_is_no_longer_kept_has_no_date(tender, contract, state):
    guarantee(contract, state=state)
    assert not [key for key in days(tender) if key.startswith("guarantee")]


def test_a_bid_bond_is_seen_by_whoever_keeps_it_alone(client, world, tender, contract):
    guarantee(contract, slot="bid", account=None)
    address = f"/tenders/{tender.pk}/duties/"

    def seen(user):
        client.force_login(user) if user else client.logout()
        months = client.get(address).context["months"]
        return any(due.key.startswith("guarantee") for _month, dues in months for due, *_rest in dues)

    assert (seen(world.treasurer), seen(world.chair), seen(None)) == (True, False, False)


def test_the_contract_has_its_transition_and_its_end(tender, contract):  # rules 90, 103
    Contract.objects.filter(pk=contract.pk).update(state="transition", transition_until=date(2026, 12, 30))

    assert days(tender)["contract"] in (date(2026, 12, 30), date(2036, 8, 31))
    assert the(tender, "contract.transition").day == date(2026, 12, 30)
    assert the(tender, "contract.end").day == date(2036, 8, 31)


def test_an_unsigned_contract_is_signed_in_the_days_of_the_terms(tender, contract):
    Contract.objects.filter(pk=contract.pk).update(
        state="drafted", signed_on=None, started_on=None, ends_on=None
    )
    due = the(tender, "contract.signature")
    assert due.day >= local_day(tender.awards.get().consented_at)


def test_obligations_subsidies_and_steps_of_a_termination_are_due_until_they_are_done(
    tender, contract
):  # rules 97, 132, 135, 141
    owed = Obligation.objects.create(
        tender=tender,
        contract=contract,
        kind="share-offer",
        party="operator",
        text="Ofrecer el 20 % de sus acciones",
        due_on=date(2027, 9, 1),
    )
    paid = {"kind": "power", "monthly": 500, "condition": "se capitalice", "review_on": date(2027, 1, 15)}
    Subsidy.objects.create(tender=tender, contract=contract, **paid)
    ended = Termination.objects.create(
        tender=tender, contract=contract, number=1, ground="breach", cause="No aportó"
    )
    TerminationStep.objects.create(
        tender=tender, termination=ended, key="defence", place=2, due_on=date(2026, 11, 30)
    )

    before = {due.key.split(".")[0]: due.day for due in duties.of([tender], clock.now())}
    assert before["obligation"] == date(2027, 9, 1)
    assert before["subsidy"] == date(2027, 1, 15)
    assert before["termination"] == date(2026, 11, 30)
    Obligation.objects.filter(pk=owed.pk).update(done_on=date(2026, 10, 1))
    assert "obligation" not in {due.key.split(".")[0] for due in duties.of([tender], clock.now())}


def test_the_transfer_and_its_items_are_due_until_they_are_settled(tender, contract):  # rule 105
    room = Transfer.objects.create(
        tender=tender,
        contract=contract,
        state="waiting",
        planned_at=clock.now(),
        due_on=date(2026, 11, 26),
        works="Planta",
        works_due_on=date(2026, 9, 30),
    )
    TransferItem.objects.create(
        tender=tender, transfer=room, kind="staff", place=1, due_on=date(2026, 8, 15), responsible="ATM"
    )

    found = {due.key: due.day for due in duties.of([tender], clock.now()) if due.key.startswith("transfer")}
    assert found == {
        "transfer": date(2026, 11, 26),
        "transfer.works": date(2026, 9, 30),
        "transfer.staff": date(2026, 8, 15),
    }
    Transfer.objects.filter(pk=room.pk).update(
        state="handed",
        starts_on=date(2026, 9, 1),
        handed_at=clock.now(),
        received_at=clock.now(),
        received_by=contract.operator,
    )
    assert not [due for due in duties.of([tender], clock.now()) if due.key.startswith("transfer")]


def test_a_month_is_declared_and_a_quarter_paid_and_both_go_once_done(world, tender, contract):  # rule 84
    kept, at = fund(contract, world), noon(date(2026, 10, 20))

    first = the(tender, "fund", at)
    assert (first.day, first.note) == (date(2026, 10, 5), "")

    said = {"fund": kept, "amount": 60000, "vat": 18, "declared_at": at, "by": world.operator}
    TurnoverDeclaration.objects.create(tender=tender, month=date(2026, 9, 1), **said)
    Contribution.objects.create(
        tender=tender,
        fund=kept,
        start=date(2026, 7, 1),
        end=date(2026, 9, 30),
        percentage=Decimal("10.20"),
        base=50847,
        due=Decimal("5186.44"),
        due_on=date(2026, 10, 12),
        settled_at=at,
    )
    owed = {due.key: due for due in duties.of([tender], at) if due.key.startswith("fund")}
    late = owed[f"fund.{kept.pk}.contribution.2026-07-01"]
    assert (late.day, late.note) == (date(2026, 10, 12), "S/ 5,186.44 por pagar.")
    assert owed[f"fund.{kept.pk}.contribution.2026-10-01"].day == date(2027, 1, 11)
    assert owed[f"fund.{kept.pk}.declaration"].day == date(2026, 11, 5)

    FundReceipt.objects.create(
        tender=tender,
        fund=kept,
        kind="contribution",
        start=date(2026, 7, 1),
        amount=Decimal("5186.44"),
        received_on=date(2026, 10, 10),
        voucher="1",
        entered_at=at,
        by=world.treasurer,
    )
    assert late.key not in {due.key for due in duties.of([tender], at)}


def test_months_that_were_not_declared_stand_in_one_line(world, tender, contract):
    fund(contract, world)
    due = the(tender, "fund", noon(date(2027, 1, 2)))
    assert (due.day, due.note) == (date(2026, 10, 5), "Esperan 3 meses más.")


@pytest.mark.parametrize(
    ("day", "change"),
    [
        (date(2026, 12, 31), date(2027, 1, 1)),
        (date(2027, 1, 1), date(2031, 1, 1)),
        (date(2006, 7, 1), date(2007, 1, 1)),
    ],
)
def test_authorities_change_every_four_years(day, change):  # domain.md §6.4
    assert change_after(day) == change


def test_the_pack_is_due_before_the_change_and_done_once_made_after_the_election(world, tender):  # rule 158
    assert the(tender, "handover").day == date(2026, 12, 31)

    handover.make(tender, by=world.manager)  # in May: the elected are not known yet
    assert the(tender, "handover").day == date(2026, 12, 31)

    world.move(noon(date(2026, 10, 4)))
    handover.make(tender, by=world.manager)
    assert "handover" not in str([due.key for due in duties.of([tender], clock.now())])


# Warnings


def read(tender):
    """Let the clock find what to read, and the background read it."""
    outcomes = [
        str(each.went) for each in clockwork.run(*[job for job in clockwork.JOBS if job.name == "duties"])
    ]
    return outcomes, [went for _what, went in background.run_waiting("worker")]


def warnings(user, about="guarantee"):
    return list(Notice.objects.filter(user=user, link__contains=about).values_list("subject", flat=True))


def test_those_concerned_are_warned_once_at_each_of_four_times_and_when_it_is_late(world, tender, contract):
    guarantee(contract)
    told, renewal = [], date(2027, 3, 1)

    for ahead in [31, 30, 29, 8, 7, 6, 4, 3, 2, 1, 0, -1, -2]:
        world.move(noon(renewal - ahead * A_DAY))
        before = len(warnings(world.operator))
        read(tender)
        told += [ahead] * (len(warnings(world.operator)) - before)

    assert told == [30, 7, 3, 1, -1]
    assert warnings(world.outsider) == warnings(world.observer) == warnings(world.chair) == []
    assert len(warnings(world.treasurer)) > len(told) - 1


def test_whoever_comes_late_is_warned_once_of_what_holds_now(world, tender, contract):
    guarantee(contract)
    world.move(noon(date(2027, 2, 27)))
    read(tender)
    assert len(warnings(world.operator)) == 1


def test_reading_twice_changes_nothing(world, tender, contract):
    guarantee(contract)
    world.move(noon(date(2027, 2, 27)))
    first = read(tender)
    rows, told = list(Duty.objects.values()), Notice.objects.count()

    again = read(tender)
    services.refresh(tender)

    assert (first, again) == ((["done"], ["done"]), ([], []))
    assert (list(Duty.objects.values()), Notice.objects.count()) == (rows, told)


def test_a_duty_that_moves_is_warned_of_anew_and_one_that_is_done_is_forgotten(world, tender, contract):
    kept = guarantee(contract)
    world.move(noon(date(2027, 2, 27)))
    read(tender)

    Guarantee.objects.filter(pk=kept.pk).update(expiry=date(2028, 3, 31), claim_until=date(2028, 4, 15))
    services.refresh(tender)
    row = tender.duties.get(key=f"guarantee.{kept.pk}.renewal")
    assert (row.day, row.warned) == (date(2028, 3, 1), None)

    Guarantee.objects.filter(pk=kept.pk).update(state="returned")
    services.refresh(tender)
    assert not tender.duties.filter(key__startswith="guarantee").exists()


def test_the_duties_are_read_again_on_each_day_and_when_something_happened(world, tender):
    read(tender)
    assert services.unread(clock.now()) == []

    handover.make(tender, by=world.manager)
    assert services.unread(clock.now()) == [tender]
    read(tender)
    assert services.unread(clock.now()) == []
    assert services.unread(clock.now() + A_DAY) == [tender]


def test_the_duties_of_a_call_that_ended_are_forgotten(world):
    tender = world.at("announced")
    read(tender)
    assert tender.duties.exists()

    world.agree(tender, purpose="cancel", number="9-2026", happened_on=local_day(clock.now()))
    changes.cancel(tender, reason="Se desiste", by=world.mayor)
    read(tender)

    assert not tender.duties.exists()
    assert services.unread(clock.now() + A_DAY) == []


@pytest.mark.parametrize(
    ("ahead", "lead"),
    [(31, None), (30, 30), (8, 30), (7, 7), (4, 7), (3, 3), (2, 3), (1, 1), (0, 1), (-1, -1)],
)
def test_how_far_ahead_a_warning_is_due(ahead, lead):
    assert services.lead(ahead) == lead


# The pages


def test_the_calendar_is_for_everybody_month_by_month(client, tender, contract):
    guarantee(contract)

    page = client.get(f"/tenders/{tender.pk}/duties/")

    assert [month for month, _dues in page.context["months"]] == [date(2026, 12, 1), date(2027, 3, 1)]
    assert [month for month, _dues in page.context["far"]] == [date(2036, 8, 1)]
    assert 'id="m2027-03"' in page.text


def test_my_dates_hold_what_concerns_me_over_all_calls(client, world, tender, contract):
    guarantee(contract)

    def mine(user):
        client.force_login(user)
        shown = client.get("/work/dates/").context
        months = shown["months"] + shown["far"]
        return sorted({due.key.split(".")[-1] for _month, dues in months for due, *_rest in dues})

    assert mine(world.operator) == ["end", "renewal"]
    assert mine(world.treasurer) == ["expiry", "renewal"]
    assert mine(world.outsider) == []


def test_what_comes_near_stands_in_the_list_of_ones_work(world, tender, contract):
    guarantee(contract)

    def waiting(day, user):
        found = tasks.of([tender], user, noon(day))[tender.pk]
        return [(task.state, task.url) for task in found if "/guarantees/" in task.url]

    assert waiting(date(2027, 1, 29), world.treasurer) == []
    assert waiting(date(2027, 1, 30), world.treasurer)[0][0] == "ready"
    assert waiting(date(2027, 3, 2), world.treasurer)[0][0] == "overdue"
    assert waiting(date(2027, 3, 2), world.outsider) == []


def test_reading_costs_the_same_for_any_number(world, tender, contract):
    kept = fund(contract, world)

    def asked():
        with CaptureQueriesContext(connection) as queries:
            found = duties.of([tender], noon(date(2026, 10, 20)))
        return len(queries), len(found)

    guarantee(contract)
    few = asked()
    for each in range(10):
        guarantee(contract)
        Contribution.objects.create(
            tender=tender,
            fund=kept,
            start=date(2027, 1 + each, 1),
            end=date(2027, 1 + each, 28),
            percentage=10,
            base=100,
            due=10,
            due_on=date(2028, 1, 1),
            settled_at=clock.now(),
        )
    many = asked()
    assert (many[0], many[1] > few[1] + 10) == (few[0], True)
