"""From the approved terms to the announcement: dates, custodians with words, two who announce."""

from datetime import datetime
from zoneinfo import ZoneInfo

LIMA = ZoneInfo("America/Lima")
ANNOUNCED = datetime(2026, 3, 2, 12, tzinfo=LIMA)
QUERIES = datetime(2026, 4, 6, 17, tzinfo=LIMA)
DEADLINE = datetime(2026, 4, 24, 15, tzinfo=LIMA)


def set_dates(walk):
    """The manager completes the year; the secretary decides three dates and sees the others."""
    secretary, manager = walk.secretary, walk.manager
    secretary.go("schedule/")
    secretary.follow("Poner las fechas")
    secretary.moment("announcement", ANNOUNCED)
    secretary.moment("query_deadline", QUERIES)
    secretary.moment("submission_deadline", DEADLINE)
    secretary.press("Proponer las otras fechas")
    secretary.press("Guardar las fechas")
    manager.go("schedule/")
    manager.follow("Días en que la municipalidad no atiende")
    manager.press("Los días de 2026 están completos")


def approve(walk):
    """The manager reads the terms once more and approves them."""
    manager = walk.manager
    manager.go("/work/")
    manager.follow("Ir a hacerlo")
    manager.confirm("Aprobar las bases")


def seat_custodians(walk):
    """Five people make a sheet of words each and prove it; nobody else sees them."""
    secretary = walk.secretary
    named = [(person, "committee") for person in (walk.chair, walk.member, walk.third)]
    for person, group in [*named, (walk.observer, "jvs"), (None, "notary")]:
        secretary.go("custodians/")
        secretary.follow("Nombrar un custodio")
        who = {"user": str(person.user.pk)} if person else {"full_name": "Noé Narváez Lozano"}
        secretary.press("Nombrar a esta persona", group=group, **who)
    walk.kept["words"] = []
    for holder in (walk.chair, walk.member, walk.third, walk.observer, secretary):
        walk.kept["words"].append(make_sheet(holder))
    secretary.go("custodians/")
    secretary.press("Registrar las claves")


def make_sheet(holder):
    """Make the words in the own device, write them down, copy three, and prove the paper by typing all."""
    holder.go("custodians/")
    holder.follow("Hacer la hoja")
    page = holder.page
    page.locator("[data-do=make]:enabled").click()
    words = page.locator("main ol.words li").all_inner_texts()
    assert len(words) == 24
    page.locator("[data-do=written]").click()
    for place in (3, 11, 20):
        page.locator(f"#word-{place}").fill(words[place - 1])
    page.locator("[data-do=send]").click()
    page.wait_for_url("**/prove/")
    type_words(holder, words, "prove")
    page.wait_for_url("**/custodians/")
    holder.look()
    return words


def type_words(holder, words, button):
    """Type the words of a sheet, from their first letters, and go on."""
    page = holder.page
    page.wait_for_selector("[data-ready]")
    page.locator("#typed").fill(" ".join(word[:4] for word in words))
    holder.look()
    page.locator(f"[data-do={button}]").click()


def announce(walk):
    """One of the committee proposes, another confirms; from that minute on everybody can read it."""
    public = walk.meet("public", 70, "Paula", "Pública", "phone")
    public.go("/")
    assert not public.reads("Laredo")
    walk.move(ANNOUNCED)
    walk.chair.go("")
    walk.chair.follow("Publicar la convocatoria")
    walk.chair.confirm("Proponer el anuncio")
    walk.member.go("announce/")
    walk.member.confirm("Publicar la convocatoria")
    public.go("/")
    public.follow("Laredo")
