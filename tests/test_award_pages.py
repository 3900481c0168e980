"""The pages from the close to the second call: each answers whom it should, and shows the next step."""

import pytest

from bids.services import appeals

from . import deciding
from .test_appeals import file, to_decision
from .test_deserted import WRITTEN, empty
from .test_ranking_pages import a_draw, opened, ranking

PUBLIC = ["opening/1/", "opening/2/", "evaluation/", "ranking/", "award/", "appeals/", "deserted/"]


def get(client, tender, path, user=None):
    client.logout()
    if user:
        client.force_login(user)
    return client.get(f"/tenders/{tender.pk}/{path}")


def post(client, tender, path, user, **data):
    client.force_login(user)
    return client.post(f"/tenders/{tender.pk}/{path}", data)


@pytest.mark.parametrize("state", ["integrated", "closed", "evaluating", "awarded", "consented"])
def test_public_pages_answer_in_every_state_and_to_everybody(world, client, state):  # principle 1
    tender = world.at(state)

    for path in PUBLIC:
        for user in (None, world.chair, world.secretary, world.ana if state != "integrated" else None):
            assert get(client, tender, path, user).status_code == 200, path


def test_the_act_is_convened_begun_and_closed_from_its_page(world, client):  # rules 59, 162
    tender = world.at("closed")
    hour = {"planned_at_0": "2026-04-24", "planned_at_1": "17:30"}
    place = {"place": "Auditorio", "notary": "Noé Notario"}

    post(client, tender, "opening/1/convene/", world.chair, **hour | place)
    act = deciding.act_of(tender, 1)
    assert "Auditorio" in get(client, tender, "opening/1/").content.decode()
    too_early = post(client, tender, "opening/1/begin/", world.chair, present=[world.chair.pk])
    world.move(act.planned_at)
    post(client, tender, "opening/1/begin/", world.chair, present=[world.chair.pk, world.member.pk])
    for step in ("check", "release"):
        for custodian in deciding.custodians(tender)[:3]:
            typed = {"words": deciding.words(world, custodian), "step": step}
            answer = post(client, tender, f"opening/1/words/{custodian.index}/", world.chair, **typed)
            assert answer.status_code == 302
    post(client, tender, "opening/1/conclude/", world.chair)

    assert too_early.status_code == 422
    assert deciding.fresh(act).state == "closed"
    shown = get(client, tender, "opening/1/").content.decode()
    assert "Servicios Ana SAC" in shown
    assert "Cooperativa Beto" in shown


def test_names_do_not_show_before_the_opening(world, client):  # decision 16
    tender = world.at("closed")
    deciding.begin(world, tender)

    for user in (None, world.chair, world.observer, world.beto):
        assert "Servicios Ana SAC" not in get(client, tender, "opening/1/", user).content.decode()


def test_the_page_of_words_is_for_the_custodian_and_the_committee(world, client):  # decision 15
    tender = world.at("closed")
    deciding.begin(world, tender)
    observer = next(each for each in deciding.custodians(tender) if each.user == world.observer)
    path = f"opening/1/words/{observer.index}/"

    assert get(client, tender, path, world.observer).status_code == 200
    assert get(client, tender, path, world.chair).status_code == 200
    for person in (world.outsider, world.ana, world.secretary):
        assert get(client, tender, path, person).status_code == 403
    assert get(client, tender, path).status_code == 302


def test_findings_are_not_public_before_the_result(world, client):  # terms 19.3
    tender = world.at("evaluating")
    deciding.declare_again(world, tender)
    bid = deciding.bids_of(tender)[0]
    deciding.judge(world, bid, "finance")

    for user in (None, world.observer, world.ana, world.beto, world.mayor):
        assert get(client, tender, f"evaluation/{bid.pk}/", user).status_code in (302, 404)
        assert deciding.REASON not in get(client, tender, "evaluation/", user).content.decode()
    assert deciding.REASON in get(client, tender, f"evaluation/{bid.pk}/", world.chair).content.decode()
    deciding.judge(world, deciding.bids_of(tender)[1])
    deciding.first_result.publish(tender, by=world.chair)
    assert deciding.REASON in get(client, tender, "evaluation/").content.decode()


