"""How one is told, by whom a notice was read, and what could not be sent by e-mail."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from procurement import clock, roles, workflow
from procurement.forms.people import DeliveryForm
from procurement.models import Mail
from procurement.services import delivery, mailing, notices
from procurement.views.base import page, try_form, visible_tender
from procurement.views.host import host_only

PER_PAGE = 25


@never_cache
@login_required
def my_notices(request):
    """Choose how to be told; see, and renew, the address of one's own calendar."""
    user = request.user
    form = DeliveryForm(request.POST or None, initial={"email": user.email, "delivery": user.delivery})
    if try_form(form, delivery.choose, user):
        messages.success(request, _("Kept. From now on you are told in this way."))
        return redirect("my-notices")
    path = reverse("my-calendar", args=[delivery.calendar_key(user)])
    shown = {"form": form, "sends_mail": settings.SENDS_MAIL, "address": f"{settings.ADDRESS}{path}"}
    shown["is_told"] = settings.SENDS_MAIL and user.email and user.delivery != user.Delivery.SHELF
    return render(request, "account/notices.html", shown, status=422 if form.errors else 200)


@require_POST
@login_required
def calendar_renew(request):
    """Give one's calendar a new address, because somebody else may know the old one."""
    delivery.renew_calendar(request.user)
    messages.success(request, _("Your calendar has a new address. The old one does not serve any more."))
    return redirect("my-notices")


def notified(request, pk):
    """Who was told what about a call among those who work on it, and when they read it (decision 9)."""
    tender, at = visible_tender(request, pk), clock.now()
    roles.require(request.user, "read_reserved", tender, at)
    found = notices.told_to_officials(tender)
    listed = Paginator(notices.by_message(found), PER_PAGE).get_page(request.GET.get("page"))
    rows = notices.with_people(listed.object_list, found)
    shown = {"page": listed, "rows": rows, "unread": found.filter(read_at=None).count()}
    return page(request, "procurement/notified.html", tender, **shown)


# The host


@host_only
def mail(request):
    """What waits to be sent, what failed and why; whose, but not what it says."""
    at = clock.now()
    failed = Mail.objects.failed().select_related("user")
    troubled = Mail.objects.waiting().exclude(fault="").select_related("user").order_by("next_at")
    shown = {
        "sends_mail": settings.SENDS_MAIL,
        "waiting": Mail.objects.waiting().count(),
        "overdue": Mail.objects.due(at - mailing.QUIET).exists(),
        "sent": Mail.objects.filter(sent_at__gt=at - mailing.WEEK).count(),
        "number_failed": failed.count(),
        "failed": failed[:PER_PAGE],
        "troubled": troubled[:PER_PAGE],
        "at": at,
    }
    return render(request, "procurement/host_mail.html", shown)


@require_POST
@host_only
def mail_again(request):
    """Let every failed e-mail be tried again."""
    return again(request)


@require_POST
@host_only
def mail_again_one(request, key):
    """Let one failed e-mail be tried again."""
    return again(request, key=key)


def again(request, **which):
    try:
        mailing.try_again(by=request.user, **which)
    except workflow.Blocked as blocked:
        messages.error(request, str(blocked.refusals[0]), extra_tags=blocked.codes[0])
    else:
        messages.success(request, _("It will be tried again in a moment."))
    return redirect("mail")
