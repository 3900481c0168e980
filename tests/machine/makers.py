"""What changes no state but makes things that have one, each by one service; and what begins a thing."""

from bids.models import Bid
from bids.services import (
    appeals,
    first_result,
    opening,
    submission,
)
from contracts.models import contract_of
from procurement import clock
from procurement.models import Query
from procurement.services import circulars, minutes, queries, sale, tenders
from tests import bidding

from . import contract_steps, guarantee_steps
from .steps import DAY, Step


def request_terms(world, tender, by):
    dni = getattr(by, "dni", "40000041")
    sale.request(tender, first_name="Zoila", last_name="Nueva", dni=dni, by=by)


def ask(world, tender, by):
    purchase = tender.terms_sales.bought().filter(buyer=by).first() or tender.terms_sales.first()
    if purchase:
        queries.ask(purchase, text="¿Desde qué día corre el plazo?", clause="28.1", by=by)


def buy_and_register(world, tender):
    if not hasattr(world, "bids"):
        world.bids = bidding.buyers(world, tender)


def own_or_first(things, by):
    """Return what belongs to whoever acts, else the first that there is."""
    things = list(things)
    return next((thing for thing in things if owner_of(thing) == by), things[0] if things else None)


def owner_of(thing):
    return thing.bidder.account if hasattr(thing, "bidder") else thing.account


def begin_bid(world, tender, by):
    bidder = own_or_first(getattr(world, "bidders", []), by)
    if bidder:
        submission.begin(tender, bidder=bidder, by=by)


def convene_act(world, tender, by):
    if hasattr(tender, "schedule"):
        stage = 1 if tender.state == "closed" else 2
        hour = None if stage == 1 else clock.now() + 30 * DAY
        convened = {"place": "Auditorio municipal", "notary": "Noé Notario", "planned_at": hour}
        opening.convene(tender, stage=stage, by=by, **convened)


def publish_result(world, tender, by):
    first_result.publish(tender, by=by)


def draft_circular(world, tender, by):
    heads = tender.queries.heads().filter(state=Query.State.DRAFTED)
    circulars.draft(tender, subject="Respuestas", text="Aclaramos lo consultado.", answers=heads, by=by)


def file_appeal(world, tender, by):
    against = "award" if tender.state == "awarded" else "first-result"
    bid = own_or_first(Bid.objects.filter(tender=tender), by)
    if bid:
        appeals.file(bid, against=against, clause="19.3", grounds="La carta sí estaba.", by=by)


def receive_guarantee(world, tender, by):
    guarantee_steps.receive(world, tender, by)


def remark(world, tender, by):
    minutes.remark(tender, text="No se leyó el acta en voz alta.", by=by)


def answer_remark(world, tender, by):
    for each in tender.remarks.all()[:1]:
        minutes.answer(each, text="Se leyó; se leerá más alto.", by=by)


def propose(world, tender, by):
    tenders.propose_announcement(tender, by=by)


MAKERS = {
    "receive-guarantee": Step(receive_guarantee),
    "request-terms": Step(request_terms),
    "ask": Step(ask),
    "begin-bid": Step(begin_bid, buy_and_register),
    "convene-act": Step(convene_act),
    "publish-result": Step(publish_result),
    "draft-circular": Step(draft_circular),
    "file-appeal": Step(file_appeal),
    "remark": Step(remark),
    "answer-remark": Step(answer_remark),
    "propose": Step(propose),
    **{name: Step(make) for name, make in contract_steps.MAKERS.items()},
}


def convene(world, tender):
    convene_act(world, tender, world.chair)


def appeal(world, tender):
    bid = Bid.objects.filter(tender=tender).last()
    file_appeal(world, tender, bid and bid.bidder.account)


def begin_circular(world, tender):
    draft_circular(world, tender, world.chair)


def plan_transfer(world, tender):
    contract = contract_of(tender)
    if contract and contract.state == "signed":
        contract_steps.plan(world, contract, world.manager)


BEGINNERS = {
    "guarantee": Step(None, lambda world, tender: receive_guarantee(world, tender, world.treasurer)),
    "openingact": Step(None, convene),
    "appeal": Step(None, appeal),
    "circular": Step(None, begin_circular),
    "transfer": Step(None, plan_transfer),
    "transferitem": Step(None, plan_transfer),
}
