"""What the pages of opening, evaluation and award have in common: one form asks, one service acts."""

from django.contrib import messages
from django.shortcuts import redirect

from procurement import clock, roles
from procurement.views.base import page, try_form


def holds(request, codename, tender):
    user = request.user
    return user.is_authenticated and roles.holds(user, codename, tender, clock.now())


def require(request, codename, tender):
    roles.require(request.user, codename, tender, clock.now())


def ask(request, tender, form, verb, *arguments, title, button, done, to, **words):
    """Show one form and run its service; when it is done, say so and go on to `to`.

    More words: `intro`, `consequence`, `back`, `confirm` where the number of the tender is typed, and
    `template` where the page is more than its form.
    """
    if request.method == "POST" and try_form(form, verb, *arguments, by=request.user):
        messages.success(request, done)
        return redirect(to)
    shown = {"title": title, "button": button, "back": words.pop("back", to)} | words
    return page(request, shown.pop("template", "bids/ask.html"), tender, form=form, **shown)
