"""Custodians: naming, sheets, proof, the keys in the log, and the announcement that waits for them."""

import pytest
from django.core.exceptions import PermissionDenied

from bids import sealing
from bids.models import Custodian, Kit
from bids.services import custody
from procurement import clock
from procurement.models import Event, PrivatePart
from procurement.services import tenders

from . import bidding
from .refusing import refused
from .world import NOON

GROUP = Custodian.Group


@pytest.fixture
def tender(world):
    return world.at("approved")


@pytest.fixture
def custodian(world, tender):
    return custody.name(tender, user=world.chair, group=GROUP.COMMITTEE, by=world.secretary)


def test_five_custodians_make_the_keys_of_both_envelopes(world, tender):  # rule 59, decisions 13-15
    kits = bidding.seat_custodians(world, tender)

    assert [kit.stage for kit in kits] == [1, 2]
    for kit in kits:
        sealing.check_kit(kit.body)
        assert kit.words.split() == sealing.kit_words(kit.body)
        assert kit.body["groups"] == [{"id": "custodios", "k": 3, "of": [1, 2, 3, 4, 5]}]
    assert [row["name"] for row in kits[0].body["readers"]] == [str(user) for user in world.committee[:3]]


def test_the_log_holds_each_kit_as_it_is(world, tender):  # decision 13
    kits = bidding.seat_custodians(world, tender)

    logged = [event.body["facts"] for event in Event.objects.of(tender) if event.body["action"] == "kit"]
    assert logged == [kit.body for kit in kits]


def test_no_word_of_a_sheet_is_kept(world, tender):  # decision 15
    bidding.seat_custodians(world, tender)

    rows = str(list(Custodian.objects.values())) + str(list(Kit.objects.values()))
    told = rows + str([event.body for event in Event.objects.all()])
    told += str(list(PrivatePart.objects.values_list("content")))
    for words in world.sheets.values():
        keys = sealing.custodian_keys(sealing.words_to_seed(" ".join(words)), tender.ocid, 1)
        assert keys.identities[1] not in told
        assert " ".join(words[:3]) not in told
        assert keys.recipients[1] in told  # the control: what is public is found


def test_the_announcement_waits_for_the_keys(world, tender):  # decision 15
    world.set_dates(tender)
    world.check_barriers(tender)
    world.move(NOON)

    assert refused(tenders.propose_announcement, tender, by=world.chair) == [
        "custody.custodians.not-ready",
        "custody.kit.missing",
    ]

    bidding.seat_custodians(world, tender)
    assert tenders.propose_announcement(tender, by=world.chair)


def test_keys_are_recorded_once_all_are_ready(world, tender, custodian):  # decision 15
    assert refused(custody.record_keys, tender, by=world.secretary) == ["custody.custodians.not-ready"]


def test_another_person_is_a_custodian_once(world, tender, custodian):  # decision 7
    twice = refused(custody.name, tender, user=world.chair, group=GROUP.JVS, by=world.secretary)

    assert twice == ["custodian.person.two-roles"]


def test_only_the_notary_has_no_account(world, tender):  # decision 5
    unknown = refused(custody.name, tender, full_name="X", group=GROUP.JVS, by=world.secretary)

    assert unknown == ["custodian.person.account-missing"]
    assert custody.name(tender, full_name="Noé Notario", group=GROUP.NOTARY, by=world.chair)


def test_there_are_as_many_as_the_terms_say(world, tender):  # principle 5
    for number in range(5):
        custody.name(tender, full_name=f"Notario {number}", group=GROUP.NOTARY, by=world.secretary)

    sixth = refused(custody.name, tender, full_name="Otro", group=GROUP.NOTARY, by=world.secretary)

    assert sixth == ["custody.custodians.too-many"]


def test_only_committee_and_secretary_name_custodians(world, tender):  # decision 15
    for stranger in (world.manager, world.treasurer, world.observer, world.outsider):
        with pytest.raises(PermissionDenied):
            custody.name(tender, full_name="X", group=GROUP.NOTARY, by=stranger)


def test_a_sheet_is_its_holders_alone(world, custodian):  # decision 15
    for stranger in (world.secretary, world.member, world.outsider):
        with pytest.raises(PermissionDenied):
            custody.make_sheet(custodian, by=stranger)

    assert len(custody.make_sheet(custodian, by=world.chair)) == 24


def test_the_words_are_proved(world, custodian):  # decision 15
    words = custody.make_sheet(custodian, by=world.chair)
    typed = " ".join(word[:4].upper() for word in words)

    ready = custody.prove(custodian, words=typed, by=world.chair)

    assert ready.ready_at


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda words: words[:23], "custody.words.count"),
        (lambda words: ["zzzz", *words[1:]], "custody.words.unknown-word"),
        (lambda words: sealing.seed_to_words(bytes(32)), "custodian.words.wrong"),
    ],
)
def test_other_words_prove_nothing(world, custodian, spoil, code):  # decision 15
    words = custody.make_sheet(custodian, by=world.chair)

    assert refused(custody.prove, custodian, words=" ".join(spoil(words)), by=world.chair) == [code]
    custodian.refresh_from_db()
    assert custodian.ready_at is None


