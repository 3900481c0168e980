"""What a bidder writes rests nowhere: planted strings are looked for in every place that keeps something.

Beside it a control: the same strings, sent where nothing is sealed, are found.
"""

import tempfile
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction

from procurement.services import documents, notices

from . import bidding
from .world import World, paper

NEEDLES = ["aguja-zafiro-7731", "37.41", "treinta y siete con 41/100", "4111222233"]


@pytest.fixture
def world(transactional_db, set_clock):
    """The world, with its rows really written to the disk."""
    return World(set_clock)


def database_files():
    name = Path(str(connection.settings_dict["NAME"]))
    return list(name.parent.glob(name.name + "*")) if connection.vendor == "sqlite" else []


def rows():
    """Return every row of every table as text, whatever the database."""
    return "\n".join(str(list(model.objects.values_list())) for model in apps.get_models())


def kept(since):
    """Return all that is kept anywhere: database files, rows, uploads, temporary files made meanwhile."""
    uploads = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    temporary = [path for path in Path(tempfile.gettempdir()).glob("tmp*") if path.is_file()]
    new = [path for path in temporary if path not in since]
    return rows().encode() + b"".join(path.read_bytes() for path in database_files() + uploads + new)


def found_in(haystack):
    return [needle for needle in NEEDLES if needle.encode() in haystack]


@pytest.fixture
def since():
    return {path for path in Path(tempfile.gettempdir()).glob("tmp*") if path.is_file()}


@pytest.fixture
def bid(world):
    return bidding.buyers(world, world.at("integrated"))[0]


def test_nothing_that_a_bidder_writes_is_kept(client, bid, since, monkeypatch):  # rule 59, decision 15
    made = []
    for name in ("NamedTemporaryFile", "SpooledTemporaryFile", "TemporaryFile", "mkstemp"):
        real = getattr(tempfile, name)
        monkeypatch.setattr(tempfile, name, lambda *a, _real=real, **k: made.append(1) or _real(*a, **k))
    client.force_login(bid.bidder.account)
    address = f"/tenders/{bid.tender_id}/bid/"
    planted = NEEDLES[0].encode() + b" " + NEEDLES[3].encode()
    large = SimpleUploadedFile(f"{NEEDLES[0]}.pdf", b"%PDF" + planted * 200_000)  # 5 MB
    typed = bidding.answers("37.41", phone=NEEDLES[3], **{"team-0-name": NEEDLES[0]})

    client.post(address + "save/", typed)
    wrong = client.post(address + "seal/", typed | {"origin": ""} | {"paper-finance": large})
    assert wrong.status_code == 422
    large.seek(0)
    sealed = client.post(address + "seal/", typed | bidding.files(**{"paper-finance": large}))
    assert sealed.status_code == 200
    presented = client.post(address + "present/", {"number": bid.tender.number, "saved": "on"})
    assert presented.status_code == 302

    assert found_in(kept(since)) == []
    assert made == []
    assert bidding.bid_again(bid).pseudonym.encode() in kept(since)  # the search does look


def test_a_naive_upload_is_found(world, bid, since):  # the control of the needle
    planted = paper("naive.pdf").read() + NEEDLES[0].encode()
    at = bid.tender.announced_at
    with transaction.atomic():
        documents.store(
            SimpleUploadedFile("naive.pdf", planted, "application/pdf"),
            kind="naive",
            title="x",
            municipality=bid.tender.municipality,
            tender=bid.tender,
            by=world.secretary,
            at=at,
        )
        text = f"{NEEDLES[1]} {NEEDLES[2]} {NEEDLES[3]}"
        notices.tell([world.ana], tender=bid.tender, subject="x", text=text, at=at)

    assert found_in(kept(since)) == NEEDLES
    if database_files():
        assert NEEDLES[2].encode() in b"".join(path.read_bytes() for path in database_files())
