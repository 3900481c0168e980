"""What must hold to renew, claim, execute, release and give back a guarantee (domain.md §4.7, §4.11).

Bids and contracts belong to later apps: they are reached through relations of the tender and the guarantee.
"""

from django.utils.translation import gettext_lazy as _

from guarantees import windows
from procurement.guards.award import award_of
from procurement.guards.problems import lazily_shown
from procurement.money import display
from procurement.schedule import local_day
from procurement.workflow import Unmet, guard

UNSIGNED = ["drafted", "ready"]
OVER = ["deserted", "cancelled", "withdrawn"]
CAUSES = {  # what may be claimed for each slot
    "bid": ["not_signed", "withdrawn"],
    "performance": ["breach", "abandonment", "not_renewed"],
    "assets": ["breach", "abandonment", "not_renewed", "loss"],
    "third_parties": ["loss", "not_renewed"],
}


# Time


@guard(
    code="guarantee.renewal.not-near",
    reason=_("Its renewal is asked for from %(day)s on."),
    rule=_("domain.md §2.3"),
)
def renewal_is_near(guarantee, at):
    day = windows.renewal_from(guarantee.expiry, guarantee.renewal_lead_days)
    near = day is not None and local_day(at) >= day
    return near or Unmet(day=lazily_shown(day) if day else "—")


@guard(
    code="guarantee.expiry.not-over",
    reason=_("Its last day is %(expiry)s."),
    rule=_("CC 183"),
)
def last_day_is_over(guarantee, at):
    over = guarantee.expiry is not None and local_day(at) > guarantee.expiry
    return over or Unmet(expiry=lazily_shown(guarantee.expiry) if guarantee.expiry else "—")


@guard(
    code="guarantee.claim.window-open",
    reason=_("It may be claimed until %(until)s."),
    rule=_("CC 1898"),
)
def window_is_over(guarantee, at):
    over = guarantee.claim_until is not None and local_day(at) > guarantee.claim_until
    return over or Unmet(until=lazily_shown(guarantee.claim_until) if guarantee.claim_until else "—")


# Renewal


@guard(
    code="guarantee.renewal.late",
    reason=_(
        "It expired on %(expiry)s. What has expired is not renewed: claim it in time, or ask for another."
    ),
    rule=_("CC 1898"),
)
def renewal_is_in_time(guarantee, at):
    expiry = guarantee.expiry
    return expiry is None or local_day(at) <= expiry or Unmet(expiry=lazily_shown(expiry))


@guard(
    code="guarantee.renewal.not-later",
    reason=_("The new last day must come after %(expiry)s."),
    rule=_("terms 28.1"),
)
def renewal_is_later(guarantee, at):
    found, expiry = guarantee.renewal, guarantee.expiry
    if found is None or expiry is None or found.new_expiry > expiry:
        return True
    return Unmet(expiry=lazily_shown(expiry))


@guard(
    code="guarantee.renewal.amount-low",
    reason=_("The renewal covers %(given)s and %(asked)s is required."),
    rule=_("domain.md §2.4"),
)
def renewal_is_enough(guarantee, at):
    found = guarantee.renewal
    if found is None or found.amount >= guarantee.required_amount:
        return True
    currency = guarantee.required_currency
    return Unmet(given=display(found.amount, currency), asked=display(guarantee.required_amount, currency))


@guard(
    code="guarantee.renewal.not-confirmed",
    reason=_("Issuer %(issuer)s has not confirmed the renewal. Write who did."),
    rule=_("domain.md §2.3"),
)
def renewal_is_confirmed(guarantee, at):
    found = guarantee.renewal
    confirmed = found is None or bool(found.confirmed_by.strip())
    return not guarantee.kind.issuer or confirmed or Unmet(issuer=guarantee.issuer)


@guard(
    code="guarantee.renewal.premium-unpaid",
    reason=_("There is no proof that the premium of the renewal is paid until %(expiry)s."),
    rule=_("domain.md §2.1"),
)
def premium_of_the_renewal_is_paid(guarantee, at):
    found = guarantee.renewal
    if found is None or not guarantee.kind.premium:
        return True
    paid = found.premium_paid_until
    return bool(paid and paid >= found.new_expiry) or Unmet(expiry=lazily_shown(found.new_expiry))


