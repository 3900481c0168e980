"""The terms: what they state, their text, their versions and what is different in each."""

import hashlib

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from procurement.models import Event, Tender, Terms
from procurement.services import tenders, terms
from procurement.workflow import Blocked, lock

from .refusing import refused
from .worked_terms import TYPED


def fresh(tender):
    return Tender.objects.get(pk=tender.pk)


@pytest.fixture
def tender(world):
    """A draft whose regime is chosen; nothing is stated yet."""
    tender = world.draft()
    world.choose_regime(tender)
    return fresh(tender)


def state(world, tender, by=None, version=None, **texts):
    texts = {key.replace("__", "."): text for key, text in texts.items()}
    version = tender.version if version is None else version
    return terms.revise(tender, version=version, texts=texts, by=by or world.secretary)


# What they state


def test_values_are_kept_as_they_are_read(world, tender):
    state(world, tender, terms__price="1,050.5", ties="higher_percentage, draw")

    assert fresh(tender).parameters == {"terms.price": "1050.50", "ties": ["higher_percentage", "draw"]}
    assert str(terms.value(fresh(tender), "terms.price")) == "1050.50"


def test_what_is_emptied_is_undecided_again(world, tender):
    state(world, tender, terms__price="50")
    state(world, fresh(tender), terms__price="")

    assert fresh(tender).parameters == {}
    assert terms.value(fresh(tender), "terms.price") is None


@pytest.mark.parametrize(
    ("key", "text", "code"),
    [
        ("terms__price", "cincuenta", "terms.parameter.not-a-number"),
        ("terms__price", "50,5", "terms.parameter.not-a-number"),
        ("remedy_days", "0", "terms.parameter.out-of-range"),
        ("meetings__day_type", "lunares", "terms.parameter.not-a-choice"),
        ("ties", "local", "terms.parameter.open-ended"),
        ("contract__years", "6", "contract.term.out-of-range"),  # rule 90
    ],
)
def test_what_cannot_be_is_refused(world, tender, key, text, code):
    assert refused(state, world, tender, **{key: text}) == [code]
    assert fresh(tender).parameters == {}


def test_a_quorum_above_the_committee_is_refused(world, tender):
    codes = refused(state, world, tender, committee__size="3", committee__quorum="4")

    assert codes == ["committee.quorum.above-size"]


def test_a_stale_save_shows_both_texts(world, tender):  # decision 33
    seen = tender.version
    state(world, tender, terms__payment="Caja, de 08:00 a 12:00")

    with pytest.raises(Blocked) as blocked:
        state(world, tender, by=world.chair, version=seen, terms__payment="Banco de la Nación")
    assert blocked.value.codes == ["access.record.changed-meanwhile"]
    assert "Caja, de 08:00 a 12:00" in str(blocked.value.refusals[0])
    assert "Banco de la Nación" in str(blocked.value.refusals[0])


def test_the_same_text_is_never_stale(world, tender):
    seen = tender.version
    state(world, tender, terms__price="50")

    assert state(world, tender, by=world.chair, version=seen, terms__price="50.00")


@pytest.mark.parametrize("who", ["outsider", "treasurer", "observer"])
def test_only_who_prepares_states_terms(world, tender, who):
    with pytest.raises(PermissionDenied):
        state(world, tender, by=getattr(world, who), terms__price="50")


def test_what_the_terms_owe_stops_the_approval(world):
    tender = world.draft()
    world.prepare(tender)
    tender = fresh(tender)
    del tender.parameters["terms.price"]
    tender.save()

    assert refused(tenders.approve, tender, by=world.manager) == ["tender.regime.parameter-undecided"]


def test_published_terms_are_not_edited(world):
    tender = world.at("announced")

    codes = refused(state, world, tender, terms__price="60")
    assert codes == ["tender.change.published-text-frozen"]


def test_drafted_values_stand_beside_the_log(world, tender):
    state(world, tender, terms__price="50")

    event = Event.objects.of(tender).get(body__action="revise")
    assert event.body["facts"] == {"fields": ["terms.price"]}
    assert event.private_part.content["after"] == {"terms.price": "50.00"}


