"""What binds the municipality now: contract with its annexes, guarantees, fund, transfer."""

from django.utils.translation import gettext as _

from contracts import sheet
from contracts.handover import Section, Table
from contracts.models import contract_of, transfer_of

KEPT = ("accepted", "registered", "in_force", "renewal_due", "expired", "claimed")


def in_force(tender):
    """Return what holds at this moment; nothing that names people or says what is reserved."""
    contract = contract_of(tender)
    tables = [*contract_tables(contract), guarantees(tender), *fund_tables(contract), transfer(tender)]
    lead = _("What binds the municipality today. A change of authorities does not end it.")
    return Section("in_force", _("What is in force"), lead, [table for table in tables if table.rows])


def two():
    return ("what", _("What")), ("says", _("What it says"))


def pairs(key, title, rows):
    """Return a table of (what, what it says); what nobody has stated is left out."""
    stated = [{"what": str(label), "says": value} for label, value in rows if value not in (None, "", [])]
    return Table(key, title, two(), stated)


def contract_tables(contract):
    """The sheet of the contract, its annexes by their digest, and what is owed by a day."""
    if contract is None:
        return []
    state = [(_("Contract"), str(contract)), (_("State"), contract.get_state_display())]
    annexes = [{"what": str(row), "sha256": row.sha256} for row in contract.annexes.all()]
    columns = (("what", _("Annex")), ("sha256", _("SHA-256")))
    return [
        pairs("contract", _("Contract"), state + sheet.rows(contract)),
        Table("annexes", _("Annexes, frozen by their digest"), columns, annexes),
    ]


def guarantees(tender):
    """The guarantees that are kept, without what a registry or a person's paper says."""
    columns = (
        ("slot", _("For")),
        ("instrument", _("Instrument")),
        ("amount", _("Amount")),
        ("currency", _("Currency")),
        ("expiry", _("Last day")),
        ("claim_until", _("May be claimed until")),
        ("state", _("State")),
    )
    rows = [
        {
            "slot": row.get_slot_display(),
            "instrument": row.get_instrument_display(),
            "amount": row.amount,
            "currency": row.get_currency_display(),
            "expiry": row.expiry,
            "claim_until": row.claim_until,
            "state": row.get_state_display(),
        }
        for row in tender.guarantees.filter(state__in=KEPT).exclude(slot="bid")
    ]
    return Table("guarantees", _("Guarantees"), columns, rows)


def fund_tables(contract):
    """What lies in the Investment Fund, and what each period owed and brought."""
    fund = getattr(contract, "fund", None)
    if fund is None:
        return []
    columns = (
        ("period", _("Period")),
        ("due", _("Due, S/")),
        ("paid", _("Paid, S/")),
        ("due_on", _("Until")),
    )
    came = {}
    for receipt in fund.receipts.standing().filter(kind="contribution"):
        came[receipt.start] = came.get(receipt.start, 0) + receipt.amount
    rows = [
        {"period": str(row), "due": row.due, "paid": came.get(row.start, 0), "due_on": row.due_on}
        for row in fund.contributions.standing()
    ]
    lies = [(_("Account"), fund.account), (_("Balance, S/"), fund.balance)]
    return [
        pairs("fund", _("Investment Fund"), lies),
        Table("contributions", _("Contributions of the operator"), columns, rows),
    ]


def transfer(tender):
    """How far the transfer of the service is."""
    found = transfer_of(tender)
    columns = (("item", _("Item")), ("state", _("State")), ("due_on", _("Until")))
    rows = [
        {"item": str(item), "state": item.get_state_display(), "due_on": item.due_on}
        for item in (found.items.all() if found else ())
    ]
    return Table("transfer", _("Transfer of the service"), columns, rows)
