"""``ask``: how an answer comes out. Read this to know what Pullquote does."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.library import Library
from rag.answer.citation import cite, claims_of, spoken
from rag.answer.short import short_answers
from rag.certainty import certainty_of
from rag.libraries import AnyPath, shelf_for
from rag.question.checks import check_limit, check_question
from rag.question.encode import Question, encode_question, weigh_words
from rag.question.going_on import gone_on_with
from rag.question.purpose import Purpose
from rag.question.sub_questions import split_parts
from rag.reader.choice import choose_sentences
from rag.reader.dates import add_other_dates
from rag.reader.decision import answerability, fitted_model
from rag.reader.missing import cite_nearest
from rag.reader.reading import Reads, choose_reader, read_evidence
from rag.reader.said import leave_out_said
from rag.retrieval.candidates import Candidate, Places, find_candidates
from rag.retrieval.late_interaction import ScoredEvidence, score_evidence
from rag.routes import Wanted, answer_by_purpose
from rag.timing import timed
from rag.types import REFUSAL, Answer, Evidence, Turn, Written, answer_text

if TYPE_CHECKING:
    from rag.llm.draft import Draft
    from rag.llm.endpoint import Model
    from rag.reader.types import Reader

DEFAULT_NEAREST = 3
"""How many of the closest places a refusal shows."""


@dataclass(frozen=True, slots=True)
class _Finding:
    """One part of a question with its evidence, and how sure it is that this answers it."""

    asked: Question
    candidates: Sequence[Candidate]
    weighed: ScoredEvidence
    sure: float
    answered: bool


@dataclass(frozen=True, slots=True)
class _Search:
    """Where evidence is looked for, who reads it, and what it took."""

    shelf: Library
    without: Places
    within: Collection[str] | None
    reader: Reader | None
    timings: dict[str, float]


def ask(
    question: str,
    *,
    articles: Sequence[AnyPath] | None = None,
    library: Library | AnyPath | None = None,
    history: Sequence[Turn | str] = (),
    k: int = DEFAULT_NEAREST,
    without: Places = frozenset(),
    within: Collection[str] | None = None,
    model: Model | None = None,
    always_ask: bool = False,
    reader: Reads = "fitted",
) -> Answer:
    """Answer a question with quotes, or say that the articles do not.

    Args:
        question: one question, which may have two or three parts.
        articles: files to ask; they are indexed the first time and kept in the cache.
        library: a library to ask, or its folder. Without either, the bundled article is asked;
            both at once are refused.
        history: the conversation so far, oldest first; a follow-up borrows from its last turn.
        k: how many of the closest places a refusal shows.
        without: paragraphs to leave out, each as ``(article id, number)``.
        within: the ids of the articles to search; all of the library, if not given.
        model: a language model that writes the answer from what was found; what it writes is
            checked sentence by sentence. If it fails, the answer is what it is without one.
        always_ask: ask the model even where the articles do not say.
        reader: what reads the best passages; the one that the decision was fitted with, where the
            library has the embedder that it was fitted with. With None nothing is read.

    Raises:
        QuestionError: nothing was asked, or too much, or of nothing, or of two things at once.
        InputError: a file of ``articles`` cannot be taken in.
        LibraryError: the library cannot be read.
    """
    *_, answer = ask_stream(
        question,
        articles=articles,
        library=library,
        history=history,
        k=k,
        without=without,
        within=within,
        model=model,
        always_ask=always_ask,
        reader=reader,
    )
    return answer


def ask_stream(
    question: str,
    *,
    articles: Sequence[AnyPath] | None = None,
    library: Library | AnyPath | None = None,
    history: Sequence[Turn | str] = (),
    k: int = DEFAULT_NEAREST,
    without: Places = frozenset(),
    within: Collection[str] | None = None,
    model: Model | None = None,
    always_ask: bool = False,
    reader: Reads = "fitted",
) -> Iterator[Answer]:
    """Yield the answer as it grows; the last one is what ``ask`` returns. Raises what it raises.

    Without a model there is only one. A statement of a model is in none of them before it has
    passed the check. The last may hold less than those before: if the model breaks off.
    """
    timings: dict[str, float] = {}
    whole = check_question(question)
    check_limit(k)
    with ExitStack() as opened:
        with timed(timings, "open"):
            shelf = shelf_for(articles, library, opened)
        search = _Search(shelf, without, within, choose_reader(reader, shelf), timings)
        with timed(timings, "purpose"):
            routed = answer_by_purpose(_wanted(whole, history, search, model))
        if routed and not (routed.unquoted and _is_fact(routed, history, search)):
            yield replace(routed, timings={**routed.timings, **timings})
            return
        asked, turns = whole, tuple(history)
        if model:
            from rag.llm.rewrite import rewrite

            with timed(timings, "rewrite"):
                asked, turns = rewrite(whole, history, model)
        with shelf.reading():
            findings = _find_all(asked, turns, search)
            with timed(timings, "answer"):
                answer = _answer(whole, findings, k, search)
                draft = _draft(answer, findings, shelf, model, always_ask)
        yield from _grown(answer, draft, model, timings)


def _is_fact(routed: Answer, history: Sequence[Turn | str], search: _Search) -> bool:
    """Tell whether the articles answer what seems to need none, at least fairly surely.

    "How do you delete a page?" may ask a manual. A greeting follows from nothing said before.
    """
    greets = routed.purpose in (Purpose.SMALL_TALK, Purpose.ABOUT_PULLQUOTE)
    with search.shelf.reading():
        found = _find_all(routed.question, () if greets else history, search)
    return any(each.answered and certainty_of(each.sure) != "unsure" for each in found)


def _wanted(
    question: str, history: Sequence[Turn | str], search: _Search, model: Model | None
) -> Wanted:
    """Return what a route answers; no list is read where a model writes."""
    shelf, without, reader = search.shelf, search.without, search.reader

    def asks(question: str, within: Collection[str] | None) -> Answer:
        return ask(question, library=shelf, without=without, within=within, reader=reader)

    lists = None if model else reader
    return Wanted(question, shelf, search.within, without, history, lists, asks)


def _grown(
    answer: Answer, draft: Draft | None, model: Model | None, timings: dict[str, float]
) -> Iterator[Answer]:
    """Yield what a model writes as it grows; else the answer, with a note if one was named."""
    if draft:
        with timed(timings, "model"):
            yield from draft.grow()
    elif model:
        note = f"{model.name} was not asked, for the articles do not say."
        yield replace(answer, written=Written(model.name, note))
    else:
        yield answer


def _draft(
    answer: Answer,
    findings: Sequence[_Finding],
    shelf: Library,
    model: Model | None,
    always_ask: bool,
) -> Draft | None:
    """Return what a model is to write: the parts that are answered; all of them, if none is.

    None without a model, and where the articles do not say, unless it is always asked.
    """
    if model is None or (answer.refused and not always_ask):
        return None
    from rag.llm.draft import Draft

    found = [
        (finding.asked, finding.weighed)
        for finding in findings
        if finding.answered or answer.refused
    ]
    note = f"The articles do not seem to say, but {model.name} was asked all the same."
    return Draft(answer, found, shelf, model, note if answer.refused else "")


def _find_all(question: str, history: Sequence[Turn | str], search: _Search) -> Sequence[_Finding]:
    """Find what answers each part of a question; a part may point back to those before it."""
    parts = split_parts(question)
    turns = [*history, *map(Turn, parts)]
    before = len(turns) - len(parts)
    return [_find(part, turns[: before + i], search) for i, part in enumerate(parts)]


def _find(part: str, history: Sequence[Turn | str], search: _Search) -> _Finding:
    """Question → candidates → what comes of them."""
    shelf, timings = search.shelf, search.timings
    with timed(timings, "embedding"):
        before = gone_on_with(part, history, shelf.embedder)
        encoded = encode_question(part, (before,) if before else history, shelf)
    with timed(timings, "words"):
        asked = weigh_words(encoded, shelf)
    with timed(timings, "candidates"):
        candidates = find_candidates(asked, shelf, search.without, search.within)
    return _weigh(asked, candidates, search, _said(before, history, search) if before else ())


def _said(before: Turn, history: Sequence[Turn | str], search: _Search) -> tuple[str, ...]:
    """Return what was answered so far; if that is not known, what would be to ``before``."""
    told = [turn for turn in history if isinstance(turn, Turn) and turn.answer]
    if told:
        return tuple(spoken(turn.answer) for turn in told)
    again = _find(before.question, (), search)
    return tuple(spoken(each.text) for each in _choose(again, search)[0])


def _weigh(
    asked: Question, candidates: Sequence[Candidate], search: _Search, said: Sequence[str] = ()
) -> _Finding:
    """Candidates → evidence → reading → decision. No sentence is evidence that was ``said``."""
    with timed(search.timings, "evidence"):
        weighed = score_evidence(asked, candidates)
    if search.reader:
        with timed(search.timings, "reading"):
            weighed = read_evidence(asked, weighed, search.reader, search.shelf, search.without)
    weighed = leave_out_said(weighed, said) if said else weighed
    with timed(search.timings, "decision"):
        model = fitted_model(weighed.read)
        sure = answerability(asked, weighed, model)
    return _Finding(asked, candidates, weighed, sure, sure >= model.threshold)


def _answer(question: str, findings: Sequence[_Finding], k: int, search: _Search) -> Answer:
    """Answer the parts that the articles answer, name the others; or refuse the whole."""
    shelf, timings = search.shelf, search.timings
    searched = findings[0].asked.searched
    searched = "" if question.startswith(searched) else searched
    found = [finding for finding in findings if finding.answered]
    open_parts = tuple(finding.asked.text for finding in findings if not finding.answered)
    if not found:
        nearest = cite_nearest(findings[0].asked, findings[0].weighed.sentences[:k], shelf)
        sure = max(finding.sure for finding in findings)
        return Answer(question, REFUSAL, (), (), True, sure, nearest, timings, open_parts, searched)
    quoted = [_choose(finding, search) for finding in found]
    dated = any(several for _, several in quoted)
    chosen = {
        (evidence.passage.article_id, evidence.sentence): evidence
        for part, _ in quoted
        for evidence in part
    }
    citations = tuple(cite(each, number, shelf) for number, each in enumerate(chosen.values(), 1))
    claims = claims_of(citations)
    text = answer_text(claims, open_parts)
    sure = min(finding.sure for finding in found)
    answer = Answer(question, text, claims, citations, False, sure, (), timings, open_parts)
    short = short_answers((finding.weighed.sentences[0] for finding in found), citations)
    return replace(answer, searched_for=searched, several_dates=dated, short=short)


def _choose(finding: _Finding, search: _Search) -> tuple[tuple[Evidence, ...], bool]:
    """Return the sentences to cite, and whether articles of several dates say different things."""
    chosen = choose_sentences(finding.asked, finding.weighed.sentences)

    def answers(candidates: Sequence[Candidate]) -> bool:
        return _weigh(finding.asked, candidates, search).answered

    return add_other_dates(finding.candidates, finding.weighed, chosen, search.shelf, answers)
