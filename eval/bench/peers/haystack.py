"""Haystack: its document store in memory, with its embedding retriever."""

from __future__ import annotations

from collections.abc import Mapping

from haystack import Document
from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)

DEPTH = 10


class System:
    """See ``peers``."""

    def __init__(self, model: str, *, hybrid: bool) -> None:
        self._documents = SentenceTransformersDocumentEmbedder(model=model, progress_bar=False)
        self._questions = SentenceTransformersTextEmbedder(model=model, progress_bar=False)
        self._documents.warm_up()
        self._questions.warm_up()
        self._store = InMemoryDocumentStore()
        self._retriever = InMemoryEmbeddingRetriever(self._store, top_k=DEPTH)

    def add(self, texts: Mapping[str, str]) -> None:
        """Embed and index the texts."""
        documents = [Document(id=name, content=text) for name, text in texts.items()]
        self._store.write_documents(self._documents.run(documents=documents)["documents"])

    def ask(self, question: str) -> list[str]:
        """Return the names of the nearest texts, best first."""
        vector = self._questions.run(text=question)["embedding"]
        return [found.id for found in self._retriever.run(query_embedding=vector)["documents"]]
