"""Doing the account of a call again: as the minutes have it, with other numbers, as workbook and as data
(rules 55-57, 65, 159).
"""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from django.http import Http404, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from bids import scoring
from bids.comparison.chain import steps
from bids.comparison.data import data_of
from bids.comparison.workbook import comparison
from bids.scoring import normalise_percentage, parse_percentage
from bids.services import recompute as service
from bids.services.ranking import REASONS, TECHNICAL_MISSING
from bids.views.asking import holds
from bids.views.ranking import decimals, figures_of
from procurement.guards.award import ranking_of
from procurement.views.base import page, visible_tender
from procurement.workbook import MEDIA_TYPE

WRONG = REASONS | {TECHNICAL_MISSING.code: TECHNICAL_MISSING.text}
MOST = 30  # bidders whose numbers a visitor may change; the others stay as they are


def account_for(request, pk):
    """Return the account of a ranking that this visitor may have, or answer 404."""
    tender = visible_tender(request, pk)
    public = service.is_public(tender, ranking_of(tender))
    account = service.account_of(tender) if public or holds(request, "evaluate_bids", tender) else None
    if account is None:
        raise Http404
    return account


def recompute(request, pk):
    """The account of the ranking, number by number, and again with what the visitor changes."""
    account = account_for(request, pk)
    tender, result, body = account.tender, account.result, account.ranking.body
    rows = [figures_of(row, body) | {"proofs": account.evidence[row["bidder"]]} for row in account.rows]
    shown = {
        "account": account,
        "rows": rows,
        "scale": body["scale"],
        "highest": body["highest"],
        "rejected": [(row, REASONS[row["code"]]) for row in account.rejected],
        "chain": chain_of(result, account.names),
        "links": [*result.links, "draw"],
        "proofs": service.common_evidence(account),
    }
    return page(request, "bids/recompute.html", tender, **shown, **changed(request.GET, account))


def chain_of(result, names):
    """Return, for each bidder but the first, whom it stands behind and the comparisons that say so."""
    return [
        {
            "above": names[above.offer.bidder],
            "below": names[below.offer.bidder],
            "steps": [told(step) for step in steps(result, above.offer, below.offer)],
        }
        for above, below in pairwise(result.rows)
    ]


def told(step):
    """Return a comparison with its values in words."""
    return step._replace(above=in_words(step.above), below=in_words(step.below))


def in_words(value):
    match value:
        case None:
            return "—"
        case bool():
            return _("yes") if value else _("no")
        case Fraction():
            return decimals(value)
    return str(value)


# With other numbers


def changed(asked, account):
    """Return the fields of the form, and the account with what was typed, or what is wrong with it."""
    offers = account.offers[:MOST]
    again = "again" in asked
    fields = [field_of(asked, offer, account.names, again) for offer in offers]
    typed = {
        "minimum": asked.get("minimum", str(account.scale.minimum)),
        "local": asked.get("local", str(account.scale.local_value)),
    }
    shown = {"fields": fields, "typed": typed, "again": again, "more": len(account.offers) > MOST}
    if not again:
        return shown
    try:
        other = other_result(account, fields, typed)
    except scoring.Refused as refused:
        return shown | {"wrong": WRONG[refused.code]}
    return shown | compare(account, other)


def field_of(asked, offer, names, again):
    """Return what the form shows of one bidder: what was typed, or else what was offered."""
    key = offer.bidder
    is_local = f"l{key}" in asked if again else offer.is_local
    technical = "" if offer.technical is None else str(offer.technical)
    return {
        "bidder": key,
        "name": names[key],
        "offer": offer,
        "percentage": asked.get(f"p{key}", str(offer.percentage))[:20],
        "technical": asked.get(f"t{key}", technical)[:20],
        "is_local": is_local,
    }


def other_result(account, fields, typed):
    """Return the ranking of what was typed; `Refused` where a number is none."""
    scale = replace(account.scale, minimum=number(typed["minimum"]), local_value=number(typed["local"]))
    if scale.local_value and scale.local_preference == "none":
        scale = replace(scale, local_preference="points")
    offers = [offer_typed(field) for field in fields] + account.offers[MOST:]
    found = scoring.rank(offers, scale)
    tied = sorted(bidder for place in found.draw_required for bidder in place)
    return scoring.rank(offers, scale, account.draw) if tied and tied == sorted(account.draw) else found


def number(text):
    return parse_percentage(normalise_percentage(text))


def offer_typed(field):
    technical = number(field["technical"]) if field["technical"].strip() else None
    return scoring.Offer(field["bidder"], number(field["percentage"]), field["is_local"], technical)


def compare(account, other):
    """Return the other ranking beside the one of the minutes."""
    before = {row["bidder"]: row for row in account.rows}
    rows = [
        {"row": row, "name": account.names[row.offer.bidder], "before": before.get(row.offer.bidder)}
        for row in other.rows
    ]
    out = [(account.names[each.offer.bidder], REASONS[each.code]) for each in other.rejected]
    same = [(row.offer.bidder, row.rank, row.published) for row in other.rows] == [
        (row["bidder"], row["rank"], Decimal(row["published"])) for row in account.rows
    ]
    return {
        "other": rows,
        "other_out": out,
        "other_chain": chain_of(other, account.names),
        "same": same,
        "tied": other.draw_required,
    }


# To take away


def comparison_workbook(request, pk):
    """The account as a workbook with live formulas and their values."""
    account = account_for(request, pk)
    answer = HttpResponse(comparison(account), content_type=MEDIA_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="comparacion-{account.tender.number}.xlsx"'
    return answer


def comparison_json(request, pk):
    """The account as data: docs/recompute.md names the keys."""
    shape = {"ensure_ascii": False, "indent": 1}
    return JsonResponse(data_of(account_for(request, pk)), json_dumps_params=shape)
