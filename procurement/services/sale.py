"""The sale of the terms (rule 35; decisions 3, 4, 10): request, payment, delivery, word to every buyer."""

import secrets

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from stdnum.pe import ruc as ruc_number

from procurement import roles
from procurement.guards.sale import sale_is_open
from procurement.log import actor_id, record
from procurement.models import AccessCode, Delivery, Event, TermsSale
from procurement.money import display
from procurement.roles import Role
from procurement.services import accounts, notices, terms
from procurement.workflow import Blocked, Refusal, advance, lock

BUYER = "buyer"  # how the log names whoever buys (decision 13)
MAY_SEE_BUYERS = ["take_payment", "sell_terms", "deliver_terms"]

WRONG_PRICE = Refusal(
    "terms.sale.price-mismatch",
    _("The receipt says %(paid)s and the terms cost %(terms_price)s. Correct it or collect the difference."),
    _("domain 4.11"),
)
VOUCHER_REPEATED = Refusal(
    "terms.sale.voucher-repeated",
    _("Voucher %(voucher_no)s was used in another purchase. Check the number or ask for another."),
    _("domain 4.11"),
)
VOUCHER_MISSING = Refusal(
    "terms.sale.voucher-missing",
    _("A deposit or a transfer has a voucher: write its number."),
    _("domain 4.11"),
)
DOCUMENT_NOT_SEEN = Refusal(
    "terms.sale.document-not-seen",
    _("Look at the identity document, and at the RUC where there is one, before you take the payment."),
    _("decision 3"),
)
RUC_WRONG = Refusal(
    "terms.sale.ruc-wrong",
    _("%(ruc)s is not a RUC: it has 11 digits, and the last one checks the others. Read it again."),
    _("decision 3"),
)
ORGANIZATION_MISSING = Refusal(
    "terms.sale.organization-missing",
    _("A RUC that begins with 20 belongs to an organization: write its name."),
    _("decision 3"),
)
ALREADY_BOUGHT = Refusal(
    "terms.sale.already-bought",
    _("There is a request or a purchase for this document already. Nobody pays twice for the same terms."),
    _("rule 35"),
)
NO_WAY_TO_TELL = Refusal(
    "terms.sale.no-account-no-address",
    _("Without an account the circulars go on paper: write an address or a telephone to give notice."),
    _("rule 35"),
)
REASON_MISSING = Refusal(
    "terms.sale.reason-missing",
    _("Write why: a voided or paid back receipt says the reason."),
    _("decision 10"),
)


@transaction.atomic
def request(tender, *, by, **particulars):
    """Note that somebody wants to buy: the person on the page, or the desk for somebody at the counter.

    `by` is a user, or `BUYER` for somebody without account. The request reserves nothing; the payment counts.
    """
    tender = lock(tender, by=by)
    at = tender.judged_at
    sale = TermsSale(tender=tender, requested_at=at, **particulars)
    sale.judged_at = at
    at_counter = by is not BUYER and roles.holds(by, "sell_terms", tender, at)
    sale.counter = by if at_counter else None
    if by is not BUYER and not at_counter and by.dni == sale.dni:
        sale.buyer = by
    judge_request(sale)
    sale.code = new_code(tender)
    sale.save()
    private = {"name": sale.name, "dni": sale.dni, "ruc": sale.ruc}
    record(
        tender, "termssale.request", by=by if at_counter else BUYER, at=at, private=private, termssale=sale.pk
    )
    return sale


def judge_request(sale):
    """Refuse a request with every reason there is."""
    reasons = sale_is_open.refusals(sale, sale.judged_at)
    if sale.ruc and not ruc_number.is_valid(sale.ruc):
        reasons.append(RUC_WRONG.about(ruc=sale.ruc))
    if sale.ruc.startswith("20") and not sale.organization:
        reasons.append(ORGANIZATION_MISSING)
    if not (sale.wants_account or sale.phone or sale.address):
        reasons.append(NO_WAY_TO_TELL)
    same = Q(ruc=sale.ruc) if sale.ruc else Q(ruc="", dni=sale.dni)
    if TermsSale.objects.live().filter(same, tender=sale.tender).exists():
        reasons.append(ALREADY_BOUGHT)
    if reasons:
        raise Blocked(*reasons)


def new_code(tender):
    """Return what the person says at the till: six signs that nobody else has in this tender."""
    code = "".join(secrets.choice(accounts.ALPHABET) for _ in range(6))
    return new_code(tender) if tender.terms_sales.filter(code=code).exists() else code


