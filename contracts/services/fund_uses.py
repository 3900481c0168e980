"""The uses of the Investment Fund: asked for, agreed, authorised, paid or given up (rules 83-85)."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from contracts.guards.fund import above, free
from contracts.models.fund_use import FundUse, UseOpinion
from contracts.parties import actor, is_operator
from contracts.services.fund import (
    ERASED,
    IN_FUTURE,
    account_of,
    begin,
    money,
    operator_of,
    watchers,
    write,
)
from contracts.services.fund_money import NOT_POSITIVE, VOUCHER_MISSING
from procurement import roles
from procurement.log import record
from procurement.money import display
from procurement.roles import Role
from procurement.schedule import local_day
from procurement.services import minutes, notices, papers
from procurement.services.notices import said
from procurement.workflow import Blocked, Refusal, advance, lock

MAY_ASK = ("keep_fund", "keep_contract", "authorise_fund")
USE_NOT_ALLOWED = Refusal(
    "fund.withdrawal.use-not-allowed",
    _(
        "The fund is for improving, expanding, replacing, emergencies or running the service for a time. "
        "“%(requested_use)s” is not among them."
    ),
    _("rule 85"),
)
ABOVE_BALANCE = Refusal(
    "fund.withdrawal.above-balance",
    _("%(asked)s is asked for and only %(free)s of the fund is free. Ask for less, or wait."),
    _("rule 85"),
)
ASKED_BY_SELF = Refusal(
    "fund.withdrawal.asked-by-self",
    _("Whoever asked for the money does not authorise it: another official does."),
    _("rule 84"),
)
RESOLUTION_MISSING = Refusal(
    "fund.withdrawal.resolution-missing", _("Name the resolution that authorises it."), _("rule 84")
)
NOT_AUTHORISED = Refusal(
    "fund.withdrawal.authorisation-missing",
    _("%(authoriser)s authorises this use. The authorisation is missing."),
    _("rule 84"),
)
AGREED = Refusal("fund.withdrawal.already-agreed", _("The operator has agreed already."), ERASED)
NOT_ASKED = Refusal(
    "fund.withdrawal.agreement-not-needed",
    _("This use does not need the operator: an emergency, or a fund of the municipality alone."),
    _("rule 84"),
)
PAPER_MISSING = Refusal(
    "fund.withdrawal.paper-missing", _("Name the letter in which the operator agrees."), _("decision 4")
)
SPOKEN = Refusal("fund.withdrawal.opinion-twice", _("Your opinion on this use is there already."), ERASED)


def may_ask(contract, user, at):
    """Whether the user may ask for a use: the operator, or an official who works with the fund."""
    return is_operator(contract, user) or any(
        roles.holds(user, codename, contract.tender, at) for codename in MAY_ASK
    )


@transaction.atomic
def request(fund, *, purpose, amount, work, support, by):
    """Ask for money of the fund for one of its purposes; never for more than is free."""
    fund = begin(fund, by=by)
    at = fund.judged_at
    if not may_ask(fund.contract, by, at):
        raise PermissionDenied
    judge_request(fund, purpose, amount)
    minutes.check_public(work, support)
    number = 1 + (fund.uses.aggregate(last=Max("number"))["last"] or 0)
    use = FundUse.objects.create(
        tender=fund.tender,
        fund=fund,
        number=number,
        purpose=purpose,
        amount=money(amount),
        work=work,
        support=support,
        requested_at=at,
        requested_by=by,
    )
    facts = {"use": number, "purpose": str(purpose), "amount": str(use.amount), "work": work}
    who, private = actor(fund.contract, by), account_of(fund.contract, by)
    record(fund.tender, "fund.request", by=who, at=at, private=private, support=support, **facts)
    tell(use, _("The fund is asked for %(amount)s: %(purpose)s"), work, at=at)
    return use


def judge_request(fund, purpose, amount):
    """Refuse a purpose that rule 85 does not know, and more money than is free."""
    if purpose not in FundUse.Purpose.values:
        raise Blocked(USE_NOT_ALLOWED.about(requested_use=purpose))
    if amount <= 0:
        raise Blocked(NOT_POSITIVE)
    answer = above(amount, free(fund, local_day(fund.judged_at)))
    if not answer:
        raise Blocked(ABOVE_BALANCE.about(**answer))


def tell(use, subject, text, *, at, **more):
    """Tell whoever watches the fund, and the operator, what became of a use."""
    fund = use.fund
    facts = {
        "number": use.number,
        "amount": display(use.amount),
        "purpose": FundUse.Purpose(use.purpose).label,
    } | more
    notices.tell(
        [*watchers(fund, at), *operator_of(fund), use.requested_by],
        tender=use.tender,
        subject=said(subject, **facts),
        text=said(text, **facts) if more else text,
        at=at,
        link=use.get_absolute_url(),
    )


@transaction.atomic
def agree(use, *, by, paper=""):
    """Agree to a use as the operator who manages the fund too; or, by its letter, through the treasury."""
    use = lock(use, by=by)
    at, contract = use.judged_at, use.contract
    own = is_operator(contract, by)
    if not own:
        roles.require(by, "keep_fund", use.tender, at)
    if not use.needs_the_operator or use.state != FundUse.State.REQUESTED:
        raise Blocked(NOT_ASKED)
    if use.agreed_at:
        raise Blocked(AGREED)
    if not own and not paper.strip():
        raise Blocked(PAPER_MISSING)
    minutes.check_public(paper)
    use.agreed_at, use.agreed_paper = at, paper.strip()
    use.save(update_fields=["agreed_at", "agreed_paper"])
    private = account_of(contract, by)
    record(use.tender, "fund.agree", by=actor(contract, by), at=at, private=private, use=use.number)
    authorisers = notices.people_of(use.tender, Role.MAYOR, Role.MANAGER, at=at)
    subject = said(_("The operator agrees to use no. %(number)s of the fund"), number=use.number)
    told = {"subject": subject, "text": use.work, "at": at, "link": use.get_absolute_url()}
    notices.tell(authorisers, tender=use.tender, **told)
    return use


@transaction.atomic
def authorise(use, *, resolution, by):
    """Authorise a use as mayor or manager, by a resolution; the money is set aside (rules 84-85)."""
    use = lock(use, by=by)
    at = use.judged_at
    roles.require(by, "authorise_fund", use.tender, at)
    if use.requested_by_id == by.pk:
        raise Blocked(ASKED_BY_SELF)
    if not resolution.strip():
        raise Blocked(RESOLUTION_MISSING)
    minutes.check_public(resolution)
    use.resolution = resolution
    use.save(update_fields=["resolution"])
    use = advance(use, "authorise", by=by, at=at, number=use.number, resolution=resolution)
    text = papers.render("minutes_fund_use", tender=use.tender, use=use, opinions=use.opinions.all())
    title = said(_("Use no. %(number)s of the Investment Fund"), number=use.number)
    write(use.fund, "fund-use", title, text, by=by, at=at, office="municipality")
    tell(use, _("Use no. %(number)s of the fund is authorised: %(amount)s"), use.work, at=at)
    return use


def refuse(use, *, reasons, by):
    """Do not authorise a use, as mayor or manager, and say why."""
    return end(use, "refuse", reasons, _("Use no. %(number)s of the fund is not authorised"), by=by)


def drop(use, *, reasons, by):
    """Give a use up, as whoever asked for it or as the treasury; what was set aside is free again."""
    return end(use, "drop", reasons, _("Use no. %(number)s of the fund is given up"), by=by)


@transaction.atomic
def end(use, step, reasons, subject, *, by):
    """Write why a use is not done, and take its last step."""
    use = lock(use, by=by)
    minutes.check_public(reasons)
    use.reasons = reasons
    use.save(update_fields=["reasons"])
    who, private = actor(use.contract, by), account_of(use.contract, by)
    told = {"number": use.number, "reasons": reasons}
    use = advance(use, step, by=by, at=use.judged_at, actor=who, private=private, **told)
    tell(use, subject, reasons, at=use.judged_at)
    return use


@transaction.atomic
def execute(use, *, paid, executed_on, voucher, by):
    """Record that the treasury paid a use, with the voucher; never more than was authorised and is there."""
    use = lock(use, by=by)
    at, voucher = use.judged_at, voucher.strip().upper()
    roles.require(by, "keep_fund", use.tender, at)
    if use.state == FundUse.State.REQUESTED:
        raise Blocked(NOT_AUTHORISED.about(authoriser=_("The mayor or the municipal manager")))
    reasons = [NOT_POSITIVE] if paid <= 0 else []
    reasons += [IN_FUTURE] if executed_on > local_day(at) else []
    reasons += [] if voucher else [VOUCHER_MISSING]
    if reasons:
        raise Blocked(*reasons)
    use.paid, use.executed_on, use.voucher = money(paid), executed_on, voucher
    use.save(update_fields=["paid", "executed_on", "voucher"])
    facts = {"paid": str(use.paid), "executed_on": executed_on.isoformat(), "voucher": voucher}
    use = advance(use, "execute", by=by, at=at, number=use.number, **facts)
    left = {"paid": display(use.paid), "balance": display(use.fund.balance)}
    text = papers.render("minutes_fund_paid", tender=use.tender, use=use, fund=use.fund)
    title = said(_("Payment of use no. %(number)s of the Investment Fund"), number=use.number)
    write(use.fund, "fund-paid", title, text, by=by, at=at)
    told = _("%(paid)s was paid. The fund holds %(balance)s now.")
    tell(use, _("Use no. %(number)s of the fund is paid: %(paid)s"), told, at=at, **left)
    return use


@transaction.atomic
def opine(use, *, text, by):
    """Say what a neighbour of the JVS thinks of a use; public, once, never deleted."""
    use = lock(use, by=by)
    roles.require(by, "observe_tender", use.tender, use.judged_at)
    if use.opinions.filter(by=by).exists():
        raise Blocked(SPOKEN)
    minutes.check_public(text)
    opinion = UseOpinion.objects.create(tender=use.tender, use=use, by=by, at=use.judged_at, text=text)
    record(use.tender, "fund.opine", by=by, at=use.judged_at, use=use.number, text=text)
    users = notices.people_of(use.tender, Role.MAYOR, Role.MANAGER, at=use.judged_at)
    subject = said(_("The JVS says something about use no. %(number)s of the fund"), number=use.number)
    told = {"subject": subject, "text": text, "at": use.judged_at, "link": use.get_absolute_url()}
    notices.tell(users + operator_of(use.fund), tender=use.tender, **told)
    return opinion
