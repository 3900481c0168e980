"""The tags of the pages: what they say, that they escape what people wrote, and that boxes tie together."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, RequestContext, Template
from django.test import RequestFactory
from django.utils.translation import override

from procurement.glossary import GLOSSARY, explained
from procurement.templatetags import ui
from procurement.workflow import Action, Blocked, Refusal

ROOT = Path(__file__).parent.parent
NOON = datetime(2026, 3, 2, 17, 0, 0, tzinfo=UTC)  # 12:00:00 in Lima
HOSTILE = "<b onclick=x>&\"'"
EARLY = Refusal("tender.schedule.meeting-1-outside-window", "It is on %(day)s.", "rule 44", {"day": "Monday"})
ADVICE = Refusal("tender.schedule.preparation-short", "Few days.", "rule 37", warning=True)


def page(source, **values):
    """Render a template as part of a page."""
    text = "{% load i18n ui pictures %}" + source
    return Template(text).render(RequestContext(RequestFactory().get("/list?q=x"), values))


def ids(markup):
    return re.findall(r'\bid="([^"]+)"', markup)


# Dates and figures


def test_an_instant_is_said_in_lima_with_weekday_seconds_and_zone():
    assert ui.when(NOON) == (
        '<time datetime="2026-03-02T12:00:00-05:00">lunes 2 de marzo de 2026, 12:00:00 (hora de Lima)</time>'
    )
    with override("en"):
        assert "Monday 2 March 2026, 12:00:00 (Lima time)" in ui.when(NOON)


def test_the_zone_is_left_out_where_a_heading_says_it():
    assert ui.when(NOON, zone=False).endswith("lunes 2 de marzo de 2026, 12:00:00</time>")


def test_a_day_has_no_hour():
    assert ui.when(date(2026, 3, 2)) == '<time datetime="2026-03-02">lunes 2 de marzo de 2026</time>'


@pytest.mark.parametrize("micro", [0, 999_999])
def test_midnight_is_said_in_words(micro):
    said = ui.when(datetime(2026, 3, 2, 5, 0, 0, micro, tzinfo=UTC))

    assert "lunes 2 de marzo de 2026, al empezar el día" in said
    assert "00:00 " not in said
    assert ", 00:00" not in said


def test_the_second_after_midnight_is_an_hour_again():
    assert ", 00:00:01 " in ui.when(datetime(2026, 3, 2, 5, 0, 1, tzinfo=UTC))


def test_a_date_that_nobody_set_is_not_a_fault():
    assert ui.when(None) == "sin fecha todavía"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (3 * 86400 + 5 * 3600 + 59, "faltan 3 días, 5 horas"),
        (86400, "falta 1 día"),
        (86400 + 60, "falta 1 día"),
        (3600 + 60, "falta 1 hora, 1 minuto"),
        (60, "falta 1 minuto"),
        (59, "faltan 59 segundos"),
        (1, "falta 1 segundo"),
        (0, "ahora mismo"),
        (-1, "hace 1 segundo"),
        (-7260, "hace 2 horas, 1 minuto"),
    ],
)
def test_a_distance_is_said_in_its_two_largest_units(seconds, said):
    assert ui.relative(NOON + timedelta(seconds=seconds), NOON) == said


def test_a_countdown_takes_a_milestone_with_or_without_its_name():
    with_name = ui.countdown(("meeting_1", "Reunión 1", NOON + timedelta(hours=2)), NOON)
    without = ui.countdown(("Reunión 1", NOON + timedelta(hours=2)), NOON)

    assert with_name == without == "Reunión 1 <b>faltan 2 horas</b>"
    assert "lunes 2 de marzo" in ui.countdown(("Reunión 1", NOON))


def test_figures_stay_on_one_line():
    assert ui.soles(Decimal("1234.505")) == "S/\xa01,234.51"
    assert ui.soles(2000, "USD") == "US$\xa02,000.00"
    assert ui.percentage(Decimal("10.2")) == "10.20\xa0%"
    assert (ui.soles(None), ui.percentage(None)) == ("—", "—")


def test_figures_and_dates_can_stand_in_a_translated_sentence():
    sentence = "{% blocktranslate with sum=s|soles day=d|when %}{{ sum }} on {{ day }}{% endblocktranslate %}"

    assert page(sentence, s=Decimal(5), d=NOON).startswith('S/\xa05.00 on <time datetime="2026')


# Symbols


def test_a_state_is_icon_and_word_and_colour():
    assert ui.tag("done") == f'<span class="tag done">{ui.icon("done")}Hecho</span>'
    assert "#done" in ui.tag("wait", "Comprobado", "done")
    assert HOSTILE not in ui.tag("done", HOSTILE)


@pytest.mark.parametrize(
    ("state", "look"), [("deserted", "refused"), ("not_held", "refused"), ("odd", "open")]
)
def test_a_state_has_its_look(state, look):
    subject = SimpleNamespace(state=state, get_state_display=lambda: "Palabra")

    assert f'"tag {look}"' in ui.state_tag(subject)
    assert '"tag done"' in ui.state_tag(subject, "done")


def test_an_envelope_is_decoration_unless_it_has_a_label():
    assert 'aria-hidden="true"' in ui.env("sealed")
    assert 'role="img" aria-label="Cerrado"' in ui.env("sealed", "Cerrado")
    assert "seal-on" in ui.seal(True)
    assert "seal-off" in ui.seal(False)


# Words


def test_a_word_is_explained_once_a_page_also_inside_a_part():
    part = Template('{% load ui %}{% gloss "award" %}')
    said = page('{% gloss "award" %}{% include part %}{% gloss "award" "la buena pro" %}', part=part)

    assert said.count('popovertarget="g-award"') == 3
    assert ids(said) == ["g-award"]


def test_another_page_explains_it_again():
    assert ids(page('{% gloss "award" %}')) == ids(page('{% gloss "award" %}')) == ["g-award"]


def test_a_word_is_explained_where_there_is_no_request():
    said = Template('{% load ui %}{% gloss "award" %}{% gloss "award" %}').render(Context())

    assert ids(said) == ["g-award"]


def test_an_unknown_word_is_a_fault_of_the_program():
    with pytest.raises(KeyError):
        page('{% gloss "awward" %}')


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("key", GLOSSARY)
def test_an_explanation_has_eighty_words_at_most(key, language):
    with override(language):
        word, meaning = explained(key)

    assert word
    assert 3 < len(meaning.split()) <= 80


def test_crumbs_lead_up_and_escape():
    said = page('{% crumbs "Tenders" "/" name %}', name=HOSTILE)

    assert '<a href="/">Tenders</a> › ' in said
    assert HOSTILE not in said


# Refusals and boxes


def test_a_refusal_says_what_why_and_where_to_settle_it():
    linked = SimpleNamespace(code="a.b.c", text=HOSTILE, rule="rule 1", url="/fix")
    said = page('{% refusals reasons id="why-x" %}', reasons=[EARLY, ADVICE, linked])

    assert '<ul class="why" id="why-x">' in said
    assert "It is on Monday." in said
    assert "rule 44 · código tender.schedule.meeting-1-outside-window" in said
    assert said.count("Es una advertencia") == 1
    assert '<a href="/fix">Ir a resolverlo</a>' in said
    assert HOSTILE not in said


def test_no_refusal_leaves_nothing():
    assert page("{% refusals reasons %}", reasons=[]).strip() == ""


def test_the_now_box_answers_until_when_and_what_stops_it():
    source = '{% now_box "Ahora" until=until blockers=blockers %}<p>{{ name }}</p>{% endnow_box %}'
    stopped = page(source, until=NOON, blockers=[EARLY, HOSTILE], name=HOSTILE)
    free = page(source, until="hoy", blockers=[], name="x")

    assert '<section class="now stop duo">' in stopped
    assert "It is on Monday." in stopped
    assert "12:00:00 (hora de Lima)" in stopped
    assert HOSTILE not in stopped
    assert '<section class="now duo">' in free
    assert "<dd>Nada.</dd>" in free
    assert "<dd>hoy</dd>" in free


def test_a_now_box_without_dates_has_no_column_for_them():
    said = page('{% now_box "Se espera" kind="quiet" %}<p>x</p>{% endnow_box %}')

    assert '<section class="now quiet">' in said
    assert "<dl>" not in said


def test_a_blocked_act_is_tied_to_its_reasons_and_a_free_one_leads_on():
    source = '{% include "_parts/act.html" with url="/announce" %}'
    blocked = page(source, action=Action("announce", "Anunciar", [EARLY]))
    free = page(source, action=Action("announce", "Anunciar", []))

    assert 'aria-describedby="why-announce"' in blocked
    assert ids(blocked) == ["why-announce"]
    assert "href" not in blocked
    assert '<a class="btn" href="/announce">Anunciar</a>' in free


def test_a_task_opens_to_its_reasons():
    task = {"title": HOSTILE, "state": "blocked", "who": "Secretaria", "until": NOON, "refusals": [EARLY]}
    said = page('{% include "_parts/task_list.html" %}', tasks=[task, {"title": "Libre", "state": "ready"}])

    assert HOSTILE not in said
    assert "Secretaria, hasta el <time" in said
    assert said.count("<details>") == 1
    assert EARLY.code in said


def test_pages_keep_the_search():
    said = page('{% include "_parts/pagination.html" %}', page=Paginator(range(200), 50).get_page(2))

    assert 'href="?q=x&amp;page=1"' in said
    assert 'href="?q=x&amp;page=3"' in said
    assert "Página 2 de 4: del 51 al 100 de 200" in said


def test_one_page_needs_no_pages():
    part = '{% include "_parts/pagination.html" %}'

    assert page(part, page=Paginator([1], 50).get_page(1)).strip() == ""


# Forms


class Proposal(forms.Form):
    title = forms.CharField(label="Título", help_text="Se publica.")
    day = forms.DateField(label="Día")
    closing = forms.SplitDateTimeField(label="Cierre", help_text="Nunca a medianoche.")
    opening = forms.DateTimeField(label="Apertura", required=False)
    price = forms.DecimalField(label="Precio", min_value=0)
    years = forms.IntegerField(label="Años", required=False)
    kind = forms.ChoiceField(
        label="Tipo", choices=[("h", HOSTILE), ("c", "Calendario")], widget=forms.RadioSelect
    )
    sure = forms.BooleanField(label="Es cierto")
    version = forms.IntegerField(widget=forms.HiddenInput)


EVERY_FIELD = "{% for bound in form %}{% field bound %}{% endfor %}"


def refused(**typed):
    form = Proposal(typed)
    form.add_error(None, Blocked(EARLY))
    return form


def test_a_field_ties_label_hint_and_error_to_its_input():
    said = page("{% field form.title %}", form=refused())

    assert '<label for="id_title">Título' in said
    assert 'aria-describedby="id_title_helptext id_title_error"' in said
    assert ids(said) == ["id_title_helptext", "id_title_error", "id_title"]
    assert 'aria-invalid="true"' in said


def test_every_id_that_describes_a_field_exists_once():
    for form in (Proposal(), refused()):
        said = page(EVERY_FIELD, form=form)
        described = " ".join(re.findall(r'aria-describedby="([^"]+)"', said)).split()

        assert len(ids(said)) == len(set(ids(said)))
        assert set(described) <= set(ids(said))
        assert HOSTILE not in said


def test_each_kind_of_field_has_its_native_input():
    said = page(EVERY_FIELD, form=Proposal(initial={"closing": NOON, "day": date(2026, 3, 2)}))

    assert '<input type="date" name="day" value="2026-03-02"' in said
    assert '<input type="date" name="closing_0" value="2026-03-02"' in said
    assert '<input type="time" name="closing_1" value="12:00:00"' in said
    assert '<input type="datetime-local" name="opening"' in said
    assert '<input type="text" name="price" inputmode="decimal"' in said
    assert '<input type="text" name="years" inputmode="numeric"' in said
    assert '<label class="tick" for="id_sure">' in said
    assert said.count("<legend>") == 2
    assert said.count("(opcional)") == 2


def test_what_was_typed_is_still_there():
    said = page("{% field form.price %}", form=refused(price="9,50"))

    assert 'value="9,50"' in said


def test_a_form_that_asks_nothing_marks_nothing_optional():
    class Search(forms.Form):
        q = forms.CharField(label="Pueblo", required=False)

    assert "opcional" not in page("{% field form.q %}", form=Search())


def test_the_summary_links_every_error_to_its_first_input():
    form = refused()
    said = page("{% error_summary form %}" + EVERY_FIELD, form=form)
    targets = re.findall(r'href="#([^"]+)"', said)

    assert targets == ["id_title", "id_day", "id_closing_0", "id_price", "id_kind_0", "id_sure"]
    assert set(targets) <= set(ids(said))
    assert "Título: Este campo es obligatorio." in said
    assert f"código {EARLY.code}" in said
    assert 'role="alert" tabindex="-1" autofocus' in said


def test_the_summary_counts_the_errors_of_a_formset_too():
    class Share(forms.Form):
        part = forms.IntegerField(label="Parte")

    shares = forms.formset_factory(Share, extra=0, min_num=2, validate_min=True)
    formset = shares({"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-part": ""})

    assert page("{% error_summary formset %}", formset=formset).count("<li>") == 2


def test_a_form_without_errors_has_no_summary():
    assert page("{% error_summary form %}", form=Proposal()).strip() == ""


def test_an_act_that_cannot_be_undone_asks_for_the_number():
    class Confirm(forms.Form):
        number = forms.CharField()

    source = '{% confirm_number "001-2026" form.number "Publicar" %}<p>{{ who }}</p>{% endconfirm_number %}'
    said = page(source, form=Confirm(), who=HOSTILE)

    assert "Es 001-2026" in said
    assert 'name="number" autocomplete="off"' in said
    assert 'aria-describedby="id_number_helptext"' in said
    assert '<button class="btn">Publicar</button>' in said
    assert HOSTILE not in said
