"""A small municipality with its people, and a tender brought to whichever state by the real services.

Each part of the procedure adds its step to `PATH`: nothing here writes a state.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial

from procurement import clock, ordinances, roles
from procurement.models import BarrierCheck, Municipality, Tender, Town, User
from procurement.roles import Role
from procurement.schedule import MILESTONES
from procurement.services import (
    boards,
    circulars,
    committee,
    dates,
    meetings,
    people,
    preparation,
    promotion,
    queries,
    sale,
    tenders,
    terms,
)
from procurement.services import ordinances as ordinance_acts

from . import bidding, contracting, deciding, snapshots
from .papers import paper
from .worked_terms import TYPED, worked_terms

NOON = datetime(2026, 3, 2, 17, tzinfo=UTC)  # Monday 2 March 2026, 12:00:00 in Lima (vector D1)
QUERIES = datetime(2026, 4, 6, 22, tzinfo=UTC)  # Monday 6 April 2026, 17:00:00 in Lima (vector D2)
DEADLINE = datetime(2026, 4, 24, 20, tzinfo=UTC)  # Friday 24 April 2026, 15:00:00 in Lima (vector D3)
A_SECOND = timedelta(seconds=1)
A_MICROSECOND = timedelta(microseconds=1)


SESSION = date(2025, 12, 10)  # when the council met
ANSWERS = {
    question.key: {"choice": next(iter(question.choices), ""), "text": "Como dice el texto", "article": "4"}
    for question in ordinances.QUESTIONS
}
MODEL = {
    "operator_kind": "private",
    "origin": TYPED["gate.origin"],
    "years": 10,
    "supervision": "Junta Vecinal de Supervisión",
    "water_coverage": Decimal("92.00"),
    "sewer_coverage": Decimal("75.00"),
    "hours_per_day": Decimal("24.0"),
    "long_term_cost": Decimal("0.68"),
    "micro_measurement": False,
}


def account(number, name, surname):
    return User.objects.create_user(f"{number:08}", "correct horse 7", first_name=name, last_name=surname)


class World:
    """Laredo and its people. `move(instant)` sets the one clock."""

    def __init__(self, move):
        self.move = move
        self.founded = snapshots.once(self, "founded", self.found)

    def found(self):
        """Found the municipality and fill its offices."""
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

    def establish(self):
        """Give the municipality its four ordinances and the town its JVS, unless they are there."""
        kinds = ["provision", "jvs", "claims", "charges"]
        for number, kind in enumerate(kinds[self.municipality.ordinances.count() :], start=1):
            settled = (
                {"answers": ANSWERS, "prices": {"Conexión de agua": "180.00"}} if kind == "charges" else {}
            )
            ordinance = ordinance_acts.agree(
                self.municipality,
                kind=kind,
                number=f"{number:03}-2025",
                session_on=SESSION - timedelta(days=9),
                file=paper(),
                by=self.manager,
                **settled,
            )
            in_print = {"published_on": SESSION - timedelta(days=5), "medium": "Diario La Industria"}
            ordinance_acts.publish(ordinance, in_force_on=SESSION, by=self.manager, **in_print)
        return self.town.boards.first() or self.board()

    def board(self):
        """Elect and instate a JVS of three, from two sectors."""
        board = boards.elect(
            self.town, happened_on=SESSION, size=3, majority="women", file=paper(), by=self.atm
        )
        for sector, name, sex, post in [
            ("Centro", "Julia Vecina", "woman", "president"),
            ("Centro", "Pedro Vecino", "man", "secretary"),
            ("Alto Laredo", "Rita Vecina", "woman", "member"),
            ("Alto Laredo", "Luis Vecino", "man", ""),
        ]:
            boards.add_delegate(board, sector=sector, name=name, sex=sex, post=post, by=self.atm)
        return boards.instate(board, instated_on=SESSION + timedelta(days=2), by=self.manager)

    def choose_regime(self, tender, **said):
        chosen = {
            "code": "pppl-2003",
            "profile": "second-call",
            "legal_report": "012-2025",
            "happened_on": SESSION,
            "decided_by": "Gerencia Municipal",
            "reason": "El operador vive de las cuotas, no de fondos públicos",
            "out_of_force_reason": "Se aplica por remisión del acuerdo de concejo",
        }
        return preparation.choose_regime(tender, by=self.legal, **chosen | said)

    def assemble(self, tender, **told):
        """Hold an assembly, of the delegates unless it is told otherwise."""
        held = {"mode": "delegates", "place": "Local comunal", "happened_on": SESSION, "decision": "accepted"}
        held |= {"women": 20, "men": 18, "votes_for": 30, "votes_against": 8}
        return preparation.record_assembly(tender, by=self.atm, **held | told)

    def model(self, tender, assembly, **decided):
        """Record what the delegates of this assembly approved."""
        return preparation.record_model(tender, assembly=assembly, by=self.atm, **MODEL | decided)

    def agree(self, tender, **voted):
        """Let the council agree that an operator is sought, by two thirds of its six members."""
        said = {"purpose": "approve-call", "number": "104-2025", "happened_on": SESSION, "file": paper()}
        said |= {"votes_for": 4, "votes_against": 2, "abstentions": 0}
        return preparation.record_agreement(tender, by=self.manager, **said | voted)

    def state_terms(self, tender):
        """Type what the terms state."""
        tender = Tender.objects.get(pk=tender.pk)
        asked = worked_terms(tender.profile)
        texts = {key: TYPED[key] for key in asked} | {"contract.years": "10"}
        return terms.revise(tender, version=tender.version, texts=texts, by=self.secretary)

    def prepare(self, tender):
        """Bring together everything that the approval of the terms stands on."""
        self.establish()
        self.choose_regime(tender)
        for kind in ["technical", "social", "economic", "development-plan"]:
            study = {"kind": kind, "happened_on": SESSION, "author": "Consultora"}
            preparation.record_study(tender, file=paper(f"{kind}.pdf"), by=self.atm, **study)
        self.assemble(tender, mode="neighbourhood", sector="Centro")
        self.model(tender, self.assemble(tender))
        self.agree(tender)
        for member in self.committee:
            committee.declare(tender, has_conflict=False, by=member)
        return self.state_terms(tender)

    def set_dates(self, tender, **other):
        """Set the dates of the worked example (vectors D1-D3)."""
        dates.confirm_year(self.municipality, year=2026, by=self.manager)
        tender = Tender.objects.get(pk=tender.pk)
        anchors = {"announcement": NOON, "query_deadline": QUERIES, "submission_deadline": DEADLINE}
        proposed = dates.propose_dates(tender, **anchors)
        dated = {name: proposed.get(name) for name in MILESTONES} | other
        return dates.set_schedule(tender, version=0, dated=dated, skipped={}, by=self.secretary)

    def check_barriers(self, tender):
        for item in BarrierCheck.Item.values:
            finding = {"surmountable": True, "finding": "Un vecino con oficio puede cumplirlo"}
            promotion.check_barrier(tender, item=item, by=self.secretary, **finding)

    def sell(self, tender, number=21, name="Berta", surname="Compradora", **particulars):
        """Sell the terms at the till to somebody with an account; return the sale."""
        buyer = User.objects.filter(dni=f"{number:08}").first() or account(number, name, surname)
        who = {"first_name": name, "last_name": surname, "dni": buyer.dni}
        asked = sale.request(tender, by=buyer, **who | particulars)
        price = sale.price_for(asked)
        paid, _code = sale.pay(asked, amount=price, method="cash", document_seen=True, by=self.treasurer)
        return paid

    def convene(self, tender, number):
        """Invite to one of the meetings, the JVS among others, and convene it."""
        meeting = tender.meetings.current().get(number=number)
        sent = {"medium": "letter", "sent_on": clock.now().date(), "proof": "Cargo 15", "by": self.chair}
        meetings.invite(meeting, name="JVS de Laredo", sector="jvs", **sent)
        meetings.invite(meeting, name="Irma Invitada", sector="business", **sent)
        return meetings.convene(meeting, place="Local comunal", by=self.chair)

    def hold(self, tender, number):
        """Convene one of the meetings, go to its hour and hold it with one guest."""
        meeting = self.convene(tender, number)
        self.move(meeting.date)
        who = {"name": "Irma Invitada", "dni": "40000040", "sector": "business", "sex": "woman"}
        invited = meeting.invitations.get(sector="business")
        meetings.attend(meeting, capacity="invitee", invitation=invited, by=self.secretary, **who)
        return meetings.hold(meeting, by=self.secretary)

    def meet(self, tender, number):
        """Hold one of the meetings and close its minutes."""
        meeting = self.hold(tender, number)
        topics = meeting.Topic.values
        meetings.report(meeting, account="Se explicó todo.", topics=topics, by=self.secretary)
        return meetings.close(meeting, by=self.secretary)

    def answer(self, tender):
        """Draft an answer to every open query and send them all in one circular."""
        for query in tender.queries.heads().filter(state="numbered"):
            queries.draft_answer(query, answer="Como dicen las bases.", by=self.legal)
        drafted = circulars.draft(tender, subject="Respuesta a las consultas", by=self.chair)
        approved = circulars.approve(drafted, present=self.committee[:3], by=self.chair)
        return circulars.publish(approved, by=self.chair)

    def draft(self):
        tender = tenders.create(
            self.municipality, town=self.town, title="Operador para Laredo", by=self.manager
        )
        self.staff(tender)
        return tender

    def at(self, state):
        """Bring a new tender to `state` by the steps that lead there."""
        path = [(reached, partial(self.step, step)) for reached, step in self.path_to(state)]
        if self.founded and self.walks_as_written():
            made_of = (repr(TYPED), repr(bidding.FORM), repr(bidding.OFFERS))
            snapshots.along(self, [((made_of, reached), step) for reached, step in path], upon=self.founded)
        else:
            for _reached, step in path:
                step()
        return Tender.objects.get(pk=self.walked)

    def path_to(self, state):
        """Return the steps that lead from nothing to `state`, each with the state that it reaches."""
        path = [(Tender.State.DRAFT, World.draft), *PATH]
        return path[: [reached for reached, _step in path].index(state) + 1]

    def step(self, step):
        """Take one step of the path with the tender that walks it."""
        begun = () if step is World.draft else (Tender.objects.get(pk=self.walked),)
        self.walked = step(self, *begun).pk

    def walks_as_written(self):
        """Whether no test has put another step in the place of one of ours."""
        return not WRITTEN.keys() & vars(self).keys() and all(
            vars(World)[name] is step for name, step in WRITTEN.items()
        )


WRITTEN = {name: step for name, step in vars(World).items() if callable(step)}


def approve(world, tender):
    world.prepare(tender)
    return tenders.approve(tender, by=world.manager)


def announce(world, tender):
    world.set_dates(tender)
    world.check_barriers(tender)
    bidding.seat_custodians(world, tender)
    world.move(NOON)
    tenders.propose_announcement(tender, by=world.chair)
    return tenders.announce(tender, by=world.member)


def integrate(world, tender):
    """Hold the first two meetings, answer the one query and integrate the terms."""
    bought = world.sell(tender)
    world.meet(tender, 1)
    world.meet(tender, 2)
    queries.ask(bought, text="¿La garantía puede ser una hipoteca?", clause="28.1", by=bought.buyer)
    world.move(tender.schedule.query_deadline)
    world.answer(tender)
    return circulars.integrate(tender, present=world.committee[:3], by=world.chair)


def close(world, tender):
    bidding.present_all(world, tender)
    world.move(DEADLINE + timedelta(seconds=60))
    return tenders.close(tender, by=clock.ACTOR)


PATH = [
    (Tender.State.APPROVED, approve),
    (Tender.State.ANNOUNCED, announce),
    (Tender.State.INTEGRATED, integrate),
    (Tender.State.CLOSED, close),
    (Tender.State.EVALUATING, deciding.evaluate),
    (Tender.State.AWARDED, deciding.give_award),
    (Tender.State.CONSENTED, deciding.consent),
    ("signed", contracting.sign),
    ("transferring", contracting.begin_transfer),
    ("running", contracting.start),
]
