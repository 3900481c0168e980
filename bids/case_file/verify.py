"""Checks a Convoca case file on a machine without Convoca, and names who did what is wrong.

    python3 verify.py [CASE] [--receipt FILE]... [--key KEY]... [--words "TWELVE WORDS"]

CASE is the ZIP or the folder that it was unpacked to (without it, the folder of this program). Needed: Python
3.11, its package cryptography, scoring.py and sobre.py beside. What comes from elsewhere makes it strong:
receipts that bidders hold, the log key as it was printed, the words on the minutes of the close. Ends with 0
when all fits, 1 when something does not (a line each: who, code, what), 2 without a case to read. Formats:
sobre-1.md (its sections are named below), C2SP signed notes, RFC 6962, RFC 8785. Blame goes in the order hash
(server), key (bidder), share (whom the dealer's proof convicts).
"""

import argparse
import io
import json
import sys
import zipfile
from base64 import b64decode
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import scoring
from sobre import (
    age_key,
    agree,
    canonical,
    commitment,
    context_of,
    enough,
    is_signed,
    opened,
    public_half,
    rebuilt,
    roots_of,
    sha,
    signed,
)

SERVER, SLACK = "servidor", 120  # seconds that a request may have waited for its place in the log
STRANGE = (KeyError, ValueError, TypeError, IndexError, AttributeError, EOFError, zipfile.BadZipFile)


