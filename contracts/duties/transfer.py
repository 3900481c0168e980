"""What is due in the transfer: its own last day, each item's, the end of the impact works (rules 105-113)."""

from django.urls import reverse
from django.utils.translation import gettext as _

from contracts.duties import SOURCES, Due
from contracts.models import Transfer
from procurement.roles import Role

KEEPERS = (Role.MANAGER, Role.ATM)
OPEN = ("planned", "waiting", "in_progress")


def transfers(tenders, at):
    """The days of every transfer that is not handed over."""
    found = Transfer.objects.filter(tender__in=tenders).exclude(state="handed")
    found = found.filter(contract__award__ended_at=None, contract__ended_on=None)
    for transfer in found.select_related("contract").prefetch_related("items"):
        tender, operator = tenders[transfer.tender_id], transfer.contract.operator_id
        about = {"roles": KEEPERS, "accounts": (operator,) if operator else ()}
        url, title = reverse("transfer", args=[tender.pk]), _("Hand over the service")
        yield Due(tender, "transfer", transfer.due_on, title, url, _("rule 105"), **about)
        if transfer.state == "waiting" and transfer.works_due_on:
            title = _("End of the impact works: %(works)s") % {"works": transfer.works}
            yield Due(tender, "transfer.works", transfer.works_due_on, title, url, _("rule 106"), **about)
        yield from items(transfer, tender, about)


def items(transfer, tender, about):
    """The items that have a day and are not settled."""
    for item in transfer.items.all():
        if item.due_on and not item.is_settled and transfer.state in OPEN:
            title = _("Transfer: %(item)s") % {"item": item}
            note = _("In charge: %(who)s.") % {"who": item.responsible} if item.responsible else ""
            url = reverse("transfer-item", args=[tender.pk, item.kind])
            rule = _("rule %(number)s") % {"number": item.about.rule}
            key = f"transfer.{item.kind}"
            yield Due(tender, key, item.due_on, title, url, rule, note=note, **about)


SOURCES.append(transfers)
