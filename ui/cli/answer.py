"""What the command line prints of an answer: on a terminal statement by statement, as it grows."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from index.speaking.forms import SEMICOLON, in_a_row
from index.speaking.words import _
from rag.answer.citation import spoken
from rag.answer.drawn import by_table
from rag.answer.export import answer_json
from rag.answer.short import split_claim
from rag.certainty import say_certainty
from rag.lines import half_refusal
from rag.listing.types import Comparison, Listing
from rag.remarks import remarks
from rag.styles.styled import Styled, styled_of
from rag.types import Answer, Citation, Claim, Edit, Piece, Short, marked
from ui.cli.output import make_console, print_json
from ui.cli.tables import print_table

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from rag.styles.source import Words

_EDITS = {Edit.SAME: ("", ""), Edit.ADDED: ("{+", "+}"), Edit.LEFT_OUT: ("[-", "-]")}


def print_answers(
    found: Iterator[Answer], *, as_json: bool, failed: bool, style: str = "plain"
) -> Answer:
    """Print an answer while it grows, and return the last; ``failed``: and what did not hold.

    ``style``: how its quotes are cited.
    """
    console = make_console()
    shown: tuple[Claim, ...] = ()
    for answer in found:
        if answer.claims and answer.written and sys.stdout.isatty() and not as_json:
            shown = _print_statements(answer, shown, console)
    if as_json:
        print_json(answer_json(answer))
    else:
        _print_rest(answer, console, failed=failed, streamed=bool(shown), style=style)
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

    if found.follows:
        follows = _("taken as a follow-up to “{question}”", question=spoken(found.follows))
        console.print(Text(follows, style="dim"))
    if found.searched_for:
        searched = _("searched for: {question}", question=found.searched_for)
        console.print(Text(searched, style="dim"))


def _print_rest(
    found: Answer, console: Console, *, failed: bool, streamed: bool, style: str
) -> None:
    """Print all but the statements that were printed while they came."""
    from rich.text import Text

    if streamed:
        for part in found.unanswered:
            console.print(Text(half_refusal(part), style="bold"))
    else:
        _print_searched(found, console)
        _print_text(found, console)
    if found.certainty and not found.refused:
        console.print(Text(f"({say_certainty(found.certainty)})", style="dim"))
    for line in found.notes:
        console.print(Text(line, style="yellow"))
    if found.written:
        for claim in found.written.failed if failed else ():
            _print_failed(claim, console)
    if found.refused and found.nearest:
        console.print(Text("\n" + _("Nearest to the question:")))
    quoted = found.nearest if found.refused else found.citations
    styled = styled_of(quoted, style)
    for group in by_table(quoted):
        print_citations(group, console, found.short, styled)
    if styled.heading:
        console.print(Text(f"\n{styled.heading}"))
    for words in styled.listed:
        console.print(_words(words))
    if found.suggested:
        console.print(Text("\n" + _("It does say something to:")))
    for question in found.suggested:
        console.print(Text(f"  {question}", style="dim"))


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

    if found.refused or not found.claims:
        return Text(found.text, style="bold yellow" if found.refused else "bold")
    said = [
        Text.assemble(
            *((piece, "bold" if short else "") for piece, short in split_claim(claim, found.short)),
            marked("", [citation.number for citation in claim.citations]),
        )
        for claim in found.claims
    ]
    open_parts = (Text(half_refusal(part)) for part in found.unanswered)
    text = Text(" ").join([*said, *open_parts])
    return text if found.short else Text.assemble((text.plain, "bold"))


def print_citations(
    group: Sequence[Citation],
    console: Console,
    shorts: Sequence[Short] = (),
    styled: Styled | None = None,
) -> None:
    """Print a quote and where it stands; or rows of one table, as a table."""
    from rich.text import Text

    console.print()
    for each in group:
        plainly = f"{each.title}, {each.place}, {each.start}–{each.end}"
        cited = styled.cited(each) if styled else ()
        place = _words(cited) if cited else Text(plainly)
        console.print(Text.assemble(f"[{each.number}] ", place, style="cyan"))
    if group[0].table:
        print_table(group, shorts, console)
    else:
        console.print(Text(f"“{spoken(group[0].quote)}”"))
    told = [(c.link if "#" in c.link else "", *remarks(c)) for c in group]
    for said in dict.fromkeys(filter(None, (said for each in told for said in each))):
        console.print(Text(said, style="dim"))


def _words(words: Words) -> Text:
    """Return words of a reference; a terminal shows their italics."""
    from rich.text import Text

    return Text.assemble(*((text, "italic" if slanted else "") for text, slanted in words))


def _print_failed(claim: Claim, console: Console) -> None:
    """Print a statement that did not hold, struck through, and how the source differs."""
    from rich.text import Text

    line = Text(f"{_(claim.verdict.value)}: ", style="red")
    line.append(claim.text if sys.stdout.isatty() else f"~~{claim.text}~~", style="strike")
    line.append(f" ({in_a_row(claim.faults, SEMICOLON)})", style="dim")
    console.print(line)
    print_difference(claim.difference, console)


def print_difference(difference: Sequence[Piece], console: Console) -> None:
    """Print how a source differs from what was said: ``cost [-10-] {+12+}``; nothing of none."""
    from rich.text import Text

    if difference:
        pieces = ((_EDITS[piece.edit], piece.text) for piece in difference)
        words = " ".join(f"{opens}{text}{closes}" for (opens, closes), text in pieces)
        console.print(Text(f"    {words}", style="dim"))
