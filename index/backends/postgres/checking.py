"""Whether all that a library in PostgreSQL stores matches itself."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping

import numpy as np

from index.backends.examining import examine_article, examine_sources
from index.backends.findings import Findings
from index.backends.passages import ANY_TOKEN
from index.backends.postgres.articles import Articles
from index.backends.postgres.reading import packed_of
from index.backends.postgres.words import ANY_WORD, counted
from index.backends.seals import opened_boxes, seal_original
from index.boxes import PageBoxes
from index.types import Fingerprint

_WORDS = (
    "SELECT passage, encode(sha256(convert_to("
    "string_agg(term || ' ' || times, ',' ORDER BY term), 'UTF8')), 'hex')"
    " FROM postings GROUP BY passage"
)
"""A hash of the words of each passage, as ``_hash`` makes it."""


def examine(at: Articles, fingerprint: Fingerprint | None) -> Findings:
    """Verify every hash, every range and every count, of one snapshot.

    Raises:
        LibraryDamaged: what is stored cannot be read to its end.
    """
    entries = at.entries()
    found = Findings({"articles": len(entries), "passages": 0, "token vectors": 0})
    languages = at.languages_of([entry.id for entry in entries])
    frequencies: Counter[int] = Counter()
    words: dict[int, str] = {}
    for article in at.each_article():
        rows = packed_of(at, article.id)
        examine_article(found, article, at.paragraphs(article.id), rows, fingerprint)
        held = counted(rows, article.title, languages.get(article.id, ""))
        for row, terms in zip(rows, held, strict=True):
            frequencies.update([ANY_TOKEN, *np.unique(row.token_ids).tolist()])
            frequencies[ANY_WORD] += terms.total()
            words[row.id] = _hash(terms)
            found.counted["token vectors"] += len(row.token_ids)
    found.counted["passages"] = len(words)
    derived = list(_derived(at, words, frequencies))
    found.words = bool(derived)
    sources = dict(at.all("SELECT source, article_id FROM sources"))
    found.problems += [*derived, *examine_sources(sources, entries)]
    found.problems += [*_boxes(at, found), *_originals(at, found)]
    return found


def _derived(at: Articles, words: Mapping[int, str], frequencies: Counter[int]) -> Iterator[str]:
    stored = dict(at.all(_WORDS))
    if stored.keys() ^ words.keys():
        wrong = len(stored.keys() ^ words.keys())
        yield f"full-text index: {wrong} passages too many or too few"
    elif stored != words:
        yield "full-text index: its words are not those of the passages"
    if {t: int(n) for t, n in at.all("SELECT * FROM frequencies")} != +frequencies:
        yield "word frequencies: they are not those of the passages"


def _hash(terms: Counter[str]) -> str:
    told = sorted(terms.items(), key=lambda each: each[0].encode())
    return hashlib.sha256(",".join(f"{term} {n}" for term, n in told).encode()).hexdigest()


def _boxes(at: Articles, found: Findings) -> Iterator[str]:
    damaged: dict[str, list[int]] = {}
    for article_id, *page, sha256 in at.all(
        'SELECT article_id, page, start, "end", words, recognised, sha256 FROM page_boxes'
        " ORDER BY article_id, page"
    ):
        try:
            opened_boxes(article_id, PageBoxes(*page), sha256)
        except ValueError:
            damaged.setdefault(article_id, []).append(page[0])
    found.boxes |= set(damaged)
    for article_id, pages in damaged.items():
        told = ", ".join(map(str, pages))
        yield f"article {article_id}: the boxes of page {told} are not what was stored"


def _originals(at: Articles, found: Findings) -> Iterator[str]:
    for (article_id,) in at.all("SELECT article_id FROM originals ORDER BY article_id"):
        row = at.one("SELECT packed, sha256 FROM originals WHERE article_id = %s", (article_id,))
        if row and seal_original(article_id, row[0]) != row[1]:
            found.originals.add(article_id)
            yield f"article {article_id}: the file that its pages are drawn from is damaged"
