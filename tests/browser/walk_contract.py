"""The contract from the final award to its signature: its parts, a term too near an election, two reasons."""

from procurement.schedule import local_day

from .walk import paper

WRITTEN = {
    "readjustment": "Cada año, con el índice de precios: cuota × índice de hoy ÷ índice anterior.",
    "indemnity": "Lo invertido y no recuperado, según el último balance, en sesenta días.",
}
SITUATION = "Las obras no están terminadas y el servicio fue gratuito por largo tiempo."


def begin(walk):
    """The manager begins the draft; before the signature nobody else reads it."""
    manager = walk.manager
    manager.go("/work/")
    manager.go("")
    manager.go("contract/")
    manager.follow("Abrir el borrador")
    manager.press("Abrir el borrador", number="001-2026")
    walk.public.go("contract/")
    assert walk.public.reads("Se prepara el contrato")


def write_parts(walk):
    """Go through the parts of the draft, each marked until nothing is missing in it."""
    manager = walk.manager
    manager.follow("El operador y quién firma")
    who = {"representative": "Ana Ruiz", "representative_dni": "00000051", "power_entry": "Asiento C00001"}
    manager.press("Guardar", **who, initial_capital="20000.00")
    manager.follow("Accionistas del operador")
    manager.press("Guardar")
    manager.follow("Periodo de transición")
    manager.press("Guardar", days="120", situations=["works", "free"], reason=SITUATION)
    manager.follow("Metas")
    manager.press("Guardar")
    manager.follow("Cláusulas")
    manager.press("Guardar", **WRITTEN)
    manager.follow("Anexos")
    manager.press("Agregarlo", kind="business-plan", file=paper("plan.pdf"))


def set_term(walk):
    """Eight years end too near an election: the page says why, which years pass, and asks for a reason."""
    manager = walk.manager
    manager.go("contract/term/")
    manager.press("Guardar", years="8")
    manager.go("contract/term/")
    assert manager.reads("Este plazo termina demasiado cerca de una elección")
    assert manager.reads("Estos años sí sirven: 7, 9, 10")
    manager.follow("Mantenerlo de todos modos")
    manager.press("Seguir", reason="El concejo lo aprobó: el préstamo de las obras dura ocho años.")


def report(walk):
    """What still warns is answered by name; the legal adviser reports, and every annex is frozen."""
    walk.manager.go("contract/")
    walk.manager.follow("Diga por qué sigue")
    walk.manager.press("Seguir", reason="Se acordó con el operador: ocho años, como el préstamo.")
    walk.legal.go("/work/")
    walk.legal.follow("Seguir con el proyecto")
    walk.legal.follow("Informar que se puede firmar")
    walk.legal.press("Informar", report="Revisado con los anexos. No falta nada.")


def sign(walk):
    """The mayor records the signature; from then on everybody reads the contract."""
    walk.pass_time(days=1)
    walk.ana.go("/work/")
    walk.ana.go("contract/")
    walk.ana.follow("Leer todo el contrato")
    mayor = walk.mayor
    mayor.go("/work/")
    mayor.follow("Ir a hacerlo")
    mayor.follow("Registrar la firma")
    percentage = walk.call.contracts.get().fund_percentage
    said = {"signed_on": str(local_day(walk.at)), "scan": paper("contrato.pdf")}
    mayor.press("Registrar la firma", percentage=str(percentage), **said)
    walk.public.go("contract/")
    assert walk.public.reads("10.20 %")
    walk.observer.go("contract/text/")
