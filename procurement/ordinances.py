"""What each of the four ordinances settles, and the eight questions of the one on charges (rules 26-30)."""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

# kind: ((key, what the ordinance settles), …)
CONTENTS = {
    "provision": (
        ("user_rights", _("rights and duties of the users")),
        ("operator_rights", _("rights and duties of the operator")),
        ("law", _("the general law on sanitation, its regulation, and what it takes from those of SUNASS")),
        ("indicators", _("quality: what is measured, how often, and who publishes it")),
        ("cuts", _("causes of a cut, notice before it, and who is never cut off")),
        ("measurement", _("the service before and after micro-measurement")),
    ),
    "jvs": (
        ("creation", _("creation of the neighbourhood board, by LOM arts 40 and 116")),
        ("delegates", _("two delegates for each sector, a woman and a man")),
        ("directors", _("who directs it, 3 or 5 people, and for how long")),
        ("functions", _("its functions, and those of the municipality towards it")),
        ("limits", _("that it does not replace the municipality's power to supervise and sanction")),
        ("means", _("technical support of the municipality, and with what money it works")),
    ),
    "claims": (
        ("commercial", _("procedure and days for commercial claims")),
        ("operational", _("procedure and days for operational claims")),
        ("first", _("first instance: the operator")),
        ("second", _("second instance: the municipality")),
        ("opinion", _("opinion of the neighbourhood board on what the municipality resolves")),
    ),
    "charges": (
        ("agreed", _("the charges that the community agreed, by category of user")),
        ("collateral", _("the maximum price of each collateral service")),
        ("billing", _("billing, payment and collection")),
        ("budget", _("where the money of discounts and exemptions comes from")),
    ),
}


class Question(NamedTuple):
    """One question that the ordinance on charges must answer; without choices the answer is words alone."""

    key: str
    text: str
    choices: dict


QUESTIONS = (
    Question(
        "start",
        _("From when do the new charges apply?"),
        {
            "ordinance": _("from the ordinance"),
            "operator": _("when the operator comes in"),
            "improvement": _("when the service improves"),
        },
    ),
    Question("social_charge", _("Who has the discounted social charge, how, and for how long?"), {}),
    Question(
        "inflation",
        _("When are charges adjusted for inflation, and with which index?"),
        {
            "date": _("on a fixed date"),
            "threshold": _("when the index passes a percentage"),
            "yearly": _("every year"),
        },
    ),
    Question(
        "connection",
        _("Is a connection charged at its real cost or with one fee? Who pays the rest?"),
        {
            "cost": _("real cost"),
            "fund": _("one fee, the fund pays the rest"),
            "municipality": _("one fee, the municipality pays the rest"),
            "users": _("one fee, all users pay the rest"),
        },
    ),
    Question(
        "exempt",
        _("Does any institution not pay?"),
        {"none": _("none"), "list": _("those of a closed list")},
    ),
    Question(
        "sanctions",
        _("Which sanctions are there for users and operator, and of how much?"),
        {
            "dissuasive": _("they dissuade"),
            "reparatory": _("they repair"),
            "both": _("they dissuade and repair"),
        },
    ),
    Question(
        "home_business",
        _("Does a home with a business pay as a home or as a business?"),
        {"domestic": _("as a home"), "commercial": _("as a business"), "mixed": _("by use or by metres")},
    ),
    Question(
        "surcharges",
        _("Are there specific charges in the bill?"),
        {
            "none": _("none"),
            "jvs": _("for the neighbourhood board"),
            "hygiene": _("for health and hygiene"),
            "environment": _("for the environment"),
            "solidarity": _("for solidarity"),
            "several": _("several of these"),
        },
    ),
)


def unanswered(answers):
    """Return the questions without words or, where there are choices, without one of them."""
    return [question for question in QUESTIONS if not answers_it(question, answers.get(question.key, {}))]


def answers_it(question, answer):
    chosen = answer.get("choice", "") in question.choices if question.choices else True
    return chosen and bool(answer.get("text", "").strip()) and bool(answer.get("article", "").strip())
