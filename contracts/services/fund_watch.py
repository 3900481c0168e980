"""The neighbours' eye on the Investment Fund: a period signed off, a remark and its answer (rule 83)."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from contracts.fund import period_of
from contracts.models.fund import SignOff, period_name
from contracts.services.fund import ERASED, begin, contract_months, operator_of, page, paid, settle
from procurement import roles
from procurement.log import record
from procurement.roles import Role
from procurement.schedule import local_day
from procurement.services import minutes, notices
from procurement.services.notices import said
from procurement.workflow import Blocked, Refusal, lock

PERIOD_NOT_OVER = Refusal(
    "fund.sign-off.period-not-over", _("It is not over yet (%(period)s)."), _("rule 83")
)
SIGNED = Refusal("fund.sign-off.twice", _("You have signed that period already (%(period)s)."), _("rule 83"))
NO_REMARK = Refusal("fund.sign-off.nothing-to-answer", _("There is no remark, or it is answered."), ERASED)


@transaction.atomic
def sign_off(fund, *, start, by, remark=""):
    """Sign what one period promised and what came in, as a neighbour of the JVS, with a remark if any."""
    fund = begin(fund, by=by)
    at = fund.judged_at
    roles.require(by, "observe_tender", fund.tender, at)
    period = period_of(start, fund.clause.every_months)
    named = {"period": period_name(period)}
    if not contract_months(fund.contract, period) or period.end >= local_day(at):
        raise Blocked(PERIOD_NOT_OVER.about(**named))
    if fund.sign_offs.filter(start=period.start, by=by).exists():
        raise Blocked(SIGNED.about(**named))
    minutes.check_public(remark)
    contribution = settle(fund, period, by=by, at=at)
    signed = SignOff.objects.create(
        tender=fund.tender,
        fund=fund,
        start=period.start,
        end=period.end,
        due=contribution and contribution.due,
        received=paid(fund, period),
        balance=fund.balance,
        remark=remark.strip(),
        by=by,
        at=at,
    )
    seen = {"due": contribution and str(contribution.due), "received": str(signed.received)}
    seen |= {"balance": str(signed.balance), "remark": signed.remark}
    record(fund.tender, "fund.sign-off", by=by, at=at, start=period.start.isoformat(), **seen)
    if signed.remark:
        users = notices.people_of(fund.tender, Role.MAYOR, Role.MANAGER, Role.TREASURY, at=at)
        subject = said(_("A remark of the JVS on the fund waits for an answer: %(period)s"), **named)
        link = page(fund)
        told = {"subject": subject, "text": signed.remark, "at": at, "link": link}
        notices.tell(users + operator_of(fund), tender=fund.tender, **told)
    return signed


@transaction.atomic
def answer(signed, *, text, by):
    """Answer a neighbour's remark on a period, as mayor or manager; public, and once."""
    signed = lock(signed, by=by)
    tender, at = signed.tender, signed.judged_at
    roles.require(by, "authorise_fund", tender, at)
    if not signed.remark or signed.answer:
        raise Blocked(NO_REMARK)
    minutes.check_public(text)
    signed.answer, signed.answered_by, signed.answered_at = text, by, at
    signed.save(update_fields=["answer", "answered_by", "answered_at"])
    record(tender, "fund.answer", by=by, at=at, start=signed.start.isoformat(), text=text)
    users = [signed.by, *notices.people_of(tender, Role.JVS, at=at)]
    facts = {"remark": signed.remark, "answer": text}
    notices.tell(
        users,
        tender=tender,
        subject=_("A remark of the JVS on the fund has its answer"),
        text=said(_("“%(remark)s” Answer: “%(answer)s”"), **facts),
        at=at,
        link=page(signed.fund),
    )
    return signed
