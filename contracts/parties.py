"""The two parties of a contract: the municipality acts by its officials, the operator by its account."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from procurement import roles


class Side(models.TextChoices):
    MUNICIPALITY = "municipality", _("the municipality")
    OPERATOR = "operator", _("the operator")


def is_operator(contract, user):
    """Whether this account acts for the operator."""
    return getattr(user, "is_authenticated", False) and contract.operator_id == user.pk


def operator(subject, user):
    """A transition permission: the account that acts for the operator of the contract."""
    return is_operator(getattr(subject, "contract", subject), user)


operator.owner = "operator"


def side_of(contract, user, at):
    """Return the side for which this user works on the transfer, or None; the operator is never the other."""
    if is_operator(contract, user):
        return Side.OPERATOR
    return Side.MUNICIPALITY if roles.holds(user, "run_transfer", contract.tender, at) else None


def either(subject, user):
    """A transition permission: whoever runs the transfer for the municipality, or the operator."""
    return operator(subject, user) or roles.may("run_transfer")(subject, user)


either.codename, either.owner = "run_transfer", "operator"


def actor(contract, by):
    """Return how the log names who acts: the operator by that word, an official by the account."""
    return Side.OPERATOR.value if is_operator(contract, by) else by
