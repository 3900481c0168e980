"""How each verb after the award is taken: contract, transfer, uses of the fund."""

from datetime import timedelta
from decimal import Decimal

from contracts.models import contract_of
from contracts.services import (
    addenda,
    drafting,
    ending,
    fund_uses,
    operation,
    signing,
    termination,
    transfer_items,
)
from procurement import clock
from procurement.schedule import local_day
from procurement.workflow import advance
from tests import contracting, funding, guaranteeing, transferring

DAY = timedelta(days=1)
REASON = "Consta en el expediente."


def nothing(world, thing):
    """What needs no preparation."""


def today():
    return local_day(clock.now())


def kernel(verb):
    return lambda world, thing, by: advance(thing, verb, by=by)


# The contract


def begin_contract(world, tender, by):
    drafting.begin(tender, number="001-2026", by=by)


def complete(world, contract):
    """Write what the draft lacks, and bring the guarantee."""
    who = {"representative": "Ana Ruiz", "power_entry": "Asiento C0001"}
    drafting.set_operator(contract, by=world.legal, **who)
    why = {"situations": ["works", "free"], "reason": REASON}
    drafting.set_transition(contract, days=contract.transition_days, by=world.legal, **why)
    drafting.set_clauses(contract, texts=contracting.WRITTEN, by=world.legal)
    drafting.add_annex(contract, kind="business-plan", file=contracting.paper(), by=world.legal)
    if not contract.tender.guarantees.standing().exists():
        guaranteeing.in_force(world, contract.tender)


def make_ready(world, contract, by):
    signing.make_ready(contract, report="Revisado: no falta nada.", by=by)


def sign(world, contract, by):
    said = {"signed_on": today(), "percentage": contract.award.percentage, "scan": contracting.paper()}
    signing.sign(contract, by=by, **said)


def plan(world, contract, by):
    transferring.plan(world, contract.tender, by=by)


def two_cycles(world, contract):
    """Log what is missing of two cycles, and go to the last day of the transition."""
    if contract.state != "transition":
        return
    last = contract.cycles.last()
    start = last.supplied_until + DAY if last else contract.started_on
    while contract.cycles.count() < 2:
        contracting.cycle(world, contract, start)
        start += 31 * DAY
    if today() < contract.transition_until:
        contracting.to(world, contract.transition_until)


def suspend(world, contract, by):
    operation.suspend(contract, began_on=today(), reason="Huaico en la captación", by=by)


def amend(world, contract, by):
    said = {"signed_on": today(), "text": "Cambia una meta.", "file": contracting.paper()}
    addenda.amend(contract, by=by, **said)


def give_notice(world, contract, by):
    said = {
        "ground": "breach",
        "cause": "No presta el servicio.",
        "letter_on": today(),
        "reference": "Carta 4",
    }
    termination.give_notice(contract, defence_days=20, file=contracting.paper(), by=by, **said)


def hear(world, contract):
    """Let the operator answer the notice."""
    if contract.state == "notice" and contract.terminations.last().steps.get(key="defence").done_on is None:
        contracting.take_step(world, contract.tender, "defence")


def terminate(world, contract, by):
    said = {"decided_on": today(), "agreement": "Acuerdo 77", "votes_for": 4, "file": contracting.paper()}
    termination.terminate(contract, continuity="El área técnica presta el servicio.", by=by, **said)


def agree(world, contract, by):
    said = {"agreed_on": today(), "reason": "violence", "text": "Hubo ataques.", "file": contracting.paper()}
    ending.end_by_agreement(contract, by=by, **contracting.SETTLED | said)


def outlast(world, contract):
    if contract.ends_on and today() < contract.ends_on:
        contracting.to(world, contract.ends_on)


def reconcile(world, contract):
    """Compare the inventory, once the assets come back."""
    if contract.state == "reversion" and contract.reversion.reconciled_on is None:
        day, found = max(today(), contract.reversion.began_on), contract.tender.transfer_items
        given = 2 if found.filter(kind="inventory", state="accepted").exists() else 0
        counted = {"delivered": given, "added": 0, "returned": given, "missing": 0}
        file = contracting.paper()
        ending.reconcile(contract, reconciled_on=day, file=file, by=world.atm, **counted)


CONTRACT = {
    "make_ready": (make_ready, complete),
    "reopen": (lambda world, contract, by: signing.reopen(contract, by=by), nothing),
    "sign": (sign, nothing),
    "begin_transfer": (plan, nothing),
    "end_transition": (
        lambda world, contract, by: operation.end_transition(contract, by=by),
        two_cycles,
    ),
    "suspend": (suspend, nothing),
    "resume": (lambda world, contract, by: operation.resume(contract, resumed_on=today(), by=by), nothing),
    "amend": (amend, nothing),
    "give_notice": (give_notice, nothing),
    "drop_notice": (
        lambda world, contract, by: termination.drop_notice(contract, reason=REASON, by=by),
        nothing,
    ),
    "terminate": (terminate, hear),
    "end_by_agreement": (agree, nothing),
    "expire": (kernel("expire"), outlast),
    "begin_reversion": (
        lambda world, contract, by: ending.begin_reversion(contract, began_on=today(), by=by),
        nothing,
    ),
    "close": (lambda world, contract, by: ending.close(contract, by=by), reconcile),
}


