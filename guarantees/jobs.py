"""What the clock does to a guarantee: it begins, is due, expires, is lost, is released (domain.md §4.7)."""

from guarantees.services import life, reception
from procurement import clockwork

JOBS = [
    clockwork.Job("guarantee.take_effect", due=life.due_to_begin, act=reception.take_effect),
    clockwork.Job("guarantee.fall_due", due=life.due_for_renewal, act=life.fall_due),
    clockwork.Job("guarantee.expire", due=life.due_to_expire, act=life.expire),
    clockwork.Job("guarantee.lose", due=life.due_to_be_lost, act=life.lose),
    clockwork.Job("guarantee.release", due=life.due_for_release, act=life.release_by_clock),
]
clockwork.JOBS.extend(JOBS)
