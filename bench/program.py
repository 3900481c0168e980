"""Seals and opens an envelope in Chromium, beside `age` on the same bytes in the same run (decision 34)."""

import os
import shutil
import tempfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

from bench import seconds
from bench.sealing import age, make_kit
from bids import sealing
from bids.sealing import codec
from script.chromium import PROGRAM as CHROMIUM
from script.chromium import launch
from script.program import BUILT, LARGEST, packed

MEGABYTES = 100
ROUNDS = 3
# 1.1 times the ratios of the first working shape of the program (31.1 and 26.2 on two busy cores), measured
# in this way: in Chromium, on the same bytes, in turn with ours and with age.
LIMITS = {"seal": 34.2, "open": 28.8}
MEMORY = (20, 500)  # MB
FLAT = 1.5  # times what the smaller file takes
PAGE = """<!doctype html><meta charset="utf-8"><script type="module" src="sealing.js" data-program></script>
<script type="module">
import { inWorker, unb64 } from "./sealing.js";
const file = async (name) => (await fetch(name)).blob();
window.seal = async (kit, bidder, key, name) => {
  const blob = await file(name);
  const began = performance.now();
  const files = [{ name: "expediente.pdf", blob }];
  const how = { kit, part: "public", bidder, key: unb64(key), seq: 1, replaces: null, files };
  window.sealed = await inWorker("seal", how);
  return { seconds: (performance.now() - began) / 1000, manifest: window.sealed.manifest };
};
window.unseal = async () => {
  const { manifest, identity, blob } = window.sealed;
  const began = performance.now();
  await inWorker("open", { manifest, key: identity, blob });
  return (performance.now() - began) / 1000;
};
window.ready = true;
</script>"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_told):
        """Nobody reads who asked for what."""


def served(folder):
    """Serve a folder on a port of its own; return the server."""
    shutil.copy(BUILT / "sealing.js", folder)
    (folder / "index.html").write_text(PAGE)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class Tab:
    """One tab with the program, and how much memory its process has taken."""

    def __init__(self, browser, server):
        self.page = browser.new_context().new_page()
        self.page.set_default_timeout(600_000)
        self.page.goto(f"http://127.0.0.1:{server.server_port}/")
        self.page.wait_for_function("window.ready")
        self.cdp = browser.new_browser_cdp_session()
        kit, key = make_kit(), codec.b64(sealing.new_bidder_key())
        self.who = [kit, sealing.bidder_pseudonym(sealing.new_salt(), ["20123456789"]), key]

    def seal(self, name):
        return self.page.evaluate("([kit, who, key, name]) => seal(kit, who, key, name)", [*self.who, name])

    def open(self):
        return self.page.evaluate("() => unseal()")

    def renderers(self):
        rows = self.cdp.send("SystemInfo.getProcessInfo")["processInfo"]
        return [row["id"] for row in rows if row["type"] == "renderer"]

    def forget_peak(self):
        for process in self.renderers():
            Path(f"/proc/{process}/clear_refs").write_text("5")

    def peak(self):
        """The largest memory of a tab since the peak was forgotten, in MB."""
        status = [Path(f"/proc/{process}/status").read_text() for process in self.renderers()]
        return max(int(text.split("VmHWM:")[1].split()[0]) for text in status) / 1024


def ratios(tab, folder):
    """Seconds of ours and of age, in turn: sealing, then opening."""
    plain, aged, key = folder / "plain", folder / "aged", folder / "key"
    secret = codec.identity(os.urandom(32))
    key.write_text(secret)
    rows = {"seal": [], "open": []}
    for _round in range(ROUNDS):
        encrypt = partial(age, "-e", "-r", codec.recipient_for(secret), "-o", aged, plain)
        rows["seal"].append((tab.seal("plain")["seconds"], seconds(encrypt)))
        decrypt = partial(age, "-d", "-i", key, "-o", folder / "opened", aged)
        rows["open"].append((tab.open(), seconds(decrypt)))
    return {name: [median(times) for times in zip(*pairs, strict=True)] for name, pairs in rows.items()}


def of_speed(name, times):
    ours, theirs = times
    return {
        "name": f"browser {name}",
        "value": round(ours / theirs, 2),
        "unit": "times age on the same bytes",
        "limit": LIMITS[name],
        "size": f"{MEGABYTES} MB, 7 custodians",
        "seconds": round(ours, 2),
        "age_seconds": round(theirs, 3),
    }


def of_memory(tab, folder):
    """How the peak of the tab grows with the file."""
    peaks = []
    for megabytes in MEMORY:
        with (folder / "plain").open("wb") as file:
            for _megabyte in range(megabytes):
                file.write(os.urandom(1_000_000))
        tab.forget_peak()
        tab.seal("plain")
        peaks.append(tab.peak())
    small, large = peaks
    return {
        "name": "browser memory",
        "value": round(large / small, 2),
        "unit": f"times the tab of {MEMORY[0]} MB",
        "size": f"{MEMORY[1]} MB",
        "limit": FLAT,
        "megabytes": [round(peak) for peak in peaks],
    }


def run():
    """Nothing where `age` or Chromium is not installed (apt-get install age chromium)."""
    if not shutil.which("age") or not Path(CHROMIUM).exists():
        return []
    with tempfile.TemporaryDirectory(prefix="convoca-bench-") as name, sync_playwright() as playwright:
        folder = Path(name)
        (folder / "plain").write_bytes(os.urandom(MEGABYTES * 1_000_000))
        server, browser = served(folder), launch(playwright)
        tab = Tab(browser, server)
        rows = [of_speed(each, times) for each, times in ratios(tab, folder).items()]
        rows.append(of_memory(tab, folder))
        browser.close()
        server.shutdown()
        server.server_close()
    size = {"name": "sealing program", "value": packed(BUILT / "sealing.js"), "unit": "bytes compressed"}
    return [*rows, size | {"limit": LARGEST, "size": "one file"}]
