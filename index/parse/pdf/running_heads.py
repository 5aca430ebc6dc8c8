"""What a PDF repeats at the edge of its pages: titles, footers, page numbers. They go out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from index.parse.pdf.lines import Line

EDGE = 3
"""How many lines at either end of a page may be running ones."""

REPEATED = 3
"""On so many pages, or half of them if that is less, a line has to stand to be a running one."""

SAME_HEIGHT = 8.0
"""Points within which two lines stand at one height."""

LETTERS = 6
"""With so many letters, a page's outermost line is known by its words, at whatever height."""

_NUMBER = re.compile(r"\d{1,5}")
_ROMAN = re.compile(r"[ivxlc]{1,7}")

Key = tuple[str, int | None]


def drop_running(pages: Sequence[list[Line]]) -> list[list[Line]]:
    """Return the pages' lines without those that repeat, but for the page's number."""
    seen: Counter[Key] = Counter()
    # A page that is there twice has nothing that runs over two pages.
    for lines in {"\n".join(line.text for line in lines): lines for lines in pages}.values():
        seen.update({key for edge in _edges(lines) for line in edge for key in _keys(line, edge)})
    needed = max(2, min(REPEATED, (len(pages) + 1) // 2))
    inner = [_inner(lines, seen, needed) for lines in pages]
    return inner if any(inner) else list(pages)


def _edges(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    """Return the first lines of a page, and the last ones; the outermost first."""
    ordered = sorted(lines, key=lambda line: -line.base)
    return ordered[:EDGE], ordered[::-1][:EDGE]


def _keys(line: Line, edge: list[Line]) -> Iterator[Key]:
    """Yield what a line says and where; two roundings, so that near heights share one."""
    text = line.text.casefold()
    height = line.base / SAME_HEIGHT
    for says in _sayings(text, line.page):
        yield says, 2 * round(height)
        yield says, 2 * round(height - 0.5) + 1
        if line is edge[0] and sum(character.isalpha() for character in text) >= LETTERS:
            yield says, None


def _sayings(text: str, page: int) -> Iterator[str]:
    """Yield a line's words, and its words with each number that may be the page's left out."""
    yield "#" if _ROMAN.fullmatch(text) else text
    for number in _NUMBER.finditer(text):
        ahead = int(number.group()) - page
        yield f"{text[: number.start()]}#{ahead}{text[number.end() :]}"


def _inner(lines: list[Line], seen: Counter[Key], needed: int) -> list[Line]:
    dropped: set[int] = set()
    for edge in _edges(lines):
        for place, line in enumerate(edge):
            if max(seen[key] for key in _keys(line, edge[place:])) < needed:
                break
            dropped.add(id(line))
    return [line for line in lines if id(line) not in dropped]
