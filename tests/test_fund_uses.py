"""The uses of the Investment Fund: never above what it holds, by whom rule 83 and 84 say."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from contracts.models import FundUse
from contracts.services import fund_money, fund_uses
from procurement.models import Event, Minutes
from procurement.workflow import Blocked

from .funding import DUE, NEW_YEAR, filled

TODAY = NEW_YEAR.date()
CENT = Decimal("0.01")


def codes(verb, *arguments, **named):
    with pytest.raises(Blocked) as blocked:
        verb(*arguments, **named)
    return blocked.value.codes


def ask(world, the_fund, amount="5000.00", purpose="replacement", **other):
    said = {"work": "Bomba del pozo 2", "support": "Informe 12", "by": world.treasurer}
    return fund_uses.request(the_fund, purpose=purpose, amount=Decimal(amount), **said | other)


def authorised(world, the_fund, amount="5000.00", **other):
    use = ask(world, the_fund, amount, **other)
    if use.needs_the_operator:
        fund_uses.agree(use, by=the_fund.contract.operator)
    return fund_uses.authorise(use, resolution="RA 5-2027", by=world.mayor)


def pay(world, use, paid="5000.00", on=TODAY, voucher="CP-1", by=None):
    return fund_uses.execute(
        use, paid=Decimal(paid), executed_on=on, voucher=voucher, by=by or world.treasurer
    )


@pytest.mark.parametrize("purpose", FundUse.Purpose.values)
def test_a_use_is_asked_agreed_authorised_and_paid(world, purpose):  # rules 83-85
    the_fund = filled(world)

    use = pay(world, authorised(world, the_fund, purpose=purpose))

    assert (use.state, the_fund.balance) == ("executed", DUE - 5000)
    kinds = Minutes.objects.filter(kind__startswith="fund-").values_list("kind", flat=True)
    assert {"fund-use", "fund-paid"} <= set(kinds)


def test_a_purpose_that_the_rule_does_not_know_is_refused(world):  # rule 85
    assert codes(ask, world, filled(world), purpose="salaries") == ["fund.withdrawal.use-not-allowed"]


def test_never_more_than_the_fund_holds(world):  # rule 85
    the_fund = filled(world)

    assert codes(ask, world, the_fund, DUE + CENT) == ["fund.withdrawal.above-balance"]
    assert codes(ask, world, the_fund, "0.00") == ["fund.receipt.not-positive"]
    assert ask(world, the_fund, DUE)


def test_what_is_authorised_is_set_aside(world):
    the_fund = filled(world)
    first, second = ask(world, the_fund, "10000.00"), ask(world, the_fund, "5559.33")
    for use in (first, second):
        fund_uses.agree(use, by=the_fund.contract.operator)
    fund_uses.authorise(first, resolution="RA 5", by=world.mayor)

    told = {"resolution": "RA 6", "by": world.mayor}
    assert codes(fund_uses.authorise, second, **told) == ["fund.withdrawal.above-balance"]
    assert codes(ask, world, the_fund, "5559.33") == ["fund.withdrawal.above-balance"]
    fund_uses.drop(first, reasons="Ya no hace falta", by=world.treasurer)
    assert fund_uses.authorise(second, **told).state == "authorised"


def test_both_must_agree_where_both_manage_the_fund(world):  # rule 83
    the_fund = filled(world)
    use = ask(world, the_fund)

    told = {"resolution": "RA 5", "by": world.mayor}
    assert codes(fund_uses.authorise, use, **told) == ["fund.withdrawal.operator-has-not-agreed"]
    with pytest.raises(PermissionDenied):
        fund_uses.agree(use, by=world.manager)
    assert codes(fund_uses.agree, use, by=world.treasurer) == ["fund.withdrawal.paper-missing"]
    fund_uses.agree(use, by=world.treasurer, paper="Carta 9")
    assert codes(fund_uses.agree, use, by=the_fund.contract.operator) == ["fund.withdrawal.already-agreed"]
    assert fund_uses.authorise(use, **told).state == "authorised"


def test_the_municipality_alone_authorises_where_it_alone_manages(world):  # rule 83
    the_fund = filled(world, fund_manager="municipality")
    use = ask(world, the_fund)

    assert codes(fund_uses.agree, use, by=the_fund.contract.operator) == [
        "fund.withdrawal.agreement-not-needed"
    ]
    assert fund_uses.authorise(use, resolution="RA 5", by=world.manager).state == "authorised"


def test_the_municipality_alone_authorises_an_emergency(world):  # rule 84
    use = ask(world, filled(world), purpose="emergency")

    told = {"paid": Decimal("1.00"), "executed_on": TODAY, "voucher": "CP-1", "by": world.treasurer}
    assert codes(fund_uses.execute, use, **told) == ["fund.withdrawal.authorisation-missing"]
    assert fund_uses.authorise(use, resolution="RA 5", by=world.mayor).state == "authorised"


def test_whoever_asks_does_not_authorise(world):
    the_fund = filled(world)
    use = ask(world, the_fund, by=world.manager, purpose="emergency")

    told = {"resolution": "RA 5"}
    assert codes(fund_uses.authorise, use, by=world.manager, **told) == ["fund.withdrawal.asked-by-self"]
    for outsider in (world.outsider, world.treasurer, world.observer, world.chair):
        with pytest.raises(PermissionDenied):
            fund_uses.authorise(use, by=outsider, **told)
    assert codes(fund_uses.authorise, use, by=world.mayor, resolution=" ") == [
        "fund.withdrawal.resolution-missing"
    ]
    assert fund_uses.authorise(use, by=world.mayor, **told).state == "authorised"


@pytest.mark.parametrize("who", ["outsider", "chair", "observer", "secretary"])
def test_who_does_not_work_with_the_fund_asks_for_nothing(world, who):
    with pytest.raises(PermissionDenied):
        ask(world, filled(world), by=getattr(world, who))


def test_the_operator_asks_and_agrees_by_itself(world):
    the_fund = filled(world)
    use = ask(world, the_fund, by=the_fund.contract.operator)

    event = Event.objects.order_by("-pk").first()
    assert event.body["actor"] == "operator"
    assert event.private_part.content == {"account": f"user:{the_fund.contract.operator_id}"}
    fund_uses.agree(use, by=the_fund.contract.operator)
    assert fund_uses.drop(use, reasons="Ya no", by=the_fund.contract.operator).state == "dropped"


@pytest.mark.parametrize(
    ("paid", "on", "voucher", "code"),
    [
        ("5000.01", TODAY, "CP-1", "fund.withdrawal.above-authorised"),
        ("0.00", TODAY, "CP-1", "fund.receipt.not-positive"),
        ("5000.00", TODAY + timedelta(days=1), "CP-1", "fund.day.in-future"),
        ("5000.00", TODAY, " ", "fund.receipt.voucher-missing"),
        # on that day nothing had come in yet
        ("5000.00", date(2027, 1, 3), "CP-1", "fund.withdrawal.above-authorised"),
    ],
)
def test_what_cannot_be_paid(world, paid, on, voucher, code):
    use = authorised(world, filled(world))

    assert codes(pay, world, use, paid, on, voucher) == [code]
    assert pay(world, use).state == "executed"


def test_only_the_treasury_pays(world):
    use = authorised(world, filled(world))

    for outsider in (world.mayor, world.manager, world.observer, use.contract.operator):
        with pytest.raises(PermissionDenied):
            pay(world, use, by=outsider)


def test_what_is_spent_cannot_be_struck_out(world):
    the_fund = filled(world)
    received, use = the_fund.receipts.get(), authorised(world, the_fund, DUE)

    told = {"reason": "x", "by": world.treasurer}
    assert codes(fund_money.void_receipt, received, **told) == ["fund.receipt.spent"]
    fund_uses.drop(use, reasons="No", by=world.treasurer)
    assert fund_money.void_receipt(received, **told).voided_at


def test_a_refused_use_says_why(world):
    use = ask(world, filled(world))

    assert codes(fund_uses.refuse, use, reasons=" ", by=world.mayor) == ["fund.withdrawal.reasons-missing"]
    with pytest.raises(PermissionDenied):
        fund_uses.refuse(use, reasons="x", by=world.treasurer)
    use = fund_uses.refuse(use, reasons="No hay informe", by=world.mayor)
    assert (use.state, use.ended_at is not None) == ("refused", True)
    told = {"resolution": "RA 5", "by": world.mayor}
    assert codes(fund_uses.authorise, use, **told) == ["funduse.authorise.wrong-state"]


def test_a_neighbour_says_what_the_jvs_thinks_once(world):  # rule 83
    use = ask(world, filled(world), purpose="emergency")

    fund_uses.opine(use, text="De acuerdo", by=world.observer)

    assert codes(fund_uses.opine, use, text="x", by=world.observer) == ["fund.withdrawal.opinion-twice"]
    with pytest.raises(PermissionDenied):
        fund_uses.opine(use, text="x", by=world.manager)
    fund_uses.authorise(use, resolution="RA 5", by=world.mayor)
    assert "«De acuerdo»" in Minutes.objects.get(kind="fund-use").text
