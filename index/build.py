"""How an article gets in: read → cut → embed → store. The whole of the offline half."""

from __future__ import annotations

import hashlib
import itertools
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import numpy as np

from index.backends.backend import Backend, Parts
from index.embed.embedder import Embedder
from index.errors import InputError
from index.language import code_of
from index.parse.text import page_breaks
from index.progress import Progress, Stage, unseen
from index.segment.passages import find_passages
from index.segment.tables import rows_of
from index.types import Article, Document, Encoding, Paragraph, Passage, Role, Table

ID_DIGITS = 16

AT_ONCE = 64
"""How many passages are embedded before it is told how far it is."""

CONTEXT_CHARACTERS = 80
"""How much of the title is read before each passage, so that "the company" has a name."""


def add_document(
    document: Document, backend: Backend, embedder: Embedder, progress: Progress = unseen
) -> Article:
    """Put one parsed document into the library and return it as an article.

    The article's id comes from its text, so adding it twice changes nothing; another text of the
    same source is a newer version, which takes the place of the older one.

    Raises:
        InputError: there is not one passage in it that could be evidence.
    """
    article = to_article(document)
    known = backend.article(article.id)
    if known is not None:
        backend.name(known.id, article.source)
        return backend.article(known.id) or known
    paragraphs = to_paragraphs(article.id, document)
    passages, encodings = cut_and_embed(article, paragraphs, embedder, progress, document.tables)
    if not passages:
        raise InputError(f"{document.source} has headings but no text: there is nothing to quote")
    parts = Parts(
        paragraphs,
        passages,
        encodings,
        embedder.fingerprint,
        document.tables,
        document.boxes,
        document.original,
    )
    backend.insert(article, parts)
    return article


def cut_and_embed(
    article: Article,
    paragraphs: Sequence[Paragraph],
    embedder: Embedder,
    progress: Progress = unseen,
    tables: Sequence[Table] = (),
) -> tuple[tuple[Passage, ...], list[Encoding]]:
    """Cut an article into passages and embed each; the same article gives the same vectors."""
    context = to_context(article.title, embedder)
    rows = {each.row.start: each for each in rows_of(tables)}
    told = partial(progress, Stage.CUTTING)
    language = code_of(article.text)
    passages = find_passages(article.text, paragraphs, embedder, context, rows, language, told)
    return passages, _embed(passages, context, embedder, progress)


def to_article(document: Document) -> Article:
    """Give a document its id and the time at which it came in."""
    sha256 = hashlib.sha256(document.text.encode()).hexdigest()
    return Article(
        id=sha256[:ID_DIGITS],
        title=document.title,
        source=document.source,
        text=document.text,
        added=datetime.now(UTC).isoformat(timespec="microseconds"),
        published=document.published,
        sha256=sha256,
        author=document.author,
        language=document.language,
        media=document.media,
    )


def to_paragraphs(article_id: str, document: Document) -> tuple[Paragraph, ...]:
    """Number the paragraphs of a document's text as a reader counts them, from 1."""
    count = itertools.count(1)
    breaks = page_breaks(document.text)
    return tuple(
        Paragraph(
            article_id,
            next(count) if role is Role.TEXT else 0,
            start,
            end,
            1 + bisect_left(breaks, start) if breaks else None,
            role,
        )
        for start, end, role in document.spans
    )


def to_context(title: str, embedder: Embedder) -> str:
    """Return what is read before each passage: the title, in at most a quarter of the limit."""
    title = title[:CONTEXT_CHARACTERS]
    room = embedder.fingerprint.max_tokens // 4
    ranges = embedder.tokenize([title])[0].ranges
    if len(ranges) > room:
        title = title[: ranges[room][0]].rstrip()
    return f"{title}. "


def _embed(
    passages: tuple[Passage, ...], context: str, embedder: Embedder, progress: Progress
) -> list[Encoding]:
    """Encode one article by itself, so that its vectors do not depend on what else is added."""
    encodings: list[Encoding] = []
    for first in range(0, len(passages), AT_ONCE):
        some = passages[first : first + AT_ONCE]
        done = embedder.encode([passage.read for passage in some], context=context)
        encodings += [_placed(*each) for each in zip(some, done, strict=True)]
        progress(Stage.EMBEDDING, len(encodings), len(passages))
    return encodings


def _placed(passage: Passage, encoding: Encoding) -> Encoding:
    """Return a passage's encoding; the tokens of words that are no part of it stand before it."""
    if not passage.words:
        return encoding
    tokens = replace(encoding.tokens, ranges=np.zeros_like(encoding.tokens.ranges))
    return replace(encoding, tokens=tokens)
