"""The facts of a town, each with its source (rules 1-3, 76; products of the studies)."""

from decimal import Decimal

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement import clock, roles
from procurement.log import INSTALLATION, record
from procurement.models import Municipality, Town
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
NAME_TAKEN = Refusal(
    "town.name.taken",
    _("%(name)s is already a town of this municipality. Correct its facts instead."),
    _("one record for each town"),
)
SOURCE_MISSING = Refusal(
    "town.facts.source-missing",
    _("Say where these figures come from: the study, the census, the registry of users."),
    _("product.md, principle 6"),
)


def text(value):
    return None if value is None else str(value)


@transaction.atomic
def add(municipality, *, name, population, source, by, region="", latitude=None, longitude=None):
    """Enter a town of the municipality, so that a call can be made for it; the other facts come later."""
    at = clock.now()
    municipality = Municipality.objects.select_for_update().get(pk=municipality.pk)
    require_office(by, municipality, at)
    if municipality.towns.filter(name__iexact=name.strip()).exists():
        raise Blocked(NAME_TAKEN.about(name=name.strip()))
    place = {"region": region, "latitude": latitude, "longitude": longitude}
    town = municipality.towns.create(name=name.strip(), population=population, source=source, **place)
    facts = {"town": town.pk, "municipality": municipality.pk, "name": town.name, "source": source}
    record(INSTALLATION, "town.add", by=by, at=at, population=population, **facts)
    return town


def require_office(user, municipality, at):
    """Stop here unless the user is the manager or the technical area of this municipality."""
    if not any(roles.holds_office(user, office, municipality, at) for office in OFFICES):
        roles.require_office(user, Role.MANAGER, municipality, at)


@transaction.atomic
def revise(town, *, version, source, by, **figures):
    """Change the figures of a town that is still as the user saw it; each has a source (decision 33)."""
    at = clock.now()
    town = Town.objects.select_for_update().select_related("municipality").get(pk=town.pk)
    require_office(by, town.municipality, at)
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
