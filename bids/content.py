"""What an open envelope says, in a form that machines read: the form of envelope 1, the offer of envelope 2.

Beside the files of the bidder, the product puts one JSON file into each envelope. A bidder may have sealed
without this product: a missing or wrong form makes no bid invalid, the committee reads the papers. No Django.
"""

import json
from typing import Any

FORM = "propuesta.json"  # in envelope 1, public part
OFFER = "oferta.json"  # in envelope 2: {"percentage": "10.20", "words": "diez con 20/100 por ciento"}
LIMIT = 1 << 20  # bytes of either: what is typed is far smaller

# What the form of envelope 1 holds; each value is text, unless it is said otherwise.
FIELDS = {
    "name": str,
    "origin": str,  # where the bidder says that it comes from
    "local": bool,  # claims the preference for local bidders
    "experience": str,
    "working_capital": str,  # soles, two decimals
    "assets": str,  # soles, two decimals: what its guarantees stand on
    "team": list,  # {"name", "role", "years", "sector": whether in an EPS, a JASS or a municipality}
    "bid_bond": str,  # instrument and number
}


def written(values: dict[str, Any]) -> bytes:
    """Return a form as it goes into the envelope."""
    return json.dumps(values, ensure_ascii=False, sort_keys=True, indent=1).encode()


def read(data: bytes) -> dict[str, Any]:
    """Return what a form says; nothing where it is no JSON object."""
    try:
        found = json.loads(data[: LIMIT + 1])
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def known(form: dict[str, Any]) -> dict[str, Any]:
    """Return those values of a form that are of the shape they should have."""
    return {name: form[name] for name, kind in FIELDS.items() if isinstance(form.get(name), kind)}


def papers(form: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """Return the papers that a form says are in the envelope: (what they prove, the names of their files)."""
    said = form.get("papers")
    found = said.items() if isinstance(said, dict) else ()
    return [(str(key), [str(name) for name in names]) for key, names in found if isinstance(names, list)]
