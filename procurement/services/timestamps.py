"""A time-stamping authority (RFC 3161) says when the head of a log existed: only where one is configured.

What is stamped is the text that the log signs, so that cosignatures which come later change nothing. Anybody
checks it with `openssl ts -verify`.
"""

import urllib.request
from datetime import timedelta

from cryptography import x509
from django.conf import settings
from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from procurement import clock
from procurement.models import Checkpoint, Tender
from procurement.services import checkpoints
from procurement.workflow import Blocked, Refusal

PATIENCE = 10  # seconds
TRIED = timedelta(days=7)  # after a close; a later stamp would say little
NOT_GOOD = Refusal(
    "log.timestamp.invalid",
    _("The answer of the time-stamping authority is not good: %(why)s"),
    _("RFC 3161"),
)
UNREACHABLE = Refusal(
    "log.timestamp.unreachable",
    _("The time-stamping authority does not answer: %(why)s"),
    _("RFC 3161"),
)


def due(at):
    """Return the calls that closed of late and whose closing head has no stamp; none without authority."""
    if not settings.TSA_URL:
        return []
    stamped = Checkpoint.objects.filter(log=OuterRef("origin"), token__isnull=False)
    closed = Tender.objects.filter(closed_at__gt=at - TRIED)
    origin = Concat(Value(f"{settings.LOG_HOST}/"), "ocid")
    return list(closed.annotate(origin=origin).exclude(Exists(stamped)))


def stamp_close(tender):
    """Let the authority stamp the head of a call's log as it was at the close."""
    closing = checkpoints.issue(tender, checkpoints.closing_size(tender), at=clock.now())
    return stamp(closing)


def stamp(checkpoint):
    """Ask the authority about a head, check its answer and keep it; not inside a transaction."""
    body = checkpoint.stated.body.encode()
    request = TimestampRequestBuilder().hash_algorithm(HashAlgorithm.SHA256).data(body).build()
    answer = post(request.as_bytes())
    check(answer, body, request)
    Checkpoint.objects.filter(pk=checkpoint.pk).update(token=answer)
    return Checkpoint.objects.get(pk=checkpoint.pk)


def post(question):
    """Return what the authority answers to a request (DER)."""
    kind = {"Content-Type": "application/timestamp-query"}
    asked = urllib.request.Request(settings.TSA_URL, data=question, headers=kind)
    try:
        with urllib.request.urlopen(asked, timeout=PATIENCE) as response:
            return response.read()
    except OSError as fault:
        raise Blocked(UNREACHABLE.about(why=str(fault))) from None


def roots():
    """Return the certificates (PEM, in one file) that the installation trusts to stamp."""
    return x509.load_pem_x509_certificates(settings.TSA_ROOTS.read_bytes())


def check(answer, body, request):
    """Refuse an answer that is not over this text, to this request, by an authority that we trust.

    The library wants the certificates in the answer in the order of DER, and openssl puts those of its option
    `certs` in another: an authority that does so cannot be used.
    """
    try:
        response = decode_timestamp_response(answer)
        verifier = VerifierBuilder.from_request(request)
        for root in roots():
            verifier = verifier.add_root_certificate(root)
        verifier.build().verify_message(response, body)
    except (ValueError, OSError, VerificationError) as fault:
        raise Blocked(NOT_GOOD.about(why=str(fault))) from None
