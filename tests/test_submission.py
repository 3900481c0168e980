"""Presenting, replacing and withdrawing a bid: who may, until when, and what the log keeps."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from bids import sealing
from bids.models import Attempt, Bid, Envelope
from bids.services import bidders, submission
from procurement import clock
from procurement.models import Event, Notice, Tender
from procurement.services import tenders

from . import bidding
from .refusing import refused
from .world import A_MICROSECOND, DEADLINE


@pytest.fixture
def tender(world):
    return world.at("integrated")


@pytest.fixture
def bid(world, tender):
    return bidding.buyers(world, tender)[0]


def leaves(tender):
    return [event.body for event in Event.objects.of(tender).order_by("index")]


def listed(tender, stage):
    """Return what the log alone says is to be opened, as (bidder, part)."""
    return [(row.bidder, row.part) for row in sealing.opening_list(leaves(tender), stage).to_open]


def close(world, tender):
    world.move(DEADLINE + timedelta(seconds=60))
    return tenders.close(tender, by=clock.ACTOR)


def test_a_bid_is_presented_in_time(bid):  # rules 35, 59
    presented, _key_file = bidding.present(bid)

    assert presented.state == Bid.State.SUBMITTED
    assert {(e.stage, e.part, e.status) for e in presented.envelopes.all()} == {
        (1, "public", "presented"),
        (1, "reserved", "presented"),
        (2, "public", "presented"),
    }


def test_the_log_names_a_pseudonym_and_the_account_stays_private(tender, bid):  # decisions 13, 14
    presented, _key_file = bidding.present(bid)

    entries = [leaf for leaf in leaves(tender) if leaf["action"] in ("manifest", "bid.submit")]
    assert {leaf["actor"] for leaf in entries} == {presented.pseudonym}
    assert bid.bidder.ruc not in str(leaves(tender))
    assert presented.event.private_part.content["account"] == f"user:{bid.bidder.account_id}"


def test_the_list_to_open_follows_from_the_log_alone(world, tender):  # rule 59
    bids = bidding.present_all(world, tender)

    close(world, tender)

    assert listed(tender, 2) == sorted((bid.pseudonym, "public") for bid in bids)
    assert len(listed(tender, 1)) == 4  # a public and a reserved part of each


def test_the_stamp_decides_to_the_microsecond(bid):  # rule 59, decision 12
    bidding.seal(bid)

    late = refused(submission.present, bid, stamp=DEADLINE, by=bid.bidder.account)
    presented = submission.present(bid, stamp=DEADLINE - A_MICROSECOND, by=bid.bidder.account)

    assert late == ["bid.submission.late"]
    assert presented.submitted_at == DEADLINE - A_MICROSECOND


def test_a_request_stamped_in_time_counts_while_the_reception_is_not_closed(world, bid):  # decision 12
    bidding.seal(bid)
    world.move(DEADLINE + timedelta(seconds=40))

    presented = submission.present(bid, stamp=DEADLINE - A_MICROSECOND, by=bid.bidder.account)

    assert presented.state == Bid.State.SUBMITTED


def test_after_the_close_no_stamp_helps(world, tender, bid):  # decision 12
    bidding.seal(bid)
    close(world, tender)

    codes = refused(submission.present, bid, stamp=DEADLINE - A_MICROSECOND, by=bid.bidder.account)

    assert codes == ["bid.submission.reception-closed"]


def test_a_late_attempt_is_kept_and_told(tender, bid):  # rule 59, decision 12
    bidding.seal(bid)

    refused(submission.present, bid, stamp=DEADLINE, by=bid.bidder.account)

    attempt = Attempt.objects.get()
    assert (attempt.code, attempt.at, attempt.bidder) == ("bid.submission.late", DEADLINE, bid.bidder)
    assert leaves(tender)[-1]["action"] == "attempt"
    assert Notice.objects.filter(user=bid.bidder.account).latest("pk").written_at == DEADLINE


def test_only_a_buyer_presents(world, tender):  # rule 35
    bidder = bidding.register(world.outsider, bidding.ANA, "Otto SAC")
    bidders.confirm(tender, ruc=bidder.ruc, document_seen=True, by=world.treasurer)
    bid = submission.begin(tender, bidder=bidder, by=world.outsider)
    bidding.seal(bid)

    assert refused(submission.present, bid, stamp=clock.now(), by=world.outsider) == [
        "bid.submission.not-buyer"
    ]

    bidding.buy(world, tender, world.outsider)
    assert submission.present(bid, stamp=clock.now(), by=world.outsider).state == Bid.State.SUBMITTED


def test_an_unconfirmed_ruc_prepares_and_does_not_present(world, tender):  # decision 3
    bidder = bidding.register(world.outsider, bidding.ANA, "Otto SAC")
    bidding.buy(world, tender, world.outsider)
    bid = submission.begin(tender, bidder=bidder, by=world.outsider)
    bidding.seal(bid)

    codes = refused(submission.present, bid, stamp=clock.now(), by=world.outsider)

    assert codes == ["bidder.ruc.not-confirmed"]


def test_somebody_of_the_committee_does_not_bid(world, tender):  # decision 2
    bidder = bidding.register(world.alternate, bidding.ANA, "Saúl SAC")
    bidding.buy(world, tender, world.alternate, ruc=bidder.ruc, organization="Saúl SAC")
    bidders.confirm(tender, ruc=bidder.ruc, document_seen=True, by=world.treasurer)
    bid = submission.begin(tender, bidder=bidder, by=world.alternate)
    bidding.seal(bid)

    codes = refused(submission.present, bid, stamp=clock.now(), by=world.alternate)

    assert codes == ["conflict.bidder.committee-member"]


def test_an_official_of_the_municipality_does_not_bid(world, tender):  # D10
    bidder = bidding.register(world.atm, bidding.ANA, "Aldo SAC")
    bidding.buy(world, tender, world.atm, ruc=bidder.ruc, organization="Aldo SAC")
    bidders.confirm(tender, ruc=bidder.ruc, document_seen=True, by=world.treasurer)
    bid = submission.begin(tender, bidder=bidder, by=world.atm)
    bidding.seal(bid)

    codes = refused(submission.present, bid, stamp=clock.now(), by=world.atm)

    assert codes == ["conflict.bidder.municipal-official"]


def test_both_envelopes_are_presented_together(bid):  # rule 59
    sealing_now = submission.Sealing(bid, by=bid.bidder.account)
    sealing_now.put(1, "public", "propuesta.json", b"{}")
    sealing_now.finish(["bid_guarantee"])

    codes = refused(submission.present, bid, stamp=clock.now(), by=bid.bidder.account)

    assert codes == ["bid.submission.envelope-missing"]


def test_the_guarantee_of_the_bid_is_declared(bid):  # D12
    bidding.seal(bid, declared=())

    codes = refused(submission.present, bid, stamp=clock.now(), by=bid.bidder.account)

    assert codes == ["bid.submission.bid-bond-missing"]


def test_nobody_is_in_two_bids(world, tender):  # rule 13
    first, _second = bidding.buyers(world, tender)
    bidding.present(first)
    both = bidding.register(world.outsider, "", "Consorcio", kind="consortium", members=consortium(first))
    bidding.buy(world, tender, world.outsider)
    bid = submission.begin(tender, bidder=both, by=world.outsider)
    bidding.seal(bid)

    codes = refused(submission.present, bid, stamp=clock.now(), by=world.outsider)

    assert codes == ["bid.submission.same-member-twice"]


def consortium(bid):
    from decimal import Decimal

    from bids.shareholding import Share

    half = Decimal("50.00")
    return [Share("member", "Una", half, bid.bidder.ruc), Share("member", "Otra", half, "20444444445")]


def test_a_replacement_is_signed_with_the_first_key(world, tender, bid):  # decision 14
    presented, key_file = bidding.present(bid)

    again, _key_file = bidding.present(presented, "9.90", key_file=key_file)

    assert again.seq == 2
    statuses = [(e.seq, e.status) for e in again.envelopes.filter(stage=2).order_by("seq")]
    assert statuses == [(1, "replaced"), (2, "presented")]
    close(world, tender)
    last = again.envelopes.get(stage=2, seq=2)
    assert [row.manifest for row in sealing.opening_list(leaves(tender), 2).to_open] == [last.manifest_sha256]


def test_a_foreign_key_file_replaces_nothing(world, tender):  # decision 14
    mine, rival = bidding.buyers(world, tender)
    presented, _key_file = bidding.present(mine)
    _rival, foreign = bidding.present(rival)

    assert refused(bidding.seal, presented, key_file=foreign) == ["envelope.key.not-the-bidders"]
    assert refused(bidding.seal, presented) == ["envelope.key-file.missing"]


def test_a_bid_is_withdrawn_and_may_be_presented_again(world, tender, bid):  # rule 59, decision 14
    presented, key_file = bidding.present(bid)
    by = bid.bidder.account

    withdrawn = submission.withdraw(presented, key_file=key_file, stamp=clock.now(), by=by)
    assert withdrawn.state == Bid.State.WITHDRAWN
    assert not withdrawn.envelopes.presented().exists()

    again, _key_file = bidding.present(withdrawn, key_file=key_file)
    close(world, tender)
    assert listed(tender, 2) == [(again.pseudonym, "public")]


def test_a_withdrawn_bid_is_not_opened(world, tender, bid):  # rule 59
    presented, key_file = bidding.present(bid)
    submission.withdraw(presented, key_file=key_file, stamp=clock.now(), by=bid.bidder.account)

    close(world, tender)

    assert listed(tender, 1) == listed(tender, 2) == []


def test_nobody_withdraws_after_the_deadline(bid):  # D12
    presented, key_file = bidding.present(bid)
    by = bid.bidder.account

    codes = refused(submission.withdraw, presented, key_file=key_file, stamp=DEADLINE, by=by)

    assert codes == ["bid.withdrawal.after-deadline"]


def test_whoever_is_not_the_owner_does_nothing(world, bid):  # decision 3
    bidding.seal(bid)
    for stranger in (world.beto, world.chair, world.outsider):
        with pytest.raises(PermissionDenied):
            submission.present(bid, stamp=clock.now(), by=stranger)
        with pytest.raises(PermissionDenied):
            submission.Sealing(bid, by=stranger)

    assert not Attempt.objects.exists()


def test_two_presents_one_after_the_other_are_one_bid(bid):  # decision 12
    bidding.seal(bid)
    submission.present(bid, stamp=clock.now(), by=bid.bidder.account)

    codes = refused(submission.present, bid, stamp=clock.now(), by=bid.bidder.account)

    assert codes == ["bid.submission.envelope-missing"]
    assert bidding.bid_again(bid).seq == 1


def test_sealing_again_leaves_one_set_of_envelopes(bid, settings):  # decision 15
    bidding.seal(bid)
    bidding.seal(bid)

    assert bid.envelopes.sealed().count() == 3


def test_a_discarded_sealing_leaves_nothing(bid, settings):  # decision 15
    sealing_now = submission.Sealing(bid, by=bid.bidder.account)
    sealing_now.put(2, "public", "oferta.json", b"{}")

    sealing_now.discard()

    assert not list((settings.MEDIA_ROOT / "sealed").iterdir())
    assert not Envelope.objects.exists()


def test_what_the_disk_lost_is_not_presented(bid):  # decision 15
    bidding.seal(bid)
    with open(bid.envelopes.sealed().first().ciphertext.path, "ab") as file:
        file.write(b"x")

    codes = refused(submission.present, bid, stamp=clock.now(), by=bid.bidder.account)

    assert codes == ["bid.upload.hash-mismatch"]


def test_no_draft_before_the_call_nor_after_it(world):  # decision 7
    tender = world.at("approved")
    bidder = bidding.register(world.outsider, bidding.ANA, "Otto SAC")

    assert refused(submission.begin, tender, bidder=bidder, by=world.outsider) == ["bid.draft.call-not-open"]


def test_one_account_has_one_bid_in_a_call(world, tender):  # rule 13
    bid, _other = bidding.buyers(world, tender)
    second = bidding.register(world.ana, "20444444445", "Otra SAC")

    changed = submission.begin(tender, bidder=second, by=world.ana)
    assert list(Bid.objects.of(world.ana)) == [changed]

    back = submission.begin(tender, bidder=bid.bidder, by=world.ana)
    bidding.present(back)
    assert refused(submission.begin, tender, bidder=second, by=world.ana) == ["bid.draft.other-bidder"]


def test_a_stale_draft_overwrites_nothing(bid):  # decision 33
    by = bid.bidder.account
    submission.remember(bid, version=bid.version, ticks=["finance"], by=by)

    codes = refused(submission.remember, bid, version=bid.version, ticks=[], by=by)

    assert codes == ["access.record.changed-meanwhile"]
    assert bidding.bid_again(bid).draft == {"ticks": ["finance"]}


def test_the_number_of_bids_is_public_when_the_terms_say(world, tender, bid):  # decision 16
    bidding.present(bid)
    assert submission.number_presented(Tender.objects.get(pk=tender.pk)) is None

    open_count = Tender.objects.get(pk=tender.pk)
    open_count.parameters |= {"receipts_public": "presentation"}
    assert submission.number_presented(open_count) == 1

    close(world, tender)
    assert submission.number_presented(Tender.objects.get(pk=tender.pk)) == 1
