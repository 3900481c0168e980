"""The neighbourhood supervision board of a town: elected, completed, instated by ordinance (115-119)."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from procurement import clock, roles
from procurement.log import INSTALLATION, record
from procurement.models import Delegate, NeighbourhoodBoard, Ordinance, Town
from procurement.roles import Role
from procurement.services.notices import said
from procurement.workflow import Blocked, Refusal

from .facts import ALREADY_RECORDED, as_facts, day_of, mark_superseded, not_in_the_future
from .ordinances import keep, tell_officials

OFFICES = (Role.MANAGER, Role.ATM, Role.LEGAL)
SEAT_TAKEN = Refusal(
    "board.delegate.seat-taken",
    _("%(sector)s has its %(sex)s already. Each sector sends two: a woman and a man."),
    _("rule 115"),
)
TWO_PRESIDENTS = Refusal(
    "board.president.taken", _("The board has a president already: %(person)s."), _("rule 117")
)
NOT_A_PAIR = Refusal(
    "board.delegates.not-a-pair",
    _("Each sector sends two delegates, a woman and a man. Not complete: %(sectors)s."),
    _("rule 115"),
)
NO_DELEGATES = Refusal(
    "board.delegates.missing", _("The board has no delegates yet. Add those of each sector."), _("rule 115")
)
WRONG_SIZE = Refusal(
    "board.size.not-as-decided",
    _("The delegates decided that %(size)s people direct the board, and %(found)s have a post."),
    _("rule 117"),
)
NO_PRESIDENT = Refusal(
    "board.president.missing", _("Say which delegate was elected president."), _("rule 117")
)
WRONG_MAJORITY = Refusal(
    "board.majority.not-as-decided",
    _("The delegates decided for a majority of %(majority)s among those who direct it; it is not so."),
    _("rule 117"),
)
NO_ORDINANCE = Refusal(
    "board.ordinance.not-in-force",
    _("The ordinance that creates the neighbourhood board is not in force on that day."),
    _("rules 25, 119; LOM arts 40, 116"),
)
INSTATED = Refusal(
    "board.instated.already",
    _("The board is instated already; its delegates may still change."),
    _("rule 119"),
)


def begin(town, *, by, day=None):
    """Lock the town for a fact about its board; return the instant."""
    at = clock.now()
    town = Town.objects.select_for_update().select_related("municipality").get(pk=town.pk)
    if not any(roles.holds_office(by, office, town.municipality, at) for office in OFFICES):
        roles.require_office(by, Role.MANAGER, town.municipality, at)
    not_in_the_future(day, at)
    return at


def tell_log(board, action, *, by, at, private=None, **facts):
    """Record what happens to a board in the log of the installation; neighbours stand beside it, unnamed."""
    facts = {"town": board.town_id, "board": board.pk} | as_facts(facts)
    record(INSTALLATION, f"board.{action}", by=by, at=at, private=private, **facts)


@transaction.atomic
def elect(town, *, happened_on, size, majority, by, until=None, file=None):
    """Enter that the delegates of a town chose how many direct the board, and which majority (rule 117)."""
    at = begin(town, by=by, day=happened_on)
    if town.boards.standing().exists():
        raise Blocked(ALREADY_RECORDED)
    title = said(_("Election of the JVS of %(town)s"), town=town)
    document = keep(file, kind="board", title=title, municipality=town.municipality, by=by, at=at)
    decided = {"happened_on": happened_on, "size": size, "majority": majority, "until": until}
    board = NeighbourhoodBoard.objects.create(
        town=town, document=document, entered_at=at, entered_by=by, **decided
    )
    tell_log(board, "elect", by=by, at=at, **decided)
    return board


@transaction.atomic
def add_delegate(board, *, sector, name, sex, by, since=None, post="", dni="", phone=""):
    """Add a delegate of a sector: one woman and one man each (rule 115). The name stands beside the log."""
    at = begin(board.town, by=by, day=since)
    serving = board.serving()
    if serving.filter(sector=sector, sex=sex).exists():
        raise Blocked(SEAT_TAKEN.about(sector=sector, sex=Delegate.Sex(sex).label))
    if post == Delegate.Post.PRESIDENT and (president := serving.filter(post=post).first()):
        raise Blocked(TWO_PRESIDENTS.about(person=president.name))
    delegate = Delegate.objects.create(
        board=board,
        sector=sector,
        name=name,
        sex=sex,
        post=post,
        dni=dni,
        phone=phone,
        since=since or board.happened_on,
        entered_at=at,
        entered_by=by,
    )
    facts = {"delegate": delegate.pk, "sector": sector, "sex": sex, "post": post}
    tell_log(board, "add-delegate", by=by, at=at, private={"name": name, "dni": dni}, **facts)
    return delegate


@transaction.atomic
def end_delegate(delegate, *, left_on, by):
    """Enter that a delegate left; the sector sends another."""
    at = begin(delegate.board.town, by=by, day=left_on)
    delegate = Delegate.objects.select_for_update().get(pk=delegate.pk)
    delegate.left_on = left_on
    delegate.save(update_fields=["left_on"])
    tell_log(delegate.board, "end-delegate", by=by, at=at, delegate=delegate.pk, left_on=left_on)
    return delegate


def objections(board, ordinance):
    """Return what keeps a board from being instated (rules 115, 117, 119)."""
    sectors, directors = board.sectors(), board.directors()
    posts = [delegate.post for delegate in directors]
    women = sum(delegate.sex == Delegate.Sex.WOMAN for delegate in directors)
    chosen = women * 2 > len(directors)
    alone = [sector for sector, pair in sectors.items() if {each.sex for each in pair} != {"woman", "man"}]
    found = [
        (not sectors, NO_DELEGATES),
        (alone, NOT_A_PAIR.about(sectors=", ".join(alone))),
        (len(directors) != board.size, WRONG_SIZE.about(size=board.size, found=len(directors))),
        (Delegate.Post.PRESIDENT not in posts, NO_PRESIDENT),
        (
            chosen != (board.majority == NeighbourhoodBoard.Majority.WOMEN),
            WRONG_MAJORITY.about(majority=board.get_majority_display()),
        ),
        (ordinance is None, NO_ORDINANCE),
    ]
    return [refusal for wrong, refusal in found if wrong]


@transaction.atomic
def instate(board, *, instated_on, by):
    """Enter that the ordinance has given existence to the board (rule 119)."""
    at = begin(board.town, by=by, day=instated_on)
    board = NeighbourhoodBoard.objects.select_related("town__municipality").get(pk=board.pk)
    if board.instated_on:
        raise Blocked(INSTATED)
    ordinance = board.town.municipality.ordinances.in_force(Ordinance.Kind.JVS, instated_on)
    if reasons := objections(board, ordinance):
        raise Blocked(*reasons)
    board.instated_on, board.ordinance = instated_on, ordinance
    board.save(update_fields=["instated_on", "ordinance"])
    told = {"instated_on": instated_on, "ordinance": ordinance.number, "sectors": len(board.sectors())}
    tell_log(board, "instate", by=by, at=at, **told)
    subject = said(_("%(board)s is instated"), board=board)
    link = reverse("board", args=[board.town_id])
    tell_officials(board.town.municipality, subject, str(ordinance), by=by, at=at, link=link)
    return board


@transaction.atomic
def supersede(board, *, reason, by):
    """Say that a board no longer counts, such as when its term is over; another may be elected."""
    at = begin(board.town, by=by)
    board = NeighbourhoodBoard.objects.select_for_update().get(pk=board.pk)
    mark_superseded(board, reason=reason, by=by, at=at)
    tell_log(board, "supersede", by=by, at=at, reason=reason)
    return board


def due_for_instatement(board, at):
    """Return what still keeps the board from being instated today; the page shows it."""
    day = day_of(at)
    ordinance = board.town.municipality.ordinances.in_force(Ordinance.Kind.JVS, day)
    return objections(board, ordinance)