def test_words_without_a_sheet(world, custodian):  # decision 15
    assert refused(custody.prove, custodian, words="x", by=world.chair) == ["custody.sheet.missing"]


def test_a_new_sheet_asks_for_new_keys(world, tender):  # decision 14
    bidding.seat_custodians(world, tender)
    first = tender.custodians.get(user=world.chair)

    words = custody.make_sheet(first, by=world.chair)

    assert not tender.kits.exists()
    assert refused(custody.record_keys, tender, by=world.secretary) == ["custody.custodians.not-ready"]
    custody.prove(first, words=" ".join(words), by=world.chair)
    assert len(custody.record_keys(tender, by=world.secretary)) == 2


def test_a_custodian_is_dismissed_before_the_call(world, tender):  # decision 15
    bidding.seat_custodians(world, tender)
    second = tender.custodians.get(index=2)

    custody.dismiss(second, reason="Viaja", by=world.secretary)
    heir = custody.name(tender, user=world.alternate, group=GROUP.COMMITTEE, by=world.secretary)
    words = custody.make_sheet(heir, by=world.alternate)
    custody.prove(heir, words=" ".join(words), by=world.alternate)
    kits = custody.record_keys(tender, by=world.secretary)

    assert [row["i"] for row in kits[1].body["custodians"]] == [1, 2, 3, 4, 5]
    assert kits[1].body["custodians"][4]["name"] == str(world.alternate)


def test_nobody_changes_published_keys(world):  # decision 19
    tender = world.at("announced")
    holder = tender.custodians.get(user=world.chair)
    code = ["custodian.replacement.after-bids"]

    assert refused(custody.dismiss, holder, reason="x", by=world.secretary) == code
    assert refused(custody.make_sheet, holder, by=world.chair) == code
    assert refused(custody.record_keys, tender, by=world.secretary) == code


def test_a_rehearsal_is_possible_at_any_time(world):  # decision 15
    tender = world.at("announced")
    holder = tender.custodians.get(user=world.chair)

    assert custody.prove(holder, words=" ".join(world.sheets[holder.index]), by=world.chair).ready_at


def test_the_notice_prints_the_words_of_the_keys(world):  # decision 13
    tender = world.at("announced")

    notice = tender.minutes.get(kind="announcement").text

    assert [kit.words in notice for kit in tender.kits.all()] == [True, True]


# Groups, and how likely it is that nobody opens


def state(tender, **values):
    tender.parameters |= {key.replace("__", "."): value for key, value in values.items()}
    tender.save()


def test_no_body_opens_alone_where_the_terms_want_neighbours(world, tender):  # principle 5, decision 5
    state(tender, sealing__neighbours=1)

    kits = bidding.seat_custodians(world, tender)

    wanted = [{"id": "comite", "k": 2, "of": [1, 2, 3]}, {"id": "vecinos", "k": 1, "of": [4, 5]}]
    assert [kit.body["groups"] for kit in kits] == [wanted, wanted]


def test_a_body_with_too_few_makes_no_keys(world, tender):  # principle 5
    state(tender, sealing__neighbours=2)
    bidding.seat_custodians(world, tender)  # two of them: enough
    state(tender, sealing__threshold=4, sealing__neighbours=3)

    assert refused(custody.record_keys, tender, by=world.secretary) == ["custody.body.too-few"]


def against(tender):
    return [each.code for each in tenders.reasons_against(tenders.lock(tender, by=clock.ACTOR), "announce")]


@pytest.mark.parametrize(
    ("stated", "is_fragile"),
    [
        ({"sealing__threshold": 3}, False),  # 0.12 %
        ({"sealing__threshold": 5}, True),  # 22.62 %
        ({"sealing__threshold": 3, "sealing__neighbours": 2}, True),  # 1 of 3 and 2 of 2
    ],
)
def test_keys_that_one_illness_makes_useless_are_warned_of(world, tender, stated, is_fragile):  # principle 5
    bidding.seat_custodians(world, tender)
    state(tender, **stated)

    assert ("custody.availability.fragile" in against(tender)) is is_fragile


def test_custodians_of_one_body_are_warned_of(world, tender):  # principle 5
    bidding.seat_custodians(world, tender)
    several = against(tender)
    Custodian.objects.filter(tender=tender).update(group=GROUP.COMMITTEE)

    assert "tender.call.custodians-single-group" not in several
    assert "tender.call.custodians-single-group" in against(tender)


def test_keys_of_other_terms_are_recorded_anew(world, tender):  # decision 13
    bidding.seat_custodians(world, tender)
    fit = against(tender)
    state(tender, sealing__threshold=4)

    assert "custody.kit.missing" not in fit
    assert "custody.kit.missing" in against(tender)
    assert [kit.body["groups"][0]["k"] for kit in custody.record_keys(tender, by=world.secretary)] == [4, 4]
    assert "custody.kit.missing" not in against(tender)
