"""The pages before the call: ask, check, record; what everybody may see and what nobody may."""

import re

import pytest
from django.urls import reverse

from procurement.models import (
    Assembly,
    ConflictDeclaration,
    CouncilAgreement,
    Delegate,
    Event,
    Ordinance,
    Tender,
)
from procurement.services import boards, facts
from procurement.services import committee as interests
from procurement.services import ordinances as acts

from .world import ANSWERS, NOON, SESSION, paper

ASSEMBLY = {
    "mode": "neighbourhood",
    "sector": "Centro",
    "happened_on": str(SESSION),
    "place": "Local comunal",
    "women": "20",
    "men": "18",
    "votes_for": "30",
    "votes_against": "8",
    "decision": "accepted",
}
AGREEMENT = {
    "purpose": "approve-call",
    "number": "104-2025",
    "happened_on": str(SESSION),
    "votes_for": "4",
    "votes_against": "2",
    "abstentions": "0",
    "legal_number": "6",
}


@pytest.fixture
def draft(world):
    return world.draft()


@pytest.fixture
def as_(client):
    def enter(user):
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return enter


def page(name, *args):
    return reverse(name, args=args)


def shown(response):
    return response.content.decode()


# Ask, check, record


def test_answers_are_shown_before_they_count(world, draft, as_):
    client, url = as_(world.atm), page("assembly-record", draft.pk)
    assert client.get(url).status_code == 200

    checked = client.post(url, ASSEMBLY | {"step": "check"})
    assert checked.status_code == 200
    assert "Local comunal" in shown(checked)
    assert Assembly.objects.count() == 0

    changed = client.post(url, ASSEMBLY | {"step": "change"})
    assert 'name="place"' in shown(changed)
    assert Assembly.objects.count() == 0

    recorded = client.post(url, ASSEMBLY | {"step": "record"})
    assert recorded.status_code == 302
    assert Assembly.objects.get().sector == "Centro"


def test_what_was_typed_survives_a_refusal(world, draft, as_):
    client, url = as_(world.atm), page("assembly-record", draft.pk)
    contrary = ASSEMBLY | {"decision": "rejected", "step": "record"}
    refused = client.post(url, contrary)
    assert refused.status_code == 422
    assert "assembly.decision.against-votes" in shown(refused)
    assert 'value="Local comunal"' in shown(refused)
    assert Assembly.objects.count() == 0


def test_a_refusal_says_its_code_not_the_name_of_a_constraint(world, draft, as_):
    client, url = as_(world.manager), page("agreement-record", draft.pk)
    too_many = AGREEMENT | {"votes_for": "5", "step": "record", "file": paper()}
    refused = client.post(url, too_many)
    assert refused.status_code == 422
    assert "tender.council.votes-above-members" in shown(refused)
    assert "council_votes_within" not in shown(refused)
    client, url = as_(world.atm), page("model-record", draft.pk)
    world.assemble(draft)
    model = {"assembly": draft.assemblies.get().pk, "operator_kind": "private", "origin": "local"}
    model |= {"municipal_share": "0", "years": "10", "supervision": "JVS", "micro_measurement": "no"}
    targets = {
        "water_coverage": "92",
        "sewer_coverage": "75",
        "hours_per_day": "24",
        "long_term_cost": "0.68",
    }
    wrong = client.post(url, model | targets | {"water_coverage": "120", "step": "check"})
    assert wrong.status_code == 422
    assert client.post(url, model | targets | {"step": "record"}).status_code == 302


def test_the_paper_is_asked_for_when_the_answers_are_checked(world, draft, as_):
    client, url = as_(world.manager), page("agreement-record", draft.pk)
    lacking = client.post(url, AGREEMENT | {"step": "record"})
    assert lacking.status_code == 422
    assert CouncilAgreement.objects.count() == 0
    assert 'type="file"' in shown(lacking)

    recorded = client.post(url, AGREEMENT | {"step": "record", "file": paper()})
    assert recorded.status_code == 302
    assert CouncilAgreement.objects.get().document.media_type == "application/pdf"


def test_a_paper_that_is_refused_leaves_the_answers_checked(world, draft, as_):
    client, url = as_(world.manager), page("agreement-record", draft.pk)
    wrong = paper("virus.pdf")
    wrong.file.seek(0)
    wrong.file.write(b"MZ" + b"\0" * 100)
    wrong.file.seek(0)
    refused = client.post(url, AGREEMENT | {"step": "record", "file": wrong})
    assert refused.status_code == 422
    assert "document.file.type-not-allowed" in shown(refused)
    assert 'value="104-2025"' in shown(refused)
    assert CouncilAgreement.objects.count() == 0


