"""What every page does: fetch what the user may see, try one verb, show the answer."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render

from procurement import clock, roles, workflow
from procurement.models import Tender
from procurement.places import field_of, located


def visible_tender(request, pk):
    """Return the tender, or answer 404: what one may not see does not exist."""
    tenders = Tender.objects.visible_to(request.user, clock.now())
    return get_object_or_404(tenders.select_related("municipality", "town", "schedule"), pk=pk)


def context(request, tender, **more):
    """Return what the frame of a page about a tender shows: in which role I act, and what comes next."""
    at = clock.now()
    schedule = getattr(tender, "schedule", None)
    return {
        "tender": tender,
        "at": at,
        "my_roles": roles.roles_on(tender, request.user, at),
        "next_date": schedule.awaited(at) if schedule else None,
    } | more


def attempt(request, verb, subject, *, done, to=None, **arguments):
    """Run a service for the user, tell them either `done` or every reason against it, and go on to `to`."""
    try:
        verb(subject, by=request.user, **arguments)
    except workflow.Blocked as blocked:
        for refusal in blocked.refusals:
            messages.error(request, str(refusal), extra_tags=refusal.code)
    else:
        messages.success(request, done)
    return redirect(to or subject)


def try_form(form, verb, *arguments, **named):
    """Run a service with a valid form's data; a refusal becomes an error of the form, and nothing typed is
    lost.

    Return what the service returns, or None.
    """
    if not form.is_valid():
        return None
    try:
        return verb(*arguments, **named, **form.cleaned_data)
    except workflow.Blocked as blocked:
        for error in blocked.error_list:
            form.add_error(field_of(error.code, form), error)
        tender = getattr(arguments[0], "tender", None) if arguments else None
        form.refusals = located(blocked.refusals, tender) if tender else blocked.refusals
        return None


def page(request, template, tender, **more):
    """Render a page about a tender; a refused form answers 422."""
    refused = any(getattr(value, "errors", None) for key, value in more.items() if key.endswith("form"))
    return render(request, template, context(request, tender, **more), status=422 if refused else 200)
