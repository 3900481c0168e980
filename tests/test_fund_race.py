"""Many at once at the Investment Fund: what it holds is promised once, a voucher counts once."""

from decimal import Decimal

import pytest

from contracts.services import fund_uses
from procurement.models import Event

from .funding import DUE, FOURTH, declare, filled, receive, running
from .test_race import PEOPLE, at_once, won_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_the_same_money_is_promised_once(world):  # rule 85
    the_fund = filled(world)
    said = {"purpose": "emergency", "work": "Tubo roto", "support": "Informe 3", "by": world.treasurer}
    uses = [fund_uses.request(the_fund, amount=DUE, **said) for _ in range(PEOPLE)]

    outcomes = at_once(lambda i: fund_uses.authorise(uses[i], resolution=f"RA {i}", by=world.mayor))

    assert won_once(outcomes, "fund.withdrawal.above-balance")
    assert the_fund.uses.filter(state="authorised").count() == 1


def test_a_voucher_counts_once_however_many_enter_it(world):
    the_fund = running(world)
    declare(the_fund, *FOURTH)

    outcomes = at_once(lambda i: receive(world, the_fund, Decimal("1.00"), "OP-1", note="El resto mañana"))

    assert won_once(outcomes, "fund.receipt.voucher-repeated")
    assert Event.objects.filter(body__action="fund.receive").count() == 1
