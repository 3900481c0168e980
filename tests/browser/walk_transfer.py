"""The transfer room: seven items with proof, both sides accept, a neighbour looks on; then the delivery."""

from pathlib import Path

from contracts import sheets
from contracts.transfer_items import SEVEN, window
from procurement import background
from procurement.schedule import local_day
from tests.transferring import ROWS, XLSX

from .walk import paper


def begin(walk):
    """The manager plans it as the page proposes, and both sides install the joint committee."""
    manager = walk.manager
    manager.go("/work/")
    manager.follow("Planificar la transferencia")
    manager.follow("Planificar la transferencia")
    manager.press("Guardar el plan")
    manager.follow("Ir allí")
    members = {"municipal_members": "Marta Quispe, gerenta", "operator_members": "Ana Ruiz, gerenta"}
    manager.press("Registrar la instalación", **members)
    for person in (walk.ana, walk.observer, walk.public):
        person.go("transfer/")


def hand_in(walk):
    """The technical area brings the seven proofs; where a workbook goes with one, first that."""
    atm = walk.atm
    walk.pass_time(days=60)
    for about in SEVEN:
        atm.go("transfer/")
        atm.follow(str(about.title))
        if about.sheet:
            fill_workbook(walk, about)
        else:
            atm.follow("Entregar la prueba")
        atm.press("Entregar", upload=paper(f"{about.key}.pdf"), note_text="Está completo.")


def fill_workbook(walk, about):
    """Take the empty workbook, upload one with a fault, see its cell, and upload it again."""
    atm, rows = walk.atm, ROWS[about.sheet]
    atm.follow("Primero: suba el cuadro")
    if about.sheet == "inventory":
        assert download(atm, "Descargar el cuadro vacío").startswith(b"PK")
        upload(walk, about, [rows[0] | {"owner": ""}, *rows[1:]], told="No se incorporó nada")
        assert atm.reads("G2")
        atm.follow("Subirlo otra vez")
    upload(walk, about, rows, told="Quedó incorporado")
    atm.follow("Ahora entregue la prueba")


def upload(walk, about, rows, told):
    """Upload a workbook and let the worker read it; the page says by itself what came of it."""
    content = sheets.export(sheets.SHEETS[about.sheet], rows)
    file = {"name": f"{about.key}.xlsx", "mimeType": XLSX, "buffer": content}
    walk.atm.press("Subir y revisar", file=file)
    assert {how for _what, how in background.run_waiting("walk")} == {"done"}
    walk.atm.page.locator("main").get_by_text(told).wait_for()
    walk.atm.page.wait_for_load_state()
    walk.atm.look()


def download(person, link):
    """Press a link that hands out a file; return what is in it."""
    with person.page.expect_download() as saved:
        person.page.locator("main").get_by_role("link", name=link).first.click()
    return Path(saved.value.path()).read_bytes()


def accept(walk):
    """Operator and manager look at what waits for them, item by item, and accept it; one goes back once."""
    for place in range(len(SEVEN)):
        walk.ana.go("/work/")
        walk.ana.follow("Revise «")
        if place == 0:
            send_back(walk)
        if walk.ana.reads("Descargar el cuadro"):
            assert download(walk.ana, "Descargar el cuadro").startswith(b"PK")
        walk.ana.press("Aceptar")
        walk.manager.go("/work/")
        walk.manager.follow("Revise «")
        walk.manager.press("Aceptar")


def send_back(walk):
    """The operator says what is wrong; the technical area brings another proof."""
    item = walk.ana.page.url
    walk.ana.follow("Decir qué está mal")
    walk.ana.press("Devolverla", objection="Falta la gente del sector Alto Laredo.")
    walk.atm.go("/work/")
    walk.atm.follow("Trabaje en «")
    walk.atm.follow("Entregar la prueba")
    walk.atm.press("Entregar", upload=paper("prueba-2.pdf"))
    walk.ana.go(item[item.index("/tenders") :])


def watch(walk):
    """A neighbour of the JVS reads what both sides closed, and signs as witness."""
    observer = walk.observer
    observer.go("transfer/")
    observer.follow("Inventario valorizado")
    observer.follow("Acta")
    observer.press("Fui testigo")


def deliver(walk):
    """The act is written, the operator signs on the phone, the mayor last: operations start."""
    first, _last = window(walk.call.contracts.get().signed_on)
    walk.pass_time(days=(first - local_day(walk.at)).days + 10)
    manager, mayor = walk.manager, walk.mayor
    manager.go("/work/")
    manager.follow("Escribir el acta de entrega")
    manager.follow("Escribirla")
    said = {"place": "Planta de Laredo", "readings": "Macromedidor: 1,204 m³. Reservorio: lleno."}
    manager.press("Guardar el acta", starts_on=str(local_day(walk.at)), **said)
    manager.follow("Diga por qué sigue")
    manager.press("Seguir", reason="Los seguros llegan esta semana; hasta entonces responde el operador.")
    assert manager.reads("Entrega del servicio")
    walk.ana.go("/work/")
    walk.ana.follow("Firmar el acta de entrega")
    walk.ana.press("Firmar por el operador")
    mayor.go("/work/")
    mayor.follow("Registrar la entrega")
    mayor.confirm("Registrar la entrega")
    for person in (walk.ana, walk.observer, walk.public):
        person.go("transfer/")
        assert person.reads("El servicio está entregado")