# Claim


@guard(
    code="guarantee.claim.window-closed",
    reason=_(
        "The guarantee expired on %(expiry)s; it could be claimed by notary until %(until)s. No longer. Ask "
        "for another one and see the legal adviser."
    ),
    rule=_("CC 1898"),
)
def claim_is_in_time(guarantee, at):
    if guarantee.kind.family == "title" or is_in_time(guarantee, at):
        return True
    return Unmet(expiry=lazily_shown(guarantee.expiry), until=lazily_shown(guarantee.claim_until))


def is_in_time(guarantee, at):
    """Whether the demand was delivered, or could be now, by the last day to claim."""
    until, found = guarantee.claim_until, guarantee.open_claim
    return until is None or (found.demanded_on if found else local_day(at)) <= until


@guard(
    code="guarantee.claim.notary-late",
    reason=_(
        "The note fell due on %(expiry)s. It had to reach the notary until %(until)s, in the first eight of "
        "the fifteen days of the protest. See the legal adviser about a lawsuit."
    ),
    rule=_("Ley 27287 art. 72"),
)
def note_reaches_the_notary(guarantee, at):
    if guarantee.kind.family != "title" or is_in_time(guarantee, at):
        return True
    return Unmet(expiry=lazily_shown(guarantee.expiry), until=lazily_shown(guarantee.claim_until))


@guard(
    code="guarantee.claim.in-future",
    reason=_("That day has not come yet. Write the day on which the notary or the judge delivered it."),
    rule=_("decision 2"),
)
def demand_was_delivered(guarantee, at):
    found = guarantee.open_claim
    return found is None or found.demanded_on <= local_day(at)


@guard(
    code="guarantee.claim.takeover-act-missing",
    reason=_(
        "To claim the performance bond for abandonment the act taking over the service for a time is "
        "missing. Record it."
    ),
    rule=_("rule 77"),
)
def service_was_taken_over(guarantee, at):
    found = guarantee.open_claim
    abandoned = found is not None and found.cause == "abandonment" and guarantee.slot == "performance"
    return not abandoned or bool(found.takeover_act.strip())


@guard(
    code="guarantee.claim.above-amount",
    reason=_("%(claimed)s is demanded and it covers %(amount)s."),
    rule=_("CC 1873"),
)
def claim_is_covered(guarantee, at):
    found = guarantee.open_claim
    if found is None or 0 < found.amount <= guarantee.amount:
        return True
    currency = guarantee.currency
    return Unmet(claimed=display(found.amount, currency), amount=display(guarantee.amount, currency))


@guard(
    code="guarantee.claim.other-cause",
    reason=_("“%(cause)s” is no cause to claim this guarantee."),
    rule=_("rules 70, 77; terms 29.5"),
)
def cause_fits(guarantee, at):
    found = guarantee.open_claim
    fits = found is None or found.cause in CAUSES[guarantee.slot]
    return fits or Unmet(cause=found.get_cause_display())


@guard(
    code="guarantee.claim.winner-may-sign",
    reason=_(
        "The guarantee of a bid is claimed when its award has fallen. Record first why the winner lost it."
    ),
    rule=_("terms 29.5"),
)
def award_has_fallen(guarantee, at):
    found, link = guarantee.open_claim, getattr(guarantee, "bid_link", None)
    if found is None or found.cause != "not_signed" or link is None:
        return True
    return link.bid.awards.filter(ended_at__isnull=False, consented_at__isnull=False).exists()


# Outcome


@guard(
    code="guarantee.claim.outcome-missing",
    reason=_("Write how the claim ended, and why."),
    rule=_("domain.md §2.3"),
)
def claim_outcome_is_written(guarantee, at):
    found = guarantee.open_claim
    return found is None or bool(found.outcome.strip())


