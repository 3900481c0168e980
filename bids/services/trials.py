"""A custodian's trial in the own device: envelopes sealed for the sheet and a made-up second one, opened with
what the device hands over. No word and no key comes here (sealed/design.md §7).
"""

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bids import sealing
from bids.refusals import explained
from bids.services import custody
from procurement.guards.custody import stages
from procurement.workflow import Blocked, Refusal

SALT = "bids.services.trials"
LIFETIME = 3600  # seconds in which a trial that was handed out can be answered
TRIAL_OVER = Refusal(
    "custody.trial.over",
    _("This trial is over, or it was for another sheet. Open the page again and try once more."),
    _("decision 15"),
)


def begin(custodian):
    """Return a trial for each stage: a token that the server can read again, and what the device gets."""
    trials = [custody.seal_trial(custodian, stage) for stage in stages(custodian.tender)]
    rows = [{"kit": each.kit, "manifest": each.manifest, "theirs": each.theirs} for each in trials]
    about = {"custodian": custodian.pk, "verify": custodian.verify_key, "trials": rows}
    shown = [{"kit": row["kit"], "manifest": row["manifest"]} for row in rows]
    return signing.dumps(about, salt=SALT, compress=True), shown


@transaction.atomic
def take(custodian, *, token, releases, by):
    """Take what the device handed over of each trial envelope; where all open, the custodian is ready."""
    custodian = custody.begin_proof(custodian, by=by)
    trials = trials_in(token, custodian)
    if not isinstance(releases, list) or len(releases) != len(trials):
        raise Blocked(TRIAL_OVER)
    for trial, mine in zip(trials, releases, strict=True):
        with explained():
            seat = sealing.verify_release(trial["kit"], trial["manifest"], mine)
        outcome = sealing.recombine(trial["kit"], trial["manifest"], [mine, trial["theirs"]])
        if seat != 1 or not outcome.identity:
            raise Blocked(custody.WRONG_SHEET.about(custodian=custodian.name))
    return custody.make_ready(custodian, by=by)


def trials_in(token, custodian):
    """Return the trials that a token names; refuse one that is old, or of a sheet before this one."""
    try:
        about = signing.loads(token, salt=SALT, max_age=LIFETIME)
    except (signing.BadSignature, TypeError, AttributeError):
        raise Blocked(TRIAL_OVER) from None
    if (about["custodian"], about["verify"]) != (custodian.pk, custodian.verify_key):
        raise Blocked(TRIAL_OVER)
    return about["trials"]
