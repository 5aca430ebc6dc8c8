"""``pullquote proof``: the sentences of a draft beside what the articles say."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from index.speaking.forms import SEMICOLON, in_a_row
from index.types import Json
from rag.answer.export import citation_json
from rag.proofreading.proofread import proofread
from rag.proofreading.types import Proof, Standing, summed
from ui.cli import output as show
from ui.cli.answer import print_citations, print_difference
from ui.cli.options import ANSWERED, EDITED, MISSING, asked_library, asked_within

if TYPE_CHECKING:
    from rich.console import Console

_STYLES = {
    Standing.SUPPORTED: "green",
    Standing.ALTERED: "red",
    Standing.NOT_FOUND: "yellow",
}


def proof(options: argparse.Namespace) -> int:
    """Print how each sentence of a draft stands; the exit code is that of the worst."""
    from index.parse.document import read_document
    from index.parse.text import user_path

    draft = read_document(user_path(options.draft))
    found: list[Proof] = []
    console = show.make_console()
    with asked_library(options, options.article) as library:
        for each in proofread(draft, library=library, within=asked_within(library, options)):
            found.append(each)
            if not options.json:
                _print(each, console)
    if options.json:
        show.print_json([_json(each) for each in found])
    else:
        console.print(summed(found))
    standings = {each.standing for each in found}
    if Standing.ALTERED in standings:
        return EDITED
    return MISSING if Standing.NOT_FOUND in standings else ANSWERED


def _print(found: Proof, console: Console) -> None:
    from rich.text import Text

    line = Text(f"{found.standing.said}: ", style=_STYLES[found.standing])
    line.append(found.statement, style="bold")
    console.print(line)
    if found.standing is Standing.SUPPORTED:
        for citation in found.citations:
            print_citations([citation], console)
    else:
        console.print(Text(f"    {in_a_row(found.faults, SEMICOLON)}", style="dim"))
        print_difference(found.difference, console)
    console.print()


def _json(found: Proof) -> Json:
    return {
        "statement": found.statement,
        "start": found.start,
        "end": found.end,
        "standing": found.standing.value,
        "verdict": found.verdict.value,
        "support": round(found.support, 4),
        "faults": list(found.faults),
        "citations": [citation_json(citation) for citation in found.citations],
    }
