"""``python -m eval.altered``: what the check makes of altered statements, and of true ones."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from rich.console import Console
from rich.table import Table

from eval.altered.statements import BY_HAND, HELD_OUT, Statement, altered, faithful, read_articles
from index.embedder import DEFAULT_EMBEDDER, Embedder, load_embedder
from index.types import Encoding
from rag.check import Checked, check_statement
from rag.generate import HOLDS

LEAST_CAUGHT = 0.95
MOST_FAILED = 0.10
GATED = ("number", "date", "name", "negation added", "negation dropped")
"""The kinds of change of which ``LEAST_CAUGHT`` must be caught, each by itself."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A statement, and what the check made of it."""

    statement: Statement
    checked: Checked

    @property
    def right(self) -> bool:
        """Whether the check took it for what it is."""
        return (self.checked.verdict in HOLDS) == self.statement.true


def check_all(embedder: Embedder | None = None) -> list[Outcome]:
    """Check every statement against all sentences of its article."""
    chosen = embedder or load_embedder(DEFAULT_EMBEDDER)

    @cache
    def encode(text: str) -> Encoding:
        return chosen.encode([text], query=True)[0]

    return [
        Outcome(statement, check_statement(statement.text, article.sources, encode))
        for article in read_articles()
        for statement in (*altered(article), *faithful(article))
    ]


def share(outcomes: Iterable[Outcome]) -> float:
    """Return the share that the check took for what it is; 1.0 of none."""
    right = [outcome.right for outcome in outcomes]
    return sum(right) / len(right) if right else 1.0


def broken(outcomes: Sequence[Outcome]) -> list[str]:
    """Say which floors are broken, over all articles and over the one that was held out."""
    found = []
    for name, chosen in (("all", outcomes), ("held out", _held_out(outcomes))):
        for kind in GATED:
            caught = share(o for o in chosen if o.statement.kind == kind)
            if caught < LEAST_CAUGHT:
                found.append(f"{name}, {kind}: {caught:.3f} caught, the floor is {LEAST_CAUGHT}")
        failed = 1 - share(o for o in chosen if o.statement.true)
        if failed > MOST_FAILED:
            found.append(f"{name}, true statements: {failed:.3f} failed, at most {MOST_FAILED}")
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table; 1 if a floor is broken."""
    parser = argparse.ArgumentParser(prog="python -m eval.altered", description=__doc__)
    parser.add_argument("--wrong", action="store_true", help="print what was taken wrongly")
    parser.add_argument("--held-out", action="store_true", help="those of that article as well")
    given = parser.parse_args(argv)
    outcomes = check_all()
    console = Console(highlight=False, soft_wrap=not sys.stdout.isatty())
    console.print(_table(outcomes))
    for outcome in outcomes if given.wrong or given.held_out else ():
        if not outcome.right and (given.held_out or outcome.statement.article != HELD_OUT):
            faults = "; ".join(outcome.checked.faults)
            line = f"{outcome.statement.kind}: {outcome.statement.text}  →  "
            console.print(f"{line}{outcome.checked.verdict} {faults}", markup=False)
    floors = broken(outcomes)
    for line in floors:
        console.print(line, style="red", markup=False)
    return int(bool(floors))


def _held_out(outcomes: Iterable[Outcome]) -> list[Outcome]:
    return [outcome for outcome in outcomes if outcome.statement.article == HELD_OUT]


def _table(outcomes: Sequence[Outcome]) -> Table:
    table = Table("statements", "all", "taken rightly", "held out", "taken rightly", box=None)
    held = _held_out(outcomes)
    for true, heading in ((False, "altered: caught"), (True, "true: let through")):
        kinds = dict.fromkeys(o.statement.kind for o in outcomes if o.statement.true is true)
        rows = [(kind, {kind}) for kind in sorted(kinds, key=lambda kind: (kind == BY_HAND, kind))]
        for name, chosen in [*rows, (heading, set(kinds))]:
            cells = []
            for group in (outcomes, held):
                those = [o for o in group if o.statement.kind in chosen]
                cells += [str(len(those)), f"{share(those):.3f}"]
            table.add_row(name, *cells, style="bold" if name == heading else "", end_section=True)
    return table


if __name__ == "__main__":
    sys.exit(main())
