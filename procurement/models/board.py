"""The neighbourhood supervision board (JVS) of a town: its delegates and who directs it (rules 115-119)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .preparation import Fact, StandingQuerySet


class BoardQuerySet(StandingQuerySet):
    def instated(self):
        """Boards that an ordinance has given existence to."""
        return self.standing().filter(instated_on__isnull=False)


class NeighbourhoodBoard(Fact):
    """The JVS of a town: it supervises the quality, observes the selection, decides nothing (rules 8, 119).

    `happened_on` is the day on which the delegates elected those who direct it. It exists once it is
    instated, by force of the ordinance that creates it.
    """

    class Size(models.IntegerChoices):
        THREE = 3, _("3 people")
        FIVE = 5, _("5 people")

    class Majority(models.TextChoices):
        WOMEN = "women", _("Women")
        MEN = "men", _("Men")

    town = models.ForeignKey("procurement.Town", models.PROTECT, related_name="boards", editable=False)
    size = models.PositiveSmallIntegerField(_("how many direct it"), choices=Size)
    majority = models.CharField(_("the majority are"), max_length=10, choices=Majority)
    until = models.DateField(_("elected until"), null=True, blank=True)
    ordinance = models.ForeignKey(
        "procurement.Ordinance", models.PROTECT, related_name="boards", null=True, editable=False
    )
    instated_on = models.DateField(_("instated on"), null=True, editable=False)

    objects = BoardQuerySet.as_manager()

    class Meta(Fact.Meta):
        verbose_name = _("neighbourhood supervision board")
        constraints = [
            models.UniqueConstraint(
                name="one_board_per_town", fields=["town"], condition=Q(superseded_at=None)
            ),
            models.CheckConstraint(name="board_of_three_or_five", condition=Q(size__in=[3, 5])),
            models.CheckConstraint(
                name="board_instated_by_ordinance",
                condition=Q(instated_on=None, ordinance=None)
                | Q(instated_on__isnull=False, ordinance__isnull=False),
            ),
        ]

    def __str__(self):
        return _("JVS of %(town)s") % {"town": self.town}

    def serving(self):
        """Its delegates of today, by sector, the woman first."""
        return self.delegates.filter(left_on=None)

    def sectors(self):
        """Return {sector: its delegates}."""
        found = {}
        for delegate in self.serving():
            found.setdefault(delegate.sector, []).append(delegate)
        return found

    def directors(self):
        return [delegate for delegate in self.serving() if delegate.post]


class Delegate(models.Model):
    """One of the two neighbours whom a sector sends, a woman and a man (rule 115).

    Document and telephone are never public. `post` is empty for those who do not direct the board.
    """

    class Sex(models.TextChoices):
        WOMAN = "woman", _("Woman")
        MAN = "man", _("Man")

    class Post(models.TextChoices):
        NONE = "", _("Delegate")
        PRESIDENT = "president", _("President")
        SECRETARY = "secretary", _("Secretary")
        TREASURER = "treasurer", _("Treasurer")
        MEMBER = "member", _("Member")

    board = models.ForeignKey(NeighbourhoodBoard, models.PROTECT, related_name="delegates", editable=False)
    sector = models.CharField(_("sector"), max_length=200)
    name = models.CharField(_("name and surname"), max_length=200)
    sex = models.CharField(_("woman or man"), max_length=10, choices=Sex)
    post = models.CharField(
        _("post in the board"), max_length=10, choices=Post, default=Post.NONE, blank=True
    )
    dni = models.CharField(_("identity document, not published"), max_length=12, blank=True)
    phone = models.CharField(_("telephone, not published"), max_length=20, blank=True)
    since = models.DateField(_("from"))
    left_on = models.DateField(_("until"), null=True, editable=False)
    entered_at = models.DateTimeField(editable=False)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)

    class Meta:
        ordering = ["sector", "-sex", "pk"]
        verbose_name = _("delegate")
        constraints = [
            models.UniqueConstraint(
                name="a_woman_and_a_man_per_sector",
                fields=["board", "sector", "sex"],
                condition=Q(left_on=None),
            ),
            models.UniqueConstraint(
                name="one_president",
                fields=["board"],
                condition=Q(left_on=None, post="president"),
            ),
        ]

    def __str__(self):
        return f"{self.name} ({self.sector})"
