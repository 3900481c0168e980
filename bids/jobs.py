"""What the clock does after the close: pages that the hall follows, terms to answer an appeal, the consent
(domain.md §4.1).
"""

from bids import snapshots
from bids.services import appeals, award, ciphertexts, submission
from procurement import clockwork

JOBS = [
    clockwork.Job("appeal.hear", due=appeals.due_to_be_heard, act=appeals.hear_by_clock),
    clockwork.Job("ciphertexts", due=ciphertexts.waits_for_a_look, act=ciphertexts.look),
    clockwork.Job("orphans", due=ciphertexts.orphans, act=submission.remove),
    clockwork.Job("live", due=snapshots.behind, act=snapshots.draw),
    clockwork.Job("consent", due=award.due_for_consent, act=award.consent_by_clock),
]
clockwork.JOBS.extend(JOBS)
