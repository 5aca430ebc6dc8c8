"""All articles of a library cut and embedded again, from their stored texts: nothing is parsed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from index.backends.backend import Backend, Step
from index.build import cut_and_embed
from index.embed.embedder import Embedder
from index.segment.passages import CHUNKER
from index.types import Article, Encoding, Paragraph, Passage, Table


def embed_again(backend: Backend, embedder: Embedder, step: Step | None = None) -> None:
    """Give every article the passages and vectors of ``embedder``, in one transaction.

    Readers see the library as it was until all is done; a process that is killed has changed
    nothing.

    Raises:
        LibraryError: the library cannot be written.
    """

    def cut(
        article: Article, paragraphs: Sequence[Paragraph], tables: Sequence[Table]
    ) -> tuple[Sequence[Passage], Sequence[Encoding]]:
        return cut_and_embed(article, paragraphs, embedder, tables=tables)

    mark = json.dumps(asdict(embedder.fingerprint))
    backend.embed_again(cut, {"embedder": mark, "chunker": CHUNKER}, step)
