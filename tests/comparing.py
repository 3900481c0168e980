"""Random calls for the comparison workbook: rules that a call may have, offers that nearly tie."""

import random
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

from openpyxl import load_workbook

from bids import scoring
from bids.models import Ranking
from bids.scoring import Offer, Scale
from bids.services.recompute import Account, Proof

NAMES = [
    'Agua "Clara" & Cía. <SAC>',
    '=HYPERLINK("http://malo.example","gane")',
    "+51 999 888 777",
    "-1+1",
    "@SUMA(A1)",
    "\tTabulado",
    "Gota 💧 de Huamán Ñaupari",
    "X" * 300,
    "Invertido \u202eCAS\u202c \u200fderecha",
    "#N/A",
    "'comilla",
    "0001",
    "uno\x01dos\ufffe",
]

F2 = Scale(
    minimum=Decimal("5.00"),
    zero_forbidden=True,
    method="proportional",
    economic_weight=Decimal(100),
    technical_weight=Decimal(0),
    local_preference="points",
    local_value=Decimal(10),
    ranking_values="published",
    ties=("percentage", "local", "draw"),
)
OFFERS = [
    Offer("0", Decimal("10.20"), False),
    Offer("1", Decimal("9.50"), True),
    Offer("2", Decimal("7.25"), True),
    Offer("3", Decimal("9.50"), True),
    Offer("4", Decimal("4.99"), True),
]

# 79.99 % and 79.98 % of 80.00 %, for 60 points: 59.99 both, and the higher percentage goes first
F5 = replace(F2, economic_weight=Decimal(60), local_preference="none", local_value=Decimal(0))
FALSE_TIE = [Offer(str(each), Decimal(8000 - each).scaleb(-2), False) for each in range(3)]
VECTORS = {"f2": (F2, OFFERS), "f5": (F5, FALSE_TIE), "f12": (F2, []), "f6": (F2, OFFERS[:1])}


def cents(number):
    return Decimal(number).scaleb(-2)


def scale_at_random(chance):
    """Return rules as `scale_of` may make them, whichever of each choice."""
    weight = chance.choice([0, 0, 3000, 4000, chance.randrange(10_001)])
    links = chance.sample(["percentage", "local", "technical"], chance.randrange(4))
    return Scale(
        minimum=cents(chance.choice([0, 500, 500, chance.randrange(1000)])),
        maximum=chance.choice([None, None, cents(9000)]),
        zero_forbidden=chance.random() < 0.5,
        method="proportional",
        economic_weight=cents(10_000 - weight),
        technical_weight=cents(weight),
        local_preference=chance.choice(["none", "points", "percent_of_total"]),
        local_value=cents(chance.choice([500, 1000, 686, 737, chance.randrange(10_001)])),
        ranking_values=chance.choice(["published", "exact"]),
        ties=(*links, "draw"),
    )


def offers_at_random(chance, scale, most=12):
    """Return offers of which many are equal, or a hundredth apart."""
    crowd = [chance.randrange(10_001) for _ in range(2)] + [499, 500, 9999, 10_000, 0]
    measured = scale.technical_weight or "technical" in scale.ties or chance.random() < 0.3
    return [
        Offer(
            str(number),
            cents(chance.choice([*crowd, chance.randrange(10_001)])),
            chance.random() < 0.5,
            cents(chance.choice([7000, 7500, chance.randrange(10_001)])) if measured else None,
        )
        for number in range(chance.randrange(most + 1))
    ]


def account_at_random(tender, seed, most=12):
    """Return the account of a call at random: who is still tied has been drawn."""
    chance = random.Random(seed)
    scale = scale_at_random(chance)
    return account_with(tender, scale, offers_at_random(chance, scale, most), chance)


def account_with(tender, scale, offers, chance):
    result = scoring.rank(offers, scale)
    tied = [bidder for place in result.draw_required for bidder in place]
    draw = chance.sample(tied, len(tied))
    body = {"draw": draw, "rejected": []}
    ranking = Ranking(tender=tender, body=body, at=tender.announced_at)
    proof = [Proof("acta", "/tenders/1/minutes/1/")]
    names = {offer.bidder: NAMES[int(offer.bidder) % len(NAMES)] for offer in offers}
    evidence = {offer.bidder: {"percentage": proof, "local": proof, "technical": proof} for offer in offers}
    ordered = [row.offer for row in scoring.rank(offers, scale, draw or None).rows]
    ordered += [offer for offer in offers if offer not in ordered]
    return Account(ranking, ordered, names, scale, evidence)


def without_draw(account):
    """Return the account as if nobody had drawn."""
    body = account.ranking.body | {"draw": []}
    return replace(account, ranking=Ranking(tender=account.tender, body=body, at=account.ranking.at))


def cells_of(content, formulas=False):
    """Return {(sheet, cell): value} of a workbook: the stored values, or the formulas."""
    book = load_workbook(BytesIO(content), data_only=not formulas)
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }
