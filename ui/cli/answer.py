"""What the command line prints of an answer: on a terminal statement by statement, as it grows."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rag.answer.citation import spoken
from rag.answer.export import answer_json
from rag.answer.short import split_claim
from rag.listing.types import Comparison, Listing
from rag.types import HALF_REFUSAL, Answer, Citation, Claim, Edit
from ui.cli.output import make_console, print_json

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_EDITS = {Edit.SAME: ("", ""), Edit.ADDED: ("{+", "+}"), Edit.LEFT_OUT: ("[-", "-]")}


def print_answers(found: Iterator[Answer], *, as_json: bool, failed: bool) -> Answer:
    """Print an answer while it grows, and return the last; ``failed``: and what did not hold."""
    console = make_console()
    shown: tuple[Claim, ...] = ()
    for answer in found:
        if answer.claims and answer.written and sys.stdout.isatty() and not as_json:
            shown = _print_statements(answer, shown, console)
    if as_json:
        print_json(answer_json(answer))
    else:
        _print_rest(answer, console, failed=failed, streamed=bool(shown))
    return answer


def _print_statements(
    found: Answer, shown: tuple[Claim, ...], console: Console
) -> tuple[Claim, ...]:
    """Print the statements that were not shown yet; return all of them.

    If those that were shown are not part of the answer any more, it is printed anew.
    """
    from rich.text import Text

    if not shown:
        _print_searched(found, console)
    if found.claims[: len(shown)] != shown:
        console.print()
        shown = ()
    for claim in found.claims[len(shown) :]:
        console.print(Text(claim.marked, style="bold"))
    return found.claims


def _print_searched(found: Answer, console: Console) -> None:
    from rich.text import Text

    if found.searched_for:
        console.print(Text(f"searched for: {found.searched_for}", style="dim"))


def _print_rest(found: Answer, console: Console, *, failed: bool, streamed: bool) -> None:
    """Print all but the statements that were printed while they came."""
    from rich.text import Text

    if streamed:
        for part in found.unanswered:
            console.print(Text(HALF_REFUSAL.format(part), style="bold"))
    else:
        _print_searched(found, console)
        _print_text(found, console)
    if found.certainty and not found.refused:
        console.print(Text(f"({found.certainty})", style="dim"))
    for line in found.notes:
        console.print(Text(line, style="yellow"))
    if found.written:
        for claim in found.written.failed if failed else ():
            _print_failed(claim, console)
    if found.refused and found.nearest:
        console.print(Text("\nNearest to the question:"))
    for citation in found.nearest if found.refused else found.citations:
        _print_citation(citation, console)


def _print_text(found: Answer, console: Console) -> None:
    """Print a list as its items, a comparison as its rows, another answer as its text."""
    from rich.text import Text

    if found.refused or not isinstance(found, Listing | Comparison):
        console.print(_text_of(found))
        return
    for row in found.rows:
        console.print(Text(f"- {row}", style="bold"))


def _text_of(found: Answer) -> Text:
    """Return the answer with what answers in bold; all of it, if nothing shorter does."""
    from rich.text import Text

    if found.refused or not found.short:
        return Text(found.text, style="bold yellow" if found.refused else "bold")
    text, at = Text(found.text), 0
    for claim in found.claims:
        within = at
        for piece, short in split_claim(claim, found.short):
            text.stylize("bold" if short else "", within, within + len(piece))
            within += len(piece)
        at += len(claim.marked) + 1
    return text


def _print_citation(citation: Citation, console: Console) -> None:
    from rich.text import Text

    place = f"{citation.title}, {citation.place}, {citation.start}–{citation.end}"
    console.print()
    console.print(Text(f"[{citation.number}] {place}", style="cyan"))
    console.print(Text(f"“{spoken(citation.quote)}”"))
    if "#" in citation.link:
        console.print(Text(citation.link, style="dim"))
    for said in filter(None, (citation.lacks, citation.unseen)):
        console.print(Text(said, style="dim"))


def _print_failed(claim: Claim, console: Console) -> None:
    """Print a statement that did not hold, struck through, and how the source differs."""
    from rich.text import Text

    line = Text(f"{claim.verdict.value}: ", style="red")
    line.append(claim.text if sys.stdout.isatty() else f"~~{claim.text}~~", style="strike")
    line.append(f" ({'; '.join(claim.faults)})", style="dim")
    console.print(line)
    if claim.difference:
        pieces = ((_EDITS[piece.edit], piece.text) for piece in claim.difference)
        words = " ".join(f"{opens}{text}{closes}" for (opens, closes), text in pieces)
        console.print(Text(f"    {words}", style="dim"))
