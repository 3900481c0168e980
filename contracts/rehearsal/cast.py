"""The invented bidders of a rehearsal: they buy, ask, seal and present by the services that bidders use."""

from decimal import Decimal

from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _

from bids import scoring
from bids.models import Bid, Bidder
from bids.services import bidders, paper, submission
from contracts.replay import acts
from contracts.replay.paper import pdf
from procurement import clock
from procurement.guards.custody import is_digital
from procurement.models import TermsSale, User
from procurement.services import queries, sale
from procurement.services.terms import value

PAPERS = ["constancias de trabajo", "estados de cuenta", "declaraciones juradas", "pagaré de seriedad"]
QUESTIONS = [
    "¿Quién paga la luz de los pozos mientras dura la transferencia?",
    "¿La garantía de cumplimiento puede ser la casa de un familiar?",
    "¿Desde cuándo se paga el aporte al fondo de inversión?",
]
ABOVE = [Decimal("7.25"), Decimal("5.50"), Decimal("4.75")]  # points above the least that the terms accept
TEAM = [
    {"name": "Gerente del equipo", "role": "gerente", "years": 8, "sector": True},
    {"name": "Operadora de planta", "role": "operadora", "years": 6, "sector": True},
    {"name": "Contador del equipo", "role": "contador", "years": 5, "sector": False},
]
PLAYERS = {  # document of the account: what it bids as
    "90000021": {"name": "Aguas del Simulacro SAC", "ruc": "20213002148", "kind": "private"},
    "90000022": {"name": "Saneamiento Simulado SAC", "ruc": "20223002243", "kind": "private"},
    "90000023": {"name": "Cooperativa Simulada", "ruc": "20233002331", "kind": "cooperative"},
}


def players():
    """Return the accounts of the invented bidders, each with what it bids as."""
    found = User.objects.filter(dni__in=PLAYERS).order_by("dni")
    return [(account, PLAYERS[account.dni]) for account in found]


def treasurer():
    return User.objects.get(dni="90000005")


def purchase_of(tender, account):
    return TermsSale.objects.filter(tender=tender, buyer=account).exclude(receipt=None).first()


def buy(tender):
    """Let each bidder who has not yet done so buy the terms at the till, and take them."""
    for account, player in players():
        if not purchase_of(tender, account):
            person = {"dni": account.dni, "first_name": account.first_name, "last_name": account.last_name}
            organization = {"organization": player["name"], "ruc": player["ruc"]}
            asked = sale.request(tender, by=account, **person, **organization)
            paid = {"amount": sale.price_for(asked), "method": "cash", "document_seen": True}
            bought, _code = sale.pay(asked, **paid, by=treasurer())
            sale.deliver(bought, by=account)


def ask(tender):
    """Let each bidder who bought ask one question in writing."""
    for (account, _player), text in zip(players(), QUESTIONS, strict=True):
        bought = purchase_of(tender, account)
        if bought and not tender.queries.filter(sale=bought).exists():
            queries.ask(bought, text=text, by=account)


def present(tender):
    """Let each bidder who bought and has not presented do so, as the terms say: sealed here, or on paper."""
    for (account, player), offer in zip(players(), offers(tender), strict=True):
        bidder = registered(tender, account, player)
        presented = Bid.objects.filter(tender=tender, round=tender.round, bidder=bidder, seq__gt=0)
        if purchase_of(tender, account) and not presented.exists():
            (seal if is_digital(tender) else hand_in)(tender, bidder, offer)


def registered(tender, account, player):
    """Return the bidder of an account, registered and confirmed at the till where it is not yet."""
    found = Bidder.objects.filter(account=account).first()
    if found:
        return found
    place = tender.municipality
    lives = {"department": place.department, "province": place.province, "district": place.name}
    found = bidders.register(by=account, origin_group="eps", **player, **lives)
    bidders.confirm(tender, ruc=player["ruc"], document_seen=True, by=treasurer())
    return found


def seal(tender, bidder, offer):
    bid = submission.begin(tender, bidder=bidder, by=bidder.account)
    form = {
        "name": bidder.name,
        "origin": bidder.district,
        "local": True,
        "experience": "Seis años en la EPS de la región",
        "working_capital": str(value(tender, "gate.financial_minimum", "20000.00")),
        "assets": "40000.00",
        "bid_bond": "PAGARE 00123",
        "team": TEAM,
    }
    acts.seal_and_present(bid, form=form, papers=PAPERS, percentage=str(offer), by=bidder.account)


def hand_in(tender, bidder, offer):
    covers = {"covers_sealed": True, "declares_guarantee": True}
    photo = ContentFile(pdf("Solapa de los sobres"), name="photo.pdf")
    desk = User.objects.get(dni="90000006")
    paper.receive(tender, bidder=bidder, received_at=clock.now(), photo=photo, by=desk, **covers)


def offers(tender):
    """Return what each bidder offers for the fund, in percent, as the terms allow."""
    least, most = (
        value(tender, f"fund_percentage.{end}", other) for end, other in [("minimum", 5), ("maximum", 100)]
    )
    return [min(Decimal(least) + more, Decimal(most)) for more in ABOVE]


def envelopes(tender):
    """Return what the invented offers say, for whoever enters them at an opening on paper."""
    return [
        (player["name"], str(offer), scoring.words(offer))
        for (_account, player), offer in zip(players(), offers(tender), strict=True)
    ]


ACTS = {  # what the bidders can be asked to do: its words, and the states in which it can be tried
    "buy": (_("Let the bidders buy the terms"), buy, ["announced", "integrated"]),
    "ask": (_("Let the bidders ask"), ask, ["announced"]),
    "present": (_("Let the bidders present"), present, ["integrated"]),
}
