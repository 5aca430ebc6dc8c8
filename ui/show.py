"""What the command line prints: rich on a terminal, plain in a pipe, JSON for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from rag.citation import spoken
from rag.types import Answer, Citation

if TYPE_CHECKING:
    from rich.console import Console

    from index.types import Article, Check


def answer(found: Answer, *, as_json: bool) -> None:
    """Print an answer, or a refusal with the nearest places."""
    if as_json:
        _print_json(answer_json(found))
        return
    from rich.text import Text

    console = _console()
    console.print(Text(found.text, style="bold yellow" if found.refused else "bold"))
    if not found.refused:
        console.print(Text(f"({found.certainty})", style="dim"))
    if found.refused and found.nearest:
        console.print(Text("\nNearest to the question:"))
    for citation in found.nearest if found.refused else found.citations:
        place = f"{citation.title}, paragraph {citation.paragraph}, {citation.start}–{citation.end}"
        console.print()
        console.print(Text(f"[{citation.number}] {place}", style="cyan"))
        console.print(Text(f"“{spoken(citation.quote)}”"))
        if citation.lacks:
            console.print(Text(citation.lacks, style="dim"))


def answer_json(found: Answer) -> dict[str, Any]:
    """Return an answer as the object that ``ask --json`` prints."""
    return {
        "question": found.question,
        "text": found.text,
        "refused": found.refused,
        "confidence": round(found.confidence, 4),
        "certainty": found.certainty,
        "claims": [
            {"text": claim.text, "citations": [c.number for c in claim.citations]}
            for claim in found.claims
        ],
        "citations": [_citation_json(citation) for citation in found.citations],
        "nearest": [_citation_json(citation) for citation in found.nearest],
        "unanswered": list(found.unanswered),
        "timings": dict(found.timings),
    }


def articles(found: Sequence[Article], *, as_json: bool) -> None:
    """Print articles as a table, or one tab-separated line each in a pipe."""
    rows = [
        {
            "id": article.id,
            "title": article.title,
            "characters": len(article.text),
            "added": article.added,
            "published": article.published,
            "source": article.source,
        }
        for article in found
    ]
    if as_json:
        _print_json(rows)
    elif not sys.stdout.isatty():
        for row in rows:
            sys.stdout.write(f"{row['id']}\t{row['title']}\t{row['source']}\n")
    elif rows:
        from rich.table import Table
        from rich.text import Text

        table = Table("id", "title", "characters", "source", box=None, header_style="dim")
        for row in rows:
            cells = (row["id"], row["title"], f"{row['characters']:,}", row["source"])
            table.add_row(*(Text(str(cell)) for cell in cells))
        _console().print(table)


def check(found: Check, *, as_json: bool) -> None:
    """Print what was verified and what was wrong."""
    if as_json:
        _print_json({"counted": found.counted, "healed": found.healed, "problems": found.problems})
        return
    counted = ", ".join(f"{count:,} {what}" for what, count in found.counted.items())
    lines = [f"checked: {counted}", *(f"healed: {each}" for each in found.healed)]
    lines += [f"problem: {each}" for each in found.problems] or ["all is as it was stored"]
    sys.stdout.write("\n".join(lines) + "\n")


def progress(label: str = "indexing") -> Callable[[int, int], None] | None:
    """Return a progress bar on stderr for one article; None where nobody watches."""
    if not sys.stderr.isatty():
        return None
    from rich.console import Console
    from rich.progress import Progress

    bar = Progress(console=Console(stderr=True), transient=True)
    task = bar.add_task(str(label))

    def step(done: int, total: int) -> None:
        bar.start()
        bar.update(task, completed=done, total=total, description=f"{label} ({done} of {total})")
        if done >= total:
            bar.stop()

    return step


def _citation_json(citation: Citation) -> dict[str, Any]:
    return {
        "number": citation.number,
        "article_id": citation.article_id,
        "title": citation.title,
        "source": citation.source,
        "paragraph": citation.paragraph,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "verdict": citation.verdict.value,
        "lacks": citation.lacks,
    }


def _console() -> Console:
    from rich.console import Console

    return Console(highlight=False, soft_wrap=not sys.stdout.isatty())


def _print_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
