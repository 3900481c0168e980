"""A PostgreSQL server of one's own, thrown away afterwards; one that runs already is left alone."""

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",  # nothing here has to survive a power cut
    "full_page_writes": "off",
    "synchronous_commit": "off",
}
SERVER_ACCOUNT = "postgres"  # made by Debian's package; the server refuses to run as root


def binaries() -> Path:
    """The folder of the newest installed server."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max(found, key=lambda initdb: int(initdb.parts[-3])).parent


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def private_cluster() -> Iterator[str]:
    """Start a server in a temporary folder and give its URL; afterwards stop it and remove the folder."""
    folder = Path(tempfile.mkdtemp(prefix="convoca-postgres-"))
    as_server: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, SERVER_ACCOUNT)
        as_server = ["runuser", "-u", SERVER_ACCOUNT, "--"]

    def call(program: str, *arguments: str) -> None:
        command = [*as_server, str(binaries() / program), "-D", str(folder / "data"), *arguments]
        subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, check=True)

    password, port = secrets.token_hex(16), free_port()
    password_file = folder / "password"
    password_file.write_text(password)
    settings = [f"-o-c {name}={value}" for name, value in {**SETTINGS, "port": port}.items()]
    try:
        call("initdb", "--username=convoca", "--auth=scram-sha-256", f"--pwfile={password_file}", "--no-sync")
        call("pg_ctl", "start", "--wait", f"--log={folder / 'log'}", *settings)
        try:
            yield f"postgresql://convoca:{password}@127.0.0.1:{port}/convoca"
        finally:
            call("pg_ctl", "stop", "--mode=immediate")
    finally:
        shutil.rmtree(folder)
