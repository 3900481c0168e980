"""Takes pictures of every page of `pages.toml` and tells which are not as they should be.

A page is not as it should be when its status is another than expected, when it scrolls sideways, or when the
browser complains: a script that fails, something that the content security policy refuses.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from http.client import HTTPException
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from script.chromium import SIZES, launch
from script.postgres import free_port

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "screenshots"
START_LIMIT = 600  # seconds: the first start loads nine towns


@dataclass
class Page:
    """One row of `pages.toml`."""

    name: str
    url: str
    login: str = ""
    status: int = 200

    def picture(self, width: int) -> Path:
        return PICTURES / f"{self.name}-{width}.png"


@dataclass
class Plan:
    """What `pages.toml` holds: the address of the sign-in form, who can sign in, the pages."""

    sign_in: str
    logins: dict[str, dict[str, str]]
    pages: list[Page]

    @classmethod
    def read(cls, names: list[str]) -> "Plan":
        """Read the plan, with the pages of these names only where there are names."""
        data = tomllib.loads((ROOT / "script" / "pages.toml").read_text())
        pages = [Page(**row) for row in data["page"] if not names or row["name"] in names]
        return cls(data["sign_in"], data["logins"], pages)


@contextmanager
def demonstration() -> Iterator[str]:
    """Run `script/server` with a data folder and a port of its own; give its address."""
    with tempfile.TemporaryDirectory(prefix="convoca-screenshots-") as folder:
        port = free_port()
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        environment |= {"DATA_DIR": folder, "HOST": "127.0.0.1", "PORT": str(port)}
        server = subprocess.Popen([ROOT / "script" / "server"], env=environment)
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait()


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    """Wait until the address answers; give up when the server has ended or takes too long."""
    limit = time.monotonic() + START_LIMIT
    while time.monotonic() < limit and server.poll() is None:
        try:
            with urlopen(address):
                return
        except (OSError, HTTPException):
            time.sleep(0.2)
    sys.exit("The server did not start.")


def sign_in(context: BrowserContext, address: str, username: str, password: str) -> None:
    """Sign in as a person does, through the form."""
    page = context.new_page()
    page.goto(address)
    form = page.locator("form", has=page.locator("input[type=password]"))
    form.locator("input[name=login], input[name=username]").fill(username)
    form.locator("input[type=password]").fill(password)
    form.locator("button").click()
    page.wait_for_load_state()
    if page.locator("input[type=password]").count():
        sys.exit(f"{username} could not sign in.")
    page.close()


def look(context: BrowserContext, address: str, picture: Path, status: int) -> list[str]:
    """Take one picture; return what is wrong with the page."""
    wrong: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)
    answer = page.goto(address, wait_until="load")
    page.screenshot(path=picture, full_page=True)
    if answer is None or answer.status != status:
        wrong.append(f"status {answer and answer.status}, expected {status}")
    root = "document.documentElement"
    if page.evaluate(f"{root}.scrollWidth > {root}.clientWidth"):
        wrong.append("scrolls sideways")
    page.close()
    return wrong


def take(browser: Browser, origin: str, plan: Plan) -> list[str]:
    """Take each page at each size, signing in once per person and size; return what is wrong."""
    wrong = []
    for size, viewport in SIZES.items():
        contexts: dict[str, BrowserContext] = {}
        for page in plan.pages:
            if page.login not in contexts:
                contexts[page.login] = browser.new_context(viewport=viewport, locale="es-PE")
                if page.login:
                    sign_in(contexts[page.login], origin + plan.sign_in, **plan.logins[page.login])
            picture = page.picture(viewport["width"])
            found = look(contexts[page.login], origin + page.url, picture, page.status)
            wrong += [f"{page.name} ({size}): {what}" for what in found]
        for context in contexts.values():
            context.close()
    return wrong


def write_index(pages: list[Page]) -> Path:
    """Write one page to leaf through them all; return where it is."""
    rows = ["<!doctype html><meta charset=utf-8><style>img { border: 1px solid }</style>"]
    for page in pages:
        rows.append(f"<h2>{escape(page.name)}</h2><p>{escape(page.url)} {escape(page.login)}</p>")
        pictures = (page.picture(size["width"]).name for size in SIZES.values())
        rows += [f'<img src="{escape(picture)}" loading=lazy>' for picture in pictures]
    index = PICTURES / "index.html"
    index.write_text("\n".join(rows))
    return index


def main() -> int:
    plan = Plan.read(sys.argv[1:])
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir()
    with demonstration() as origin, sync_playwright() as playwright:
        browser = launch(playwright)
        wrong = take(browser, origin, plan)
        browser.close()
    print(*wrong, f"{len(plan.pages)} pages: {write_index(plan.pages)}", sep="\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
