"""The frame of every page: where we are, who acts, what comes next; and what the policy of pages forbids."""

import gzip
import re
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.template.loader import get_template
from django.test import RequestFactory, override_settings
from django.utils.translation import override
from django.views.defaults import permission_denied

from procurement.roles import Role
from procurement.templatetags import ui

from .test_ui_tags import HOSTILE, NOON, ids

ROOT = Path(__file__).parent.parent


# The frame of every page


def tender(**more):
    facts = {
        "number": "001-2026",
        "title": HOSTILE,
        "municipality": "Villa",
        "state": "announced",
        "bands": [],
    }
    shown = {"get_state_display": lambda: "Convocada", "get_absolute_url": lambda: "/t/1", "assumed": ""}
    return SimpleNamespace(**facts | shown | more)


class Rosa:
    """Somebody who signed in."""

    is_authenticated = True

    def __str__(self):
        return "Rosa"


def framed(user=None, **values):
    """Render the frame alone, for a request."""
    request = RequestFactory().get("/x?y=1")
    if user:
        request.user = user
    return get_template("base.html").render(values, request)


def test_the_frame_says_where_we_are_who_acts_and_what_comes_next():
    said = framed(
        Rosa(),
        tender=tender(),
        at=NOON,
        next_date=("m", "Reunión 1", NOON + timedelta(days=2)),
        my_roles=[Role.SECRETARY, Role.DESK],
    )

    assert '<html lang="es">' in said
    assert '<a href="/t/1">Convocatoria 001-2026</a>' in said
    assert "Reunión 1 <b>faltan 2 días</b>" in said
    assert said.count("<b>") == 4  # number, two roles, distance
    assert "Rosa actúa como" in said
    assert "Salir</button>" in said
    assert HOSTILE not in said


def test_the_frame_needs_no_tender():
    said = framed()

    assert "Usted mira como <b>público</b>" in said
    assert 'class="call"' not in said
    assert 'class="bands"' not in said


def test_the_language_is_changed_without_a_script():
    said = framed()

    assert '<button class="link" name="language" value="en" lang="en">English</button>' in said
    assert 'name="next" value="/x?y=1"' in said
    with override("en"):
        assert 'value="es" lang="es">Español</button>' in framed()


def test_an_extraordinary_tender_says_so_on_every_page():  # decisions 22 and 30
    said = framed(tender=tender(bands=["expired-regime", "assumed-data"], assumed=HOSTILE))

    assert "Régimen que ya no rige · Datos supuestos" in said
    assert HOSTILE not in said


@override_settings(DEMONSTRATION=True)
def test_the_demonstration_says_that_its_dates_are_shifted():  # decision 30
    assert "Fechas trasladadas · Datos supuestos" in framed()
    assert framed(tender=tender(bands=["assumed-data"])).count("Datos supuestos") == 1


def test_messages_are_boxes_with_a_role():
    messages = [
        SimpleNamespace(level_tag=each, __str__=lambda self: "x") for each in ("success", "error", "info")
    ]
    said = framed(messages=messages)

    assert said.count('role="status"') == 2
    assert said.count('role="alert"') == 1


@pytest.mark.parametrize("name", ["400", "500", "503", "429"])
@pytest.mark.parametrize("language", ["es", "en"])
def test_an_error_page_needs_no_context(name, language):
    with override(language):
        said = get_template(f"{name}.html").render()

    assert f'<html lang="{language}">' in said
    assert ("Qué puede hacer" in said) == (language == "es")


@pytest.mark.parametrize("name", ["403", "404", "403_csrf"])
def test_an_error_page_keeps_the_frame(name):
    said = get_template(f"{name}.html").render({}, RequestFactory().get("/x"))

    assert "Qué puede hacer" in said
    assert 'class="language"' in said


def test_a_refused_page_says_why():
    answer = permission_denied(RequestFactory().get("/x"), PermissionDenied(HOSTILE))

    assert answer.status_code == 403
    assert b"&lt;b onclick" in answer.content


# What the policy of the pages forbids


def test_no_template_carries_a_style_or_a_script_of_its_own():
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text()

        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", text), path
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), path


def test_the_stylesheet_fits_in_six_kilobytes():  # decision 27
    style = (ROOT / "procurement/static/procurement/convoca.css").read_bytes()

    assert len(gzip.compress(style, 9)) < 6000


def test_every_symbol_that_a_tag_names_is_drawn():
    drawn = set(ids((ROOT / "procurement/static/procurement/symbols.svg").read_text()))

    assert set(ui.TAGS) <= drawn
    assert {f"env-{state}" for state in ("sealed", "half", "open", "returned", "none")} <= drawn
    assert {"seal-on", "seal-off", "peru"} <= drawn
