"""The service passes to the operator: plan, joint committee, seven items, delivery (rules 105-114)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from contracts.guards.transfer import both_sides_agree, evidence_is_there
from contracts.models import TransferItem, contract_of, transfer_of
from contracts.parties import Side, side_of
from contracts.services import transfer, transfer_items
from contracts.transfer_items import ITEMS, SEVEN, months_between, window
from procurement import clock, tasks
from procurement.business_days import add_months
from procurement.models import Event, Minutes, Notice
from procurement.schedule import local_day
from procurement.services import minutes, people
from procurement.workflow import advance

from . import contracting, transferring
from .refusing import refused

DAY = timedelta(days=1)
NETWORKS = ITEMS["networks"]


def today():
    return local_day(clock.now())


def actions_of(tender):
    return [event.body["action"] for event in Event.objects.of(tender)]


@pytest.fixture
def tender(world):
    """A call whose contract is signed."""
    return world.at("signed")


@pytest.fixture
def running(world, tender):
    """A call whose joint committee is at work."""
    transferring.plan(world, tender)
    transferring.install(world, tender)
    return tender


# From the plan to the first day


@pytest.mark.slow
def test_both_sides_work_through_the_seven_items_and_operations_start(world, running):  # rules 100, 105-114
    done = transferring.settle_all(world, running)
    assert done.state == "all_done"
    assert contract_of(running).started_on is None

    transferring.deliver(world, running)

    contract = contract_of(running)
    assert transfer_of(running).state == "handed"
    assert contract.started_on == transfer_of(running).starts_on == today()
    assert contract.state == "transition"  # its contract has a transition period
    kinds = set(Minutes.objects.filter(tender=running, office="transfer").values_list("kind", flat=True))
    assert {"transfer-installed", "transfer-handed"} | {f"transfer-{item.key}" for item in SEVEN} == kinds


def test_the_seven_items_are_those_of_the_field_note():  # rules 107-113
    assert [item.rule for item in SEVEN] == list(range(107, 114))
    assert {item.key for item in SEVEN} == set(TransferItem.Kind.values)
    assert {item.rule for item in SEVEN if item.sheet} == {107, 109, 110, 112}


def test_who_is_not_of_the_two_sides_does_nothing(world, running):
    item = transferring.item(running, "networks")
    for user in [world.observer, world.mayor, world.outsider, world.treasurer]:
        with pytest.raises(PermissionDenied):
            transfer_items.begin_work(item, by=user)
        with pytest.raises(PermissionDenied):
            transfer_items.hand_in(item, upload=transferring.pdf(), by=user)
    with pytest.raises(PermissionDenied):
        transfer.replan(transfer_of(running), due_on=today(), reason="x", by=transferring.operator(running))
    assert transfer_items.begin_work(item, by=transferring.operator(running)).state == "in_progress"


def test_the_operator_is_one_side_even_with_an_office(world, running):  # domain.md §4.9
    contract, operator = contract_of(running), transferring.operator(running)
    assert side_of(contract, operator, clock.now()) == Side.OPERATOR
    role = {"document": "RA 099-2026", "by": world.mayor}
    people.appoint_official(world.municipality, people.Role.ATM, operator, **role)
    assert side_of(contract, operator, clock.now()) == Side.OPERATOR
    assert side_of(contract, world.atm, clock.now()) == Side.MUNICIPALITY
    assert side_of(contract, world.outsider, clock.now()) is None


def test_the_log_names_the_operator_by_that_word(world, running):  # decision 13
    transfer_items.begin_work(transferring.item(running, "networks"), by=transferring.operator(running))
    settled = transferring.settle(world, running, NETWORKS)  # its proof and its minutes too
    transferring.upload(running, "users", transferring.operator(running))
    told = {event.body["actor"] for event in Event.objects.of(running)}
    assert "operator" in told
    assert f"user:{transferring.operator(running).pk}" not in told
    assert settled.minutes.entered_by == "operator"


# The plan


def test_a_transfer_takes_three_to_six_months_or_says_why(world, tender):  # rule 105
    signed = contract_of(tender).signed_on
    first, last = window(signed)
    assert (first, last) == (add_months(signed, 3), add_months(signed, 6))

    for day in [first - DAY, last + DAY]:
        items = {item.key: ("x", min(day, last)) for item in SEVEN}
        said = {"due_on": day, "items": items}
        assert refused(transferring.plan, world, tender, **said) == ["transfer.plan.outside-months"]

    planned = transferring.plan(world, tender, due_on=last + DAY, reason="Las lluvias cortan el camino.")
    assert planned.reason
    assert contract_of(tender).state == "transferring"


def test_no_item_ends_after_the_whole(world, tender):  # rule 105
    last = window(contract_of(tender).signed_on)[1]
    items = {"networks": ("x", last + DAY), "staff": ("x", last)}
    assert refused(transferring.plan, world, tender, items=items) == ["transfer.plan.item-after-end"]
    assert transfer_of(tender) is None  # nothing is half done


def test_a_transfer_is_planned_once_and_by_whoever_runs_it(world, tender):
    with pytest.raises(PermissionDenied):
        transfer.plan(contract_of(tender), due_on=today(), by=world.secretary)
    transferring.plan(world, tender)
    assert refused(transferring.plan, world, tender) == ["transfer.plan.exists"]


def test_before_the_signature_there_is_nothing_to_hand_over(world):
    tender = world.at("consented")
    contracting.draft(world, tender)
    said = {"due_on": today(), "by": world.manager}
    assert refused(transfer.plan, contract_of(tender), **said) == ["contract.begin_transfer.wrong-state"]


def test_dates_may_move_with_a_reason_and_the_log_keeps_both(world, running):  # rule 105
    late = window(contract_of(running).signed_on)[1] + DAY * 30
    room = transfer_of(running)
    assert refused(transfer.replan, room, due_on=late, by=world.atm) == ["transfer.plan.outside-months"]

    said = {"networks": ("Área técnica", late)}
    moved = transfer.replan(room, due_on=late, reason="Llovió.", items=said, by=world.atm)

    assert moved.due_on == transferring.item(running, "networks").due_on == late
    facts = Event.objects.of(running).last().body["facts"]
    assert (facts["before"], facts["due_on"]) == (room.due_on.isoformat(), late.isoformat())


def test_a_transfer_that_lasts_too_long_shows_it(world, running):  # rule 105
    room = transfer_of(running)
    assert not room.is_overdue(room.due_on)
    assert room.is_overdue(room.due_on + DAY)
    item = transferring.item(running, "staff")
    assert (item.is_overdue(item.due_on), item.is_overdue(item.due_on + DAY)) == (False, True)
    assert months_between(contract_of(running).signed_on, add_months(contract_of(running).signed_on, 7)) == 7


# The works that it waits for


def test_a_transfer_waits_for_the_impact_works(world, tender):  # rule 106
    room = transferring.plan(world, tender, works="Reservorio norte")
    assert room.state == "waiting"
    assert refused(transferring.install, world, tender) == ["transfer.start.works-unfinished"]
    assert refused(transfer.settle_works, room, by=world.atm) == ["transfer.works.nothing-said"]
    ahead = {"done_on": today() + DAY, "by": world.atm}
    assert refused(transfer.settle_works, room, **ahead) == ["transfer.works.in-future"]

    transfer.settle_works(room, done_on=today(), by=world.atm)

    assert transferring.install(world, tender).state == "in_progress"


def test_the_two_sides_may_agree_to_start_before_the_works_end(world, tender):  # rule 106
    room = transferring.plan(world, tender, works="Reservorio norte")
    transfer.settle_works(room, agreement="Acta de 2 de marzo: se empieza con el personal.", by=world.manager)
    assert transferring.install(world, tender).state == "in_progress"


def test_works_that_nobody_named_cannot_be_finished(world, running):
    said = {"done_on": today(), "by": world.atm}
    assert refused(transfer.settle_works, transfer_of(running), **said) == ["transfer.works.not-named"]


# The joint committee


def test_the_committee_is_installed_with_its_members_and_a_whole_plan(world, tender):  # domain.md §4.9
    last = window(contract_of(tender).signed_on)[1]
    transferring.plan(world, tender, items={"networks": ("Área técnica", last)})
    said = {"installed_on": today(), "by": world.manager}
    reasons = refused(
        transfer.install, transfer_of(tender), municipal_members="", operator_members="x", **said
    )
    assert reasons == ["transfer.installation.members-missing", "transfer.plan.item-incomplete"]

    wrong = {"installed_on": today() + DAY, "municipal_members": "x", "operator_members": "y"}
    codes = refused(transfer.install, transfer_of(tender), by=world.manager, **wrong)
    assert codes == ["transfer.installation.day-wrong"]


def test_the_installation_agrees_every_item_and_leaves_the_plan_in_its_minutes(
    world, running
):  # rules 107-113
    assert set(transfer_of(running).items.values_list("state", flat=True)) == {"agreed"}
    text = Minutes.objects.get(tender=running, kind="transfer-installed").text
    assert all(str(item.about.title) in text for item in transfer_of(running).items.all())
    assert Notice.objects.filter(user=world.observer, tender=running, subject__contains="comisión").exists()


def test_no_item_is_worked_on_before_the_committee_is_installed(world, tender):
    transferring.plan(world, tender)
    item = transferring.item(tender, "networks")
    assert refused(transfer_items.begin_work, item, by=world.atm) == ["transferitem.begin.wrong-state"]


def test_nobody_waits_for_works_that_are_not_named(world, tender):  # rule 106
    planned = transferring.plan(world, tender)
    assert refused(advance, planned, "wait", by=world.manager) == ["transfer.works.not-named"]


def test_an_item_is_agreed_once_somebody_has_it_and_until_when(world, tender):  # rules 107-113
    last = window(contract_of(tender).signed_on)[1]
    transferring.plan(world, tender, items={"networks": ("Área técnica", last)})
    item = transferring.item(tender, "staff")
    assert refused(advance, item, "agree", by=world.manager) == ["transfer.item.not-planned"]
    assert advance(transferring.item(tender, "networks"), "agree", by=world.manager).state == "agreed"


def test_nothing_is_handed_over_under_a_contract_that_is_in_question(world, tender):  # domain.md §4.9
    transferring.plan(world, tender)
    contracting.give_notice(world, tender)
    assert refused(transferring.install, world, tender) == ["transfer.contract.not-transferring"]


# One item


def test_an_item_is_proved_and_accepted_by_both_sides(world, running):  # rule 108
    item = transferring.prove(world, running, NETWORKS)
    assert item.state == "evidenced"

    one = transfer_items.accept(item, by=world.manager)
    assert one.state == "evidenced"
    assert refused(transfer_items.accept, item, by=world.atm) == ["transfer.item.already-accepted"]
    both = transfer_items.accept(item, by=transferring.operator(running))

    assert (both.state, both.minutes.kind) == ("accepted", "transfer-networks")
    assert both.evidence.sha256 in both.minutes.text
    assert refused(transfer_items.accept, both, by=world.manager) == ["transfer.item.settled"]


def test_one_side_alone_does_not_settle_an_item(world, running):  # domain.md §4.9
    item = transferring.prove(world, running, NETWORKS)
    accepted = transfer_items.accept(item, by=transferring.operator(running))
    (reason,) = both_sides_agree.refusals(accepted, clock.now())
    assert reason.code == "transfer.item.one-side-only"
    assert str(Side.MUNICIPALITY.label) in reason.sentence


def test_there_is_nothing_to_accept_before_the_proof(world, running):
    item = transferring.item(running, "networks")
    assert refused(transfer_items.accept, item, by=world.manager) == ["transfer.item.not-proved"]


@pytest.mark.parametrize("kind", ["staff", "inventory", "receivables", "users"])
def test_an_item_with_a_workbook_needs_it_beside_its_proof(world, running, kind):  # rules 107, 109, 110, 112
    item = transferring.item(running, kind)
    codes = refused(transfer_items.hand_in, item, upload=transferring.pdf(), by=world.atm)
    assert codes == ["transfer.item.workbook-missing"]
    assert transferring.item(running, kind).evidence is None  # nothing is half done
    assert transferring.prove(world, running, ITEMS[kind]).state == "evidenced"


@pytest.mark.parametrize("kind", ["networks", "rights", "titles"])
def test_an_item_without_workbook_needs_its_proof_alone(world, running, kind):  # rules 108, 111, 113
    item = transferring.item(running, kind)
    (reason,) = evidence_is_there.refusals(item, clock.now())
    assert reason.code == "transfer.item.evidence-missing"
    assert transferring.prove(world, running, ITEMS[kind]).state == "evidenced"


def test_what_is_wrong_is_said_and_nobody_has_accepted_any_more(world, running):
    item = transferring.prove(world, running, NETWORKS)
    transfer_items.accept(item, by=world.manager)
    operator = transferring.operator(running)
    assert refused(transfer_items.send_back, item, objection=" ", by=operator) == [
        "transfer.item.objection-missing"
    ]

    back = transfer_items.send_back(item, objection="Falta el sector Alto.", by=operator)

    assert (back.state, back.municipality_accepted_at) == ("in_progress", None)
    assert Notice.objects.filter(user=world.manager, text="Falta el sector Alto.").exists()
    assert transferring.prove(world, running, NETWORKS).objection == ""


def test_another_proof_makes_both_sides_look_again(world, running):
    item = transferring.prove(world, running, NETWORKS)
    transfer_items.accept(item, by=world.manager)
    again = transfer_items.hand_in(item, upload=transferring.pdf("otro.pdf"), by=world.atm)
    assert (again.state, again.municipality_accepted_at) == ("evidenced", None)
    assert actions_of(running)[-1] == "transferitem.replace"


def test_an_item_is_left_out_only_with_a_reason_and_by_both(world, running):  # domain.md §4.9
    item = transferring.item(running, "rights")
    operator = transferring.operator(running)
    assert refused(transfer_items.propose_waiver, item, reason=" ", by=world.manager) == [
        "transfer.item.waiver-reason-missing"
    ]
    transfer_items.propose_waiver(item, reason="No hay permisos que pasar.", by=world.manager)
    assert transferring.item(running, "rights").state == "agreed"

    waived = transfer_items.accept(item, by=operator)

    assert (waived.state, waived.waiver_reason) == ("waived", "No hay permisos que pasar.")
    assert "No hay permisos que pasar." in waived.minutes.text


def test_the_other_side_may_say_that_an_item_has_to_be_done(world, running):
    item = transferring.item(running, "rights")
    operator = transferring.operator(running)
    assert refused(transfer_items.drop_waiver, item, by=operator) == ["transfer.item.no-waiver"]
    transfer_items.propose_waiver(item, reason="No hay.", by=world.manager)

    kept = transfer_items.drop_waiver(item, by=operator)

    assert (kept.waiver_reason, kept.municipality_accepted_at) == ("", None)
    assert refused(transfer_items.accept, kept, by=operator) == ["transfer.item.not-proved"]


def test_an_observer_signs_as_witness_under_the_minutes_of_an_item(world, running):  # rules 107-113
    settled = transferring.settle(world, running, NETWORKS)
    minutes.witness(settled.minutes, by=world.observer)
    assert settled.minutes.witnessings.get().by == world.observer


# An operator without account


@pytest.fixture
def on_paper(world, running):
    """The operator handed paper envelopes in and has no account (decision 4)."""
    type(contract_of(running)).objects.filter(pk=contract_of(running).pk).update(operator=None)
    return running


def test_an_operator_without_account_accepts_by_a_paper_that_an_official_enters(
    world, on_paper
):  # decision 4
    item = transferring.prove(world, on_paper, NETWORKS)
    transfer_items.accept(item, by=world.manager)
    assert refused(transfer_items.accept, item, by=world.manager) == ["transfer.item.already-accepted"]

    settled = transfer_items.accept(item, paper="Carta 12-2026", by=world.manager)

    assert (settled.state, settled.operator_paper) == ("accepted", "Carta 12-2026")
    assert "Carta 12-2026" in settled.minutes.text


def test_an_operator_without_account_signs_the_delivery_by_a_paper(world, on_paper):  # decision 4
    for item in transfer_of(on_paper).items.all():
        transfer_items.propose_waiver(item, reason="Se hizo antes.", by=world.manager)
        transfer_items.accept(item, paper="Carta 13-2026", by=world.manager)
    transferring.prepare(world, on_paper)
    room = transfer_of(on_paper)
    assert refused(transfer.receive, room, by=world.manager) == ["transfer.operator.paper-missing"]
    assert transfer.receive(room, paper="Acta firmada", by=world.manager).received_at


def test_no_official_speaks_for_an_operator_that_has_an_account(world, running):
    item = transferring.prove(world, running, NETWORKS)
    transfer_items.accept(item, by=world.manager)
    said = {"paper": "Carta 12-2026", "by": world.manager}
    assert refused(transfer_items.accept, item, **said) == ["transfer.item.already-accepted"]


# One's work


def work_of(tender, user):
    return tasks.of([tender], user, clock.now())[tender.pk]


def test_an_item_that_comes_near_stands_once_in_the_work_of_who_does_it(world, running):  # rules 105-113
    contract, item = contract_of(running), transferring.item(running, "staff")
    contracting.to(world, item.due_on - DAY)
    address = item.get_absolute_url()
    for user in (contract.operator, world.atm):
        mine = [task for task in work_of(running, user) if task.url == address]
        assert [task.is_reminder for task in mine] == [False], user
        assert local_day(mine[0].until) == item.due_on

    transfer_items.propose_waiver(item, reason="No hay personal.", by=world.atm)  # the other side is next
    mine = [task for task in work_of(running, world.atm) if task.url == address]
    assert [task.is_reminder for task in mine] == [True]
