"""``ask``: how an answer comes out. Read this function to know what Pullquote does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter

from index.library import Library
from rag.candidates import Places, find_candidates
from rag.citation import cite, spoken
from rag.decision import confidence, fitted_model, read_signals
from rag.evidence import Weighed, weigh
from rag.question import Question, read_question
from rag.reader import choose_sentences
from rag.shelf import AnyPath, bundled_article, library_of
from rag.types import Answer, Citation, Claim, Evidence, Turn

DEFAULT_NEAREST = 3
"""How many of the closest places a refusal shows."""

REFUSAL = "The articles do not say."


def ask(
    question: str,
    *,
    articles: Sequence[AnyPath] | None = None,
    library: Library | AnyPath | None = None,
    history: Sequence[Turn | str] = (),
    k: int = DEFAULT_NEAREST,
    without: Places = frozenset(),
) -> Answer:
    """Answer a question with quotes, or say that the articles do not.

    Args:
        question: one question.
        articles: files to ask; they are indexed the first time and kept in the cache.
        library: a library to ask, or its folder. Without either, the bundled article is asked.
        history: the conversation so far, oldest first; a follow-up borrows from its last turn.
        k: how many of the closest places a refusal shows.
        without: paragraphs to leave out, each as ``(article id, number)``.

    Raises:
        QuestionError: nothing was asked, or too much.
        InputError: a file of ``articles`` cannot be taken in.
        LibraryError: the library cannot be read.
    """
    timings: dict[str, float] = {}
    with _timed(timings, "open"):
        shelf = _open(articles, library)
    with _timed(timings, "question"):
        asked = read_question(question, history, shelf)
    with _timed(timings, "candidates"):
        candidates = find_candidates(asked, shelf, without)
    with _timed(timings, "evidence"):
        weighed = weigh(asked, candidates)
    with _timed(timings, "decision"):
        model = fitted_model()
        sure = confidence(read_signals(asked, weighed), model)
    with _timed(timings, "answer"):
        if sure < model.threshold:
            return _refuse(asked, weighed, sure, k, shelf, timings)
        return _answer(asked, weighed, sure, shelf, timings)


def _answer(
    asked: Question, weighed: Weighed, sure: float, shelf: Library, timings: dict[str, float]
) -> Answer:
    chosen = choose_sentences(asked, weighed.sentences)
    citations = _cite_all(chosen, shelf)
    claims = tuple(Claim(spoken(citation.quote), (citation,)) for citation in citations)
    text = " ".join(f"{claim.text} [{claim.citations[0].number}]" for claim in claims)
    return Answer(asked.text, text, claims, citations, False, sure, (), timings)


def _refuse(
    asked: Question,
    weighed: Weighed,
    sure: float,
    k: int,
    shelf: Library,
    timings: dict[str, float],
) -> Answer:
    nearest = _cite_all(weighed.sentences[:k], shelf)
    return Answer(asked.text, REFUSAL, (), (), True, sure, nearest, timings)


def _cite_all(evidence: Sequence[Evidence], shelf: Library) -> tuple[Citation, ...]:
    return tuple(cite(each, number, shelf) for number, each in enumerate(evidence, 1))


def _open(articles: Sequence[AnyPath] | None, library: Library | AnyPath | None) -> Library:
    if isinstance(library, Library):
        return library
    if library is not None:
        return Library.open(library, create=False)
    return library_of(list(articles) if articles else [bundled_article()])


@contextmanager
def _timed(timings: dict[str, float], stage: str) -> Iterator[None]:
    """Write down how many milliseconds a stage took."""
    start = perf_counter()
    try:
        yield
    finally:
        timings[stage] = round((perf_counter() - start) * 1000, 3)
