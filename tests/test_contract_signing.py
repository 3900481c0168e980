"""The contract from the draft to the signature (rules 82-99, 130-135, 149; domain.md §4.11)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.translation import override

from bids.services import award
from contracts import clauses
from contracts.guards import signing as guards
from contracts.models import Annex, Contract, contract_of
from contracts.services import drafting, operation, signing
from contracts.sheet import rows
from procurement import clock
from procurement.models import Event
from procurement.schedule import local_day
from procurement.services import ordinances, tenders

from . import contracting, guaranteeing
from .papers import paper
from .refusing import refused


@pytest.fixture
def consented(world):
    return world.at("consented")


@pytest.fixture
def drafted(world, consented):
    return contracting.draft(world, consented)


def fresh(contract):
    return contract_of(contract.tender)


def hold(contract):
    contract.judged_at = clock.now()
    return contract


def ready(world, contract):
    return signing.make_ready(contract, report="Revisado: no falta nada.", by=world.legal)


def sign(world, contract, **other):
    day = local_day(clock.now())
    said = {"signed_on": day, "percentage": contract.award.percentage, "scan": paper()}
    return signing.sign(contract, by=world.mayor, **said | other)


# --- the report ---


def test_every_part_that_is_missing_is_named(world, consented):  # rules 78, 93, 94, 104; RM 270 art. 10
    contract = drafting.begin(consented, number="001-2026", by=world.legal)

    assert refused(ready, world, contract) == [
        "contract.signature.power-missing",
        "contract.transition.no-situation",
        "contract.signature.content-missing",
        "contract.annexes.missing",
        "contract.performance-bond.not-accepted",
    ]


def test_the_five_concepts_and_the_ten_contents_are_asked(world):  # rule 93; RM 270-2009 art. 10
    concepts = {clause.concept for clause in clauses.CLAUSES if clause.concept}
    letters = {clause.letters for clause in clauses.CLAUSES if clause.letters}

    rights = {"legal", "technical", "administrative", "economic"}
    assert concepts == rights | {"readjustment", "indemnity"}
    assert letters == set("bdefghij")  # a, the parties, and c, the term, are fields of the contract


def test_a_contract_without_scale_of_penalties_is_not_signed(world, drafted):  # clause 31; RM 270 art. 10 i
    drafting.set_clauses(drafted, texts={"penalties": " "}, by=world.legal)
    guaranteeing.in_force(world, drafted.tender)

    assert refused(ready, world, drafted) == ["contract.signature.content-missing"]


def test_risks_stay_where_the_field_note_puts_them():  # rule 89
    with override("en"):
        borne = {
            who: [str(risk) for risk, bearer in clauses.RISKS if bearer == who] for who in clauses.BEARERS
        }

    assert borne["operator"] == [
        "operation and maintenance",
        "commercial: billing, collection, claims",
        "working capital and minor investment",
    ]
    assert borne["municipality"][0] == "replacement, improvement and expansion"


def test_guarantee_payments_are_a_use_of_income_and_assets_are_no_collateral():  # rules 81, 82, 96
    assert len(clauses.INCOME_USES) == 7
    with override("en"):
        assert "guarantees" in map(str, clauses.INCOME_USES)
        assert "credit" in str(clauses.PROHIBITIONS[0])


def test_ready_freezes_every_annex_by_its_digest(world, drafted):  # rules 31, 94
    guaranteeing.in_force(world, drafted.tender)
    contract = ready(world, drafted)
    annexes = {annex.kind: annex for annex in contract.annexes.all()}

    assert set(guards.ANNEXES) | {"offer", "shares", "sheet", "contingency"} <= set(annexes)
    assert all(annex.frozen_at == contract.reported_at for annex in annexes.values())
    assert annexes["terms"].sha256 == Annex.digest(annexes["terms"].text)
    study = drafted.tender.studies.get(kind="development-plan")
    assert annexes["development-plan"].sha256 == study.document.sha256


def test_what_is_ready_is_changed_only_after_it_went_back(world, drafted):  # domain.md §4.8
    guaranteeing.in_force(world, drafted.tender)
    contract = ready(world, drafted)
    said = {"texts": {"indemnity": "Otra"}, "by": world.legal}
    assert refused(drafting.set_clauses, contract, **said) == ["contract.draft.frozen"]

    contract = signing.reopen(contract, by=world.legal)
    assert drafting.set_clauses(contract, **said).clauses["indemnity"] == "Otra"
    assert contract.annexes.filter(frozen_at=None).count() == contract.annexes.count()


def test_a_mortgage_needs_its_entry_and_a_contingency_plan(world, drafted):  # rule 78, vector G3
    guarantee = guaranteeing.accept(world, guaranteeing.receive(world, drafted.tender, instrument="HIPOTECA"))
    assert refused(ready, world, drafted) == ["contract.performance-bond.not-accepted"]

    guaranteeing.register(world, guarantee)
    assert ready(world, drafted).state == "ready"
    assert drafted.tender.contingency_plans.exists()


def test_the_operator_is_the_winner_or_the_company_it_constituted(world, drafted):  # domain.md §4.11
    company = {"is_constituted": True, "operator_name": "Aguas SAC", "operator_document": "20111111112"}
    drafting.set_operator(drafted, by=world.legal, **company)
    codes = refused(ready, world, drafted)
    assert "contract.operator.not-awardee" in codes

    drafting.set_operator(fresh(drafted), by=world.legal, registry_entry="Partida 110", **company)
    assert "contract.operator.not-awardee" not in refused(ready, world, drafted)
    back = drafting.set_operator(fresh(drafted), by=world.legal, is_constituted=False)
    assert back.operator_name == back.award.bid.bidder.name


# --- the signature ---


@pytest.fixture
def reported(world, drafted):
    guaranteeing.in_force(world, drafted.tender)
    return ready(world, drafted)


def test_mayor_and_operator_sign(world, reported):  # rules 95, 99, 101
    signed = sign(world, reported)

    assert (signed.state, signed.signed_on) == ("signed", local_day(clock.now()))
    minutes = signed.tender.minutes.get(kind="contract-signed")
    assert "CONTRATO DE GESTIÓN" in minutes.text
    assert "40000021" not in minutes.text  # the DNI of who signs
    assert signed.obligations.get(kind="comptroller").due_on == signed.signed_on + timedelta(days=7)


def test_only_the_mayor_signs_for_the_municipality(world, reported):  # rule 99
    day = {"signed_on": local_day(clock.now()), "percentage": reported.award.percentage, "scan": paper()}
    for by in (world.manager, world.legal, world.outsider, reported.operator):
        with pytest.raises(PermissionDenied):
            signing.sign(reported, by=by, **day)


def test_a_paper_with_another_percentage_is_refused(world, reported):  # bad input; clause 29.3
    other = reported.award.percentage - Decimal("0.01")

    assert refused(sign, world, reported, percentage=other) == ["contract.fund.percentage-altered"]

    assert contract_of(reported.tender).signed_on is None


def test_the_last_day_to_sign_counts_and_the_next_is_late(world, reported):  # clause 29.1 of the terms
    last = local_day(guards.sign_by(reported))
    contracting.to(world, last + timedelta(days=1))
    late = {"signed_on": last + timedelta(days=1)}
    assert refused(sign, world, reported, **late) == ["contract.signature.late"]

    assert sign(world, reported, signed_on=last).state == "signed"


def test_an_end_near_the_electoral_cycle_is_refused_unless_somebody_answers(world, drafted):  # rule 91
    drafting.set_term(drafted, years=8, fund_manager="joint", by=world.legal)
    code = "contract.term.not-of-the-terms"
    guaranteeing.in_force(world, drafted.tender)
    assert refused(ready, world, fresh(drafted)) == [code]
    tenders.override(drafted.tender, code=code, reason="El concejo lo pidió", by=world.manager)
    contract = ready(world, fresh(drafted))
    code = "contract.term.electoral-overlap"
    assert refused(sign, world, contract) == [code]

    tenders.override(contract.tender, code=code, reason="Acuerdo 33: se firma igual", by=world.manager)
    assert sign(world, contract).state == "signed"


def test_other_years_are_asked_about_again(world, drafted):  # rule 91, principle 7
    code, tender = "contract.term.electoral-overlap", drafted.tender
    drafting.set_term(drafted, years=8, fund_manager="joint", by=world.legal)
    tenders.override(tender, code=code, reason="Acuerdo 33: ocho años", by=world.manager)
    tenders.override(tender, code=code, reason="Otra vez", by=world.manager)  # twice is once
    assert [each.reason for each in tender.overrides.filter(code=code)] == ["Acuerdo 33: ocho años"]
    assert guards.end_keeps_its_distance.refusals(hold(fresh(drafted)), clock.now()) == []
    world.move(clock.now() + timedelta(days=2))  # the day on which it is signed is no other question
    assert guards.end_keeps_its_distance.refusals(hold(fresh(drafted)), clock.now()) == []

    drafting.set_term(drafted, years=7, fund_manager="joint", by=world.legal)
    assert guards.end_keeps_its_distance.refusals(hold(fresh(drafted)), clock.now()) == []  # far enough
    Contract.objects.filter(pk=drafted.pk).update(years=12)
    [again] = guards.end_keeps_its_distance.refusals(hold(fresh(drafted)), clock.now())
    assert (again.code, again.facts["years"]) == (code, 12)


def test_the_public_sheet_has_every_field_of_table_12(world, reported):  # rule 95
    signed = sign(world, reported)
    with override("en"):
        sheet = {str(label): value for label, value in rows(signed)}

    asked = ["Town", "Population", "Connections", "Monthly billing", "Operator", "Signed on"]
    asked += ["Term, years", "The term runs from", "Start of operations", "Object", "Initial capital"]
    asked += ["Investment Fund", "Economic system", "The operator may not", "The operator must"]
    assert set(asked) <= set(sheet)
    assert sheet["Monthly billing"] == "S/ 15,000.00"


def test_who_does_not_sign_gives_way_to_the_next(world, drafted):  # clause 29.5 of the terms
    tender = drafted.tender
    award.pass_to_next(tender, reason="No trajo la garantía", by=world.chair)

    assert contract_of(tender) is None
    assert drafted.award.bid != tender.awards.get(ended_at=None).bid


def test_a_signed_contract_does_not_pass_on(world, reported):  # domain.md §4.8
    sign(world, reported)

    codes = refused(award.pass_to_next, reported.tender, reason="x", by=world.chair)

    assert codes == ["contract.signature.done"]


def test_a_call_whose_contract_is_signed_is_not_cancelled(world, reported):  # domain.md §4.11
    tender = reported.tender
    tender.judged_at = clock.now()
    assert tenders.reasons_against(tender, "cancel") == []

    sign(world, reported)

    against = [reason.code for reason in tenders.reasons_against(tender, "cancel")]
    assert against == ["tender.cancel.after-signature"]


def test_support_of_the_municipality_has_a_condition_that_ends_it(world, drafted):  # rule 135
    said = {"kind": "payroll", "monthly": Decimal("800.00"), "condition": "Mil usuarios al día"}
    review = local_day(clock.now()) + timedelta(days=180)
    paid = drafting.add_subsidy(drafted, by=world.legal, review_on=review, **said)

    day = local_day(clock.now())
    ended = operation.end_subsidy(paid, ended_on=day, note="1,020 usuarios al día", by=world.manager)
    assert ended.ended_on == day
    again = {"ended_on": day, "note": "x", "by": world.manager}
    assert refused(operation.end_subsidy, paid, **again) == ["contract.subsidy.ended"]


def test_the_text_names_the_law_of_the_regime(world, drafted):  # rule 92
    drafted.judged_at = clock.now()
    text = signing.text_of(drafted)

    assert all(source in text for source in drafted.tender.regime.sources)
    assert "Código Civil" in text


def test_less_capital_than_the_terms_ask_stops_the_report(world, drafted):  # rule 98
    guaranteeing.in_force(world, drafted.tender)
    least = drafted.initial_capital
    drafting.set_operator(drafted, initial_capital=least - Decimal("0.01"), by=world.legal)
    assert refused(ready, world, drafted) == ["contract.operator.capital-missing"]

    drafting.set_operator(drafted, initial_capital=least, by=world.legal)
    assert ready(world, drafted).state == "ready"


def test_a_regime_may_ask_that_the_company_does_sanitation_alone(
    world, drafted, monkeypatch
):  # DS 023 art. 178
    def value(tender, key, default=None, known=guards.value):
        return True if key == "operator.exclusive_object" else known(tender, key, default)

    monkeypatch.setattr(guards, "value", value)
    guaranteeing.in_force(world, drafted.tender)
    assert refused(ready, world, drafted) == ["contract.operator.object-not-exclusive"]

    drafting.set_operator(drafted, is_exclusive=True, by=world.legal)
    assert ready(world, drafted).state == "ready"


def test_an_ordinance_that_no_longer_counts_stops_the_report(world, drafted):  # rules 25, 94
    guaranteeing.in_force(world, drafted.tender)
    claims = drafted.tender.municipality.ordinances.get(kind="claims")
    ordinances.supersede(claims, reason="La derogó otra ordenanza", by=world.manager)

    assert refused(ready, world, drafted) == [
        "contract.signature.ordinances-not-in-force",
        "contract.annexes.missing",
    ]


def test_a_report_says_what_was_looked_at(world, drafted):  # domain.md §4.11
    guaranteeing.in_force(world, drafted.tender)

    codes = refused(signing.make_ready, drafted, report=" ", by=world.legal)

    assert codes == ["contract.ready.report-missing"]


def test_other_obligations_are_written_with_their_day(world, drafted):  # rule 97
    day = local_day(clock.now()) + timedelta(days=30)
    said = {"party": "municipality", "text": "Entregar los planos", "due_on": day}
    owed = drafting.add_obligation(drafted, by=world.legal, **said)

    assert (owed.kind, owed.due_on, str(owed)) == ("other", day, "Entregar los planos")


def test_what_names_a_person_or_a_registry_entry_stays_out_of_the_public_log(world, drafted):  # D1
    leaves = b"\n".join(event.leaf for event in Event.objects.of(drafted.tender)).decode()

    assert "Ana Ruiz" in leaves
    assert not any(each in leaves for each in ("40000021", "Asiento C0001"))
    codes = refused(
        drafting.set_clauses, drafted, texts={"jvs": f"Firma {world.observer.dni}"}, by=world.legal
    )
    assert codes == ["document.minutes.identity-document"]
