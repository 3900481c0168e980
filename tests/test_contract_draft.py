"""The contract while it is drafted: what award and terms fix, holders, term (rules 82-99, 130-135)."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from bids.shareholding import of_the_company
from contracts import clauses
from contracts.guards import signing as guards
from contracts.models import contract_of
from contracts.services import drafting, operation, signing
from procurement import clock
from procurement.guards.award import award_of
from procurement.schedule import local_day
from procurement.services import tenders

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


def test_the_fund_clause_is_that_of_the_award(world, drafted):  # rules 83, 84; clause 29.3
    award = drafted.award

    assert drafted.fund_percentage == award.percentage == award.bid.offer
    assert (drafted.fund_base, drafted.fund_vat) == ("turnover", "excluded")
    assert drafted.fund_frequency == "quarterly"


def test_nothing_is_drafted_before_the_award_is_final(world):  # domain.md §4.11
    tender = world.at("awarded")

    codes = refused(drafting.begin, tender, number="001-2026", by=world.legal)

    assert codes == ["contract.signature.award-not-final"]


def test_a_draft_is_begun_once(world, drafted):  # domain.md §4.8
    codes = refused(drafting.begin, drafted.tender, number="002-2026", by=world.legal)

    assert codes == ["contract.draft.exists"]


def test_an_outsider_drafts_nothing(world, drafted):  # D1
    for by in (world.outsider, world.chair, drafted.operator):
        with pytest.raises(PermissionDenied):
            drafting.set_clauses(drafted, texts={"indemnity": "x"}, by=by)


SHARES = {
    "Talavera": [("social", "51.00"), ("municipal", "49.00")],  # rule 131
    "Urcos": [("private", "75.00"), ("municipal", "25.00")],  # rule 132
    "Laredo": [("social", "51.00"), ("municipal", "49.00")],  # rule 133
}


def holders(*rows, **offered):
    return [
        {"kind": kind, "name": f"Titular {place}", "document": "", "share": Decimal(share)} | offered
        for place, (kind, share) in enumerate(rows)
    ]


SECHURA = (
    ("Alfa SAC", "20100000001", "50.00"),
    ("Beta SAC", "20100000002", "30.00"),
    ("Ana", "40000077", "20.00"),
)


def test_the_members_of_a_consortium_are_drafted_with_their_shares(world, consented):  # rules 13, 134
    bidder = award_of(consented).bid.bidder
    for name, document, share in SECHURA:
        bidder.members.create(kind="member", name=name, document=document, share=Decimal(share))

    contract = contracting.draft(world, consented)

    copied = list(contract.shareholders.values_list("kind", "name", "document", "share"))
    assert copied == [("member", name, document, Decimal(share)) for name, document, share in SECHURA]
    assert guards.shares_are_sound.refusals(contract, clock.now()) == []
    assert "40000077" not in signing.text_of(hold(contract))
    drafting.set_shares(contract, rows=holders(("private", "60.00"), ("private", "40.00")), by=world.legal)
    assert fresh(contract).shareholders.count() == 2  # the company that they constituted


def test_who_declared_no_holder_holds_everything(drafted):  # rule 134
    assert list(drafted.shareholders.values_list("name", "share")) == [(drafted.operator_name, Decimal(100))]


@pytest.mark.parametrize("town", SHARES)
def test_the_shares_of_the_mixed_operators_hold(world, drafted, town):  # rules 130-134
    drafting.set_shares(drafted, rows=holders(*SHARES[town]), by=world.legal)

    assert sum(row.share for row in fresh(drafted).shareholders.all()) == Decimal("100.00")


@pytest.mark.parametrize(
    ("shares", "code"),
    [
        ([("private", "50.00"), ("social", "49.99")], "contract.shares.not-hundred"),
        ([("private", "50.01"), ("social", "50.00")], "contract.shares.not-hundred"),
        ([("private", "50.00"), ("municipal", "50.00")], "contract.shares.municipal-not-minority"),
        ([], "contract.shares.missing"),
    ],
)
def test_shares_that_do_not_hold_change_nothing(world, drafted, shares, code):  # rule 134; bad input 99.99
    before = list(drafted.shareholders.values_list("name", "share"))

    assert refused(drafting.set_shares, drafted, rows=holders(*shares), by=world.legal) == [code]

    assert list(fresh(drafted).shareholders.values_list("name", "share")) == before


def test_just_under_half_may_be_municipal(world, drafted):  # rule 134
    drafting.set_shares(drafted, rows=holders(("private", "50.01"), ("municipal", "49.99")), by=world.legal)

    assert fresh(drafted).shareholders.count() == 2


def test_the_offer_of_urcos_is_fifteen_per_cent_of_the_company(world, drafted):  # rule 132
    rows = holders(*SHARES["Urcos"])
    rows[0]["offered"] = Decimal("20.00")
    drafting.set_shares(drafted, rows=rows, by=world.legal)
    partner = fresh(drafted).shareholders.get(kind="private")

    assert partner.offered_of_company == Decimal("15.00") == of_the_company(Decimal(75), Decimal(20))
    drafted.started_on, drafted.ends_on = local_day(clock.now()), local_day(clock.now())
    operation.owe_by_start(drafted)
    owed = drafted.obligations.get(kind="share-offer")
    assert owed.due_on == drafted.started_on.replace(year=drafted.started_on.year + 1)
    assert "15.00" in owed.text


def test_the_term_stays_within_the_regime(world, drafted):  # rule 90
    said = {"fund_manager": "joint", "by": world.legal}
    assert refused(drafting.set_term, drafted, years=6, **said) == ["contract.term.out-of-range"]
    assert refused(drafting.set_term, drafted, years=11, **said) == ["contract.term.out-of-range"]

    drafting.set_term(drafted, years=7, **said)
    assert drafting.set_term(fresh(drafted), years=10, **said).years == 10


def test_a_transition_needs_a_situation_and_its_reason(world, drafted):  # rule 104
    code = ["contract.transition.no-situation"]
    for situations, reason in (([], "Hace falta"), (["works"], " ")):
        said = {"days": 120, "situations": situations, "reason": reason, "by": world.legal}
        assert refused(drafting.set_transition, drafted, **said) == code
    unknown = {"days": 120, "situations": ["other"], "reason": "x", "by": world.legal}
    codes = refused(drafting.set_transition, drafted, **unknown)
    assert codes == ["contract.transition.unknown-situation"]

    none = drafting.set_transition(drafted, days=0, situations=[], reason="", by=world.legal)
    assert none.transition_days == 0
    assert len(clauses.SITUATIONS) == 6


def test_one_situation_alone_is_warned_about(world, drafted):  # rule 104: combined
    drafting.set_transition(drafted, days=120, situations=["works"], reason="Obras", by=world.legal)
    guaranteeing.in_force(world, drafted.tender)

    assert refused(ready, world, drafted) == ["contract.transition.one-situation"]

    code = "contract.transition.one-situation"
    tenders.override(drafted.tender, code=code, reason="Así lo pidió la JVS", by=world.manager)
    assert ready(world, drafted).state == "ready"


def test_targets_are_not_below_what_people_approved(world, drafted):  # rule 149
    for name in guards.TARGETS:
        low = getattr(drafted, name) - Decimal("0.1")
        codes = refused(drafting.set_targets, drafted, by=world.legal, **{name: low})
        assert codes == ["contract.target.below-model"]

    kept = drafting.set_targets(drafted, by=world.legal, water_coverage=drafted.water_coverage)
    assert kept.water_coverage == Decimal("92.00")
