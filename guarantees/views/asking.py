"""What the pages of guarantees have in common: one form asks, one service acts."""

from django.contrib import messages
from django.shortcuts import redirect

from procurement import clock, roles
from procurement.views.base import page, try_form

INSIDE = (
    "keep_guarantees",
    "verify_guarantee",
    "accept_contract_guarantee",
    "accept_bid_guarantee",
    "execute_guarantee",
)


def holds(request, tender, *codenames):
    """Whether the user holds one of these on the tender."""
    user, at = request.user, clock.now()
    return user.is_authenticated and any(roles.holds(user, name, tender, at) for name in codenames)


def require(request, tender, *codenames):
    """Stop here unless the user holds one of these on the tender."""
    if not holds(request, tender, *codenames):
        roles.require(request.user, codenames[0], tender, clock.now())


def ask(request, tender, form, verb, *arguments, title, button, done, to, **words):
    """Show one form and run its service; when it is done, say so and go on to `to`.

    `verb` gets what the form asked, and by whom. More words: `intro`, `consequence`, `guarantee`.
    """
    if request.method == "POST" and (made := try_form(form, verb, *arguments, by=request.user)):
        messages.success(request, done)
        return redirect(to or made)
    shown = {"title": title, "button": button, "back": words.pop("back", to)} | words
    return page(request, "guarantees/ask.html", tender, form=form, **shown)
