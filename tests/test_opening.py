"""The acts of opening: hour, quorum, roll, custodians' two rounds, what is opened and what stays shut."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied

from bids import sealing
from bids.models import Bid, BidFile, Envelope, OpeningAct, Release
from bids.services import envelopes, opening, submission
from procurement import clock
from procurement.models import Event, Minutes, Tender
from procurement.services import tenders

from . import bidding, deciding
from .refusing import refused
from .world import A_SECOND


def logged(tender, action):
    return [
        event.body for event in Event.objects.of(tender).order_by("index") if event.body["action"] == action
    ]


# The course of the act


def test_the_act_begins_at_its_hour_and_not_a_second_before(world):  # rule 59
    tender = world.at("closed")
    act = deciding.convene(world, tender)
    world.move(act.planned_at - A_SECOND)

    early = refused(opening.begin, act, present=world.committee[:3], by=world.chair)
    world.move(act.planned_at)
    begun = opening.begin(act, present=world.committee[:3], by=world.chair)

    assert early == ["opening.time.too-early"]
    assert (begun.state, begun.begun_at) == ("held", act.planned_at)
    assert Tender.objects.get(pk=tender.pk).state == "evaluating"


def test_without_quorum_the_act_does_not_begin(world):  # D1
    tender = world.at("closed")
    act = deciding.convene(world, tender)
    world.move(act.planned_at)

    alone = refused(opening.begin, act, present=[world.chair], by=world.chair)
    an_alternate_who_waits = refused(
        opening.begin, act, present=[world.chair, world.alternate], by=world.chair
    )

    assert alone == an_alternate_who_waits == ["committee.quorum.not-met"]
    assert opening.begin(act, present=[world.chair, world.member], by=world.chair).state == "held"


def test_somebody_certifies_the_act(world):  # decision 5
    tender = world.at("closed")
    act = deciding.convene(world, tender, notary=" ")
    world.move(act.planned_at)

    assert refused(opening.begin, act, present=world.committee[:3], by=world.chair) == [
        "opening.witness.absent"
    ]
    assert opening.begin(act, present=world.committee[:3], notary="Juez de paz", by=world.chair).notary


def test_an_act_is_convened_once_and_never_before_the_announced_hour(world):  # rule 162
    tender = world.at("closed")
    sooner = tender.schedule.opening_1 - timedelta(minutes=1)

    early = refused(deciding.convene, world, tender, planned_at=sooner)
    deciding.convene(world, tender)

    assert early == ["opening.time.too-early"]
    assert refused(deciding.convene, world, tender) == ["opening.act.already-convened"]
    assert OpeningAct.objects.filter(tender=tender).count() == 1


def test_two_openings_at_once_are_refused(world):  # rule 162
    tender = world.at("evaluating")
    first = deciding.act_of(tender, 1)
    OpeningAct.objects.filter(pk=first.pk).update(state="suspended")
    act = deciding.convene(world, tender, stage=2, planned_at=tender.schedule.opening_2)
    world.move(act.planned_at)

    codes = refused(opening.begin, act, present=world.committee[:3], by=world.chair)

    assert "opening.act.another-open" in codes


def test_an_act_is_postponed_suspended_and_resumed_each_with_its_minutes(world):  # D1
    tender = world.at("closed")
    act = deciding.convene(world, tender)
    later = act.planned_at + timedelta(days=3)

    act = opening.postpone(act, planned_at=later, reason="No hay luz en el auditorio", by=world.chair)
    world.move(later)
    act = opening.begin(act, present=world.committee[:3], by=world.chair)
    act = opening.suspend(act, reason="Faltan custodios", by=world.chair)
    alone = refused(opening.resume, act, present=[world.chair], by=world.chair)
    act = opening.resume(act, present=world.committee[:2], by=world.chair)

    kinds = Minutes.objects.filter(tender=tender, kind__startswith="act-").values_list("kind", flat=True)
    assert list(kinds) == ["act-postponed", "act-suspended", "act-resumed"]
    assert alone == ["committee.quorum.not-met"]
    assert act.state == "held"
    assert refused(opening.suspend, act, reason=" ", by=world.chair) == ["opening.act.reason-missing"]


def test_only_the_committee_opens(world):  # rule 59
    tender = world.at("closed")
    act = deciding.convene(world, tender)
    world.move(act.planned_at)

    for person in (world.secretary, world.observer, world.manager, world.outsider, world.ana):
        with pytest.raises(PermissionDenied):
            opening.begin(act, present=world.committee[:3], by=person)


def test_everybody_concerned_is_told_of_the_hour(world):  # decision 9
    tender = world.at("closed")

    deciding.convene(world, tender)

    for person in (world.ana, world.beto, world.observer, world.secretary, world.member):
        assert person.notices.filter(tender=tender, link=f"/tenders/{tender.pk}/opening/1/").exists()
    assert not world.outsider.notices.exists()


# The envelopes


def test_nothing_is_handed_over_before_enough_custodians_checked_everything(world):  # decision 15
    tender = world.at("closed")
    act = deciding.begin(world, tender)
    first, second, third, *_rest = deciding.custodians(tender)
    words = deciding.words(world, first)

    unchecked = refused(envelopes.release_shares, act, custodian=first, words=words, by=world.chair)
    deciding.check(world, act, first, second)
    too_few = refused(envelopes.release_shares, act, custodian=first, words=words, by=world.chair)
    deciding.check(world, act, third)
    deciding.release(world, act, first, second)
    shut = act.envelopes().filter(status="open").count()
    deciding.release(world, act, third)

    assert unchecked == ["opening.check.incomplete"]
    assert too_few == ["opening.custodians.not-enough"]
    assert shut == 0
    assert act.envelopes().filter(part="public", status="open").count() == 2


def test_checks_come_before_releases_and_both_are_in_the_log(world):  # D4
    tender = world.at("evaluating")
    actions = [event.body["action"] for event in Event.objects.of(tender).order_by("index")]
    first_release = actions.index("release")

    assert actions.index("check") < first_release < actions.index("opening")
    assert "check" not in actions[first_release:]
    for facts in (body["facts"] for body in logged(tender, "release")):
        assert ("share" in facts) != ("digest" in facts)  # of reserved parts the digest alone


def test_what_the_log_says_opens_the_envelope_again(world):  # D4
    tender = world.at("evaluating")
    kit = tender.kits.get(stage=1).body
    envelope = Envelope.objects.filter(tender=tender, stage=1, part="public").first()
    said = [
        b["facts"] for b in logged(tender, "release") if b["facts"]["manifest"] == envelope.manifest_sha256
    ]

    outcome = sealing.recombine(kit, envelope.manifest, said)

    assert outcome.identity == envelope.identity
    assert outcome.verdicts == []


def test_the_name_comes_out_with_the_envelope_and_fits_the_pseudonym(world):  # D4
    tender = world.at("closed")
    before = Event.objects.of(tender).filter(body__action="publish")
    assert not before.exists()
    bid = world.bids[0]

    deciding.evaluate(world, tender)

    facts = next(body["facts"] for body in logged(tender, "publish") if body["facts"]["name"] == str(bid))
    again = sealing.bidder_pseudonym(bytes.fromhex(facts["salt"]), facts["ids"])
    assert again == facts["bidder"] == bid.pseudonym


def test_opening_envelope_1_leaves_envelope_2_shut(world):  # rule 59
    tender = world.at("evaluating")

    seconds = Envelope.objects.filter(tender=tender, stage=2)

    assert [each.status for each in seconds] == ["presented"] * 2
    assert all(each.content is None and each.opened_at is None for each in seconds)
    assert set(Bid.objects.filter(tender=tender).values_list("state", flat=True)) == {"opened"}
    assert not BidFile.objects.filter(envelope__stage=2).exists()


def test_words_of_another_sheet_open_nothing(world):  # decision 15
    tender = world.at("closed")
    act = deciding.begin(world, tender)
    first, second, *_rest = deciding.custodians(tender)
    others = deciding.words(world, second)
    typo = " ".join(["xxxx", *world.sheets[1][1:]])

    assert refused(envelopes.check_envelopes, act, custodian=first, words=others, by=world.chair) == [
        "custodian.words.wrong"
    ]
    assert refused(envelopes.check_envelopes, act, custodian=first, words=typo, by=world.chair) == [
        "custody.words.unknown-word"
    ]
    assert not Release.objects.exists()


def test_a_custodian_may_type_at_their_own_screen_and_an_outsider_may_not(world):  # decision 5
    tender = world.at("closed")
    act = deciding.begin(world, tender)
    observer = next(each for each in deciding.custodians(tender) if each.user == world.observer)
    words = deciding.words(world, observer)

    envelopes.check_envelopes(act, custodian=observer, words=words, by=world.observer)

    assert Release.objects.filter(custodian=observer, mode="check").count() == 4
    with pytest.raises(PermissionDenied):
        envelopes.check_envelopes(act, custodian=observer, words=words, by=world.outsider)


def test_no_envelope_opens_outside_the_act(world):  # rule 59
    tender = world.at("closed")
    act = deciding.convene(world, tender)
    first = deciding.custodians(tender)[0]
    words = deciding.words(world, first)

    codes = refused(envelopes.check_envelopes, act, custodian=first, words=words, by=world.chair)

    assert codes == ["opening.act.not-in-progress"]


def test_words_and_keys_leave_no_trace(world):  # D4
    tender = world.at("evaluating")
    words = deciding.words(world, deciding.custodians(tender)[0])
    keys = sealing.custodian_keys(sealing.words_to_seed(words), tender.ocid, tender.round)
    secrets = [words, keys.identities[1], keys.identities[2], keys.reading_identity]

    kept = "\n".join(str(row) for model in (Event, Release, Envelope) for row in model.objects.values())

    assert keys.verify in str(tender.custodians.values())  # the control: what is kept is found
    assert not any(secret in kept for secret in secrets)


def test_the_bidders_own_key_opens_where_custodians_are_missing(world):  # D1
    tender = world.at("closed")
    act = deciding.begin(world, tender)
    mine, other = world.bids
    envelope = mine.envelopes.get(stage=1, part="public")
    rivals = world.key_files[other.pk]

    foreign = refused(envelopes.open_with_key, envelope, key_file=rivals, by=world.chair)
    opened = envelopes.open_with_key(envelope, key_file=world.key_files[mine.pk], by=world.ana)

    assert foreign == ["envelope.key.foreign"]
    assert (opened.status, deciding.fresh(mine).state) == ("open", "opened")
    assert logged(tender, "opening")[0]["facts"]["key"] == "bidder"
    with pytest.raises(PermissionDenied):
        envelopes.open_with_key(
            other.envelopes.get(stage=1, part="public"), key_file=rivals, by=world.outsider
        )
    assert act.envelopes().filter(status="open").count() == 1


def test_an_act_does_not_close_while_an_envelope_is_unaccounted_for(world):  # decision 7
    tender = world.at("closed")
    act = deciding.begin(world, tender)
    mine, other = world.bids
    envelopes.open_with_key(
        mine.envelopes.get(stage=1, part="public"), key_file=world.key_files[mine.pk], by=world.ana
    )
    shut = other.envelopes.get(stage=1, part="public")

    early = refused(opening.conclude, act, by=world.chair)
    nameless = refused(envelopes.give_up, shut, reason="", by=world.chair)
    envelopes.give_up(shut, reason="Faltaron custodios y el postor no trajo su llave", by=world.chair)
    act = opening.conclude(act, by=world.chair)

    assert early == ["opening.envelopes.still-shut"]
    assert nameless == ["opening.envelope.reason-missing"]
    assert act.state == "closed"
    assert deciding.fresh(other).state == "not-admitted"
    assert "no trajo su llave" in deciding.fresh(other).reason


def test_a_ciphertext_that_the_server_changed_is_not_opened_and_the_log_says_who(world):  # decision 13
    tender = world.at("closed")
    act = deciding.begin(world, tender)
    envelope = world.bids[0].envelopes.get(stage=1, part="public")
    path = envelope.ciphertext.path
    data = bytearray(Path(path).read_bytes())
    data[-1] ^= 1
    Path(path).write_bytes(data)
    deciding.check(world, act)
    deciding.release(world, act)

    [verdict] = logged(tender, "verdict")
    assert (verdict["facts"]["who"], verdict["facts"]["code"]) == ("server", "envelope.ciphertext.changed")
    assert deciding.fresh(envelope).status == "presented"
    assert world.bids[1].envelopes.get(stage=1, part="public").status == "open"  # the others go on


def test_the_reserved_part_is_read_by_a_member_and_its_files_are_not_public(world, client):  # decision 14
    tender = world.at("evaluating")
    bid = world.bids[0]
    reserved = bid.envelopes.get(stage=1, part="reserved")
    member = next(each for each in deciding.custodians(tender) if each.user == world.chair)
    observer = next(each for each in deciding.custodians(tender) if each.user == world.observer)
    not_a_reader = {"custodian": observer, "words": deciding.words(world, observer)}

    codes = refused(envelopes.read_reserved, reserved, by=world.chair, **not_a_reader)
    opened = envelopes.read_reserved(
        reserved, custodian=member, words=deciding.words(world, member), by=world.chair
    )

    file = BidFile.objects.get(envelope=opened)
    address = f"/tenders/{tender.pk}/files/{file.pk}/"
    assert codes == ["custody.sheet.not-in-kit"]
    assert file.reserved
    assert opened.identity == ""
    assert client.get(address).status_code == 403
    for person, status in ((world.observer, 403), (world.beto, 403), (world.ana, 200), (world.third, 200)):
        client.force_login(person)
        answer = client.get(address)
        b"".join(getattr(answer, "streaming_content", []))  # read to the end, so that the file is closed
        assert answer.status_code == status


def test_a_withdrawn_bid_is_not_opened(world):  # decision 14
    tender = world.at("integrated")
    bids = bidding.present_all(world, tender)
    submission.withdraw(
        bids[1], key_file=world.key_files[bids[1].pk], stamp=clock.now(), by=bids[1].bidder.account
    )
    world.move(tender.schedule.submission_deadline + timedelta(seconds=60))
    tender = tenders.close(tender, by=clock.ACTOR)
    act = deciding.begin(world, tender)

    deciding.open_all(world, act)

    assert deciding.fresh(bids[1]).state == "withdrawn"
    assert [each.bid_id for each in act.envelopes().filter(part="public")] == [bids[0].pk]
    assert not bids[1].envelopes.filter(status="open").exists()


def test_a_file_named_after_a_document_stops_no_act_and_is_not_published(world):  # D2
    tender = world.at("closed")
    act = deciding.begin(world, tender)
    deciding.check(world, act)
    deciding.release(world, act)
    envelope = act.envelopes().filter(part="public").first()
    named = envelope.content["files"] + [{"name": f"DNI {world.ana.dni}.pdf", "sha256": "0" * 64, "size": 1}]
    Envelope.objects.filter(pk=envelope.pk).update(content=envelope.content | {"files": named})

    opening.conclude(act, by=world.chair)

    text = tender.minutes.get(kind="opening-1").text
    assert "DNI [documento].pdf" in text
    assert world.ana.dni not in text


# Nullity


def test_the_mayor_annuls_a_faulty_opening_and_it_is_done_again(world):  # D2
    tender = world.at("evaluating")
    named = {"act": "RA 033-2026", "reason": "No se llamó lista"}
    with pytest.raises(PermissionDenied):
        opening.annul(tender, by=world.chair, **named)

    tender = opening.annul(tender, by=world.mayor, **named)

    assert tender.state == "closed"
    assert set(tender.bids.values_list("state", flat=True)) == {"submitted"}
    assert Minutes.objects.filter(tender=tender, kind="opening-1").count() == 1  # nothing is erased
    act = deciding.begin(world, tender, planned_at=tender.schedule.opening_1 + timedelta(days=3))
    deciding.open_all(world, act)
    assert OpeningAct.objects.filter(tender=tender, stage=1).count() == 2
    assert set(tender.bids.values_list("state", flat=True)) == {"opened"}
