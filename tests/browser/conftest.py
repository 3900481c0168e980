"""Browser tests: a real server with a database of its own (`live_server`), looked at with Debian's Chromium.

Every test in this folder carries the mark `browser`. A page that throws a script error, breaks the content
security policy or asks anything of another host fails its test, whatever the test looks for.
"""

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import sync_playwright

from script.chromium import SIZES, launch

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)  # before -m chooses by mark
def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser():
    """One Chromium for the whole run; each page has cookies of its own."""
    # Playwright keeps an event loop in this thread, where Django would refuse its blocking database calls.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        started = launch(playwright)
        yield started
        started.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def watched(context, origin):
    """Collect what a page must never do, for the whole life of a context."""
    complaints = []

    def check_host(request):
        if not request.url.startswith((origin, "data:", "blob:")):
            complaints.append(f"asks another host: {request.url}")

    def check_policy(message):
        if "Content Security Policy" in message.text:
            complaints.append(message.text)

    context.on("request", check_host)
    context.on("console", check_policy)
    context.on("weberror", lambda weberror: complaints.append(str(weberror.error)))
    return complaints


@pytest.fixture
def open_page(browser, live_server):
    """Open a page as somebody new: open_page("phone"), or without JavaScript: open_page(script=False).

    Addresses given to `goto` are paths of the server. Call it once for each person that a test needs.
    """
    contexts, complaints = [], []

    def open_one(size="phone", script=True):
        context = browser.new_context(
            base_url=live_server.url, viewport=SIZES[size], locale="es-PE", java_script_enabled=script
        )
        context.set_default_timeout(10_000)  # milliseconds: what is not there by then will not come
        contexts.append(context)
        complaints.append(watched(context, live_server.url))
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()
    assert [said for each in complaints for said in each] == []


@pytest.fixture(params=SIZES)
def page(request, open_page):
    """A page for a passer-by; the test runs once at each size."""
    return open_page(request.param)


@pytest.fixture
def login(live_server):
    """Return `login(page, user)`, which signs in without the form, as somebody who has done so earlier."""

    def sign_in(page, user):
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )

    return sign_in
