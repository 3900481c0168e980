"""Minutes with their errata, scan and witnesses; the remarks of the JVS and their answers (decisions 6-8)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from procurement import chronicle, clock, roles
from procurement.forms.minutes import AnswerForm, ErratumForm, RemarkForm, ScanForm
from procurement.models import Witnessing
from procurement.services import minutes as services
from procurement.views.base import attempt, page, try_form, visible_tender

PER_PAGE = 50


def require(request, codename, tender):
    roles.require(request.user, codename, tender, clock.now())


def holds(request, codename, tender):
    return roles.holds(request.user, codename, tender, clock.now())


def minutes_list(request, pk):
    """The minutes of a tender, the latest first; an observer sees which ones wait for the signature."""
    tender = visible_tender(request, pk)
    found = tender.minutes.prefetch_related("witnessings__by").order_by("-entered_at", "-pk")
    listed = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    more = {"minutes_list": listed, "may_witness": holds(request, "observe_tender", tender)}
    if more["may_witness"]:
        signed = Witnessing.objects.filter(tender=tender, by=request.user)
        more["signed"] = set(signed.values_list("minutes", flat=True))
        more["unsigned"] = found.exclude(pk__in=more["signed"]).first()
    return page(request, "procurement/minutes_list.html", tender, **more)


def one(request, pk, number):
    """Return the tender that the user may see and one of its minutes."""
    tender = visible_tender(request, pk)
    found = tender.minutes.select_related("scan").prefetch_related("errata__by", "witnessings__by")
    return tender, get_object_or_404(found, pk=number)


def minutes_detail(request, pk, number):
    """One of the minutes, as it was sealed, with everything that was added to it afterwards."""
    tender, minutes = one(request, pk, number)
    more = {
        "minutes": minutes,
        "author": chronicle.actor_name(minutes.entered_by),
        "may_keep": holds(request, "keep_minutes", tender),
        "may_witness": holds(request, "observe_tender", tender),
        "may_read_scan": minutes.scan_id and holds(request, "read_reserved", tender),
        "has_witnessed": request.user in [each.by for each in minutes.witnessings.all()],
    }
    return page(request, "procurement/minutes_detail.html", tender, **more)


@login_required
def minutes_rectify(request, pk, number):
    """Mend a typing error, as the secretary."""
    tender, minutes = one(request, pk, number)
    require(request, "keep_minutes", tender)
    form = ErratumForm(request.POST or None)
    if try_form(form, services.rectify, minutes, by=request.user):
        messages.success(request, _("The fe de erratas stands under the minutes."))
        return redirect(minutes)
    return page(request, "procurement/minutes_rectify.html", tender, minutes=minutes, form=form)


@login_required
def minutes_scan(request, pk, number):
    """Attach the signed scan, as the secretary."""
    tender, minutes = one(request, pk, number)
    require(request, "keep_minutes", tender)
    form = ScanForm(request.POST or None, request.FILES or None)
    if try_form(form, services.attach_scan, minutes, by=request.user):
        done = _("The scan is kept. Everybody sees its fingerprint, only officials open it.")
        messages.success(request, done)
        return redirect(minutes)
    return page(request, "procurement/minutes_scan.html", tender, minutes=minutes, form=form)


@require_POST
@login_required
def minutes_witness(request, pk, number):
    """Sign "I witnessed", as an observer of the JVS."""
    _tender, minutes = one(request, pk, number)
    done = _("You signed as witness. Everybody can read it under the minutes.")
    return attempt(request, services.witness, minutes, done=done)


def remarks(request, pk):
    """What the observers had to say and what the committee answered; an observer writes here."""
    tender = visible_tender(request, pk)
    may_remark = holds(request, "observe_tender", tender)
    if request.method == "POST" and not may_remark:
        raise PermissionDenied
    form = RemarkForm(request.POST or None)
    if try_form(form, services.remark, tender, by=request.user):
        messages.success(request, _("Your remark is published. The committee has been told."))
        return redirect("remarks", pk)
    found = list(tender.remarks.select_related("by", "answered_by"))
    more = {"remarks": found, "open_remarks": [each for each in found if not each.answer]}
    more |= {"may_remark": may_remark, "may_answer": holds(request, "answer_remark", tender)}
    return page(request, "procurement/remarks.html", tender, form=form, **more)


@login_required
def remark_answer(request, pk, number):
    """Answer a remark, as a member of the committee."""
    tender = visible_tender(request, pk)
    require(request, "answer_remark", tender)
    remark = get_object_or_404(tender.remarks.select_related("by"), pk=number)
    form = AnswerForm(request.POST or None)
    if try_form(form, services.answer, remark, by=request.user):
        messages.success(request, _("The answer is published, and the observers have been told."))
        return redirect("remarks", pk)
    return page(request, "procurement/remark_answer.html", tender, remark=remark, form=form)
