"""The change of authorities: until when the pack for the incoming mayor lies ready (rules 101, 158)."""

from datetime import date

from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from contracts.duties import SOURCES, Due
from procurement.business_days import DAY, FIRST_TERM, TERM, election_before
from procurement.guards.problems import lazily_shown
from procurement.models import Document
from procurement.roles import Role
from procurement.schedule import local_day

PACK = "handover"  # the kind of the document that the pack is kept as
UNDER_WAY = ("announced", "integrated", "closed", "evaluating", "awarded", "consented")


def change_after(day):
    """Return the next day on which municipal authorities take office, after this one (domain.md §6.4)."""
    year = day.year + 1 + (FIRST_TERM - day.year - 1) % TERM
    return date(year, 1, 1)


def handovers(tenders, at):
    """One duty for each call that the next authorities find, until its pack is made after the election."""
    change = change_after(local_day(at))
    elected = election_before(change)
    ongoing = {pk: tender for pk, tender in tenders.items() if tender.state in UNDER_WAY}
    made = Document.objects.filter(tender__in=ongoing, kind=PACK).order_by().values_list("tender")
    latest = dict(made.annotate(Max("uploaded_at")))
    for pk, tender in ongoing.items():
        if pk in latest and local_day(latest[pk]) >= elected:
            continue
        title = _("Make the handover pack for the incoming mayor")
        note = _("The new authorities take office on %(day)s.") % {"day": lazily_shown(change)}
        url, rule, told = reverse("handover", args=[pk]), _("rules 101, 158"), (Role.MAYOR, Role.MANAGER)
        yield Due(tender, f"handover.{change.year}", change - DAY, title, url, rule, told, note=note)


SOURCES.append(handovers)
