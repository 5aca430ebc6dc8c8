"""Bytes → canonical text: the one string that every range of an article refers to."""

from __future__ import annotations

import codecs
import os
import re
import stat
from collections import deque
from pathlib import Path

from index.errors import InputError
from index.limits import DEFAULT_LIMITS, Limits
from index.parse.encodings import guess_encoding

PAGE_BREAK = "\f"
"""Where a page of a paged article ends, in its canonical text: white space that nobody sees."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ALLOWED_CONTROLS = frozenset("\t\n\f\v\x85")
_ESCAPED = re.compile(rb"\\x([89a-f][0-9a-f])")
_TIME = re.compile(r"^\d{2,3}:\d{2}:\d{2}$", re.MULTILINE)
_VISIBLE = re.compile(r"[^\s\x00-\x1f]")


def user_path(path: str | os.PathLike[str]) -> Path:
    r"""Return ``path`` with a leading ``~`` or ``~name`` as that user's home, if there is one.

    A name that is no UTF-8 is found by what the name of its source has, ``"caf\\xe9.txt"``, where
    there is no file that is really called so.
    """
    try:
        meant = Path(path).expanduser()
    except RuntimeError:  # a file may be called ~draft.txt
        meant = Path(path)
    if "\\x" not in str(meant) or os.path.lexists(meant):
        return meant
    name = _ESCAPED.sub(lambda found: bytes.fromhex(found[1].decode()), os.fsencode(meant))
    other = Path(os.fsdecode(name))
    return other if os.path.lexists(other) else meant


def page_breaks(text: str) -> list[int]:
    """Return where the pages of an article's text end, in order; none without pages."""
    return [found.start() for found in re.finditer(PAGE_BREAK, text)]


def page_at(text: str, position: int) -> int | None:
    """Return the 1-based page that a position of an article's text is on; None without pages."""
    return 1 + text.count(PAGE_BREAK, 0, position) if PAGE_BREAK in text else None


def time_at(text: str, position: int) -> str | None:
    """Return the time that stands over a position of a transcript: ``"00:12:31"``; None without."""
    times = _TIME.finditer(text, 0, position)
    return next((found.group() for found in deque(times, maxlen=1)), None)


def read_file(path: Path, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """Return the bytes of a regular file.

    Raises:
        InputError: it is missing, a folder, no regular file, unreadable, empty or too large.
    """
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise InputError(f"{path} is a folder: name the files in it, or add the folder")
        if not stat.S_ISREG(found.st_mode):
            raise InputError(f"{path} is not a regular file: copy its content into one")
        with path.open("rb") as file:
            data = file.read(limits.file_bytes + 1)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise InputError(f"{path} does not exist: check the name and the folder") from error
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}): check its rights") from error
    except ValueError as error:
        raise InputError(f"{path} cannot be a file's name ({error}): check it") from error
    if len(data) > limits.file_bytes:
        raise InputError(
            f"{path} has {max(len(data), found.st_size):,} bytes, the limit is "
            f"{limits.file_bytes:,}: split it into parts"
        )
    if not data.strip():
        raise InputError(f"{path} is empty: there is nothing to ask about")
    return data


def decode(data: bytes, name: str, limits: Limits = DEFAULT_LIMITS) -> str:
    r"""Return the canonical text: decoded, without byte-order mark, line ends as ``\n``.

    ``b"\xef\xbb\xbfa\r\nb"`` → ``"a\nb"``. Nothing else is changed: no-break spaces, curly quotes
    and soft hyphens stay, because a quote is what stands there.

    Raises:
        InputError: it is binary, or its encoding is broken, mixed or unknown.
    """
    bom, encoding = next(((b, e) for b, e in _BOMS if data.startswith(b)), (b"", ""))
    try:
        text = data[len(bom) :].decode(encoding or "utf-8")
        if not bom and "\0" in text:
            text = data.decode(guess_encoding(data, name))
    except UnicodeDecodeError as error:
        text = _decode_other(data, name, bom, encoding, error)
    return canonical(text, name, limits)


def _decode_other(
    data: bytes, name: str, bom: bytes, encoding: str, error: UnicodeDecodeError
) -> str:
    if not bom:
        encoding = guess_encoding(data, name)
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as second:
            error = second
    raise InputError(
        f"{name} is not {encoding.upper()} text (byte {error.start:,}): save it as UTF-8"
    ) from error


def canonical(text: str, name: str, limits: Limits = DEFAULT_LIMITS) -> str:
    """Return ``text`` with line ends normalised, checked to be text that can be kept.

    Raises:
        InputError: it is blank, too long, or has control characters or lone surrogates.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    if not text.strip():
        raise InputError(f"{name} is empty: there is nothing to ask about")
    if len(text) > limits.characters:
        raise InputError(
            f"{name} has {len(text):,} characters, the limit is {limits.characters:,}: split it"
        )
    controls = sum(1 for c in set(text) if c < " " and c not in _ALLOWED_CONTROLS)
    if "\0" in text or controls > 3:
        raise InputError(f"{name} is a binary file: save it as plain text first")
    if not _VISIBLE.search(text):
        raise InputError(f"{name} has only control characters: there is nothing to ask about")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InputError(
            f"{name} has half a character at {error.start:,} (a lone surrogate): remove it"
        ) from error
    return text
