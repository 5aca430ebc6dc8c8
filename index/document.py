"""A file or a pasted text → a ``Document``: canonical text, its paragraphs, its title."""

from __future__ import annotations

import os
import re
from pathlib import Path

from index.boilerplate import mark_boilerplate
from index.paragraphs import find_paragraphs
from index.text import canonical, decode, read_file
from index.types import Document, Role

LONGEST_TITLE = 120

ENDINGS = (".txt", ".md")
"""How the names of files end that can be articles, where a choice has to be offered by name."""

_MARKUP = re.compile(r"[*`]+|(?<!\w)_+|_+(?!\w)|\[([^\]]*)\]\([^)]*\)|\s+#+$")


def read_document(path: Path) -> Document:
    """Parse the file at ``path``.

    Raises:
        InputError: the file cannot be read, or is not text.
    """
    # A name need not be UTF-8, but it is kept and shown as text.
    name = Path(os.fsencode(path).decode(errors="replace"))
    text = decode(read_file(path), str(name))
    return parse_text(text, source=str(name), fallback=_spoken(name.stem))


def parse_text(
    text: str, *, source: str = "pasted text", title: str | None = None, fallback: str | None = None
) -> Document:
    """Parse a text that is at hand.

    It is called ``title``, or what its own heading says, or ``fallback``, or its first words.

    Raises:
        InputError: it is blank, too long or not text.
    """
    text = canonical(text, source)
    spans = mark_boilerplate(text, find_paragraphs(text))
    called = title or _heading(text, spans) or fallback or _first_words(text)
    return Document(title=called, source=source, text=text, spans=spans)


def _heading(text: str, spans: tuple[tuple[int, int, Role], ...]) -> str | None:
    """Return the heading that opens the article, if one does."""
    for start, end, role in spans:
        if role is Role.TEXT:
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
