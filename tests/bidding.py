"""What custodians and bidders do in the world of the tests, by the real services."""

from datetime import timedelta
from decimal import Decimal

from bids import content
from bids.models import Custodian
from bids.scoring import words
from bids.services import bidders, custody, submission
from procurement import clock
from procurement.models import TermsSale
from procurement.services import sale as sales

ANA, BETO = "20123456786", "20555555556"  # RUC with right check digits
PLACE = {"department": "La Libertad", "province": "Trujillo", "district": "Laredo"}
FORM = {
    "name": "Servicios Ana SAC",
    "origin": "Laredo",
    "local": True,
    "experience": "Seis años de agua potable en la EPS",
    "working_capital": "25000.00",
    "assets": "40000.00",
    "team": [{"name": "Ana Ruiz", "role": "gerente", "years": 6, "sector": True}],
    "bid_bond": "DEPOSITO 00123",
}


def seat_custodians(world, tender):
    """Name five custodians, let each make and prove their sheet, and record the keys in the log.

    `world.sheets` are the words on paper, by the number of the custodian.
    """
    groups = Custodian.Group
    seats = [(user, groups.COMMITTEE) for user in world.committee[:3]] + [(world.observer, groups.JVS)]
    named = [custody.name(tender, user=user, group=group, by=world.secretary) for user, group in seats]
    named.append(custody.name(tender, full_name="Noé Notario", group=groups.NOTARY, by=world.secretary))
    world.sheets = {}
    for custodian in named:
        holder = custodian.user or world.secretary
        world.sheets[custodian.index] = custody.make_sheet(custodian, by=holder)
        custody.prove(custodian, words=" ".join(world.sheets[custodian.index]), by=holder)
    return custody.record_keys(tender, by=world.secretary)


def register(user, ruc, name, **other):
    particulars = {"kind": "private", "name": name, "ruc": ruc, "origin_group": "eps"} | PLACE
    return bidders.register(by=user, **particulars | other)


def buy(world, tender, user, **other):
    """Buy the terms for this account, at the till."""
    person = {"first_name": user.first_name, "last_name": user.last_name, "dni": user.dni}
    sale = sales.request(tender, by=user, **person | other)
    price = sales.price_for(sale)
    sale, _code = sales.pay(
        sale, amount=price, method=TermsSale.Method.CASH, document_seen=True, by=world.treasurer
    )
    return sale


def seal(bid, percentage="10.20", *, files=None, form=FORM, key_file=None, declared=("bid_guarantee",)):
    """Seal a bid; return the key file."""
    sealing = submission.Sealing(bid, by=bid.bidder.account)
    if key_file:
        sealing.use_key_file(key_file)
    for name, data in (files or {"constancia.pdf": b"%PDF-1.4 constancia"}).items():
        sealing.put(1, sealing.part, name, data)
    sealing.put(1, "public", content.FORM, content.written(form))
    offer = {"percentage": percentage, "words": words(Decimal(percentage))}
    sealing.put(sealing.offer_stage, "public", content.OFFER, content.written(offer))
    return sealing.finish(declared)


def bid_again(bid):
    return type(bid).objects.get(pk=bid.pk)


def present(bid, percentage="10.20", *, stamp=None, **how):
    """Seal and present a bid; return it and its key file."""
    key_file = seal(bid, percentage, **how)
    return submission.present(bid, stamp=stamp or clock.now(), by=bid.bidder.account), key_file


def buyers(world, tender):
    """Let Ana and Beto register, buy the terms, and begin their bids."""
    from .world import account

    world.ana, world.beto = account(51, "Ana", "Ruiz"), account(52, "Beto", "Paz")
    world.bidders = [
        register(world.ana, ANA, "Servicios Ana SAC"),
        register(world.beto, BETO, "Cooperativa Beto", kind="cooperative"),
    ]
    for bidder in world.bidders:
        buy(world, tender, bidder.account, ruc=bidder.ruc, organization=bidder.name)
        bidders.confirm(tender, ruc=bidder.ruc, document_seen=True, by=world.treasurer)
    return [submission.begin(tender, bidder=bidder, by=bidder.account) for bidder in world.bidders]


OFFERS = ("10.20", "8.50")


def present_all(world, tender):
    """Let two bidders present in time: Ana offers 10.20 %, Beto 8.50 %."""
    bids = buyers(world, tender)
    world.move(tender.schedule.submission_deadline - timedelta(days=1))
    presented = [present(bid, offer) for bid, offer in zip(bids, OFFERS, strict=True)]
    world.bids = [bid for bid, _key_file in presented]
    world.key_files = {bid.pk: key_file for bid, key_file in presented}
    return world.bids


def answers(percentage="10.20", **other):
    """Return what somebody types on the page where a bid is sealed, without the files."""
    typed = {
        "origin": "Laredo, desde 2015",
        "experience": "Seis años de agua potable",
        "working_capital": "25000.00",
        "assets": "40000.00",
        "administration": "Libros al día, contadora Elsa",
        "bid_bond": "DEPOSITO 00123",
        "representative": "Ana Ruiz",
        "dni": "40000051",
        "address": "Jr. Unión 12",
        "phone": "999888777",
        "percentage": percentage,
        "team-TOTAL_FORMS": "5",
        "team-INITIAL_FORMS": "0",
    }
    for row, name in enumerate(["Ana Ruiz", "Luis Paz", "Eva Sol"]):
        person = {"name": name, "role": "técnico", "years": "6"} | ({"sector": "on"} if not row else {})
        typed |= {f"team-{row}-{field}": said for field, said in person.items()}
    return typed | other


PAPERS = ["experience", "finance", "moral", "origin", "administrative", "technical", "bid_guarantee"]


def files(**other):
    """Return a small file for every paper, as the page sends them."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    found = {f"paper-{key}": SimpleUploadedFile(f"{key}.pdf", b"%PDF-1.4 " + key.encode()) for key in PAPERS}
    return found | other
