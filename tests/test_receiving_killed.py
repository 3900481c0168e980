"""A server that is killed while an envelope arrives: what it acknowledged is there, and the rest follows."""

import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from bids.services import receiving

PIECE, PIECES = 64 << 10, 200
CONTENT = b"".join(hashlib.sha256(n.to_bytes(4)).digest() * 2048 for n in range(PIECES))
SERVER = """
import sys
import django
django.setup()
from bids.services import receiving
from tests.test_receiving_killed import CONTENT, PIECE, envelope_in
awaited = envelope_in(sys.argv[1])
for offset in range(0, len(CONTENT), PIECE):
    with receiving.alone(awaited) as file:
        here = receiving.append(awaited, file, offset, CONTENT[offset : offset + PIECE])
    print(here, flush=True)
"""


def envelope_in(folder):
    """Return what stands for an envelope whose bytes go into this folder."""
    path = Path(folder) / "sealed.age"
    manifest = {"ciphertext": {"size": len(CONTENT), "sha256": hashlib.sha256(CONTENT).hexdigest()}}
    return SimpleNamespace(ciphertext=SimpleNamespace(name=str(path), path=str(path)), manifest=manifest)


@pytest.mark.parametrize("acknowledged", [1, 3, 17])
def test_a_killed_server_loses_nothing_that_it_acknowledged(tmp_path, settings, acknowledged):
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "procurement.settings"}
    environment |= {"PYTHONPATH": os.getcwd(), "DATA_DIR": str(tmp_path), "SECRET_KEY": "x" * 50}
    command = [sys.executable, "-c", SERVER]
    with subprocess.Popen([*command, str(tmp_path)], stdout=subprocess.PIPE, env=environment) as server:
        told = [int(server.stdout.readline()) for _line in range(acknowledged)][-1]
        server.send_signal(signal.SIGKILL)
    awaited = envelope_in(tmp_path)

    here = receiving.offset_of(awaited)
    assert told <= here < len(CONTENT)  # it was in the middle
    assert Path(awaited.ciphertext.path).read_bytes() == CONTENT[:here]
    for offset in range(here, len(CONTENT), PIECE):
        with receiving.alone(awaited) as file:
            receiving.append(awaited, file, offset, CONTENT[offset : offset + PIECE])
            whole = offset + PIECE >= len(CONTENT)
            if whole:
                receiving.require_hash(awaited, file)

    assert receiving.offset_of(awaited) == len(CONTENT)
