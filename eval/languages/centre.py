"""What all vectors of the multilingual embedder have in common, which it takes off them.

Any two texts are near to each other for it: its vectors point one way, by which nothing is told.
``python -m eval.languages.centre --set a.json --set b.json`` writes the means of passages' vectors
and of their tokens', over articles of the calibration halves, as much of each set.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from eval.sets.load import load_set, select
from eval.types import QuestionSet
from index.embed.centre import CENTRE_FILE, Centre
from index.embed.multilingual import MultilingualEmbedder
from index.types import Floats

PARAGRAPHS = 30
"""So many of each set, from all over it."""

DIGITS, DIMENSION = 4, 384


def mean_vectors(sets: Sequence[QuestionSet], embedder: MultilingualEmbedder) -> Floats:
    """Return the mean of passages' vectors and that of their tokens' (2, dim)."""
    found = []
    for each in sets:
        asked = {question.about for question in each.questions}
        articles = [article for article in each.articles if article.key in asked]
        texts = [
            article.text[start:end] for article in articles for start, end in article.paragraphs
        ]
        texts = texts[:: max(1, len(texts) // PARAGRAPHS)][:PARAGRAPHS]
        rows = [(e.vector, e.token_vectors.mean(axis=0)) for e in embedder.encode(texts)]
        found.append(np.mean(rows, axis=0))
    return np.asarray(np.mean(found, axis=0), dtype=np.float32)


def main(argv: Sequence[str] | None = None) -> int:
    """Write the means of the sets that are named."""
    parser = argparse.ArgumentParser(prog="python -m eval.languages.centre", description=__doc__)
    parser.add_argument("--set", type=Path, action="append", required=True, metavar="PATH")
    parser.add_argument("--out", type=Path, default=CENTRE_FILE)
    given = parser.parse_args(argv)
    sets = [select(load_set(path), "calibration") for path in given.set]
    vector, tokens = mean_vectors(sets, MultilingualEmbedder(Centre.none(DIMENSION)))
    made = {
        "of": [each.name for each in sets],
        "vector": vector.astype(float).round(DIGITS).tolist(),
        "tokens": tokens.astype(float).round(DIGITS).tolist(),
    }
    given.out.write_text(json.dumps(made) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