def test_a_sheet_is_saved_from_its_page_and_hides_the_others_until_then(world, client):  # decision 20b
    tender = world.at("evaluating")
    deciding.declare_again(world, tender)
    bid = deciding.bids_of(tender)[0]
    path = f"evaluation/{bid.pk}/"
    deciding.evaluation.save_sheet(bid, answers=deciding.sheet(tender), by=world.chair)

    before = get(client, tender, path, world.member).content.decode()
    unexplained = post(client, tender, path, world.member, **{"moral-finding": "fails"})
    saved = post(
        client,
        tender,
        path,
        world.member,
        **{"moral-finding": "meets", "moral-reason": "Declaración firmada"},
    )
    after = get(client, tender, path, world.member).content.decode()

    assert deciding.REASON not in before
    assert unexplained.status_code == 422
    assert saved.status_code == 302
    assert deciding.REASON in after


def test_deciding_qualifying_and_publishing_from_the_pages(world, client):  # rules 51-54
    tender = world.at("evaluating")
    deciding.declare_again(world, tender)
    for bid in deciding.bids_of(tender):
        deciding.fill_sheets(world, bid)
        for criterion in deciding.criteria_of(tender):
            said = {"meets": "yes", "reason": "Cumple"} | ({"points": "75"} if criterion.points else {})
            path = f"evaluation/{bid.pk}/decide/{criterion.key}/"
            assert get(client, tender, path, world.chair).status_code == 200
            assert post(client, tender, path, world.chair, **said).status_code == 302
        post(client, tender, f"evaluation/{bid.pk}/qualify/", world.chair)
    post(client, tender, "evaluation/publish/", world.chair)

    assert {bid.state for bid in deciding.bids_of(tender)} == {"qualified"}
    assert tender.first_results.exists()


def test_a_defect_goes_to_the_bidder_and_back(world, client):  # terms 18
    tender = world.at("evaluating")
    deciding.declare_again(world, tender)
    bid = deciding.bids_of(tender)[0]

    post(client, tender, f"evaluation/{bid.pk}/observe/finance/", world.chair, text="Falta la firma")
    defect = bid.defects.get()
    asked = get(client, tender, "evaluation/", world.ana).content.decode()
    post(client, tender, f"defects/{defect.pk}/answer/", world.ana, text="Aquí va")
    post(client, tender, f"defects/{defect.pk}/settle/", world.chair, accepted="yes", reason="Completo")

    assert "Falta la firma" in asked
    assert get(client, tender, f"defects/{defect.pk}/answer/", world.beto).status_code == 403
    assert deciding.fresh(bid).state == "opened"


def test_the_ranking_page_shows_every_figure(world, client, monkeypatch):  # rule 56
    tender = opened(world, monkeypatch, "10.20", "9.50")
    post(client, tender, "ranking/make/", world.chair)

    shown = get(client, tender, "ranking/").content.decode()

    for said in ("103.14", "93.14", "10.00", "103.137254…", "100 × 9.50 ÷ 10.20"):
        assert said in shown
    assert post(client, tender, "ranking/sign/", world.chair, dissent="").status_code == 302
    assert post(client, tender, "ranking/sign/", world.outsider).status_code == 403


def test_a_tie_asks_for_the_draw(world, client, monkeypatch):  # decision 20
    tender = opened(world, monkeypatch, "9.50", "9.50", local=(0, 1))
    ranking.rank(tender, by=world.chair)
    deciding.sign(world, tender)

    blocked = get(client, tender, "award/give/", world.chair).content.decode()
    assert "award.tie.draw-missing" in blocked
    assert get(client, tender, "ranking/draw/", world.chair).status_code == 200
    ranking.draw(tender, by=world.chair, **a_draw())
    assert "Dos bolillas" in get(client, tender, "ranking/").content.decode()


