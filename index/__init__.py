"""The offline half: article → paragraphs → passages → vectors → FAISS, kept on disk."""

from index.errors import PullquoteError
from index.library import Library
from index.types import Article, Paragraph, Passage, Sentence

__all__ = ["Article", "Library", "Paragraph", "Passage", "PullquoteError", "Sentence"]