class Case:
    """The files of a case, its log, what is found wrong in them, and by whom."""

    def __init__(self, place, options):
        zipped = zipfile.ZipFile(place) if place.is_file() else None
        paths = zipped.namelist() if zipped else [p.relative_to(place).as_posix() for p in place.rglob("*")]
        self.read = zipped.read if zipped else lambda name: (place / name).read_bytes()
        self.names, self.options, self.faults, self.offers = sorted(paths), options, [], {}
        self.lines, self.said = self.read("log.jsonl").splitlines(), json.loads(self.read("case.json"))
        self.leaves = [SimpleNamespace(**json.loads(line)) for line in self.lines]
        for leaf in self.leaves:
            leaf.name = f"suceso {leaf.index} ({leaf.action})"
            leaf.seconds = int(datetime.fromisoformat(leaf.at).timestamp())

    def of(self, *actions):
        return [leaf for leaf in self.leaves if leaf.action in actions]

    def file(self, name):
        return self.read(name) if name in self.names else b""

    def expect(self, holds, code, about, who=SERVER):
        if not holds and (who, code, about) not in self.faults:
            self.faults.append((who, code, about))
        return holds

    def check_log(self):
        """The log is whole, in order, of one call, spelled as hashed; signed heads and receipts fit."""
        latest, self.roots = 0, roots_of(self.lines)
        openly = {leaf.at for leaf in self.of("bid.submit")} if not self.of("kit") else set()  # on paper
        for place, (line, leaf) in enumerate(zip(self.lines, self.leaves, strict=True)):
            right = (leaf.index, leaf.log, canonical(json.loads(line))) == (place, self.said["log"], line)
            self.expect(right, "log.leaf.invalid", leaf.name)
            in_time = latest - leaf.seconds <= SLACK or leaf.at in openly  # while the service failed
            self.expect(in_time, "log.time.backwards", leaf.name)
            latest = max(latest, leaf.seconds)
            openly |= {leaf.facts["hour"]} if leaf.action == "contingency" else set()
        heads = [self.read(name).decode() for name in self.names if name.startswith("checkpoints/")]
        sizes = {self.note(note) for note in heads}
        closes = [leaf.index + 1 for leaf in self.of("close")]
        for size in {len(self.lines), *closes} - sizes:
            self.expect(False, "log.checkpoint.missing", f"{size} sucesos")
        for root in [self.roots[size][:16] for size in closes[-1:]]:
            number = int.from_bytes(root) << 4 | sha(root)[0] >> 4
            words = " ".join(self.said["words"][number >> 11 * n & 2047] for n in reversed(range(12)))
            same = scoring.plain(self.options.words or words) == scoring.plain(words)
            self.expect(same, "log.words.differ", f"aquí: {words}")
        receipts = [json.loads(Path(path).read_bytes())["receipts"] for path in self.options.receipt]
        for at, row in ((row["index"], row) for row in sum(receipts, [])):
            held = self.note(row["checkpoint"]) and self.lines[at : at + 1] == [row["leaf"].encode()]
            self.expect(held, "receipt.entry.changed", f"suceso {at}")

    def note(self, note):
        """Check a signed head against the log, and the witnesses below it; return its size if it fits."""
        text, _gap, tail = note.partition("\n\n")
        (origin, size, root), body = text.split("\n")[:3], (text + "\n").encode()
        known = {leaf.facts["name"]: leaf.facts["key"] for leaf in self.of("log-witness.begin")}
        good, about = False, f"{size} sucesos"
        for _dash, name, line in (line.split(" ") for line in tail.splitlines()):
            data = b64decode(line)[4:]
            if name == origin == self.said["log"]:
                good |= any(is_signed(key, body, data) for key in self.options.key or self.said["keys"])
            else:
                seen = f"cosignature/v1\ntime {int.from_bytes(data[:8])}\n".encode() + body
                seen = is_signed(known.get(name, ""), seen, data[8:])
                self.expect(seen, "log.cosignature.invalid", f"{name}: {about}")
        fits = self.roots[int(size) : int(size) + 1] == [b64decode(root)]
        self.expect(good, "log.checkpoint.signature-invalid", about)
        return int(size) if self.expect(fits, "log.root.differs", about) and good else None

    def presented(self, close):
        """Return what counts at a close (section 7); whatever else was entered, the server let in."""
        keys, last, gone = {}, {}, set()
        own = {m.facts["manifest"] for m in self.of("manifest") if m.facts["round"] == close.facts["round"]}
        for leaf in (each for each in self.of("manifest", "withdraw") if each.facts["manifest"] in own):
            facts = leaf.facts
            row = next((row for row in last.values() if row["manifest"] == facts["manifest"]), None)
            in_time = leaf.index < close.index and leaf.seconds < close.facts["deadline"]
            tests = {"bid.submission.late": in_time}
            if leaf.action == "manifest":
                place, key = (facts["stage"], facts["bidder"], facts["part"]), facts["bidder_key"]
                before = last.get(place, {"seq": 0, "manifest": None})
                fits = (facts["seq"], facts["replaces"]) == (before["seq"] + 1, before["manifest"])
                tests |= {"envelope.signature.invalid": signed(key, "sobre/1 manifest", facts)}
                tests |= {"envelope.key.not-the-bidders": keys.get(facts["bidder"], key) == key}
                tests |= {"envelope.kit.outdated": self.is_of_the_kit(leaf), "envelope.order.invalid": fits}
                if all(tests.values()):
                    keys[facts["bidder"]], last[place] = key, facts
            else:
                text = {name: facts[name] for name in ("manifest", "sig")}
                good = row and signed(row["bidder_key"], "sobre/1 withdraw", text)
                tests |= {"bid.withdrawal.signature-invalid": good}
                gone |= {facts["manifest"]} if all(tests.values()) else set()
            for code in [code for code, holds in tests.items() if not holds][:1]:
                self.expect(False, code, leaf.name)
        return [facts for facts in last.values() if facts["manifest"] not in gone]

    def is_of_the_kit(self, leaf):
        """Tell whether an envelope was sealed with the kit of its stage and round, made before any bid."""
        of = [leaf.facts["round"], leaf.facts["stage"]]
        first = next(each.index for each in self.of("manifest") if each.facts["round"] == of[0])
        kits = [each for each in self.of("kit") if [each.facts["round"], each.facts["stage"]] == of]
        return sha(canonical(kits[-1].facts)).hex() == leaf.facts["kit"] and kits[-1].index < first

    def check_envelopes(self):
        """What was presented is here, was opened in its act and not before, and holds what is said of it."""
        stages = {leaf.facts["openingact"]: leaf.facts["stage"] for leaf in self.of("openingact.convene")}
        begun = [(stages[leaf.facts["openingact"]], leaf.index) for leaf in self.of("openingact.begin")]
        closes = {leaf.facts["round"]: leaf for leaf in reversed(self.of("close")) if self.of("kit")}
        due = {}
        for close in closes.values():
            for facts in self.presented(close):
                hours = [at for stage, at in begun if stage == facts["stage"] and at > close.index]
                due[facts["manifest"]] = facts
                self.envelope(facts, min(hours, default=len(self.lines)))
        for leaf in self.of("opening", "check", "release") if due else []:
            self.expect(leaf.facts["manifest"] in due, "opening.list.not-on-it", leaf.name)
        for leaf in self.of("verdict"):
            facts, public = leaf.facts, due.get(leaf.facts["manifest"], {}).get("part") == "public"
            blamed = {(code, who.split(" ")[0]) for who, code, _about in self.faults}
            word = {"bidder": "postor", "custodian": "custodio"}.get(facts["who"])
            founded = not word or not public or (facts["code"], word) in blamed
            self.expect(founded, "verdict.unfounded", leaf.name)

    def envelope(self, facts, hour):
        """Judge one envelope: manifest, custodians' words, then ciphertext, key, proof, content (9)."""
        name, bidder = facts["manifest"], f"postor {facts['bidder'][:16]}"
        about, manifest = f"sobre {name[:16]}", json.loads(self.file(f"manifests/{name}.json") or "null")
        if not self.expect(sha(canonical(manifest)).hex() == name, "envelope.manifest.changed", about):
            return
        kit = next(leaf.facts for leaf in self.of("kit") if sha(canonical(leaf.facts)).hex() == facts["kit"])
        context = context_of(facts, age_key(manifest["envelope"]))
        shares, doubted = self.shares(manifest, kit, context, hour)
        said = [leaf.facts for leaf in self.of("opening") if leaf.facts["manifest"] == name]
        key = facts["part"] == "public" and rebuilt(kit["groups"], shares)
        if facts["part"] == "reserved" or not (key or said):
            left = facts["part"] == "reserved" or facts["stage"] == 2 or hour == len(self.lines)
            known = any(leaf.facts.get("manifest") == name for leaf in self.of("verdict"))
            self.expect(left or known or self.of("envelope.give-up"), "opening.envelope.left-shut", about)
            return
        data, promised = self.file(f"ciphertexts/{name}.age"), manifest["ciphertext"]
        if not self.expect(sha(data).hex() == promised["sha256"], "envelope.ciphertext.changed", about):
            return
        who, key = (bidder, key) if key else (SERVER, age_key(self.said["identities"].get(name, "1")))
        fits = public_half(key) == age_key(manifest["envelope"])
        if not self.expect(fits, "envelope.key.not-rebuilt", about, who):
            return
        self.deal(manifest, kit, context, key, doubted - set(shares), bidder, about)
        plain, sized = opened(data, key), len(data) == promised["size"]
        if self.expect(plain and sized, "envelope.ciphertext.unreadable", about, bidder):
            self.content(facts, plain, said, bidder, about)

    def shares(self, manifest, kit, context, hour):
        """Return the good shares that custodians handed over, and who complained or handed over another."""
        name, good, doubted, checked = sha(canonical(manifest)).hex(), {}, set(), set()
        for leaf in (each for each in self.of("check", "release") if each.facts["manifest"] == name):
            body, i = leaf.facts, leaf.facts["i"]
            if "sig" in body:
                by_them = signed(kit["custodians"][i - 1]["verify"], "sobre/1 release", body)
                if not self.expect(by_them, "custodian.release.signature-invalid", leaf.name):
                    continue
            checked |= {i} if leaf.action == "check" else set()
            in_act = leaf.index > hour or leaf.action == "check"
            if self.expect(in_act, "custodian.release.early", leaf.name, f"custodio {i}"):
                ready = leaf.action == "check" or enough(kit["groups"], checked)
                self.expect(ready, "custodian.release.unchecked", leaf.name)
            share = b64decode(body.get("share", ""))
            fits = commitment(context, i, share) == manifest["shares"][i - 1]["commit"]
            good |= {i: share} if fits else {}
            doubted |= {i} if "complaint" in body or (share and not fits) else set()
        return good, doubted

    def deal(self, manifest, kit, context, key, doubted, bidder, about):
        """Judge what was dealt to each custodian: the bidder's fault, or of whoever denied a good share."""
        proof = json.loads(opened(b64decode(manifest["deal"]), key) or "null")
        if not self.expect(proof, "deal.bidder.false", about, bidder):
            return
        dealt = {i: b64decode(share) for i, share in enumerate(proof["shares"], start=1)}
        self.expect(agree(kit["groups"], dealt), "deal.bidder.false", about, bidder)
        for row, seat, secret in zip(manifest["shares"], kit["custodians"], proof["esk"], strict=True):
            i, sent = row["i"], opened(b64decode(row["ct"]), b64decode(secret), age_key(seat["recipient"]))
            good = commitment(context, i, dealt[i]) == row["commit"] and sent == context + dealt[i]
            self.expect(good, "share.bidder.false", f"{about}, custodio {i}", bidder)
            self.expect(not good or i not in doubted, "share.custodian.false", about, f"custodio {i}")

    def content(self, facts, plain, said, bidder, about):
        """Compare what lies in an open envelope with what the log and the files of the case say of it."""
        try:
            archive = zipfile.ZipFile(io.BytesIO(plain))
            files = {name: archive.read(name) for name in archive.namelist() if name != "_relleno.bin"}
        except (zipfile.BadZipFile, NotImplementedError):
            self.expect(False, "envelope.zip.invalid", about, bidder)
            return
        shown = all(self.file(f"plaintext/{facts['manifest']}/{name}") == files[name] for name in files)
        for each in said:
            told = [row["sha256"] for row in each["files"]] == [sha(data).hex() for data in files.values()]
            self.expect(told and shown, "opening.content.differs", about)
        if "oferta.json" in files:
            offer = json.loads(files["oferta.json"])
            self.offers[facts["bidder"]] = (offer["percentage"], offer["words"])

    def check_ranking(self):
        """Each ranking follows from the opened offers and what was found of each bid, the award from it."""
        found, places, states = {}, [], {}
        for leaf in self.leaves:
            facts = leaf.facts
            if leaf.action.startswith("bid."):
                states[facts["bid"]] = facts["after"]
            elif leaf.action == "first-result":
                found = {row["bidder"]: row for row in facts["bids"]}
            elif leaf.action == "opening" and facts["stage"] == 2:
                self.expect(states[facts["bid"]] == "qualified", "opening.envelope.not-qualified", leaf.name)
            elif leaf.action == "ranking":
                places = [row["pseudonym"] for row in facts["rows"]]
                for row in facts["rows"] + facts["rejected"]:
                    wrote = (row["figure"], row["words"])
                    same = self.offers.get(row["pseudonym"], wrote) == wrote
                    self.expect(same, "ranking.offer.differs", f"{leaf.name}: {row['name']}")
                self.expect(scoring.repeats(facts, found), "ranking.order.differs", leaf.name)
            elif leaf.action in ("award", "pass_to_next"):
                self.expect(facts["pseudonym"] in places[:1], "award.winner.differs", leaf.name)
                places = places[1:]

    def check_papers(self):
        """Minutes and terms are those whose digests are in the log; names belong to their pseudonyms."""
        for leaf in self.of("minutes", "terms.publish"):
            text = self.file(f"papers/{leaf.index:06}.txt")
            self.expect(sha(text).hex() == leaf.facts["sha256"], "paper.text.differs", leaf.name)
        for facts in (leaf.facts for leaf in self.of("publish") if "salt" in leaf.facts):
            ids = bytes.fromhex(facts["salt"]) + "|".join(sorted(facts["ids"])).encode()
            told = sha(b"sobre/1 bidder\0", ids).hex() == facts["bidder"]
            self.expect(told, "publish.pseudonym.false", facts["name"])


def main(arguments=None):
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("case", nargs="?", type=Path, default=Path(__file__).parent)
    for name in ("receipt", "key"):
        asked.add_argument(f"--{name}", action="append", default=[])
    asked.add_argument("--words", default="")
    options = asked.parse_args(arguments)
    try:
        case = Case(options.case, options)
    except (OSError, *STRANGE) as fault:
        sys.stderr.write(f"no es un expediente: {fault!r}\n")
        return 2
    for check in (case.check_log, case.check_envelopes, case.check_ranking, case.check_papers):
        try:
            check()
        except STRANGE as fault:
            case.expect(False, "case.part.unreadable", f"{check.__name__}: {fault!r}")
    sys.stdout.writelines("\t".join(fault) + "\n" for fault in case.faults)
    sys.stdout.write(f"{len(case.faults)} fallas.\n" if case.faults else "Todo encaja.\n")
    return 1 if case.faults else 0


if __name__ == "__main__":
    sys.exit(main())
