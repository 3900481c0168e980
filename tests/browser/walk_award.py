"""The two acts of opening, the evaluation between them, the ranking, the award, and its consent."""

from datetime import timedelta

from procurement import clockwork

from .walk_call import type_words
from .walk_market import sitting

REASON = "Consta en la página 4 de lo presentado."


def hold_opening(walk, stage):
    """Convene the act, go to its hour, call the roll; custodians check, then enough of them hand over."""
    chair = walk.chair
    chair.go(f"opening/{stage}/")
    chair.follow("Convocar el acto")
    if stage == 2:  # the hour that was announced has passed while the result became firm
        chair.moment("planned_at", walk.at + timedelta(days=1))
    chair.press("Convocar el acto", place="Auditorio municipal", notary="Noé Narváez Lozano, notario")
    act = walk.call.opening_acts.get(stage=stage, annulled_at=None)
    walk.observer.go(f"opening/{stage}/")
    walk.move(max(act.planned_at, walk.at))
    chair.go(f"opening/{stage}/")
    chair.follow("Empezar el acto")
    chair.press("Empezar el acto", present=sitting(walk))
    holders = [walk.chair, walk.member, walk.third, walk.observer]
    some = list(zip(holders, walk.kept["words"], strict=False))[1:]
    for person, words in some:
        check(person, stage, words)
    walk.ana.go(f"opening/{stage}/")
    for person, _words in some:
        person.page.locator("[data-do=open]").click()
        person.page.wait_for_url(f"**/opening/{stage}/")
        person.look()
    walk.ana.go(f"opening/{stage}/")
    walk.public.go(f"opening/{stage}/live/")
    chair.go(f"opening/{stage}/")
    chair.press("Cerrar el acto")


def check(person, stage, words):
    """Take the paper, compare the words of the close, check; the page stays open until it is time to open."""
    person.go(f"opening/{stage}/")
    person.follow("Comprobar los sobres")
    type_words(person, words, "read")
    person.page.locator("#compared").check()
    person.look()
    person.page.locator("[data-do=check]").click()
    person.page.locator("[data-step=checked]").wait_for()


def open_first(walk):
    """Envelope 1 in public; the observer signs the minutes as witness."""
    walk.chair.go("")
    hold_opening(walk, 1)
    for person in (walk.ana, walk.observer, walk.public):
        person.go("opening/1/")
    walk.ana.go("bid/")
    walk.observer.go("minutes/")
    walk.observer.follow("Leer y firmar")
    walk.observer.press("Fui testigo")


def declare_again(walk):
    """The bidders are known now: whoever decides says again what ties them."""
    for person in (walk.chair, walk.member, walk.third):
        person.go("evaluation/")
        person.follow("Declarar")
        person.check("Declarar", has_conflict="no")


def evaluate(walk):
    """Each member fills a sheet alone; together they decide criterion by criterion, with reasons."""
    for member in (walk.chair, walk.member, walk.third):
        for name in ("Servicios Ana SAC", "Cooperativa Moche"):
            member.go("evaluation/")
            member.follow(name)
            member.press("Guardar mi hoja", **sheet(member))
    for name in ("Servicios Ana SAC", "Cooperativa Moche"):
        walk.chair.go("evaluation/")
        walk.chair.follow(name)
        walk.chair.follow("Abrir los papeles reservados")
        type_words(walk.chair, walk.kept["words"][0], "open")
        walk.chair.page.wait_for_url("**/evaluation/*/")
        while walk.chair.page.locator("main").get_by_role("link", name="Decidir juntos").count():
            walk.chair.follow("Decidir juntos")
            local = walk.chair.page.url.endswith("/local/") and name.startswith("Servicios")
            points = {"points": "75.00"} if walk.chair.page.locator('main [name="points"]').count() else {}
            meets = "no" if local else "yes"
            walk.chair.press("Registrar la decisión", meets=meets, reason=REASON, **points)
        walk.chair.press("Calificar")


def sheet(member):
    """Answer every criterion that the page asks: it complies."""
    names = member.page.locator("main form").last.evaluate(
        "form => [...new Set([...form.elements].map(each => each.name))]"
    )
    said = {}
    for name in names:
        _key, _dash, what = name.rpartition("-")
        said |= {"finding": {name: "meets"}, "reason": {name: REASON}, "points": {name: "75.00"}}.get(
            what, {}
        )
    return said


def publish_first_result(walk):
    walk.ana.go("evaluation/")
    walk.chair.go("evaluation/")
    walk.chair.press("Publicar el resultado")
    walk.beto.go("/work/")
    walk.beto.go("evaluation/")
    walk.beto.go("bid/")


def open_second(walk):
    """Envelope 2 of those who qualified, once the result of envelope 1 is firm."""
    walk.chair.go("opening/2/convene/")
    result = walk.call.first_results.get(superseded_at=None)
    walk.move(result.appeal_until)
    walk.chair.go("")
    hold_opening(walk, 2)
    walk.observer.go("opening/2/")


def rank(walk):
    """The ranking with its account, and the signatures of who decided."""
    walk.chair.go("ranking/")
    walk.chair.press("Hacer el cuadro de méritos")
    for member in (walk.chair, walk.member, walk.third):
        member.go("ranking/")
        member.follow("Firmar, o decir por qué no")
        member.press("Firmar")
    walk.public.go("ranking/")
    walk.beto.go("bid/")


def remark(walk):
    """The observer leaves a remark; the award waits until it is answered."""
    observer, chair = walk.observer, walk.chair
    observer.go("remarks/")
    observer.press("Publicar la observación", text="El acto empezó con diez minutos de retraso.")
    chair.go("award/")
    assert chair.reads("sin responder")
    chair.go("remarks/")
    chair.follow("Responder")
    chair.press("Publicar la respuesta", text="Se esperó al notario. Consta en el acta.")
    observer.go("remarks/")


def give_award(walk):
    """The chair announces the winner; everybody can read who won and why."""
    chair = walk.chair
    chair.go("award/")
    chair.follow("Anunciar la buena pro")
    chair.confirm("Anunciar la buena pro")
    for person in (walk.ana, walk.beto):
        person.go("/work/")
        person.go("bid/")
        person.go("award/")
    walk.ana.go("appeals/")
    walk.ana.go("ranking/")
    walk.public.go("")
    assert walk.public.reads("Cooperativa Moche")


def consent(walk):
    """Nobody appeals: when the time is over the clock makes the award final."""
    walk.move(walk.call.awards.get(ended_at=None).appeal_until)
    assert "failed" not in [each.went for each in clockwork.run()]
    assert walk.call.state == "consented"
    for person in (walk.public, walk.ana, walk.beto, walk.observer, walk.chair, walk.manager):
        person.go("")
    walk.public.go("/")
    walk.public.go("award/")
    walk.public.go("minutes/")
