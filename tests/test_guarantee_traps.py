"""What must not be accepted as a guarantee, each refusal with its code and article (domain.md §2.1-2.4)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from guarantees.models import Guarantee
from guarantees.services import reception
from procurement import clock, workflow
from procurement.models import Document, Event, Minutes, Notice
from procurement.services import tenders
from procurement.workflow import Blocked

from . import contracting, guaranteeing
from .guaranteeing import findings, particulars, today

TEN, CENT = Decimal("10000.00"), Decimal("0.01")
JUNE = date(2026, 6, 1)
EVERYTHING = [
    "FIANZA",
    "FIANZA_SOLIDARIA",
    "CARTA_FIANZA",
    "POLIZA_CAUCION",
    "HIPOTECA",
    "ANTICRESIS",
    "GARANTIA_MOBILIARIA",
    "PRENDA",
    "DEPOSITO",
    "PAGARE",
    "LETRA_BLANCO",
    "FIDEICOMISO",
]


@pytest.fixture
def tender(world, monkeypatch):
    """A consented call whose terms leave the instruments to the regime."""
    tender = world.at("consented")
    for slot in ("performance", "assets", "bid"):
        tender.parameters.pop(f"guarantees.{slot}.instruments", None)
    tender.save()
    return tender


def undone(act):
    """Return what an act returns, and take back what it did."""
    with transaction.atomic():
        try:
            return act()
        finally:
            transaction.set_rollback(True)


def against(
    world, tender, instrument="CARTA_FIANZA", *, slot="performance", brought=None, found=None, more=None
):
    """Return the codes against accepting what is brought, once the legal adviser has found `found`."""

    def act():
        guaranteeing.plan(world, tender)
        guarantee = guaranteeing.receive(world, tender, slot, instrument, **(brought or {}))
        (more or guaranteeing.answer_for)(world, guarantee)
        told = findings(guarantee) | (found or {})
        guarantee = reception.verify(guarantee, by=world.legal, **told)
        return codes(guarantee, world.manager, "accept")

    return undone(act)


def codes(guarantee, user, verb):
    actions = workflow.actions(Guarantee.objects.get(pk=guarantee.pk), user, at=clock.now())
    return [refusal.code for action in actions if action.name == verb for refusal in action.refusals]


def refused(world, tender, instrument, slot="performance", **brought):
    """Return the codes against receiving it at all."""
    with pytest.raises(Blocked) as blocked, transaction.atomic():
        guaranteeing.receive(world, tender, slot, instrument, **brought)
    return blocked.value.codes


def test_whatever_is_as_it_should_be_is_accepted(world, tender):  # rules 70-73
    for instrument in EVERYTHING:
        assert against(world, tender, instrument) == [], instrument
    assert against(world, tender, "SEGURO_BIENES", slot="assets") == []
    assert against(world, tender, "SEGURO_RC", slot="third_parties") == []


def person(**other):
    """Let somebody answer who is not as rich, or as single."""

    def more(world, guarantee):
        about = {"name": "Fidel Fiador", "document": "40000077", "assets": Decimal("80000.00")}
        reception.add_guarantor(guarantee, by=world.treasurer, **about | other)

    return more


def worth(**other):
    """Let the goods be worth something else."""

    def more(world, guarantee):
        about = {"value": Decimal("20000.00"), "done_on": today(), "appraiser_1": "Ing. Uno CIP 1"}
        reception.appraise(guarantee, by=world.legal, **about | {"appraiser_2": "Arq. Dos CAP 2"} | other)

    return more


def nobody(world, guarantee):
    """Nobody answers, nobody appraised."""


TRAPS = [  # instrument, what is brought, what is found, who answers, the code
    ("FIANZA", {}, {"in_writing": False}, None, "guarantee.surety.not-written"),  # CC 1871
    ("GARANTIA_MOBILIARIA", {}, {"in_writing": False}, None, "guarantee.movable.not-written"),  # DL 1400 6.2
    ("HIPOTECA", {}, {"public_deed": ""}, None, "guarantee.mortgage.no-public-deed"),  # CC 1098
    ("ANTICRESIS", {}, {"public_deed": ""}, None, "guarantee.antichresis.no-public-deed"),  # CC 1092
    ("CARTA_FIANZA", {}, {"wording": ["solidaria"]}, None, "guarantee.wording.incomplete"),
    ("CARTA_FIANZA", {}, {"checks": ["powers"]}, None, "guarantee.verification.incomplete"),
    ("CARTA_FIANZA", {"currency": "USD"}, {}, None, "guarantee.currency.other"),  # rule 80
    ("CARTA_FIANZA", {"amount": TEN - CENT}, {}, None, "guarantee.amount.insufficient"),
    (
        "FIANZA_SOLIDARIA",
        {"amount": TEN + Decimal("0.01")},
        {},
        None,
        "guarantee.surety.above-debt",
    ),  # CC 1873
    ("CARTA_FIANZA", {}, {"issuer_authorised": False}, None, "guarantee.issuer.not-authorised"),
    ("CARTA_FIANZA", {}, {"confirmed_by": ""}, None, "guarantee.issuer.not-verified"),
    (
        "POLIZA_CAUCION",
        {"premium_paid_until": JUNE},
        {},
        None,
        "guarantee.insurance.premium-unpaid",
    ),
    ("FIANZA", {}, {}, nobody, "guarantee.surety.nobody"),  # CC 1876
    ("FIANZA", {}, {}, person(assets=TEN, liabilities=Decimal(1)), "guarantee.surety.capacity-low"),
    ("FIANZA", {}, {}, person(needs_spouse=True), "guarantee.spouse.missing"),
    ("HIPOTECA", {}, {"has_forfeiture_pact": True}, None, "guarantee.clause.forfeiture-pact"),  # CC 1111
    ("HIPOTECA", {}, {"asset_is_municipal": True}, None, "guarantee.asset.municipal"),  # rule 82
    ("HIPOTECA", {}, {}, nobody, "guarantee.appraisal.missing"),  # CPC 720
    ("HIPOTECA", {}, {}, worth(appraiser_2=""), "guarantee.appraisal.missing"),
    ("HIPOTECA", {}, {}, worth(done_on=date(2024, 5, 19)), "guarantee.appraisal.expired"),
    ("HIPOTECA", {}, {}, worth(prior_liens=TEN + Decimal("60.00")), "guarantee.mortgage.coverage-low"),
]


def test_each_trap_is_found_by_its_code(world, tender):  # rules 71-73, 80, 82
    for instrument, brought, found, more, code in TRAPS:
        codes = against(world, tender, instrument, brought=brought, found=found, more=more)
        expected = {code} | (
            {"guarantee.surety.capacity-low"} if code == "guarantee.surety.nobody" else set()
        )
        assert set(codes) == expected, (instrument, code)


INSURED = [
    ("POLIZA_CAUCION", "performance", {}, {"issuer_authorised": False}, "guarantee.issuer.not-authorised"),
    ("SEGURO_BIENES", "assets", {}, {"issuer_authorised": False}, "guarantee.issuer.not-authorised"),
    ("SEGURO_RC", "third_parties", {}, {"issuer_authorised": False}, "guarantee.issuer.not-authorised"),
    ("SEGURO_BIENES", "assets", {}, {"is_endorsed": False}, "guarantee.insurance.not-endorsed"),  # rule 73
    ("SEGURO_RC", "third_parties", {"expiry": None}, {}, "guarantee.insurance.no-expiry"),
    (
        "SEGURO_RC",
        "third_parties",
        {"premium_paid_until": JUNE},
        {},
        "guarantee.insurance.premium-unpaid",
    ),
]


def test_the_traps_of_insurance(world, tender):  # rule 73
    for instrument, slot, brought, found, code in INSURED:
        assert against(world, tender, instrument, slot=slot, brought=brought, found=found) == [code]


def test_it_lasts_as_long_as_what_it_guarantees_to_the_day(world, tender):  # terms 28.1
    until = today() + timedelta(days=400)
    short = {"required_until": until, "expiry": until - timedelta(days=1)}
    assert against(world, tender, brought=short) == ["guarantee.validity.too-short"]
    assert against(world, tender, brought=short | {"expiry": until}) == []


def test_a_policy_of_one_year_is_enough_because_it_is_renewed(world, tender):  # rule 73
    brought = {"required_until": today() + timedelta(days=4000)}
    assert against(world, tender, "SEGURO_RC", slot="third_parties", brought=brought) == []
    brought["expiry"] = brought["premium_paid_until"] = today() + timedelta(days=300)
    found = against(world, tender, "SEGURO_RC", slot="third_parties", brought=brought)
    assert found == ["guarantee.validity.too-short"]


def test_the_letter_of_a_consortium_names_all_its_members(world, tender):  # terms 28.8
    members = {"obligor_members": ["Ana Ruiz", "Beto Paz"]}
    found = against(world, tender, brought=members, found={"named_members": ["Ana Ruiz"]})
    assert found == ["guarantee.consortium.members-missing"]
    assert against(world, tender, brought=members) == []


def test_what_is_no_cash_needs_a_plan(world, tender):  # rules 72, 78
    guarantee = guaranteeing.verify(world, guaranteeing.receive(world, tender, instrument="FIANZA_SOLIDARIA"))
    assert codes(guarantee, world.manager, "accept") == ["guarantee.contingency.plan-missing"]

    guaranteeing.plan(world, tender)
    assert codes(guarantee, world.manager, "accept") == []


def test_cash_needs_no_plan(world, tender):  # rule 78
    guarantee = guaranteeing.verify(world, guaranteeing.receive(world, tender, instrument="DEPOSITO"))
    assert codes(guarantee, world.manager, "accept") == []


def test_a_warning_is_passed_by_somebody_with_a_reason(world, tender):  # domain §2.4
    guaranteeing.plan(world, tender)
    guarantee = guaranteeing.receive(world, tender, instrument="FIANZA")
    person(needs_spouse=True)(world, guarantee)
    guarantee = reception.verify(guarantee, by=world.legal, **findings(guarantee))
    assert codes(guarantee, world.manager, "accept") == ["guarantee.spouse.missing"]

    told = {"code": "guarantee.spouse.missing", "reason": "Separación de patrimonios, partida 1"}
    tenders.override(tender, by=world.legal, **told)
    assert codes(guarantee, world.manager, "accept") == []


# What is not even received


def test_a_retention_is_no_guarantee_that_one_brings(world, tender):  # CC 1123
    found = refused(world, tender, "RETENCION")
    assert "guarantee.retention.cannot-be-offered" in found
    assert Guarantee.objects.count() == 0  # nothing is half done


def test_a_retention_from_payments_needs_payments(world, tender):  # DS 009-2025-EF art. 114
    assert "guarantee.retention.users-pay" in refused(world, tender, "RETENCION_PAGO")


def test_a_pledge_made_after_its_repeal_does_not_exist(world, tender):  # Ley 28677
    assert refused(world, tender, "PRENDA", issued_on=date(2006, 5, 30)) == ["guarantee.pledge.repealed"]
    assert guaranteeing.receive(world, tender, instrument="PRENDA", issued_on=date(2006, 5, 29)).pk


def test_what_the_terms_do_not_accept_is_refused(world):  # rule 72
    tender = world.at("consented")
    assert refused(world, tender, "DEPOSITO") == ["guarantee.instrument.not-allowed"]
    assert refused(world, tender, "SEGURO_RC") == ["guarantee.instrument.not-allowed"]


def test_the_contracting_law_accepts_no_mortgage(world, tender):  # G4
    tender = contracting.under(tender, "servicio-universal-2024")
    assert "guarantee.instrument.not-allowed" in refused(world, tender, "HIPOTECA", required_amount=TEN)
    letter = guaranteeing.receive(world, tender, issuer_rating="C", required_amount=TEN)
    letter = guaranteeing.verify(world, letter)
    assert codes(letter, world.manager, "accept") == ["guarantee.issuer.rating-low"]
    letter.issuer_rating = "B+"
    letter.save()
    assert codes(letter, world.manager, "accept") == []
    found = refused(world, tender, "SEGURO_BIENES", "assets", required_amount=TEN)
    assert "guarantee.slot.not-in-regime" in found


def test_one_document_guarantees_once(world, tender):  # domain §2.4
    guaranteeing.receive(world, tender, number="CF-9", issuer="Banco Inventado")
    again = {"number": "cf-9", "issuer": "BANCO INVENTADO"}
    assert refused(world, tender, "CARTA_FIANZA", **again) == ["guarantee.presentation.registered-twice"]
    assert guaranteeing.receive(world, tender, number="CF-9", issuer="Otro banco").pk


def test_one_property_guarantees_once(world, tender):  # domain §2.4
    guaranteeing.receive(world, tender, instrument="HIPOTECA", registry_entry="P0001")
    found = refused(world, tender, "ANTICRESIS", registry_entry="p0001")
    assert found == ["guarantee.presentation.registered-twice"]


def test_the_guarantees_of_the_contract_come_once_the_award_is_final(world):  # terms 29.1
    tender = world.at("awarded")
    assert refused(world, tender, "CARTA_FIANZA") == ["guarantee.presentation.too-early"]


def test_an_amount_that_the_terms_do_not_give_is_said(world, tender):  # rules 75, 80
    brought = guaranteeing.obligor_of(tender) | particulars("SEGURO_BIENES", amount=TEN)
    with pytest.raises(Blocked) as blocked:
        reception.receive(tender, slot="assets", by=world.treasurer, **brought)
    assert blocked.value.codes == ["guarantee.requirement.amount-missing"]


# Bad input: refused whole


def written():
    """Return how much there is of everything that an act about a guarantee writes."""
    return [kind.objects.count() for kind in (Guarantee, Document, Event, Minutes, Notice)]


def test_what_is_not_received_leaves_nothing_behind(world, tender):  # domain §2.4; bad input
    guaranteeing.receive(world, tender, number="CF-9", issuer="Banco Inventado")
    before = written()
    for bad in ({"number": "CF-9", "issuer": "Banco Inventado"}, {"instrument": "RETENCION"}):
        with pytest.raises(Blocked):
            guaranteeing.receive(world, tender, **bad)
        assert written() == before, bad


BAD = {  # what is brought, what the legal adviser finds, the code
    "shorter": (
        {"required_until": JUNE, "expiry": JUNE - timedelta(days=1)},
        {},
        "guarantee.validity.too-short",
    ),
    "in dollars": ({"currency": "USD"}, {}, "guarantee.currency.other"),
    "above the debt": ({"instrument": "FIANZA", "amount": TEN + CENT}, {}, "guarantee.surety.above-debt"),
    "not authorised": (
        {"instrument": "POLIZA_CAUCION"},
        {"issuer_authorised": False},
        "guarantee.issuer.not-authorised",
    ),
}


@pytest.mark.parametrize("bad", BAD)
def test_what_is_not_accepted_stays_as_it_was(world, tender, bad):  # domain §2.1-2.4; bad input
    brought, found, code = BAD[bad]
    guaranteeing.plan(world, tender)
    guarantee = guaranteeing.receive(world, tender, **brought)
    guaranteeing.answer_for(world, guarantee)
    guarantee = reception.verify(guarantee, by=world.legal, **findings(guarantee) | found)
    before = written()

    with pytest.raises(Blocked) as blocked:
        reception.accept(guarantee, decision="RG 1", by=world.manager)

    assert blocked.value.codes == [code]
    kept = Guarantee.objects.get(pk=guarantee.pk)
    assert (kept.state, kept.decision, kept.accepted_at) == ("verified", "", None)
    assert written() == before
