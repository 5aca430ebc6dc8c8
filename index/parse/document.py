"""A file or a pasted text → a ``Document``: canonical text, paragraphs, and what it is called."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

from index.limits import DEFAULT_LIMITS, Limits
from index.parse.about.dates import choose_date, iso, stated_dates
from index.parse.allowance import Seen
from index.parse.blocks import LONGEST_TITLE, compose, visible
from index.parse.boilerplate import mark_boilerplate
from index.parse.content import HTML, PDF, TEXT, media_type
from index.parse.formats.markdown import read_markdown
from index.parse.isolated.child import Worker, parse_in_child
from index.parse.parsers import parser_of
from index.parse.places import place_words
from index.parse.text import canonical, decode, read_file
from index.segment.paragraphs import find_paragraphs, is_markdown, is_table_head
from index.segment.tables import markdown_tables
from index.types import PASTED, Document, Role

SMALL = 1_000_000
"""UTF-8 text of fewer bytes, or a text at hand of fewer characters, is read here; all else is
parsed in a process with limits."""

ENDINGS = tuple(
    ".pdf .docx .odt .epub .html .htm .rtf .md .txt .pptx .odp .xlsx .ods .csv .tsv"
    " .eml .mbox .json .jsonl .vtt .srt".split()
)
"""How the names of files end that can be articles, where a choice has to be offered by name."""

_MARKUP = re.compile(r"[*`]+|(?<!\w)_+|_+(?!\w)|\[([^\]]*)\]\([^)]*\)|\s+#+$")
_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"^(title|author|date|lang|language)[ \t]*:[ \t]*(\S.*?)[ \t]*$", re.M | re.I)


def read_document(
    path: Path,
    limits: Limits = DEFAULT_LIMITS,
    worker: Worker | None = None,
    seen: Seen | None = None,
) -> Document:
    """Parse the file at ``path``, in the process of ``worker`` if it takes one.

    ``seen`` is told of the pages whose letters have to be recognised.

    Raises:
        InputError: the file cannot be read, is of no known format, or over a limit.
    """
    return parse_bytes(read_file(path, limits), source_of(path), limits, worker, seen)


def source_of(path: Path) -> str:
    r"""Return the name that a file has from everywhere: its absolute path, as text.

    A name need not be UTF-8: ``b"caf\xe9.txt"`` → ``"/home/me/caf\\xe9.txt"``.
    """
    return os.fsencode(os.path.abspath(path)).decode(errors="backslashreplace")  # noqa: PTH100


def parse_bytes(
    data: bytes,
    source: str,
    limits: Limits = DEFAULT_LIMITS,
    worker: Worker | None = None,
    seen: Seen | None = None,
) -> Document:
    """Parse what was read from ``source``. Raises what ``read_document`` raises."""
    if len(data) < SMALL and _is_plain(data, source):
        return parse_here(data, source, limits)
    parse = worker.parse if worker is not None else parse_in_child
    document = parse(data, source, limits, seen=seen)
    return replace(document, original=data) if document.media == PDF else document


def parse_here(
    data: bytes,
    source: str,
    limits: Limits = DEFAULT_LIMITS,
    *,
    pasted: bool = False,
    title: str | None = None,
) -> Document:
    """Parse in this process, whatever it costs: a file or, if ``pasted``, what ``parse_text`` sent.

    Raises what they raise.
    """
    if pasted:
        text = data.decode(errors="surrogatepass")
        return _parse_text(text, source=source, title=title, limits=limits)
    media = media_type(data, source)
    fallback = _spoken(Path(source).stem)
    if media == TEXT:
        text = decode(data, source, limits)
        return _parse_text(text, source=source, fallback=fallback, media=TEXT, limits=limits)
    parsed = parser_of(media)(data, source, limits)
    text, spans, tables = compose(parsed)
    text = canonical(text, source, limits)
    heading = parsed.names_itself and not parsed.pages and _heading(text, spans)
    return Document(
        title=(parsed.title or heading or fallback)[:LONGEST_TITLE],
        source=source,
        text=text,
        spans=spans,
        published=parsed.published if media == HTML else _date(text, spans, parsed.published),
        author=parsed.author,
        language=parsed.language,
        media=media,
        unread=parsed.unread,
        tables=tables,
        boxes=place_words(text, spans, parsed),
    )


def parse_text(
    text: str,
    *,
    source: str = PASTED,
    title: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Document:
    """Parse a text that is at hand, a large one in a process with limits: nothing waits for it.

    It is called ``title``, or what its front matter or its own heading says, or its first words.

    Raises:
        InputError: it is blank, too long or not text, or parsing it broke a limit.
    """
    if len(text) < SMALL:
        return _parse_text(text, source=source, title=title, limits=limits)
    data = text.encode(errors="surrogatepass")
    return parse_in_child(data, source, limits, pasted=True, title=title)


def _parse_text(
    text: str,
    *,
    source: str,
    title: str | None = None,
    fallback: str | None = None,
    media: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Document:
    """Parse a text in this process; if nothing names it, it is called ``fallback``, if given."""
    text = canonical(text, source, limits)
    if is_markdown(text):
        text = canonical(read_markdown(text), source, limits)
    spans = mark_boilerplate(text, find_paragraphs(text))
    told = _front_matter(text)
    called = title or told.get("title") or _heading(text, spans) or fallback or _first_words(text)
    return Document(
        title=visible(called)[:LONGEST_TITLE],
        source=_storable(source),
        text=text,
        spans=spans,
        published=iso(told.get("date")) or _date(text, spans, None),
        author=visible(told.get("author", "")) or None,
        language=told.get("lang") or told.get("language"),
        media=media,
        tables=markdown_tables(text, spans),
    )


def _storable(source: str) -> str:
    """Return a source as it can be stored: half a character, as in odd names, is written out."""
    return source.encode(errors="backslashreplace").decode().replace("\0", "\\0")


def _is_plain(data: bytes, source: str) -> bool:
    """Tell whether there is nothing to it: text in UTF-8 that is no page."""
    try:
        plain = "\0" not in data.decode()
    except UnicodeDecodeError:
        return False
    return plain and media_type(data, source) == TEXT


def _front_matter(text: str) -> dict[str, str]:
    found = _FRONT_MATTER.match(text)
    fields = _FIELD.findall(found.group(1)) if found else []
    return {name.casefold(): value.strip("'\"") for name, value in fields}


def _date(text: str, spans: tuple[tuple[int, int, Role], ...], told: str | None) -> str | None:
    """Return when a text was published, by its head and by what its file tells."""
    return choose_date(stated_dates(text, spans), [told] if told else [])


def _heading(text: str, spans: tuple[tuple[int, int, Role], ...]) -> str | None:
    """Return the heading that opens the article, if one does."""
    for start, end, role in spans:
        if role is Role.TEXT or (role is Role.HEADING and is_table_head(text, start, end)):
            return None
        if role is Role.HEADING:
            return " ".join(_MARKUP.sub(r"\1", text[start:end]).split())[:LONGEST_TITLE]
    return None


def _spoken(stem: str) -> str:
    """``"openai-for_countries"`` → ``"openai for countries"``."""
    return re.sub(r"[-_\s]+", " ", stem).strip() or stem


def _first_words(text: str) -> str:
    words = text.split()[:8]
    return " ".join(words)[:LONGEST_TITLE] + ("…" if len(text.split(None, 8)) > 8 else "")
