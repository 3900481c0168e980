"""The vectors of `sobre/1` (docs/sobre-1.md §12): what any implementation must read to the same verdict.

`python -m tests.test_sealing_vectors` writes them anew; the format is frozen, so that only adds.
"""

import hashlib
import json
from io import BytesIO
from pathlib import Path

import pyrage
import pytest

from bids import sealing
from bids.sealing import age, codec, custody, envelope, shamir

from .sealing_case import dealt_falsely, kit_of, opened, refused, signed_again

FILE = Path(__file__).parent / "vectors" / "sobre-1.json"
TENDER = "ocds-lared0-2026-001"
SEEDS = [hashlib.sha256(f"sheet {i}".encode()).digest() for i in range(1, 8)]
SHEETS = [sealing.custodian_keys(seed, TENDER, 1) for seed in SEEDS]
KITS = {stage: kit_of(stage, tender=TENDER, sheets=SHEETS, readers=SHEETS[:2]) for stage in (1, 2)}
SALT = hashlib.sha256(b"salt").digest()
IDS = ["20123456789", "45678912"]
KEY = hashlib.sha256(b"bidder").digest()
BIDDER = sealing.bidder_pseudonym(SALT, IDS)
OFFER = {"oferta.json": b'{"letras":"siete con veinticinco cent\xc3\xa9simos","porcentaje":"7.25"}'}
PAPERS = {"anexo 1.pdf": b"%PDF-1.7 anexo", "ñandú.txt": "Año de las obras".encode()}
DEADLINE = 1_790_000_000  # 2026-09-21T14:13:20Z
IN_TIME, LATE = "2026-09-21T14:13:19.999999+00:00", "2026-09-21T14:13:20.000000+00:00"


class Stream:
    """The one source of random bytes of the vectors."""

    def __init__(self, from_block):
        self.block = from_block
        self.rest = b""

    def __call__(self, size):
        while len(self.rest) < size:
            self.rest += hashlib.sha256(b"sobre/1 vectors" + self.block.to_bytes(4)).digest()
            self.block += 1
        drawn, self.rest = self.rest[:size], self.rest[size:]
        return drawn


def sealed_from(block, stage, part, contents, **how):
    return sealing.seal_bytes(KITS[stage], part, contents, bidder=BIDDER, key=KEY, rng=Stream(block), **how)


def of_words():
    words = sealing.seed_to_words(SEEDS[0])
    typed = [" ".join(words).upper(), " ".join(word[:4] for word in words), ", ".join(words)]
    wrong = [
        (" ".join([*words[:4], "xilofono", *words[5:]]), "custody.words.unknown-word", {"position": 5}),
        (" ".join(words[:-1]), "custody.words.count", {"count": 23, "expected": 24}),
        (" ".join([words[1], words[0], *words[2:]]), "custody.words.checksum", {}),
    ]
    return {
        "seed": SEEDS[0].hex(),
        "words": words,
        "typed": typed,
        "refused": [{"typed": text, "code": code, "facts": facts} for text, code, facts in wrong],
    }


def of_keys():
    keys = SHEETS[0]
    return {
        "seed": SEEDS[0].hex(),
        "tender": TENDER,
        "round": 1,
        "identities": [keys.identities[1], keys.identities[2]],
        "recipients": [keys.recipients[1], keys.recipients[2]],
        "sign": keys.sign.hex(),
        "verify": keys.verify,
        "reading_identity": keys.reading_identity,
        "reading_recipient": keys.reading_recipient,
    }


def of_shamir():
    secret, stream = SEEDS[0], Stream(9000)
    shares = shamir.split(secret, [1, 2, 3, 4], 3, stream)
    return {
        "secret": secret.hex(),
        "k": 3,
        "from_block": 9000,
        "shares": [share.hex() for share in shares],
    }


def of_age():
    drawn, plain = age.draw(Stream(9100)), b"sobre/1"
    data = age.encrypt(plain, codec.public_of(SHEETS[0].recipients[1]), drawn)
    return {
        "identity": SHEETS[0].identities[1],
        "plaintext": plain.hex(),
        "file_key": drawn.file_key.hex(),
        "ephemeral": drawn.ephemeral.hex(),
        "nonce": drawn.nonce.hex(),
        "file": codec.b64(data),
    }


def of_envelope(name, from_block, stage, part, contents, **how):
    sealed, ciphertext = sealed_from(from_block, stage, part, contents, **how)
    return {
        "name": name,
        "from_block": from_block,
        "files": [{"name": file, "content": codec.b64(data)} for file, data in contents.items()],
        "manifest": sealed.manifest,
        "id": sealed.id,
        "ctx": envelope.context_of(sealed.manifest).hex(),
        "sig": sealed.sig,
        "identity": sealed.identity,
        "ciphertext": codec.b64(ciphertext) if stage == 2 else None,  # of stage 1, a MiB: from the draws
    }


def said(manifest, i, mode="release", rng=None):
    keys, stage = SHEETS[i - 1], manifest["stage"]
    how = (KITS[stage], manifest, i, keys.identities[stage], keys.sign, mode)
    return sealing.release(*how, rng=rng or Stream(0))