def test_every_form_opens_for_those_who_record_it(world, draft, as_):
    world.establish()
    world.assemble(draft)
    board = world.town.boards.get()
    unpublished = acts.agree(
        world.municipality, kind="jvs", number="9-2025", session_on=SESSION, file=paper(), by=world.manager
    )
    pages = [
        page("regime-choose", draft.pk),
        page("agreement-record", draft.pk),
        page("study-record", draft.pk, "social"),
        page("assembly-record", draft.pk),
        page("model-record", draft.pk),
        page("town-revise", world.town.pk),
        page("ordinance-plan", world.municipality.pk, "claims"),
        page("ordinance-agree", world.municipality.pk, "charges"),
        page("ordinance-publish", unpublished.pk),
        page("ordinance-supersede", unpublished.pk),
        page("delegate-add", board.pk),
        page("delegate-end", board.delegates.first().pk),
        page("board-supersede", board.pk),
        page("fact-supersede", draft.pk, "assembly", draft.assemblies.get().pk),
    ]
    client = as_(world.manager)
    for url in pages:
        assert client.get(url).status_code == 200, url
    client = as_(world.outsider)
    for url in pages:
        assert client.get(url).status_code in (403, 404), url
    client.logout()
    for url in pages:
        assert client.get(url).status_code in (302, 404), url


def test_forms_of_others_answer_403_and_hidden_tenders_404(world, draft, as_):
    client = as_(world.observer)  # sees the draft, records nothing
    assert client.get(page("tender-preparation", draft.pk)).status_code == 200
    assert client.get(page("assembly-record", draft.pk)).status_code == 403
    assert client.get(page("agreement-record", draft.pk)).status_code == 403
    client = as_(world.atm)
    assert client.get(page("agreement-record", draft.pk)).status_code == 403
    client = as_(world.outsider)
    assert client.get(page("tender-preparation", draft.pk)).status_code == 404
    assert client.get(page("tender-decision", draft.pk)).status_code == 404


def test_what_there_is_not_answers_404(world, draft, as_):
    client = as_(world.manager)
    assert client.get(page("study-record", draft.pk, "astrology")).status_code == 404
    assert client.get(page("fact-supersede", draft.pk, "rumour", 1)).status_code == 404
    assert client.get(page("fact-supersede", draft.pk, "study", 999)).status_code == 404
    assert client.get(page("ordinance-agree", world.municipality.pk, "dogs")).status_code == 404


def test_the_regime_is_chosen_on_its_page(world, draft, as_):
    client, url = as_(world.legal), page("regime-choose", draft.pk)
    chosen = {"code": "pppl-2003", "profile": "second-call", "legal_report": "12-2025", "reason": "Cuotas"}
    chosen |= {"happened_on": str(SESSION), "decided_by": "Gerencia", "step": "record"}
    assert client.post(url, chosen).status_code == 302
    assert Tender.objects.get(pk=draft.pk).profile.name == "second-call"


def test_the_charges_are_recorded_question_by_question(world, as_):  # rules 29, 30
    client = as_(world.manager)
    url = page("ordinance-agree", world.municipality.pk, "charges")
    answers = {"number": "4-2025", "session_on": str(SESSION), "contents": ["agreed"]}
    for key, answer in ANSWERS.items():
        answers |= {f"choice_{key}": answer["choice"], f"text_{key}": "Sí", f"article_{key}": "7"}
    prices = answers | {"prices": "Conexión de agua: 180.00\nReconexión: S/ 1,020.50"}
    unreadable = client.post(url, answers | {"prices": "Conexión", "step": "check"})
    assert unreadable.status_code == 422
    recorded = client.post(url, prices | {"step": "record", "file": paper()})
    assert recorded.status_code == 302
    kept = Ordinance.objects.get()
    assert kept.prices == {"Conexión de agua": "180.00", "Reconexión": "1020.50"}
    assert kept.answers["exempt"] == {"choice": "none", "text": "Sí", "article": "7"}
    detail = client.get(page("ordinance", kept.pk))
    assert "Conexión de agua" in shown(detail)


def test_each_member_declares_on_their_own_page(world, draft, as_):
    url = page("conflict-declare", draft.pk)
    tie = {"has_conflict": "yes", "tie": "work", "with_whom": "Aguas SAC", "step": "record"}
    assert as_(world.member).post(url, tie).status_code == 302
    assert ConflictDeclaration.objects.get().with_whom == "Aguas SAC"
    assert as_(world.manager).get(url).status_code == 403
    assert as_(world.third).post(url, {"has_conflict": "no", "step": "record"}).status_code == 302


def test_the_work_list_asks_for_the_declaration_until_it_is_made(world, draft, as_):  # decision 20b
    url, work = page("conflict-declare", draft.pk), page("work")
    assert url in shown(as_(world.member).get(work))
    interests.declare(draft, has_conflict=False, by=world.member)
    assert url not in shown(as_(world.member).get(work))
    assert url in shown(as_(world.third).get(work))
    assert url not in shown(as_(world.manager).get(work))
    Tender.objects.filter(pk=draft.pk).update(state="evaluating", announced_at=NOON, closed_at=NOON)
    assert url in shown(as_(world.member).get(work))  # now it is known who bids


