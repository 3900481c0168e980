"""The host founds, the mayor appoints: how everybody gets an account without an e-mail address."""

from procurement.services import installation

from .walk import paper

OFFICIALS = [
    ("manager", 3, "Marta", "Quispe Rojas", "manager"),
    ("legal", 4, "Lidia", "Asto Vega", "legal"),
    ("treasurer", 5, "Tito", "Cárdenas Luna", "treasury"),
    ("clerk", 6, "Delia", "Meza Ríos", "desk"),
    ("atm", 7, "Aldo", "Torres Díaz", "atm"),
]
SEATS = [
    ("chair", 11, "Rosa", "Chávez Pinto", "chair"),
    ("member", 12, "César", "Medina Soto", "member"),
    ("third", 13, "Nora", "Terán Silva", "member"),
    ("alternate", 14, "Saúl", "Alva Cruz", "alternate"),
]


def found(walk):
    """The host has a printed code from the machine's first start, creates the municipality, invites its
    mayor.
    """
    host = walk.meet("host", 1, "Hilda", "Anaya Paz")
    code = installation.found(dni=host.dni, name=str(host))
    host.go("/")
    host.page.get_by_role("link", name="Entrar").click()
    host.look()
    host.follow("Tengo un código impreso")
    host.press("Elegirla y entrar", dni=host.dni, code=code, password="agua clara 7 pozos")
    host.follow("La instalación")
    host.follow("Crear una municipalidad")
    host.press(
        "Crearla",
        name="Laredo",
        kind="district",
        department="La Libertad",
        province="Trujillo",
        ubigeo="130106",
        legal_number="6",
    )
    mayor = walk.meet("mayor", 2, "Máximo", "Alcántara Gil")
    invite(host, "Invitar e imprimir el código", mayor, document="Credencial JNE 0001-2022")
    walk.open_account(mayor, host)


def invite(giver, button, person, **particulars):
    giver.press(
        button, dni=person.dni, first_name=person.first_name, last_name=person.last_name, **particulars
    )


def appoint_officials(walk):
    """The mayor gives each office by a resolution; each official comes in with the printed code."""
    for name, dni, first_name, last_name, role in OFFICIALS:
        official = walk.meet(name, dni, first_name, last_name)
        walk.mayor.go("/work/")
        walk.mayor.follow("Personas de Laredo")
        walk.mayor.follow("Designar a una persona")
        papers = {"document": f"Resolución de Alcaldía {dni:03}-2026-MDL", "upload": paper("ra.pdf")}
        invite(walk.mayor, "Designar", official, role=role, **papers)
        walk.open_account(official, walk.mayor)


def begin(walk):
    """The manager enters the town and begins the draft of the call."""
    manager = walk.manager
    manager.go("/work/")
    manager.follow("Empezar una convocatoria en Laredo")
    facts = {"name": "Laredo", "population": "28296", "source": "Censo 2017, INEI", "region": "Costa"}
    manager.check("Registrar el pueblo", **facts, latitude="-8.0900", longitude="-78.9600")
    manager.check("Abrir el borrador", title="Operador de agua y desagüe de Laredo")
    walk.tender = int(manager.page.url.rstrip("/").split("/")[-1])
    walk.number = manager.page.locator(".call .name b").inner_text().removeprefix("Convocatoria ")


def appoint_committee(walk):
    """The mayor appoints the committee with its alternate, its secretary and the observer of the JVS."""
    for name, dni, first_name, last_name, position in SEATS:
        seat(walk, walk.meet(name, dni, first_name, last_name), "committee", position=position)
    seat(walk, walk.meet("secretary", 15, "Sara", "Seminario Paz"), "secretary")
    seat(walk, walk.meet("observer", 16, "Julia", "Vega Ramos", "phone"), "jvs")


def seat(walk, person, role, **place):
    walk.mayor.go("people/")
    walk.mayor.follow("Designar a una persona")
    invite(walk.mayor, "Designar", person, role=role, document="RA 020-2026-MDL", **place)
    walk.open_account(person, walk.mayor)
