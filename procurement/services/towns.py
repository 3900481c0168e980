"""The facts of a town, each with its source (rules 1-3, 76; products of the studies)."""

from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement import clock, roles
from procurement.log import INSTALLATION, record
from procurement.models import Town
from procurement.roles import Role
from procurement.services.notices import said
from procurement.services.ordinances import tell_officials
from procurement.workflow import Blocked, Refusal

OFFICES = (Role.MANAGER, Role.ATM)
CHANGED_MEANWHILE = Refusal(
    "access.record.changed-meanwhile",
    _(
        "Somebody saved before you. “%(field)s” is now %(theirs)s; you wrote %(yours)s. "
        "Look at it and save again."
    ),
    _("nothing is overwritten"),
)
SOURCE_MISSING = Refusal(
    "town.facts.source-missing",
    _("Say where these figures come from: the study, the census, the registry of users."),
    _("product.md, principle 6"),
)


def text(value):
    return None if value is None else str(value)


@transaction.atomic
def revise(town, *, version, source, by, **figures):
    """Change the figures of a town that is still as the user saw it; each has a source (decision 33)."""
    at = clock.now()
    town = Town.objects.select_for_update().select_related("municipality").get(pk=town.pk)
    if not any(roles.holds_office(by, office, town.municipality, at) for office in OFFICES):
        roles.require_office(by, Role.MANAGER, town.municipality, at)
    if not source.strip():
        raise Blocked(SOURCE_MISSING)
    changes = {
        name: value for name, value in (figures | {"source": source}).items() if getattr(town, name) != value
    }
    if not changes:
        return town
    if version != town.version:
        raise Blocked(*[stale(town, name, value) for name, value in changes.items()])
    before = {name: text(getattr(town, name)) for name in changes}
    for name, value in changes.items():
        setattr(town, name, value)
    town.version += 1
    town.save()
    after = {name: text(value) for name, value in changes.items()}
    facts = {"town": town.pk, "municipality": town.municipality_id, "before": before, "after": after}
    record(INSTALLATION, "town.revise", by=by, at=at, **facts)
    subject, link = said(_("Facts of %(town)s were corrected"), town=town), reverse("town", args=[town.pk])
    tell_officials(town.municipality, subject, source, by=by, at=at, link=link)
    return town


def stale(town, name, yours):
    """Return the refusal that shows both values of a field that somebody else may have changed."""
    field = town._meta.get_field(name).verbose_name
    theirs = getattr(town, name)
    return CHANGED_MEANWHILE.about(field=field, theirs=shown(theirs), yours=shown(yours))


def shown(value):
    if isinstance(value, Decimal):
        return f"{value:,}"
    return said("“%(value)s”", value=value) if value not in (None, "") else _("empty")
