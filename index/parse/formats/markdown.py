"""Markdown as it is written → as it is read: nothing struck, no mark of a note, no HTML.

Its own marks (``**``, links, list signs) stay: they are what stands in the file, and say what they
mean. What stands in code is read as it is.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from html import unescape

from index.parse.formats.superscripts import lowered, raised

_OPENS = re.compile(
    r"""
    ^[ \t>]*(?P<fence>`{3,}|~{3,})[^\n]*
    | (?P<ticks>`+)
    | (?P<code>(?<=\n\n)(?:(?:[ ]{4}|\t)[^\n]*\n?)+ | ^[ \t]*<!-- | \\[~\[<&`]
        | \[\^[^\]\n]{1,80}\]\()
    | (?P<struck>(?<!~)~~(?![~\s]))
    | (?P<comment><!--)
    | <(?P<hidden>script|style|template|del|s|strike)(?=[\s>])[^<>]*>
    | ^[ ]{0,3}(?P<note>\[\^[^\]\s]{1,80}\]:[ \t]*)
    | (?P<mark>\[\^[^\]\s]{1,80}\])
    | <su(?P<level>[pb])(?=[\s>])[^<>]*>(?P<inside>[^<]*)</su[pb]\s*>
    | (?P<break><br(?=[\s/>])[^<>]*>)
    | </?(?P<tag>[a-z][a-z0-9]*)(?:\s[^<>]*)?/?>
    | (?P<entity>&(?:\#\d{1,7}|\#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});)
    """,
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
_BLANK = r"\n[ \t]*\n"


def read_markdown(text: str) -> str:
    """Return what a reader of the rendered text sees, but for the marks of Markdown itself.

    ``"It was ~~red~~ blue.[^1] 10<sup>6</sup> &amp; on"`` → ``"It was blue. 10^6 & on"``.
    """
    return _Pass(text).read()


class _Pass:
    """One pass over a text. What closes what is looked up, so that it takes linear time."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.pieces: list[str] = []
        self.places: dict[str, tuple[list[int], list[int]]] = {}

    def read(self) -> str:
        end = 0
        while found := _OPENS.search(self.text, end):
            self.pieces.append(self.text[end : found.start()])
            end = self._step(found)
        return "".join(self.pieces) + self.text[end:]

    def _step(self, found: re.Match[str]) -> int:
        """Take in what begins here, and return where it ends."""
        kind = found.lastgroup or ""
        handle: Callable[[re.Match[str]], int] = getattr(self, f"_{kind}", self._drop)
        return handle(found)

    def _keep(self, start: int, end: int) -> int:
        self.pieces.append(self.text[start:end])
        return end

    def _skip(self, end: int) -> int:
        """Leave out what ends here, and one of two spaces that meet."""
        pads = self._before()[-1:].isspace() and self.text[end : end + 1] == " "
        return end + pads

    def _drop(self, found: re.Match[str]) -> int:
        return self._skip(found.end())

    def _tag(self, found: re.Match[str]) -> int:
        """Leave out a tag of HTML; ``List<String>`` stays."""
        from lxml.html.defs import tags

        known = found["tag"].lower() in tags
        return self._skip(found.end()) if known else self._keep(found.start(), found.end())

    def _before(self) -> str:
        return "".join(self.pieces[-4:])[-80:]

    def _close(self, closer: str, start: int, *, in_paragraph: bool = False) -> int:
        """Return where the next thing that closes ends; -1 if there is none."""
        end = self._next(closer, start)
        if in_paragraph and 0 <= self._next(_BLANK, start) <= end:
            return -1
        return end

    def _next(self, pattern: str, start: int) -> int:
        if pattern not in self.places:
            found = list(re.finditer(pattern, self.text, re.MULTILINE | re.IGNORECASE))
            self.places[pattern] = [m.start() for m in found], [m.end() for m in found]
        starts, ends = self.places[pattern]
        place = bisect_left(starts, start)
        return ends[place] if place < len(ends) else -1

    def _fence(self, found: re.Match[str]) -> int:
        end = self._close(rf"^[ \t>]*{found['fence']}[`~]*[ \t]*$", found.end())
        return self._keep(found.start(), end if end >= 0 else len(self.text))

    def _ticks(self, found: re.Match[str]) -> int:
        closer = rf"(?<!`){found['ticks']}(?!`)"
        end = self._close(closer, found.end(), in_paragraph=True)
        return self._keep(found.start(), max(end, found.end()))

    def _code(self, found: re.Match[str]) -> int:
        end = self._close("-->", found.end()) if found.group().endswith("<!--") else -1
        return self._keep(found.start(), max(end, found.end()))

    def _struck(self, found: re.Match[str]) -> int:
        end = self._close(r"(?<=[^\s~])~~(?!~)", found.end(), in_paragraph=True)
        return self._skip(end) if end >= 0 else self._keep(found.start(), found.end())

    def _comment(self, found: re.Match[str]) -> int:
        end = self._close("-->", found.end())
        return self._skip(end) if end >= 0 else self._keep(found.start(), found.end())

    def _hidden(self, found: re.Match[str]) -> int:
        end = self._close(rf"</{found['hidden'].lower()}\s*>", found.end())
        return self._skip(max(end, found.end()))

    def _note(self, found: re.Match[str]) -> int:
        before = self._before()
        self.pieces.append("" if not before or before.endswith("\n\n") else "\n")
        return found.end()

    def _inside(self, found: re.Match[str]) -> int:
        inside, before = unescape(found["inside"]), self._before()
        after = self.text[found.end() : found.end() + 8]
        low = found["level"].lower() == "b"
        self.pieces.append(lowered(before, inside) if low else raised(before, inside, after))
        return found.end()

    def _break(self, found: re.Match[str]) -> int:
        self.pieces.append("\n")
        return found.end()

    def _entity(self, found: re.Match[str]) -> int:
        self.pieces.append(unescape(found.group()))
        return found.end()