def price_for(sale):
    """Return the price in soles: nothing for who bought those of the deserted call, if the terms say so."""
    tender = sale.tender
    if tender.previous and terms.value(tender, "second_call.free_terms", default=False):
        same = Q(ruc=sale.ruc) if sale.ruc else Q(dni=sale.dni)
        if tender.previous.terms_sales.bought().filter(same).exists():
            return terms.value(tender, "terms.price") * 0
    return terms.value(tender, "terms.price")


@transaction.atomic
def pay(sale, *, amount, method, document_seen, by, voucher=""):
    """Take the price at the till: a numbered receipt, and the code that opens an account where one is wanted.

    Return the sale and the code, shown once (None where no account is to be opened).
    """
    sale = lock(sale, by=by)
    roles.require(by, "take_payment", sale.tender, sale.judged_at)
    voucher = voucher.strip().upper()
    judge_payment(sale, amount, method, voucher, document_seen)
    sale.price, sale.method, sale.voucher, sale.cashier = amount, method, voucher, by
    sale.receipt = 1 + sale.tender.terms_sales.exclude(receipt=None).count()
    sale.ruc_confirmed_at = sale.judged_at if sale.ruc else None
    code = open_account(sale, by=by) if sale.wants_account else None
    sale.save()
    private = {"account": sale.buyer and actor_id(sale.buyer), "name": sale.name, "voucher": voucher}
    facts = {"receipt": sale.receipt, "price": str(amount), "method": str(method)}
    sale = advance(sale, "pay", by=by, at=sale.judged_at, private=private, **facts)
    tell_of_purchase(sale)
    return sale, code


def judge_payment(sale, amount, method, voucher, document_seen):
    """Refuse a payment that does not fit, with every reason; when it may be made, the guard says."""
    reasons = [] if document_seen else [DOCUMENT_NOT_SEEN]
    price = price_for(sale)
    if amount != price:
        reasons.append(WRONG_PRICE.about(paid=display(amount), terms_price=display(price)))
    if method != TermsSale.Method.CASH and price and not voucher:
        reasons.append(VOUCHER_MISSING)
    others = sale.tender.terms_sales.exclude(state=TermsSale.State.VOIDED).exclude(pk=sale.pk)
    if voucher and others.filter(voucher=voucher).exists():
        reasons.append(VOUCHER_REPEATED.about(voucher_no=voucher))
    if reasons:
        raise Blocked(*reasons)


def open_account(sale, *, by):
    """Tie the sale to the buyer's account, made where there is none; return the code that opens it."""
    person = {"first_name": sale.first_name, "last_name": sale.last_name}
    sale.buyer = sale.buyer or accounts.enroll(dni=sale.dni, email=sale.email, phone=sale.phone, **person)
    if sale.buyer.has_usable_password():
        return None
    return accounts.issue(sale.buyer, AccessCode.Purpose.INVITE, by=by, at=sale.judged_at)


def tell_of_purchase(sale):
    if not sale.buyer:
        return
    text = _(
        "Your payment was received: receipt no. %(receipt)s. On your page you receive the terms and, from "
        "today, every circular. Buying does not oblige you to bid; to form a team takes time, so begin soon."
    ) % {"receipt": sale.receipt}
    subject = _("Receipt %(receipt)s: terms of tender %(tender)s") % {
        "receipt": sale.receipt,
        "tender": sale.tender.number,
    }
    link = sale.get_absolute_url()
    notices.tell([sale.buyer], tender=sale.tender, subject=subject, text=text, at=sale.judged_at, link=link)


@transaction.atomic
def deliver(sale, *, by, medium=Delivery.Medium.SHELF):
    """Hand over the current version with its digest: on paper at the desk, or taken on the buyer's page."""
    sale = lock(sale, by=by)
    version = sale.tender.terms.published().last()
    own = by == sale.buyer
    sale = advance(
        sale,
        "deliver",
        by=by,
        at=sale.judged_at,
        actor=BUYER if own else None,
        private={"account": sale.buyer and actor_id(sale.buyer)},
        medium=str(medium),
        version=version.number,
        sha256=version.sha256,
    )
    Delivery.objects.create(
        tender=sale.tender,
        sale=sale,
        title=notices.spanish(version),
        sha256=version.sha256,
        link=version.get_absolute_url(),
        medium=medium,
        made_at=sale.judged_at,
        delivered_at=sale.judged_at,
        by=None if own else by,
    )
    return sale


