"""The page of an act of opening, on the wall of the hall and on the phones in it, while the act goes on."""

import re
from datetime import UTC, datetime

from playwright.sync_api import expect

from bids.services import opening
from tests import deciding

FAR = datetime(
    2040, 1, 2, 20, 0, tzinfo=UTC
)  # ahead of the clock of the machine, which the countdown follows


def heading(page, text):
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(text), timeout=10_000)


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_wall_and_phones_follow_the_act_without_being_touched(open_page, world):
    tender = world.at("closed")
    act = deciding.convene(world, tender)
    wall, phone = open_page("desktop"), open_page("phone")
    for page in (wall, phone):
        page.goto(f"/tenders/{tender.pk}/opening/1/live/")
        heading(page, "Pronto se abre el sobre 1")
    expect(wall.locator("[data-until]")).to_have_text("llegó la hora")

    before = act.planned_at
    act = opening.postpone(act, planned_at=FAR, reason="Se fue la luz", by=world.chair)
    expect(wall.locator("[data-until]")).to_have_text(re.compile(r"^\d+ d \d\d:\d\d:\d\d$"), timeout=10_000)
    expect(phone.locator("#minutes ~ ol")).to_contain_text("Se fue la luz")

    type(act).objects.filter(pk=act.pk).update(planned_at=before)  # the day has come
    world.move(before)
    act = opening.begin(deciding.fresh(act), present=deciding.members(world), by=world.chair)
    heading(wall, "los custodios comprueban")
    deciding.check(world, act)
    heading(phone, "van 0 de 2")
    deciding.release(world, act)
    for page in (wall, phone):
        heading(page, "van 2 de 2")
        expect(page.locator(".envs")).to_contain_text("Servicios Ana SAC")
        assert fits(page)
    expect(wall.locator("#live")).to_have_text(re.compile("En vivo: última noticia hace [0-9] s"))


def test_a_cut_line_is_said_and_the_page_goes_on(open_page, world):
    tender = world.at("closed")
    page = open_page("phone")
    page.goto(f"/tenders/{tender.pk}/opening/1/live/")
    heading(page, "Se cerró la recepción")

    page.context.set_offline(True)
    expect(page.locator("#live")).to_contain_text("Sin línea", timeout=20_000)
    deciding.convene(world, tender)
    page.context.set_offline(False)

    heading(page, "Pronto se abre el sobre 1")


def test_without_javascript_the_page_says_the_same_and_asks_for_itself(open_page, world):
    tender = world.at("closed")
    page = open_page("phone", script=False)

    page.goto(f"/tenders/{tender.pk}/opening/1/live/")

    heading(page, "Se cerró la recepción")
    assert page.locator("noscript meta[http-equiv=refresh], head meta[http-equiv=refresh]").count() == 1
    assert fits(page)
