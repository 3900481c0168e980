"""What the hall sees of an act of opening, and whoever follows it from home (decision 7; terms 17, 20).

Nothing here asks who looks on: everybody is shown the same, made from what is public already. Before the
close there is nothing of any bid in it, not even their number where the terms keep it (decision 16). Nor is
there a length of time: an instant stays right however long ago it was drawn.
"""

from datetime import datetime
from typing import NamedTuple

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bids.guards.opening import live_acts
from bids.masking import masked
from bids.models import Bid, Envelope
from bids.services import ciphertexts, opening, submission
from procurement import committee
from procurement.guards.custody import is_digital
from procurement.models import Event, User
from procurement.schedule import LIMA
from procurement.services import checkpoints
from procurement.templatetags.ui import hour

DRAWN = {"presented": "sealed", "open": "open", "unopened": "none", "returned": "returned"}
ENDED = ("deserted", "cancelled", "withdrawn")


class Closing(NamedTuple):
    """The head of the log at the close: when, how many events it has, and its root as twelve words."""

    at: datetime
    size: int
    words: list[str]


class Line(NamedTuple):
    """One line of the minutes as they grow."""

    at: datetime
    text: str


def closing_of(tender):
    """Return what is read aloud of the close; None before it."""
    size = checkpoints.closing_size(tender) if tender.closed_at else None
    return size and Closing(tender.closed_at, size, checkpoints.closing_words(tender))


# The envelopes


def rows_of(act):
    """Return each envelope of the act in the order of presentation; its name only once it is open."""
    found = act.envelopes().filter(part="public").prefetch_related("files")
    checked = set(act.releases.filter(mode="check").values_list("envelope", flat=True))
    return [
        {"number": number, "envelope": envelope, "drawn": look_of(envelope, checked)} | read_of(act, envelope)
        for number, envelope in enumerate(opening.in_order(act, found), start=1)
    ]


def look_of(envelope, checked):
    """Return how an envelope is drawn: half once a custodian has checked it, and it is still shut."""
    waits = envelope.status == Envelope.Status.PRESENTED and envelope.pk in checked
    return "half" if waits else DRAWN[envelope.status]


def read_of(act, envelope):
    """Return what an envelope says in public: whose it is once that is known, its papers, its offer."""
    opened = envelope.status == Envelope.Status.OPEN
    said = envelope.content if opened and envelope.content else {}
    return {
        "lost": envelope.fault == ciphertexts.LOST,
        "name": str(envelope.bid) if opened or act.stage == 2 else "",
        "papers": len(envelope.files.all()) or len(said.get("documents", [])),
        "words": masked(str(said.get("words", ""))),
        "figure": masked(str(said.get("percentage", ""))),
    }


def left_shut(act):
    """Return the bids that are out: their second envelope is not in this act, and nobody opens it."""
    out = [Bid.State.NOT_ADMITTED, Bid.State.RETURNED]
    if act.stage == 1:
        return []
    return list(act.tender.bids.filter(round=act.round, state__in=out).select_related("bidder"))


# The custodians


def custodians_of(act):
    """Return each custodian with what they have done, for all envelopes of the act."""
    wanted = {envelope.pk for envelope in act.envelopes() if envelope.manifest}
    done = {}
    for custodian, mode, envelope in act.releases.values_list("custodian", "mode", "envelope"):
        done.setdefault((custodian, mode), set()).add(envelope)
    return [
        {
            "person": person,
            "checked": bool(wanted) and wanted <= done.get((person.pk, "check"), set()),
            "released": bool(done.get((person.pk, "release"))),
        }
        for person in act.tender.custodians.filter(round=act.round)
    ]


def groups_of(act, kit, custodians):
    """Return of each group how many must act, and how many have checked and handed over."""
    by_seat = {row["person"].index: row for row in custodians}
    return [
        {
            "needed": group["k"],
            "all": len(group["of"]),
            "checked": sum(by_seat[seat]["checked"] for seat in group["of"]),
            "released": sum(by_seat[seat]["released"] for seat in group["of"]),
        }
        for group in kit.body["groups"]
    ]


