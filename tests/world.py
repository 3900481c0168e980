"""A small municipality with its people, and a tender brought to whichever state by the real services.

Each part of the procedure adds its step to `PATH`: nothing here writes a state.
"""

from datetime import UTC, datetime, timedelta

from procurement import clock, roles
from procurement.models import Municipality, Tender, Town, User
from procurement.roles import Role
from procurement.services import people, tenders

NOON = datetime(2026, 3, 2, 17, tzinfo=UTC)  # Monday 2 March 2026, 12:00:00 in Lima (vector D1)
DEADLINE = datetime(2026, 4, 24, 20, tzinfo=UTC)  # Friday 24 April 2026, 15:00:00 in Lima (vector D3)
A_SECOND = timedelta(seconds=1)
A_MICROSECOND = timedelta(microseconds=1)


def account(number, name, surname):
    return User.objects.create_user(f"{number:08}", "correct horse 7", first_name=name, last_name=surname)


class World:
    """Laredo and its people. `move(instant)` sets the one clock."""

    def __init__(self, move):
        self.move = move
        self.move(NOON - timedelta(days=60))
        roles.apply_grants(Tender.objects.none())
        self.host = account(1, "Hilda", "Anfitriona")
        people.enter(self.host, Role.HOST, document="acta de instalación", start=clock.now())
        self.municipality = people.create_municipality(
            by=self.host,
            name="Laredo",
            kind=Municipality.Kind.DISTRICT,
            department="La Libertad",
            province="Trujillo",
            ubigeo="130106",
            legal_number=6,
        )
        self.town = Town.objects.create(municipality=self.municipality, name="Laredo", population=28296)
        self.mayor = account(2, "Máximo", "Alcalde")
        people.invite_mayor(self.municipality, self.mayor, document="credencial JNE 1", by=self.host)
        self.manager = self.official(3, "Marta", "Quispe", Role.MANAGER)
        self.legal = self.official(4, "Lidia", "Asesora", Role.LEGAL)
        self.treasurer = self.official(5, "Tito", "Caja", Role.TREASURY)
        self.clerk = self.official(6, "Delia", "Mesa", Role.DESK)
        self.atm = self.official(7, "Aldo", "Técnico", Role.ATM)
        self.outsider = account(99, "Otto", "Ajeno")

    def official(self, number, name, surname, role):
        user = account(number, name, surname)
        people.appoint_official(self.municipality, role, user, document="RA 001-2026", by=self.mayor)
        return user

    def staff(self, tender):
        """Appoint the committee of three with an alternate, its secretary and an observer of the JVS."""
        seats = [
            (11, "Rosa", "chair"),
            (12, "César", "member"),
            (13, "Nora", "member"),
            (14, "Saúl", "alternate"),
        ]
        self.committee = [account(number, name, "Comité") for number, name, _ in seats]
        for user, (_number, _name, position) in zip(self.committee, seats, strict=True):
            people.appoint(
                tender, Role.COMMITTEE, user, position=position, document="RA 010-2026", by=self.mayor
            )
        self.chair, self.member, self.third, self.alternate = self.committee
        self.secretary = account(15, "Sara", "Secretaria")
        people.appoint(tender, Role.SECRETARY, self.secretary, document="RA 010-2026", by=self.mayor)
        self.observer = account(16, "Julia", "Vecina")
        people.appoint(tender, Role.JVS, self.observer, document="Ordenanza 002-2026", by=self.mayor)

    def draft(self):
        tender = tenders.create(
            self.municipality, town=self.town, title="Operador para Laredo", by=self.manager
        )
        self.staff(tender)
        return tender

    def at(self, state):
        """Bring a new tender to `state` by the steps that lead there."""
        tender = self.draft()
        for reached, step in PATH:
            if tender.state == state:
                break
            tender = step(self, tender)
            assert tender.state == reached
        return Tender.objects.get(pk=tender.pk)


def approve(world, tender):
    return tenders.approve(tender, by=world.manager)


def announce(world, tender):
    world.move(NOON)
    return tenders.announce(tender, by=world.chair)


PATH = [
    (Tender.State.APPROVED, approve),
    (Tender.State.ANNOUNCED, announce),
]
