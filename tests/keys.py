"""Certificates and key files as an authority gives them to a signer, made for one test."""

from datetime import UTC, datetime, timedelta

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates

PASSPHRASE = "caña y ñandú 7"
NAME = "JOSÉ ÑAHUI PÉREZ"
A_DAY = timedelta(days=1)
NO_OTHER_USE = dict.fromkeys(
    ["key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign"], False
) | {"encipher_only": False, "decipher_only": False}


def key_file(name=NAME, *, start=None, end=None, passphrase=PASSPHRASE):
    """Return a PKCS#12 and its certificate, which holds from yesterday until the end of 2031."""
    start, end = start or datetime(2020, 1, 1, tzinfo=UTC), end or datetime(2031, 1, 1, tzinfo=UTC)
    private = generate_private_key(SECP256R1())
    named = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    use = x509.KeyUsage(digital_signature=True, content_commitment=True, **NO_OTHER_USE)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(named)
        .issuer_name(named)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(use, critical=True)
        .sign(private, hashes.SHA256())
    )
    locked = BestAvailableEncryption(passphrase.encode())
    return serialize_key_and_certificates(b"firma", private, certificate, None, locked), certificate


def trusting(*certificates):
    """Return what a reader of PDF trusts who knows these certificates."""
    from pyhanko_certvalidator import ValidationContext

    roots = [asn1.Certificate.load(each.public_bytes(Encoding.DER)) for each in certificates]
    return ValidationContext(trust_roots=roots, allow_fetching=False)