def of_opening(name, manifest, releases, reading=None):
    outcome = sealing.recombine(KITS[manifest["stage"]], manifest, releases, reading)
    return {
        "name": name,
        "manifest": manifest,
        "releases": releases,
        "reading": reading and list(reading),
        "identity": outcome.identity,
        "verdicts": [list(verdict) for verdict in outcome.verdicts],
        "missing": outcome.missing,
    }


def of_openings():
    offer, _ = sealed_from(0, 2, "public", OFFER)
    reserved, _ = sealed_from(2000, 1, "reserved", PAPERS)
    false = dealt_falsely(offer, 2, KITS[2], key=KEY)
    lie = {
        "v": "sobre/1",
        "manifest": offer.id,
        "i": 2,
        "mode": "release",
        "complaint": "share.context.foreign",
    }
    lie |= {"sig": codec.sign(SHEETS[1].sign, "sobre/1 release", lie)}
    enough = [said(offer.manifest, i) for i in (1, 3, 4, 7)]
    hidden = [said(reserved.manifest, i, rng=Stream(3000 + 10 * i)) for i in (2, 3, 5, 6)]
    return [
        of_opening("good", offer.manifest, enough),
        of_opening("too few of one group", offer.manifest, enough[1:]),
        of_opening("a check is no share", offer.manifest, [said(offer.manifest, 1, "check"), *enough[1:]]),
        of_opening("the custodian lies", offer.manifest, [lie, *enough]),
        of_opening(
            "the bidder dealt falsely", false.manifest, [said(false.manifest, i) for i in (2, 1, 3, 4, 7)]
        ),
        of_opening("a forged release", offer.manifest, [enough[0] | {"i": 2}, *enough]),
        of_opening("reserved, read by reader 2", reserved.manifest, hidden, (2, SHEETS[1].reading_identity)),
        of_opening("reserved, read by nobody", reserved.manifest, hidden),
    ]


def of_refusals():
    offer, _ = sealed_from(0, 2, "public", OFFER)
    rival = sealing.verify_key(bytes(32))
    changes = [
        ({"extra": 1}, "envelope.shape.invalid", "fields"),
        ({"seq": 2}, "envelope.shape.invalid", "replaces"),
        ({"shares": offer.manifest["shares"][:6]}, "envelope.shape.invalid", "shares"),
        ({"ciphertext": offer.manifest["ciphertext"] | {"size": 65_737}}, "envelope.shape.invalid", "size"),
        ({"kit": "0" * 64}, "envelope.kit.outdated", None),
        ({"bidder_key": rival}, "envelope.signature.invalid", None),
    ]
    rows = [
        {"set": change, "code": code, "defect": defect, **_spoiled(offer, change)}
        for change, code, defect in changes
    ]
    unsigned = offer.manifest | {"ciphertext": {"sha256": "0" * 64, "size": 65_736}}
    rows.append(
        {
            "set": {"ciphertext": unsigned["ciphertext"]},
            "code": "envelope.signature.invalid",
            "defect": None,
            "sig": offer.sig,
        }
    )
    return rows


def _spoiled(offer, change):
    return {"sig": signed_again(offer, lambda manifest: manifest.update(change), KEY).sig}


def of_list():
    first, _ = sealed_from(0, 2, "public", OFFER)
    second, _ = sealed_from(4000, 2, "public", OFFER, seq=2, replaces=first.id)
    papers, _ = sealed_from(1000, 1, "public", PAPERS)
    entry = sealing.manifest_entry
    forged = entry(second.manifest, second.sig) | {"seq": 3, "replaces": second.id}
    entries = [
        ("manifest", IN_TIME, entry(first.manifest, first.sig)),
        ("manifest", IN_TIME, entry(papers.manifest, papers.sig)),
        ("withdraw", IN_TIME, sealing.withdrawal_entry(papers.id, bytes(32))),
        ("manifest", IN_TIME, entry(second.manifest, second.sig)),
        ("manifest", IN_TIME, forged),
        ("withdraw", LATE, sealing.withdrawal_entry(second.id, KEY)),
        ("withdraw", IN_TIME, sealing.withdrawal_entry(papers.id, KEY)),
        ("close", LATE, {"v": "sobre/1", "round": 1, "deadline": DEADLINE}),
        ("withdraw", IN_TIME, sealing.withdrawal_entry(second.id, KEY)),
    ]
    leaves = [
        {"index": index, "at": at, "action": action, "facts": facts}
        for index, (action, at, facts) in enumerate(entries)
    ]
    found = {stage: sealing.opening_list(leaves, stage) for stage in (1, 2)}
    return {
        "leaves": leaves,
        "round": 1,
        "to_open": {str(stage): [list(row) for row in rows.to_open] for stage, rows in found.items()},
        "ignored": [list(row) for row in found[1].ignored],
    }