def test_the_award_is_given_with_the_number_of_the_tender(world, client):  # rule 159
    tender = world.at("evaluating")
    deciding.rank(world, tender)

    wrong = post(client, tender, "award/give/", world.chair, number="999-2026")
    right = post(client, tender, "award/give/", world.chair, number=tender.number)

    assert wrong.status_code == 422
    assert right.status_code == 302
    assert deciding.fresh(tender).state == "awarded"
    assert "10.20" in get(client, tender, "award/").content.decode()


def test_an_appeal_from_filing_to_decision(world, client):  # §4.10
    tender = world.at("awarded")
    grounds = {"clause": "21.1", "grounds": "La cuenta está mal."}

    assert "appeals/against/award/" in get(client, tender, "appeals/", world.beto).content.decode()
    post(client, tender, "appeals/against/award/", world.beto, **grounds)
    appeal = tender.appeals.get()
    post(client, tender, "appeals/1/admit/", world.secretary)
    post(client, tender, "appeals/1/answer/", world.ana, text="Está bien hecha.")
    post(client, tender, "appeals/1/hear/", world.secretary)
    assert get(client, tender, "appeals/1/decide/", world.chair).status_code == 403
    post(
        client,
        tender,
        "appeals/1/decide/",
        world.mayor,
        upheld="no",
        resolution="RA 050-2026",
        reasons="La cuenta es la de las bases.",
    )

    assert deciding.fresh(appeal).state == "dismissed"
    shown = get(client, tender, "appeals/1/").content.decode()
    assert all(said in shown for said in ("La cuenta está mal.", "Está bien hecha.", "RA 050-2026"))
    assert get(client, tender, "appeals/against/award/", world.outsider).status_code == 403


def test_every_page_of_an_appeal_answers_its_people(world, client):  # §4.10
    tender = world.at("awarded")
    appeal = file(world, tender)
    pages = {"observe": world.secretary, "complete": world.beto, "turn-away": world.secretary}

    for page, person in pages.items():
        assert get(client, tender, f"appeals/1/{page}/", person).status_code == 200
        assert get(client, tender, f"appeals/1/{page}/", world.outsider).status_code == 403
    to_decision(world, appeal)
    assert get(client, tender, "appeals/1/decide/", world.mayor).status_code == 200
    assert appeals.authority(tender)[0] == "mayor"


def test_deserted_report_and_second_call_from_the_pages(world, client):  # rules 60-67
    tender = empty(world)
    declared = {"text": "Nadie se animó.", "number": tender.number}

    post(client, tender, "deserted/declare/", world.chair, **declared)
    assert "Nadie se animó." in get(client, tender, "deserted/").content.decode()
    written = WRITTEN | {"cause-contract-risk": "Temen al próximo alcalde."}
    assert get(client, tender, "deserted/report/write/", world.chair).status_code == 200
    post(client, tender, "deserted/report/write/", world.chair, **written)
    assert "Temen al próximo alcalde." in get(client, tender, "deserted/report/").content.decode()
    post(client, tender, "second-call/begin/", world.manager, title="Segunda convocatoria")

    second = deciding.fresh(tender).next_call
    assert get(client, second, "second-call/").status_code == 404  # a draft is nobody else's business
    assert get(client, second, "second-call/", world.manager).status_code == 200
    answer = post(client, second, "second-call/guarantees/", world.manager, reason="No hubo quejas")
    assert answer.status_code == 302
    assert second.five_points.get().reason == "No hubo quejas"


def test_a_first_call_has_no_comparison(world, client):  # rule 67
    assert get(client, world.at("approved"), "second-call/", world.manager).status_code == 404


def test_the_home_of_the_tender_leads_on(world, client):  # principle 1
    tender = world.at("closed")
    for path, step in (
        ("opening/1/", deciding.evaluate),
        ("evaluation/", deciding.give_award),
        ("award/", deciding.consent),
    ):
        home = get(client, tender, "", world.chair).content.decode()
        assert f"/tenders/{tender.pk}/{path}" in home
        tender = step(world, tender)
