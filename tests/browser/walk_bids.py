"""Two bidders from their phones: who they are, sealed envelopes, the receipt; and the close by the clock."""

from pathlib import Path

from procurement import clockwork

from .walk import paper

PAPERS = ["experience", "finance", "moral", "origin", "administrative", "technical", "bid_guarantee"]
PLACE = {"origin_group": "eps", "department": "La Libertad", "province": "Trujillo", "district": "Laredo"}
FORM = {
    "experience": "Seis años de agua potable en la EPS.",
    "working_capital": "25000.00",
    "assets": "40000.00",
    "administration": "Libros al día, con contadora.",
    "bid_bond": "DEPOSITO 00123",
    "address": "Jirón Unión 12",
    "phone": "999888777",
}
TEAM = ["Ana Ruiz", "Luis Paz", "Eva Sol"]


def register(walk):
    """Each bidder says who bids; the till sees the RUC."""
    who(walk.ana, name="Servicios Ana SAC", kind="private", ruc="20123456786")
    who(walk.beto, name="Cooperativa Moche", kind="cooperative", ruc="20555555556")
    for ruc in ("20123456786", "20555555556"):
        walk.treasurer.go("")
        walk.treasurer.follow("RUC de quienes postulan")
        walk.treasurer.press("Confirmar", ruc=ruc, document_seen=True)


def who(bidder, **particulars):
    bidder.go("/work/")
    bidder.follow("Ir a hacerlo")
    bidder.follow("Registrar quién postula")
    bidder.press("Guardar", **particulars, **PLACE)
    bidder.press("Empezar mi propuesta")


def seal(walk):
    """Write, add photographs, seal; the key file is saved and kept at home."""
    walk.kept["keys"] = {
        "ana": write(walk.ana, "10.20", origin="Lima, desde 2015"),
        "beto": write(walk.beto, "9.50", origin="Laredo, desde siempre", local=True),
    }


def write(bidder, percentage, **said):
    bidder.go("bid/")
    bidder.follow("Escribir y cerrar")
    bidder.go("bid/seal/")  # as without JavaScript; test_sealing.py seals on the bidder's own device
    bidder.fill(**FORM, **said, representative=f"{bidder}", dni=bidder.dni, percentage=percentage)
    for row, name in enumerate(TEAM):
        bidder.fill(**{f"team-{row}-name": name, f"team-{row}-role": "Técnico", f"team-{row}-years": "6"})
    bidder.fill(**{"team-0-sector": True})
    bidder.fill(**{f"paper-{key}": paper(f"{key}.pdf") for key in PAPERS})
    bidder.press("Cerrar los sobres")
    with bidder.page.expect_download() as saved:
        bidder.page.locator("main").get_by_role("button", name="Guardar mi archivo de llave").click()
    return Path(saved.value.path()).read_text()


def present(walk):
    """The last look, the number of the call, and a receipt to the second."""
    for bidder in (walk.ana, walk.beto):
        bidder.go("bid/")
        bidder.follow("Revisar y presentar")
        bidder.confirm("Presentar los sobres", saved=True)
        assert bidder.reads("Su propuesta está presentada")
        bidder.go("bid/")
    walk.observer.go("")


def close(walk):
    """The hour comes: the clock closes, and nothing enters any more."""
    walk.move(walk.call.schedule.submission_deadline)
    walk.pass_time(seconds=60)
    assert {each.went for each in clockwork.run()} == {"done"}
    walk.ana.go("bid/")
    walk.chair.go("")
    walk.observer.go("")
