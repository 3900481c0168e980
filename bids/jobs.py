"""What the clock does after the award: answers to an appeal end, and the consent comes (domain.md §4.1)."""

from bids.services import appeals, award
from procurement import clockwork

JOBS = [
    clockwork.Job("appeal.hear", due=appeals.due_to_be_heard, act=appeals.hear_by_clock),
    clockwork.Job("consent", due=award.due_for_consent, act=award.consent_by_clock),
]
clockwork.JOBS.extend(JOBS)
