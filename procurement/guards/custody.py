"""What sealed envelopes need before a call is announced: custodians who are ready, and their keys in the log
(decisions 13-15).
"""

from django.utils.translation import gettext_lazy as _

from procurement.parameters import Undecided
from procurement.regimes import NotCovered
from procurement.workflow import Unmet, guard


def settled(tender, key, default=None):
    """Return what holds for this call, or `default` where neither regime nor terms say it."""
    if tender.profile is None:
        return default
    try:
        return tender.settled(key)
    except (NotCovered, Undecided):
        return default


def is_digital(tender):
    """Whether the envelopes of this call are sealed by Convoca (decision 11)."""
    return settled(tender, "envelopes.form") == "digital"


def stages(tender):
    """Return the envelopes of this call: 1, or 1 and 2 (rules 59, 66)."""
    profile = tender.profile
    return [1, 2] if profile is None or profile.find("envelopes.count", 2) == 2 else [1]


def has_kits(tender):
    """Whether the keys of every envelope of this round are in the log."""
    return tender.kits.filter(round=tender.round).count() == len(stages(tender))


@guard(
    code="custody.custodians.not-ready",
    reason=_(
        "%(ready)s of %(needed)s custodians are ready. Each makes their sheet of words, and proves it by "
        "typing them again."
    ),
    rule=_("decision 15; principle 5"),
)
def custodians_are_ready(tender, at):
    if not is_digital(tender):
        return True
    needed = settled(tender, "sealing.custodians", 0)
    ready = tender.custodians.filter(round=tender.round, ready_at__isnull=False).count()
    return (ready == needed and needed > 0) or Unmet(ready=ready, needed=needed)


@guard(
    code="custody.kit.missing",
    reason=_("The keys of the envelopes are not in the log yet. Record them once every custodian is ready."),
    rule=_("decision 13; principle 5"),
)
def keys_are_in_the_log(tender, at):
    return not is_digital(tender) or has_kits(tender)


BEFORE_THE_CALL = [custodians_are_ready, keys_are_in_the_log]
