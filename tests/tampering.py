"""What may be done to a case file: by whoever has it, by the server that signs, by bidders who cheat."""

import hashlib
import json
from pathlib import Path

from bids import sealing
from bids.sealing import age, codec, shamir
from bids.sealing import envelope as envelope_of
from procurement import merkle, signed_note

from . import sealing_case

# Tampered with from outside: whoever has no key


def change_a_line(case):
    leaves = case.leaves
    leaves[case.at("close")]["facts"]["deadline"] += 3600
    case.put(leaves)


def drop_a_line(case):
    leaves = case.leaves
    del leaves[case.at("withdraw")]
    case.put(leaves)


def insert_a_line(case):
    leaves = case.leaves
    leaves.insert(case.at("close"), leaves[case.at("manifest")])
    case.put(leaves)


def spell_otherwise(case):
    lines = case.files["log.jsonl"].splitlines(keepends=True)
    lines[3] = json.dumps(json.loads(lines[3]), ensure_ascii=False).encode() + b"\n"
    case.files["log.jsonl"] = b"".join(lines)


def flip_a_bit(case):
    name = f"ciphertexts/{case.standing('beto', 2)['manifest']}.age"
    data = bytearray(case.files[name])
    data[-1] ^= 1
    case.files[name] = bytes(data)


def drop_a_ciphertext(case):
    del case.files[f"ciphertexts/{case.standing('beto', 2)['manifest']}.age"]


def drop_the_reserved_part(case):
    del case.files[f"manifests/{case.standing('beto', 1, 'reserved')['manifest']}.json"]


def change_a_manifest(case):
    name = f"manifests/{case.standing('ana', 2)['manifest']}.json"
    manifest = json.loads(case.files[name])
    manifest["shares"][0]["ct"] = manifest["shares"][1]["ct"]
    case.files[name] = json.dumps(manifest).encode()


def change_what_lay_in_it(case):
    name = f"plaintext/{case.standing('beto', 2)['manifest']}/oferta.json"
    case.files[name] = case.files[name].replace(b"8.50", b"8.05")


def change_the_minutes(case):
    name = next(name for name in sorted(case.files, reverse=True) if name.startswith("papers/"))
    case.files[name] += b"."


def drop_the_closing_checkpoint(case):
    del case.files[f"checkpoints/{case.at('close') + 1:06}.txt"]


def sign_with_another_key(case):
    lines = case.files["log.jsonl"].splitlines()
    stated = signed_note.Checkpoint(case.leaves[0]["log"], len(lines), merkle.root_of(lines))
    case.files[f"checkpoints/{len(lines):06}.txt"] = signed_note.sign(stated, b"x" * 32).encode()


def invent_a_witness(case):
    lines = case.files["log.jsonl"].splitlines()
    stated = signed_note.Checkpoint(case.leaves[0]["log"], len(lines), merkle.root_of(lines))
    line = signed_note.cosign(stated, "JVS", b"x" * 32, 1)
    note = signed_note.sign(stated, case.seed) + str(line)
    case.files[f"checkpoints/{len(lines):06}.txt"] = note.encode()


FROM_OUTSIDE = {
    change_a_line: "log.root.differs",
    drop_a_line: "log.leaf.invalid",
    insert_a_line: "log.leaf.invalid",
    spell_otherwise: "log.leaf.invalid",
    flip_a_bit: "envelope.ciphertext.changed",
    drop_a_ciphertext: "envelope.ciphertext.changed",
    drop_the_reserved_part: "envelope.manifest.changed",
    change_a_manifest: "envelope.manifest.changed",
    change_what_lay_in_it: "opening.content.differs",
    change_the_minutes: "paper.text.differs",
    drop_the_closing_checkpoint: "log.checkpoint.missing",
    sign_with_another_key: "log.checkpoint.signature-invalid",
    invent_a_witness: "log.cosignature.invalid",
}


# Tampered with by the server, which signs the log anew


def resign(change):
    """Return a tampering that changes the leaves and signs the log again."""

    def tamper(case):
        leaves = case.leaves
        leaves = change(case, leaves) or leaves
        case.rewrite(leaves)

    tamper.__name__ = change.__name__
    return tamper


@resign
def nothing(case, leaves):
    """The control: to sign the same again changes nothing."""


@resign
def forge_a_withdrawal(case, leaves):
    manifest = case.standing("beto", 2)["manifest"]
    facts = sealing.withdrawal_entry(manifest, b"f" * 32)
    leaves.insert(case.at("close"), leaves[case.at("withdraw")] | {"facts": facts})


@resign
def replace_with_another_key(case, leaves):
    before = case.standing("beto", 2)
    facts = before | {"seq": 2, "replaces": before["manifest"], "manifest": "0" * 64}
    facts["bidder_key"] = codec.verify_key(b"f" * 32)
    body = {name: value for name, value in facts.items() if name != "sig"}
    facts["sig"] = codec.sign(b"f" * 32, "sobre/1 manifest", body)
    leaves.insert(case.at("close"), leaves[case.at("manifest")] | {"facts": facts})


