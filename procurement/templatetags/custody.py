"""How likely it is that custodians suffice, as a table beside the choice (sealed/design.md §7)."""

from django import template
from django.utils.translation import gettext as _

from procurement.availability import OFTEN, RARELY, USUAL, Group, is_fragile, strengthened, unopenable
from procurement.guards.custody import chance, settled, sizes_of

register = template.Library()


def said(groups):
    """Say how many must come of how many: `2 of 3 and 2 of 4`."""
    each = [_("%(needed)s of %(of)s") % {"needed": group.needed, "of": group.of} for group in groups]
    return _(" and ").join(each)


def row(groups, *, own=False):
    return {
        "groups": said(groups),
        "rarely": chance(unopenable(groups, RARELY)),
        "often": chance(unopenable(groups, OFTEN)),
        "fragile": is_fragile(groups),
        "own": own,
    }


def chosen(tender):
    """Return the groups of this call: as named, or before that as far as the terms tell; None before both.

    Who is named last counts as named, so that the table is about the call and not about its half.
    """
    needed, total = settled(tender, "sealing.threshold", 0), settled(tender, "sealing.custodians", 0)
    groups = sizes_of(tender)
    if not needed or not total:
        return None
    if sum(group.of for group in groups) == total:
        return groups
    return [Group(needed, total)] if len(groups) == 1 else None


@register.inclusion_tag("_parts/availability.html")
def availability(tender):
    """The table: this call first, then what is usual; and what would be better where it is fragile."""
    own = chosen(tender)
    better = strengthened(own) if own and is_fragile(own) else None
    rows = [row(own, own=True)] if own else []
    rows += [row(groups) for groups in USUAL if groups != own]
    return {"rows": rows, "own": rows[0] if own else None, "better": better and row(better)}