# The minutes, as they grow


def moment(at):
    local = localtime(at, LIMA)
    return f"{date_format(local.date())}, {hour(local)}"


def written_moment(text):
    return moment(datetime.fromisoformat(text))


class Chronicle:
    """Puts the events of one act into words; names of bidders only where their envelope is open."""

    def __init__(self, act):
        self.act = act
        self.custodians = {each.index: each.name for each in act.tender.custodians.filter(round=act.round)}
        self.manifests = {each.manifest_sha256 for each in act.envelopes()}
        self.bids = {bid.pk: str(bid) for bid in act.tender.bids.select_related("bidder")}
        self.tell = {
            "openingact.convene": self.convened,
            "openingact.postpone": self.postponed,
            "openingact.begin": self.begun,
            "openingact.resume": self.begun,
            "openingact.suspend": self.suspended,
            "openingact.conclude": self.concluded,
            "opening": self.opened,
            "envelope.give-up": self.given_up,
            "ciphertext.lost": self.lost,
            "ciphertext.again": self.found,
            "verdict": self.judged,
        }

    def lines(self):
        """Return the lines of the act, the oldest first."""
        told = []
        for event in self.events():
            body = event.body
            if body["action"] in ("check", "release"):
                self.count(told, body)
            elif text := self.tell[body["action"]](body["facts"]):
                told.append((None, body["at"], text))
        return [Line(datetime.fromisoformat(at), text) for _key, at, text in told]

    def events(self):
        """Return the events of the act: those that name it, and what happened between its first and last."""
        found = Event.objects.of(self.act.tender)
        own = found.filter(body__facts__openingact=self.act.pk).order_by("index")
        first, last = own.first(), own.last()
        if first is None:
            return []
        rows = found.filter(index__gte=first.index, body__action__in=[*self.tell, "check", "release"])
        if self.act.state == self.act.State.CLOSED:
            rows = rows.filter(index__lte=last.index)
        return [row for row in rows.order_by("index") if self.is_mine(row.body["facts"])]

    def is_mine(self, facts):
        return facts.get("openingact", self.act.pk) == self.act.pk

    def count(self, told, body):
        """One line for all envelopes that a custodian checked, or handed over, one after the other."""
        key = (body["action"], body["facts"]["i"])
        number = 1
        if told and told[-1][0] and told[-1][0][:2] == key:
            number = told.pop()[0][2] + 1
        told.append(((*key, number), body["at"], self.counted(*key, number)))

    def counted(self, action, seat, number):
        said = {"person": self.custodians.get(seat, seat), "count": number}
        if action == "check":
            return (
                ngettext(
                    "%(person)s checked %(count)s envelope without opening it.",
                    "%(person)s checked %(count)s envelopes without opening them.",
                    number,
                )
                % said
            )
        return (
            ngettext(
                "%(person)s handed over their part of %(count)s envelope.",
                "%(person)s handed over their part of %(count)s envelopes.",
                number,
            )
            % said
        )

    def convened(self, facts):
        said = {"hour": written_moment(facts["planned_at"]), "place": facts["place"]}
        return _("The act was convened for %(hour)s (Lima time), in %(place)s.") % said

    def postponed(self, facts):
        said = {"hour": written_moment(facts["new"]), "reason": facts["reason"]}
        return _("The act was postponed to %(hour)s (Lima time). Reason: %(reason)s") % said

    def begun(self, facts):
        users = User.objects.in_bulk([int(each.partition(":")[2]) for each in facts["present"]])
        said = {"people": ", ".join(map(str, users.values())), "notary": self.act.notary}
        if facts["before"] == "suspended":
            return _("The act went on. Present of the committee: %(people)s.") % said
        return _("The act began, with quorum. Present: %(people)s. Certifies: %(notary)s.") % said

    def suspended(self, facts):
        return _("The act was suspended. Reason: %(reason)s") % facts

    def concluded(self, facts):
        return _("The act was closed. Its minutes are published.")

    def opened(self, facts):
        if facts["part"] != "public" or facts["stage"] != self.act.stage:
            return ""
        said = {"bidder": self.bids.get(facts["bid"], "")}
        if facts["key"] == "bidder":
            return _("The envelope of %(bidder)s was opened, with the bidder's own key file.") % said
        return _("The envelope of %(bidder)s was opened.") % said

    def lost(self, facts):
        if facts["manifest"] not in self.manifests:
            return ""
        return _("The server does not hold an envelope as it was presented: the fault is the server's.")

    def found(self, facts):
        if facts["manifest"] not in self.manifests:
            return ""
        return _("The same sealed file was delivered again.")

    def judged(self, facts):
        if facts["manifest"] not in self.manifests or facts["who"] == "server":
            return ""  # what the server lost has its own line
        who = opening.BLAMED.get(facts["who"], _("nobody can be named"))
        person = self.custodians.get(facts["i"], "")
        return _("By the proofs about an envelope, the fault is of: %(who)s %(person)s") % {
            "who": who,
            "person": person,
        }

    def given_up(self, facts):
        if facts["stage"] != self.act.stage:
            return ""
        return _("An envelope could not be opened. Reason: %(reason)s") % facts


