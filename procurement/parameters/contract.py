"""Parameters of the guarantees, of the town that they are measured by, of the contract and of the papers."""

from decimal import Decimal

from procurement.problems import gettext_noop as _

from .call import DAYS
from .kinds import Kind, Parameter

PERFORMANCE_RULE = "guarantees.performance.rule"
INSTRUMENTS = {
    "FIANZA": _("personal surety"),
    "FIANZA_SOLIDARIA": _("joint and several surety"),
    "CARTA_FIANZA": _("bank guarantee letter"),
    "POLIZA_CAUCION": _("surety insurance policy"),
    "HIPOTECA": _("mortgage"),
    "ANTICRESIS": _("antichresis: the house is handed over and its rent taken"),
    "PRENDA": _("pledge (before June 2006)"),
    "GARANTIA_MOBILIARIA": _("security over movable goods"),
    "RETENCION": _("right of retention"),
    "DEPOSITO": _("cash deposit"),
    "PAGARE": _("promissory note"),
    "LETRA_BLANCO": _("blank bill of exchange"),
    "FIDEICOMISO": _("guarantee trust"),
    "RETENCION_PAGO": _("retention from payments"),
    "SEGURO_BIENES": _("insurance of the assets"),
    "SEGURO_RC": _("third-party liability insurance"),
}

GUARANTEES = (
    Parameter(
        "guarantees.bid.amount",
        Kind.MONEY,
        _("amount of the bid bond"),
        _("By what local bidders can give. It was one of the barriers of the first calls."),
        _("rules 62, 75"),
    ),
    Parameter(
        "guarantees.bid.instruments",
        Kind.CHOICES,
        _("what is accepted as bid bond"),
        _("Local bidders seldom have bank letters or policies."),
        _("rules 71-72"),
        choices=INSTRUMENTS,
    ),
    Parameter(
        PERFORMANCE_RULE,
        Kind.CHOICE,
        _("how the performance bond is fixed"),
        _("By local reality, not by the value of the systems handed over."),
        _("rules 75, 80"),
        choices={
            "fixed": _("a fixed amount"),
            "percentage": _("a percentage of the contract"),
            "months": _("months of operating cost"),
            "inventory": _("the valued inventory of what is handed over"),
        },
    ),
    Parameter(
        "guarantees.performance.currency",
        Kind.CHOICE,
        _("currency of the performance bond"),
        _("Of a fixed amount. Sechura asked it in dollars, the other towns in soles."),
        _("rule 80"),
        choices={"PEN": _("soles"), "USD": _("US dollars")},
        when=(PERFORMANCE_RULE, ("fixed",)),
    ),
    Parameter(
        "guarantees.performance.amount",
        Kind.MONEY,
        _("amount of the performance bond"),
        _("More than a house on the main square, or than 5 % of a year's turnover, makes little sense."),
        _("rules 75-76"),
        when=(PERFORMANCE_RULE, ("fixed",)),
    ),
    Parameter(
        "guarantees.performance.percentage",
        Kind.PERCENTAGE,
        _("performance bond, in per cent of the contract"),
        _("Of the amount of the contract."),
        _("rule 80"),
        maximum=100,
        when=(PERFORMANCE_RULE, ("percentage",)),
    ),
    Parameter(
        "guarantees.performance.months",
        Kind.INTEGER,
        _("performance bond, in months of operating cost"),
        _("What the municipality needs to run the service for a time if the operator leaves."),
        _("rule 77"),
        unit="months",
        minimum=1,
        maximum=24,
        when=(PERFORMANCE_RULE, ("months",)),
    ),
    Parameter(
        "guarantees.performance.instruments",
        Kind.CHOICES,
        _("what is accepted as performance bond"),
        _("What is not quickly turned into cash needs a contingency plan with the fund."),
        _("rules 72, 78"),
        choices=INSTRUMENTS,
    ),
    Parameter(
        "guarantees.assets.instruments",
        Kind.CHOICES,
        _("what is accepted for the state of the assets"),
        _("Insurance is needed for the vulnerable ones: pumps, plant, vehicles."),
        _("rule 73"),
        choices=INSTRUMENTS,
    ),
    Parameter(
        "guarantees.third_parties.sum",
        Kind.MONEY,
        _("insured sum for damage to third parties"),
        _("In soles, per event."),
        _("rule 73"),
    ),
    Parameter(
        "guarantees.contingency",
        Kind.TEXT,
        _("what covers the first year"),
        _("The fund suffices from the second year on; say what bridges the first, and up to how much."),
        _("rules 78-79"),
    ),
)

