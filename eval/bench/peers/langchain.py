"""LangChain: its FAISS store in memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from langchain_community.vectorstores import FAISS
from langchain_huggingface import HuggingFaceEmbeddings

DEPTH = 10


class System:
    """See ``peers``."""

    def __init__(self, model: str, *, hybrid: bool) -> None:
        self._embedder = HuggingFaceEmbeddings(model_name=model)

    def add(self, texts: Mapping[str, str]) -> None:
        """Embed and index the texts."""
        self._store: Any = FAISS.from_texts(list(texts.values()), self._embedder, ids=list(texts))

    def ask(self, question: str) -> list[str]:
        """Return the names of the nearest texts, best first."""
        return [str(found.id) for found in self._store.similarity_search(question, k=DEPTH)]