# The whole


def phase_of(tender, act, rows, groups):
    """Return where the act is: off, receiving, closed, convened, suspended, concluded, opened, releasing,
    checking, waiting (for what the server lost) or reading (envelopes of paper).
    """
    if tender.state in ENDED:
        return "off"
    if act is None:
        return "closed" if tender.closed_at else "receiving"
    if act.state != act.State.HELD:
        return {"closed": "concluded"}.get(act.state, act.state)
    if rows and not any(row["envelope"].status == Envelope.Status.PRESENTED for row in rows):
        return "opened"
    if not groups:
        return "reading"
    if any(row["lost"] for row in rows) and all(each["released"] >= each["needed"] for each in groups):
        return "waiting"
    return "releasing" if all(each["checked"] >= each["needed"] for each in groups) else "checking"


def quorum_of(tender, act, at):
    """Return who of the committee is there, and how many must be."""
    present = list(act.present.all()) if act and act.begun_at else []
    needed = committee.quorum(tender) or len(committee.seats(tender, at))
    return {"present": present, "quorum": needed}


def facts(tender, stage, at):
    """Return what the page of one act shows."""
    act = live_acts(tender).filter(stage=stage).first()
    shown = {"tender": tender, "stage": stage, "act": act, "at": at, "closing": closing_of(tender)}
    shown |= quorum_of(tender, act, at) | {"rows": [], "groups": [], "digital": is_digital(tender)}
    if act:
        act.tender = tender
        shown |= {"rows": rows_of(act), "shut": left_shut(act), "lines": Chronicle(act).lines()}
        if shown["digital"]:
            shown |= seals_of(act)
    schedule = getattr(tender, "schedule", None)
    planned = schedule and (schedule.opening_1 if stage == 1 else schedule.opening_2)
    shown["planned"] = act.planned_at if act else planned
    shown["deadline"] = schedule and schedule.submission_deadline
    shown["count"] = submission.number_presented(tender)
    shown["opened"] = sum(row["envelope"].status == Envelope.Status.OPEN for row in shown["rows"])
    shown["phase"] = phase_of(tender, act, shown["rows"], shown["groups"])
    return shown


def seals_of(act):
    """Return the custodians of an act, their groups, and the twelve words of the keys."""
    custodians = custodians_of(act)
    kit = act.tender.kits.filter(round=act.round, stage=act.stage).first()
    return {
        "custodians": custodians,
        "names": [row["person"].name.split()[0] for row in custodians],
        "lit": [row["released"] for row in custodians],
        "kit": kit,
        "groups": groups_of(act, kit, custodians) if kit else [],
    }
