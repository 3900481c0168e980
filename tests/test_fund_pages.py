"""The pages of the Investment Fund: what each person sees, does, and may not do."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from contracts.models import FundUse, TurnoverDeclaration
from contracts.services import fund_uses, fund_watch
from contracts.services.fund_sheet import covered_from
from procurement.models import Tender

from .funding import DUE, FOURTH, NEW_YEAR, contract_of, declare, filled, open_fund, receive, running
from .test_constant_queries import asked

APRIL = datetime(2027, 4, 20, 17, tzinfo=UTC)
QUARTER = {"year": 2026, "month": 10}
OPENED = {"account": "BN 1", "opened_on": "2027-01-04", "declaration_days": "10", "payment_days": "15"}
PAYMENT = {"kind": "contribution", "start": "2026-10-01", "amount": "15559.32", "voucher": "OP-1"}
ASKED = {"purpose": "emergency", "amount": "100.00", "work": "Tubo roto", "support": "Informe 3"}
PAID = {"paid": "100.00", "executed_on": "2027-01-04", "voucher": "CP-1"}


def address(name, tender, **more):
    return reverse(name, kwargs={"pk": tender.pk} | more)


def seen(client, user, name, tender, **more):
    """Return what a page says to somebody, without the places where figures do not break."""
    client.logout()
    if user:
        client.force_login(user)
    response = client.get(address(name, tender, **more))
    assert response.status_code == 200, response.status_code
    return response.content.decode().replace("\xa0", " ")


def post(client, user, name, tender, data, **more):
    client.force_login(user)
    return client.post(address(name, tender, **more), data)


def ask(world, the_fund, **other):
    said = {"purpose": "emergency", "work": "Tubo roto", "support": "Informe 3", "by": world.treasurer}
    return fund_uses.request(the_fund, amount=Decimal("100.00"), **said | other)


def test_before_the_contract_the_page_says_what_will_be_here(client, world):
    tender = world.at("announced")

    assert "Todavía no hay fondo" in seen(client, None, "fund", tender)
    assert client.get(address("fund-account", tender)).status_code == 404


def test_the_treasury_opens_the_account_on_its_page(client, world):
    tender = contract_of(world).tender
    world.move(NEW_YEAR)
    assert "Abrir la cuenta del fondo" in seen(client, world.treasurer, "fund", tender)
    assert "Abrir la cuenta del fondo" not in seen(client, world.mayor, "fund", tender)

    assert post(client, world.treasurer, "fund-open", tender, OPENED).status_code == 302
    assert "10.20 %" in seen(client, None, "fund", tender)


def test_a_neighbour_sees_what_was_promised_and_what_came_in(client, world):  # rule 83
    the_fund = filled(world)

    page = seen(client, None, "fund-period", the_fund.tender, **QUARTER)

    assert "S/ 15,559.32 came in" not in page
    assert "Entraron S/ 15,559.32. No falta nada." in page
    assert "S/ 152,542.37" in page


def test_what_is_missing_and_late_is_said_to_everybody(client, world):
    the_fund = running(world)
    declare(the_fund, *FOURTH)
    world.move(APRIL)

    page = seen(client, None, "fund", the_fund.tender)

    assert "El operador está atrasado" in page
    assert "Atrasado" in page
    assert "Pagar S/ 15,559.32: trimestre 4 de 2026" in page


def test_what_is_late_bears_no_interest_and_the_page_says_why(client, world):  # §5.7
    the_fund = running(world)
    declare(the_fund, *FOURTH)
    words = "ni las bases ni el contrato dan una tasa"
    assert words not in seen(client, None, "fund", the_fund.tender)
    world.move(APRIL)

    page = seen(client, None, "fund", the_fund.tender)
    assert words in page
    assert "15,559.32" in page


def test_the_operator_is_led_to_the_month_that_waits(client, world):
    the_fund = running(world)
    operator = the_fund.contract.operator
    assert address("fund-declare", the_fund.tender, **QUARTER) in seen(
        client, operator, "fund", the_fund.tender
    )

    answer = post(client, operator, "fund-declare", the_fund.tender, {"amount": "60000.00"}, **QUARTER)

    assert answer.status_code == 302
    assert TurnoverDeclaration.objects.get().month == FOURTH[0]
    again = post(client, operator, "fund-declare", the_fund.tender, {"amount": "60000.00"}, **QUARTER)
    assert again.status_code == 422  # it asks why it is corrected
    assert "S/ 60,000.00" in seen(client, None, "fund-months", the_fund.tender)


def test_the_operator_is_told_what_to_pay_and_the_treasury_what_to_enter(client, world):
    the_fund = running(world)
    declare(the_fund, *FOURTH)

    page = seen(client, the_fund.contract.operator, "fund-period", the_fund.tender, **QUARTER)
    assert "Deposite S/ 15,559.32 en Banco de la Nación 00-731" in page
    page = seen(client, world.treasurer, "fund-period", the_fund.tender, **QUARTER)
    assert "?start=2026-10-01" in page


def test_the_treasury_enters_a_payment_that_the_page_proposes(client, world):
    the_fund = running(world)
    declare(the_fund, *FOURTH)
    client.force_login(world.treasurer)
    url = address("fund-receive", the_fund.tender)

    form = client.get(url, {"start": "2026-10-01"}).context["form"]
    assert (form.initial["amount"], form.initial["kind"]) == (DUE, "contribution")
    short = client.post(url, PAYMENT | {"received_on": "2027-01-04", "amount": "1.00"})
    assert short.status_code == 422
    assert "fund.contribution.short" in short.content.decode()
    assert client.post(url, PAYMENT | {"received_on": "2027-01-04"}).status_code == 302
    assert "OP-1" in seen(client, None, "fund-account", the_fund.tender)


def test_a_receipt_is_struck_out_on_its_page(client, world):
    the_fund = filled(world)
    number = the_fund.receipts.get().pk
    assert f"receipts/{number}/void/" in seen(client, world.treasurer, "fund-account", the_fund.tender)

    post(client, world.treasurer, "fund-void", the_fund.tender, {"reason": "Otra cuenta"}, number=number)

    assert "Otra cuenta" in seen(client, None, "fund-account", the_fund.tender)


def test_an_observer_signs_with_a_remark_and_the_mayor_answers(client, world):
    the_fund = filled(world)
    tender = the_fund.tender
    assert address("fund-sign-off", tender, **QUARTER) in seen(client, world.observer, "fund", tender)
    assert "Correspondía: S/ 15,559.32." in seen(client, world.observer, "fund-sign-off", tender, **QUARTER)

    post(client, world.observer, "fund-sign-off", tender, {"remark": "Pagó tarde"}, **QUARTER)
    signed = the_fund.sign_offs.get()
    assert address("fund-answer", tender, number=signed.pk) in seen(client, world.mayor, "fund", tender)
    post(client, world.mayor, "fund-answer", tender, {"text": "Fue feriado"}, number=signed.pk)

    page = seen(client, None, "fund-period", tender, **QUARTER)
    assert "Pagó tarde" in page
    assert "Fue feriado" in page


def test_a_use_goes_through_the_pages_of_everybody(client, world):  # rules 83-85
    the_fund = filled(world)
    tender = the_fund.tender
    asked = ASKED | {"purpose": "replacement"}
    assert post(client, world.atm, "fund-use-request", tender, asked).status_code == 302
    one = {"number": 1}

    page = seen(client, the_fund.contract.operator, "fund-use", tender, **one)
    assert "¿está usted de acuerdo?" in page
    assert "fund.withdrawal.operator-has-not-agreed" in seen(client, world.mayor, "fund-use", tender, **one)
    post(client, world.observer, "fund-use-opine", tender, {"text": "De acuerdo"}, **one)
    operator = the_fund.contract.operator
    post(client, operator, "fund-use-agree", tender, {"csrfmiddlewaretoken": "x"}, **one)
    assert address("fund-use-authorise", tender, **one) in seen(
        client, world.mayor, "fund-use", tender, **one
    )
    post(client, world.mayor, "fund-use-authorise", tender, {"resolution": "RA 5"}, **one)
    assert "Ahora: páguelo" in seen(client, world.treasurer, "fund-use", tender, **one)
    post(client, world.treasurer, "fund-use-pay", tender, PAID, **one)

    assert FundUse.objects.get().state == "executed"
    page = seen(client, None, "fund-use", tender, **one)
    assert "CP-1" in page
    assert "De acuerdo" in page


def test_a_use_is_refused_or_given_up_with_words(client, world):
    the_fund = filled(world)
    tender = the_fund.tender
    ask(world, the_fund), ask(world, the_fund)

    post(client, world.mayor, "fund-use-refuse", tender, {"reasons": "No hay informe"}, number=1)
    post(client, world.treasurer, "fund-use-drop", tender, {"reasons": "Ya no hace falta"}, number=2)

    assert "No hay informe" in seen(client, None, "fund-use", tender, number=1)
    assert "Ya no hace falta" in seen(client, None, "fund-use", tender, number=2)


def test_a_request_above_what_is_free_is_refused_on_the_page(client, world):
    the_fund = filled(world)

    answer = post(client, world.manager, "fund-use-request", the_fund.tender, ASKED | {"amount": "15559.33"})

    assert answer.status_code == 422
    assert "fund.withdrawal.above-balance" in answer.content.decode()


ACTS = {
    "fund-open": {},
    "fund-receive": {},
    "fund-declare": QUARTER,
    "fund-sign-off": QUARTER,
    "fund-use-request": {},
    "fund-use-agree": {"number": 1},
    "fund-use-authorise": {"number": 1},
    "fund-use-refuse": {"number": 1},
    "fund-use-drop": {"number": 1},
    "fund-use-pay": {"number": 1},
    "fund-use-opine": {"number": 1},
}


@pytest.mark.slow
def test_a_passer_by_reads_everything_and_does_nothing(client, world):
    the_fund = filled(world)
    use = ask(world, the_fund)
    signed = fund_watch.sign_off(the_fund, start=FOURTH[0], by=world.observer, remark="x")
    acts = ACTS | {"fund-void": {"number": the_fund.receipts.get().pk}, "fund-answer": {"number": signed.pk}}

    for name, more in acts.items():
        client.force_login(world.outsider)
        assert client.get(address(name, the_fund.tender, **more)).status_code == 403, name
        assert client.post(address(name, the_fund.tender, **more)).status_code == 403, name
    for name in ("fund", "fund-months", "fund-account"):
        assert seen(client, None, name, the_fund.tender)
    assert use.number == 1


@pytest.mark.slow
def test_a_quarter_that_is_none_is_not_there(client, world):
    the_fund = filled(world)

    for year, month in [(2026, 11), (2026, 13), (2020, 1)]:
        url = address("fund-period", the_fund.tender, year=year, month=month)
        assert client.get(url).status_code == 404


@pytest.mark.slow
def test_the_gap_of_the_first_year_is_shown_month_by_month(client, world):  # rules 78-79
    the_fund = filled(world)
    the_fund.tender.contingency_plans.create(
        months=2,
        monthly_cost=Decimal("15000.00"),
        monthly_turnover=Decimal("60000.00"),
        percentage=Decimal("10.20"),
        need=Decimal("30000.00"),
        first_year_gap=Decimal("14440.68"),
        bridge="Un préstamo",
        responsible="Gerencia",
        by=world.manager,
        at=NEW_YEAR,
    )

    page = seen(client, None, "fund", the_fund.tender)

    assert "cuesta S/ 30,000.00" in page
    assert "S/ 14,440.68" in page  # after the third month: what is really there
    assert "el fondo lo tiene desde el mes 6 del contrato" in page


@pytest.mark.slow
def test_what_waits_stands_in_ones_work_and_in_the_tasks_of_the_call(client, world):
    tender = contract_of(world).tender
    world.move(NEW_YEAR)
    client.force_login(world.treasurer)
    assert "Abrir la cuenta del fondo" in client.get("/work/").content.decode()
    the_fund = open_fund(world, tender.contracts.get())
    declare(the_fund, *FOURTH)
    tender = Tender.objects.get(pk=tender.pk)

    assert "Llenar el fondo de inversión y vigilarlo" in seen(client, world.treasurer, "tender", tender)
    client.force_login(world.observer)
    assert "Firmar lo que vio del fondo: trimestre 4 de 2026" in client.get("/work/").content.decode()


@pytest.mark.slow
def test_the_projection_goes_on_to_the_end_of_the_contract(client, world):
    the_fund = filled(world)

    page = seen(client, None, "fund", the_fund.tender)

    # forty periods of 15,559.32 but for five days of the last October, which owe a whole month
    assert "al final del contrato" in page
    assert date(2036, 10, 5) == the_fund.contract.ends_on
    assert "2036" in page


def test_the_page_asks_as_often_for_many_quarters_as_for_one(client, world):
    the_fund = filled(world)
    ask(world, the_fund)
    few = {name: asked(client, address(name, the_fund.tender)) for name in ("fund", "fund-account")}
    world.move(APRIL)
    declare(the_fund, *[date(2027, month, 1) for month in (1, 2, 3)])
    for number in range(2, 8):
        ask(world, the_fund)
        receive(world, the_fund, "5.00", f"DON-{number}", kind="donation")
    fund_watch.sign_off(the_fund, start=FOURTH[0], by=world.observer, remark="x")

    many = {name: asked(client, address(name, the_fund.tender)) for name in few}

    assert {name: many[name] - few[name] for name in few} == {"fund": 0, "fund-account": 0}


def test_the_page_says_what_the_charge_pays_and_what_remains(client, world):  # rule 87
    the_fund = filled(world)

    page = seen(client, None, "fund", the_fund.tender)

    assert "cubre atender el servicio y reponer lo que se gasta" in page
    assert "Según el estudio, un mes da S/ 15,000.00 y cuesta S/ 12,000.00: quedan S/ 3,000.00." in page


def test_after_years_the_older_periods_fold_away(client, world):
    the_fund = running(world)
    world.move(datetime(2029, 1, 5, 17, tzinfo=UTC))

    page = seen(client, None, "fund", the_fund.tender)

    recent, earlier = page.split("Periodos anteriores")
    assert "Trimestre 1 de 2029" in recent
    assert "Trimestre 4 de 2026" in earlier
    assert "27 meses que ya terminaron no están declarados" in recent


def test_a_year_in_which_the_fund_never_suffices_says_so():  # rule 79
    line = (1, NEW_YEAR.date(), Decimal(0), Decimal("1.00"), True)
    whole = (2, NEW_YEAR.date(), Decimal(1), Decimal("0.00"), False)

    assert covered_from([line]) is None
    assert covered_from([line, whole]) == 2
    assert covered_from([(1, *whole[1:]), whole]) == 1
