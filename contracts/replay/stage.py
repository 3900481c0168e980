"""What a scenario plays on: its municipality, its people, and the things that its steps have named."""

import inspect
from datetime import datetime, timedelta
from string import Template

from django.core.files.base import ContentFile

from bids.shareholding import Share
from procurement import clock, roles
from procurement.models import Tender, Town, User
from procurement.services import accounts, installation, people

from . import verbs
from .fault import BadScenario
from .groups import LIMA
from .paper import pdf

THE_HOST = {"dni": "00000001", "name": "Hilda Rojas Vega"}
BEFORE_EVERY_TOWN = datetime(2003, 10, 1, tzinfo=LIMA)  # when the pilot of the field note began
PAPERS = {"file", "upload", "photo", "scan"}


class Stage:
    """One town's world. `named` holds what steps called `as` something, and the town's own things.

    What services return once, such as the words of a custodian, lives here between steps and nowhere else.
    """

    def __init__(self, scenario, municipality, town, people):
        self.tables, self.shifted, self.now = scenario.tables, scenario.shifted, scenario.steps[0].at
        self.named = {"municipality": municipality, "town": town} | people

    @classmethod
    def set(cls, scenario, password=None):
        """Found the municipality a day before the first step, and enroll its people.

        `password` is a hash that opens every account of a demonstration.
        """
        host = the_host(password)
        eve = scenario.steps[0].at - timedelta(days=1)
        with clock.stopped_at(eve):
            municipality = people.create_municipality(by=host, **scenario.municipality)
            town = Town.objects.create(municipality=municipality, **scenario.town)
            found = {name: enroll(actor, password) for name, actor in scenario.actors.items()}
            if "mayor" in found:
                people.invite_mayor(municipality, found["mayor"], document="Credencial del JNE", by=host)
        return cls(scenario, municipality, town, found | {"host": host})

    def account(self, name):
        return self.named[name]

    def keep(self, name, result):
        """Remember what a step made; a tender is also known as `tender`, the last one counts."""
        if isinstance(name, list):
            self.named |= dict(zip(name, result, strict=False))
        elif name:
            self.named[name] = result
        if isinstance(result, Tender):
            self.named["tender"] = result

    def resolve(self, step):
        """Return the arguments of a step's service: names become things, papers become files."""
        wanted = [name for name in inspect.signature(verbs.find(step)).parameters if name != "by"]
        given = self.merged("", step.particulars, step)
        for name in wanted[:1]:
            if name not in given and name in self.named:
                given[name] = self.fresh(self.named[name])
        return given

    def value(self, name, value, step):
        """Return what the file means by a value; `name` is the argument that it is given for."""
        if isinstance(value, dict):
            return self.table(name, value, step)
        if isinstance(value, list):
            return [self.value(name, inner, step) for inner in value]
        if isinstance(value, datetime) and not value.tzinfo:
            return value.replace(tzinfo=LIMA)
        if not isinstance(value, str):
            return value
        if value.startswith("@"):
            return self.thing(value[1:], step)
        if value.startswith("&"):
            return self.value(name, self.named_table(value[1:], step), step)
        value = self.text(value, step)
        return ContentFile(pdf(value), name=f"{name}.pdf") if name in PAPERS else value

    def table(self, name, value, step):
        """Return what a table stands for: a text of demonstrations only, the year of a day, or itself."""
        if set(value) == {"when_shifted"}:
            return self.value(name, value["when_shifted"], step) if self.shifted else ""
        if set(value) == {"year"}:
            return value["year"].year
        return self.merged(name, value, step)

    def merged(self, name, value, step):
        """Return a table; `{from = ["&one", "&other"], …}` is those, with some values of its own."""
        found = {}
        for base in value.get("from", []):
            found |= self.value(name, base, step)
        own = {key: each for key, each in value.items() if key != "from"}
        found |= {key: self.value(key, each, step) for key, each in own.items()}
        return Share(**found) if name == "members" else found

    def named_table(self, name, step):
        if name not in self.tables:
            raise BadScenario("scenario.step.unknown-name", step.where, f"no table is called “{name}”")
        return self.tables[name]

    def thing(self, path, step):
        """Return what was called so, as it is now; `a.b` is its b, `a.b[c=d]` its last b whose c is d."""
        name, *parts = path.split(".")
        if name not in self.named:
            raise BadScenario("scenario.step.unknown-name", step.where, f"nothing is called “{name}”")
        found = self.fresh(self.named[name])
        for part in parts:
            field, _bracket, condition = part.removesuffix("]").partition("[")
            found = getattr(found, field)
            if condition:
                key, _equals, value = condition.partition("=")
                found = found.filter(**{key: value}).last()
        return found

    @staticmethod
    def text(value, step):
        """Return a text with the year of the step in it."""
        if "$" not in value:
            return value
        try:
            return Template(value).substitute(year=step.at.year)
        except (KeyError, ValueError) as fault:
            raise BadScenario("scenario.step.unknown-name", step.where, f"nothing fills “{value}”") from fault

    @staticmethod
    def fresh(value):
        """Return a thing named some steps ago as it is now."""
        is_row = hasattr(value, "_meta") and value.pk
        return type(value).objects.get(pk=value.pk) if is_row else value


def the_host(password=None):
    """Return the installation's host, made at the first scenario."""
    roles.apply_grants(Tender.objects.none())
    user = User.objects.filter(dni=THE_HOST["dni"]).first()
    if user:
        return user
    with clock.stopped_at(BEFORE_EVERY_TOWN):
        installation.found(**THE_HOST)
    return enroll(THE_HOST, password)


def enroll(actor, password=None):
    """Return the account of an actor; somebody who acts in several towns has one."""
    first, _space, last = actor["name"].partition(" ")
    user = accounts.enroll(dni=actor["dni"], first_name=first, last_name=last or first)
    if password and not user.has_usable_password():
        user.password = password
        user.save(update_fields=["password"])
    return user
