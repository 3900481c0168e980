"""The municipality, its towns, and the days on which it does not attend."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from procurement import business_days
from procurement.log import INSTALLATION


class Municipality(models.Model):
    """A district or provincial municipality: owner and regulator of the service, never its operator (rules 3,
    7).
    """

    class Kind(models.TextChoices):
        DISTRICT = "district", _("District municipality")
        PROVINCIAL = "provincial", _("Provincial municipality")

    name = models.CharField(_("name"), max_length=200, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    department = models.CharField(_("department"), max_length=100)
    province = models.CharField(_("province"), max_length=100)
    ubigeo = models.CharField(_("ubigeo"), max_length=6)
    legal_number = models.PositiveSmallIntegerField(
        _("legal number of council members, mayor included"), null=True, blank=True
    )
    has_notary = models.BooleanField(_("there is a notary in the town"), default=False)

    class Meta:
        ordering = ["name"]
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")

    def __str__(self):
        return self.name

    @property
    def log_origin(self):
        """What a municipality does outside its tenders stands in the log of the installation."""
        return INSTALLATION.log_origin

    @property
    def full_name(self):
        return _("%(kind)s of %(name)s") % {"kind": self.get_kind_display(), "name": self.name}

    def calendar(self):
        """Return the days on which the municipality works, as far as they were entered (domain.md §6)."""
        rows = DayOff.objects.filter(models.Q(municipality=self) | models.Q(municipality=None))
        off = [
            business_days.DayOff(row.date, row.name, business_days.Kind(row.kind), row.source) for row in rows
        ]
        return business_days.Calendar(off, self.calendar_years.values_list("year", flat=True))


class Town(models.Model):
    """The small town whose water and sanitation needs an operator, with the facts that size everything else.

    Money in soles. `source` tells where the figures come from.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="towns")
    name = models.CharField(_("name"), max_length=200)
    region = models.CharField(_("natural region"), max_length=50, blank=True)
    population = models.PositiveIntegerField(_("urban population"))
    households = models.PositiveIntegerField(_("households with water"), null=True, blank=True)
    water_coverage = models.DecimalField(
        _("water coverage, %"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    sewer_coverage = models.DecimalField(
        _("sewage coverage, %"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    hours_per_day = models.DecimalField(
        _("hours of water a day"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    monthly_charge = models.DecimalField(
        _("charge today, S/ a month"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    annual_turnover = models.DecimalField(
        _("annual turnover, S/"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    monthly_operating_cost = models.DecimalField(
        _("monthly operating cost, S/"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    house_value = models.DecimalField(
        _("value of a house on the main square, S/"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    source = models.CharField(_("source of these figures"), max_length=300, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=7, decimal_places=4, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=7, decimal_places=4, null=True, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name = _("town")
        verbose_name_plural = _("towns")

    def __str__(self):
        return self.name


class DayOff(models.Model):
    """A day that is not worked (or is, against the rule), beyond the national holidays (domain.md §6.3).

    Without municipality it holds for all of Peru: days decreed for the public sector.
    """

    class Kind(models.TextChoices):
        LOCAL = "local", _("Local holiday")
        DECREED = "decreed", _("Non-working day by decree")
        WORKED = "worked", _("Worked by decree")

    municipality = models.ForeignKey(
        Municipality, models.PROTECT, related_name="days_off", null=True, blank=True
    )
    date = models.DateField(_("date"))
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    source = models.CharField(_("norm or agreement"), max_length=200)

    class Meta:
        ordering = ["date"]
        constraints = [models.UniqueConstraint(name="one_day_off_per_date", fields=["municipality", "date"])]

    def __str__(self):
        return f"{self.date}: {self.name}"


class CalendarYear(models.Model):
    """Somebody says that the days off of this year are all entered, or that there are none."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="calendar_years")
    year = models.PositiveSmallIntegerField(_("year"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["year"]
        constraints = [models.UniqueConstraint(name="year_confirmed_once", fields=["municipality", "year"])]

    def __str__(self):
        return str(self.year)


class Outage(models.Model):
    """A time in which the service could not be reached: before it, `close` waits for the committee (decision
    12). `noticed` by the system itself, by the silence of its pulse; else the host wrote it down.
    """

    start = models.DateTimeField(_("from"))
    end = models.DateTimeField(_("until"), null=True, blank=True)
    note = models.CharField(_("what happened"), max_length=300)
    noticed = models.BooleanField(default=False)

    class Meta:
        ordering = ["-start"]

    def __str__(self):
        return f"{self.start}: {self.note}"


class Pulse(models.Model):
    """When the service last gave a sign of life: one row, which the background writes again and again."""

    at = models.DateTimeField()

    def __str__(self):
        return f"{self.at}"
