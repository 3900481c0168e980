"""What every service of the contract does: lock, ask for the right, leave minutes, tell both parties."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement import roles
from procurement.roles import Role
from procurement.schedule import local_day
from procurement.services import documents, minutes, notices, papers
from procurement.services.notices import spanish
from procurement.workflow import Blocked, Refusal, lock

FROZEN = Refusal(
    "contract.draft.frozen",
    _("The contract is not a draft any more. Take it back to the draft, or agree an addendum."),
    _("domain.md §4.8"),
)
FUTURE = Refusal(
    "contract.date.future", _("That day has not come yet. Write the day on which it took place."), _("D1")
)
TOO_EARLY = Refusal(
    "contract.date.too-early",
    _("%(day)s is before %(earliest)s. Write the day on which it took place."),
    _("D1"),
)
MUNICIPALITY = (Role.MAYOR, Role.MANAGER, Role.LEGAL, Role.ATM, Role.TREASURY, Role.JVS)


def page(tender):
    return reverse("contract", args=[tender.pk])


def hold(contract, codename, *, by):
    """Return the contract under its lock, for whoever holds `codename`."""
    contract = lock(contract, by=by)
    roles.require(by, codename, contract.tender, contract.judged_at)
    return contract


def hold_draft(contract, *, by):
    """The same while it is a draft, which the legal adviser or the manager writes."""
    contract = hold(contract, "prepare_contract", by=by)
    if contract.state != contract.State.DRAFTED:
        raise Blocked(FROZEN)
    return contract


def judge_day(day, contract, *, earliest=None):
    """Refuse a day that has not come, or that lies before what had to come first."""
    if day > local_day(contract.judged_at):
        raise Blocked(FUTURE)
    if earliest and day < earliest:
        raise Blocked(TOO_EARLY.about(day=day.isoformat(), earliest=earliest.isoformat()))


def keep(upload, contract, *, kind, title, by, reserved=False):
    """File a paper of the contract; public from now on unless it is reserved."""
    tender, at = contract.tender, contract.judged_at
    return documents.store(
        upload,
        kind=kind,
        title=spanish(title)[:200],
        municipality=tender.municipality,
        tender=tender,
        by=by,
        at=at,
        public_at=None if reserved else at,
        reserved=reserved,
    )


def leave(contract, name, title, *, by, happened_at=None, **facts):
    """Leave the minutes of an act of the contract."""
    tender, at = contract.tender, contract.judged_at
    text = papers.render(f"minutes_{name}", tender=tender, contract=contract, at=at, **facts)
    kept = {"office": "management", "kind": name.replace("_", "-"), "title": title, "text": text}
    return minutes.write(tender, **kept, happened_at=happened_at or at, by=by, at=at)


def tell(contract, subject, text, *, by, link="", to=MUNICIPALITY):
    """Tell those of the municipality, the observers and the operator, without whoever acts."""
    tender, at = contract.tender, contract.judged_at
    users = [*notices.people_of(tender, *to, at=at), *([contract.operator] if contract.operator else [])]
    told = [user for user in users if user != by]
    notices.tell(told, tender=tender, subject=subject, text=text, at=at, link=link or page(tender))
