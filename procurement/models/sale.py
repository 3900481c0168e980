"""The sale of the terms: who asks, pays and receives, and what each buyer is told afterwards (rule 35)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, transition

from procurement import roles
from procurement.guards import sale as guards

from .promotion import NoBidReason


def buyer_or(codename):
    """A transition permission: the account that buys, or whoever holds `codename` on the tender."""
    official = roles.may(codename)

    def permission(sale, user):
        mine = sale.buyer_id is not None and sale.buyer_id == getattr(user, "pk", None)
        return mine or official(sale, user)

    permission.codename, permission.owner = codename, "the buyer"
    return permission


class TermsSaleQuerySet(models.QuerySet):
    def bought(self):
        """Those who have paid and were not given their money back: the buyers (rules 35, 45)."""
        return self.filter(
            state__in=[TermsSale.State.PAID, TermsSale.State.DELIVERED, TermsSale.State.NO_BID]
        )

    def live(self):
        """Every request or purchase that still stands."""
        return self.exclude(state__in=[TermsSale.State.VOIDED, TermsSale.State.REFUNDED])

    def of(self, user):
        """The user's own."""
        return self.filter(buyer=user) if user.is_authenticated else self.none()


class TermsSale(ConcurrentTransitionMixin, models.Model):
    """One sale of the terms of one tender, from the request to the delivery.

    The person who comes has an identity document; an organization, or whoever trades under a RUC, has that
    too. `buyer` is the account, None while there is none: somebody without phone gets everything on paper at
    the desk (decision 4). `code` is what the person says at the till. The price is in soles. Who buys is a
    secret until the terms say otherwise (decision 10).
    """

    class State(models.TextChoices):
        REQUESTED = "requested", _("Requested")
        PAID = "paid", _("Paid")
        DELIVERED = "delivered", _("Delivered")
        NO_BID = "no-bid", _("Does not bid")
        VOIDED = "voided", _("Voided")
        REFUNDED = "refunded", _("Refunded")

    class Method(models.TextChoices):
        CASH = "cash", _("Cash at the till")
        DEPOSIT = "deposit", _("Deposit in the municipality's account")
        TRANSFER = "transfer", _("Bank transfer or mobile wallet")

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="terms_sales")
    code = models.CharField(max_length=8)
    state = FSMField(_("state"), choices=State, default=State.REQUESTED, protected=True, editable=False)
    buyer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="terms_sales", null=True, blank=True
    )
    first_name = models.CharField(_("first names"), max_length=150)
    last_name = models.CharField(_("surnames"), max_length=150)
    dni = models.CharField(_("number of the identity document"), max_length=12)
    organization = models.CharField(_("organization, if any"), max_length=200, blank=True)
    ruc = models.CharField(_("RUC, if any"), max_length=11, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=20, blank=True)
    address = models.CharField(_("address for notices"), max_length=200, blank=True)
    wants_account = models.BooleanField(_("with an account on this page"), default=True)
    requested_at = models.DateTimeField()
    counter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    price = models.DecimalField(max_digits=10, decimal_places=2, null=True)
    method = models.CharField(_("how it was paid"), max_length=10, choices=Method, blank=True)
    voucher = models.CharField(_("number of the voucher"), max_length=40, blank=True)
    receipt = models.PositiveIntegerField(null=True)
    paid_at = models.DateTimeField(null=True)
    cashier = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    ruc_confirmed_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    no_bid_reason = models.CharField(_("why not"), max_length=20, choices=NoBidReason, blank=True)
    no_bid_note = models.CharField(_("in their words"), max_length=500, blank=True)
    ended_reason = models.CharField(_("reason"), max_length=500, blank=True)
    ended_at = models.DateTimeField(null=True)

    objects = TermsSaleQuerySet.as_manager()

    class Meta:
        ordering = ["requested_at", "pk"]
        verbose_name = _("sale of the terms")
        verbose_name_plural = _("sales of the terms")
        constraints = [
            models.UniqueConstraint(name="one_code_per_request", fields=["tender", "code"]),
            models.UniqueConstraint(name="one_number_per_receipt", fields=["tender", "receipt"]),
            models.UniqueConstraint(
                name="one_sale_per_voucher",
                fields=["tender", "voucher"],
                condition=~Q(voucher="") & ~Q(state="voided"),
            ),
            models.CheckConstraint(
                name="sale_is_paid_with_receipt",
                condition=Q(state__in=["requested", "voided"])
                | Q(paid_at__isnull=False, receipt__isnull=False, price__isnull=False),
            ),
            models.CheckConstraint(
                name="sale_is_delivered_once_delivered",
                condition=~Q(state="delivered") | Q(delivered_at__isnull=False),
            ),
        ]

    def __str__(self):
        return _("Sale of the terms no. %(number)s") % {"number": self.receipt or self.code}

    def get_absolute_url(self):
        return reverse("my-purchase", args=[self.tender_id])

    @property
    def name(self):
        """Whom the terms are sold to: the organization, or the person."""
        return self.organization or f"{self.first_name} {self.last_name}"

    @transition(
        state,
        source=State.REQUESTED,
        target=State.PAID,
        conditions=[guards.sale_is_open],
        permission=roles.may("take_payment"),
        custom={"label": _("Record the payment")},
    )
    def pay(self, *, at):
        """Treasury has received the price and gives a numbered receipt."""
        self.paid_at = at

    @transition(
        state,
        source=State.PAID,
        target=State.DELIVERED,
        conditions=[],
        permission=buyer_or("deliver_terms"),
        custom={"label": _("Hand over the terms")},
    )
    def deliver(self, *, at):
        """The buyer has the current version, on paper from the desk or from their own page."""
        self.delivered_at = at

    @transition(
        state,
        source=State.DELIVERED,
        target=State.NO_BID,
        conditions=[guards.deadline_is_over],
        permission=buyer_or("deliver_terms"),
        custom={"label": _("Record why there was no bid")},
    )
    def say_no_bid(self, *, at):
        """The buyer did not bid and says why; it feeds the barrier report (rules 60, 61)."""

    @transition(
        state,
        source=[State.REQUESTED, State.PAID],
        target=State.VOIDED,
        conditions=[],
        permission=roles.may("take_payment"),
        custom={"label": _("Void")},
    )
    def void(self, *, at):
        """A request that nobody paid, or a faulty receipt; its number is not used again (decision 10)."""
        self.ended_at = at

    @transition(
        state,
        source=[State.PAID, State.DELIVERED, State.NO_BID],
        target=State.REFUNDED,
        conditions=[guards.tender_has_been_cancelled, guards.terms_promise_the_price_back],
        permission=roles.may("take_payment"),
        custom={"label": _("Give the money back")},
    )
    def refund(self, *, at):
        """The call was cancelled and the terms promise the price back."""
        self.ended_at = at


class Delivery(models.Model):
    """Something handed to a buyer, with its digest: the terms first, then every circular (cargo de entrega).

    What goes to an account is on its shelf at once; what a buyer without account must get on paper waits,
    without `delivered_at`, until the desk has handed it over.
    """

    class Medium(models.TextChoices):
        SHELF = "shelf", _("On their page")
        PAPER = "paper", _("On paper")

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="deliveries")
    sale = models.ForeignKey(TermsSale, models.PROTECT, related_name="deliveries")
    title = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, blank=True)
    link = models.CharField(max_length=300, blank=True)
    medium = models.CharField(max_length=10, choices=Medium)
    made_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ["made_at", "pk"]
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")

    def __str__(self):
        return self.title
