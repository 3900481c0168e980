"""Vectors F1 to F14 of the domain, the edge cases of an offer, and how ties are settled."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from types import SimpleNamespace

import pytest

from bids.scoring import (
    InvalidOffer,
    Offer,
    Refused,
    Scale,
    admit,
    consortium_is_local,
    lost_points,
    normalise_percentage,
    parse_percentage,
    rank,
    words,
)

TERMS = {
    "minimum": Decimal("5.00"),
    "zero_forbidden": True,
    "method": "proportional",
    "economic_weight": Decimal(100),
    "technical_weight": Decimal(0),
    "local_preference": "none",
    "local_value": Decimal(0),
    "ranking_values": "published",
    "ties": ("percentage", "local", "technical", "draw"),
}


def scale(**stated):
    return Scale(**(TERMS | stated))


def preference(mode, value, **stated):
    return scale(local_preference=mode, local_value=Decimal(value), **stated)


def offer(bidder, percentage, *, local=False, technical=None):
    return Offer(bidder, Decimal(percentage), local, None if technical is None else Decimal(technical))


def abc(*technical):
    a, b, c = technical or (None, None, None)
    return [
        offer("A", "10.20", technical=a),
        offer("B", "9.50", local=True, technical=b),
        offer("C", "7.25", local=True, technical=c),
    ]


def order(result):
    return "".join(row.offer.bidder for row in result.rows)


def published(result):
    return {row.offer.bidder: str(row.published) for row in result.rows}


def ranks(result):
    return [(row.rank, row.offer.bidder, row.decided_by, row.behind) for row in result.rows]


def refusal(call, *arguments, **named):
    with pytest.raises(Refused) as refused:
        call(*arguments, **named)
    return refused.value.code


# The vectors of the domain


@pytest.mark.parametrize(
    ("terms", "expected_order", "a", "b", "c"),
    [
        (scale(), "ABC", "100.00", "93.14", "71.08"),  # F1
        (preference("points", 10), "BAC", "100.00", "103.14", "81.08"),  # F2
        (preference("percent_of_own_points", 10), "BAC", "100.00", "102.45", "78.19"),  # F3
        (preference("percent_of_own_points", 5), "ABC", "100.00", "97.79", "74.63"),  # F4
        (preference("percent_of_total", 5), "ABC", "100.00", "97.79", "74.63"),  # F4
    ],
    ids=["F1 no preference", "F2 ten points", "F3 ten %", "F4 five %", "F4 five % of the total"],
)
def test_the_example_of_the_domain(terms, expected_order, a, b, c):  # rules 55, 64, 65
    result = rank(abc(), terms)

    assert order(result) == expected_order
    assert published(result) == {"A": a, "B": b, "C": c}


def test_a_score_is_rounded_once():  # F4
    once = published(rank(abc(), preference("percent_of_own_points", 5)))["B"]
    rounded = Decimal(published(rank(abc(), scale()))["B"])

    twice = (rounded * Decimal("1.05")).quantize(Decimal("0.01"), ROUND_HALF_UP)

    assert (once, str(twice)) == ("97.79", "97.80")


def test_a_false_tie_falls_to_the_higher_percentage():  # F5
    offers = [offer("low", "79.98"), offer("high", "79.99"), offer("best", "80.00")]

    result = rank(offers, scale(economic_weight=Decimal(60)))

    assert published(result) == {"best": "60.00", "high": "59.99", "low": "59.99"}
    assert ranks(result)[:2] == [(1, "best", None, ()), (2, "high", "score", ("best",))]
    assert ranks(result)[2] == (3, "low", "percentage", ("high",))


def test_a_single_bidder_scores_everything():  # F6, rule 57
    assert published(rank([offer("A", "6.00")], scale())) == {"A": "100.00"}


def test_an_offer_below_the_minimum_is_not_ranked():  # F7
    result = rank([offer("A", "4.99"), offer("B", "5.00")], scale())

    assert published(result) == {"B": "100.00"}
    assert result.rejected == [(offer("A", "4.99"), "bid.offer.below-minimum")]


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ("bid.offer.out-of-range", ["100.01", "105", "-1", "-0.001", "9" * 6000]),
        ("bid.offer.too-many-decimals", ["10.205", "10.200"]),
        ("bid.offer.not-a-number", ["10%", "10,2", "diez", "S/ 10", "1e1", "+5", "10.", ".5", "1.2.0"]),
        ("bid.offer.not-a-number", ["", "١٠", "１０", "1_0", " 1", "1\n", "NaN", "Infinity"]),
    ],
)
def test_the_parser_refuses(code, texts):  # F8
    for text in texts:
        with pytest.raises(InvalidOffer) as refused:
            parse_percentage(text)
        assert refused.value.code == code, text


def test_the_parser_accepts_a_percentage_as_it_is_written():  # F8, the control
    texts = ["10.20", "10.2", "7", "0", "0.01", "100.00", "007.25", "0" * 6000 + "5"]

    parsed = [parse_percentage(text) for text in texts]

    assert list(map(str, parsed)) == ["10.20", "10.20", "7.00", "0.00", "0.01", "100.00", "7.25", "5.00"]


@pytest.mark.parametrize(
    ("minimum", "zero_forbidden", "codes"),
    [("0.00", False, []), ("0.00", True, ["bid.offer.zero"]), ("0.01", False, ["bid.offer.below-minimum"])],
)
def test_zero_is_refused_where_the_terms_say_so(minimum, zero_forbidden, codes):  # F8
    terms = scale(minimum=Decimal(minimum), zero_forbidden=zero_forbidden)

    admissible, rejected = admit([offer("A", "0.00")], terms)

    assert [entry.code for entry in rejected] == codes
    assert len(admissible) == 1 - len(codes)


def test_a_local_bidder_wins_an_equal_percentage_without_a_draw():  # F9
    result = rank([offer("far", "9.50"), offer("near", "9.50", local=True)], scale())

    assert ranks(result) == [(1, "near", None, ()), (2, "far", "local", ("near",))]
    assert result.draw_required == []


def test_two_that_are_equal_in_all_wait_for_a_draw():  # F10
    offers = [offer(who, "9.50", local=True, technical=80) for who in ("second", "first")]
    offers.append(offer("third", "7.00", technical=80))

    tied = rank(offers, scale())
    drawn = rank(offers, scale(), draw=["first", "second"])

    assert tied.draw_required == [("second", "first")]
    assert ranks(tied)[:2] == [(1, "second", None, ()), (1, "first", None, ())]
    assert ranks(tied)[2] == (3, "third", "score", ("second", "first"))
    assert (drawn.draw_required, drawn.other_order) == ([], [("first", "second"), ("third",)])
    assert ranks(drawn)[:2] == [(1, "first", None, ()), (2, "second", "draw", ("first",))]
    assert ranks(drawn)[2] == (3, "third", "score", ("second",))


DRAWS = [[], ["X"], ["X", "X"], ["X", "Y", "Y"], ["X", "Y", "Z"], ["X", "Z"], ["X", "nobody"]]


@pytest.mark.parametrize("draw", DRAWS, ids=str)
def test_a_draw_names_exactly_the_tied_bidders(draw):  # F10
    offers = [offer("X", "9.50"), offer("Y", "9.50"), offer("Z", "8.00")]

    assert refusal(rank, offers, scale(), draw=draw) == "award.draw.does-not-match"
    assert order(rank(offers, scale(), draw=["Y", "X"])) == "YXZ"
    assert order(rank(abc(), scale(), draw=[])) == "ABC"


def test_one_draw_settles_several_ties():
    offers = [offer(who, percentage) for who, percentage in zip("PQRSTU", [6, 9, 6, 9, 7, 6], strict=True)]

    tied = rank(offers, scale())
    drawn = rank(offers, scale(), draw=["R", "S", "U", "Q", "P"])

    assert tied.draw_required == [("Q", "S"), ("P", "R", "U")]
    assert [row.rank for row in tied.rows] == [1, 1, 3, 4, 4, 4]
    assert order(drawn) == "SQTRUP"
    assert [row.rank for row in drawn.rows] == [1, 2, 3, 4, 5, 6]


def test_an_offer_that_is_not_admitted_does_not_move_the_highest():  # F11
    # the envelope of a bidder who does not qualify stays shut: its 50.00 never comes here at all
    fourth = offer("D", "50.00")

    capped, counted = rank([*abc(), fourth], scale(maximum=Decimal(40))), rank([*abc(), fourth], scale())

    assert published(capped) == published(rank(abc(), scale()))
    assert published(counted)["A"] == "20.40"


def test_none_valid_ranks_nobody():  # F12
    for offers in ([], [offer("A", "4.99")]):
        result = rank(offers, scale())

        assert (result.rows, result.draw_required, result.other_order) == ([], [], [])
        assert len(result.rejected) == len(offers)


def test_technical_and_economic_points_are_weighed():  # F14
    result = rank(abc(70, 88, 95), scale(economic_weight=Decimal(70), technical_weight=Decimal(30)))

    assert published(result) == {"A": "91.00", "B": "91.60", "C": "78.25"}
    assert order(result) == "BAC"


# Other ways to give points


def test_points_between_the_minimum_and_the_highest():  # 5.5, range-normalised
    assert published(rank(abc(), scale(method="range"))) == {"A": "100.00", "B": "86.54", "C": "43.27"}


def test_everybody_at_the_minimum_scores_everything_in_a_range():
    result = rank([offer("A", "5.00"), offer("B", "5.00", local=True)], scale(method="range"))

    assert published(result) == {"A": "100.00", "B": "100.00"}
    assert order(result) == "BA"


def test_the_pure_maximum_ranks_the_percentage_itself():  # 5.2
    result = rank(abc(), scale(method="pure_maximum"))

    assert published(result) == {"A": "10.20", "B": "9.50", "C": "7.25"}


@pytest.mark.parametrize("method", ["proportional", "range", "pure_maximum"])
def test_all_offer_zero(method):  # 5.6
    terms = scale(minimum=Decimal(0), zero_forbidden=False, method=method)
    offers = [offer("A", "0.00"), offer("B", "0.00", local=True), offer("C", "0.00")]

    result = rank(offers, terms)

    assert published(result) == {"A": "0.00", "B": "0.00", "C": "0.00"}
    assert result.draw_required == [("A", "C")]
    assert order(result) == "BAC"


def test_a_preference_on_the_total_also_raises_technical_points():
    weights = {"economic_weight": Decimal(70), "technical_weight": Decimal(30)}
    own = rank(abc(70, 88, 95), preference("percent_of_own_points", 10, **weights))
    total = rank(abc(70, 88, 95), preference("percent_of_total", 10, **weights))

    assert published(own)["B"] == "98.12"  # 26.40 + 1.1 x 65.196…
    assert published(total)["B"] == "100.76"  # 1.1 x 91.596…


def test_a_preference_has_no_effect_where_all_are_local():  # 5.6
    offers = [Offer(row.bidder, row.percentage, True) for row in abc()]

    for mode in ("points", "percent_of_own_points", "percent_of_total"):
        assert order(rank(offers, preference(mode, 10))) == order(rank(offers, scale())) == "ABC"


# Published or exact


def test_the_terms_say_whether_published_or_exact_scores_are_compared():  # 5.4
    by_published = rank(abc(), preference("points", "6.86", ties=("local", "draw")))
    by_exact = rank(abc(), preference("points", "6.86", ties=("local", "draw"), ranking_values="exact"))

    assert published(by_published) == published(by_exact) == {"A": "100.00", "B": "100.00", "C": "77.94"}
    assert ranks(by_published)[1] == (2, "A", "local", ("B",))
    assert ranks(by_exact)[1] == (2, "B", "score", ("A",))
    assert by_published.other_order == [("A",), ("B",), ("C",)]
    assert by_exact.other_order == [("B",), ("A",), ("C",)]


def test_the_exact_score_is_a_fraction():
    b = rank(abc(), preference("points", "6.86")).rows[1]

    assert (b.offer.bidder, b.exact) == ("B", Fraction(950_000, 10_200) + Fraction(686, 100))
    assert b.exact < 100 == b.published


# Ties


@pytest.mark.parametrize(
    ("ties", "expected", "decided"),
    [
        (("percentage", "local", "technical", "draw"), "XYZ", ["score", "percentage", "percentage"]),
        (("technical", "percentage", "draw"), "ZYX", ["score", "technical", "technical"]),
        (("local", "technical", "draw"), "YZX", ["score", "local", "technical"]),
    ],
)
def test_the_chain_is_that_of_the_terms(ties, expected, decided):  # rule 65, 5.6
    terms = scale(minimum=Decimal(0), economic_weight=Decimal(1), ties=ties)
    offers = [
        offer("best", "100.00", technical=1),
        offer("X", "50.02", technical=1),
        offer("Y", "50.01", local=True, technical=2),
        offer("Z", "50.00", technical=3),
    ]

    result = rank(offers, terms)

    assert order(result) == "best" + expected
    assert [row.decided_by for row in result.rows[1:]] == decided


def test_the_most_that_a_link_can_count_never_outweighs_the_one_before():
    offers = [
        offer("top", 100, technical=0),
        offer("X", "50.00", technical=100),
        offer("Y", "50.01", technical=0),
    ]
    terms = scale(economic_weight=Decimal(1), ties=("percentage", "technical", "draw"))

    assert ranks(rank(offers, terms))[2] == (3, "X", "percentage", ("Y",))


def test_the_technical_link_is_skipped_where_nobody_has_a_number():
    result = rank([offer("A", 9), offer("B", 9)], scale(ties=("technical", "draw")))

    assert result.links == ()
    assert result.draw_required == [("A", "B")]


def test_a_better_technical_number_spares_the_draw():  # the control
    result = rank([offer("A", 9, technical=70), offer("B", 9, technical="70.01")], scale())

    assert result.links == ("percentage", "local", "technical")
    assert ranks(result) == [(1, "B", None, ()), (2, "A", "technical", ("B",))]


WEIGHED = {"technical_weight": Decimal(30)}


@pytest.mark.parametrize(
    ("technical", "stated"),
    [((None, 1, 1), {}), ((None, 1, 1), WEIGHED), ((None, None, None), WEIGHED)],
    ids=["in the chain", "in the formula", "nobody"],
)
def test_a_technical_number_that_counts_cannot_be_missing(technical, stated):
    assert refusal(rank, abc(*technical), scale(**stated)) == "evaluation.technical.missing"
    assert order(rank(abc(None, 1, 1), scale(ties=("percentage", "draw")))) == "ABC"


# What is admitted


@pytest.mark.parametrize(
    ("percentage", "code"),
    [
        ("-1.00", "bid.offer.out-of-range"),
        ("0.00", "bid.offer.zero"),
        ("4.99", "bid.offer.below-minimum"),
        ("40.01", "bid.offer.above-maximum"),
        ("100.01", "bid.offer.out-of-range"),
    ],
)
def test_outside_the_limits_an_offer_is_rejected_with_its_reason(percentage, code):  # 5.6
    offers = [offer("A", percentage), offer("lowest", "5.00"), offer("highest", "40.00")]

    admissible, rejected = admit(offers, scale(maximum=Decimal("40.00")))

    assert rejected == [(offers[0], code)]
    assert admissible == offers[1:]


def test_a_maximum_above_a_hundred_admits_nothing_more():
    for maximum in (None, Decimal(200)):
        _, rejected = admit([offer("A", "100.00"), offer("B", "100.01")], scale(maximum=maximum))
        assert rejected == [(offer("B", "100.01"), "bid.offer.out-of-range")]


def test_a_bidder_offers_once():
    assert refusal(rank, [offer("A", 9), offer("A", 8)], scale()) == "bid.offer.duplicate"
    assert refusal(rank, [offer("A", 9), offer("A", 1)], scale()) == "bid.offer.duplicate"


@pytest.mark.parametrize("number", [10.2, 10, "10.20", Decimal("10.205"), Decimal("NaN")])
def test_an_offer_is_a_decimal_of_two_decimals(number):
    with pytest.raises(ValueError):  # noqa: PT011 - each kind says it in its own words
        Offer("A", number, is_local=False)
    assert Offer("A", Decimal("10.200"), is_local=False).percentage_hundredths == 1020


@pytest.mark.parametrize("number", [Decimal("-0.01"), Decimal("100.01"), Decimal("70.005"), 70.0])
def test_technical_points_go_from_0_to_100(number):
    with pytest.raises(ValueError, match="technical points|two decimals"):
        Offer("A", Decimal(9), is_local=False, technical=number)
    assert Offer("A", Decimal(9), False, Decimal(100)).technical_hundredths == 10_000


# The terms


def test_a_scale_has_no_defaults_but_the_missing_maximum():
    for name in TERMS:
        with pytest.raises(TypeError, match=name):
            Scale(**{stated: value for stated, value in TERMS.items() if stated != name})
    assert scale().maximum is None


WRONG_TERMS = [
    *({"method": "lowest"}, {"local_preference": "generous"}, {"ranking_values": "rounded"}),
    *({"minimum": 5.0}, {"maximum": 40.0}, {"economic_weight": 100}, {"technical_weight": Decimal(-1)}),
    *({"ties": ()}, {"ties": ("percentage",)}, {"ties": ("draw", "percentage")}, {"ties": ("draw", "draw")}),
    *({"ties": ("percentage", "percentage", "draw")}, {"ties": ("beauty", "draw")}, {"local_value": None}),
]


@pytest.mark.parametrize("stated", WRONG_TERMS, ids=str)
def test_terms_that_cannot_be_applied_are_an_error(stated):
    with pytest.raises(ValueError):  # noqa: PT011 - a tender's own form says it in words
        scale(**stated)


@pytest.mark.parametrize(
    ("rule", "local", "not_local"),
    [
        ("any", ["l1 o99", "l100"], ["o100", ""]),
        ("majority", ["l50.01 o49.99", "l20 o49 l31"], ["l50 o50", "o40 o60", ""]),
        ("all", ["l60 l40"], ["l99 o1", "o100", ""]),
    ],
)
def test_a_consortium_is_local_as_the_terms_say(rule, local, not_local):  # 5.6
    def answer(shares):
        members = [SimpleNamespace(is_local=m[0] == "l", share=Decimal(m[1:])) for m in shares.split()]
        return consortium_is_local(members, rule)

    assert [answer(shares) for shares in local + not_local] == [True] * len(local) + [False] * len(not_local)
    with pytest.raises(KeyError):
        consortium_is_local([SimpleNamespace(is_local=True, share=Decimal(100))], f"{rule} or so")


# Reading and writing

MENDED = {"10,2%": "10.2", "10.2": "10.2", " 10,20 % ": "10.20", "10.20\u00a0%": "10.20", "%": ""}
NOT_MENDED = {"10%%": "10%", "1.000,50": "1.000.50", "10 20": "10 20", "S/ 10": "S/ 10"}


@pytest.mark.parametrize(("typed", "normal"), (MENDED | NOT_MENDED).items())
def test_a_form_mends_a_comma_and_one_per_cent_sign(typed, normal):  # F8
    assert normalise_percentage(typed) == normal


def test_what_a_form_cannot_mend_is_still_refused():
    for typed in ("%", *NOT_MENDED):
        assert refusal(parse_percentage, normalise_percentage(typed)) == "bid.offer.not-a-number"


SAID = """
    0.00 cero con 00/100 por ciento
    1.05 uno con 05/100 por ciento
    7 siete con 00/100 por ciento
    10.20 diez con 20/100 por ciento
    16.00 dieciséis con 00/100 por ciento
    21.10 veintiuno con 10/100 por ciento
    29.99 veintinueve con 99/100 por ciento
    30.00 treinta con 00/100 por ciento
    31.01 treinta y uno con 01/100 por ciento
    78.09 setenta y ocho con 09/100 por ciento
    99.99 noventa y nueve con 99/100 por ciento
    100.00 cien con 00/100 por ciento
"""


@pytest.mark.parametrize("line", SAID.strip().splitlines())
def test_a_percentage_is_read_aloud(line):  # the terms take it in figures and in words
    percentage, said = line.split(maxsplit=1)

    assert words(Decimal(percentage)) == said


def test_a_bidder_learns_where_points_were_lost():
    lost = lost_points(rank(abc(), preference("points", 10)))

    assert lost["A"] == (0, 0, 0)
    assert lost["B"] == (100 - Fraction(950_000, 10_200), 0, -10)
