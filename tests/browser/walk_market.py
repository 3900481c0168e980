"""Between the announcement and the integrated terms: who buys, who comes, who asks, and what all are told."""

from datetime import timedelta

from .walk_call import ANNOUNCED, QUERIES

ANA = {
    "first_name": "Ana",
    "last_name": "Ruiz Torres",
    "organization": "Servicios Ana SAC",
    "ruc": "20123456786",
}
BETO = {
    "first_name": "Beto",
    "last_name": "Paz Rojas",
    "organization": "Cooperativa Moche",
    "ruc": "20555555556",
}


def sell(walk):
    """Ana asks on the page with her phone, Beto stands at the counter; both pay at the till."""
    walk.move(ANNOUNCED + timedelta(days=1))
    ana = walk.meet("ana", 51, "Ana", "Ruiz Torres", "phone")
    ana.go("")
    ana.follow("Comprar las bases")
    ana.press("Pedir las bases", dni=ana.dni, phone="999888777", **ANA)
    code = ana.page.locator("main .say").inner_text()
    take_payment(walk, ana, ANA, code)
    beto = walk.meet("beto", 52, "Beto", "Paz Rojas", "phone")
    walk.clerk.go("sale/")
    walk.clerk.follow("Hay alguien en ventanilla")
    walk.clerk.press("Pedir las bases", dni=beto.dni, phone="999888666", **BETO)
    take_payment(walk, beto, BETO, "Paz")
    for buyer in (ana, beto):
        buyer.go("purchase/")
        buyer.press("Recoger las bases")
        buyer.follow("Leer las bases")


def take_payment(walk, buyer, said, words):
    """The treasurer finds the request, takes the money, gives receipt and printed code."""
    treasurer = walk.treasurer
    treasurer.go("sale/")
    treasurer.press("Buscar", q=words)
    treasurer.follow(said["organization"])
    treasurer.follow("Registrar el pago")
    treasurer.press("Dar el recibo", method="cash", document_seen=True)
    walk.open_account(buyer, treasurer)


def hold_first_meeting(walk):
    """The committee invites and convenes; the door, a question, the minutes, and the witness of the JVS."""
    meeting = convene(walk, 1)
    walk.move(meeting.date)
    come(walk, "Julia Vega Ramos", 16, sector="jvs", capacity="jvs", sex="woman")
    come(walk, "Ana Ruiz Torres", 51, sector="professional", capacity="free", sex="woman")
    come(walk, "Raúl Díaz Soto", 61, sector="business", capacity="free", sex="man")
    walk.secretary.follow("Primera reunión")
    walk.secretary.follow("Una pregunta y su respuesta")
    asked = {"text": "¿Cuándo empieza la venta?", "answer": "Ya empezó; termina el 23 de abril."}
    walk.secretary.press("Anotarlo", **asked)
    walk.secretary.press("Registrar que se hizo")
    write_minutes(walk)
    witness(walk)


def convene(walk, number):
    """Invite the JVS and a neighbour with a trade; tell where it is held."""
    chair = walk.chair
    chair.go("meetings/")
    chair.follow(["Primera reunión", "Segunda reunión", "Tercera reunión"][number - 1])
    chair.follow("Anotar una invitación")
    sent = {"medium": "letter", "sent_on": str(walk.at.date()), "proof": "Cargo 015-2026"}
    chair.press("Anotar la invitación", name="JVS de Laredo", sector="jvs", **sent)
    chair.press("Anotar la invitación", name="Ferretería El Tubo", sector="business", **sent)
    chair.follow(["Primera reunión", "Segunda reunión", "Tercera reunión"][number - 1])
    chair.follow("Convocar")
    chair.press("Convocar la reunión", place="Local comunal, jirón Unión 120")
    return walk.call.meetings.current().get(number=number)


def come(walk, name, dni, **how):
    """Somebody comes in at the door."""
    secretary = walk.secretary
    if not secretary.page.url.endswith("/attendance/"):
        secretary.go("meetings/")
        secretary.follow("Ver la reunión")
        secretary.follow("Quién viene")
    secretary.press("Anotar y seguir con el siguiente", name=name, dni=f"{dni:08}", **how)


def write_minutes(walk, **more):
    secretary = walk.secretary
    secretary.follow("Qué se contó")
    secretary.press("Guardar", account="Se explicó el proceso y se respondió a todos.", **more)
    secretary.press("Cerrar el acta")


def witness(walk):
    """The observer finds the minutes among her work, reads and signs them."""
    observer = walk.observer
    observer.go("/work/")
    observer.go("minutes/")
    observer.follow("Leer y firmar")
    observer.press("Fui testigo")


def ask(walk):
    """Each buyer asks from the phone; nobody sees who."""
    walk.move(QUERIES - timedelta(days=10))
    walk.ana.go("purchase/")
    walk.ana.follow("Mis consultas")
    walk.ana.press("Enviar la consulta", clause="28.1", text="¿La garantía puede ser una hipoteca?")
    walk.beto.go("queries/ask/")
    walk.beto.press("Enviar la consulta", text="¿Se puede visitar los pozos antes de ofrecer?")


def hold_second_meeting(walk):
    """A query asked aloud gets its number; the four topics are dealt with."""
    meeting = convene(walk, 2)
    walk.move(meeting.date)
    come(walk, "Julia Vega Ramos", 16, sector="jvs", capacity="jvs", sex="woman")
    come(walk, "Beto Paz Rojas", 52, sector="professional", capacity="buyer", sex="man", receipt="2")
    walk.secretary.follow("Segunda reunión")
    walk.secretary.follow("Una consulta de palabra")
    spoken = {"attendance": {"label": "Beto Paz Rojas"}, "text": "¿Cuántas conexiones hay?"}
    walk.secretary.press("Anotarla", **spoken)
    walk.secretary.press("Ya la leí a quien preguntó: numerarla")
    walk.secretary.press("Registrar que se hizo")
    write_minutes(walk, topics=["business-plan", "requisites", "selection", "contract"])
    witness(walk)


def answer(walk):
    """The adviser drafts, the committee approves in a sitting and sends one circular to all."""
    walk.move(QUERIES)
    legal, chair = walk.legal, walk.chair
    legal.go("/work/")
    legal.go("queries/")
    for text in ("Sí, si está inscrita.", "Sí, los sábados.", "Son 6,000."):
        legal.follow("Redactar la respuesta")
        legal.press("Guardar el borrador", answer=text)
        legal.go("queries/")
    chair.go("queries/")
    chair.follow("Empezar una circular")
    chair.press("Guardar el borrador", subject="Respuesta a las consultas")
    chair.follow("Aprobar la circular")
    chair.confirm("Aprobar la circular", present=sitting(walk))
    chair.follow("Enviarla a todos los compradores")
    chair.confirm("Enviarla a todos los compradores")
    walk.ana.go("/shelf/")
    walk.ana.go("purchase/")


def sitting(walk):
    return [str(each.user.pk) for each in (walk.chair, walk.member, walk.third)]


def integrate(walk):
    """The terms are integrated; from now on bids may be presented."""
    walk.chair.go("")
    walk.chair.follow("Bases integradas")
    walk.chair.confirm("Publicar las bases integradas", present=sitting(walk))


def hold_third_meeting(walk):
    """How the forms are filled; what changes no rule is answered on the spot."""
    meeting = convene(walk, 3)
    walk.move(meeting.date)
    come(walk, "Ana Ruiz Torres", 51, sector="professional", capacity="buyer", sex="woman", receipt="1")
    walk.secretary.follow("Tercera reunión")
    walk.secretary.press("Registrar que se hizo")
    write_minutes(walk)
