"""The offline half: article → paragraphs → passages → vectors → FAISS, kept on disk."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.errors import PullquoteError
    from index.library import Library
    from index.types import Article, Paragraph, Passage, Sentence

__all__ = ["Article", "Library", "Paragraph", "Passage", "PullquoteError", "Sentence"]

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Import what is asked for: most of the package needs numpy, errors and options do not."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        where = {"Library": "library", "PullquoteError": "errors"}.get(name, "types")
        return getattr(import_module(f"{__name__}.{where}"), name)
