"""Pullquote: a library on disk, and ``retrieve``."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from tempfile import TemporaryDirectory

from index import Library
from index.embed.embedder import load_embedder
from rag import Hit, retrieve

DEPTH = 10
GAP = "\n\n"


class System:
    """See ``peers``. A name is ``article:paragraph``; an article's texts are its paragraphs."""

    def __init__(self, model: str, *, hybrid: bool) -> None:
        load_embedder().encode(["warm"], query=True)
        self._folder = TemporaryDirectory()
        self._library = Library.open(self._folder.name)
        self._places: dict[str, tuple[list[int], list[str]]] = {}

    def add(self, texts: Mapping[str, str]) -> None:
        """Embed, index and store the texts."""
        articles: dict[str, list[str]] = {}
        for name in texts:
            articles.setdefault(name.partition(":")[0], []).append(name)
        with self._library.writing():
            for key, names in articles.items():
                # Nobody is told the title of an article, and so neither is this.
                whole = GAP.join(texts[name] for name in names)
                article = self._library.add_text(whole, title="-", source=key)
                starts = [0]
                for name in names:
                    starts.append(starts[-1] + len(texts[name]) + len(GAP))
                self._places[article.id] = starts[:-1], names

    def ask(self, question: str) -> list[str]:
        """Return the names of the best texts, best first: several passages may be of one."""
        hits = retrieve(question, library=self._library, k=5 * DEPTH)
        return list(dict.fromkeys(map(self._name, hits)))[:DEPTH]

    def _name(self, hit: Hit) -> str:
        starts, names = self._places[hit.passage.article_id]
        return names[bisect_right(starts, hit.passage.start) - 1]
