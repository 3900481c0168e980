from .contingency import ContingencyPlan
from .evidence import Appraisal, Assent, Claim, GuaranteePaper, Guarantor, Registration, Renewal, Rent
from .guarantee import Guarantee, Slot

__all__ = [
    "Appraisal",
    "Assent",
    "Claim",
    "ContingencyPlan",
    "Guarantee",
    "GuaranteePaper",
    "Guarantor",
    "Registration",
    "Renewal",
    "Rent",
    "Slot",
]