@resign
def replace_with_a_false_signature(case, leaves):
    before = case.standing("beto", 2)
    facts = before | {"seq": 2, "replaces": before["manifest"], "manifest": "0" * 64}
    leaves.insert(case.at("close"), leaves[case.at("manifest")] | {"facts": facts})


@resign
def replace_out_of_order(case, leaves):
    """Beto himself signs a replacement, but of nothing that he presented."""
    before = case.standing("beto", 2)
    facts = before | {"seq": 3, "replaces": "1" * 64, "manifest": "0" * 64}
    body = {name: value for name, value in facts.items() if name != "sig"}
    facts["sig"] = codec.sign(codec.unb64(json.loads(case.key_file)["key"]), "sobre/1 manifest", body)
    leaves.insert(case.at("close"), leaves[case.at("manifest")] | {"facts": facts})


@resign
def forget_who_said_it(case, leaves):
    del leaves[case.at("release")]["facts"]["i"]


@resign
def accept_after_the_close(case, leaves):
    row = leaves.pop(case.at("manifest", **case.standing("beto", 2)))
    leaves.insert(case.at("close"), row)  # one place up, since one was taken out: after the close
    assert leaves[case.at("close", leaves) + 1] is row


@resign
def accept_at_the_deadline(case, leaves):
    row = leaves[case.at("manifest", **case.standing("beto", 2))]
    row["at"] = "2026-04-24T20:00:00.000000+00:00"


@resign
def backdate(case, leaves):
    row = leaves.pop(case.at("bid.submit", bid=case.bids["beto"]["pk"]))
    leaves.insert(case.at("openingact.begin") - 1, row)


@resign
def enter_a_commitment(case, leaves):
    """While the service failed a commitment reached notary, JVS and mailbox: the log says so."""
    row = leaves.pop(case.at("bid.submit", bid=case.bids["beto"]["pk"]))
    facts = {"hour": row["at"], "reached": ["jvs", "mailbox", "notary"], "evidence": "x", "manifests": []}
    place = case.at("close") - 1
    said = row | {"action": "contingency", "at": leaves[place]["at"], "facts": facts}
    leaves[place:place] = [said, row]


@resign
def swap_the_kit(case, leaves):
    place = case.at("kit", stage=2)
    other = json.loads(json.dumps(leaves[place]))
    keys = sealing.custodian_keys(b"o" * 32, other["facts"]["tender"], 1)
    other["facts"]["custodians"][0] |= {"recipient": keys.recipients[2], "verify": keys.verify}
    leaves[place] = other


@resign
def show_a_second_kit(case, leaves):
    place = case.at("kit", stage=2)
    other = json.loads(json.dumps(leaves[place]))
    keys = sealing.custodian_keys(b"o" * 32, other["facts"]["tender"], 1)
    other["facts"]["custodians"][0] |= {"recipient": keys.recipients[2], "verify": keys.verify}
    leaves.insert(case.at("close") - 1, other | {"at": leaves[case.at("close") - 1]["at"]})


@resign
def flip_a_share(case, leaves):
    manifest = case.standing("beto", 2)["manifest"]
    facts = leaves[case.at("release", manifest=manifest)]["facts"]
    facts["share"] = ("A" if facts["share"][0] != "A" else "B") + facts["share"][1:]


@resign
def open_what_was_withdrawn(case, leaves):
    row = leaves[case.at("opening", stage=2)]
    shut = case.standing("carla", 2)["manifest"]
    leaves.append(row | {"at": leaves[-1]["at"], "facts": row["facts"] | {"manifest": shut}})


@resign
def open_who_is_out(case, leaves):
    row = leaves[case.at("bid.qualify", bid=case.bids["beto"]["pk"])]
    row |= {"action": "bid.exclude"}
    row["facts"]["after"] = "not-admitted"


@resign
def leave_one_shut(case, leaves):
    manifest = case.standing("beto", 1)["manifest"]
    about = ("opening", "release", "check")
    return [
        leaf for leaf in leaves if not (leaf["action"] in about and leaf["facts"].get("manifest") == manifest)
    ]


@resign
def frame_a_custodian(case, leaves):
    manifest = case.standing("beto", 2)["manifest"]
    facts = {
        "v": "sobre/1",
        "manifest": manifest,
        "who": "custodian",
        "i": 3,
        "code": "share.custodian.false",
    }
    row = leaves[case.at("opening", stage=2)]
    leaves.append(row | {"action": "verdict", "at": leaves[-1]["at"], "facts": facts})


@resign
def change_an_offer(case, leaves):
    rows = leaves[case.at("ranking")]["facts"]["rows"]
    rows[1] |= {"figure": "8.05", "words": "ocho con 05/100 por ciento", "percentage": "8.05"}


@resign
def change_the_points(case, leaves):
    rows = leaves[case.at("ranking")]["facts"]["rows"]
    rows[1]["published"] = "99.99"


@resign
def say_that_one_is_local(case, leaves):
    bids = leaves[case.at("first-result")]["facts"]["bids"]
    row = next(row for row in bids if row["bidder"] == case.bids["ana"]["pseudonym"])
    row["is_local"] = not row["is_local"]


