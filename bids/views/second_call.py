"""The pages of a second call: begun from a deserted one, compared with it in five points (rules 61-67)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bids.forms import award as forms
from bids.services import second_call
from bids.views.asking import ask, holds, require
from procurement import five_points, parameters
from procurement.views.base import page, try_form, visible_tender

PROVISIONS = {
    "factors.gate": {
        "experience": gettext_lazy("experience"),
        "finance": gettext_lazy("money"),
        "moral": gettext_lazy("moral solvency"),
        "origin": gettext_lazy("origin"),
        "administrative": gettext_lazy("administrative solvency"),
        "technical": gettext_lazy("the team's solvency"),
    },
    "factors.competitive": {
        "technical_proposal": gettext_lazy("technical proposal"),
        "fund_percentage": gettext_lazy("percentage for the fund"),
    },
}
NAMES = {
    "factors.gate": gettext_lazy("what must be met"),
    "factors.competitive": gettext_lazy("what decides"),
    "envelopes.count": gettext_lazy("envelopes"),
}


def in_words(key, held):
    """Return one value of the terms or of the regime as people read it."""
    if held is None:
        return "—"
    if key in parameters.PARAMETERS:
        return parameters.format(key, held, _)
    words = PROVISIONS.get(key, {})
    return ", ".join(str(words.get(each, each)) for each in held) if isinstance(held, list) else str(held)


def name_of(key):
    label = NAMES.get(key)
    return str(label) if label else _(parameters.PARAMETERS[key].label)


def second_call_detail(request, pk):
    """What is different from the first call, point by point; public once the second call is."""
    tender = visible_tender(request, pk)
    if tender.previous_id is None:
        raise Http404
    rows = [
        row
        | {
            "label": _(row["point"].label),
            "rule": _(row["point"].rule),
            "values": [
                (
                    name_of(each.key),
                    in_words(each.key, each.before),
                    in_words(each.key, each.after),
                    each.changed,
                )
                for each in row["rows"]
            ],
        }
        for row in second_call.comparison(tender)
    ]
    changes = holds(request, "change_tender", tender) and tender.state == tender.State.DRAFT
    left = [row for row in rows if not row["changed"] and not row["reason"]]
    shown = {"rows": rows, "changes": changes, "left": left, "first_call": tender.previous}
    return page(request, "bids/second_call_detail.html", tender, **shown)


@login_required
def second_call_begin(request, pk):
    """Begin the second call of a deserted one, as the manager."""
    previous = visible_tender(request, pk)
    require(request, "approve_tender", previous)
    form = forms.TitleForm(request.POST or None, initial={"title": previous.title})
    if request.method == "POST" and (tender := try_form(form, second_call.begin, previous, by=request.user)):
        messages.success(request, _("The second call is begun. Look at its five points."))
        return redirect(reverse("second-call", args=[tender.pk]))
    shown = {
        "title": _("Begin the second call"),
        "intro": _("It begins with the terms of the first call, its studies, assemblies and model."),
        "button": _("Begin the second call"),
        "back": reverse("deserted", args=[previous.pk]),
    }
    return page(request, "bids/ask.html", previous, form=form, **shown)


@login_required
def second_call_justify(request, pk, point):
    """Say why one of the five points stays as it was."""
    tender = visible_tender(request, pk)
    require(request, "change_tender", tender)
    found = next((each for each in five_points.POINTS if each.key == point), None)
    if found is None or tender.previous_id is None:
        raise Http404
    return ask(
        request,
        tender,
        forms.JustifyForm(request.POST or None),
        lambda tender, **said: second_call.justify(tender, point=point, **said),
        tender,
        title=_(found.label),
        intro=_("It overcame a barrier elsewhere. Change it in the terms, or write why it stays."),
        button=_("Publish the reason"),
        done=_("The reason stands beside the point."),
        to=reverse("second-call", args=[tender.pk]),
    )
