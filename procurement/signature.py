"""An electronic signature on a drawn paper: bytes in, bytes out; no database.

A signer's PKCS#12 (.p12, .pfx) holds the private key and the certificate. It is read in memory with its
passphrase and forgotten; nothing here writes either anywhere. The signature stands where the paper leaves
room to sign by hand, above its line, and each one is added behind what was signed before.
"""

import io
from tempfile import NamedTemporaryFile
from typing import NamedTuple

from asn1crypto import keys, pkcs12, x509
from cryptography import x509 as certificates
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates

LINE = "signature-"  # how the template names each line to sign, counted from 0
WIDTH, HEIGHT, GAP = 144, 34, 3  # points: of the room above a line, and between its foot and the line


class NotAKeyFile(Exception):
    """These bytes are no PKCS#12, or one without a private key and its certificate."""


class WrongPassphrase(Exception):
    """The PKCS#12 does not open with this passphrase."""


class NoSuchLine(Exception):
    """The paper has no such line to sign."""


class Key(NamedTuple):
    """A private key with its certificate and those that vouch for it (cryptography's objects)."""

    private: object
    certificate: object
    chain: list

    @property
    def name(self):
        """Return the common name of the certificate: whoever signs, as who issued it wrote it."""
        found = self.certificate.subject.get_attributes_for_oid(certificates.NameOID.COMMON_NAME)
        return str(found[0].value) if found else self.certificate.subject.rfc4514_string()

    def holds_at(self, at):
        return self.certificate.not_valid_before_utc <= at < self.certificate.not_valid_after_utc


def read_key(data, passphrase):
    """Return the key in a PKCS#12."""
    try:
        pkcs12.Pfx.load(data, strict=True)["version"].native  # noqa: B018 - reading it parses the whole
    except (ValueError, TypeError) as fault:
        raise NotAKeyFile from fault
    try:
        private, certificate, chain = load_key_and_certificates(data, passphrase.encode() or None)
    except ValueError as fault:
        raise WrongPassphrase from fault
    if private is None or certificate is None:
        raise NotAKeyFile
    return Key(private, certificate, chain)


def signer_of(key):
    """Return what pyHanko signs with."""
    from pyhanko.sign.signers import SimpleSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    known = SimpleCertificateStore()
    for each in key.chain:
        known.register(x509.Certificate.load(each.public_bytes(Encoding.DER)))
    private = key.private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return SimpleSigner(
        signing_cert=x509.Certificate.load(key.certificate.public_bytes(Encoding.DER)),
        signing_key=keys.PrivateKeyInfo.load(private),
        cert_registry=known,
    )


def lines_of(reader):
    """Return {number of the line: (page, left, foot)} of the lines to sign, in points from its corner."""
    count = int(reader.root["/Pages"]["/Count"])
    pages = {reader.find_page_for_modification(place)[0].idnum: place for place in range(count)}
    named = reader.root["/Names"]["/Dests"]["/Names"] if "/Names" in reader.root else []
    found = {}
    values = list(named)
    for name, target in zip(values[::2], values[1::2], strict=True):
        if str(name).startswith(LINE):
            page = pages[target.raw_get(0).idnum]
            found[int(str(name).removeprefix(LINE))] = (page, round(target[2]), round(target[3]))
    return found


def sign(drawn, key, line, picture):
    """Return the paper with one more signature; `picture` is a PDF of what stands in the room for it."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.layout import AxisAlignment, Margins, SimpleBoxLayoutRule
    from pyhanko.sign.fields import SigFieldSpec
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
    from pyhanko.stamp import StaticStampStyle

    writer = IncrementalPdfFileWriter(io.BytesIO(drawn))
    lines = lines_of(writer.prev)
    if line not in lines:
        raise NoSuchLine(line)
    page, left, foot = lines[line]
    box = (left, foot + GAP, left + WIDTH, foot + GAP + HEIGHT)
    name = f"{LINE}{line}"
    whole = SimpleBoxLayoutRule(AxisAlignment.ALIGN_MIN, AxisAlignment.ALIGN_MIN, margins=Margins())
    with NamedTemporaryFile(suffix=".pdf") as shown:
        shown.write(picture)
        shown.flush()
        signer = PdfSigner(
            PdfSignatureMetadata(field_name=name, name=key.name),
            signer=signer_of(key),
            stamp_style=StaticStampStyle.from_pdf_file(shown.name, border_width=0, background_layout=whole),
            new_field_spec=SigFieldSpec(name, on_page=page, box=box),
        )
        return signer.sign_pdf(writer).getvalue()
