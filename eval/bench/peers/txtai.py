"""txtai: its index in memory; ``hybrid`` is its own way of joining vectors and BM25."""

from __future__ import annotations

from collections.abc import Mapping

from txtai import Embeddings

DEPTH = 10


class System:
    """See ``peers``."""

    def __init__(self, model: str, *, hybrid: bool) -> None:
        self._index = Embeddings(path=model, hybrid=hybrid)

    def add(self, texts: Mapping[str, str]) -> None:
        """Embed and index the texts."""
        self._index.index((name, text, None) for name, text in texts.items())

    def ask(self, question: str) -> list[str]:
        """Return the names of the nearest texts, best first."""
        return [str(name) for name, _ in self._index.search(question, DEPTH)]
