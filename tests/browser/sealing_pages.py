"""A bidder before the page on which bids are sealed, and everything that the page sends."""

import base64
import json
from pathlib import Path

from bids import sealing
from bids.sealing import codec
from tests.bidding import PAPERS

from .walk import paper

SENT = []  # the bytes of every request that the server got
NEEDLES = {
    "experience": "AGUJA-EXPERIENCIA-4711",
    "phone": "999123457",
    "representative": "Aguja Representante",
}
FORM = {
    "origin": "Laredo, desde 2015",
    "experience": f"Seis años de agua potable {NEEDLES['experience']}",
    "working_capital": "25000,00",
    "assets": "40000.00",
    "administration": "Libros al día",
    "bid_bond": "DEPOSITO 00123",
    "representative": NEEDLES["representative"],
    "dni": "40000051",
    "address": "Jr. Unión 12",
    "phone": NEEDLES["phone"],
}


def recording(get_response):
    """Return a handler's `get_response` that keeps what every request carries, for the search of secrets."""

    def recorded(handler, request):
        headers = "\n".join(f"{name}: {value}" for name, value in request.headers.items())
        SENT.append(b"\n".join([request.get_full_path().encode(), headers.encode(), request.body]))
        return get_response(handler, request)

    return recorded


def write(page, tender, *, percentage="10.20", files=None, **said):
    """Fill the form and the words of the notice."""
    page.goto(f"/tenders/{tender.pk}/bid/write/")
    type_in(page, tender, percentage=percentage, files=files, **said)


def type_in(page, tender, *, percentage="10.20", files=None, **said):
    page.wait_for_selector("[data-ready]")
    for name, text in (FORM | said | {"percentage": percentage}).items():
        page.locator(f"[name={name}]").fill(text)
    for row, name in enumerate(["Ana Ruiz", "Luis Paz", "Eva Sol"]):
        page.locator(f"[name=team-{row}-name]").fill(name)
        page.locator(f"[name=team-{row}-role]").fill("Técnico")
        page.locator(f"[name=team-{row}-years]").fill("6")
    page.locator("[name=team-0-sector]").check()
    for key in PAPERS:
        page.locator(f"#paper-{key}").set_input_files((files or {}).get(key, paper(f"{key}.pdf")))
    copy_words(page, tender)


def copy_words(page, tender):
    """Copy the words that are asked for from the printed notice."""
    words = {kit.stage: kit.words.split() for kit in tender.kits.filter(round=tender.round)}
    for asked in page.locator("[data-words] input").all():
        stage, place = (int(asked.get_attribute(f"data-{name}")) for name in ("stage", "place"))
        asked.fill(words[stage][place].upper())


def seal(page):
    """Close the envelopes and save the key file; return its text."""
    page.locator("[data-do=seal]").click()
    page.locator("[data-do=save-key]").wait_for()
    with page.expect_download() as saved:
        page.locator("[data-do=save-key]").click()
    return Path(saved.value.path()).read_text()


def present(page):
    page.locator("[data-kept]").check()
    page.locator("[data-do=present]").click()


def secrets(key_file, bid):
    """Return what must never be sent, by name: keys, shares, words typed, in every spelling."""
    document = json.loads(key_file)
    found = {f"typed {name}": text.encode() for name, text in NEEDLES.items()}
    found |= spelled("signing key", codec.unb64(document["key"]))
    manifests = {each.manifest_sha256: each.manifest for each in bid.envelopes.exclude(manifest=None)}
    for row in document["envelopes"]:
        name = f"envelope {row['stage']} {row['part']}"
        found |= spelled(name, codec.secret_of(row["identity"])) | {f"{name} age": row["identity"].encode()}
        proof = sealing.opening._proof(manifests[row["manifest"]], row["identity"])
        for place, (share, ephemeral) in enumerate(proof):
            found |= spelled(f"{name} share {place}", share) | spelled(f"{name} esk {place}", ephemeral)
    return found | {"paper": paper("finance.pdf")["buffer"]}


def spelled(name, data):
    return {
        f"{name} raw": data,
        f"{name} hex": data.hex().encode(),
        f"{name} base64": base64.b64encode(data).rstrip(b"="),
    }


def leaked(wanted):
    """Return the names of the secrets that stand in anything that was sent."""
    sent = b"\n".join(SENT)
    return sorted(name for name, data in wanted.items() if data in sent or data.lower() in sent)
