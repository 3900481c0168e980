from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement import money

# Written out on its own, so that the reading below does not lean on the writing.
WORTH = {
    "cero": 0,
    "un": 1,
    "uno": 1,
    "dos": 2,
    "tres": 3,
    "cuatro": 4,
    "cinco": 5,
    "seis": 6,
    "siete": 7,
    "ocho": 8,
    "nueve": 9,
    "diez": 10,
    "once": 11,
    "doce": 12,
    "trece": 13,
    "catorce": 14,
    "quince": 15,
    "dieciséis": 16,
    "diecisiete": 17,
    "dieciocho": 18,
    "diecinueve": 19,
    "veinte": 20,
    "veintiún": 21,
    "veintiuno": 21,
    "veintidós": 22,
    "veintitrés": 23,
    "veinticuatro": 24,
    "veinticinco": 25,
    "veintiséis": 26,
    "veintisiete": 27,
    "veintiocho": 28,
    "veintinueve": 29,
    "treinta": 30,
    "cuarenta": 40,
    "cincuenta": 50,
    "sesenta": 60,
    "setenta": 70,
    "ochenta": 80,
    "noventa": 90,
    "cien": 100,
    "ciento": 100,
    "doscientos": 200,
    "trescientos": 300,
    "cuatrocientos": 400,
    "quinientos": 500,
    "seiscientos": 600,
    "setecientos": 700,
    "ochocientos": 800,
    "novecientos": 900,
}


def worth(words):
    """Read Spanish words back into a number: add, and multiply by what is said after."""
    total = group = 0
    for word in words.split():
        match word:
            case "y":
                continue
            case "mil":
                group = (group or 1) * 1000
            case "millón" | "millones":
                total, group = total + group * 10**6, 0
            case _:
                group += WORTH[word]
    return total + group


def test_every_number_to_9999_reads_back_and_is_said_once():
    said = [money.cardinal(number) for number in range(10_000)]

    assert [worth(words) for words in said] == list(range(10_000))
    assert len(set(said)) == 10_000


def test_the_simple_rules_of_writing_hold_to_9999():
    for number in range(10_000):
        words = money.cardinal(number).split()

        assert ("y" in words) == (number % 100 > 30 and number % 10 > 0)
        assert ("mil" in words) == (number >= 1000)
        assert words[0] != "un"  # "mil", never "un mil"
        assert ("cien" in words) == (number % 1000 == 100)
        assert ("cero" in words) == (number == 0)


@given(st.integers(min_value=0, max_value=money.LIMIT - 1))
def test_every_number_reads_back(number):
    assert worth(money.cardinal(number)) == number


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (21, "veintiuno"),
        (31, "treinta y uno"),
        (100, "cien"),
        (101, "ciento uno"),
        (1_000, "mil"),
        (1_234, "mil doscientos treinta y cuatro"),
        (21_000, "veintiún mil"),
        (31_001, "treinta y un mil uno"),
        (100_000, "cien mil"),
        (101_000, "ciento un mil"),
        (1_000_000, "un millón"),
        (1_000_001, "un millón uno"),
        (21_000_000, "veintiún millones"),
        (1_001_000_000, "mil un millones"),
    ],
)
def test_numbers_in_words(number, words):
    assert money.cardinal(number) == words


@pytest.mark.parametrize("number", [-1, money.LIMIT])
def test_what_has_no_words_is_refused(number):
    with pytest.raises(ValueError, match="Words are known"):
        money.cardinal(number)


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        ("1234.50", "PEN", "mil doscientos treinta y cuatro con 50/100 soles"),
        ("10000", "PEN", "diez mil con 00/100 soles"),
        ("0.05", "PEN", "cero con 05/100 soles"),
        ("1.00", "PEN", "uno con 00/100 soles"),
        ("100000", "USD", "cien mil con 00/100 dólares americanos"),
        ("999.995", "PEN", "mil con 00/100 soles"),
    ],
)
def test_amounts_in_words(amount, currency, words):  # rule 80
    assert money.in_words(Decimal(amount), currency) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("7.25", "siete con veinticinco centésimos por ciento"),
        ("10.20", "diez con veinte centésimos por ciento"),
        ("10.00", "diez con cero centésimos por ciento"),
        ("21.01", "veintiuno con un centésimo por ciento"),
        ("0.21", "cero con veintiún centésimos por ciento"),
        ("100.00", "cien con cero centésimos por ciento"),
    ],
)
def test_an_offer_in_words(value, words):  # rule 55
    assert money.percentage_in_words(Decimal(value)) == words


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("1234.5", "S/ 1,234.50"),
        ("0", "S/ 0.00"),
        ("1000000", "S/ 1,000,000.00"),
        ("0.005", "S/ 0.01"),
        ("-1234.5", "-S/ 1,234.50"),
    ],
)
def test_amounts_in_figures(amount, shown):
    assert money.display(Decimal(amount)) == shown


def test_dollars_and_percentages_in_figures():
    assert money.display(100_000, "USD") == "US$ 100,000.00"
    assert money.percentage(Decimal("10.2")) == "10.20 %"
    with pytest.raises(KeyError):
        money.display(1, "EUR")


@pytest.mark.parametrize(
    ("exact", "published"),
    [("97.795", "97.80"), ("97.794999", "97.79"), ("-0.005", "-0.01"), ("2.5", "2.50")],
)
def test_halves_go_up(exact, published):  # principle 8
    assert money.rounded(Decimal(exact)) == Decimal(published)


def test_a_float_is_a_fault_of_the_program():  # principle 8
    with pytest.raises(TypeError):
        money.rounded(0.1)
    assert money.rounded(Decimal("0.1")) == Decimal("0.10")
