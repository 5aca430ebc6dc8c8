"""ZIP archives that may be bombs: looked at before anything is unpacked, counted while it is."""

from __future__ import annotations

import io
import zipfile
import zlib
from xml.parsers import expat

from index.errors import InputError
from index.limits import Limits

CHUNK = 65_536
SMALL = 100_000
"""Entries of fewer unpacked bytes may be packed as tightly as they like."""

UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)
"""What reading an entry that is damaged, encrypted or packed in a strange way raises."""

_ENCRYPTED = 0x1


def read_directory(data: bytes, name: str) -> zipfile.ZipFile:
    """Return the archive with nothing but its directory read.

    Raises:
        InputError: it is damaged.
    """
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except UNREADABLE as error:
        raise InputError(f"{name} is damaged and cannot be unpacked: save it anew") from error


def open_archive(data: bytes, name: str, limits: Limits) -> zipfile.ZipFile:
    """Return the archive, once its directory is within the limits and names no way out.

    Raises:
        InputError: it is damaged, encrypted, or too much would come out of it.
    """
    archive = read_directory(data, name)
    entries = archive.infolist()
    if len(entries) > limits.entries:
        raise InputError(
            f"{name} has {len(entries):,} entries, the limit is {limits.entries:,}: split it"
        )
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise InputError(f"{name} is encrypted: save a copy that opens without a password")
    for entry in entries:
        if entry.filename.startswith(("/", "\\")) or ".." in entry.filename.split("/"):
            raise InputError(f"{name} has an entry outside of itself ({entry.filename!r}): refused")
    told = sum(entry.file_size for entry in entries)
    if told > limits.unpacked_bytes:
        raise InputError(
            f"{name} unpacks to {told:,} bytes, the limit is {limits.unpacked_bytes:,}: split it"
        )
    return archive


def unpack(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], name: str, limits: Limits
) -> dict[str, bytes]:
    """Return the entries' bytes by their names, counted as they come: a directory can lie.

    Raises:
        InputError: one is damaged, or more comes out than may.
    """
    found: dict[str, bytes] = {}
    left = limits.unpacked_bytes
    for entry in entries:
        most = max(SMALL, limits.ratio * entry.compress_size)
        pieces: list[bytes] = []
        held = 0
        try:
            with archive.open(entry) as stream:
                while piece := stream.read(CHUNK):
                    pieces.append(piece)
                    held += len(piece)
                    if held > left:
                        raise InputError(
                            f"{name} unpacks to over {limits.unpacked_bytes:,} bytes, "
                            "which is the limit: split it"
                        )
                    if held > most:
                        raise InputError(
                            f"{name} has {entry.filename!r} packed over {limits.ratio:,} to 1, "
                            "which is the limit: save it anew"
                        )
        except UNREADABLE as error:
            raise InputError(
                f"{name} is damaged ({entry.filename!r} cannot be unpacked): save it anew"
            ) from error
        left -= held
        found[entry.filename] = b"".join(pieces)
    return found


def check_xml(data: bytes, entry: str, name: str) -> None:
    """Make sure that XML is whole and declares no types and no entities.

    Raises:
        InputError: it is not.
    """

    def refuse(*_: object) -> None:
        raise InputError(f"{name} declares types or entities in {entry!r}: refused, save it anew")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise InputError(f"{name} is damaged ({entry!r}: {error}): save it anew") from error
