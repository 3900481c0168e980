"""A time-stamping authority over the head of a log: a real one, by openssl, asked over the loopback."""

import subprocess
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from procurement import clock, clockwork
from procurement.models import Checkpoint
from procurement.services import checkpoints, timestamps
from procurement.workflow import Blocked

CONFIG = """
[req]
distinguished_name = name
prompt = no
[name]
CN = {name}
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
[leaf]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[tsa]
default_tsa = authority
[authority]
serial = {folder}/serial
signer_cert = {folder}/leaf.pem
signer_key = {folder}/leaf.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ordering = no
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = sha256
crypto_device = builtin
"""


def openssl(folder, *arguments, **how):
    done = subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True, **how)
    return done.stdout


def authority_in(folder, name="Autoridad de prueba"):
    """Make the root and the signing certificate of an authority in a folder."""
    folder.mkdir()
    (folder / "serial").write_text("01\n")
    (folder / "ts.cnf").write_text(CONFIG.format(name=name, folder=folder))
    request = ["req", "-config", "ts.cnf", "-newkey", "rsa:2048", "-nodes", "-sha256"]
    own = ["-x509", "-extensions", "root", "-days", "3650", "-keyout", "root.key", "-out", "root.pem"]
    openssl(folder, *request, *own)
    openssl(folder, *request, "-keyout", "leaf.key", "-out", "leaf.csr", "-subj", "/CN=Sello")
    signed = ["-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-out", "leaf.pem", "-days", "3650"]
    extended = ["-extfile", "ts.cnf", "-extensions", "leaf"]
    openssl(folder, "x509", "-req", "-in", "leaf.csr", *signed, *extended)
    return folder


def answer(folder, question):
    (folder / "question.tsq").write_bytes(question)
    asked = ["-queryfile", "question.tsq", "-config", "ts.cnf", "-section", "authority", "-out", "answer.tsr"]
    openssl(folder, "ts", "-reply", *asked)
    return (folder / "answer.tsr").read_bytes()


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return authority_in(tmp_path_factory.mktemp("tsa") / "one")


@pytest.fixture
def serving(authority, settings):
    """The authority answers on the loopback; return what it does with a question, to be changed."""
    work = {"answer": lambda question: answer(authority, question)}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):  # noqa: N802 - the name that http.server asks for
            question = self.rfile.read(int(self.headers["Content-Length"]))
            assert self.headers["Content-Type"] == "application/timestamp-query"
            self.send_response(200)
            self.end_headers()
            self.wfile.write(work["answer"](question))

        def log_message(self, *arguments):
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.TSA_URL = f"http://127.0.0.1:{server.server_port}/"
    settings.TSA_ROOTS = authority / "root.pem"
    yield work
    server.shutdown()
    server.server_close()


@pytest.fixture
def closed(world, log_key_made):
    return world.at("closed")


def stamped_by_clock():
    job = next(job for job in clockwork.JOBS if job.name == "timestamp")
    return [outcome.went + outcome.detail for outcome in clockwork.run(job)]


def refused(checkpoint):
    with pytest.raises(Blocked) as blocked:
        timestamps.stamp(checkpoint)
    return blocked.value.codes


def head(tender):
    return checkpoints.issue(tender, checkpoints.closing_size(tender), at=clock.now())


def test_the_clock_has_the_closing_head_stamped_once_and_openssl_verifies_it(closed, serving, authority):
    assert stamped_by_clock() == ["done"]
    assert stamped_by_clock() == []

    kept = Checkpoint.objects.get(log=closed.log_origin)
    assert kept.size == checkpoints.closing_size(closed)
    (authority / "kept.tsr").write_bytes(bytes(kept.token))
    (authority / "head.txt").write_text(kept.stated.body)
    verify = ["ts", "-verify", "-data", "head.txt", "-in", "kept.tsr", "-CAfile", "root.pem"]
    openssl(authority, *verify)
    (authority / "head.txt").write_text(kept.stated.body.replace("\n", "\n ", 1))
    with pytest.raises(subprocess.CalledProcessError):
        openssl(authority, *verify)


def test_without_an_authority_nothing_is_asked(closed):
    assert timestamps.due(clock.now()) == []


def test_long_after_the_close_nothing_is_asked(world, closed, serving):
    assert timestamps.due(closed.closed_at + timedelta(days=6)) == [closed]
    assert timestamps.due(closed.closed_at + timedelta(days=8)) == []


def test_an_answer_of_another_authority_is_refused(closed, serving, authority, tmp_path):
    other = authority_in(tmp_path / "two", "Otra autoridad")
    serving["answer"] = lambda question: answer(other, question)

    assert refused(head(closed)) == ["log.timestamp.invalid"]
    serving["answer"] = lambda question: answer(authority, question)
    assert timestamps.stamp(head(closed)).token


def test_an_answer_to_another_question_is_refused(closed, serving, authority):
    question = (
        timestamps.TimestampRequestBuilder()
        .hash_algorithm(timestamps.HashAlgorithm.SHA256)
        .data(b"otra cosa")
        .build()
        .as_bytes()
    )
    serving["answer"] = lambda _question: answer(authority, question)

    assert refused(head(closed)) == ["log.timestamp.invalid"]


def test_rubbish_and_silence_are_refused(closed, serving, settings):
    serving["answer"] = lambda question: b"<html>"
    rubbish = refused(head(closed))
    settings.TSA_URL = "http://127.0.0.1:9/"

    assert rubbish == ["log.timestamp.invalid"]
    assert refused(head(closed)) == ["log.timestamp.unreachable"]
    assert stamped_by_clock() == ["leftlog.timestamp.unreachable"]
