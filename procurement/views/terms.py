"""The terms: what they state, page by page; their versions, and what is different in each."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from procurement import clock, parameters, roles
from procurement.citations import cited
from procurement.forms.terms import PageForm, asked_in, pages_of
from procurement.guards import call as guards
from procurement.guards.problems import refusal
from procurement.services import terms
from procurement.views.base import attempt, page, visible_tender
from procurement.workflow import Blocked


def visible_versions(request, tender):
    """Return the versions that the user may read: the published ones; all for those who work on it."""
    if roles.roles_on(tender, request.user, clock.now()):
        return tender.terms.all()
    return tender.terms.published()


def terms_list(request, pk):
    """Every version of the terms, the last first."""
    tender = visible_tender(request, pk)
    versions = visible_versions(request, tender).select_related("by").order_by("-number")
    at = clock.now()
    shown = {
        "versions": versions,
        "may_change": roles.holds(request.user, "change_tender", tender, at),
        "may_approve": may_approve_again(request.user, tender, at),
    }
    return page(request, "procurement/terms_list.html", tender, **shown)


def may_approve_again(user, tender, at):
    """Whether the manager has terms before them that changed since they were approved."""
    if tender.state != tender.State.APPROVED or not roles.holds(user, "approve_tender", tender, at):
        return False
    return not guards.terms_are_approved(tender, at)


def version_of(request, tender, number):
    return get_object_or_404(visible_versions(request, tender), number=number)


def terms_detail(request, pk, number):
    """One version: its text, its digest, where it stands."""
    tender = visible_tender(request, pk)
    version = version_of(request, tender, number)
    last = visible_versions(request, tender).last()
    return page(request, "procurement/terms_detail.html", tender, version=version, last=last)


def terms_text(request, pk, number):
    """The bytes that the digest is of, to keep and to compare."""
    tender = visible_tender(request, pk)
    version = version_of(request, tender, number)
    response = HttpResponse(version.text, content_type="text/plain; charset=utf-8")
    name = f"bases-{tender.number}-v{version.number}.txt"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def terms_changes(request, pk, number):
    """What is different from the version before, line by line."""
    tender = visible_tender(request, pk)
    version = version_of(request, tender, number)
    before = visible_versions(request, tender).filter(number__lt=number).last()
    if before is None:
        raise Http404
    rows = terms.difference(before.text, version.text)
    return page(request, "procurement/terms_changes.html", tender, version=version, before=before, rows=rows)


# What the terms state


def for_stating(request, pk):
    """Return the tender for somebody who may state its terms; 404 or 403 for anybody else."""
    tender = visible_tender(request, pk)
    roles.require(request.user, "change_tender", tender, clock.now())
    return tender


def section_of(key):
    found = next((section for section in parameters.SECTIONS if section.key == key), None)
    if found is None:
        raise Http404
    return found


def progress(tender, section):
    """Return how many values of a section the terms must state, and how many they state."""
    profile, stated = tender.profile, tender.stated
    owed = [each.key for each in asked_in(section, profile) if parameters.asked(profile, stated, each.key)]
    return len(owed), len([key for key in owed if key in stated])


def fixed_by_regime(section, profile):
    """Return (label, value, source) of what the regime itself fixes in this section."""
    rows = []
    for parameter in section.parameters:
        if profile.fixes(parameter.key):
            value = parameter.from_json(profile.value(parameter.key))
            said = parameter.format(value, gettext)
            rows.append((gettext(parameter.label), said, cited(profile.source(parameter.key))))
    return rows


@login_required
def terms_state(request, pk):
    """The sections of the terms, and what each still owes."""
    tender = for_stating(request, pk)
    if tender.profile is None:
        return page(request, "procurement/terms_no_regime.html", tender)
    sections = [(section, *progress(tender, section)) for section in parameters.SECTIONS]
    found = parameters.check(tender.profile, tender.stated)
    shown = {
        "sections": [
            (section, owed, done) for section, owed, done in sections if asked_in(section, tender.profile)
        ],
        "owed": sum(owed - done for _section, owed, done in sections),
        "first": next((section for section, owed, done in sections if done < owed), None),
        "findings": [refusal(each) for each in found],
        "frozen": tender.state not in (tender.State.DRAFT, tender.State.APPROVED),
    }
    return page(request, "procurement/terms_state.html", tender, **shown)


@login_required
def terms_section(request, pk, key, number):
    """One page of a section: a few values, each with what helps to decide it."""
    tender = for_stating(request, pk)
    section = section_of(key)
    if tender.profile is None:
        return redirect("terms-state", pk)
    pages = pages_of(section, tender.profile)
    if not 1 <= number <= len(pages):
        raise Http404
    form = PageForm(tender, pages[number - 1], request.POST or None)
    if request.method == "POST" and form.is_valid() and saved(request, tender, form):
        return redirect(after_page(tender, section, number, len(pages)))
    fixed = fixed_by_regime(section, tender.profile) if number == 1 else []
    shown = {"form": form, "section": section, "number": number, "pages": len(pages), "fixed": fixed}
    shown["asks_for_custodians"] = any(each.key.startswith("sealing.") for each in pages[number - 1])
    return page(request, "procurement/terms_section.html", tender, **shown)


def saved(request, tender, form):
    """Run the service; after a stale save the form keeps what was typed, beside what the other wrote."""
    try:
        terms.revise(tender, by=request.user, **form.cleaned_data)
    except Blocked as blocked:
        form.add_error(None, blocked)
        form.show_version(visible_tender(request, tender.pk).version)
        return False
    messages.success(request, _("Saved."))
    return True


def after_page(tender, section, number, pages):
    """Return where one goes after a page: the next of the section, or the list of sections."""
    if number < pages:
        return reverse("terms-section", args=[tender.pk, section.key, number + 1])
    return reverse("terms-state", args=[tender.pk])


@require_POST
@login_required
def terms_approve(request, pk):
    """Approve the terms anew."""
    tender = visible_tender(request, pk)
    back = reverse("terms-list", args=[pk])
    done = _("The terms are approved as they stand now.")
    return attempt(request, terms.approve_again, tender, done=done, to=back)
