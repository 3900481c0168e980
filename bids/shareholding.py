"""Shares of a bidder (rules 9, 10, 13, 130-134): what they must sum to, and who may hold how much.

Pure: no Django. Shares are percentages of the company, `Decimal` with two places.
"""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from procurement.problems import Problem
from procurement.problems import gettext_noop as _

WHOLE = Decimal("100.00")
HALF = Decimal("50.00")
CENT = Decimal("0.01")
MIXED, CONSORTIUM = "mixed", "consortium"
MUNICIPAL, MEMBER = "municipal", "member"


class Share(NamedTuple):
    """What one holder has of the company or consortium, and what it has promised about it."""

    kind: str
    name: str
    share: Decimal
    document: str = ""
    obligation: str = ""
    obligation_on: date | None = None
    is_local: bool = False


def of_the_company(holding: Decimal, offered: Decimal) -> Decimal:
    """Return what an offered part of a holding is of the company (rule 132: 20 % of 75 % is 15.00 %)."""
    return (holding * offered / WHOLE).quantize(CENT, ROUND_HALF_UP)


def check(kind: str, shares: Sequence[Share], *, most_members: int | None = None) -> list[Problem]:
    """Return what is wrong with the shares of a bidder of this kind; an empty list where they are sound."""
    found = [*_sum(kind, shares), *_municipal(kind, shares), *_repeated(shares), *_obligations(shares)]
    return found + (_consortium(shares, most_members) if kind == CONSORTIUM else [])


def _sum(kind: str, shares: Sequence[Share]) -> list[Problem]:
    if not shares and kind not in (MIXED, CONSORTIUM):
        return []
    total = sum((each.share for each in shares), Decimal("0.00"))
    if total == WHOLE:
        return []
    text = _("The shares come to %(total)s %% and must come to 100.00 %%, exactly. Correct them.")
    return [Problem("bidder.shareholding.not-whole", text, _("rule 134"), {"total": f"{total:.2f}"})]


def _municipal(kind: str, shares: Sequence[Share]) -> list[Problem]:
    held = sum((each.share for each in shares if each.kind == MUNICIPAL), Decimal("0.00"))
    if held >= HALF:
        text = _(
            "The municipality would have %(held)s %%. With half or more the company is municipal, and that "
            "needs an act of Congress. Leave it less than 50.00 %%."
        )
        facts = {"held": f"{held:.2f}"}
        return [Problem("bidder.shareholding.municipal-majority", text, _("rules 9, 10; LOM art. 35"), facts)]
    if kind == MIXED and not held:
        text = _("A mixed company has a municipality among its holders. Add it, or choose another kind.")
        return [Problem("bidder.shareholding.municipality-missing", text, _("rule 9"))]
    if kind != MIXED and held:
        text = _("With a share of a municipality the company is a mixed one. Choose that kind.")
        return [Problem("bidder.shareholding.not-mixed", text, _("rule 9"))]
    return []


def _repeated(shares: Sequence[Share]) -> list[Problem]:
    documents = [each.document for each in shares if each.document]
    twice = sorted({document for document in documents if documents.count(document) > 1})
    if not twice:
        return []
    text = _("%(document)s stands twice. Write each holder or member once.")
    return [Problem("bidder.shareholding.repeated", text, _("rule 134"), {"document": twice[0]})]


def _obligations(shares: Sequence[Share]) -> list[Problem]:
    undated = [each.name for each in shares if bool(each.obligation) != (each.obligation_on is not None)]
    if not undated:
        return []
    text = _("What %(name)s promises about its shares needs both: the promise and the date until when.")
    return [Problem("bidder.shareholding.obligation-undated", text, _("rule 132"), {"name": undated[0]})]


def _consortium(shares: Sequence[Share], most: int | None) -> list[Problem]:
    found = []
    members = [each for each in shares if each.kind == MEMBER]
    if len(members) < 2 or len(members) < len(shares):
        text = _("A consortium has two members or more, and nobody else holds shares in it.")
        found.append(Problem("bidder.consortium.members-missing", text, _("rule 13")))
    if any(not each.document for each in members):
        text = _("Write the RUC or the DNI of every member of the consortium.")
        found.append(Problem("bidder.consortium.document-missing", text, _("rule 13; decision 14")))
    if most is not None and len(members) > most:
        text = _("The terms admit consortia of %(most)s members at most, and this one has %(members)s.")
        facts = {"most": most, "members": len(members)}
        found.append(Problem("bidder.consortium.too-many", text, _("rule 13"), facts))
    return found
