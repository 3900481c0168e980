"""What must hold for each step of a guarantee, each with its article (domain.md §2, §4.7, §4.11)."""

from .acceptance import TO_ACCEPT, TO_REGISTER, TO_TAKE_EFFECT
from .assent import guarantors_assent, without_assent
from .life import (
    TO_CLAIM,
    TO_EXECUTE,
    TO_RENEW,
    TO_RETURN,
    claim_outcome_is_written,
    last_day_is_over,
    obligation_has_ended,
    renewal_is_near,
    window_is_over,
)
from .reception import DEAD, TO_PRESENT, reason_is_written, report_is_written, something_is_missing

__all__ = [
    "DEAD",
    "TO_ACCEPT",
    "TO_CLAIM",
    "TO_EXECUTE",
    "TO_PRESENT",
    "TO_REGISTER",
    "TO_RENEW",
    "TO_RETURN",
    "TO_TAKE_EFFECT",
    "claim_outcome_is_written",
    "guarantors_assent",
    "last_day_is_over",
    "obligation_has_ended",
    "reason_is_written",
    "renewal_is_near",
    "report_is_written",
    "something_is_missing",
    "window_is_over",
    "without_assent",
]
