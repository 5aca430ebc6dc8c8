"""LlamaIndex: its vector index in memory; ``hybrid`` fuses that with its BM25 retriever."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from llama_index.core import VectorStoreIndex
from llama_index.core.llms import MockLLM
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.core.schema import TextNode
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.retrievers.bm25 import BM25Retriever

DEPTH = 10


class System:
    """See ``peers``."""

    def __init__(self, model: str, *, hybrid: bool) -> None:
        self._embedder = HuggingFaceEmbedding(model_name=model)
        self._hybrid = hybrid

    def add(self, texts: Mapping[str, str]) -> None:
        """Embed and index the texts."""
        nodes = [TextNode(id_=name, text=text) for name, text in texts.items()]
        depth = min(DEPTH, len(nodes))
        index = VectorStoreIndex(nodes, embed_model=self._embedder)
        self._retriever: Any = index.as_retriever(similarity_top_k=depth)
        if self._hybrid:
            self._retriever = QueryFusionRetriever(
                [
                    self._retriever,
                    BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=depth),
                ],
                llm=MockLLM(),  # is not asked: the question is taken as it is
                num_queries=1,
                mode="reciprocal_rerank",
                similarity_top_k=depth,
                use_async=False,
            )

    def ask(self, question: str) -> list[str]:
        """Return the names of the nearest texts, best first."""
        return [found.node.node_id for found in self._retriever.retrieve(question)]
