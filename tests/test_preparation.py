"""What the approval of the terms stands on: council, studies, assemblies, model, regime, committee."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from procurement import parameters, roles, three_actors
from procurement.guards import preparation as guards
from procurement.models import (
    Assembly,
    CouncilAgreement,
    Event,
    Minutes,
    Municipality,
    Notice,
    Study,
    Tender,
    Town,
)
from procurement.roles import GRANTS, Role
from procurement.services import facts, people, preparation, tenders, terms, towns
from procurement.views import prepared
from procurement.workflow import Blocked, actions, refusals

from .world import MODEL, NOON, SESSION, paper


def fresh(tender):
    return Tender.objects.get(pk=tender.pk)


def blocked(tender, world):
    """Return the codes that stand between the draft and its approval."""
    [approve] = [step for step in actions(fresh(tender), world.manager, at=NOON) if step.name == "approve"]
    return [refusal.code for refusal in approve.refusals]


def codes(call):
    with pytest.raises(Blocked) as refused:
        call()
    return refused.value.codes


def facts_of(tender, action):
    return [event.body["facts"] for event in Event.objects.of(tender) if event.body["action"] == action]


@pytest.fixture
def draft(world):
    return world.draft()


@pytest.fixture
def ready(world):
    tender = world.draft()
    world.prepare(tender)
    return fresh(tender)


# Approval


def test_everything_together_lets_the_manager_approve(world, ready):
    assert blocked(ready, world) == []
    assert tenders.approve(ready, by=world.manager).state == Tender.State.APPROVED


def test_a_draft_may_exist_before_anything_and_says_all_that_is_missing(world, draft):  # rule 15
    missing = blocked(draft, world)
    assert "tender.council.agreement-missing" in missing
    assert "tender.studies.missing" in missing
    assert "tender.model.not-approved" in missing
    assert "tender.regime.not-chosen" in missing
    assert "tender.ordinances.not-planned" in missing
    assert codes(lambda: tenders.approve(draft, by=world.manager)) == missing


def test_only_the_manager_approves(world, ready):
    for user in (world.mayor, world.chair, world.legal, world.outsider, world.observer):
        with pytest.raises(PermissionDenied):
            tenders.approve(ready, by=user)
    assert tenders.approve(ready, by=world.manager).state == Tender.State.APPROVED


# The council


def test_without_agreement_to_seek_an_operator_there_is_no_approval(world, ready):  # rule 15
    facts.supersede(guards.approval(ready), reason="Número equivocado", by=world.manager)
    world.agree(ready, purpose="join", number="003-2025")
    assert blocked(ready, world) == ["tender.council.agreement-missing"]
    world.agree(ready)
    assert blocked(ready, world) == []


@pytest.mark.parametrize(
    ("majority", "legal_number", "votes_for", "votes_against", "carried"),
    [
        ("two_thirds_legal_number", 6, 4, 2, True),
        ("two_thirds_legal_number", 6, 3, 0, False),  # two thirds of the members, not of those who came
        ("two_thirds_legal_number", 7, 5, 0, True),  # 4.67 is 5
        ("two_thirds_legal_number", 7, 4, 0, False),
        ("simple", 6, 3, 2, True),
        ("simple", 6, 3, 3, False),
        ("simple", 6, 1, 0, True),
    ],
)
def test_majorities_are_counted(majority, legal_number, votes_for, votes_against, carried):  # rule 15
    agreement = CouncilAgreement(legal_number=legal_number, votes_for=votes_for, votes_against=votes_against)
    assert agreement.carried(majority) is carried


def test_the_majority_that_the_terms_state_decides(world, ready):  # rule 15
    facts.supersede(guards.approval(ready), reason="Se repitió la sesión", by=world.manager)
    world.agree(ready, number="105-2025", votes_for=3, votes_against=1, abstentions=2)
    assert blocked(ready, world) == ["tender.council.majority-not-reached"]
    simple = {"council_majority": "simple"}
    terms.revise(fresh(ready), version=fresh(ready).version, texts=simple, by=world.secretary)
    assert blocked(ready, world) == []


def test_more_votes_than_members_are_refused(world, draft):
    too_many = {"votes_for": 5, "votes_against": 2}
    assert codes(lambda: world.agree(draft, **too_many)) == ["tender.council.votes-above-members"]
    assert world.agree(draft, votes_for=5, votes_against=1).legal_number == 6


def test_a_council_without_legal_number_is_asked_for_it(world, draft):
    Municipality.objects.filter(pk=world.municipality.pk).update(legal_number=None)
    assert codes(lambda: world.agree(draft)) == ["tender.council.legal-number-missing"]
    assert world.agree(draft, legal_number=6).legal_number == 6


def test_acts_of_the_council_are_entered_by_the_manager_alone(world, draft):  # decision 2
    values = {"purpose": "join", "number": "1", "happened_on": SESSION, "votes_for": 4, "votes_against": 0}
    for user in (world.secretary, world.chair, world.legal, world.atm, world.outsider):
        with pytest.raises(PermissionDenied):
            preparation.record_agreement(draft, file=paper(), by=user, **values)
    assert preparation.record_agreement(draft, file=paper(), by=world.manager, **values)


def test_an_agreement_keeps_its_day_and_when_it_was_entered(world, draft):  # decision 2
    agreement = world.agree(draft)
    assert agreement.happened_on == SESSION
    assert agreement.entered_at == NOON - timedelta(days=60)
    [told] = facts_of(draft, "council.agree")
    assert (told["number"], told["votes_for"], told["happened_on"]) == ("104-2025", 4, str(SESSION))
    assert Minutes.objects.get(tender=draft, office="council").number == 1
    assert Notice.objects.filter(user=world.chair, subject__contains="104-2025").exists()


def test_a_fact_of_tomorrow_is_refused_and_one_of_today_is_not(world, draft):  # decision 2
    today = (NOON - timedelta(days=60)).date()
    tomorrow = today + timedelta(days=1)
    assert codes(lambda: world.agree(draft, happened_on=tomorrow)) == ["preparation.fact.in-future"]
    assert world.agree(draft, happened_on=today)


# Studies


def test_each_missing_study_is_named(world, ready):  # rule 16
    plan = ready.studies.get(kind=Study.Kind.DEVELOPMENT_PLAN)
    facts.supersede(plan, reason="Versión anterior", by=world.atm)
    tender = fresh(ready)
    tender.judged_at = NOON
    [refusal] = guards.studies_are_there.refusals(tender, NOON)
    assert refusal.code == "tender.studies.missing"
    assert str(refusal.facts["missing_studies"]) == str(Study.Kind.DEVELOPMENT_PLAN.label)


def test_a_study_is_not_written_over(world, ready):  # rule 22
    again = {"kind": "social", "happened_on": SESSION, "author": "Otra", "file": paper(), "by": world.atm}
    assert codes(lambda: preparation.record_study(ready, **again)) == ["preparation.fact.already-recorded"]
    facts.supersede(ready.studies.get(kind="social"), reason="Otra versión", by=world.atm)
    assert preparation.record_study(ready, **again | {"file": paper()}).author == "Otra"


def test_a_study_needs_its_document(world, draft):  # rule 16
    empty = paper()
    empty.size = 0
    study = {"kind": "social", "happened_on": SESSION, "author": "Consultora", "by": world.atm}
    assert codes(lambda: preparation.record_study(draft, file=empty, **study)) == ["document.file.empty"]
    kept = preparation.record_study(draft, file=paper(), **study)
    assert facts_of(draft, "study.record")[0]["sha256"] == kept.document.sha256


# Assemblies and the model


def test_an_assembly_counts_people_and_leaves_a_certificate(world, draft):  # rules 17, 20
    assembly = world.assemble(draft, mode="neighbourhood", sector="Centro")
    [told] = facts_of(draft, "assembly.record")
    assert (told["women"], told["men"], told["votes_for"], told["decision"]) == (20, 18, 30, "accepted")
    minutes = Minutes.objects.get(tender=draft, kind="assembly")
    assert "20 mujeres y 18 hombres" in minutes.text
    assert assembly.people == 38


def test_numbers_that_cannot_be_true_are_refused(world, draft):  # rule 17
    refused = [
        ({"mode": "neighbourhood"}, "assembly.sector.missing"),
        ({"votes_for": 30, "votes_against": None}, "assembly.votes.half-counted"),
        ({"votes_for": 30, "votes_against": 9}, "assembly.votes.more-than-people"),
        ({"votes_for": 8, "votes_against": 30}, "assembly.decision.against-votes"),
        ({"votes_for": 15, "votes_against": 15}, "assembly.decision.against-votes"),
    ]
    for told, code in refused:
        assert codes(lambda told=told: world.assemble(draft, **told)) == [code]
    assert world.assemble(draft, votes_for=30, votes_against=8)  # 38 people, 38 votes


def test_where_nobody_counted_the_decision_stands_alone(world, draft):  # rule 20
    assembly = world.assemble(draft, mode="general", votes_for=None, votes_against=None)
    assert assembly.votes == 0
    assert "no se contaron" in Minutes.objects.get(tender=draft, kind="assembly").text


def test_the_three_modes_of_consultation_and_the_delegates(world, draft):  # rules 19, 20
    assert set(Assembly.Mode.values) == {"neighbourhood", "representatives", "general", "delegates"}


def test_only_delegates_who_accepted_approve_the_model(world, draft):  # rules 17-19
    neighbours = world.assemble(draft, mode="general")
    against = world.assemble(draft, decision="rejected", votes_for=8, votes_against=30)
    for assembly in (neighbours, against):
        refused = codes(lambda held=assembly: world.model(draft, held))
        assert refused == ["tender.model.not-approved"]
    assert world.model(draft, world.assemble(draft)).origin == "regional"


def test_a_rejection_is_accepted_the_terms_are_not_approved(world, ready):  # rule 24
    facts.supersede(ready.approved_models.get(), reason="La asamblea se repitió", by=world.atm)
    world.assemble(ready, decision="rejected", votes_for=8, votes_against=30)
    assert blocked(ready, world) == ["tender.model.not-approved"]


def test_a_superseded_assembly_takes_its_model_with_it(world, ready):  # rules 19, 22
    held = ready.approved_models.get().assembly
    facts.supersede(held, reason="No hubo quórum de delegados", by=world.atm)
    assert blocked(ready, world) == ["tender.model.not-approved"]


@pytest.mark.parametrize(
    ("kind", "share", "code"),
    [
        ("mixed", "50.00", "contract.shares.municipal-not-minority"),  # rule 10
        ("mixed", "51.00", "contract.shares.municipal-not-minority"),
        ("mixed", "0.00", "tender.model.share-and-kind"),
        ("private", "10.00", "tender.model.share-and-kind"),
    ],
)
def test_the_municipality_stays_in_the_minority(world, draft, kind, share, code):  # rules 9, 10
    assembly = world.assemble(draft)
    model = {"operator_kind": kind, "municipal_share": Decimal(share)}
    assert codes(lambda: world.model(draft, assembly, **model)) == [code]
    kept = world.model(draft, assembly, operator_kind="mixed", municipal_share=Decimal("49.99"))
    assert kept.municipal_share == Decimal("49.99")


def test_the_database_refuses_a_municipal_majority(world, draft):  # rule 10
    model = world.model(draft, world.assemble(draft))
    with pytest.raises(IntegrityError), transaction.atomic():
        type(model).objects.filter(pk=model.pk).update(municipal_share=50, operator_kind="mixed")


def test_the_model_keeps_the_row_of_table_10(world, ready):  # rule 149
    model = ready.approved_models.get()
    assert {name: getattr(model, name) for name in MODEL} == MODEL
    [told] = facts_of(ready, "model.record")
    assert (told["water_coverage"], told["origin"], told["micro_measurement"]) == ("92.00", "regional", False)


def test_the_terms_must_ask_for_the_approved_origin(world, ready):  # rules 18, 52
    tender = fresh(ready)
    tender.parameters |= {"gate.origin": "national"}
    tender.save()
    assert blocked(tender, world) == ["tender.model.origin-differs"]


# The regime


def test_a_regime_out_of_force_warns_and_the_legal_report_overrides_it(world, ready):  # decision 22
    world.choose_regime(ready, out_of_force_reason="")
    tender = fresh(ready)
    assert blocked(tender, world) == ["tender.regime.not-in-force"]
    assert tender.bands == []
    world.choose_regime(ready)
    assert blocked(ready, world) == []
    assert fresh(ready).bands == ["expired-regime"]


def test_the_warning_may_be_answered_by_name_and_shows_the_band_too(world, ready):  # decision 22
    world.choose_regime(ready, out_of_force_reason="")
    tenders.override(ready, code="tender.regime.not-in-force", reason="Informe legal 9", by=world.manager)
    assert blocked(ready, world) == []
    assert fresh(ready).bands == ["expired-regime"]


@pytest.mark.parametrize(("day", "in_force"), [(15, True), (16, False)])
def test_the_last_day_of_a_regime_still_counts(world, draft, day, in_force):  # §0.1
    world.choose_regime(draft, out_of_force_reason="")
    at = NOON.replace(year=2009, month=10, day=day)
    assert bool(guards.regime_is_in_force(fresh(draft), at)) is in_force


def test_a_regime_that_does_not_exist_is_refused(world, draft):
    assert codes(lambda: world.choose_regime(draft, code="../settings")) == ["tender.regime.unknown"]
    assert codes(lambda: world.choose_regime(draft, profile="third-call")) == ["tender.regime.unknown"]


def test_what_was_chosen_before_stays_in_the_log(world, draft):  # §0.2
    world.choose_regime(draft)
    world.choose_regime(draft, code="oe-2009", profile="", reason="Otra lectura")
    assert [told["code"] for told in facts_of(draft, "regime.choose")] == ["pppl-2003", "oe-2009"]
    assert fresh(draft).regime.code == "oe-2009"


def test_terms_that_leave_something_open_block(world, ready):
    tender = fresh(ready)
    del tender.parameters["late_change_days"]
    tender.save()
    assert blocked(tender, world) == ["tender.regime.parameter-undecided"]


@pytest.mark.parametrize(
    ("population", "warned"), [(2000, True), (2001, False), (30000, False), (30001, True)]
)
def test_the_population_range_of_the_regime_warns(world, ready, population, warned):  # rule 1
    Town.objects.filter(pk=world.town.pk).update(population=population)
    assert blocked(ready, world) == ["tender.population.out-of-range"] * warned


def test_a_warning_is_passed_by_a_named_person_with_a_reason(world, ready):  # rule 1
    Town.objects.filter(pk=world.town.pk).update(population=40000)
    tenders.override(ready, code="tender.population.out-of-range", reason="Solo el centro", by=world.manager)
    assert tenders.approve(ready, by=world.manager).state == Tender.State.APPROVED


def test_where_no_regime_gives_a_range_none_is_invented(world, draft):  # rule 1
    Town.objects.filter(pk=world.town.pk).update(population=40000)
    assert "tender.population.out-of-range" not in blocked(draft, world)
    world.choose_regime(draft)
    assert "tender.population.out-of-range" in blocked(draft, world)


# Committee


def test_a_committee_without_alternate_or_secretary_is_not_complete(world, ready):  # domain 4.11
    alternate = ready.appointments.get(position="alternate")
    people.end_appointment(alternate, document="RA 020-2026", by=world.mayor)
    assert blocked(ready, world) == ["committee.appointment.missing"]


def test_as_many_members_as_the_terms_say(world, ready):  # terms 4.2
    third = ready.appointments.get(user=world.third)
    people.end_appointment(third, document="RA 021-2026", by=world.mayor)
    assert set(blocked(ready, world)) == {"committee.size.not-as-stated", "committee.appointment.missing"}


def test_an_even_committee_warns(world, ready):  # domain 4.11
    tender = fresh(ready)
    stated = tender.stated | {"committee.size": 4, "committee.quorum": 3}
    tender.parameters = parameters.dump(stated)
    tender.save()
    fourth = world.official(21, "Cuarto", "Miembro", Role.DESK)
    people.appoint(tender, Role.COMMITTEE, fourth, position="member", document="RA 022-2026", by=world.mayor)
    assert blocked(tender, world) == ["committee.size.even"]


def test_operating_cost_that_nobody_wrote_warns(world, ready):  # rule 77
    tender = fresh(ready)
    del tender.parameters["town.monthly_cost"]
    tender.save()
    assert "tender.studies.operating-cost-missing" in blocked(tender, world)
    figures = {"monthly_operating_cost": Decimal("12000.00"), "source": "Diagnóstico económico 2025"}
    towns.revise(world.town, version=0, by=world.atm, **figures)
    assert "tender.studies.operating-cost-missing" not in blocked(tender, world)


# What is public rests


def test_once_announced_what_the_call_rests_on_is_frozen(world):  # principle 4
    tender = world.at("announced")
    frozen = "tender.change.published-text-frozen"
    assert codes(lambda: world.assemble(tender)) == [frozen]
    assert codes(lambda: facts.supersede(tender.studies.first(), reason="x", by=world.atm)) == [frozen]
    assert codes(lambda: world.choose_regime(tender)) == ["tender.regime.frozen"]
    assert world.agree(tender, purpose="withdraw", number="9-2026")  # the council goes on acting


def test_a_superseded_fact_stays_with_its_reason(world, draft):  # rule 22
    study = {"kind": "social", "happened_on": SESSION, "author": "Consultora"}
    study = preparation.record_study(draft, file=paper(), by=world.atm, **study)
    facts.supersede(study, reason="Archivo equivocado", by=world.atm)
    kept = Study.objects.get(pk=study.pk)
    assert kept.superseded_reason == "Archivo equivocado"
    assert kept.superseded_by == world.atm
    assert draft.studies.count() == 1
    assert draft.studies.standing().count() == 0
    again = codes(lambda: facts.supersede(study, reason="otra vez", by=world.atm))
    assert again == ["preparation.fact.already-superseded"]


def test_outsiders_record_nothing(world, draft):
    told = {"happened_on": SESSION, "mode": "general", "place": "Plaza", "women": 1, "men": 1}
    told["decision"] = "accepted"
    for user in (world.outsider, world.treasurer, world.observer, world.mayor, world.alternate):
        with pytest.raises(PermissionDenied):
            preparation.record_assembly(draft, by=user, **told)
    assert Assembly.objects.count() == 0
    for user in (world.manager, world.legal, world.atm, world.chair, world.secretary):
        assert preparation.record_assembly(draft, by=user, **told)


# Who does what


def test_the_board_has_no_decision(world):  # rule 8
    decisions = {
        rule.permission.codename
        for rule in Tender(state="draft").get_all_state_transitions()
        if hasattr(rule.permission, "codename")
    }
    assert decisions
    assert not decisions & set(GRANTS[Role.JVS])
    assert decisions & set(GRANTS[Role.COMMITTEE])


def test_four_actors_and_seven_functions(world):  # rules 4-7
    assert len(three_actors.ACTORS) == 4
    assert len(three_actors.FUNCTIONS) == 7
    assert all(function.today != function.then for function in three_actors.FUNCTIONS)


def test_four_actions_follow_the_decision(world, draft):  # rule 21
    before = [done for _action, done in prepared.actors(draft, NOON)["actions"]]
    world.establish()
    after = [done for _action, done in prepared.actors(draft, NOON)["actions"]]
    assert before == [False, False, False, False]
    assert after == [True, True, False, False]


def test_the_adviser_reads_and_drafts_and_decides_nothing(world, draft):  # rule 14
    adviser = world.official(22, "Ada", "Consultora", Role.DESK)
    people.appoint(draft, Role.ADVISER, adviser, document="Convenio 3", by=world.mayor)
    at = NOON
    assert roles.holds(adviser, "draft_answer", draft, at)
    assert set(GRANTS[Role.ADVISER]) == {"view_tender", "draft_answer"}


def test_a_provincial_municipality_may_call_too(world):  # rule 3
    assert set(Municipality.Kind.values) == {"district", "provincial"}
    Municipality.objects.filter(pk=world.municipality.pk).update(kind="provincial")
    tender = world.draft()
    world.prepare(tender)
    assert tenders.approve(tender, by=world.manager).state == Tender.State.APPROVED


def test_no_size_of_turnover_blocks(world, ready):  # rule 155
    Town.objects.filter(pk=world.town.pk).update(annual_turnover=1)
    assert blocked(ready, world) == []


def test_refusals_of_the_page_and_of_the_service_are_the_same(world, draft):  # principle 1
    shown = blocked(draft, world)
    assert codes(lambda: tenders.approve(draft, by=world.manager)) == shown
    tender = fresh(draft)
    tender.judged_at = NOON
    [rule] = [rule for rule in tender.get_all_state_transitions() if rule.name == "approve"]
    assert [refusal.code for refusal in refusals(tender, rule)] == shown


def test_the_instant_of_a_boundary(world, draft):  # decision 2: the day in Lima, not in Greenwich
    late_evening = NOON.replace(month=1, day=2, hour=3)  # 22:00 of 1 January in Lima
    world.move(late_evening)
    assert codes(lambda: world.agree(draft, happened_on=date(2026, 1, 2))) == ["preparation.fact.in-future"]
    assert world.agree(draft, happened_on=date(2026, 1, 1))
