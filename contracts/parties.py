"""The two parties of a contract: the municipality acts by its officials, the operator by its account."""


def is_operator(contract, user):
    """Whether this account acts for the operator."""
    return getattr(user, "is_authenticated", False) and contract.operator_id == user.pk


def operator(subject, user):
    """A transition permission: the account that acts for the operator of the contract."""
    return is_operator(getattr(subject, "contract", subject), user)


operator.owner = "operator"
