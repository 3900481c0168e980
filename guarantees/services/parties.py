"""Who owes a guarantee of the contract: the operator once there is a contract, else the winner."""

from procurement.guards.award import award_of


def contract_of(tender):
    """Return the contract of the award that stands, or None; contracts belong to a later app."""
    found = getattr(tender, "contracts", None)
    return found and found.filter(award__ended_at=None).last()


def obligor(tender):
    """Return name, document, members and account of who owes it; nothing before somebody has the award."""
    award = award_of(tender)
    if award is None:
        return {}
    bidder, contract = award.bid.bidder, contract_of(tender)
    members = [each.name for each in bidder.members.filter(kind="member")]
    owed = {"obligor_members": members, "account": bidder.account}
    if contract:
        owed |= {"obligor_name": contract.operator_name, "obligor_document": contract.operator_document}
        return owed | ({"obligor_members": []} if contract.is_constituted else {})
    return owed | {"obligor_name": bidder.name, "obligor_document": "|".join(bidder.identifiers())}


def must_last_until(tender):
    """Return the day until which a guarantee of the contract must last, where it is known."""
    contract = contract_of(tender)
    return contract and contract.ends_on
