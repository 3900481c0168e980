"""What must hold when custodians are named and their keys recorded (decisions 13-15, 19)."""

from django.utils.translation import gettext_lazy as _

from procurement.guards.custody import (
    bodies_reach_their_number,
    custodians_are_ready,
    has_kits,
    is_digital,
    settled,
)
from procurement.workflow import Unmet, guard

BEFORE_THE_CALL = ("draft", "approved")


@guard(
    code="custody.envelopes.not-digital",
    reason=_("The envelopes of this call are not sealed by the system, so that there are no keys to keep."),
    rule=_("decision 11"),
)
def envelopes_are_digital(tender, at):
    return is_digital(tender)


@guard(
    code="custodian.replacement.after-bids",
    reason=_(
        "The keys of this call are published: with them bids are sealed. A custodian cannot be changed "
        "unless all seal again. Go on with those who are left, or return to an earlier phase."
    ),
    rule=_("decision 19"),
)
def keys_are_not_in_use(tender, at):
    """Keys may change until the call is announced; afterwards only where a new round has none yet."""
    return tender.state in BEFORE_THE_CALL or not has_kits(tender)


@guard(
    code="custody.custodians.too-many",
    reason=_("The terms name %(needed)s custodians, and there are as many already."),
    rule=_("principle 5"),
)
def there_is_room_for_a_custodian(tender, at):
    needed = settled(tender, "sealing.custodians", 0)
    return tender.custodians.filter(round=tender.round).count() < needed or Unmet(needed=needed)


TO_CHANGE = [envelopes_are_digital, keys_are_not_in_use]
TO_NAME = [*TO_CHANGE, there_is_room_for_a_custodian]
TO_RECORD = [*TO_CHANGE, custodians_are_ready, bodies_reach_their_number]
