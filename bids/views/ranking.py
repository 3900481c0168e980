"""The pages of the ranking: every figure, the account done again, the draw, the signatures (rules 55-57)."""

from decimal import Decimal
from fractions import Fraction

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bids.criteria import has_two_envelopes
from bids.forms import evaluation as forms
from bids.guards.evaluation import first_result_of
from bids.scoring import two_decimals
from bids.services import ranking
from bids.services.recompute import is_public
from bids.views.asking import ask, holds, require
from procurement import clock, committee
from procurement.guards.award import award_of, ranking_of
from procurement.views.base import attempt, page, visible_tender


def ranking_detail(request, pk):
    """The ranking with every figure that leads to it, and its account step by step."""
    tender = visible_tender(request, pk)
    found, at = ranking_of(tender), clock.now()
    works = holds(request, "evaluate_bids", tender)
    second = tender.opening_acts.filter(round=tender.round, stage=2, annulled_at=None).first()
    ready = second is not None and second.state == "closed"
    if not has_two_envelopes(tender):
        ready = first_result_of(tender) is not None
    shown = {"ranking": found, "works": works, "ready": ready, "award": award_of(tender)}
    if found is None:
        return page(request, "bids/ranking_detail.html", tender, **shown)
    body = found.body
    shown |= {
        "rows": [figures_of(row, body) for row in body["rows"]],
        "rejected": [(row, ranking.REASONS[row["code"]]) for row in body["rejected"]],
        "scale": body["scale"],
        "top": max((Decimal(row["published"]) for row in body["rows"]), default=Decimal(0)),
        "tied": tied_of(body),
        "draws": tender.draws.filter(ranking__round=tender.round).select_related("photo").order_by("-at"),
        "other": other_order(body),
        "signatures": found.signatures.select_related("member"),
        "out": left_out(tender),
        "again": works or is_public(tender, found),
        "may_sign": works and may_sign(tender, found, request.user, at),
        "numbered": ranking.numbered(tender, found) if body["draw_required"] else {},
    }
    return page(request, "bids/ranking_detail.html", tender, **shown)


def left_out(tender):
    """Return the bids that did not pass envelope 1."""
    gone = tender.bids.filter(round=tender.round, state__in=["not-admitted", "returned"])
    return gone.exclude(reason="").select_related("bidder")


def may_sign(tender, found, user, at):
    seat = committee.sits(tender, user, at)
    return seat is not None and not found.signatures.filter(member=user).exists()


def figures_of(row, body):
    """Return a row with its parts as two decimals, and the account in one line."""
    parts = {name: two_decimals(Fraction(part)) for name, part in row["parts"].items()}
    scale = body["scale"]
    return row | {
        "bid": int(row["bidder"]),
        "parts": parts,
        "exact_decimals": decimals(Fraction(row["exact"])),
        "points": parts["economic"] + parts["technical"],
        "account": f"{scale['economic_weight']} × {row['percentage']} ÷ {body['highest']}",
    }


def decimals(exact):
    """Write an exact number with six decimals, cut and not rounded, and a sign that it goes on."""
    cut = exact.numerator * 10**6 // exact.denominator
    text = f"{cut // 10**6}.{cut % 10**6:06d}"
    return text if exact.denominator in (1, 2, 4, 5, 10, 20, 25, 50, 100) else f"{text}…"


def tied_of(body):
    names = {row["bidder"]: row["name"] for row in body["rows"]}
    return [[names[each] for each in group] for group in body["draw_required"]]


def other_order(body):
    """Return the order by the values that the terms did not choose, where it is another one."""
    names = {row["bidder"]: row["name"] for row in body["rows"]}
    other = [names[each] for place in body["other_order"] for each in place]
    return other if other != [row["name"] for row in body["rows"]] else []


@require_POST
@login_required
def ranking_make(request, pk):
    tender = visible_tender(request, pk)
    done = _("The ranking is made. Each member signs it, or says why not.")
    return attempt(request, ranking.rank, tender, done=done, to=ranking.ranking_page(tender))


@login_required
def ranking_draw(request, pk):
    """Record a draw that was held in public."""
    tender = visible_tender(request, pk)
    require(request, "evaluate_bids", tender)
    found = ranking_of(tender)
    balls = ranking.numbered(tender, found) if found else {}
    return ask(
        request,
        tender,
        forms.DrawForm(request.POST or None, request.FILES or None),
        ranking.draw,
        tender,
        title=_("Record the draw"),
        intro=_("The tied bidders are numbered by the order in which they presented:"),
        quoted="\n".join(f"{number}: {bid}" for number, bid in balls.items()),
        button=_("Record the draw"),
        done=_("The draw decides the order, with its minutes."),
        to=ranking.ranking_page(tender),
    )


@login_required
def ranking_sign(request, pk):
    """Sign the evaluation, or write why one does not agree."""
    tender = visible_tender(request, pk)
    if not committee.sits(tender, request.user, clock.now()):
        raise PermissionDenied
    return ask(
        request,
        tender,
        forms.SignForm(request.POST or None),
        ranking.sign,
        tender,
        title=_("Sign the evaluation"),
        intro=_("Everybody who decides signs, or writes why not. Both are published."),
        button=_("Sign"),
        done=_("You have signed."),
        to=ranking.ranking_page(tender),
    )
