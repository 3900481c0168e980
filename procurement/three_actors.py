"""Who does what in the service, before and with a specialized operator (rules 4-8; Table 9)."""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _


class Actor(NamedTuple):
    """One of the four actors (rule 4), and what it comes to."""

    name: str
    does: str
    never: str


class Function(NamedTuple):
    """One of the seven functions of Table 9 (rule 6): who answers for it today, and with an operator."""

    question: str
    today: str
    then: str


ACTORS = (
    Actor(
        _("Municipality"),
        _("Owner, regulator, and who fixes the charges after asking the people."),
        _("Runs the service day by day."),
    ),
    Actor(
        _("Neighbourhood board (JVS)"),
        _("Supervises the quality, watches the tender, gives its opinion."),
        _("Decides, or takes the place of the municipality's power to supervise and sanction."),
    ),
    Actor(
        _("Specialized operator"),
        _("Runs the water and drainage and collects the charges, for a term."),
        _("Becomes owner of anything: it gives all back at the end."),
    ),
    Actor(
        _("Users"),
        _("Decide the change in assemblies, pay the charge, look after the connections."),
        _("Are left out: whoever uses the service may ask and claim."),
    ),
)

FUNCTIONS = (
    Function(
        _("Who fixes quality and price?"),
        _("The municipality fixes the price, and promises no quality."),
        _("The municipality proposes them and agrees them with the people, neighbourhood by neighbourhood."),
    ),
    Function(
        _("Who runs the services?"),
        _("The municipality, among its many other tasks."),
        _("A specialized operator that the municipality hires, of the kind and origin that the town chose."),
    ),
    Function(
        _("Who supervises the quality?"),
        _("The municipality itself: judge and party."),
        _("The community, through the neighbourhood board; the municipality keeps the power to sanction."),
    ),
    Function(
        _("Who authorises the service and sets its conditions?"),
        _("The municipality, by its organic law."),
        _("The municipality, by the contract and four ordinances."),
    ),
    Function(
        _("Whose are the pipes, wells and plants?"),
        _("The municipality's, mostly without an inventory."),
        _("The municipality's, which replaces and extends them; the operator looks after them."),
    ),
    Function(
        _("Who pays for improvements?"),
        _("The municipality, when it has money; otherwise gifts."),
        _("The municipality and the users; part of what is collected goes to the investment fund."),
    ),
    Function(
        _("Who decides to change?"),
        _("The municipality alone."),
        _("The people in their assemblies, and the council by agreement."),
    ),
)

# What follows the decision (rule 21), each with the key of what shows that it is done.
ACTIONS = (
    ("ordinances", _("Approve the four ordinances")),
    ("board", _("Establish the neighbourhood board")),
    ("operator", _("Promote the call and hire the operator")),
    ("transfer", _("Hand the services over")),
)
