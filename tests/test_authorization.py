"""Every URL, asked for by everybody: who gets in is written in `policies.py`, and a URL without a row fails.

404 for what one may not see, 403 for what one may not do, and the way to sign in for whoever is nobody yet.
"""

from functools import cached_property

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import URLResolver, get_resolver, reverse

from procurement import clock
from procurement.models import Notice, Tender
from procurement.roles import Role
from procurement.services import accounts, documents, installation, minutes, people, tenders

from .policies import (
    ACTORS,
    EVERYBODY,
    INSIDE,
    NO_ROLE,
    POLICIES,
    READ,
    READ_SIGNED_IN,
    ROLES,
    SIGNED_IN,
)
from .things import OBJECTS
from .world import account

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
BY_PREFIX = {"tenders/": "tender", "municipalities/": "municipality", "host/municipalities/": "municipality"}
BY_PREFIX["towns/"] = "town"


def patterns(resolver=None, prefix=""):
    """Yield (name, route, {argument: converter}) of every URL of the product."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, route)
        else:
            yield pattern.name, route, pattern.pattern.converters


class Case:
    """A town, its people, a tender, and one of each thing that a URL may name."""

    def __init__(self, world, tender):
        self.world, self.tender = world, tender
        self.municipality, self.town = world.municipality, world.town
        self.actors = {actor: getattr(world, actor) for actor in [*ROLES, "outsider", "host"]}
        self.actors |= {"superuser": self.superuser(), "foreign": self.foreign(), "anonymous": None}

    def superuser(self):
        user = account(90, "Súper", "Usuaria")
        user.is_superuser = user.is_staff = True
        user.save()
        return user

    def foreign(self):
        """Return a member of the committee of another municipality."""
        world = self.world
        town = people.create_municipality(by=world.host, name="Tumán", kind="district", ubigeo="140120")
        mayor, manager, member = (account(91 + each, "Tomasa", "Vecina") for each in range(3))
        people.invite_mayor(town, mayor, document="JNE 2", by=world.host)
        people.appoint_official(town, Role.MANAGER, manager, document="RA 1", by=mayor)
        place = town.towns.create(name="Tumán", population=28000)
        theirs = tenders.create(town, town=place, title="Operador para Tumán", by=manager)
        people.appoint(theirs, Role.COMMITTEE, member, position="chair", document="RA 2", by=mayor)
        return member

    @cached_property
    def minutes(self):
        act = {"office": "committee", "kind": "x", "title": "x", "text": "x", "happened_at": clock.now()}
        with transaction.atomic():
            return minutes.write(self.tender, by=self.world.secretary, at=clock.now(), **act)

    @cached_property
    def remark(self):
        return minutes.remark(self.tender, text="x", by=self.world.observer)

    @cached_property
    def document(self):
        about = {"kind": "x", "title": "x", "municipality": self.municipality, "tender": self.tender}
        with transaction.atomic():
            upload = SimpleUploadedFile("x.pdf", PDF)
            return documents.store(upload, by=self.world.manager, at=clock.now(), **about)

    @cached_property
    def notice(self):
        return Notice.objects.create(
            user=self.world.mayor, subject="x", text="x", written_at=clock.now(), tender=self.tender
        )

    @cached_property
    def proposal(self):
        about = {"municipality": self.municipality, "reason": "x", "by": self.world.clerk}
        return accounts.propose_reset(self.world.legal, **about)

    @cached_property
    def outage(self):
        return installation.report_outage(start=clock.now(), note="x", by=self.world.host)

    def address(self, name, route, arguments):
        """Return (address, whether everything that it names is there)."""
        thing = next((BY_PREFIX[each] for each in BY_PREFIX if route.startswith(each)), None)
        values, there = {}, True
        for argument, converter in arguments.items():
            if make := OBJECTS.get((name, argument)):
                values[argument] = make(self)
            elif argument == "pk" and thing:
                values[argument] = getattr(self, thing).pk
            else:
                values[argument], there = 1 if "Int" in type(converter).__name__ else "x", False
        return reverse(name, kwargs=values), there


def outcome(response):
    """Say in one word how somebody was answered."""
    if response.streaming:
        b"".join(response.streaming_content)
    if response.status_code == 302 and response.url.startswith("/accounts/login/"):
        return "sign in"
    return {403: "403", 404: "404", 405: "405"}.get(response.status_code, "in")


def asked(client, method, address, data=None):
    """Return the outcome of one request, and undo whatever it did."""
    with transaction.atomic():
        got = outcome(getattr(client, method)(address, data or {}))
        transaction.set_rollback(True)
    return got


def allowed(row, public):
    by_state = (
        {READ: EVERYBODY, READ_SIGNED_IN: SIGNED_IN} if public else {READ: INSIDE, READ_SIGNED_IN: INSIDE}
    )
    return by_state.get(row.who, row.who)


def misjudged(row, actor, got, *, there, about_tender, public):
    """Say what is wrong with an answer, or nothing."""
    if actor in allowed(row, public):
        return "" if got == "in" or not there or row.later else f"should get in, got {got}"
    if got == "in":
        return "got in"
    if about_tender and not public and actor in NO_ROLE and got == "403":
        return "learns that a hidden tender exists"
    return ""


def test_every_url_has_a_policy():
    names = [name for name, _route, _arguments in patterns()]

    assert None not in names
    assert sorted(set(names) - set(POLICIES)) == []


def test_every_policy_is_of_a_url():
    assert sorted(set(POLICIES) - {name for name, _route, _arguments in patterns()}) == []


def judged(client, case, actor, *, public):
    """Ask every URL that has a row, and return what is wrong."""
    enter(client, case, actor)
    for name, route, arguments in patterns():
        if name in POLICIES:
            row = POLICIES[name]
            address, there = case.address(name, route, arguments)
            got = asked(client, row.method, address, row.data)
            about = {"about_tender": route.startswith("tenders/"), "public": public}
            if wrong := misjudged(row, actor, got, there=there, **about):
                yield f"{actor} at {name}: {wrong}"


def enter(client, case, actor):
    """Sign the actor in; nothing that is asked for signs out again."""
    if case.actors[actor]:
        client.force_login(case.actors[actor])


@pytest.mark.slow
@pytest.mark.parametrize("actor", ACTORS)
def test_before_the_call_only_those_inside_get_in(client, world, actor):
    case = Case(world, world.draft())

    assert "\n".join(judged(client, case, actor, public=False)) == ""


@pytest.mark.slow
@pytest.mark.parametrize("actor", sorted(NO_ROLE))
def test_an_announced_tender_is_read_by_all_and_worked_on_by_those_inside(client, world, actor):
    case = Case(world, world.at(Tender.State.ANNOUNCED))

    assert "\n".join(judged(client, case, actor, public=True)) == ""


@pytest.mark.slow
@pytest.mark.parametrize("actor", sorted(NO_ROLE))
@pytest.mark.parametrize("method", ["get", "post"])
def test_whoever_holds_no_role_learns_nothing_of_a_hidden_tender(client, world, actor, method):
    """Asked for every URL below a tender, also those that have no row yet."""
    case = Case(world, world.draft())
    enter(client, case, actor)

    told = {}
    for name, route, arguments in patterns():
        if route.startswith("tenders/"):
            address, _there = case.address(name, route, arguments)
            told[name] = asked(client, method, address)

    assert {name: got for name, got in told.items() if got not in {"404", "sign in", "405"}} == {}


@pytest.mark.parametrize(
    ("row", "actor", "got", "wrong"),
    [
        ("tender", "outsider", "in", "got in"),
        ("tender", "outsider", "403", "learns that a hidden tender exists"),
        ("tender", "outsider", "404", ""),
        ("tender", "chair", "404", "should get in, got 404"),
        ("minutes-scan", "chair", "in", "got in"),
        ("minutes-scan", "chair", "403", ""),
    ],
)
def test_a_wrong_answer_is_seen(row, actor, got, wrong):
    assert misjudged(POLICIES[row], actor, got, there=True, about_tender=True, public=False) == wrong
