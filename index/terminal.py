"""Text of others on a terminal: shown, never obeyed.

What a document, a file name, a model or an error message brings may hold characters that a terminal
takes for commands, or that turn round what is read. They are written out: ``\\x1b``.
"""

from __future__ import annotations

import logging
import re
import sys
from typing import TYPE_CHECKING, Any, TextIO, cast

if TYPE_CHECKING:
    from rich.console import Console

_OBEYED = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls, but for line ends and tabs
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # what turns the direction of reading
    "\u2028\u2029\ufeff\ud800-\udfff\U000e0000-\U000e0fff"
)
OBEYED = re.compile(f"[{_OBEYED}]")
_BREAKS = re.compile(f"[{_OBEYED}\n\t]")


def printable(text: str) -> str:
    """Return a text with what a terminal would obey written out; it keeps its lines."""
    return OBEYED.sub(_written, text)


def one_line(text: str) -> str:
    """Return the same on one line: no name forges a row of a list."""
    return _BREAKS.sub(_written, text)


def _written(found: re.Match[str]) -> str:
    return found.group().encode("unicode_escape", "surrogatepass").decode("ascii")


class Guarded:
    """A stream that writes out what a terminal would obey. All else is the stream's own."""

    def __init__(self, stream: TextIO) -> None:
        self.raw = stream

    def write(self, text: str) -> int:
        """Write a text."""
        return self.raw.write(printable(text))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.raw, name)


def guard_streams() -> None:
    """Let everything that is written to stdout and stderr be shown, not obeyed."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if not isinstance(stream, Guarded):
            setattr(sys, name, cast("TextIO", Guarded(stream)))


def make_console(*, stderr: bool = False, **options: Any) -> Console:
    """Return rich's console, whose colours a terminal obeys, but nothing in the text it shows."""
    from collections.abc import Iterable

    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.segment import Segment

    class Shown(Console):
        def render(
            self, renderable: RenderableType, options: ConsoleOptions | None = None
        ) -> Iterable[Segment]:
            for part in super().render(renderable, options):
                yield part if part.control else Segment(printable(part.text), part.style)

    stream = sys.stderr if stderr else sys.stdout
    return Shown(file=stream.raw if isinstance(stream, Guarded) else stream, **options)


class _Shown(logging.LogRecord):
    """A record whose message is one line, whatever a caller has put into it."""

    def getMessage(self) -> str:
        return one_line(super().getMessage())


def guard_logs() -> None:
    """Let every message that is logged be shown as one line: no address forges another."""
    logging.setLogRecordFactory(_Shown)
