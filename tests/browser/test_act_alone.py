"""A custodian checks and opens with the one file for no network, from a disk; what was signed is brought."""

import io
import zipfile

import pytest

from bids.services import offline
from tests import deciding
from tests.program import PROGRAM
from tests.world import World


@pytest.fixture
def world(transactional_db, set_clock):
    return World(set_clock)


def act_file(tender, folder):
    """Take the file of the act out of the bundle that the hall takes along."""
    target = io.BytesIO()
    offline.write(tender, 1, target)
    path = folder / "acto.json"
    path.write_bytes(zipfile.ZipFile(target).read("acto.json"))
    return path


def sign(page, what, folder):
    with page.expect_download() as saved:
        page.locator(f"[data-do={what}]").click()
    path = folder / saved.value.suggested_filename
    saved.value.save_as(path)
    return path


def test_a_custodian_opens_without_network(browser, world, tmp_path):  # decision 7
    act = deciding.begin(world, world.at("closed"))
    others = deciding.custodians(act.tender)[1:3]
    deciding.check(world, act, *others)
    context, asked = browser.new_context(offline=True, locale="es-PE"), []
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(PROGRAM.with_name("sobre.html").as_uri())
    page.get_by_text("Soy custodio").click()
    page.locator("[data-act-file]").set_input_files(act_file(act.tender, tmp_path))
    page.locator("[data-envelopes] li").first.wait_for()

    page.locator("#typed").fill(" ".join(word[:4] for word in world.sheets[1]))
    paths = [sign(page, what, tmp_path) for what in ("check", "release")]
    context.close()
    for path in paths:
        with path.open("rb") as file:
            offline.bring(deciding.fresh(act), file=file, by=world.chair)
    deciding.release(world, act, *others)

    number = act.tender.number
    assert [path.name for path in paths] == [
        f"comprobado-{number}-custodio-1.json",
        f"abierto-{number}-custodio-1.json",
    ]
    states = act.tender.envelopes.filter(stage=1, part="public").values_list("status", flat=True)
    assert set(states) == {"open"}
    assert {url.split(":")[0] for url in asked} <= {"file", "blob"}
