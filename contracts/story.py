"""The story of a call on one page, for the square and for a phone: in words that a child of twelve reads.

What is chosen, what is not being sold, who may come, when, how to watch; it follows the call from the first
announcement to the running service (rules 3-9, 38-42, 83-87, 140). Always said in the active language.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from bids.services.submission import number_presented
from contracts.fund import months_between
from contracts.models import contract_of
from contracts.whereabouts import STANDS
from procurement import drawing
from procurement.guards.award import award_of
from procurement.money import percentage
from procurement.services import terms

BEFORE = ("draft", "approved")
RECEIVES = ("announced", "integrated")
WON = ("awarded", "consented")
FEW = 4  # dates that need no picture
GIVEN_UP = ("deserted", "cancelled", "withdrawn")


class Part(NamedTuple):
    """A heading, and what is said below it, sentence by sentence; a list where each line stands alone."""

    title: str
    lines: list[str]
    listed: bool = False


class Day(NamedTuple):
    """A date of the call that is still to come: what, when, and whether it is the next."""

    label: str
    said: str
    is_next: bool
    at: datetime


def shortly(at):
    """Write an instant as it fits in half a line of a sheet: vie 24 abr, 15:00:00."""
    local = localtime(at)
    return f"{date_format(local, 'D j M')}, {local:%H:%M:%S}".lower()


@dataclass
class Story:
    """The story of one call as it stands at an instant."""

    tender: object
    at: datetime

    def __str__(self):
        return _("Who will look after the water of %(town)s?") % {"town": self.tender.town}

    def get_absolute_url(self):
        return reverse("story", args=[self.tender.pk])

    @cached_property
    def values(self):
        return terms.held(self.tender) if self.tender.profile else {}

    @cached_property
    def words(self):
        return terms.shown(self.tender, self.values) if self.tender.profile else terms.Stated()

    @cached_property
    def award(self):
        return award_of(self.tender) if self.tender.state in WON else None

    @cached_property
    def contract(self):
        found = contract_of(self.tender) if self.award else None
        return found if found and found.signed_on else None

    @cached_property
    def schedule(self):
        return getattr(self.tender, "schedule", None)

    # What the story says

    @property
    def lead(self):
        """Say what is chosen, or was."""
        if self.tender.state in GIVEN_UP:
            return _("The town looked for who takes care of its water and drainage. Nobody was chosen.")
        if self.award:
            return _("It was chosen, in sight of all, who takes care that water comes out of the tap.")
        text = _(
            "It is being chosen who takes care that clean water comes out of the tap and that drainage "
            "works%(time)s. Whoever wins is called the specialized operator."
        )
        return text % {"time": self.for_how_long()}

    def for_how_long(self):
        """Say the term of the contract, where the terms state it already."""
        if "contract.years" not in self.values:
            return ""
        return _(", for %(years)s") % {"years": self.words["contract_years"]}

    @property
    def parts(self):
        """Return the parts in the order in which a neighbour asks."""
        told = [self.where_we_are(), self.what_is_chosen(), self.what_is_not_sold()]
        if self.tender.state in (*BEFORE, *RECEIVES):
            told.append(self.who_may_come())
        if not self.tender.ended_at:
            told.append(self.how_one_wins() if not self.contract else self.the_money())
        return [*told, self.how_to_watch()]

    def where_we_are(self):
        return Part(_("Where are we?"), [each for each in (self.state_said(), self.next_said()) if each])

    def state_said(self):
        if self.contract:
            return self.of_the_contract()
        if self.award:
            return self.of_the_award()
        return {
            "draft": _("The call is still being prepared. Nothing is published yet."),
            "approved": _("The call is ready and is going to be announced."),
            "announced": _("The call is open. Whoever wants to take part buys the terms and asks."),
            "integrated": _("The rules no longer change. Bids are received in closed envelopes."),
            "closed": _("No more bids are received. The envelopes are opened in front of everybody."),
            "evaluating": _("The committee looks at the bids. Every decision is published with its reason."),
            "deserted": _(
                "Nobody won. The service of water goes on as until now, and there may be a second call."
            ),
            "cancelled": _("The call was cancelled, and nobody was chosen. The reason is published."),
            "withdrawn": _(
                "The municipality withdrew the call, and nobody was chosen. The reason is published."
            ),
        }.get(self.tender.state, self.tender.get_state_display())

    def of_the_award(self):
        facts = {"bidder": self.award.bid, "offer": percentage(self.award.percentage)}
        text = _("%(bidder)s won: it offers %(offer)s for the fund of the town.") % facts
        if self.tender.state == "consented":
            return _("%(won)s Nobody can appeal any more. The contract comes next.") % {"won": text}
        until = {"won": text, "until": terms.moment(self.award.appeal_until)}
        return _("%(won)s Whoever bid may appeal until %(until)s.") % until

    def of_the_contract(self):
        contract = self.contract
        facts = {"operator": contract.operator_name}
        facts |= {"from": date_format(contract.started_on or contract.signed_on)}
        if contract.started_on is None:
            return self.standing(_("%(operator)s signed the contract on %(from)s.") % facts)
        text = self.standing(_("%(operator)s has run the service since %(from)s.") % facts)
        if contract.ended_on or not contract.ends_on:
            return text
        return _("%(text)s Its contract ends on %(day)s.") % {
            "text": text,
            "day": date_format(contract.ends_on),
        }

    def standing(self, text):
        """Add where the contract stands, unless that is what was just said."""
        if self.contract.state in ("signed", "in_force"):
            return text
        return f"{text} {STANDS[self.contract.state][1]}."

    def next_said(self):
        coming = self.schedule.awaited(self.at) if self.schedule and not self.award else None
        if coming is None or self.tender.state in (*BEFORE, *GIVEN_UP):
            return ""
        return _("Next: %(step)s, %(moment)s.") % {"step": coming[1], "moment": terms.moment(coming[2])}

    def what_is_chosen(self):
        lines = [
            _("It looks after pumps and pipes, treats the water, repairs leaks, reads meters and charges.")
        ]
        lines.append(
            _("It answers complaints first; the municipality decides those that it does not settle well.")
        )
        return Part(_("What does the operator do?"), lines)

    def what_is_not_sold(self):
        lines = [
            _("Wells, plants, tanks, pipes and land are not sold: they stay the municipality's."),
            _("The water of the river and of the spring is not sold."),
            _("Nothing is handed over for ever: the contract ends, and everything comes back improved."),
            _("The operator does not fix what you pay: the municipality approves the charge, by ordinance."),
            _("The operator cannot mortgage what belongs to the town."),
        ]
        return Part(_("What is NOT being sold?"), lines, listed=True)

    def who_may_come(self):
        lines = [_("A person, a cooperative, a company or a consortium that knows the service.")]
        if "gate.financial_minimum" in self.values:
            money = self.words["gate_financial_minimum"]
            lines.append(
                _("It has at least %(money)s to begin with, and carries no sanction.") % {"money": money}
            )
        if "gate.origin" in self.values:
            lines.append(_("It comes from: %(origin)s.") % {"origin": self.words["gate_origin"]})
        return Part(_("Who may come?"), lines)

    def how_one_wins(self):
        lines = [
            _("Of those who meet the terms, whoever offers most for the investment fund of the town wins.")
        ]
        if {"fund_percentage.base", "fund_percentage.minimum"} <= self.values.keys():
            facts = {
                "base": self.words["fund_percentage_base"],
                "least": self.words["fund_percentage_minimum"],
            }
            lines.append(_("It offers a part of %(base)s, %(least)s at least.") % facts)
        lines.append(_("The fund is for improving and repairing the service."))
        if self.values.get("local_preference.mode", "none") != "none":
            lines.append(_("Whoever is local has a preference, which the terms state."))
        return Part(_("How does one win?"), lines)

    def the_money(self):
        facts = {"offer": percentage(self.contract.fund_percentage)}
        facts |= {
            "base": self.contract.get_fund_base_display(),
            "often": self.contract.get_fund_frequency_display(),
        }
        return Part(
            _("And the money?"),
            [
                _("The operator pays %(offer)s of %(base)s, %(often)s, into the fund of the town.") % facts,
                _("What was owed, what came in and what it was used for is published."),
                _("If the operator fails, a guarantee and the fund let the municipality run the service."),
            ],
        )

    def how_to_watch(self):
        lines = [
            _("Come: the first meeting and the opening of the envelopes are public."),
            self.of_the_envelopes(),
            _("The offers are read aloud and the account is published: anybody can repeat it."),
            _("Talk to the neighbourhood board: it watches every step, and what it writes stays."),
        ]
        if self.contract:
            lines = [
                _("The neighbourhood board watches the quality of the service: tell it what fails."),
                _("Every document and every amount stands on the page of the call."),
            ]
        return Part(_("How can I watch?"), [each for each in lines if each], listed=True)

    def of_the_envelopes(self):
        if self.values.get("envelopes.form") != "digital":
            return _("The paper envelopes are received with their hour and opened in front of everybody.")
        facts = {"all": self.values.get("sealing.custodians"), "some": self.values.get("sealing.threshold")}
        if None in facts.values():
            return ""
        text = _(
            "Nobody can open an envelope early: its key is split among %(all)s people, and %(some)s of "
            "them must come together."
        )
        return text % facts

    @property
    def goes_on(self):
        return self.schedule is not None and self.tender.state not in (*WON, *GIVEN_UP)

    @property
    def days(self):
        """Return the dates to come of a call that goes on; none once it is awarded or given up."""
        if not self.goes_on:
            return []
        coming = self.schedule.awaited(self.at)
        return [
            Day(capfirst(label), shortly(at), (name, label, at) == coming, at)
            for name, label, at in self.schedule.milestones()
            if at > self.at or (name, label, at) == coming
        ]

    @property
    def drawn(self):
        """Draw the dates to come where they are in time; a few are told by their list."""
        if len(self.days) < FEW:
            return ""
        days = [localtime(day.at).date() for day in self.days]
        _first, *months = months_between(min(days), max(days))
        scale = [min(days), *months, max(days)]
        marks = [drawing.Mark(day.toordinal(), f"{day:%d/%m}") for day in scale]
        numbered = [drawing.Mark(day.toordinal(), str(number)) for number, day in enumerate(days, start=1)]
        title = _("The dates of the call on a line of time; the list says the same.")
        return mark_safe(drawing.steps(title, numbered, marks))  # noqa: S308

    @property
    def presented(self):
        """How many bids stand, where the terms let it be known; None otherwise."""
        return number_presented(self.tender) if self.tender.integrated_at else None
