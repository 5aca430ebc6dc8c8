"""The cells of comparisons against the right ones; comparisons of several articles alone."""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from functools import partial

from eval.lists.items import articles
from eval.sets.lines import Record
from index.library import Library
from rag.asking import ask
from rag.listing.compare import compare_articles
from rag.listing.types import Comparison
from rag.types import Answer


def compared(
    library: Library, records: Sequence[Record], *, each: bool
) -> tuple[int, dict[str, float]]:
    """Return how many were asked, and shares.

    Of the cells that say something ``precision`` is the share that cites the right sentence, of
    those that should say something ``recall`` is the share that does. Of the comparisons in which
    "they differ" is said, ``differ_precision`` is the share in which they do, and the other way
    round ``differ_recall``.
    """
    ids = {name: library.add(path).id for name, path in articles().items()}
    asked = [r for r in records if len({cell["article"] for cell in r["cells"]}) > 1]
    given = right = gold = said = apart = both = 0
    for record in asked:
        chosen = [ids[cell["article"]] for cell in record["cells"]]
        answer = compare_articles(record["asked"], library, chosen, partial(_ask, library))
        given += len(answer.citations)
        right += _right(answer, record, ids)
        gold += sum("quote" in cell for cell in record["cells"])
        differ = record["relation"] == "differ"
        said, apart = said + answer.apart, apart + differ
        both += answer.apart and differ
        if each:
            rows = "".join(f"    {row}\n" for row in answer.rows)
            sys.stdout.write(f"{record['asked']} {record['relation']} {answer.apart}\n{rows}")
    return len(asked), {
        "precision": right / max(given, 1),
        "recall": right / max(gold, 1),
        "differ_precision": both / max(said, 1),
        "differ_recall": both / max(apart, 1),
    }


def _ask(library: Library, question: str, within: Collection[str] | None) -> Answer:
    return ask(question, library=library, within=within)


def _right(answer: Comparison, record: Record, ids: dict[str, str]) -> int:
    """Return how many cells cite the right sentence."""
    gold = {ids[cell["article"]]: cell.get("quote") for cell in record["cells"]}
    return sum(
        (quote := gold[citation.article_id]) is not None
        and (quote in citation.quote or citation.quote in quote)
        for citation in answer.citations
    )
