"""An act without internet: the bundle that is taken along, and what was signed there, brought afterwards."""

import json
import shutil
import subprocess
import zipfile
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.urls import reverse

from bids import sealing
from bids.models import Release
from bids.services import offline, opening
from procurement.models import Event

from . import deciding
from .refusing import refused


@pytest.fixture
def tender(world):
    return world.at("closed")


@pytest.fixture
def bundle(tender):
    """What was taken along at the close."""
    target = BytesIO()
    offline.write(tender, 1, target)
    return zipfile.ZipFile(target)


@pytest.fixture
def act(world, tender, bundle):
    return deciding.begin(world, tender)


def signed(world, bundle, seat, *modes, only=None):
    """What a custodian signs with the program and the bundle alone, for the list that the log gives."""
    kit = json.loads(bundle.read("kit.json"))
    leaves = [json.loads(line) for line in bundle.read("log.jsonl").splitlines()]
    seed = sealing.words_to_seed(" ".join(world.sheets[seat]))
    keys = sealing.custodian_keys(seed, kit["tender"], kit["round"])
    listed = [row.manifest for row in sealing.opening_list(leaves, 1).to_open][:only]
    manifests = [json.loads(bundle.read(f"manifests/{name}.json")) for name in listed]
    return [
        sealing.release(kit, manifest, seat, keys.identities[1], keys.sign, mode)
        for mode in modes
        for manifest in manifests
    ]


def bring(world, act, rows, by=None):
    file = ContentFile(json.dumps(rows).encode(), "partes.json")
    return offline.bring(act, file=file, by=by or world.chair)


def test_what_was_signed_elsewhere_opens_everything(world, act, bundle):  # decision 7
    seats = (1, 2, 4)
    rows = [row for seat in seats for row in signed(world, bundle, seat, "release", "check")]

    bring(world, act, rows)
    act = opening.conclude(act, by=world.chair)

    logged = [event.body["action"] for event in Event.objects.of(act.tender).order_by("index")]
    assert {row.status for row in act.envelopes().filter(part="public")} == {"open"}
    assert (logged.count("check"), logged.count("release")) == (12, 12)
    assert logged.index("release") > max(i for i, each in enumerate(logged) if each == "check")


def test_the_bundle_has_no_key_and_opens_nothing_by_itself(world, bundle):  # decision 7
    everything = b"".join(bundle.read(name) for name in bundle.namelist())

    assert {"LEEME.txt", "kit.json", "log.jsonl", "sobre.html", "sobre.mjs", "sobre-1.md"} <= set(
        bundle.namelist()
    )
    assert sum(name.startswith("ciphertexts/") for name in bundle.namelist()) == 4
    assert b"AGE-SECRET-KEY-1" not in everything.replace(bundle.read("sobre.html"), b"").replace(
        bundle.read("sobre.mjs"), b""
    ).replace(bundle.read("sobre-1.md"), b"")
    assert not any(" ".join(words).encode() in everything for words in world.sheets.values())


def test_before_the_close_there_is_no_bundle(world):  # decision 16
    tender = world.at("integrated")

    assert refused(offline.write, tender, 1, BytesIO()) == ["opening.closing.not-done"]


def test_nothing_is_handed_over_before_enough_have_checked_everything(world, act, bundle):  # sobre/1 §8
    alone = signed(world, bundle, 1, "check", "release")
    half = [row for seat in (1, 2, 4) for row in signed(world, bundle, seat, "check", only=2)]
    half += signed(world, bundle, 1, "release", only=2)

    assert refused(bring, world, act, alone) == ["opening.custodians.not-enough"]
    assert refused(bring, world, act, half) == ["opening.check.incomplete"]
    assert not Release.objects.exists()  # all or nothing


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda row: row | {"i": 2}, "custodian.release.signature-invalid"),
        (lambda row: row | {"ok": False}, "custodian.release.shape-invalid"),
        (lambda row: row | {"manifest": "0" * 64}, "custodian.release.foreign-envelope"),
        (lambda row: row | {"mode": "open"}, "custodian.releases.unreadable"),
        (lambda row: "words", "custodian.releases.unreadable"),
    ],
)
def test_a_word_that_was_changed_on_its_way_is_refused_and_the_rest_with_it(  # decision 7
    world, act, bundle, change, code
):
    first, *rest = signed(world, bundle, 1, "check")

    assert refused(bring, world, act, [*rest, change(first)]) == [code]
    assert not Release.objects.exists()
    bring(world, act, [first, *rest])  # unchanged they are taken
    assert Release.objects.count() == 4


def test_the_same_file_twice_changes_nothing(world, act, bundle):  # decision 7
    rows = signed(world, bundle, 1, "check")
    bring(world, act, rows)

    assert refused(bring, world, act, rows) == ["custodian.releases.nothing-new"]
    assert Release.objects.count() == 4


def test_a_custodian_brings_their_own_words_and_nobody_elses(world, act, bundle):  # decision 7
    mine, others = signed(world, bundle, 4, "check"), signed(world, bundle, 1, "check")

    for person, rows in [(world.observer, others), (world.outsider, mine), (world.ana, mine)]:
        with pytest.raises(PermissionDenied):
            bring(world, act, rows, by=person)
    bring(world, act, mine, by=world.observer)
    assert Release.objects.count() == 4


def test_the_pages_are_for_the_committee_the_custodians_and_the_jvs(world, act, bundle, client):  # decision 7
    bundle_page = reverse("opening-bundle", args=[act.tender_id, 1])
    bring_page = reverse("opening-bring", args=[act.tender_id, 1])

    def answers(page):
        found = {}
        for name in ("chair", "observer", "secretary", "ana", "outsider"):
            client.force_login(getattr(world, name))
            answer = client.get(page)
            found[name] = answer.status_code
            if answer.streaming:
                assert b"".join(answer)[:2] == b"PK"
        return found

    refused_to_all_others = {"secretary": 403, "ana": 403, "outsider": 403}
    assert answers(bundle_page) == {"chair": 200, "observer": 200} | refused_to_all_others
    assert answers(bring_page) == {"chair": 200, "observer": 200} | refused_to_all_others
    client.force_login(world.chair)
    rows = json.dumps(signed(world, bundle, 1, "check")).encode()
    assert client.post(bring_page, {"file": ContentFile(rows, "partes.json")}).status_code == 302
    assert Release.objects.count() == 4


@pytest.mark.skipif(not shutil.which("node"), reason="without Node")
def test_the_program_in_the_bundle_signs_what_is_taken_here(world, act, bundle, tmp_path):  # decision 26
    bundle.extractall(tmp_path)
    words = " ".join(world.sheets[1])

    def run(*given, typed=""):
        told = ["node", "sobre.mjs", *given]
        return subprocess.run(
            told, cwd=tmp_path, input=typed, capture_output=True, text=True, check=True
        ).stdout

    listed = json.loads(run("list", "log.jsonl", "1", "1"))["toOpen"]
    names = [f"manifests/{row['manifest']}.json" for row in listed]
    rows = [json.loads(run("check", "kit.json", name, typed=words)) for name in names]

    bring(world, act, rows)

    assert Release.objects.filter(custodian__index=1, mode="check").count() == 4
