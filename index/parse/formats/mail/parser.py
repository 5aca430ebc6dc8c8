"""A message (EML) or a mailbox of them (MBOX) → who wrote what to whom, and when."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from index.errors import InputError
from index.limits import Limits
from index.parse.blocks import Block, Parsed, folded
from index.parse.encodings import guess_encoding
from index.parse.formats.mail.quoted import html_blocks, text_blocks
from index.types import Role

SHOWN = ("From", "To", "Cc", "Date")
"""What is told of a message before its text, in this order."""

MOST_NAMED = 10

_FROM_LINE = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\r\n\r\n))From [^\n]*\d{4}[^\n]*\n(?=[\w-]+:)")
_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)


@dataclass(slots=True)
class _Mail:
    """What has been read of a message: its own text is that which is quoted from nobody."""

    headers: dict[str, str]
    blocks: list[Block] = field(default_factory=list)
    attached: list[str] = field(default_factory=list)

    @property
    def only_quotes(self) -> bool:
        return bool(self.blocks) and all(b.role is not Role.TEXT for b in self.blocks)


def parse_eml(data: bytes, name: str, limits: Limits) -> Parsed:
    """Parse a message.

    Raises:
        InputError: it is damaged, or nothing in it can be read.
    """
    mail = _read(data, name)
    lost = [_attachments(mail.attached)]
    if mail.only_quotes:
        lost.append("all of it is quoted or forwarded, which is shown but not offered as an answer")
    writer = next((who or address for who, address in _people(mail, "from")), None)
    return Parsed(
        blocks=tuple(_shown(mail)),
        title=mail.headers.get("subject"),
        author=writer,
        published=_day(mail),
        unread="; ".join(filter(None, lost)),
        names_itself=False,
    )


def parse_mbox(data: bytes, name: str, limits: Limits) -> Parsed:
    """Parse a mailbox: one article, with each message under its subject.

    Raises:
        InputError: it is damaged, or nothing in it can be read.
    """
    starts = list(_FROM_LINE.finditer(data))
    ends = [*(found.start() for found in starts[1:]), len(data)]
    mails = [
        _read(_ESCAPED.sub(rb"\1", data[found.end() : end]), name)
        for found, end in zip(starts, ends, strict=True)
    ]
    attached = [each for mail in mails for each in mail.attached]
    return Parsed(
        blocks=tuple(block for mail in mails for block in _shown(mail)),
        unread=_attachments(attached),
        names_itself=False,
    )


def _read(data: bytes, name: str) -> _Mail:
    try:
        message = message_from_bytes(data)
        mail = _Mail(_headers(message))
        _take_in(message, mail, name)
    except (MessageError, ValueError, LookupError, AttributeError, TypeError) as error:
        raise InputError(f"{name} is damaged and cannot be read as mail: save it anew") from error
    return mail


def _headers(message: Message) -> dict[str, str]:
    """Return the first of each header, decoded, by names in small letters."""
    found: dict[str, str] = {}
    for name, raw in message.raw_items():
        value = str(raw).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        try:
            value = str(make_header(decode_header(value)))
        except (MessageError, LookupError, ValueError):
            value = str(value)
        if said := folded(value):
            found.setdefault(name.lower(), said)
    return found


def _shown(mail: _Mail) -> Iterator[Block]:
    subject = mail.headers.get("subject")
    if subject:
        yield Block(subject, Role.HEADING)
    told = (
        f"{name}: {mail.headers[name.lower()]}" for name in SHOWN if name.lower() in mail.headers
    )
    yield Block("\n".join(told))
    yield from mail.blocks


def _people(mail: _Mail, header: str) -> list[tuple[str, str]]:
    return getaddresses([mail.headers.get(header, "")])


def _day(mail: _Mail) -> str | None:
    try:
        return parsedate_to_datetime(mail.headers.get("date", "")).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _take_in(message: Message, mail: _Mail, name: str) -> None:
    """Take in what a reader of a message sees, of alternatives the plain one."""
    kind = message.get_content_type()
    parts = message.get_payload()
    if isinstance(parts, list) and kind != "message/rfc822":
        inner = [part for part in parts if isinstance(part, Message)]
        if kind == "multipart/alternative":
            inner = sorted(inner, key=_preference)[:1]
        elif kind == "multipart/related":
            inner = inner[:1]
        for part in inner:
            _take_in(part, mail, name)
        return
    filename = message.get_filename()
    if message.get_content_disposition() == "attachment" or filename or kind[:5] != "text/":
        what = "an attached message" if kind == "message/rfc822" else kind
        mail.attached.append(folded(filename or "") or what)
        return
    body = _decoded(message, name)
    mail.blocks += html_blocks(body, name) if kind == "text/html" else text_blocks(body)


def _preference(part: Message) -> int:
    """Return 0 for what is read best: a plain text, then what holds other parts, then HTML."""
    kind = part.get_content_type()
    return (
        0 if kind == "text/plain" else 1 if kind[:10] == "multipart/" else 2 + (kind != "text/html")
    )


def _decoded(message: Message, name: str) -> str:
    data = message.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    for codec in (message.get_content_charset(), "utf-8"):
        try:
            return data.decode(codec) if codec else data.decode("ascii")
        except (LookupError, UnicodeDecodeError):
            continue
    return data.decode(guess_encoding(data, name), errors="replace")


def _attachments(names: list[str]) -> str:
    if not names:
        return ""
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return f"what is attached is not read: {', '.join(names[:MOST_NAMED])}{more}"
