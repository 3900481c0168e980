"""The ZIP in an envelope: written as files arrive, padded, read with limits (docs/sobre-1.md §6, §10)."""

import errno
import struct
import unicodedata
import zipfile
import zlib
from contextlib import contextmanager
from typing import NamedTuple

from .codec import SealingError, is_nfc

PADDING = "_relleno.bin"
MAX_FILES = 200
MAX_NAME = 150  # bytes of UTF-8
UNIT = {1: 1_048_576, 2: 65_536}  # bytes that the length of a stage's ZIP is a multiple of
MAX_UNITS = {1: 1024, 2: 1}  # a percentage has few digits: the size of envelope 2 says nothing
ZEROS = bytes(65_536)
FORBIDDEN = set('/\\:*?"<>|')  # in a name: folders, or what some system reads otherwise

VERSION_NEEDED = 20
FLAGS = 0x0808  # names in UTF-8, sizes after the data
STAMP = (0, (2000 - 1980) << 9 | 1 << 5 | 1)  # 2000-01-01 00:00
LOCAL = struct.Struct("<4s5H3I2H")
DESCRIPTOR = struct.Struct("<4s3I")
CENTRAL = struct.Struct("<4s6H3I5H2I")
END = struct.Struct("<4s4H2IH")
UNREADABLE = (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, struct.error)


def max_content(stage):
    """Return the largest ZIP of a stage, in bytes, padding included."""
    return UNIT[stage] * MAX_UNITS[stage]


def is_file_name(name):
    """Tell whether a file may be called so: no folders, nothing that some system reads otherwise."""
    return (
        1 <= len(name.encode("utf-8", "replace")) <= MAX_NAME
        and name.isprintable()
        and is_nfc(name)
        and not set(name) & FORBIDDEN
        and name == name.strip(". ")
        and name.casefold() != PADDING
    )


def tidy_name(text):
    """Return the name that a file may have, nearest to the one it comes with."""
    kept = "".join(c for c in unicodedata.normalize("NFC", text) if c.isprintable() and c not in FORBIDDEN)
    cut = kept.encode()[-MAX_NAME:].decode(errors="ignore").strip(". ")  # the end says what kind it is
    return cut if is_file_name(cut) else "archivo"


class Entry(NamedTuple):
    """One file of the ZIP, as its directory lists it."""

    name: bytes
    crc: int
    size: int
    offset: int


class Writer:
    """Writes the ZIP into a sink that only goes forward; an upload that breaks off needs no closing."""

    def __init__(self, sink, stage):
        self.sink = sink
        self.stage = stage
        self.position = 0
        self.entries = []
        self.names = set()
        self.current = None

    def begin(self, name):
        """Begin a file; refuses with `envelope.file.name-invalid`, `.repeated` or `.too-many`."""
        if not is_file_name(name):
            raise SealingError("envelope.file.name-invalid", name=name)
        if name.casefold() in self.names:
            raise SealingError("envelope.file.repeated", name=name)
        if len(self.names) == MAX_FILES:
            raise SealingError("envelope.file.too-many", maximum=MAX_FILES)
        self.names.add(name.casefold())
        self._begin(name)

    def write(self, chunk):
        """Add bytes to the file begun; refuses with `bid.upload.too-large` (in bytes) what would not fit."""
        size, limit = self._size_at_least() + len(chunk), max_content(self.stage)
        if size > limit:
            raise SealingError("bid.upload.too-large", size=size, limit=limit)
        self._data(chunk)

    def close(self):
        """Pad to the size of the stage and write the directory; refuses with `envelope.file.missing`."""
        if not self.names:
            raise SealingError("envelope.file.missing")
        padding = -self._size_at_least() % UNIT[self.stage]
        self._end()
        self._begin(PADDING)
        for start in range(0, padding, len(ZEROS)):
            self._data(ZEROS[: padding - start])
        self._end()
        self._directory()

    def _put(self, data):
        self.sink.write(data)
        self.position += len(data)

    def _begin(self, name):
        self._end()
        encoded = name.encode()
        self.current = Entry(encoded, 0, 0, self.position)
        self._put(LOCAL.pack(b"PK\3\4", VERSION_NEEDED, FLAGS, 0, *STAMP, 0, 0, 0, len(encoded), 0) + encoded)

    def _data(self, chunk):
        entry = self.current
        if entry is None:
            raise ValueError("begin a file before feeding it")
        self.current = entry._replace(crc=zlib.crc32(chunk, entry.crc), size=entry.size + len(chunk))
        self._put(chunk)

    def _end(self):
        if self.current:
            entry, self.current = self.current, None
            self._put(DESCRIPTOR.pack(b"PK\7\x08", entry.crc, entry.size, entry.size))
            self.entries.append(entry)

    def _size_at_least(self):
        """Return how long the ZIP is if nothing follows but empty padding and the directory."""
        names = [entry.name for entry in (*self.entries, self.current) if entry] + [PADDING.encode()]
        open_end = DESCRIPTOR.size if self.current else 0
        padding = LOCAL.size + len(PADDING) + DESCRIPTOR.size
        return self.position + open_end + padding + sum(CENTRAL.size + len(name) for name in names) + END.size

    def _directory(self):
        start = self.position
        for name, crc, size, offset in self.entries:
            made, mode = 3 << 8 | VERSION_NEEDED, 0o100644 << 16
            head = (b"PK\1\2", made, VERSION_NEEDED, FLAGS, 0, *STAMP, crc, size, size)
            self._put(CENTRAL.pack(*head, len(name), 0, 0, 0, 0, mode, offset) + name)
        count = len(self.entries)
        self._put(END.pack(b"PK\5\6", 0, 0, count, count, self.position - start, start, 0))


