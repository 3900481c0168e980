"""Buying the terms: anybody asks, the till takes the payment, the desk hands over (rule 35)."""

from datetime import datetime

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from procurement import clock, roles
from procurement.forms import sale as forms
from procurement.guards.sale import is_open
from procurement.models import TermsSale, User
from procurement.services import notices, promotion, sale, terms
from procurement.views.accounts import code_sheet
from procurement.views.base import attempt, page, try_form, visible_tender

PER_PAGE = 25


def sale_request(request, pk):
    """Ask to buy the terms: anybody on the page, or the desk for somebody at the counter."""
    tender = visible_tender(request, pk)
    at = clock.now()
    counter = request.user.is_authenticated and roles.holds(request.user, "sell_terms", tender, at)
    mine = TermsSale.objects.live().filter(tender=tender).of(request.user).first()
    if mine and not counter:
        return redirect("my-purchase", pk)
    too_often = request.method == "POST" and not counter and limited(request)
    if too_often:
        return too_often
    initial = {} if counter else known(request)
    form = (forms.CounterForm if counter else forms.RequestForm)(request.POST or None, initial=initial)
    by = request.user if request.user.is_authenticated else sale.BUYER
    if request.method == "POST" and (asked := try_form(form, sale.request, tender, by=by)):
        if counter:
            return redirect("sale", pk, asked.pk)
        request.session[f"request-{pk}"] = asked.code
        return redirect("sale-requested", pk)
    shown = {"form": form, "counter": counter, "is_open": is_open(tender, at), "price": price_of(tender)}
    return page(request, "procurement/sale_request.html", tender, **shown)


def limited(request):
    """Answer 429 to a browser that asks too often; people buy once."""
    return ratelimit.consume_or_429(request, action="buy_terms")


def known(request):
    """Return what the account says already about who buys."""
    user = request.user
    if not user.is_authenticated:
        return {}
    return {name: getattr(user, name) for name in ("first_name", "last_name", "dni", "email", "phone")}


def price_of(tender):
    return terms.value(tender, "terms.price")


def sale_requested(request, pk):
    """Say what comes next to whoever has just asked, with the code for the till."""
    tender = visible_tender(request, pk)
    code = request.session.get(f"request-{pk}")
    if not code:
        return redirect("sale-request", pk)
    shown = {"code": code, "price": price_of(tender), "payment": terms.value(tender, "terms.payment", "")}
    return page(request, "procurement/sale_requested.html", tender, **shown)


# The buyer


@login_required
def my_purchase(request, pk):
    """A buyer's own page: the receipt, the terms, everything that was sent, and what they may still ask."""
    tender = visible_tender(request, pk)
    bought = TermsSale.objects.live().filter(tender=tender).of(request.user).first()
    if bought is None:
        return redirect("sale-request", pk)
    shown = {
        "sale": bought,
        "deliveries": bought.deliveries.order_by("-made_at"),
        "current": tender.terms.published().last(),
        "requests": bought.time_requests.all(),
        "deadline": tender.schedule.submission_deadline,
        "over": clock.now() >= tender.schedule.submission_deadline,
    }
    return page(request, "procurement/sale_mine.html", tender, **shown)


def own_purchase(request, pk):
    """Return the tender and the user's own purchase, or answer 404."""
    tender = visible_tender(request, pk)
    return tender, get_object_or_404(TermsSale.objects.live().filter(tender=tender).of(request.user))


@require_POST
@login_required
def purchase_take(request, pk):
    """Take the terms on one's own page: from then on they are delivered."""
    _tender, bought = own_purchase(request, pk)
    done = _("The terms are yours. Below is their fingerprint, and the way to keep a copy.")
    return attempt(request, sale.deliver, bought, done=done)


@login_required
def purchase_no_bid(request, pk):
    """Say why one did not bid; two minutes that make the next call better."""
    tender, bought = own_purchase(request, pk)
    form = forms.NoBidForm(request.POST or None)
    if request.method == "POST" and try_form(form, sale.say_no_bid, bought, by=request.user):
        messages.success(request, _("Thank you. Only numbers are published, never who said what."))
        return redirect(bought)
    return page(
        request,
        "procurement/sale_no_bid.html",
        tender,
        form=form,
        sale=bought,
        back=bought.get_absolute_url(),
    )


@login_required
def time_request(request, pk):
    """Ask for more time, as a buyer."""
    tender, bought = own_purchase(request, pk)
    form = forms.TimeForm(request.POST or None)
    if request.method == "POST" and try_form(form, promotion.ask_for_time, bought, by=request.user):
        messages.success(request, _("The committee has your request and answers to all buyers."))
        return redirect(bought)
    return page(request, "procurement/sale_time.html", tender, form=form)


# Till and desk


def require_seller(request, tender):
    if not sale.may_see_buyers(tender, request.user, clock.now()):
        raise PermissionDenied


@login_required
def sale_list(request, pk):
    """The sales of a tender, for till, desk and secretary; who looks is recorded (decision 10)."""
    tender = visible_tender(request, pk)
    require_seller(request, tender)
    words = request.GET.get("q", "").strip()[:100]
    found = search(sale.look(tender, by=request.user), words).order_by("-requested_at")
    shown = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "q": words,
        "looks": last_looks(tender),
        "waiting": tender.deliveries.filter(delivered_at=None).count(),
        "may_sell": roles.holds(request.user, "sell_terms", tender, clock.now()),
        "is_open": is_open(tender, clock.now()),
        "bought": tender.terms_sales.bought().count(),
    }
    return page(request, "procurement/sale_list.html", tender, **shown)


