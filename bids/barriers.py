"""What kept operators away from small towns, as the field note found it (rule 152). No Django.

Five reasons why towns did not ask for an operator, nine why none offered, each with what the model answered
(field note L603-666, L1830-1885). The report on a deserted call says which of them were seen here.
"""

from typing import NamedTuple

from procurement.problems import gettext_noop as _


class Cause(NamedTuple):
    """A reason for lack of demand or of offer, and what the model answers to it."""

    key: str
    label: str
    answer: str


DEMAND = (
    Cause(
        "unknown-benefits",
        _("The benefits of an operator, and how one takes part, were not known."),
        _("Teach authorities and officials what an operator brings."),
    ),
    Cause(
        "low-charges",
        _("Nobody wanted to raise the charges until they cover the costs."),
        _("Ask the neighbours which quality they want at which price; the municipality approves it."),
    ),
    Cause(
        "no-political-will",
        _("There was no political will to hand over a delicate service."),
        _("Municipality and neighbours decide together to hire an operator."),
    ),
    Cause(
        "subordination",
        _("The district did not want to be under the province."),
        _("The district signs its own contract, under the Organic Law of Municipalities."),
    ),
    Cause(
        "costly-process",
        _("The process was thought to be costly."),
        _("Technical assistance, and training of local professionals who may become operators."),
    ),
)
SUPPLY = (
    Cause(
        "no-state-backing",
        _("Bidders did not see that the State backs operators in small towns."),
        _("Show that the initiative is the ministry's."),
    ),
    Cause(
        "contract-risk",
        _("A long contract with a municipality was seen as a high risk."),
        _("A shorter contract, of 5 to 10 years, with neighbours who take part."),
    ),
    Cause(
        "authorities-and-charges",
        _("The authorities did not want to raise the charges."),
        _("The neighbours are consulted, and an ordinance approves the charge."),
    ),
    Cause(
        "no-culture-of-payment",
        _("People were not used to paying."),
        _("Teach health and hygiene, led by the municipality and the organizations of the town."),
    ),
    Cause(
        "unwilling-to-pay-more",
        _("People did not want to pay more for a better service."),
        _("Explain how quality, health and price go together."),
    ),
    Cause(
        "no-regulator",
        _("SUNASS can neither fix the charges nor supervise the contract."),
        _("The neighbours take part in fixing quality and price, and supervise the operator."),
    ),
    Cause(
        "no-assistance",
        _("The municipality could not carry the process without help."),
        _("Technical assistance from outside."),
    ),
    Cause(
        "no-money-for-works",
        _("The municipality had no money for the works that the operator needs."),
        _("Seek funds for the works, and say in the contract who pays them."),
    ),
    Cause(
        "legal-gaps",
        _("The law for small towns had gaps."),
        _("Stable rules of the town's own, by ordinances that the contract takes in."),
    ),
)
CAUSES = {cause.key: cause for cause in (*DEMAND, *SUPPLY)}