def _invalid(defect):
    return SealingError("envelope.zip.invalid", who="bidder", defect=defect)


@contextmanager
def _blaming_content(defect):
    """Lay on the bidder what the content provokes, and not what the disk under it does."""
    try:
        yield
    except UNREADABLE:
        raise _invalid(defect) from None
    except OSError as error:
        if error.errno != errno.EINVAL:  # seeking before the start, where a directory says so
            raise
        raise _invalid(defect) from None


class Member(NamedTuple):
    """A file of an opened envelope; its `size` is what the directory says, and no more is read."""

    name: str
    size: int
    archive: zipfile.ZipFile

    def chunks(self):
        """Yield its bytes; refuses with `envelope.zip.invalid` where they are not what the directory says."""
        with _blaming_content("data"), self.archive.open(self.name) as stream:
            while chunk := stream.read(len(ZEROS)):
                yield chunk


def _defect(infos, length):
    names = [info.filename for info in infos if info.filename != PADDING]
    checks = {
        "files": 1 <= len(names) <= MAX_FILES and len(infos) == len(names) + 1,
        "names": all(info.filename == info.orig_filename for info in infos)
        and all(map(is_file_name, names))
        and len({name.casefold() for name in names}) == len(names),
        "method": all(info.compress_type == zipfile.ZIP_STORED and not info.flag_bits & 1 for info in infos),
        "sizes": all(info.file_size == info.compress_size for info in infos)
        and sum(info.file_size for info in infos) <= length,
    }
    return next((defect for defect, holds in checks.items() if not holds), None)


def _has_end(file, length):
    """Tell whether the directory's end record ends the file: no comment, no second directory behind it."""
    file.seek(max(0, length - END.size))
    end = file.read(END.size)
    return len(end) == END.size and end.startswith(b"PK\5\6")


def unzip(file, max_bytes=UNIT[1] * MAX_UNITS[1]):
    """Return the members of a decrypted envelope (`file` seeks), without the padding; nothing goes to disk.

    Refuses with `envelope.zip.invalid` (who: bidder) what §10 forbids: folders, compression, sizes that lie.
    """
    length = file.seek(0, 2)
    if length > max_bytes:
        raise _invalid("length")
    if not _has_end(file, length):
        raise _invalid("directory")
    with _blaming_content("directory"):
        archive = zipfile.ZipFile(file)
    if defect := _defect(archive.infolist(), length):
        raise _invalid(defect)
    return [
        Member(info.filename, info.file_size, archive)
        for info in archive.infolist()
        if info.filename != PADDING
    ]
