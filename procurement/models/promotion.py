"""Making the call known: possible bidders, what they heard, and what the public was told (rules 33-41)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class NoBidReason(models.TextChoices):
    """Why somebody who knew of the call does not bid, as the barrier report counts it (rules 60, 61)."""

    GUARANTEE = "guarantee", _("The guarantee")
    ORIGIN = "origin", _("The requirement of origin")
    TIME = "time", _("Too little time")
    ALLIANCE = "alliance", _("No partners found")
    CHARGE = "charge", _("The charge is too low")
    POLITICAL = "political", _("Political risk")
    NON_PAYMENT = "non-payment", _("Fear that users do not pay")
    OTHER = "other", _("Another reason")


class Prospect(models.Model):
    """Somebody who may want to bid, followed by the committee from the first invitation (rules 2, 11, 34).

    Names and contacts are never public.
    """

    class Profile(models.TextChoices):
        PROFESSIONAL = "professional", _("Professionals or technicians of the sector")
        COOPERATIVE = "cooperative", _("Cooperative of users")
        TRADER = "trader", _("Local trader")
        NGO = "ngo", _("Non-governmental organization")
        BUSINESS = "business", _("Local businessman")
        REGIONAL = "regional", _("Regional businessman")
        CONSULTANT = "consultant", _("Consultant firm")
        BUILDER = "builder", _("Construction firm")
        SUPPLIER = "supplier", _("Supplier of the sector")

    class Origin(models.TextChoices):
        WATER_DEPARTMENT = "water-department", _("Municipal water department")
        EPS = "eps", _("EPS of the region")
        EPS_SUBCONTRACTOR = "eps-subcontractor", _("Subcontractor of an EPS")
        JASS = "jass", _("Rural administrative board (JASS)")
        OTHER = "other", _("Another origin")

    class Reach(models.TextChoices):
        LOCAL = "local", _("Local")
        REGIONAL = "regional", _("Regional")
        NATIONAL = "national", _("National")

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="prospects")
    name = models.CharField(_("name"), max_length=200)
    profile = models.CharField(_("who they are"), max_length=20, choices=Profile)
    origin = models.CharField(_("where they come from"), max_length=20, choices=Origin)
    reach = models.CharField(_("level"), max_length=20, choices=Reach)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    no_bid_reason = models.CharField(_("why not"), max_length=20, choices=NoBidReason, blank=True)
    no_bid_note = models.CharField(_("in their words"), max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self):
        return self.name


class Contact(models.Model):
    """One time that somebody of the municipality spoke or wrote to a prospect."""

    class Kind(models.TextChoices):
        INVITATION = "invitation", _("Direct invitation")
        FOLLOW_UP = "follow-up", _("Follow-up")
        ANSWER = "answer", _("They answered")

    class Medium(models.TextChoices):
        IN_PERSON = "in-person", _("In person")
        LETTER = "letter", _("Letter")
        PHONE = "phone", _("Telephone or message")
        EMAIL = "email", _("E-mail")

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="contacts")
    prospect = models.ForeignKey(Prospect, models.PROTECT, related_name="contacts")
    kind = models.CharField(_("what it was"), max_length=20, choices=Kind)
    medium = models.CharField(_("how"), max_length=20, choices=Medium)
    happened_on = models.DateField(_("day"))
    note = models.TextField(_("what was said, and the proof"), max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["happened_on", "pk"]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.prospect}"


class Support(models.Model):
    """Help that somebody got in reading or preparing: logged, and told to all buyers where it is of use.

    Who was helped is not written: what was explained is what counts, and it is public (rules 36, 38).
    """

    class Topic(models.TextChoices):
        READING = "reading", _("Reading the terms")
        RISKS = "risks", _("Risks of the operator")
        CASH_FLOW = "cash-flow", _("Cash flow")
        ALLIANCE = "alliance", _("Finding partners")
        FORMS = "forms", _("Filling the forms")
        OTHER = "other", _("Another matter")

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="supports")
    topic = models.CharField(_("about what"), max_length=20, choices=Topic)
    text = models.TextField(_("what was explained"), max_length=4000)
    for_all = models.BooleanField(_("of use to everybody: send it to all buyers"), default=True)
    happened_on = models.DateField(_("day"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["happened_on", "pk"]

    def __str__(self):
        return self.get_topic_display()


class TimeRequest(models.Model):
    """A buyer asks for more time, mostly to form an alliance; the committee answers to all (rule 37).

    The asker is not public.
    """

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="time_requests")
    sale = models.ForeignKey("procurement.TermsSale", models.PROTECT, related_name="time_requests")
    days = models.PositiveSmallIntegerField(_("calendar days more"))
    reason = models.TextField(_("what the time is for"), max_length=2000)
    at = models.DateTimeField()
    granted = models.BooleanField(null=True)
    answer = models.TextField(_("answer"), max_length=2000, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="time_answer_is_whole",
                condition=Q(granted=None, answer="", answered_by=None, answered_at=None)
                | (
                    Q(granted__isnull=False, answered_by__isnull=False, answered_at__isnull=False)
                    & ~Q(answer="")
                ),
            )
        ]

    def __str__(self):
        return _("%(days)s days more") % {"days": self.days}


class BarrierCheck(models.Model):
    """Whether one of the known barriers keeps local people out, looked at before the call (rule 39)."""

    class Item(models.TextChoices):
        GUARANTEE = "guarantee", _("Guarantees against what people here can give")
        TECHNICAL = "technical", _("What is asked of the technical team")
        ORIGIN = "origin", _("The requirement of origin")
        TIME = "time", _("The time to prepare")

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="barrier_checks")
    item = models.CharField(max_length=20, choices=Item)
    surmountable = models.BooleanField(_("people here can meet it"))
    finding = models.TextField(_("why"), max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(name="one_check_per_barrier", fields=["tender", "item"])]

    def __str__(self):
        return self.get_item_display()


class Communication(models.Model):
    """One thing done so that the town knows: a notice on the door, a radio spot (rules 40, 41)."""

    class Medium(models.TextChoices):
        NOTICE = "notice", _("Notice on paper")
        PRESS = "press", _("Newspaper or gazette")
        RADIO = "radio", _("Radio or loudspeaker")
        ASSEMBLY = "assembly", _("Assembly or workshop")
        WEB = "web", _("Web or social network")
        OTHER = "other", _("Another medium")

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="communications")
    medium = models.CharField(_("medium"), max_length=20, choices=Medium)
    text = models.TextField(_("what was told, and where"), max_length=2000)
    audience = models.CharField(_("to whom"), max_length=200)
    happened_on = models.DateField(_("day"))
    proof = models.ForeignKey("procurement.Document", models.PROTECT, related_name="+", null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["happened_on", "pk"]

    def __str__(self):
        return f"{self.get_medium_display()}, {self.happened_on}"


class PublicQuestion(models.Model):
    """What a neighbour asks on the page of the call, without name; public once it is answered (rule 40).

    It is no query of a buyer and changes no terms. What is no question at all is set aside, and kept.
    """

    tender = models.ForeignKey("procurement.Tender", models.PROTECT, related_name="public_questions")
    text = models.TextField(_("question"), max_length=1000)
    asked_at = models.DateTimeField()
    answer = models.TextField(_("answer"), max_length=4000, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    answered_at = models.DateTimeField(null=True)
    set_aside = models.BooleanField(default=False)

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="public_answer_is_whole",
                condition=Q(answer="", answered_by=None, answered_at=None)
                | ~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False),
            )
        ]

    def __str__(self):
        return self.text[:80]
