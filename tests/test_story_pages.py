"""The call on one page: it follows the call, everybody reads it, and it prints on one sheet."""

import pypdfium2
import pytest
from django.urls import reverse
from django.utils import translation

from procurement import printed, printing

from .test_deserted import declare, empty

NOT_SOLD = "No se venden los pozos"


def read(client, tender):
    answer = client.get(reverse("story", args=[tender.pk]))
    assert answer.status_code == 200
    return answer.content.decode().replace("\xa0", " ")


def sheet(tender):
    """Return the story as it is printed."""
    return printed.html("story", printed.PAPERS["story"].find(tender, tender.pk))


def fits(html):
    return len(pypdfium2.PdfDocument(printing.pdf(html))) == 1


def test_an_open_call_is_told_to_everybody(client, world):
    tender = world.at("announced")

    said = read(client, tender)
    for each in (
        NOT_SOLD,
        "¿Quién puede participar?",
        "La convocatoria está abierta",
        "Lo que sigue: primera",
    ):
        assert each in said
    assert "¿Y el dinero?" not in said
    paper = sheet(tender)
    assert NOT_SOLD in paper
    assert paper.count("<circle") == paper.partition("<ol")[2].partition("</ol>")[0].count("<li") > 3
    assert fits(paper)


def test_a_call_with_the_longest_title_still_fits_on_one_sheet(world):
    tender = world.at("announced")
    tender.title = "Operador " * 22

    assert fits(sheet(tender))


def test_a_draft_is_told_to_those_who_work_on_it_alone(client, world):
    tender = world.at("approved")

    assert client.get(reverse("story", args=[tender.pk])).status_code == 404
    client.force_login(world.chair)
    assert "La convocatoria está lista y se va a anunciar" in read(client, tender)


def test_a_call_without_winner_says_so_and_gives_no_dates(client, world):
    tender = declare(world, empty(world))

    said = read(client, tender)
    assert "Nadie ganó" in said
    assert "¿Cuándo?" not in said
    assert "¿Cómo se gana?" not in said
    assert fits(sheet(tender))


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("awarded", "Ganó Servicios Ana SAC: ofrece 10.20 %"),
        ("consented", "Ya nadie puede reclamar"),
        ("running", "presta el servicio desde"),
    ],
)
def test_after_the_award_it_says_who_won_and_what_follows(client, world, state, told):
    tender = world.at(state)

    said = read(client, tender)
    assert told in said
    assert NOT_SOLD in said
    assert "¿Quién puede participar?" not in said
    assert ("¿Y el dinero?" in said) == (state == "running")
    assert fits(sheet(tender))


def test_the_same_record_gives_the_same_sheet_and_no_other_number_has_one(world):
    tender = world.at("announced")

    assert sheet(tender) == sheet(type(tender).objects.get(pk=tender.pk))
    with pytest.raises(printed.Http404):
        printed.PAPERS["story"].find(tender, tender.pk + 1)


def test_what_the_terms_owe_still_leaves_no_hole(client, world):
    tender = world.draft()
    client.force_login(world.chair)

    said = read(client, tender)
    assert "La convocatoria todavía se prepara" in said
    assert "por decidir" not in said
    assert "según las normas" not in said


def test_a_reader_of_english_finds_no_spanish_sentence(client, world):
    tender = world.at("announced")
    client.cookies["django_language"] = "en"

    with translation.override("es"):  # what a request leaves active ends here
        said = read(client, tender)
    assert "Who will look after the water of Laredo?" in said
    assert "No se vende" not in said
