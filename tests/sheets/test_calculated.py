"""LibreOffice calculates the comparison workbook again, and finds in every cell what the product wrote there.

The stored values are falsified before, so that a value that is right afterwards was calculated.
"""

import random
import re
import subprocess
import zipfile
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from bids import scoring
from bids.comparison.columns import LINK_WORDS, MODES, NO, VALUES, YES
from bids.comparison.workbook import comparison
from tests import comparing
from tests.comparing import cells_of

CALLS = 30
ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">
<value>0</value></prop></item></oor:items>"""
WRONG = "7777"


@pytest.fixture(scope="module")
def calculate(tmp_path_factory):
    """Return a function that lets LibreOffice open workbooks, calculate everything, and save them."""
    folder = tmp_path_factory.mktemp("calc")
    (folder / "user").mkdir()
    (folder / "user" / "registrymodifications.xcu").write_text(ALWAYS)

    def run(books):
        out = tmp_path_factory.mktemp("out")
        paths = [tmp_path_factory.mktemp("in") / f"{name}.xlsx" for name in books]
        for path, content in zip(paths, books.values(), strict=True):
            path.write_bytes(content)
        program = ["soffice", f"-env:UserInstallation={folder.as_uri()}", "--headless"]
        convert = [*program, "--convert-to", "xlsx", "--outdir", out, *paths]
        subprocess.run(convert, check=True, capture_output=True, timeout=300)
        return {name: cells_of((out / f"{name}.xlsx").read_bytes()) for name in books}

    return run


@pytest.fixture
def tender(world):
    return world.at("announced")


def falsified(content):
    """Return a workbook in which every formula has a wrong value beside it."""
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                part = re.sub(rb"</f><v>[^<]*</v>", f"</f><v>{WRONG}</v>".encode(), part)
            new.writestr(name, part)
    return buffer.getvalue()


def formulas_of(content):
    """Return the places of the formulas; a name that looks like one is none."""
    found = cells_of(content, formulas=True).items()
    return [place for place, text in found if str(text).startswith("=") and text not in comparing.NAMES]


def test_every_formula_gives_what_the_product_computed(tender, calculate):  # rules 55, 56, 65
    accounts = {f"call{seed}": comparing.account_at_random(tender, seed) for seed in range(CALLS)}
    for name, case in comparing.VECTORS.items():
        accounts[name] = comparing.account_with(tender, *case, random.Random(7))
    books = {name: comparison(account) for name, account in accounts.items()}

    found = calculate({name: falsified(content) for name, content in books.items()})

    checked = 0
    for name, content in books.items():
        written, before = cells_of(content), cells_of(falsified(content))
        for place in formulas_of(content):
            assert str(before[place]) == WRONG  # positive control: nothing was right before
            assert found[name][place] == written[place], (name, place)
            checked += 1
    assert checked > 5000


def typed(account, chance):
    """Return other inputs for a call, and the rules and offers that they stand for."""
    other = comparing.scale_at_random(chance)
    links = [link for link in account.result.links if link in LINK_WORDS]
    chance.shuffle(links)
    measured = all(offer.technical is not None for offer in account.offers)
    scale = replace(
        other,
        technical_weight=other.technical_weight if measured else Decimal(0),
        ties=(*links, "draw"),
    )
    offers = [
        replace(
            offer,
            percentage=comparing.cents(chance.choice([500, 950, 9999, 10_000, chance.randrange(10_001)])),
            is_local=chance.random() < 0.5,
            technical=comparing.cents(chance.randrange(10_001)) if measured else None,
        )
        for offer in account.offers
    ]
    return scale, offers


def fill_in(content, scale, offers):
    """Type other inputs into a workbook, as whoever opened it would."""
    book = load_workbook(BytesIO(content))
    sheet, rules = book["Cuenta"], book["Reglas"]
    for row, offer in enumerate(offers, start=6):
        sheet[f"C{row}"], sheet[f"D{row}"] = offer.percentage, offer.technical
        sheet[f"E{row}"] = YES if offer.is_local else NO
    words = [LINK_WORDS[link] for link in scale.ties[:-1]]
    values = [
        scale.economic_weight,
        scale.technical_weight,
        NO if scale.zero_forbidden else YES,
        scale.minimum,
        scale.maximum,
        MODES[scale.local_preference],
        scale.local_value,
        None,
        None,
        VALUES[scale.ranking_values],
        *words,
        *["—"] * (3 - len(words)),
    ]
    for row, value in enumerate(values, start=6):
        rules[f"B{row}"] = value
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_a_changed_input_changes_points_place_and_what_settles_a_tie(tender, calculate):  # rules 55, 56, 65
    books, expected = {}, {}
    for seed in range(100, 100 + CALLS):
        account = comparing.without_draw(comparing.account_at_random(tender, seed))
        scale, offers = typed(account, random.Random(seed))
        books[f"call{seed}"] = fill_in(comparison(account), scale, offers)
        expected[f"call{seed}"] = offers, scoring.rank(offers, scale)

    found = calculate(books)

    words = {"score": "puntaje", "draw": "sorteo", None: "—"} | LINK_WORDS
    settled = set()
    for name, (offers, result) in expected.items():
        rows = {row.offer.bidder: row for row in result.rows}
        for number, offer in enumerate(offers, start=6):
            shown = [found[name].get(("Cuenta", f"{column}{number}")) for column in "AJK"]
            row = rows.get(offer.bidder)
            told = [row.rank, float(row.published), words[row.decided_by]] if row else ["—"] * 3
            assert shown == told, (name, offer)
            settled.add(told[2])
    assert settled >= {"puntaje", "local", "técnico"}
