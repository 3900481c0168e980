"""What the winner brings to the till: received, verified, accepted, registered, and one day given back."""

from guarantees.catalogue import CATALOGUE
from procurement.business_days import add_years
from procurement.schedule import local_day

from .walk import paper

SAFE = "Caja fuerte de tesorería, sobre 014"


def bring_letter(walk):
    """Treasury receives a bank's letter; the legal adviser asks the bank; the manager accepts it."""
    receive(
        walk,
        "Recibir la de fiel cumplimiento",
        "Carta fianza",
        issuer="Banco Inventado",
        number="CF-2026-0045",
        expiry=str(add_years(today(walk), 11)),
    )
    legal = walk.legal
    legal.go("/work/")
    legal.follow("Verificar una garantía")
    legal.follow("Informar lo que se verificó")
    legal.press("Informar lo que se verificó", **asked_of_the_bank(walk))
    accept(walk, "Resolución de Gerencia 010-2026-MDL")
    assert walk.manager.reads("Rige")
    walk.public.go("guarantees/")


def receive(walk, button, instrument, **particulars):
    """Choose what was brought, write what the paper says, and keep it."""
    treasurer = walk.treasurer
    treasurer.go("guarantees/")
    treasurer.follow(button)
    treasurer.follow(instrument)
    kept = {"start": str(today(walk)), "custody": SAFE, "file": paper("original.pdf")}
    treasurer.press("Recibirla y entregar el cargo", **kept, **particulars)


def asked_of_the_bank(walk):
    """Tick what the letter says and what the bank confirmed."""
    return checked("CARTA_FIANZA") | {
        "issuer_authorised": True,
        "issuer_source": "Lista de la SBS, vista hoy",
        "confirmed_by": "Carla Paredes, área de garantías",
        "confirmed_on": str(today(walk)),
        "wording": list(CATALOGUE["CARTA_FIANZA"].wording),
        "verification": "El banco confirmó por teléfono la carta, su monto y su plazo.",
    }


def checked(instrument):
    """Tick every check of an instrument."""
    return {"in_writing": True, "checks": [line.key for line in CATALOGUE[instrument].checks]}


def accept(walk, decision):
    manager = walk.manager
    manager.go("/work/")
    manager.follow("Decidir si se acepta una garantía")
    if manager.reads("plan de contingencia"):
        plan(manager)
        manager.go("/work/")
        manager.follow("Decidir si se acepta una garantía")
    manager.follow("Aceptar")
    manager.press("Aceptar la garantía", decision=decision, file=paper("resolucion.pdf"))


def plan(manager):
    """Say what pays for the service where the guarantee is no cash at once."""
    manager.go("guarantees/sizing/")
    manager.follow("Escribir el plan")
    said = {"bridge": "La reserva de tesorería, hasta S/ 30,000.00.", "responsible": "Gerencia municipal"}
    manager.press("Escribir el plan", **said)


def bring_mortgage(walk):
    """The operator gives a house instead; the deed is registered before it counts."""
    asset = "Casa de dos pisos en el jirón Bolívar 120, Laredo"
    receive(walk, "Recibir otra", "Hipoteca", asset=asset, registry_entry="P03112233")
    legal = walk.legal
    legal.go("/work/")
    legal.follow("Verificar una garantía")
    legal.follow("Anotar cuánto valen los bienes")
    worth = {"value": "60000.00", "haircut": "30.00", "done_on": str(today(walk))}
    people = {"appraiser_1": "Ing. Úrsula Rey, CIP 101", "appraiser_2": "Arq. Noé Ríos, CAP 202"}
    legal.press("Anotar cuánto valen los bienes", **worth, **people)
    legal.follow("Informar lo que se verificó")
    found = {"public_deed": "Escritura 123, notario Narváez", "verification": "Sin cargas anteriores."}
    legal.press("Informar lo que se verificó", **checked("HIPOTECA"), **found)
    accept(walk, "Resolución de Gerencia 015-2026-MDL")
    legal.go("/work/")
    legal.follow("Anotar la inscripción")
    legal.follow("Anotar su inscripción")
    entry = {"entry": "D00001", "office": "Trujillo", "inscribed_on": str(today(walk))}
    legal.press("Anotar su inscripción", **entry, file=paper("asiento.pdf"))
    assert legal.reads("Rige")


def give_letter_back(walk):
    """The house stands in its place: the manager releases the letter, treasury hands it back."""
    give_back(walk, "Carta fianza", "Entró la hipoteca.", "Hipoteca")


def bring_letter_again(walk):
    """A year on the bank lends again: the house is free, once its registration is lifted."""
    receive(
        walk,
        "Recibir otra",
        "Carta fianza",
        issuer="Banco Inventado",
        number="CF-2027-0101",
        expiry=str(add_years(today(walk), 11)),
    )
    walk.legal.go("/work/")
    walk.legal.follow("Verificar una garantía")
    walk.legal.follow("Informar lo que se verificó")
    walk.legal.press("Informar lo que se verificó", **asked_of_the_bank(walk))
    accept(walk, "Resolución de Gerencia 003-2027-MDL")
    give_back(walk, "Hipoteca", "Entró otra carta fianza.", "Carta fianza", lifted="Escritura 456")


def give_back(walk, instrument, reason, other, **lifted):
    manager, treasurer = walk.manager, walk.treasurer
    manager.go("guarantees/")
    manager.follow(instrument)
    manager.follow("Liberarla")
    choices = manager.page.locator("main [name=replaced_by] option").all_inner_texts()
    told = next(each for each in choices if other.lower() in each.lower())
    manager.press("Liberar la garantía", reason=reason, replaced_by={"label": told})
    walk.pass_time(hours=1)
    treasurer.go("/work/")
    treasurer.follow("Devolver una garantía")
    treasurer.follow("Devolverla")
    back = {"returned_to": "Ana Ruiz, gerenta", "returned_on": str(today(walk)), "file": paper("cargo.pdf")}
    treasurer.press("Devolver el original", **back, **lifted)
    assert treasurer.reads("Devuelta")


def today(walk):
    return local_day(walk.at)