# Versions


def test_the_approval_writes_the_first_version(world):
    tender = world.at("approved")

    version = tender.terms.get()
    assert (version.number, version.kind) == (1, "approved")
    assert version.sha256 == hashlib.sha256(version.text.encode()).hexdigest()
    assert version.published_at is None
    assert version.sha256 in tender.minutes.get(kind="terms-approved").text


def test_the_text_says_what_was_stated_in_words(world):
    text = world.at("approved").terms.get().text

    assert "9.1 Precio: S/ 50.00." in text
    assert "días hábiles" in text
    assert "4.2 Comité especial (en adelante, el comité): Rosa Comité, César Comité, Nora Comité" in text
    assert terms.UNDECIDED not in text
    assert "&" not in text


def test_a_value_that_is_still_undecided_says_so(world, tender):
    assert f"9.1 Precio: {terms.UNDECIDED}." in terms.render(tender, {})


def test_the_announced_version_has_the_dates(world):
    tender = world.at("announced")
    first, second = tender.terms.all()

    assert (second.number, second.kind) == (2, "announced")
    assert second.published_at == tender.announced_at
    assert "viernes 24 de abril de 2026, 15:00:00" in second.text
    assert "viernes 24 de abril de 2026, 15:00:00" not in first.text


def change(world, tender, *changes, kind=Terms.Kind.CHANGED):
    with_lock = lock(tender, by=world.chair)
    return terms.new_version(with_lock, kind=kind, by=world.chair, at=with_lock.judged_at, changes=changes)


def test_a_circular_replaces_a_clause_and_what_was_replaced_stays(world):  # rule 47
    tender = world.at("announced")
    version = change(
        world, tender, {"clause": "10.4", "text": "Habrá lista de asistencia.", "why": "Circular 1"}
    )

    assert terms.clause(version.text, "10.4") == "Habrá lista de asistencia."
    rows = terms.difference(tender.terms.get(number=2).text, version.text)
    assert [sign for sign, _line in rows] == ["…", "-", "+"]
    assert rows[0][1] == "## 10. Reuniones informativas"


def test_a_replaced_clause_survives_the_next_version(world):
    tender = world.at("announced")
    change(world, tender, {"clause": "10.4", "text": "Habrá lista de asistencia."})
    version = change(world, tender, {"parameter": "fund_percentage.minimum", "value": "4.00"})

    assert terms.clause(version.text, "10.4") == "Habrá lista de asistencia."
    assert "no menor de 4.00 %" in version.text
    assert str(terms.value(fresh(tender), "fund_percentage.minimum")) == "4.00"


def test_a_clause_that_does_not_exist_is_refused(world):
    tender = world.at("announced")

    assert refused(change, world, tender, {"clause": "99.9", "text": "Nada"}) == ["terms.clause.unknown"]
    assert tender.terms.count() == 2


def test_a_circular_cannot_state_what_cannot_be(world):
    tender = world.at("announced")

    codes = refused(change, world, tender, {"parameter": "fund_percentage.minimum", "value": "diez"})
    assert codes == ["terms.parameter.not-a-number"]


def test_the_digest_of_each_version_is_in_the_log(world):
    tender = world.at("announced")

    logged = [
        event.body["facts"]["sha256"]
        for event in Event.objects.of(tender)
        if event.body["action"] == "terms.version"
    ]
    assert logged == list(tender.terms.values_list("sha256", flat=True))


# Pages


def test_the_sections_say_what_is_owed(world, tender, client):
    client.force_login(world.secretary)

    shown = client.get(reverse("terms-state", args=[tender.pk])).content.decode()

    assert reverse("terms-section", args=[tender.pk, "times", 1]) in shown


def test_without_regime_the_page_sends_there(world, client):
    tender = world.draft()
    client.force_login(world.secretary)

    shown = client.get(reverse("terms-state", args=[tender.pk])).content.decode()

    assert reverse("regime-choose", args=[tender.pk]) in shown