def search(sales, words):
    """Keep the sales whose code, document or name holds these words."""
    for word in words.split():
        found = Q(code__iexact=word) | Q(dni=word) | Q(ruc=word) | Q(organization__icontains=word)
        sales = sales.filter(found | Q(first_name__icontains=word) | Q(last_name__icontains=word))
    return sales


def last_looks(tender):
    """Return (person, instant) of those who looked last at the list of buyers."""
    events = list(sale.looks(tender)[:5])
    people = {
        f"user:{user.pk}": user for user in User.objects.filter(pk__in=[key_of(each) for each in events])
    }
    return [(people.get(each.body["actor"]), datetime.fromisoformat(each.body["at"])) for each in events]


def key_of(event):
    return event.body["actor"].removeprefix("user:")


def of_the_till(request, pk, number):
    """Return the tender and one of its sales, for somebody whose work it is; 404 or 403 for anybody else."""
    tender = visible_tender(request, pk)
    require_seller(request, tender)
    return tender, get_object_or_404(tender.terms_sales.select_related("tender", "buyer"), pk=number)


@login_required
def sale_detail(request, pk, number):
    """One sale: who, what was paid, what was handed over, and the next step."""
    tender, sold = of_the_till(request, pk, number)
    at = clock.now()
    may = {name: roles.holds(request.user, name, tender, at) for name in sale.MAY_SEE_BUYERS}
    shown = {
        "sale": sold,
        "may": may,
        "price": sale.price_for(sold) if sold.state == sold.State.REQUESTED else sold.price,
        "deliveries": notices.with_reading(sold.deliveries),
        "deliver_form": forms.DeliverForm(initial={"medium": "paper"}),
        "is_open": is_open(tender, at),
        "over": tender.state in (tender.State.CANCELLED, tender.State.WITHDRAWN),
        "past": at >= tender.schedule.submission_deadline,
    }
    return page(request, "procurement/sale_detail.html", tender, **shown)


@login_required
def sale_pay(request, pk, number):
    """Take the price: a numbered receipt and, for a new account, the sheet with its code."""
    tender, sold = of_the_till(request, pk, number)
    roles.require(request.user, "take_payment", tender, clock.now())
    price = sale.price_for(sold)
    form = forms.PaymentForm(request.POST or None, initial={"amount": price, "method": "cash"})
    if request.method == "POST" and (paid := try_form(form, sale.pay, sold, by=request.user)):
        sold, code = paid
        back = reverse("sale", args=[pk, number])
        if code:
            return code_sheet(request, sold.buyer, code, back=back)
        messages.success(request, _("Receipt no. %(number)s.") % {"number": sold.receipt})
        return redirect(back)
    return page(request, "procurement/sale_pay.html", tender, form=form, sale=sold, price=price)


@login_required
def sale_receipt(request, pk, number):
    """The receipt, to print."""
    tender, sold = of_the_till(request, pk, number)
    if sold.receipt is None:
        return redirect("sale", pk, number)
    return page(
        request, "procurement/sale_receipt.html", tender, sale=sold, current=tender.terms.published().last()
    )


@require_POST
@login_required
def sale_deliver(request, pk, number):
    """Hand over the current version at the counter."""
    _tender, sold = of_the_till(request, pk, number)
    form = forms.DeliverForm(request.POST)
    medium = form.cleaned_data["medium"] if form.is_valid() else "paper"
    back = reverse("sale", args=[pk, number])
    return attempt(request, sale.deliver, sold, medium=medium, done=_("The terms are handed over."), to=back)


ENDINGS = {
    "void": (
        sale.void,
        forms.EndForm,
        _("Void the receipt"),
        _("The receipt is void; its number stays used."),
    ),
    "refund": (sale.refund, forms.EndForm, _("Give the money back"), _("The money is given back.")),
    "no-bid": (sale.say_no_bid, forms.NoBidForm, _("Why there was no bid"), _("The reason is noted.")),
}


@login_required
def sale_end(request, pk, number, ending):
    """Void a receipt, give money back, or note why there was no bid: each with its reason."""
    tender, sold = of_the_till(request, pk, number)
    verb, form_class, title, done = ENDINGS[ending]
    form = form_class(request.POST or None)
    back = reverse("sale", args=[pk, number])
    if request.method == "POST" and try_form(form, verb, sold, by=request.user):
        messages.success(request, done)
        return redirect(back)
    shown = {"form": form, "sale": sold, "title": title, "back": back}
    return page(request, "procurement/sale_end.html", tender, **shown)


@login_required
def sale_papers(request, pk):
    """What waits on paper for buyers without account."""
    tender = visible_tender(request, pk)
    require_seller(request, tender)
    waiting = tender.deliveries.filter(delivered_at=None).select_related("sale").order_by("sale", "made_at")
    return page(request, "procurement/sale_papers.html", tender, waiting=waiting)


@require_POST
@login_required
def delivery_hand_over(request, pk, number):
    """Note that a paper is in the buyer's hands."""
    tender = visible_tender(request, pk)
    require_seller(request, tender)
    delivery = get_object_or_404(tender.deliveries, pk=number)
    back = reverse("sale-papers", args=[pk])
    return attempt(request, sale.hand_over, delivery, done=_("Handed over."), to=back)


def buyers(request, pk):
    """The list of buyers, for everybody, once the terms let it be public (decision 10)."""
    tender = visible_tender(request, pk)
    public = sale.buyers_are_public(tender)
    rows = tender.terms_sales.bought() if public else []
    since = terms.value(tender, "buyers_public_from", "never")
    return page(request, "procurement/sale_buyers.html", tender, public=public, rows=rows, since=since)
