"""The sale of the terms: from the request to the delivery, the till, the secret, word to all buyers."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from procurement.models import Event, Notice, Tender, TermsSale, User
from procurement.services import accounts, changes, sale, tenders, terms
from procurement.workflow import lock

from .refusing import refused
from .world import A_MICROSECOND, DEADLINE, account

PERSON = {"first_name": "Mercedes", "last_name": "Huamán", "dni": "40112233", "phone": "944111222"}
RUC = "20100070970"


@pytest.fixture
def tender(world):
    return world.at("announced")


def ask(tender, by=sale.BUYER, **other):
    return sale.request(tender, by=by, **PERSON | other)


def pay(world, asked, by=None, **other):
    told = {"amount": Decimal("50.00"), "method": "cash", "document_seen": True} | other
    return sale.pay(asked, by=by or world.treasurer, **told)


def state(sold):
    return TermsSale.objects.get(pk=sold.pk).state


# From the request to the delivery


def test_anybody_asks_pays_and_gets_receipt_and_code(world, tender):  # rule 35, decision 3
    paid, code = pay(world, ask(tender))

    assert (paid.state, paid.receipt, paid.price) == ("paid", 1, Decimal("50.00"))
    buyer = accounts.use_code(dni="40112233", code=code, password="tres palabras mías")
    assert buyer == paid.buyer
    assert Notice.objects.filter(user=buyer, tender=tender).count() == 1


def test_an_account_that_is_open_gets_no_other_code(world, tender):
    user = account(21, "Berta", "Compradora")
    who = {"first_name": "Berta", "last_name": "Compradora", "dni": user.dni}

    paid, code = pay(world, ask(tender, by=user, **who))

    assert code is None
    assert paid.buyer == user


def test_the_buyer_takes_the_current_version_with_its_digest(world, tender):  # rule 35
    paid, _code = pay(world, ask(tender))
    delivered = sale.deliver(paid, by=paid.buyer)

    version = tender.terms.published().last()
    handed = delivered.deliveries.get()
    assert (delivered.state, handed.sha256) == ("delivered", version.sha256)
    assert handed.delivered_at == delivered.delivered_at


def test_the_desk_hands_over_on_paper_to_somebody_without_account(world, tender):  # decision 4
    asked = ask(tender, by=world.clerk, wants_account=False)
    paid, code = pay(world, asked)
    delivered = sale.deliver(paid, medium="paper", by=world.clerk)

    assert code is None
    assert paid.buyer is None
    assert asked.counter == world.clerk
    assert delivered.deliveries.get().by == world.clerk


def test_receipts_are_numbered_in_order(world, tender):
    first, _ = pay(world, ask(tender))
    second, _ = pay(world, ask(tender, dni="40112234"))

    assert (first.receipt, second.receipt) == (1, 2)


def test_the_number_of_a_voided_receipt_is_not_used_again(world, tender):  # decision 10
    first, _ = pay(world, ask(tender))
    sale.void(first, reason="Nombre mal escrito", by=world.treasurer)
    again, _ = pay(world, ask(tender))

    assert state(first) == "voided"
    assert again.receipt == 2


def test_what_is_delivered_is_not_voided(world, tender):
    """A treasurer could otherwise strike out a buyer who is about to bid."""
    paid, _ = pay(world, ask(tender))
    sale.deliver(paid, by=paid.buyer)

    codes = refused(sale.void, paid, reason="Error", by=world.treasurer)
    assert codes == ["termssale.void.wrong-state"]


def test_a_void_says_why(world, tender):
    assert refused(sale.void, ask(tender), reason=" ", by=world.treasurer) == ["terms.sale.reason-missing"]


# The time of the sale


def test_a_purchase_until_the_last_moment(world, tender):  # rule 35
    asked = ask(tender)
    world.move(tender.schedule.sale_until - A_MICROSECOND)

    assert pay(world, asked)[0].state == "paid"


def test_a_purchase_after_the_close_is_refused(world, tender):
    asked = ask(tender)
    world.move(tender.schedule.sale_until)

    assert refused(pay, world, asked) == ["terms.sale.closed"]
    assert refused(ask, tender, dni="40112234") == ["terms.sale.closed"]
    assert state(asked) == "requested"


def test_a_purchase_before_the_announcement_is_refused(world):
    tender = world.at("approved")

    assert refused(ask, tender) == ["terms.sale.closed"]


# The till


def test_the_price_is_the_one_of_the_terms(world, tender):
    codes = refused(pay, world, ask(tender), amount=Decimal("49.99"))

    assert codes == ["terms.sale.price-mismatch"]


def test_a_voucher_serves_one_purchase(world, tender):
    told = {"method": "deposit", "voucher": "OP-778"}
    pay(world, ask(tender), **told)

    other = ask(tender, dni="40112234")
    assert refused(pay, world, other, method="deposit", voucher=" op-778 ") == ["terms.sale.voucher-repeated"]
    assert pay(world, other, method="deposit", voucher="OP-779")[0].receipt == 2


def test_a_voided_voucher_may_be_used_in_the_right_receipt(world, tender):
    told = {"method": "transfer", "voucher": "YAPE-1"}
    wrong, _ = pay(world, ask(tender), **told)
    sale.void(wrong, reason="Otra persona", by=world.treasurer)

    assert pay(world, ask(tender), **told)[0].voucher == "YAPE-1"


def test_a_deposit_has_a_voucher(world, tender):
    assert refused(pay, world, ask(tender), method="deposit") == ["terms.sale.voucher-missing"]


def test_the_document_is_seen_before_the_payment(world, tender):  # decision 3
    codes = refused(pay, world, ask(tender), document_seen=False)

    assert codes == ["terms.sale.document-not-seen"]


def test_a_ruc_is_confirmed_at_the_till(world, tender):  # decision 3
    asked = ask(tender, ruc=RUC, organization="Agua Viva")
    assert asked.ruc_confirmed_at is None

    assert pay(world, asked)[0].ruc_confirmed_at == asked.requested_at


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"ruc": "20100070971", "organization": "X"}, "terms.sale.ruc-wrong"),
        ({"ruc": RUC}, "terms.sale.organization-missing"),
        ({"wants_account": False, "phone": "", "address": ""}, "terms.sale.no-account-no-address"),
    ],
)
def test_a_request_that_cannot_be_is_refused(tender, other, code):
    assert refused(ask, tender, **other) == [code]


def test_nobody_buys_twice(world, tender):
    ask(tender)
    assert refused(ask, tender) == ["terms.sale.already-bought"]
    assert ask(tender, ruc=RUC, organization="Agua Viva")


@pytest.mark.parametrize("who", ["clerk", "secretary", "chair", "manager", "outsider"])
def test_only_the_treasury_takes_the_payment(world, tender, who):
    with pytest.raises(PermissionDenied):
        pay(world, ask(tender), by=getattr(world, who))


def test_another_buyer_does_not_take_what_is_not_theirs(world, tender):
    paid, _ = pay(world, ask(tender))

    with pytest.raises(PermissionDenied):
        sale.deliver(paid, by=world.outsider)


# What every buyer gets


def test_the_same_word_goes_to_all_and_waits_on_paper_for_who_has_no_account(world, tender):  # rule 38
    paid, _ = pay(world, ask(tender))
    walk_in, _ = pay(world, ask(tender, by=world.clerk, dni="40112234", wants_account=False))
    locked = lock(tender, by=world.chair)
    number = sale.hand_to_all(locked, title="Circular 1", text="Texto", sha256="ab", at=locked.judged_at)

    assert number == 2
    assert Notice.objects.get(user=paid.buyer, subject="Circular 1").text == "Texto"
    waiting = walk_in.deliveries.get()
    assert waiting.delivered_at is None
    assert Notice.objects.filter(user=world.clerk, subject__contains="Circular 1").exists()

    handed = sale.hand_over(waiting, by=world.clerk)
    assert handed.delivered_at
    assert sale.hand_over(waiting, by=world.secretary).by == world.clerk


def test_who_only_asked_gets_nothing(world, tender):
    ask(tender)
    locked = lock(tender, by=world.chair)

    assert sale.hand_to_all(locked, title="Circular 1", text="Texto", at=locked.judged_at) == 0


# After the call


def test_why_there_was_no_bid_is_asked_only_after_the_deadline(world, tender):  # rules 60, 61
    paid, _ = pay(world, ask(tender))
    sold = sale.deliver(paid, by=paid.buyer)
    world.move(DEADLINE - A_MICROSECOND)
    assert refused(sale.say_no_bid, sold, reason="guarantee", by=paid.buyer) == [
        "terms.no-bid.before-deadline"
    ]

    world.move(DEADLINE)
    told = sale.say_no_bid(sold, reason="guarantee", note="No tengo casa", by=paid.buyer)
    event = Event.objects.of(tender).filter(body__action="termssale.say_no_bid").get()
    assert (told.state, told.no_bid_reason) == ("no-bid", "guarantee")
    assert event.body["actor"] == "buyer"
    assert "No tengo casa" not in str(event.body)


def test_the_price_is_given_back_only_when_the_call_is_cancelled(world, tender):  # decision 10
    paid, _ = pay(world, ask(tender))
    assert refused(sale.refund, paid, reason="CP 5", by=world.treasurer) == ["terms.refund.not-cancelled"]

    world.agree(tender, purpose="cancel", number="020-2026", happened_on=paid.paid_at.date())
    changes.cancel(tender, reason="No hay presupuesto", by=world.manager)
    assert sale.refund(paid, reason="CP 5", by=world.treasurer).state == "refunded"


def test_terms_that_give_nothing_back_are_kept(world):
    tender = world.at("announced")
    paid, _ = pay(world, ask(tender))
    tender.parameters |= {"terms.refund": "never"}
    tender.save()
    world.agree(tender, purpose="cancel", number="020-2026", happened_on=paid.paid_at.date())
    changes.cancel(tender, reason="No hay presupuesto", by=world.manager)

    assert refused(sale.refund, paid, reason="CP 5", by=world.treasurer) == ["terms.refund.not-promised"]


# The secret


def test_the_log_never_says_who_buys(world, tender):  # decisions 10, 13
    paid, _ = pay(world, ask(tender, ruc=RUC, organization="Agua Viva"))
    sale.deliver(paid, by=paid.buyer)

    logged = str([event.body for event in Event.objects.of(tender)])
    assert "Mercedes" not in logged
    assert "40112233" not in logged
    assert "Agua Viva" not in logged
    assert f"user:{paid.buyer.pk}" not in logged


@pytest.mark.parametrize("who", ["treasurer", "clerk", "secretary"])
def test_a_look_at_the_list_is_recorded(world, tender, who):  # decision 10
    looker = getattr(world, who)
    ask(tender)

    assert sale.look(tender, by=looker).count() == 1
    assert sale.looks(tender).get().body["actor"] == f"user:{looker.pk}"


@pytest.mark.parametrize("who", ["chair", "manager", "mayor", "observer", "outsider"])
def test_the_list_of_buyers_is_not_theirs(world, tender, who):  # decision 10
    with pytest.raises(PermissionDenied):
        sale.look(tender, by=getattr(world, who))
    assert not sale.looks(tender).exists()


def test_the_terms_say_when_the_list_is_public(world, client):
    tender = world.at("announced")
    pay(world, ask(tender))

    shown = client.get(reverse("buyers", args=[tender.pk])).content.decode()

    assert "Mercedes" not in shown
    assert not sale.buyers_are_public(tender)
    assert terms.value(tender, "buyers_public_from") == "opening_1"


# Pages


def test_a_person_without_account_asks_on_the_page(tender, client):
    address = reverse("sale-request", args=[tender.pk])

    answer = client.post(address, PERSON, follow=True)

    asked = tender.terms_sales.get()
    assert asked.code in answer.content.decode()
    assert client.get(reverse("sale-requested", args=[tender.pk])).status_code == 200


def test_nobody_else_sees_the_code_of_a_request(tender, client):
    asked = ask(tender)

    answer = client.get(reverse("sale-requested", args=[tender.pk]), follow=True)

    assert asked.code not in answer.content.decode()


def test_a_refused_request_keeps_what_was_typed(tender, client):
    answer = client.post(reverse("sale-request", args=[tender.pk]), PERSON | {"ruc": "123"})

    assert answer.status_code == 422
    assert 'value="Mercedes"' in answer.content.decode()
    assert "terms.sale.ruc-wrong" in answer.content.decode()


def test_a_program_that_fills_everything_asks_for_nothing(tender, client):
    client.post(reverse("sale-request", args=[tender.pk]), PERSON | {"website": "http://spam.example"})

    assert not tender.terms_sales.exists()


def test_the_page_asks_only_so_often(tender, client):
    address = reverse("sale-request", args=[tender.pk])
    answers = [client.post(address, {"dni": "1"}).status_code for _ in range(31)]

    assert answers[29] == 422
    assert answers[30] == 429


def test_the_till_takes_the_payment_and_prints_the_code_once(world, tender, client):
    asked = ask(tender)
    client.force_login(world.treasurer)
    told = {"amount": "50.00", "method": "cash", "document_seen": "on"}

    sheet = client.post(reverse("sale-pay", args=[tender.pk, asked.pk]), told)

    assert sheet.status_code == 200
    assert sheet["Cache-Control"] == "no-store"
    assert User.objects.get(dni="40112233") == TermsSale.objects.get().buyer
    receipt = client.get(reverse("sale-receipt", args=[tender.pk, asked.pk])).content.decode()
    assert "Mercedes" in receipt


def test_the_desk_registers_somebody_at_the_counter(world, tender, client):
    client.force_login(world.clerk)

    answer = client.post(reverse("sale-request", args=[tender.pk]), PERSON)

    asked = tender.terms_sales.get()
    assert answer.url == reverse("sale", args=[tender.pk, asked.pk])
    assert (asked.counter, asked.wants_account) == (world.clerk, False)


def test_the_buyer_has_a_page_and_takes_the_terms_there(world, tender, client):
    paid = world.sell(tender)
    client.force_login(paid.buyer)

    client.post(reverse("purchase-take", args=[tender.pk]))
    shown = client.get(reverse("my-purchase", args=[tender.pk])).content.decode()

    assert state(paid) == "delivered"
    assert tender.terms.published().last().sha256[:4] in shown


def test_the_pages_of_the_till_are_not_for_others(world, tender, client):
    asked = ask(tender)
    pages = [
        reverse("sale-list", args=[tender.pk]),
        reverse("sale", args=[tender.pk, asked.pk]),
        reverse("sale-pay", args=[tender.pk, asked.pk]),
        reverse("sale-receipt", args=[tender.pk, asked.pk]),
        reverse("sale-papers", args=[tender.pk]),
    ]
    for who in (world.chair, world.outsider, world.observer):
        client.force_login(who)
        assert {client.get(page).status_code for page in pages} == {403}
    client.force_login(world.clerk)
    assert client.get(pages[0]).status_code == 200
    assert client.get(pages[2]).status_code == 403


def test_the_list_asks_the_database_as_often_for_many_as_for_one(
    world, tender, client, django_assert_max_num_queries
):
    client.force_login(world.treasurer)
    address = reverse("sale-list", args=[tender.pk])
    ask(tender)
    client.get(address)
    with django_assert_max_num_queries(60) as one:
        client.get(address)
    for number in range(20):
        ask(tender, dni=f"5000{number:04}")
    with django_assert_max_num_queries(len(one.captured_queries) + 3):
        client.get(address)


def test_a_second_call_gives_the_terms_free_to_old_buyers(world, tender):  # rule 60
    """Where the terms say so."""
    pay(world, ask(tender))
    told = {"town": world.town, "title": "Segunda", "by": world.manager, "previous": tender}
    second = tenders.create(world.municipality, **told)
    world.choose_regime(second)
    second = Tender.objects.get(pk=second.pk)
    second.parameters = tender.parameters

    assert sale.price_for(TermsSale(tender=second, **PERSON)) == 0
    assert sale.price_for(TermsSale(tender=second, **PERSON | {"dni": "1"})) == Decimal("50.00")
