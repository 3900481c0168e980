"""The account of a ranking as data: whatever another program needs to do it again (docs/recompute.md)."""

import hashlib

from django.conf import settings
from django.urls import reverse

from bids.services import ranking
from bids.services.recompute import Account, common_evidence
from procurement.log import instant
from procurement.services.notices import spanish

FORMAT = "convoca-comparison/1"
RULES = {  # of the scale, where the terms or the regime say it
    "minimum": "fund_percentage.minimum",
    "maximum": "fund_percentage.maximum",
    "zero_forbidden": "zero_forbidden",
    "technical_weight": "factors.technical_weight",
    "local_preference": "local_preference.mode",
    "local_value": "local_preference.value",
    "ranking_values": "ranking_values",
    "ties": "ties",
}


def data_of(account: Account) -> dict:
    """Return the account as JSON can hold it: every number as text, exact ones as fractions."""
    tender, body = account.tender, account.ranking.body
    return {
        "format": FORMAT,
        "tender": {
            "ocid": tender.ocid,
            "number": tender.number,
            "title": tender.title,
            "municipality": str(tender.municipality),
            "page": address(reverse("ranking", args=[tender.pk])),
        },
        "regime": regime_of(tender),
        "rules": body["scale"],
        "rules_stand_in": {name: where(tender, key) for name, key in RULES.items()},
        "offers": [offered(account, offer) for offer in account.offers],
        "rejected": [rejected(row) for row in account.rejected],
        "draw": account.draw,
        "highest": body["highest"],
        "ranking": [ranked(row) for row in account.rows],
        "made_at": instant(account.ranking.at),
        "log": {"origin": tender.log_origin, "index": account.place_in_log},
        "evidence": [proved(proof) for proof in common_evidence(account)],
    }


def address(path):
    return settings.ADDRESS + path


def regime_of(tender):
    """Return the law of the call as it was frozen: its code, its exact text and the digest of that."""
    digest = hashlib.sha256(tender.regime_text.encode()).hexdigest()
    return {"code": tender.regime.code, "sha256": digest, "text": tender.regime_text}


def where(tender, key):
    """Return the source in the regime, or "terms" where the terms of the call say it."""
    return tender.profile.source(key) if tender.profile.fixes(key) else "terms"


def proved(proof):
    return {"says": spanish(proof.words), "page": address(proof.path)}


def offered(account, offer):
    proofs = account.evidence[offer.bidder]
    return {
        "bidder": offer.bidder,
        "name": account.names[offer.bidder],
        "percentage": str(offer.percentage),
        "is_local": offer.is_local,
        "technical": None if offer.technical is None else str(offer.technical),
        "evidence": {what: [proved(proof) for proof in found] for what, found in proofs.items()},
    }


def rejected(row):
    kept = {name: row[name] for name in ("bidder", "name", "figure", "words", "code")}
    return kept | {"why": spanish(ranking.REASONS[row["code"]])}


def ranked(row):
    names = ("rank", "bidder", "exact", "published", "parts", "decided_by", "behind")
    return {name: row[name] for name in names}
