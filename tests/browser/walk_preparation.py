"""What stands before the call: what the town decided, its ordinances and its JVS, what the terms state."""

from datetime import date, timedelta

from procurement import ordinances
from tests.worked_terms import TYPED

from .walk import paper

DECIDED = date(2025, 12, 10)  # the council's session, and the assemblies
PRINTED = DECIDED + timedelta(days=5)
STUDIES = ["technical", "social", "economic", "development-plan"]
DELEGATES = [
    ("Centro", "Julia Vega Ramos", "woman", "president"),
    ("Centro", "Pedro Salas Neyra", "man", "secretary"),
    ("Alto Laredo", "Rita Huamán León", "woman", "member"),
    ("Alto Laredo", "Luis Paredes Ruiz", "man", ""),
]
TERMS = TYPED | {"contract.years": "10"}


def decide(walk):
    """The town's decision: assemblies, what the delegates approved, the council's agreement."""
    atm = walk.atm
    atm.go("preparation/")
    atm.follow("Asambleas de vecinos")
    assembly(atm, mode="neighbourhood", sector="Centro", women="42", men="35")
    atm.follow("Asamblea de delegados y modelo aprobado")
    assembly(atm, mode="delegates", women="12", men="12")
    atm.follow("Asamblea de delegados y modelo aprobado")
    atm.check(
        "Registrar el modelo",
        operator_kind="private",
        municipal_share="0",
        origin=TERMS["gate.origin"],
        years="10",
        water_coverage="92.00",
        sewer_coverage="75.00",
        hours_per_day="24",
        long_term_cost="0.68",
        micro_measurement="no",
    )
    walk.manager.go("preparation/")
    walk.manager.follow("Acuerdo de concejo")
    votes = {"votes_for": "4", "votes_against": "2", "abstentions": "0"}
    said = {"purpose": "approve-call", "number": "104-2025-MDL", "happened_on": str(DECIDED)}
    walk.manager.check("Registrar el acuerdo", file=paper("acuerdo.pdf"), **said, **votes)


def assembly(person, **told):
    held = {"place": "Local comunal", "happened_on": str(DECIDED), "decision": "accepted"}
    person.check("Registrar la asamblea", **held, votes_for="20", votes_against="3", **told)


def study(walk):
    """The four studies, the facts of the town, and under which law the call is made."""
    for kind in STUDIES:
        walk.atm.go(f"preparation/studies/{kind}/")
        said = {
            "author": "Consultora Moche EIRL",
            "happened_on": str(DECIDED),
            "summary": "Agua seis horas al día.",
        }
        walk.atm.check("Registrar el estudio", file=paper(f"{kind}.pdf"), **said)
    walk.atm.follow("Datos del pueblo")
    walk.atm.follow("Corregir los datos")
    facts = {"households": "6000", "annual_turnover": "180000.00", "monthly_operating_cost": "12000.00"}
    walk.atm.check("Guardar los datos", house_value="10000.00", source="Diagnóstico económico 2025", **facts)
    walk.legal.go("preparation/")
    walk.legal.follow("Régimen: con qué norma se hace la convocatoria")
    walk.legal.check(
        "Registrar la elección",
        code="pppl-2003",
        profile="second-call",
        legal_report="012-2025",
        happened_on=str(DECIDED),
        decided_by="Gerencia Municipal, por delegación",
        reason="El operador vive de las cuotas, no de fondos públicos.",
        out_of_force_reason="Se aplica por remisión del acuerdo de concejo.",
    )


def give_law(walk):
    """The four ordinances, each agreed and published, and the JVS that one of them gives existence."""
    manager = walk.manager
    manager.go("preparation/")
    manager.follow("Las cuatro ordenanzas")
    ordinances_page = manager.page.url
    for number, (kind, contents) in enumerate(ordinances.CONTENTS.items(), start=1):
        manager.page.goto(f"{ordinances_page}{kind}/agree/")
        said = {"number": f"{number:03}-2025-MDL", "session_on": str(DECIDED - timedelta(days=9))}
        said |= {"contents": [key for key, _label in contents]} | (answers() if kind == "charges" else {})
        manager.check("Registrar la ordenanza", file=paper(f"{kind}.pdf"), **said)
        manager.follow("Registrar su publicación")
        printed = {"published_on": str(PRINTED), "medium": "Diario La Industria"}
        manager.check("Registrar la publicación", in_force_on=str(PRINTED + timedelta(days=1)), **printed)
    atm = walk.atm
    atm.go("preparation/")
    atm.follow("Junta Vecinal de Supervisión (JVS)")
    atm.follow("Registrar la elección")
    elected = {"happened_on": str(DECIDED), "size": "3", "majority": "women"}
    atm.check("Registrar la elección", file=paper("junta.pdf"), **elected)
    for sector, name, sex, post in DELEGATES:
        atm.follow("Agregar un delegado o delegada")
        atm.check("Agregar", sector=sector, name=name, sex=sex, **({"post": post} if post else {}))
    atm.follow("Registrar la instalación")
    atm.check("Registrar la instalación", instated_on=str(PRINTED + timedelta(days=3)))


def answers():
    """Return what the ordinance on charges answers to its eight questions."""
    said = {"prices": "Conexión de agua: 180.00"}
    for question in ordinances.QUESTIONS:
        if question.choices:
            said[f"choice_{question.key}"] = next(iter(question.choices))
        said |= {f"text_{question.key}": "Como dice el texto", f"article_{question.key}": "4"}
    return said


def declare_interests(walk):
    """Each of the committee and its secretary says what ties them."""
    for person in (walk.chair, walk.member, walk.third, walk.alternate, walk.secretary):
        person.go("/work/")
        person.follow("Ir a hacerlo")
        person.check("Declarar", has_conflict="no")


def state_terms(walk):
    """The secretary states what the law leaves to the terms, a few values on each page."""
    secretary = walk.secretary
    secretary.go("terms/state/")
    while not secretary.reads("Todo está decidido"):
        secretary.follow("Seguir")
        while "/terms/state/" in secretary.page.url and secretary.page.locator("main form").count():
            answer_page(secretary)


def answer_page(person):
    """Answer one page of the terms and save it."""
    names = person.page.locator("main form").evaluate(
        "form => [...new Set([...form.elements].filter(e => e.name && e.type != 'hidden').map(e => e.name))]"
    )
    for name in names:
        key, _dot, place = name.rpartition(".")
        if place.isdigit():
            order = TERMS[key].split(", ")
            if int(place) <= len(order):
                person.answer(name, order[int(place) - 1])
        elif name in TERMS:
            several = person.page.locator(f'main [name="{name}"]').first.get_attribute("type") == "checkbox"
            for each in TERMS[name].split(", ") if several else [TERMS[name]]:
                person.answer(name, each)
    more = person.page.locator("main").get_by_role("button", name="Guardar y seguir").count()
    person.press("Guardar y seguir" if more else "Guardar")


def look_at_barriers(walk):
    """Can people of the town meet what the terms ask?"""
    secretary = walk.secretary
    secretary.go("barriers/")
    for item in secretary.page.locator("main .tasks > li > div > a").all_inner_texts():
        secretary.follow(item)
        secretary.press("Guardar", surmountable="yes", finding="Un vecino con oficio puede cumplirlo.")