def test_a_stale_town_shows_both_values(world, as_):  # decision 33
    client, url = as_(world.atm), page("town-revise", world.town.pk)
    form = {"population": "28296", "source": "INEI", "version": "0", "step": "record"}
    assert client.post(url, form | {"house_value": "9000"}).status_code == 302
    stale = client.post(url, form | {"house_value": "11000"})
    assert stale.status_code == 422
    assert "access.record.changed-meanwhile" in shown(stale)
    assert "9,000" in shown(stale)
    assert client.post(url, form | {"house_value": "11000", "version": "1"}).status_code == 302


def test_a_town_has_no_figure_without_its_source(world, as_):
    client, url = as_(world.manager), page("town-revise", world.town.pk)
    form = {"population": "28296", "source": " ", "version": "0", "step": "record"}
    assert client.post(url, form).status_code == 422
    revised = [event for event in Event.objects.all() if event.body["action"] == "town.revise"]
    assert revised == []


def test_a_fact_is_crossed_out_and_stays_on_the_page(world, draft, as_):  # rule 22
    assembly = world.assemble(draft)
    client = as_(world.atm)
    url = page("fact-supersede", draft.pk, "assembly", assembly.pk)
    assert client.post(url, {"reason": "Número equivocado", "step": "record"}).status_code == 302
    assert "Número equivocado" in shown(client.get(page("tender-decision", draft.pk)))


# What everybody sees


def test_once_announced_the_decision_is_public(world, client):
    tender = world.at("announced")
    decision = shown(client.get(page("tender-decision", tender.pk)))
    assert "104-2025" in decision
    assert "Centro" in decision
    assert "92.00" in decision
    assert client.get(page("tender-roles", tender.pk)).status_code == 200
    assert client.get(page("tender-preparation", tender.pk)).status_code == 200
    assert client.get(page("ordinances", world.municipality.pk)).status_code == 200
    assert client.get(page("board", world.town.pk)).status_code == 200
    assert client.get(page("town", world.town.pk)).status_code == 200
    handed_out = client.get(page("document", tender.studies.first().document.pk))
    assert b"".join(handed_out.streaming_content).startswith(b"%PDF")


def test_before_that_it_is_not(world, client):
    tender = world.at("approved")
    for name in ("tender-decision", "tender-preparation", "tender-roles"):
        assert client.get(page(name, tender.pk)).status_code == 404
    document = tender.studies.first().document
    assert client.get(page("document", document.pk)).status_code == 404


def test_no_page_shows_an_identity_document_or_a_telephone(world, client, as_):  # decision 6
    world.establish()
    board = world.town.boards.get()
    boards.add_delegate(
        board,
        sector="Norte",
        name="Nora Vecina",
        sex="woman",
        dni="41234567",
        phone="944111222",
        by=world.atm,
    )
    pages = [page("board", world.town.pk), page("installation-log-json"), page("installation-log")]
    for who in (None, world.outsider, world.manager):
        if who:
            as_(who)
        for url in pages:
            text = shown(client.get(url))
            assert "41234567" not in text
            assert "944111222" not in text
    assert "Nora Vecina" in shown(client.get(pages[0]))
    assert Delegate.objects.get(name="Nora Vecina").dni == "41234567"  # the control: it is kept


def test_with_whom_somebody_is_tied_stays_off_the_pages(world, draft, as_):
    interests.declare(draft, has_conflict=True, by=world.member, tie="work", with_whom="Aguas del Norte SAC")
    for user in (world.manager, world.chair, world.observer):
        client = as_(user)
        for name in ("tender-preparation", "tender-decision", "tender-people", "log", "log-json"):
            assert "Aguas del Norte" not in shown(client.get(page(name, draft.pk))), name


def test_the_tasks_say_what_is_missing_and_where(world, draft, as_):
    tasks = shown(as_(world.manager).get(page("tender-preparation", draft.pk)))
    assert page("agreement-record", draft.pk) in tasks
    assert page("study-record", draft.pk, "social") in tasks
    assert "tender.council.agreement-missing" in tasks


def test_questions_to_the_database_do_not_grow_with_the_assemblies(
    world, draft, as_, django_assert_max_num_queries
):
    client, url = as_(world.manager), page("tender-decision", draft.pk)
    for number in range(12):
        world.assemble(draft, mode="neighbourhood", sector=f"Sector {number}")
    client.get(url)
    with django_assert_max_num_queries(40):
        assert len(re.findall("Sector ", shown(client.get(url)))) >= 12


def test_a_crossed_out_agreement_is_crossed_out_by_the_manager_alone(world, draft, as_):  # decision 2
    agreement = world.agree(draft)
    url = page("fact-supersede", draft.pk, "agreement", agreement.pk)
    assert as_(world.secretary).get(url).status_code == 403
    assert as_(world.manager).get(url).status_code == 200
    facts.supersede(agreement, reason="Otra sesión", by=world.manager)
    assert as_(world.manager).get(url).status_code == 404
