"""``Grown``: a library that grows from size to size, by real articles first, then by drawn ones."""

from __future__ import annotations

import math
import random
import shutil
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from eval.bench.large.asked import Asked, ask_apart
from eval.bench.large.drawn import PARAGRAPHS, DrawnEmbedder, Real, Writer
from eval.types import SetArticle
from index import Library
from index.embed.embedder import load_embedder
from index.types import Json

ASKED = 100
"""How many questions are asked at each size."""

TOGETHER = 500
"""Articles that are added before the search index is published, as by one call of ``add``."""

SEED = 7


class Grown:
    """A library that grows from size to size, and what adding to it took so far."""

    def __init__(self, folder: Path, articles: Sequence[SetArticle], real: Real) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        self.folder = folder
        self._embedder = DrawnEmbedder(real, load_embedder())
        self._writer = Writer(real)
        self._waiting = list(articles)
        self._held: set[str] = set()
        self._drawn = 0
        self._seconds = 0.0

    def measure(self, size: int, questions: Sequence[Asked]) -> Json:
        """Grow to ``size`` passages or a few more, and measure there."""
        with Library.open(self.folder, embedder=self._embedder) as library:
            self._grow(library, size)
            start = perf_counter()
            last = self._draw(library)
            added = perf_counter()
            library.remove(last)
            removed = perf_counter()
            passages, _ = library.frequencies([])
        known = [q for q in questions if all(article in self._held for article, *_ in q.golds)]
        return {
            "size": passages,
            "add_s": round(self._seconds, 2),
            "add_one_s": round(added - start, 2),
            "remove_one_s": round(removed - added, 2),
            **ask_apart(self.folder, random.Random(SEED).sample(known, min(ASKED, len(known)))),
            "disk_mb": sum(f.stat().st_size for f in self.folder.rglob("*") if f.is_file())
            // 10**6,
        }

    def _grow(self, library: Library, size: int) -> None:
        while (held := library.frequencies([])[0]) < size:
            start = perf_counter()
            with library.writing():
                for _ in range(min(TOGETHER, math.ceil((size - held) / PARAGRAPHS))):
                    self._add(library)
            self._seconds += perf_counter() - start

    def _add(self, library: Library) -> None:
        """Add a real article if there is one left, a drawn one if not."""
        if not self._waiting:
            self._draw(library)
            return
        article = self._waiting.pop(0)
        source = article.key
        self._held.add(
            library.add_text(article.text, title=article.title or None, source=source).id
        )

    def _draw(self, library: Library) -> str:
        self._drawn += 1
        title, text = self._writer.article(self._drawn)
        return library.add_text(text, title=title, source=f"drawn {self._drawn}").id
