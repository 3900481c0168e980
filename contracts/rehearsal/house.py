"""The processes of rehearsals, as the process of the real calls keeps them (ADR 0007).

Each has a folder of its own with its database, its files and the socket on which it answers. It gets the
copy of the draft as a file and nothing else: no address of the real database is in its environment. It ends
with the process that started it, or when its folder is thrown away.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
from http.client import HTTPConnection

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import get_random_string

from . import copying

ANSWERS_WITHIN = 60  # seconds
COOKIES = ("rehearsal-session", "rehearsal-csrf", "django_language")
PASSED_ON = (
    "Accept",
    "Accept-Language",
    "Content-Type",
    "Content-Length",
    "Host",
    "Origin",
    "Referer",
    "User-Agent",
    "X-CSRFToken",  # the program that seals and opens in the page sends its token so
)
KEPT_APART = ("DATABASE_URL", "EMAIL_URL", "LOG_KEY", "TSA_URL", "TSA_ROOTS", "WATCHED")
_started = {}  # what this process has started, by tender; each ends when its standard input is closed


def folder(tender):
    return settings.DATA_DIR / "rehearsals" / str(tender.pk)


def prefix(tender):
    """Return below which address its pages lie, without the last slash."""
    return reverse("rehearsal-inside", args=[tender.pk]).rstrip("/")


def environment(tender):
    """Return what its process may know of the installation."""
    apart = {name: kept for name, kept in os.environ.items() if name not in KEPT_APART}
    return apart | {
        "DATA_DIR": str(folder(tender)),
        "STATIC_ROOT": str(settings.STATIC_ROOT),
        "REHEARSAL": prefix(tender),
        "SECRET_KEY": get_random_string(50),
        "TRUSTED_PROXY_COUNT": "1",
    }


def exists(tender):
    return (folder(tender) / "copy.json").exists()


def trouble(tender):
    """Return why it could not be made ready; empty while there is no reason."""
    told = folder(tender) / "trouble.txt"
    return told.read_text(encoding="utf-8") if told.exists() else ""


def begin(tender):
    """Copy the draft into an empty folder and start the process that makes it ready."""
    mine = folder(tender)
    mine.mkdir(parents=True, mode=0o700, exist_ok=True)
    (mine / "copy.json").write_text(copying.copy_of(tender), encoding="utf-8")
    run(tender)


def run(tender):
    """Start its process unless it runs; one that runs elsewhere keeps its place."""
    mine = _started.get(tender.pk)
    if mine and mine.poll() is None:
        return
    with (folder(tender) / "output.txt").open("ab") as output:
        _started[tender.pk] = subprocess.Popen(
            [sys.executable, str(settings.BASE_DIR / "manage.py"), "rehearse"],
            env=environment(tender),
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
        )


def learned(tender):
    """Return what the present or the last rehearsal did not have from the draft; {} without one."""
    for path in (folder(tender) / "notes.json", kept_notes(tender)):
        if path.exists():
            return json.loads(path.read_text(encoding="utf-8"))
    return {}


def kept_notes(tender):
    return folder(tender).with_suffix(".json")


def end(tender):
    """Stop its process and throw everything away but what the draft lacked; one started elsewhere stops
    when it misses its folder.
    """
    mine = _started.pop(tender.pk, None)
    if mine:
        mine.stdin.close()
        mine.terminate()
        mine.wait(timeout=ANSWERS_WITHIN)
    if notes := folder(tender).exists() and learned(tender):
        kept_notes(tender).write_text(json.dumps(notes), encoding="utf-8")
    shutil.rmtree(folder(tender), ignore_errors=True)


class Line(HTTPConnection):
    """A connection to the socket in its folder."""

    def __init__(self, path):
        super().__init__("rehearsal", timeout=ANSWERS_WITHIN)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def line(tender):
    """Return a connection to its process, or None while it does not answer."""
    found = Line(folder(tender) / "socket")
    try:
        found.connect()
    except OSError:
        found.close()
        return None
    return found


def answers(tender):
    """Whether its process is there and listens."""
    found = line(tender)
    if found:
        found.close()
    return found is not None


def headers(request):
    """Return what its process is told of a request; the session of the real calls stays here."""
    told = {name: request.headers[name] for name in PASSED_ON if request.headers.get(name)}
    kept = [f"{name}={request.COOKIES[name]}" for name in COOKIES if name in request.COOKIES]
    told["X-Forwarded-For"] = request.META.get("REMOTE_ADDR") or "127.0.0.1"
    told["X-Forwarded-Proto"] = request.scheme
    return told | ({"Cookie": "; ".join(kept)} if kept else {})


def ask(tender, request):
    """Hand a request on to its process and return the answer; None while it does not answer."""
    found = line(tender)
    if found is None:
        return None
    path = request.get_full_path().removeprefix(prefix(tender))
    try:
        found.request(request.method, path, body=request, headers=headers(request))
        answer = found.getresponse()
        return answer.status, answer.getheaders(), answer.read()
    finally:
        found.close()
