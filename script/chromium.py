"""Debian's Chromium, driven by Playwright: how it is started, and the sizes at which pages are looked at."""

from playwright.sync_api import Browser, Playwright, ViewportSize

PROGRAM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",  # root in a container has no user namespace to give away
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
SIZES: dict[str, ViewportSize] = {
    "phone": {"width": 360, "height": 740},
    "desktop": {"width": 1280, "height": 800},
}


def launch(playwright: Playwright) -> Browser:
    """Start the browser; it asks nothing of other hosts by itself."""
    return playwright.chromium.launch(executable_path=PROGRAM, args=FLAGS)