@guard(
    code="guarantee.execution.proceeds-missing",
    reason=_("Write what was paid, on which day, and its receipt."),
    rule=_("domain.md §2.3"),
)
def proceeds_are_written(guarantee, at):
    found = guarantee.open_claim
    return found is None or bool(found.paid and found.paid > 0 and found.paid_on and found.receipt.strip())


@guard(
    code="guarantee.execution.above-claim",
    reason=_("%(paid)s is more than the %(claimed)s that were demanded."),
    rule=_("CC 1873"),
)
def proceeds_are_what_was_claimed(guarantee, at):
    found = guarantee.open_claim
    if found is None or not found.paid or found.paid <= found.amount:
        return True
    currency = guarantee.currency
    return Unmet(paid=display(found.paid, currency), claimed=display(found.amount, currency))


# Release and return


def contract_for(guarantee):
    """Return the contract of who gave it, or None before one is drafted."""
    found = getattr(guarantee.tender, "contracts", None)
    return found and found.filter(operator_document=guarantee.obligor_document).last()


def open_obligation(guarantee):
    """Return in words what the guarantee still has to cover; nothing once that has ended (§4.11)."""
    if guarantee.replaced_by_id and guarantee.replaced_by.state in ("in_force", "renewal_due"):
        return ""
    return open_bid(guarantee) if guarantee.slot == "bid" else open_contract(guarantee)


def open_bid(guarantee):
    """Winner: until the contract is signed. Losers: until the award is final. All: the call ends."""
    tender, link = guarantee.tender, getattr(guarantee, "bid_link", None)
    if tender.state in OVER:
        return ""
    award = award_of(tender)
    if link and link.bid.awards.filter(ended_at__isnull=False, consented_at__isnull=False).exists():
        return _("the winner lost the award: decide whether it is claimed")
    if award and link and award.bid_id == link.bid_id:
        contract = contract_of_award(award)
        return "" if contract and contract.state not in UNSIGNED else _("the contract is not signed")
    return "" if tender.consented_at else _("the award is not final")


def contract_of_award(award):
    return getattr(award, "contract", None)


def open_contract(guarantee):
    """Until the contract is closed, its assets back and nothing claimed; or it never came to be signed."""
    tender, contract = guarantee.tender, contract_for(guarantee)
    if contract is None:
        given_up = tender.state in OVER or (tender.consented_at and award_of(tender) is None)
        return "" if given_up else _("the contract is not signed yet")
    if contract.state in UNSIGNED:
        return "" if contract.award.ended_at else _("the contract is not signed yet")
    if contract.state == "closed":
        return ""
    return _("the contract, until its assets are back and it is closed")


@guard(
    code="guarantee.release.open-obligation",
    reason=_("It is not returned: “%(obligation)s” is still open. It goes back when that ends."),
    rule=_("domain.md §4.11; terms 28.1"),
)
def obligation_has_ended(guarantee, at):
    left = open_obligation(guarantee)
    return not left or Unmet(obligation=left)


@guard(
    code="guarantee.return.receiver-missing",
    reason=_("Write to whom the original was handed, and on which day."),
    rule=_("domain.md §2.3"),
)
def receiver_is_written(guarantee, at):
    return bool(guarantee.returned_to.strip() and guarantee.returned_on)


@guard(
    code="guarantee.return.registration-standing",
    reason=_("Its registration still stands. Sign what lifts it and write its number."),
    rule=_("CC 1122; DL 1400 art. 48.3"),
)
def registration_is_lifted(guarantee, at):
    return guarantee.registration is None or bool(guarantee.lifted.strip())


TO_RENEW = [
    renewal_is_in_time,
    renewal_is_later,
    renewal_is_enough,
    renewal_is_confirmed,
    premium_of_the_renewal_is_paid,
]
TO_CLAIM = [
    claim_is_in_time,
    note_reaches_the_notary,
    demand_was_delivered,
    service_was_taken_over,
    claim_is_covered,
    cause_fits,
    award_has_fallen,
]
TO_EXECUTE = [proceeds_are_written, proceeds_are_what_was_claimed]
TO_RETURN = [receiver_is_written, registration_is_lifted]