TOWN = (
    Parameter(
        "town.house_value",
        Kind.MONEY,
        _("value of a house on the main square"),
        _("The measure of what a neighbour can answer with."),
        _("rule 76"),
        minimum=Decimal("0.01"),
    ),
    Parameter(
        "town.annual_turnover",
        Kind.MONEY,
        _("annual turnover of the service"),
        _("What was billed in the last twelve months."),
        _("rule 76"),
        minimum=Decimal("0.01"),
    ),
    Parameter(
        "town.monthly_cost",
        Kind.MONEY,
        _("monthly operating cost"),
        _("From the study. Without it no guarantee can be sized."),
        _("rule 77"),
        minimum=Decimal("0.01"),
    ),
    Parameter(
        "town.connections",
        Kind.INTEGER,
        _("connections"),
        _("For the example in soles that the terms print."),
        _("rule 55"),
        unit="connections",
        minimum=1,
    ),
    Parameter(
        "town.average_charge",
        Kind.MONEY,
        _("average monthly charge"),
        _("Soles per connection and month, for the same example."),
        _("rule 55"),
        minimum=Decimal("0.01"),
    ),
)

CONTRACT = (
    Parameter(
        "contract.years",
        Kind.INTEGER,
        _("term of the contract"),
        _("Within what the regime allows."),
        _("rule 90"),
        unit="years",
        minimum=1,
        maximum=60,
    ),
    Parameter(
        "contract.term_starts_from",
        Kind.CHOICE,
        _("the term runs from"),
        _("Sechura counted it from the transfer of the service."),
        _("rules 95, 114"),
        choices={"signature": _("the signature"), "transfer": _("the transfer of the service")},
    ),
    Parameter(
        "electoral_buffer_days",
        Kind.INTEGER,
        _("distance from the electoral cycle"),
        _("How far the end must be from any change of authorities and any municipal election."),
        _("rule 91"),
        unit="days",
        maximum=365,
    ),
    Parameter(
        "initial_capital",
        Kind.MONEY,
        _("initial capital of the operator"),
        _("The towns of the field note had from S/ 20,000 to S/ 100,000."),
        _("rule 98"),
    ),
    Parameter(
        "signing_days",
        Kind.INTEGER,
        _("days to sign"),
        _("What the winner has to bring the papers and guarantees and sign."),
        _("clause 29.1 of the terms"),
        unit="days",
        minimum=1,
        maximum=90,
    ),
    Parameter(
        "signing_day_type",
        Kind.CHOICE,
        _("days of the signature"),
        _("How the days to sign are counted."),
        _("clause 29.1 of the terms"),
        choices=DAYS,
    ),
    Parameter(
        "second_best",
        Kind.BOOLEAN,
        _("the next in rank may be awarded"),
        _("If the winner does not sign. If not, the call is declared deserted."),
        _("clause 29.5 of the terms"),
    ),
    Parameter(
        "contract.transition_days",
        Kind.INTEGER,
        _("transition period"),
        _(
            "Calendar days in which the operator gradually takes charge. Zero: none. In some towns "
            "it was 120."
        ),
        _("rules 102-104"),
        unit="days",
        maximum=365,
    ),
    Parameter(
        "transfer.months",
        Kind.INTEGER,
        _("time for the transfer"),
        _("It took from three to six months, by the size of the town."),
        _("rule 105"),
        unit="months",
        minimum=1,
        maximum=24,
    ),
    Parameter(
        "penalty_scale",
        Kind.TEXT,
        _("scale of penalties"),
        _(
            "Breach, amount, time to mend it. The field note gives none; the contract is not signed "
            "without it."
        ),
        _("clause 31 of the terms; RM 270-2009 art. 10 i"),
    ),
)

PAPERS = (
    Parameter(
        "data.norm",
        Kind.TEXT,
        _("rule on personal data"),
        _("The norm that applies. The legal adviser writes it."),
        _("clause 34 of the terms"),
    ),
    Parameter(
        "data.contact",
        Kind.TEXT,
        _("whom to ask about personal data"),
        _("Office, address, telephone."),
        _("clause 34 of the terms"),
    ),
    Parameter(
        "data.retention_years",
        Kind.INTEGER,
        _("years that the file is kept"),
        _("From the end of the contract or of the procedure."),
        _("clause 34 of the terms"),
        unit="years",
        minimum=1,
        maximum=100,
    ),
)