# The transfer


def install(world, transfer, by):
    members = {"municipal_members": "Marta Quispe, gerenta", "operator_members": "Ana Ruiz, gerenta"}
    transferring.transfer.install(transfer, installed_on=today(), by=by, **members)


def prepare_delivery(world, transfer):
    """Settle what is left, write the act, and let the operator sign it."""
    tender = transfer.tender
    for about in transferring.SEVEN:
        if transfer.state == "in_progress" and not transferring.item(tender, about.key).is_settled:
            transferring.settle(world, tender, about)
    first, _last = transferring.window(transfer.contract.signed_on)
    if today() < first:
        contracting.to(world, first + 10 * DAY)
    said = {"place": "Planta de Laredo", "readings": "Macromedidor: 1204 m3", "by": world.manager}
    transfer = transferring.transfer_of(tender)
    transferring.transfer.prepare_handover(transfer, starts_on=today(), **said)
    transferring.transfer.receive(transferring.transfer_of(tender), by=transferring.operator(tender))


def hand_over(world, transfer, by):
    transferring.transfer.hand_over(transfer, by=by)


TRANSFER = {"install": (install, nothing), "hand_over": (hand_over, prepare_delivery)}


def upload(world, item):
    """Bring the workbook that the item asks for."""
    if item.about.sheet and item.state == "in_progress":
        transferring.upload(item.tender, item.kind, world.atm)


def hand_in(world, item, by):
    transfer_items.hand_in(item, upload=transferring.pdf(), by=by)


def accept_as_the_other(world, item):
    """Let the operator accept, so that the municipality settles the item."""
    if item.state == "evidenced" and item.operator_accepted_at is None and not item.waiver_reason:
        transfer_items.accept(item, by=transferring.operator(item.tender))


def propose_waiver(world, item):
    """Let the operator propose to leave the item out."""
    if item.operator_accepted_at is None and not item.waiver_reason:
        transfer_items.propose_waiver(item, reason=REASON, by=transferring.operator(item.tender))


def accept(world, item, by):
    transfer_items.accept(item, by=by)


ITEM = {
    "begin": (lambda world, item, by: transfer_items.begin_work(item, by=by), nothing),
    "hand_in": (hand_in, upload),
    "send_back": (
        lambda world, item, by: transfer_items.send_back(item, objection=REASON, by=by),
        nothing,
    ),
    "accept": (accept, accept_as_the_other),
    "waive": (accept, propose_waiver),
}


# The fund


def open_fund(world, tender, by):
    """Open the fund once the operator works."""
    contract = contract_of(tender)
    if contract is None or contract.started_on is None or hasattr(contract, "fund"):
        return
    funding.open_fund(world, contract, opened_on=today(), by=by)


def fill(world, tender, by):
    """Let something come into the fund."""
    contract = contract_of(tender)
    if contract is None or not hasattr(contract, "fund"):
        return
    said = {"kind": "donation", "note": "De una vecina", "received_on": today()}
    funding.fund_money.receive(contract.fund, amount=Decimal("900.00"), voucher="OP-9", by=by, **said)


def request(world, tender, by):
    """Ask the fund for a little."""
    contract = contract_of(tender)
    if contract is None or not hasattr(contract, "fund"):
        return
    said = {"purpose": "emergency", "amount": Decimal("100.00"), "work": "Una bomba", "support": "Informe 3"}
    fund_uses.request(contract.fund, by=by, **said)


def pay(world, use, by):
    fund_uses.execute(use, paid=use.amount, executed_on=today(), voucher="CP-1", by=by)


USE = {
    "authorise": (
        lambda world, use, by: fund_uses.authorise(use, resolution="RA 9-2027", by=by),
        nothing,
    ),
    "refuse": (lambda world, use, by: fund_uses.refuse(use, reasons=REASON, by=by), nothing),
    "drop": (lambda world, use, by: fund_uses.drop(use, reasons=REASON, by=by), nothing),
    "execute": (pay, nothing),
}
CASCADES = {
    ("contract", "start_gradually"): ("transfer", "hand_over"),
    ("contract", "start_at_once"): ("transfer", "hand_over"),
    ("transfer", "wait"): ("contract", "begin_transfer"),
    ("transfer", "complete"): ("transferitem", "accept"),
    ("transferitem", "agree"): ("transfer", "install"),
}
MAKERS = {"begin-contract": begin_contract, "open-fund": open_fund, "fill-fund": fill, "request-use": request}
EVERY = {"contract": CONTRACT, "transfer": TRANSFER, "transferitem": ITEM, "funduse": USE}
