"""The Investment Fund of a contract: declared, made due, received, signed off, with who may do what."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from contracts.fund import first_of_month, period_of
from contracts.models import Contribution, FundReceipt, TurnoverDeclaration
from contracts.models import contract_of as contract_from
from contracts.services import fund, fund_money, fund_watch
from procurement.business_days import add_months
from procurement.models import Event, Minutes, Notice
from procurement.workflow import Blocked

from .funding import (
    BILLED,
    DUE,
    FOURTH,
    NEW_YEAR,
    contract_of,
    declare,
    filled,
    open_fund,
    receive,
    running,
)
from .world import A_SECOND

OCTOBER, NOVEMBER, DECEMBER = FOURTH
MIDNIGHT = datetime(2027, 1, 1, 5, tzinfo=UTC)  # the first instant of January in Lima


def codes(verb, *arguments, **named):
    with pytest.raises(Blocked) as blocked:
        verb(*arguments, **named)
    return blocked.value.codes


def last_event():
    return Event.objects.order_by("-pk").first().body


def told(user):
    return list(Notice.objects.filter(user=user).order_by("-pk").values_list("subject", flat=True))


# --- the account ---


def test_the_treasury_opens_the_account_and_everybody_is_told(world):
    contract = contract_of(world)
    world.move(NEW_YEAR)

    opened = open_fund(world, contract)

    assert (opened.payment_days, opened.declaration_days) == (15, 10)
    assert Minutes.objects.filter(tender=opened.tender, kind="fund-opened", office="treasury").exists()
    for user in (world.mayor, world.observer, contract.operator):
        assert told(user)[0] == "El fondo de inversión ya tiene su cuenta"
    assert codes(open_fund, world, contract) == ["fund.account.already-open"]


def test_no_account_before_the_signature_or_in_the_future(world):
    contract = contract_of(world, signed_on=None, started_on=None, ends_on=None)

    assert codes(open_fund, world, contract) == ["fund.account.not-signed"]
    contract.signed_on = date(2026, 6, 1)
    contract.save()
    assert codes(open_fund, world, contract, opened_on=date(2027, 1, 1)) == ["fund.day.in-future"]


# --- what is declared ---


def test_the_last_month_makes_the_contribution_due(world):  # rule 84, §5.7
    the_fund = running(world)

    declare(the_fund, OCTOBER, NOVEMBER)
    assert not Contribution.objects.exists()
    declare(the_fund, DECEMBER)

    owed = Contribution.objects.get()
    assert (owed.due, owed.base, owed.due_on) == (DUE, Decimal("152542.37"), date(2027, 1, 15))
    assert last_event()["facts"]["due"] == "15559.32"
    assert told(the_fund.contract.operator)[0] == (
        "Aporte al fondo: S/ 15,559.32 hasta el viernes 15 de enero de 2027"
    )


def test_with_tax_the_whole_amount_counts(world):  # rule 55
    the_fund = running(world, fund_vat="included")

    declare(the_fund, *FOURTH)

    assert Contribution.objects.get().due == Decimal("18360.00")


def test_a_contract_that_pays_by_the_month_owes_each_month(world):
    the_fund = running(world, fund_frequency="monthly")

    declare(the_fund, OCTOBER)

    owed = Contribution.objects.get()
    assert (owed.due, owed.start, owed.due_on) == (Decimal("5186.44"), OCTOBER, date(2026, 11, 16))


def test_a_month_is_declared_once_it_is_over(world):
    the_fund = running(world)
    world.move(MIDNIGHT - A_SECOND)
    assert codes(declare, the_fund, DECEMBER) == ["fund.declaration.month-not-over"]

    world.move(MIDNIGHT)
    assert declare(the_fund, DECEMBER)


@pytest.mark.parametrize(
    ("month", "amount", "code"),
    [
        (date(2026, 9, 1), BILLED, "fund.declaration.outside-contract"),
        (OCTOBER, Decimal("-0.01"), "fund.declaration.negative"),
        (OCTOBER, Decimal("0.001"), "fund.amount.not-cents"),
    ],
)
def test_what_cannot_be_declared(world, month, amount, code):
    the_fund = running(world)

    assert codes(declare, the_fund, month, amount=amount) == [code]
    assert declare(the_fund, OCTOBER, amount=Decimal("0.00"))


def test_a_month_is_declared_once_and_corrected_with_a_reason(world):
    the_fund = running(world)
    declare(the_fund, *FOURTH)

    assert codes(declare, the_fund, OCTOBER, amount=Decimal("70000.00")) == ["fund.declaration.twice"]
    assert codes(declare, the_fund, OCTOBER, reason="Sumé mal") == ["fund.declaration.unchanged"]
    (corrected,) = declare(the_fund, OCTOBER, amount=Decimal("70000.00"), reason="Sumé mal")

    assert TurnoverDeclaration.objects.filter(month=OCTOBER).count() == 2
    assert corrected.replaces.amount == BILLED
    assert [str(each.due) for each in the_fund.contributions.all()] == ["15559.32", "16423.73"]
    assert the_fund.contributions.standing().get().due_on == date(2027, 1, 15)
    assert told(world.observer)[0] == "Se corrigió la declaración de octubre de 2026"


def test_there_is_nothing_to_correct_in_a_month_that_nobody_declared(world):
    the_fund = running(world)

    assert codes(declare, the_fund, OCTOBER, reason="x") == ["fund.declaration.nothing-to-correct"]


def test_after_the_contract_ended_no_month_is_declared(world):
    the_fund = running(world, ends_on=date(2026, 12, 1))

    assert codes(declare, the_fund, DECEMBER) == ["fund.declaration.outside-contract"]
    declare(the_fund, OCTOBER, NOVEMBER)
    assert the_fund.contributions.get().due == Decimal("10372.88")


def test_a_percentage_that_an_addendum_changes_does_not_reach_back(world):
    the_fund = running(world)
    declare(the_fund, *FOURTH)
    contract = the_fund.contract
    contract.fund_percentage = Decimal("8.00")
    contract.save()

    declare(the_fund, OCTOBER, amount=Decimal("70000.00"), reason="Sumé mal")

    assert the_fund.contributions.standing().get().percentage == Decimal("10.20")


def test_only_the_operator_declares_or_the_treasury_from_its_paper(world):
    the_fund = running(world)

    for outsider in (world.outsider, world.manager, world.chair, world.observer):
        with pytest.raises(PermissionDenied):
            declare(the_fund, OCTOBER, by=outsider)
    assert codes(declare, the_fund, OCTOBER, by=world.treasurer) == ["fund.declaration.paper-missing"]
    (entered,) = declare(the_fund, OCTOBER, by=world.treasurer, paper="Carta 3")
    assert entered.on_paper
    (own,) = declare(the_fund, NOVEMBER)
    assert not own.on_paper
    assert last_event()["actor"] == "operator"


# --- what comes in ---


def test_a_contribution_reaches_the_fund_with_its_minutes(world):  # rule 84
    the_fund = running(world)
    declare(the_fund, *FOURTH)

    receive(world, the_fund, DUE)

    assert the_fund.balance == DUE
    text = Minutes.objects.get(kind="fund-receipt").text
    assert "S/ 152,542.37" in text.replace("\xa0", " ")
    assert "octubre de 2026: S/ 60,000.00" in text.replace("\xa0", " ")
    assert told(world.observer)[0] == "El fondo recibió S/ 15,559.32 (trimestre 4 de 2026)"


def test_a_contribution_for_a_month_that_is_not_declared_is_refused(world):
    the_fund = running(world)
    declare(the_fund, OCTOBER, NOVEMBER)

    assert codes(receive, world, the_fund, DUE) == ["fund.contribution.base-missing"]
    assert not FundReceipt.objects.exists()


def test_less_than_what_is_due_needs_a_note_and_more_is_refused(world):
    the_fund = running(world)
    declare(the_fund, *FOURTH)

    assert codes(receive, world, the_fund, "15559.33") == ["fund.contribution.above-due"]
    assert codes(receive, world, the_fund, "15559.31") == ["fund.contribution.short"]
    receive(world, the_fund, "10000.00", note="El resto, el 20 de enero")
    receive(world, the_fund, "5559.32", "OP-2")
    assert codes(receive, world, the_fund, "0.01", "OP-3") == ["fund.contribution.already-paid"]


@pytest.mark.parametrize(
    ("amount", "said", "code"),
    [
        ("-1.00", {}, "fund.receipt.not-positive"),
        ("0.00", {}, "fund.receipt.not-positive"),
        ("1.00", {"received_on": NEW_YEAR.date() + timedelta(days=1)}, "fund.day.in-future"),
        ("1.00", {"voucher": " "}, "fund.receipt.voucher-missing"),
        ("1.00", {"start": None}, "fund.contribution.no-period"),
        ("1.00", {"start": date(2026, 7, 1)}, "fund.contribution.base-missing"),
    ],
)
def test_what_cannot_be_received(world, amount, said, code):
    the_fund = running(world)
    declare(the_fund, *FOURTH)

    assert codes(receive, world, the_fund, amount, **said) == [code]


def test_a_voucher_counts_once(world):
    the_fund = filled(world)

    assert codes(receive, world, the_fund, "1.00", " op-1 ", kind="donation") == [
        "fund.receipt.voucher-repeated"
    ]


@pytest.mark.parametrize("kind", ["municipality", "donation", "transfer", "new_users"])
def test_other_resources_reach_the_fund_too(world, kind):  # rule 86
    the_fund = filled(world)

    received = receive(world, the_fund, "500.00", "DON-1", kind=kind, note="Para el reservorio")

    assert received.start is None
    assert the_fund.balance == DUE + 500


def test_a_receipt_with_an_error_is_struck_out_and_stays_readable(world):
    the_fund = filled(world)
    received = the_fund.receipts.get()

    assert codes(fund_money.void_receipt, received, reason=" ", by=world.treasurer) == [
        "fund.receipt.reason-missing"
    ]
    fund_money.void_receipt(received, reason="Era de otra cuenta", by=world.treasurer)

    assert (the_fund.balance, the_fund.receipts.count()) == (0, 1)
    again = {"reason": "x", "by": world.treasurer}
    assert codes(fund_money.void_receipt, received, **again) == ["fund.receipt.already-voided"]
    receive(world, the_fund, DUE)


@pytest.mark.parametrize("who", ["outsider", "mayor", "manager", "chair", "observer"])
def test_only_the_treasury_receives_opens_and_strikes_out(world, who):
    the_fund = filled(world)

    with pytest.raises(PermissionDenied):
        receive(world, the_fund, "1.00", "X", kind="donation", by=getattr(world, who))
    with pytest.raises(PermissionDenied):
        fund_money.void_receipt(the_fund.receipts.get(), reason="x", by=getattr(world, who))
    with pytest.raises(PermissionDenied):
        fund.open_fund(
            the_fund.contract,
            account="x",
            payment_days=1,
            declaration_days=1,
            opened_on=NEW_YEAR.date(),
            by=getattr(world, who),
        )


# --- what the neighbours see ---


def test_a_neighbour_signs_what_was_promised_and_what_came_in(world):  # rule 83
    the_fund = filled(world)

    signed = fund_watch.sign_off(the_fund, start=OCTOBER, by=world.observer)

    assert (signed.due, signed.received, signed.balance) == (DUE, DUE, DUE)
    assert last_event()["facts"]["due"] == "15559.32"
    again = {"start": OCTOBER, "by": world.observer}
    assert codes(fund_watch.sign_off, the_fund, **again) == ["fund.sign-off.twice"]


def test_a_quarter_is_signed_once_it_is_over_also_if_nobody_declared(world):
    the_fund = running(world)
    world.move(MIDNIGHT - A_SECOND)
    asked = {"start": OCTOBER, "by": world.observer, "remark": "No declararon"}
    assert codes(fund_watch.sign_off, the_fund, **asked) == ["fund.sign-off.period-not-over"]

    world.move(MIDNIGHT)
    signed = fund_watch.sign_off(the_fund, **asked)

    assert (signed.due, signed.received) == (None, 0)
    assert told(world.mayor)[0] == (
        "Una observación de la JVS sobre el fondo espera respuesta: trimestre 4 de 2026"
    )


def test_a_remark_is_answered_once_by_mayor_or_manager(world):
    the_fund = filled(world)
    signed = fund_watch.sign_off(the_fund, start=OCTOBER, by=world.observer, remark="Pagó tarde")

    with pytest.raises(PermissionDenied):
        fund_watch.answer(signed, text="x", by=world.treasurer)
    fund_watch.answer(signed, text="Pagó el día 4", by=world.manager)

    assert codes(fund_watch.answer, signed, text="y", by=world.mayor) == ["fund.sign-off.nothing-to-answer"]
    assert told(world.observer)[0] == "Una observación de la JVS sobre el fondo tiene respuesta"


def test_only_the_jvs_signs_off(world):
    the_fund = filled(world)

    for outsider in (world.outsider, world.mayor, world.treasurer, the_fund.contract.operator):
        with pytest.raises(PermissionDenied):
            fund_watch.sign_off(the_fund, start=OCTOBER, by=outsider)


# --- on a contract that went the whole way ---


def test_the_fund_of_a_contract_that_was_signed_and_handed_over(world):
    contract = contract_from(world.at("running"))
    the_fund = open_fund(world, contract, opened_on=contract.started_on)
    first = first_of_month(contract.started_on)
    months = [add_months(first, place) for place in range(len(quarter_months(contract)))]
    world.move(datetime.combine(add_months(months[-1], 1), time(17), UTC))

    declare(the_fund, *months)
    owed = the_fund.contributions.get()
    receive(world, the_fund, owed.due, start=owed.start, received_on=contract.started_on)

    assert owed.percentage == contract.award.percentage
    assert the_fund.balance == owed.due > 0


def quarter_months(contract):
    """Return the months of the first quarter in which the contract runs."""
    return fund.contract_months(contract, period_of(contract.started_on, 3))
