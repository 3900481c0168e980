"""How large a guarantee may sensibly be in a small town (rules 74-80, 163). Pure arithmetic in soles.

The measure is local reality, never the value of the systems handed over. Everything here advises: all four
fixed bonds of the pilot were larger than the rule of thumb, so a bond that exceeds it warns and never blocks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil

from procurement.money import rounded
from procurement.problems import Problem
from procurement.problems import gettext_noop as _

HUNDRED = Decimal(100)
PILOT_HOUSE = Decimal(10_000)  # rule 76: a house on the main square, a year's turnover, and the bond
PILOT_TURNOVER = Decimal(200_000)
PILOT_BOND = Decimal(10_000)
TURNOVER_SHARE = Decimal(5)  # per cent; what 10,000 is of 200,000
PILOT_RATE = Decimal("3.00")  # soles for one US dollar, as printed in the field note


def share(part: Decimal, whole: Decimal) -> Decimal:
    """Return the part in per cent of the whole, two decimals."""
    return rounded(HUNDRED * part / whole)


def in_soles(amount: Decimal, currency: str, rate: Decimal) -> Decimal:
    """Return an amount in soles, at so many soles for one US dollar."""
    return rounded(amount * rate) if currency == "USD" else rounded(amount)


def defies_rule_of_thumb(bond: Decimal, house_value: Decimal, annual_turnover: Decimal) -> bool:
    """Whether the bond is what the field note calls senseless, with its own figures (rule 76)."""
    return bond > PILOT_BOND and house_value <= PILOT_HOUSE and annual_turnover <= PILOT_TURNOVER


def local_measure(house_value: Decimal, annual_turnover: Decimal) -> Decimal:
    """Return the largest bond that makes sense: a house, or 5 % of the turnover if that is more (design)."""
    return max(rounded(house_value), rounded(annual_turnover * TURNOVER_SHARE / HUNDRED))


def warning(bond: Decimal, house_value: Decimal, annual_turnover: Decimal) -> Problem | None:
    """Warn about a bond above the local measure (rule 76); None where it makes sense."""
    measure = local_measure(house_value, annual_turnover)
    if bond <= measure:
        return None
    text = _(
        "A bond of S/ %(amount_required)s is above what makes sense in this town, S/ %(measure)s; it is "
        "%(turnover_pct)s %% of a year's turnover. It may scare bidders off. Lower it or write the reason."
    )
    facts = {
        "amount_required": f"{rounded(bond):,}",
        "measure": f"{measure:,}",
        "turnover_pct": share(bond, annual_turnover),
    }
    return Problem("guarantee.amount.exceeds-local-sense", text, _("rule 76"), facts, warning=True)


def needed_bond(months: int, monthly_cost: Decimal, fund_balance: Decimal = Decimal(0)) -> Decimal:
    """Return what running the service for so many months costs beyond the fund, or zero (rules 77-78)."""
    return max(rounded(months * monthly_cost - fund_balance), Decimal("0.00"))


def cost_share(annual_cost: Decimal, annual_turnover: Decimal) -> Decimal:
    """Return the yearly cost of guarantees in per cent of turnover: users must not feel it (rule 74)."""
    return share(annual_cost, annual_turnover)


@dataclass(frozen=True)
class FundFlow:
    """How the Investment Fund grows: a percentage of the monthly turnover, deposited every so many months."""

    monthly_turnover: Decimal
    percentage: Decimal
    every_months: int = 3  # Sechura contributed by the quarter (rule 84)

    @property
    def monthly(self) -> Decimal:
        """What is owed to the fund for one month, exact."""
        return self.monthly_turnover * self.percentage / HUNDRED

    @property
    def deposit(self) -> Decimal:
        """One deposit, rounded once on the exact sum of its months."""
        return rounded(self.monthly * self.every_months)

    def accrued(self, month: int) -> Decimal:
        """Return what is owed by the end of a month of the contract, deposited or not."""
        return rounded(self.monthly * month)

    def deposited(self, month: int) -> Decimal:
        """Return what lies in the fund by the end of a month of the contract."""
        return self.deposit * (month // self.every_months)

    def month_accrued(self, amount: Decimal) -> int | None:
        """Return the month in which so much is owed; None where nothing is ever contributed."""
        return ceil(amount / self.monthly) if self.monthly else None

    def month_deposited(self, amount: Decimal) -> int | None:
        """Return the month in which so much lies in the fund."""
        return self.every_months * ceil(amount / self.deposit) if self.deposit else None


@dataclass(frozen=True)
class Gap:
    """What the fund cannot cover yet at the end of one month of the contract."""

    month: int
    deposited: Decimal
    missing: Decimal


def first_year(need: Decimal, flow: FundFlow) -> list[Gap]:
    """Return month by month what must be bridged until the fund suffices (rule 79)."""
    return [
        Gap(month, flow.deposited(month), max(need - flow.deposited(month), Decimal("0.00")))
        for month in range(1, 13)
    ]


@dataclass(frozen=True)
class PilotBond:
    """The performance bond of a pilot town beside its size; turnover in soles a year, None if unknown."""

    town: str
    amount: Decimal
    currency: str
    annual_turnover: Decimal | None

    @property
    def soles(self) -> Decimal:
        return in_soles(self.amount, self.currency, PILOT_RATE)

    @property
    def dollars(self) -> Decimal:
        return rounded(self.soles / PILOT_RATE)

    @property
    def turnover_share(self) -> Decimal | None:
        """The bond in per cent of a year's turnover."""
        return None if self.annual_turnover is None else share(self.soles, self.annual_turnover)


def yearly(payers: int, monthly_charge: str) -> Decimal:
    """Return a year's turnover of so many households or connections."""
    return rounded(payers * Decimal(monthly_charge) * 12)


PILOT = (  # the four fixed bonds of Table 8; households of Table 7, charges of Table 8, Sechura from Table 12
    PilotBond("Sechura", Decimal(100_000), "USD", yearly(5000, "12.00")),
    PilotBond("Nauta", Decimal(50_000), "PEN", yearly(1138, "8.00")),
    PilotBond("Tabalosos", Decimal(30_000), "PEN", yearly(1062, "12.60")),
    PilotBond("Tamshiyacu", Decimal(20_000), "PEN", None),  # no household had water before
)


@dataclass(frozen=True)
class Barrier:
    """A guarantee seen as a barrier of access, for the report after a deserted call (rules 61, 163)."""

    bond: Decimal
    house_value: Decimal
    annual_turnover: Decimal
    declared_assets: Sequence[Decimal] = ()  # of the bidders or buyers who answered

    @property
    def houses(self) -> Decimal:
        """How many houses on the main square the bond is worth."""
        return rounded(self.bond / self.house_value)

    @property
    def turnover_share(self) -> Decimal:
        """The bond in per cent of a year's turnover."""
        return share(self.bond, self.annual_turnover)

    @property
    def out_of_reach(self) -> int:
        """How many of those who declared their assets own less than the bond."""
        return sum(assets < self.bond for assets in self.declared_assets)

    @property
    def exceeds_local_sense(self) -> bool:
        return warning(self.bond, self.house_value, self.annual_turnover) is not None
