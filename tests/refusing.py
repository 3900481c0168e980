"""What a verb is refused with."""

import pytest

from procurement.workflow import Blocked


def refused(verb, /, *arguments, **named):
    """Return the codes with which a verb is refused; one that is not refused fails the test."""
    with pytest.raises(Blocked) as refusal:
        verb(*arguments, **named)
    return refusal.value.codes
