"""What a scenario plays on: its municipality, its people, and the things that its steps have named."""

import inspect
from datetime import datetime, timedelta

from django.core.files.base import ContentFile

from procurement import clock, roles
from procurement.models import Tender, Town, User
from procurement.services import accounts, installation, people

from . import verbs
from .paper import pdf
from .scenario import LIMA, BadScenario

THE_HOST = {"dni": "00000001", "name": "Hilda Anfitriona"}
PAPERS = {"file", "upload", "photo", "scan"}


class Stage:
    """One town's world. `named` holds what steps called `as` something, and the town's own things."""

    def __init__(self, municipality, town, accounts_by_actor, tables):
        self.tables = tables
        self.named = {"municipality": municipality, "town": town} | accounts_by_actor

    @classmethod
    def set(cls, scenario):
        """Found the municipality a day before the first step, and enroll its people."""
        eve = scenario.steps[0].at - timedelta(days=1)
        with clock.stopped_at(eve):
            host = the_host()
            municipality = people.create_municipality(by=host, **scenario.municipality)
            town = Town.objects.create(municipality=municipality, **scenario.town)
            found = {name: enroll(actor) for name, actor in scenario.actors.items()}
            if "mayor" in found:
                people.invite_mayor(municipality, found["mayor"], document="Credencial del JNE", by=host)
        return cls(municipality, town, found, scenario.tables)

    def account(self, name):
        return self.named[name]

    def keep(self, name, result):
        """Remember what a step made; a tender is also known as `tender`, the last one counts."""
        self.named[name] = result
        if isinstance(result, Tender):
            self.named["tender"] = result

    def resolve(self, step):
        """Return the arguments of a step's service: names become things, papers become files."""
        wanted = [name for name in inspect.signature(verbs.find(step)).parameters if name != "by"]
        given = {name: self.value(name, value, step) for name, value in step.particulars.items()}
        for name in wanted[:1]:
            if name not in given and name in self.named:
                given[name] = self.named[name]
        return {name: self.fresh(value) for name, value in given.items()}

    def value(self, name, value, step):
        if isinstance(value, str) and value.startswith("@"):
            if value[1:] not in self.named:
                raise BadScenario("scenario.step.unknown-name", step.where, f"nothing is called “{value}”")
            return self.named[value[1:]]
        if isinstance(value, str) and value.startswith("&"):
            if value[1:] not in self.tables:
                raise BadScenario("scenario.step.unknown-name", step.where, f"no table is called “{value}”")
            return self.value(name, self.tables[value[1:]], step)
        if name in PAPERS and isinstance(value, str):
            return ContentFile(pdf(value), name=f"{name}.pdf")
        if isinstance(value, datetime) and not value.tzinfo:
            return value.replace(tzinfo=LIMA)
        if isinstance(value, dict):
            return {key: self.value(key, inner, step) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.value(name, inner, step) for inner in value]
        return value

    @staticmethod
    def fresh(value):
        """A thing named some steps ago has changed since: fetch it again."""
        is_row = hasattr(value, "_meta") and value.pk
        return type(value).objects.get(pk=value.pk) if is_row else value


def the_host():
    """Return the installation's host, made at the first scenario."""
    roles.apply_grants(Tender.objects.none())
    user = User.objects.filter(dni=THE_HOST["dni"]).first()
    if not user:
        installation.found(**THE_HOST)
        user = User.objects.get(dni=THE_HOST["dni"])
    return user


def enroll(actor):
    first, _space, last = actor["name"].partition(" ")
    return accounts.enroll(dni=actor["dni"], first_name=first, last_name=last or first)
