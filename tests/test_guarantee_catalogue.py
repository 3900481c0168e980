"""The instruments as data, and what each regime accepts for which slot, against a table written by hand."""

from datetime import date

import pytest

from guarantees import windows
from guarantees.catalogue import CATALOGUE, SLOTS, allowed
from procurement import regimes
from procurement.business_days import Calendar, DayOff, Kind
from procurement.parameters.contract import INSTRUMENTS
from procurement.regimes import NotCovered

NO_DAYS_OFF = Calendar()

# Written by hand from domain.md §2.2 and Ley 32069 art. 61: B bid, P performance, A assets, T third parties.
BY_HAND = """
                      pppl-2003   servicio-universal-2024
FIANZA                P           -
FIANZA_SOLIDARIA      BP          -
CARTA_FIANZA          BP          P
POLIZA_CAUCION        BP          P
HIPOTECA              PA          -
ANTICRESIS            P           -
PRENDA                P           -
GARANTIA_MOBILIARIA   PA          -
RETENCION             -           -
DEPOSITO              BP          -
PAGARE                BP          -
LETRA_BLANCO          BP          -
FIDEICOMISO           P           P
RETENCION_PAGO        -           P
SEGURO_BIENES         A           -
SEGURO_RC             T           -
"""
LETTERS = dict(zip("BPAT", SLOTS, strict=True))


def by_hand():
    """Yield (regime, instrument, slots) of the table above."""
    head, *rows = [line.split() for line in BY_HAND.strip().splitlines()]
    for code, *cells in rows:
        for regime, cell in zip(head, cells, strict=True):
            yield regime, code, {LETTERS[letter] for letter in cell if letter in LETTERS}


def found(profile, code):
    """Return the slots for which a regime accepts an instrument; a silent regime accepts nothing."""
    accepted = set()
    for slot in SLOTS:
        try:
            accepted |= {slot} if code in allowed(profile, slot) else set()
        except NotCovered:
            continue
    return accepted


def test_each_regime_accepts_what_is_written_by_hand():  # rules 70-73
    rows = list(by_hand())
    assert {code for _regime, code, _slots in rows} == set(CATALOGUE)
    for regime, code, slots in rows:
        assert found(regimes.load(regime).profile(), code) == slots, (regime, code)


def test_the_second_call_accepts_the_same():  # rule 62
    for slot in SLOTS:
        first, second = (allowed(regimes.load("pppl-2003").profile(call), slot) for call in (1, 2))
        assert first == second


@pytest.mark.parametrize("slot", SLOTS)
def test_the_regime_of_2009_leaves_guarantees_to_another_law(slot):  # rule 70
    with pytest.raises(NotCovered) as refused:
        allowed(regimes.load("oe-2009").profile(), slot)
    assert refused.value.step == "guarantees"


@pytest.mark.parametrize("slot", ["bid", "assets", "third_parties"])
def test_the_contracting_law_knows_the_performance_guarantee_alone(slot):  # Ley 32069 art. 61.1
    with pytest.raises(NotCovered):
        allowed(regimes.load("servicio-universal-2024").profile(), slot)


def test_every_instrument_of_the_terms_is_in_the_catalogue():  # rule 72
    assert set(CATALOGUE) == set(INSTRUMENTS)


def test_every_line_of_law_has_its_article_and_both_languages():  # rules 69-73
    for kind in CATALOGUE.values():
        told = [kind.covers, kind.constituted_by, kind.formality, kind.realization, kind.execution]
        for line in [*told, *kind.traps]:
            assert all([line.en, line.es, line.source]), kind.code
        assert kind.traps
        assert all(check.en and check.es and check.key for check in kind.checks)


def test_five_instruments_are_cash_at_once():  # rule 72
    at_once = {code for code, kind in CATALOGUE.items() if kind.at_once}
    assert at_once == {"CARTA_FIANZA", "POLIZA_CAUCION", "DEPOSITO", "FIDEICOMISO", "RETENCION_PAGO"}


def test_registration_is_needed_where_the_law_asks_it():  # domain §2.3
    needed = {code: (kind.registry, kind.registration) for code, kind in CATALOGUE.items() if kind.registry}
    assert needed == {
        "HIPOTECA": ("SUNARP", "validity"),
        "GARANTIA_MOBILIARIA": ("SIGM", "validity"),
        "ANTICRESIS": ("SUNARP", "third_parties"),
    }


def last_day(code, expiry, **more):
    return windows.claim_until(CATALOGUE[code], expiry, more.pop("calendar", NO_DAYS_OFF), **more)


@pytest.mark.parametrize("code", ["FIANZA", "FIANZA_SOLIDARIA", "CARTA_FIANZA", "POLIZA_CAUCION"])
def test_a_surety_is_claimed_within_fifteen_calendar_days(code):  # G1; CC 1898
    assert last_day(code, date(2027, 3, 31)) == date(2027, 4, 15)


def test_a_last_day_that_is_a_day_off_moves_to_the_next_business_day():  # CC 183.5
    assert last_day("CARTA_FIANZA", date(2027, 4, 2)) == date(2027, 4, 19)  # 17 April is a Saturday

    local = Calendar([DayOff(date(2027, 4, 15), "Aniversario", Kind.LOCAL, "Ordenanza 1")])
    assert last_day("CARTA_FIANZA", date(2027, 3, 31), calendar=local) == date(2027, 4, 16)


@pytest.mark.parametrize("code", ["PAGARE", "LETRA_BLANCO"])
def test_a_note_reaches_the_notary_in_the_first_eight_of_fifteen_days(code):  # Ley 27287 art. 72
    maturity = date(2027, 3, 31)
    assert last_day(code, maturity) == date(2027, 4, 8)
    assert windows.protest_until(CATALOGUE[code], maturity) == date(2027, 4, 15)


def test_a_note_that_waives_the_protest_is_claimed_for_three_years():  # Ley 27287 arts 81, 96.1
    assert last_day("PAGARE", date(2027, 3, 31), protest_waived=True) == date(2030, 3, 31)


@pytest.mark.parametrize("code", ["SEGURO_BIENES", "SEGURO_RC", "FIDEICOMISO"])
def test_what_has_no_window_ends_with_its_last_day(code):
    assert last_day(code, date(2027, 3, 31)) == date(2027, 3, 31)


def test_what_has_no_end_is_not_lost():
    assert last_day("HIPOTECA", None) is None
    assert windows.renewal_from(None, 30) is None
    assert windows.protest_until(CATALOGUE["PAGARE"], None) is None


def test_the_renewal_is_asked_for_so_many_days_before():
    assert windows.renewal_from(date(2027, 3, 31), 30) == date(2027, 3, 1)
