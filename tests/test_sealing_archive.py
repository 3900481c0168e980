"""Inside and around an envelope: the age files that others open too, the ZIP that is read with limits."""

import io
import shutil
import subprocess
import zipfile
from contextlib import suppress

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bids import sealing
from bids.sealing import SealingError, age, codec, envelope

from .sealing_case import CONTENTS, SHEETS, refused, sealed_bid

MEGABYTE = 1_048_576
needs_age = pytest.mark.skipif(not shutil.which("age"), reason="Debian's age is not installed")


# age


@pytest.mark.parametrize("size", [0, 1, 65, 65_535, 65_536, 65_537, 131_072])
def test_our_age_files_open_with_pyrage_and_have_the_size_foretold(size):
    secret, plain = b"i" * 32, b"a" * size

    data = age.encrypt(plain, codec.public_half(secret), age.draw(lambda n: bytes(n)))

    assert pyrage.decrypt(data, [pyrage.x25519.Identity.from_str(codec.identity(secret))]) == plain
    assert len(data) == age.size_of(size)
    assert age.has_one_stanza(data)


def test_a_second_stanza_is_noticed():
    """pyrage adds one at random, which is why it does not seal here."""
    theirs = pyrage.encrypt(b"", [pyrage.x25519.Identity.generate().to_public()])

    assert not age.has_one_stanza(theirs)


def test_a_recipient_that_fixes_the_secret_is_refused():
    with pytest.raises(ValueError, match="shared key"):
        age.encrypt(b"", bytes(32), age.draw(lambda n: b"1" * n))


def test_only_who_drew_the_secret_can_show_what_was_encrypted():
    drawn, public = age.draw(lambda n: bytes(range(n))), codec.public_half(b"i" * 32)
    data = age.encrypt(b"share", public, drawn)

    assert age.is_encryption_of(data, b"share", public, drawn.ephemeral)
    assert not age.is_encryption_of(data, b"other", public, drawn.ephemeral)
    assert not age.is_encryption_of(data, b"share", public, b"e" * 32)
    assert not age.is_encryption_of(data, b"share", bytes(32), drawn.ephemeral)
    assert not age.is_encryption_of(data[:100], b"share", public, drawn.ephemeral)
    assert not age.is_encryption_of(data[:170], b"share", public, drawn.ephemeral)


@needs_age
def test_debians_age_opens_an_envelope_and_a_share(tmp_path):
    sealed, ciphertext = sealed_bid()
    share = codec.unb64(sealed.manifest["shares"][0]["ct"])

    def age_opens(identity, data):
        (tmp_path / "llave.txt").write_text(identity)
        command = ["age", "-d", "-i", str(tmp_path / "llave.txt")]
        return subprocess.run(command, input=data, capture_output=True, check=True).stdout

    plain = age_opens(sealed.identity, ciphertext)
    assert zipfile.ZipFile(io.BytesIO(plain)).read("oferta.json") == CONTENTS["oferta.json"]
    context = envelope.context_of(sealed.manifest)
    assert age_opens(SHEETS[0].identities[2], share)[:32] == context


# The ZIP inside


def zip_of(members, method=zipfile.ZIP_STORED):
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", method) as packed:
        for name, data in members:
            packed.writestr(name, data)
    return sink


PADDING = ("_relleno.bin", b"")


@pytest.mark.parametrize(
    ("defect", "file"),
    [
        ("directory", io.BytesIO(b"%PDF-1.7 not a zip")),
        ("directory", io.BytesIO(b"")),
        ("files", zip_of([("a", b"")])),
        ("files", zip_of([PADDING])),
        ("files", zip_of([*((f"{n}", b"") for n in range(201)), PADDING])),
        ("names", zip_of([("../../etc/passwd", b""), PADDING])),
        ("names", zip_of([("folder/", b""), PADDING])),
        ("names", zip_of([("a", b""), ("A", b""), PADDING])),
        ("method", zip_of([("bomb", bytes(MEGABYTE)), PADDING], zipfile.ZIP_DEFLATED)),
    ],
)
def test_a_zip_that_is_not_ours_is_refused_and_laid_on_the_bidder(defect, file):
    expected = ("envelope.zip.invalid", {"who": "bidder", "defect": defect})

    assert refused(sealing.unzip, file) == expected


def test_a_directory_that_counts_one_file_many_times_is_refused():
    """The bomb that needs no compression: every entry points at the same bytes."""
    file = zip_of([("a", b"x" * 5000), PADDING])
    with zipfile.ZipFile(file, "a") as packed:
        for n in range(9):
            clone = zipfile.ZipInfo(f"b{n}")
            first = packed.infolist()[0]
            clone.file_size = clone.compress_size = first.file_size
            clone.CRC, clone.header_offset = first.CRC, first.header_offset
            packed.filelist.append(clone)
        packed._didModify = True

    assert refused(sealing.unzip, file)[1]["defect"] == "sizes"


def test_a_zip_too_long_is_refused():
    file = zip_of([("a", b"x" * 500), PADDING])

    assert refused(sealing.unzip, file, max_bytes=500)[1]["defect"] == "length"
    assert [member.name for member in sealing.unzip(file)] == ["a"]


def test_a_disk_that_fails_is_not_laid_on_the_bidder():
    class Disk(io.BytesIO):
        broken = False

        def read(self, *size):
            if self.broken:
                raise OSError(5, "input/output error")
            return super().read(*size)

    disk = Disk(zip_of([("a", b""), PADDING]).getvalue())
    members = sealing.unzip(disk)
    disk.broken = True

    with pytest.raises(OSError, match="input/output"):
        sealing.unzip(disk)
    with pytest.raises(OSError, match="input/output"):
        list(members[0].chunks())


def test_a_name_that_readers_would_cut_differently_is_refused():
    file = zip_of([("anexo.pdf", b""), PADDING])

    cut = io.BytesIO(file.getvalue().replace(b"anexo.pdf", b"anexo\0pdf"))

    assert refused(sealing.unzip, cut)[1]["defect"] == "names"


def test_a_directory_that_points_before_the_file_is_laid_on_the_bidder(tmp_path):
    data = bytearray(zip_of([("a", b"x"), PADDING]).getvalue())
    data[-6:-2] = (int.from_bytes(data[-6:-2], "little") + 1000).to_bytes(4, "little")
    path = tmp_path / "sobre.zip"
    path.write_bytes(data)

    with path.open("rb") as file:
        assert refused(lambda: [*sealing.unzip(file)[0].chunks()])[0] == "envelope.zip.invalid"


PLAIN = zip_of([("a", b"x" * 300), PADDING]).getvalue()


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(PLAIN) - 1), st.integers(0, 255), st.integers(0, 3))
def test_no_damage_breaks_the_reader(place, value, cut):
    data = bytearray(PLAIN)
    data[place] = value
    read = []
    with suppress(SealingError):
        members = sealing.unzip(io.BytesIO(bytes(data[: len(data) - cut])))
        read = [sum(map(len, member.chunks())) for member in members]

    assert read <= [300]
