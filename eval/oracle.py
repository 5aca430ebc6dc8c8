"""A system that knows the gold. It scores 1.0 where a set can be answered, and so tests the set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from eval.metrics.ranges import Range, overlaps
from eval.run import System, Withheld
from eval.types import Place, Question, QuestionSet
from index import Library
from index.types import Article, Passage
from rag.types import Answer, Citation, Claim, Hit, Turn

ALL = 1_000_000
"""More passages than any library that is evaluated has."""


def oracle(questions: QuestionSet) -> System:
    """Return the system that answers each of ``questions`` with its gold, sure of itself."""
    knowing = _Oracle(questions)
    return System(knowing.ask, knowing.retrieve)


class _Oracle:
    """Keeps the gold, and the passages of the libraries that it was asked of."""

    def __init__(self, questions: QuestionSet) -> None:
        self.known = {(q.text, q.history): q for q in questions.questions}
        self.texts = {article.key: article.text for article in questions.articles}
        self.passages: dict[tuple[str, ...], list[Passage]] = {}

    def ask(
        self, question: str, *, library: Library, history: Sequence[Turn], without: Withheld
    ) -> Answer:
        """Cite the gold; refuse where there is none, it is withheld, or its article is gone."""
        asked = self.known[question, tuple(history)]
        articles = {article.text: article for article in library.articles}
        places = [gold.places[0] for gold in asked.evidence]
        found = [(articles.get(self.texts[place.article]), place) for place in places]
        if asked.answerable and not without and all(article for article, _ in found):
            return _answer(asked, tuple(_cite(found)))
        nearest = [(articles.get(self.texts[place.article]), place) for place in asked.nearest]
        return _refusal(asked, tuple(_cite(nearest)))

    def retrieve(
        self, question: str, *, library: Library, k: int, history: Sequence[Turn]
    ) -> list[Hit]:
        """Return the passages with gold first, in its order, then all others."""
        asked = self.known[question, tuple(history)]
        ids = {article.text: article.id for article in library.articles}
        places = [gold.places[0] for gold in asked.evidence]
        wanted = [(ids.get(self.texts[p.article], ""), p.start, p.end) for p in places]
        stored = tuple(ids.values())
        if stored not in self.passages:
            self.passages[stored] = _passages(library)
        hits = [_weighed(passage, wanted) for passage in self.passages[stored]]
        return sorted(hits, key=lambda hit: -hit.score)[:k]


def _passages(library: Library) -> list[Passage]:
    """Return every passage of the library."""
    any_vector = library.embedder.encode(["anything"], query=True)[0].vector
    ids = sorted(number for number, _ in library.nearest(any_vector, ALL))
    found = library.passages(ids)
    return [found[number][0] for number in ids]


def _weighed(passage: Passage, wanted: Sequence[Range]) -> Hit:
    """Score a passage with gold from 1, the first gold highest, and any other with 0."""
    place = passage.article_id, passage.start, passage.end
    served = [number for number, gold in enumerate(wanted) if overlaps(place, gold)]
    score = float(len(wanted) - served[0]) if served else 0.0
    right = [
        sentence
        for sentence in passage.sentences
        for number in served
        if overlaps((passage.article_id, sentence.start, sentence.end), wanted[number])
    ]
    return Hit(passage, score, (right or passage.sentences)[0])


def _cite(places: Sequence[tuple[Article | None, Place]]) -> Iterator[Citation]:
    for number, (article, place) in enumerate(places, 1):
        if article:
            quote = article.text[place.start : place.end]
            yield Citation(number, article, 1, place.start, place.end, quote)


def _answer(asked: Question, citations: tuple[Citation, ...]) -> Answer:
    marks = " ".join(f"[{citation.number}]" for citation in citations)
    said = "; ".join(filter(None, [*asked.answers[:1], asked.unanswered]))
    claims = tuple(Claim(citation.quote, (citation,)) for citation in citations)
    return Answer(asked.text, f"{said} {marks}", claims, citations, False, 1.0, (), {})


def _refusal(asked: Question, nearest: tuple[Citation, ...]) -> Answer:
    return Answer(asked.text, "The articles do not say.", (), (), True, 0.0, nearest, {})