@resign
def award_to_another(case, leaves):
    leaves[case.at("award")]["facts"]["pseudonym"] = case.bids["beto"]["pseudonym"]


@resign
def give_a_name_to_another(case, leaves):
    first, second = [leaf["facts"] for leaf in leaves if leaf["action"] == "publish"]
    first["salt"], second["salt"] = second["salt"], first["salt"]


BY_THE_SERVER = {
    forge_a_withdrawal: "bid.withdrawal.signature-invalid",
    replace_with_another_key: "envelope.key.not-the-bidders",
    replace_with_a_false_signature: "envelope.signature.invalid",
    replace_out_of_order: "envelope.order.invalid",
    forget_who_said_it: "case.part.unreadable",
    accept_after_the_close: "bid.submission.late",
    accept_at_the_deadline: "bid.submission.late",
    backdate: "log.time.backwards",
    swap_the_kit: "envelope.kit.outdated",
    show_a_second_kit: "envelope.kit.outdated",
    flip_a_share: "custodian.release.signature-invalid",
    open_what_was_withdrawn: "opening.list.not-on-it",
    open_who_is_out: "opening.envelope.not-qualified",
    leave_one_shut: "opening.envelope.left-shut",
    frame_a_custodian: "verdict.unfounded",
    change_an_offer: "ranking.offer.differs",
    change_the_points: "ranking.order.differs",
    say_that_one_is_local: "ranking.order.differs",
    award_to_another: "award.winner.differs",
    give_a_name_to_another: "publish.pseudonym.false",
}


@resign
def forget_carla(case, leaves):
    """Take out everything that says of Carla: the log is whole without it, and signed."""
    mine = case.bids["carla"]
    return [
        leaf
        for leaf in leaves
        if mine["pseudonym"] not in json.dumps(leaf)
        and leaf["facts"].get("bid") != mine["pk"]
        and leaf["action"] != "withdraw"
    ]


# Bidders


def put_in(envelope, sealed):
    envelope.manifest, envelope.signature, envelope.manifest_sha256 = sealed.manifest, sealed.sig, sealed.id
    envelope.save()


def of_two(bid, own):
    """Return Beto's envelope 2, its kit, what was sealed with its identity, and the signing key."""
    envelope, kit = bid.envelopes.get(stage=2), bid.tender.kits.get(stage=2).body
    identity = next(row["identity"] for row in own["envelopes"] if row["stage"] == 2)
    sealed = sealing.Sealed(envelope.manifest, envelope.signature, identity)
    return envelope, kit, sealed, codec.unb64(own["key"])


def deal_falsely(bid, own):
    """Give custodian 2 a share that does not fit: the server takes it in, for it cannot know."""
    envelope, kit, sealed, key = of_two(bid, own)
    put_in(envelope, sealing_case.dealt_falsely(sealed, 2, kit, key))


def upload(envelope, sealed, key, ciphertext):
    """Put other bytes in the place of the sealed ones, with their hash, well signed."""
    Path(envelope.ciphertext.path).write_bytes(ciphertext)

    def change(manifest):
        manifest["ciphertext"] = manifest["ciphertext"] | {"sha256": hashlib.sha256(ciphertext).hexdigest()}

    put_in(envelope, sealing_case.signed_again(sealed, change, key))


def seal_rubbish(bid, own):
    """Upload so many bytes as an envelope has, and none of them encrypted."""
    envelope, _kit, sealed, key = of_two(bid, own)
    upload(envelope, sealed, key, bytes(envelope.manifest["ciphertext"]["size"]))


def seal_no_zip(bid, own):
    """Encrypt what is no ZIP, as long as one."""
    envelope, _kit, sealed, key = of_two(bid, own)
    public = codec.public_of(envelope.manifest["envelope"])
    upload(envelope, sealed, key, age.encrypt(bytes(65_536), public, age.draw(lambda size: b"\5" * size)))


def deal_shares(bid, own, shares):
    """Divide these shares among the custodians, with commitments and a proof that say so."""
    envelope, kit, sealed, key = of_two(bid, own)

    def change(manifest):
        public, context = codec.public_of(manifest["envelope"]), envelope_of.context_of(manifest)
        rows, proof = envelope_of.deal(kit, context, public, shares(kit, sealed), lambda size: b"\7" * size)
        manifest |= {"shares": rows, "deal": proof}

    put_in(envelope, sealing_case.signed_again(sealed, change, key))


def split(kit, secret):
    seats = [row["i"] for row in kit["custodians"]]
    return shamir.split(secret, seats, kit["groups"][0]["k"], lambda size: b"\3" * size)


def deal_another_key(bid, own):
    """Divide another key than that of the envelope."""
    deal_shares(bid, own, lambda kit, sealed: split(kit, bytes(32)))


def deal_off_the_line(bid, own):
    """Give the last custodian a share that opens nothing, and prove that it was dealt: others do open."""

    def shares(kit, sealed):
        *good, last = split(kit, codec.secret_of(sealed.identity))
        return [*good, bytes([last[0] ^ 1]) + last[1:]]

    deal_shares(bid, own, shares)
