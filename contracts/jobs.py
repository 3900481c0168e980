"""What the clock does after the award: it lets the background look at what comes near."""

from contracts.services import duties, ending
from procurement import clockwork

JOBS = [
    clockwork.Job("contract.expire", due=ending.due_to_expire, act=ending.expire),
    clockwork.Job("duties", due=duties.unread, act=duties.ask),
]
clockwork.JOBS.extend(JOBS)