def build():
    return {
        "format": "sobre/1",
        "words": of_words(),
        "keys": of_keys(),
        "pseudonym": {"salt": SALT.hex(), "ids": IDS, "bidder": BIDDER},
        "bidder_key": {"sign": KEY.hex(), "verify": sealing.verify_key(KEY)},
        "kits": [
            {"kit": kit, "hash": sealing.kit_hash(kit), "words": sealing.kit_words(kit)}
            for kit in KITS.values()
        ],
        "shamir": of_shamir(),
        "age": of_age(),
        "envelopes": [
            of_envelope("offer", 0, 2, "public", OFFER),
            of_envelope("papers", 1000, 1, "public", PAPERS),
            of_envelope("reserved papers", 2000, 1, "reserved", PAPERS),
        ],
        "openings": of_openings(),
        "refusals": of_refusals(),
        "list": of_list(),
    }


if __name__ == "__main__":
    FILE.write_text(json.dumps(build(), indent=1, ensure_ascii=False) + "\n")


# Reading them


@pytest.fixture(scope="module")
def vectors():
    return json.loads(FILE.read_text())


def kit_for(vectors, manifest):
    return vectors["kits"][manifest["stage"] - 1]["kit"]


def test_the_code_writes_the_same_bytes(vectors):
    assert json.loads(json.dumps(build())) == vectors


def test_words(vectors):
    row = vectors["words"]

    seeds = {sealing.words_to_seed(text).hex() for text in (" ".join(row["words"]), *row["typed"])}

    assert seeds == {row["seed"]}
    assert custody.to_words(bytes.fromhex(row["seed"])) == row["words"]
    for wrong in row["refused"]:
        assert refused(sealing.words_to_seed, wrong["typed"]) == (wrong["code"], wrong["facts"])


def test_kits_and_pseudonym(vectors):
    row = vectors["pseudonym"]

    assert sealing.bidder_pseudonym(bytes.fromhex(row["salt"]), row["ids"]) == row["bidder"]
    for kit in vectors["kits"]:
        sealing.check_kit(kit["kit"])
        assert sealing.kit_words(kit["kit"]) == kit["words"]


def test_shamir_and_age(vectors):
    shares = [bytes.fromhex(share) for share in vectors["shamir"]["shares"]]
    row = vectors["age"]

    plain = pyrage.decrypt(codec.unb64(row["file"]), [pyrage.x25519.Identity.from_str(row["identity"])])

    assert plain.hex() == row["plaintext"]
    assert shamir.interpolate(shares[1:]).hex() == vectors["shamir"]["secret"]


def test_envelopes(vectors):
    for row in vectors["envelopes"]:
        files = {file["name"]: codec.unb64(file["content"]) for file in row["files"]}
        assert (
            sealing.verify_manifest(kit_for(vectors, row["manifest"]), row["manifest"], row["sig"])
            == row["id"]
        )
        assert codec.recipient_for(row["identity"]) == row["manifest"]["envelope"]
        if row["ciphertext"]:
            assert opened(row["manifest"], row["identity"], codec.unb64(row["ciphertext"])) == files


def test_the_ciphertext_of_a_vector_is_bound(vectors):
    row = vectors["envelopes"][0]
    data = bytearray(codec.unb64(row["ciphertext"]))
    data[-1] ^= 1

    found = refused(sealing.open_envelope, row["manifest"], row["identity"], BytesIO(bytes(data)), BytesIO())

    assert found == ("envelope.ciphertext.changed", {"who": "server"})


def test_openings(vectors):
    for row in vectors["openings"]:
        kit, reading = kit_for(vectors, row["manifest"]), row["reading"]
        outcome = sealing.recombine(kit, row["manifest"], row["releases"], reading and tuple(reading))
        found = (outcome.identity, [list(verdict) for verdict in outcome.verdicts], outcome.missing)
        assert found == (row["identity"], row["verdicts"], row["missing"]), row["name"]


def test_refusals(vectors):
    offer = vectors["envelopes"][0]["manifest"]
    for row in vectors["refusals"]:
        code, facts = refused(
            sealing.verify_manifest, vectors["kits"][1]["kit"], offer | row["set"], row["sig"]
        )
        assert (code, facts.get("defect")) == (row["code"], row["defect"])


def test_the_list(vectors):
    row = vectors["list"]
    for stage, expected in row["to_open"].items():
        found = sealing.opening_list(row["leaves"], int(stage), row["round"])
        assert [list(presented) for presented in found.to_open] == expected
        assert [list(ignored) for ignored in found.ignored] == row["ignored"]


def test_what_other_libraries_sealed_opens_here(vectors):
    """Sealed once in JavaScript (typage, noble, privy, client-zip) for the second kit of the vectors."""
    row = json.loads((FILE.parent / "sobre-1-javascript.json").read_text())
    manifest, kit = row["manifest"], vectors["kits"][1]["kit"]
    sealing.verify_manifest(kit, manifest, row["sig"])

    outcome = sealing.recombine(kit, manifest, [said(manifest, i) for i in (2, 3, 6, 7)])

    assert outcome == sealing.Outcome(row["identity"], [], {})
    ciphertext = codec.unb64(row["ciphertext"])
    assert opened(manifest, outcome.identity, ciphertext) == {"oferta.json": b'{"porcentaje":"8.00"}'}