def test_an_error_stands_at_its_field_and_what_was_typed_stays(world, tender, client):
    client.force_login(world.secretary)
    address = reverse("terms-section", args=[tender.pk, "sale", 1])

    answer = client.post(address, {"version": tender.version, "terms.price": "cincuenta"})
    shown = answer.content.decode()

    assert answer.status_code == 422
    assert 'href="#id_terms.price"' in shown
    assert 'value="cincuenta"' in shown


def test_a_stale_page_shows_the_other_text_and_then_saves(world, tender, client):  # decision 33
    client.force_login(world.secretary)
    address = reverse("terms-section", args=[tender.pk, "sale", 1])
    state(world, tender, by=world.chair, terms__price="80")

    stale = client.post(address, {"version": tender.version, "terms.price": "50"})
    assert stale.status_code == 422
    assert "S/ 80.00" in stale.content.decode()

    again = stale.context["form"].data["version"]
    assert client.post(address, {"version": again, "terms.price": "50"}).status_code == 302
    assert fresh(tender).parameters["terms.price"] == "50.00"


def test_every_page_of_the_form_saves_what_the_worked_example_types(world, tender, client):
    """All sections, page by page, as a secretary would; then nothing is owed."""
    client.force_login(world.secretary)
    address = reverse("terms-state", args=[tender.pk])
    for section, _owed, _done in client.get(address).context["sections"]:
        number = 1
        while True:
            shown = client.get(reverse("terms-section", args=[tender.pk, section.key, number]))
            typed = {"version": fresh(tender).version}
            for parameter in shown.context["form"].asked:
                typed |= as_sent(parameter, TYPED[parameter.key])
            typed |= {"contract.years": "10"} if "contract.years" in typed else {}
            answer = client.post(shown.request["PATH_INFO"], typed)
            assert answer.status_code == 302, answer.context["form"].errors
            if number == shown.context["pages"]:
                break
            number += 1

    assert client.get(address).context["owed"] == 0


def as_sent(parameter, text):
    """Return a typed value as the form sends it."""
    if parameter.kind == "ordered":
        return {f"{parameter.key}.{place}": each.strip() for place, each in enumerate(text.split(","), 1)}
    if parameter.kind == "choices":
        return {parameter.key: [each.strip() for each in text.split(",")]}
    return {parameter.key: text}


def test_the_public_reads_published_versions_only(world, client):
    tender = world.at("announced")

    shown = client.get(reverse("terms", args=[tender.pk, 2]))
    assert shown.status_code == 200
    assert tender.terms.get(number=2).sha256 in shown.content.decode()
    assert client.get(reverse("terms", args=[tender.pk, 1])).status_code == 404
    client.force_login(world.chair)
    assert client.get(reverse("terms", args=[tender.pk, 1])).status_code == 200


def test_the_copy_has_the_digest_of_the_version(world, client):
    tender = world.at("announced")

    copy = client.get(reverse("terms-text", args=[tender.pk, 2])).content

    assert hashlib.sha256(copy).hexdigest() == tender.terms.get(number=2).sha256


def test_what_changed_is_shown_line_by_line(world, client):
    tender = world.at("announced")
    change(
        world, tender, {"clause": "10.4", "text": "Habrá lista <b>de</b> asistencia.", "why": "Circular 1"}
    )

    shown = client.get(reverse("terms-changes", args=[tender.pk, 3])).content.decode()

    assert "<ins>10.4 Habrá lista &lt;b&gt;de&lt;/b&gt; asistencia.</ins>" in shown
    assert "Circular 1" in shown


def test_pages_of_the_terms_are_not_for_outsiders(world, tender, client):
    addresses = [
        reverse("terms-state", args=[tender.pk]),
        reverse("terms-section", args=[tender.pk, "sale", 1]),
    ]
    client.force_login(world.outsider)
    assert [client.get(address).status_code for address in addresses] == [404, 404]

    client.force_login(world.treasurer)
    assert [client.get(address).status_code for address in addresses] == [403, 403]
