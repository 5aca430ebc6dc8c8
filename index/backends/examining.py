"""Whether an article and its passages match each other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from index.backends.findings import Findings
from index.backends.passages import Packed
from index.types import PASTED, Article, Entry, Fingerprint, Paragraph, Role


def examine_article(
    found: Findings,
    article: Article,
    paragraphs: Sequence[Paragraph],
    rows: Sequence[Packed],
    fingerprint: Fingerprint | None,
) -> None:
    """Verify one article: its text, its paragraphs, and that its passages are what they hold."""
    text = list(_text(article, paragraphs))
    cut = list(_coverage(article, paragraphs, rows))
    for row in rows:
        cut += _passage(article, row, fingerprint)
    found.problems += [*text, *cut]
    if text:
        found.texts.add(article.id)
    elif cut:
        found.cuts.add(article.id)


def _text(article: Article, paragraphs: Sequence[Paragraph]) -> Iterator[str]:
    if hashlib.sha256(article.text.encode()).hexdigest() != article.sha256:
        yield f"article {article.id}: its text is not what was added"
    elif not article.sha256.startswith(article.id):
        yield f"article {article.id}: it is stored under another id"
    end = 0
    for paragraph in paragraphs:
        if not end <= paragraph.start < paragraph.end <= len(article.text):
            yield f"article {article.id}: paragraph {paragraph.number} is out of range"
        end = paragraph.end
    read = [p.number for p in paragraphs if p.role is Role.TEXT]
    if read != list(range(1, len(read) + 1)):
        yield f"article {article.id}: its paragraphs are not numbered from 1 to {len(read)}"


def _coverage(
    article: Article, paragraphs: Sequence[Paragraph], rows: Sequence[Packed]
) -> Iterator[str]:
    """Compare the words of the evidence paragraphs with those of their passages."""
    held: dict[int, str] = {p.number: "" for p in paragraphs if p.role is Role.TEXT}
    for row in rows:
        if row.paragraph not in held:
            yield f"passage {row.id}: its paragraph {row.paragraph} is missing"
        held[row.paragraph] = held.get(row.paragraph, "") + _letters(row.text)
    for p in paragraphs:
        if p.role is Role.TEXT and held[p.number] != _letters(article.text[p.start : p.end]):
            yield f"article {article.id}: paragraph {p.number} is not all in its passages"


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _passage(article: Article, row: Packed, fingerprint: Fingerprint | None) -> Iterator[str]:
    if article.text[row.start : row.end] != row.text:
        yield f"passage {row.id}: its text does not stand at its range"
    if not row.whole:
        yield f"passage {row.id}: it is not what was stored"
    known = fingerprint and isinstance(row.vector, bytes)
    if fingerprint and known and len(row.vector) != 4 * fingerprint.dimension:
        yield f"passage {row.id}: its vector has another dimension"


def examine_sources(held: Mapping[str, str | None], articles: Sequence[Entry]) -> Iterator[str]:
    """Compare what the sources hold, ids by sources, with what the articles are shown under."""
    known = {article.id for article in articles}
    for source, article_id in held.items():
        if article_id not in known:
            yield f"source {source}: its article {article_id} is missing"
    for article in articles:
        if article.source != PASTED and held.get(article.source) != article.id:
            yield f"article {article.id}: its source {article.source} is of another article"
