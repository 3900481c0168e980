from .contract import Contract, contract_of
from .duty import Duty, DutyReading
from .ending import Reversion, Settlement, Termination, TerminationStep
from .fund import Contribution, Fund, FundReceipt, SignOff, TurnoverDeclaration
from .fund_use import FundUse, UseOpinion
from .parts import Annex, Obligation, Shareholder, Subsidy
from .running import Addendum, Cycle, Suspension
from .transfer import Transfer, TransferItem, transfer_of
from .workbook import Workbook, WorkbookRow

__all__ = [
    "Addendum",
    "Annex",
    "Contract",
    "Contribution",
    "Cycle",
    "Duty",
    "DutyReading",
    "Fund",
    "FundReceipt",
    "FundUse",
    "Obligation",
    "Reversion",
    "Settlement",
    "Shareholder",
    "SignOff",
    "Subsidy",
    "Suspension",
    "Termination",
    "TerminationStep",
    "Transfer",
    "TransferItem",
    "TurnoverDeclaration",
    "UseOpinion",
    "Workbook",
    "WorkbookRow",
    "contract_of",
    "transfer_of",
]
