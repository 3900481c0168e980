"""Amounts of money: rounded once, written as Peru writes them, in figures and in words. No floats.

Soles (PEN) and US dollars (USD) are the two currencies of the guarantees (rule 80).
"""

from decimal import ROUND_HALF_UP, Decimal

SYMBOLS = {"PEN": "S/", "USD": "US$"}
NAMES = {"PEN": "soles", "USD": "dólares americanos"}
LIMIT = 10**12  # words are known below a million millions

UP_TO_29 = [
    "cero",
    "uno",
    "dos",
    "tres",
    "cuatro",
    "cinco",
    "seis",
    "siete",
    "ocho",
    "nueve",
    "diez",
    "once",
    "doce",
    "trece",
    "catorce",
    "quince",
    "dieciséis",
    "diecisiete",
    "dieciocho",
    "diecinueve",
    "veinte",
    "veintiuno",
    "veintidós",
    "veintitrés",
    "veinticuatro",
    "veinticinco",
    "veintiséis",
    "veintisiete",
    "veintiocho",
    "veintinueve",
]
TENS = ["treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"]
HUNDREDS = [
    "ciento",
    "doscientos",
    "trescientos",
    "cuatrocientos",
    "quinientos",
    "seiscientos",
    "setecientos",
    "ochocientos",
    "novecientos",
]


def rounded(amount: Decimal | int, places: int = 2) -> Decimal:
    """Round half up, the one rounding of the product; a float is a fault of the program."""
    if isinstance(amount, float):
        raise TypeError("Money and points are Decimal, never float.")
    return Decimal(amount).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def display(amount: Decimal | int, currency: str = "PEN") -> str:
    """Write an amount in figures: `S/ 1,234.50`, `US$ 100,000.00`."""
    cents = rounded(amount)
    sign = "-" if cents < 0 else ""
    return f"{sign}{SYMBOLS[currency]} {abs(cents):,}"


def percentage(value: Decimal | int, places: int = 2) -> str:
    """Write a percentage in figures: `10.20 %`."""
    return f"{rounded(value, places)} %"


def in_words(amount: Decimal | int, currency: str = "PEN") -> str:
    """Write an amount as Peru does: `mil doscientos treinta y cuatro con 50/100 soles`."""
    whole, cents = divmod(int(rounded(amount) * 100), 100)
    return f"{cardinal(whole)} con {cents:02}/100 {NAMES[currency]}"


def percentage_in_words(value: Decimal | int) -> str:
    """Write an offer to the fund in words: `siete con veinticinco centésimos por ciento` (rule 55)."""
    whole, hundredths = divmod(int(rounded(value) * 100), 100)
    noun = "centésimo" if hundredths == 1 else "centésimos"
    return f"{cardinal(whole)} con {cardinal(hundredths, before_noun=True)} {noun} por ciento"


def cardinal(number: int, *, before_noun: bool = False) -> str:
    """Write a whole number in Spanish words; before a masculine noun `uno` becomes `un`."""
    if not 0 <= number < LIMIT:
        raise ValueError("Words are known for whole numbers from zero to below a million millions.")
    millions, rest = divmod(number, 10**6)
    if not millions:
        return _below_million(rest, before_noun)
    head = "un millón" if millions == 1 else f"{_below_million(millions, before_noun=True)} millones"
    return f"{head} {_below_million(rest, before_noun)}" if rest else head


def _below_million(number: int, before_noun: bool) -> str:
    thousands, rest = divmod(number, 1000)
    if not thousands:
        return _below_thousand(rest, before_noun)
    head = "mil" if thousands == 1 else f"{_below_thousand(thousands, before_noun=True)} mil"
    return f"{head} {_below_thousand(rest, before_noun)}" if rest else head


def _below_thousand(number: int, before_noun: bool) -> str:
    hundreds, rest = divmod(number, 100)
    if not hundreds:
        return _below_hundred(rest, before_noun)
    if number == 100:
        return "cien"
    head = HUNDREDS[hundreds - 1]
    return f"{head} {_below_hundred(rest, before_noun)}" if rest else head


def _below_hundred(number: int, before_noun: bool) -> str:
    if number >= 30:
        tens, rest = divmod(number, 10)
        head = TENS[tens - 3]
        return f"{head} y {_below_hundred(rest, before_noun)}" if rest else head
    if before_noun and number in (1, 21):
        return {1: "un", 21: "veintiún"}[number]
    return UP_TO_29[number]
