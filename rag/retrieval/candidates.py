"""Question → candidate passages: nearest vectors and shared words, fused by rank."""

from __future__ import annotations

from collections.abc import Collection, Set
from dataclasses import dataclass

from index.library import Library
from index.types import Passage, PassageTokens
from rag.question.encode import Question

DEPTH = 50
"""How many passages each of the two searches brings."""

RRF_CONSTANT = 60
"""Cormack, Clarke and Buettcher (2009), reciprocal rank fusion."""


Places = Set[tuple[str, int]]
"""Paragraphs, each by its article's id and its number."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that may hold the answer, and the title of its article.

    ``cosine`` is 0 if only its words brought it. ``shared`` is what the words tell that it shares
    with the question, 1 for the passage that shares most, 0 if only its vector brought it.
    ``language``: what the words of its article are stemmed in, "" if they are not.
    """

    passage: Passage
    title: str
    tokens: PassageTokens
    cosine: float
    shared: float = 0.0
    language: str = ""


def find_candidates(
    question: Question,
    library: Library,
    without: Places = frozenset(),
    within: Collection[str] | None = None,
    depth: int = DEPTH,
) -> list[Candidate]:
    """Return up to ``2 * depth`` candidates, best fused rank first.

    None of them is of a paragraph in ``without``, all are of the articles ``within``, if given.
    """
    nearest = library.nearest(question.vector, depth, within)
    matched = library.match(question.searched, depth, within)
    fused: dict[int, float] = {}
    for ranking in (nearest, matched):
        for rank, (number, _) in enumerate(ranking, 1):
            fused[number] = fused.get(number, 0.0) + 1 / (RRF_CONSTANT + rank)
    found = library.passages(list(fused))
    cosines = dict(nearest)
    most = max((score for _, score in matched), default=0.0)
    shared = {number: score / most for number, score in matched if score > 0}
    order = sorted(
        (n for n in found if (found[n][0].article_id, found[n][0].paragraph) not in without),
        key=lambda n: (-fused[n], found[n][0].article_id, found[n][0].start),
    )
    articles = {found[number][0].article_id for number in order}
    titles, languages = library.titles(articles), library.languages_of(articles)
    return [
        Candidate(
            passage,
            titles[passage.article_id],
            tokens,
            cosines.get(number, 0.0),
            shared.get(number, 0.0),
            languages.get(passage.article_id, ""),
        )
        for number in order
        for passage, tokens in [found[number]]
        if passage.article_id in titles
    ]
