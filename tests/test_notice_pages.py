"""How a person chooses to be told, the text to paste, and who sees that a notice was read."""

from datetime import timedelta

import pytest

from procurement import clock
from procurement.models import Event, Notice, User
from procurement.services import notices

HOUR = timedelta(hours=1)


def choose(client, **data):
    return client.post("/accounts/notices/", data)


def test_a_person_chooses_how_to_be_told(client, world):
    client.force_login(world.mayor)

    choose(client, email="rosa@example.pe", delivery="digest")

    user = User.objects.get(pk=world.mayor.pk)
    assert (user.email, user.delivery) == ("rosa@example.pe", "digest")
    event = Event.objects.get(body__action="account.delivery")
    assert "rosa@example.pe" not in str(event.body)


@pytest.mark.parametrize(
    ("email", "delivery", "status"),
    [
        ("", "now", 422),
        ("", "digest", 422),
        ("", "shelf", 302),
        ("x\nBcc: y@z.pe", "now", 422),
        ("a@b.pe", "?", 422),
    ],
)
def test_without_an_address_there_is_the_shelf_only(client, world, email, delivery, status):
    client.force_login(world.outsider)

    page = choose(client, email=email, delivery=delivery)

    assert page.status_code == status
    if email == "" and status == 422:
        assert [refusal.code for refusal in page.context["form"].refusals] == ["account.delivery.no-address"]


@pytest.mark.parametrize(("sends", "told"), [(False, False), (True, True)])
def test_the_page_says_how_one_is_told(client, settings, world, sends, told):
    settings.SENDS_MAIL = sends
    User.objects.filter(pk=world.mayor.pk).update(email="rosa@example.pe")
    client.force_login(world.mayor)

    page = client.get("/accounts/notices/")

    assert bool(page.context["is_told"]) is told
    assert f"/calendar/{world.mayor.pk}-" in page.text
    assert "no-store" in page["Cache-Control"]


def test_an_opened_notice_has_a_text_to_paste(client, settings, world):
    settings.ADDRESS = "https://convoca.test"
    tender = world.at("announced")
    notices.tell(
        [world.chair], tender=tender, subject="Asunto", text="palabra " * 90, at=clock.now(), link="/work/"
    )
    notice = Notice.objects.filter(user=world.chair).latest("pk")
    client.force_login(world.chair)

    closed = client.get(f"/shelf/{notice.pk}/").text
    client.post(f"/shelf/{notice.pk}/read/")
    page = client.get(f"/shelf/{notice.pk}/")

    assert "WhatsApp" not in closed
    assert page.context["pasted"] in page.text
    assert page.context["pasted"].startswith("Laredo: Asunto.")
    assert page.context["pasted"].endswith("… https://convoca.test/work/")
    assert len(page.context["pasted"].split()) <= 60
    assert "<textarea" in page.text


def test_who_works_on_a_call_sees_who_has_read_what(client, world):  # decision 9
    tender = world.at("announced")
    buyer = world.sell(tender).buyer
    tell = {"tender": tender, "text": "t", "at": clock.now()}
    notices.tell([world.observer], subject="Para la JVS", **tell)
    notices.tell([buyer], subject="Para quien compró", **tell)
    read_at = clock.now() + HOUR
    notices.read(Notice.objects.get(subject="Para la JVS"), at=read_at)
    client.force_login(world.chair)

    page = client.get(f"/tenders/{tender.pk}/notified/")

    shown = {message["subject"]: (message, told) for message, told in page.context["rows"]}
    message, (notice,) = shown["Para la JVS"]
    assert (message["told"], message["read"], notice.read_at) == (1, 1, read_at)
    assert "Para quien compró" not in shown  # who bought is a secret (decision 10)
    assert f"/tenders/{tender.pk}/notified/" in client.get(f"/tenders/{tender.pk}/people/").text


def test_the_till_sees_when_a_buyer_read_what_was_sent_to_all(client, world):  # decision 9
    tender = world.at("integrated")
    sold = tender.terms_sales.bought().get()
    notice = Notice.objects.filter(user=sold.buyer, link__contains="circular").first()
    read_at = clock.now() + HOUR
    notices.read(notice, at=read_at)
    client.force_login(world.treasurer)

    page = client.get(f"/tenders/{tender.pk}/sale/{sold.pk}/")

    assert read_at in [each.read_at for each in page.context["deliveries"]]
    assert None in [each.read_at for each in page.context["deliveries"]]


def test_the_public_page_of_a_call_has_a_text_for_the_neighbours(client, settings, world):
    settings.ADDRESS = "https://convoca.test"
    tender = world.at("announced")

    page = client.get(f"/tenders/{tender.pk}/")

    text = page.context["pasted"]
    assert text in page.text
    assert text.endswith(f"https://convoca.test/tenders/{tender.pk}/")
    assert "No se vende nada" in text
    assert len(text.split()) <= 60
    tender.ended_at = clock.now()
    assert notices.pasted_call(tender, clock.now()) == ""
