"""What a file is, by its bytes. Its name is not asked."""

from __future__ import annotations

import codecs
import re
import zipfile

from index.errors import InputError
from index.parse.archive import UNREADABLE, read_directory

PDF = "application/pdf"
HTML = "text/html"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ODP = "application/vnd.oasis.opendocument.presentation"
EPUB = "application/epub+zip"
RTF = "application/rtf"
TRANSCRIPT = "text/vtt"
CSV = "text/csv"
EML = "message/rfc822"
MBOX = "application/mbox"
JSON = "application/json"
TEXT = "text/plain"

HEAD = 4096
MAIL_HEAD = 65_536
"""The head of a message that came a long way, and was signed on it, is longer."""

_REFUSED = (
    (b"\x89PNG", "a picture (PNG): run text recognition (OCR) on it first"),
    (b"\xff\xd8\xff", "a picture (JPEG): run text recognition (OCR) on it first"),
    (b"GIF8", "a picture (GIF): run text recognition (OCR) on it first"),
    (b"II*\0", "a picture (TIFF): run text recognition (OCR) on it first"),
    (b"MM\0*", "a picture (TIFF): run text recognition (OCR) on it first"),
    (b"\x1f\x8b", "a packed file (gzip): unpack it first"),
    (b"7z\xbc\xaf", "a packed file (7z): unpack it first"),
    (b"Rar!", "a packed file (RAR): unpack it first"),
    (b"\xfd7zXZ", "a packed file (xz): unpack it first"),
    (b"BZh", "a packed file (bzip2): unpack it first"),
    (b"\x7fELF", "a program: there is no text in it"),
    (b"MZ\x90", "a program: there is no text in it"),
    (b"SQLite format 3\0", "a database: export the texts from it first"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_TIME = r"(?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3}"
_TRANSCRIPT = re.compile(
    rf"WEBVTT(?=[ \t\r\n]|\Z)|\s*(?:\d+[ \t]*\r?\n)?{_TIME}[ \t]*-->[ \t]*{_TIME}"
)
"""The head of subtitles: WebVTT says so, SubRip begins with a number and two times."""

_FIELD = rb"[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*"
_MAIL = re.compile(rb"(?P<box>From [^\n]*\d{4}[^\n]*\n)?(?P<head>(?:" + _FIELD + rb")+)")
_SENDER = re.compile(rb"^From:[^\n]*(?:\n[ \t][^\n]*)*?@", re.MULTILINE | re.IGNORECASE)
_SENT = re.compile(rb"^(?:Date|Received|Message-ID):", re.MULTILINE | re.IGNORECASE)
"""The head of a message says whom it is from, with an address, and when or by what it was sent."""

_WEB_ARCHIVE = re.compile(
    rb"\A(?:[\w-]+:[^\n]*\n|[ \t][^\n]*\n)*?content-type:\s*multipart/related", re.I
)


def media_type(data: bytes, name: str) -> str:
    """Return the MIME type of a file that can be parsed; what is nothing else is text.

    Raises:
        InputError: it is something that no article is in.
    """
    head = data[:HEAD]
    if head.startswith(b"PK\x03\x04"):
        return _in_archive(data, name)
    if head.startswith(_OLE):
        secret = _ENCRYPTED_PACKAGE in data
        raise InputError(
            f"{name} is encrypted: save a copy that opens without a password"
            if secret
            else f"{name} is in an old Office format (as .doc is): save it as DOCX or PDF"
        )
    for magic, what in _REFUSED:
        if head.startswith(magic):
            raise InputError(f"{name} is {what}")
    if b"%PDF-" in head[:1024]:
        return PDF
    if head.startswith(b"{\\rtf"):
        return RTF
    mail = _MAIL.match(data[:MAIL_HEAD])
    if mail and _SENDER.search(mail["head"]) and _SENT.search(mail["head"]):
        return MBOX if mail["box"] else EML
    if _WEB_ARCHIVE.match(head):
        raise InputError(f"{name} is a web archive (MHTML): save the page as HTML")
    readable = _readable(head)
    if _TRANSCRIPT.match(readable):
        return TRANSCRIPT
    if _PAGE.match(readable):
        return HTML
    if _is_json(readable):
        return JSON
    return CSV if _is_csv(readable, whole=len(data) <= HEAD) else TEXT


def _is_json(head: str) -> bool:
    from index.parse.formats.data.json_values import is_json

    return is_json(head)


def _is_csv(head: str, *, whole: bool) -> bool:
    from index.parse.formats.sheets.csv_table import separator_of

    lines = head.splitlines(keepends=True)
    return separator_of("".join(lines if whole else lines[:-1])) is not None


def _readable(head: bytes) -> str:
    for bom, codec in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le")):
        if head.startswith(bom):
            return head[len(bom) :].decode(codec, errors="replace")
    return head.decode("latin-1")


def _in_archive(data: bytes, name: str) -> str:
    archive = read_directory(data, name)
    entries = set(archive.namelist())
    if "word/document.xml" in entries:
        return DOCX
    if "xl/workbook.xml" in entries:
        return XLSX
    if "ppt/presentation.xml" in entries:
        return PPTX
    kind = _told(archive) if "mimetype" in entries else ""
    kind = kind.removesuffix("-template")
    if kind in {EPUB, ODT, ODS, ODP}:
        return kind
    if "META-INF/container.xml" in entries:
        return EPUB
    if "xl/workbook.bin" in entries:
        raise InputError(f"{name} is a binary workbook (XLSB): save it as XLSX")
    raise InputError(f"{name} is a packed file (ZIP): save what it says as PDF, DOCX or text first")


def _told(archive: zipfile.ZipFile) -> str:
    """Return what the archive says it is; an entry that is long says nothing."""
    try:
        with archive.open("mimetype") as entry:
            return entry.read(100).decode("ascii", errors="replace").strip()
    except UNREADABLE:
        return ""