def hand_to_all(tender, *, title, text, at, sha256="", link=""):
    """Give the same word to every buyer at the same instant; return how many there are (rule 38).

    Those with an account find it on their shelf; for the others a paper waits at the desk. The caller holds
    the tender's lock and the transaction of what is told.
    """
    sales = list(tender.terms_sales.bought().select_related("buyer"))
    shelf, paper = Delivery.Medium.SHELF, Delivery.Medium.PAPER
    Delivery.objects.bulk_create(
        Delivery(
            tender=tender,
            sale=sale,
            title=notices.spanish(title)[:200],
            sha256=sha256,
            link=link,
            medium=shelf if sale.buyer else paper,
            made_at=at,
            delivered_at=at if sale.buyer else None,
        )
        for sale in sales
    )
    buyers = [sale.buyer for sale in sales if sale.buyer]
    notices.tell(buyers, tender=tender, subject=title, text=text, at=at, link=link)
    if len(buyers) < len(sales):
        waiting = notices.said(_("On paper for buyers without account: %(title)s"), title=title)
        desk = notices.people_of(tender, Role.DESK, Role.SECRETARY, at=at)
        notices.tell(desk, tender=tender, subject=waiting, text=text, at=at, link=papers_page(tender))
    return len(sales)


def papers_page(tender):
    return reverse("sale-papers", args=[tender.pk])


@transaction.atomic
def hand_over(delivery, *, by):
    """Note that a buyer without account has the paper in hand; twice is once."""
    delivery = lock(delivery, by=by)
    tender = delivery.tender
    roles.require(by, "deliver_terms", tender, delivery.judged_at)
    if delivery.delivered_at:
        return delivery
    delivery.delivered_at, delivery.by = delivery.judged_at, by
    delivery.save(update_fields=["delivered_at", "by"])
    facts = {"termssale": delivery.sale_id, "sha256": delivery.sha256}
    record(tender, "delivery.hand-over", by=by, at=delivery.judged_at, **facts)
    return delivery


def say_no_bid(sale, *, reason, by, note=""):
    """Record why a buyer did not bid: themselves, or the secretary who asked them."""
    return end(
        sale, "say_no_bid", by=by, no_bid_reason=reason, no_bid_note=note, public={"reason": str(reason)}
    )


def void(sale, *, reason, by):
    """Strike a request that nobody paid, or a receipt with an error; its number stays used."""
    return end(sale, "void", by=by, ended_reason=reason)


def refund(sale, *, reason, by):
    """Give the price back after a cancellation; `reason` names the paper of the payment."""
    return end(sale, "refund", by=by, ended_reason=reason)


@transaction.atomic
def end(sale, action, *, by, public=None, **fields):
    """Write the particulars of a last step and take it."""
    sale = lock(sale, by=by)
    if "ended_reason" in fields and not fields["ended_reason"].strip():
        raise Blocked(REASON_MISSING)
    for name, value in fields.items():
        setattr(sale, name, value)
    sale.save()
    actor = BUYER if by == sale.buyer else None
    private = {name: str(value) for name, value in fields.items()}
    return advance(sale, action, by=by, at=sale.judged_at, actor=actor, private=private, **public or {})


def may_see_buyers(tender, user, at):
    """Whether the list of buyers is this user's work: till, desk, secretary; never the committee's."""
    return any(roles.holds(user, codename, tender, at) for codename in MAY_SEE_BUYERS)


@transaction.atomic
def look(tender, *, by):
    """Return the sales to an official, and record who looked (decision 10)."""
    tender = lock(tender, by=by)
    if not may_see_buyers(tender, by, tender.judged_at):
        roles.require(by, MAY_SEE_BUYERS[0], tender, tender.judged_at)
    record(tender, "termssale.look", by=by, at=tender.judged_at)
    return tender.terms_sales.select_related("buyer", "cashier")


def looks(tender):
    """Return the events of those who looked at the list of buyers, the last first."""
    return Event.objects.of(tender).filter(body__action="termssale.look").order_by("-index")


def buyers_are_public(tender):
    """Whether the terms let everybody know who bought, as far as the tender has come (decision 10)."""
    since = terms.value(tender, "buyers_public_from", default="never")
    opened = {"evaluating", "awarded", "consented"}
    return tender.state in {"opening_1": opened, "award": {"awarded", "consented"}}.get(since, set())
