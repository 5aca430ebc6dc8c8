"""``ask``: how an answer comes out. Read this to know what Pullquote does."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from index.library import Library
from index.speaking.words import _, in_turn, spoken
from rag.answer.citation import cite, claims_of
from rag.answer.foreign import foreign_languages
from rag.answer.short import short_answers
from rag.certainty import certainty_of
from rag.finding import Finding, Search, choose, find_all
from rag.libraries import AnyPath, at_hand, shelf_for
from rag.question.checks import check_limit, check_question
from rag.question.named import find_named
from rag.question.once import EncodesOnce
from rag.question.purpose import Purpose
from rag.reader.missing import cite_nearest, once_each
from rag.reader.reading import Reads, choose_reader
from rag.retrieval.candidates import Places
from rag.routes import Wanted, answer_by_purpose, answer_search_words
from rag.timing import timed
from rag.types import REFUSAL, Answer, Turn, Written, answer_text

if TYPE_CHECKING:
    from rag.llm.draft import Draft
    from rag.llm.endpoint import Model

DEFAULT_NEAREST = 3
"""How many of the closest places a refusal shows."""

GREETS = frozenset({Purpose.SMALL_TALK, Purpose.ABOUT_PULLQUOTE})
"""What follows from nothing that was said before."""


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
    follow_up: bool | None = None,
    lang: str | None = None,
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
        follow_up: whether the question borrows from the turn before; if not given, its words say.
        lang: the language of refusals and notes, one of ``LANGUAGES``; articles stay as they are.

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
        follow_up=follow_up,
        lang=lang,
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
    follow_up: bool | None = None,
    lang: str | None = None,
) -> Iterator[Answer]:
    """Yield the answer as it grows; the last one is what ``ask`` returns. Raises what it raises.

    Without a model there is only one. A statement of a model is in none of them before it has
    passed the check. The last may hold less than those before: if the model breaks off.
    """
    timings: dict[str, float] = {}
    whole = check_question(question)
    history = () if follow_up is False else history
    check_limit(k)
    with ExitStack() as opened:
        with timed(timings, "open"):
            shelf = shelf_for(articles, library, opened)
        once, reads = EncodesOnce(shelf.embedder), choose_reader(reader, shelf)
        with timed(timings, "purpose"):
            named = find_named(whole, shelf, within)
        search = Search(shelf, once, without, named.within, reads, timings, follow_up)
        language = lang or spoken()
        steps = _answers(named.question, history, k, model, always_ask, search)
        for answer in in_turn(language, steps):
            only = named.titles or answer.only
            yield replace(answer, question=whole, only=only, lang=language)


def _answers(
    whole: str,
    history: Sequence[Turn | str],
    k: int,
    model: Model | None,
    always_ask: bool,
    search: Search,
) -> Iterator[Answer]:
    """Yield what ``ask_stream`` does, of the articles that are to be searched."""
    shelf, timings = search.shelf, search.timings
    wanted = _wanted(whole, history, search, model)
    with timed(timings, "purpose"):
        routed = answer_by_purpose(wanted, search.embedder)
    if routed and not routed.unquoted:
        yield _timed(routed, timings)
        return
    asked, turns = _rewritten(whole, history, None if routed else model, search)
    turns = () if routed and routed.purpose in GREETS else turns
    with shelf.reading():
        findings = find_all(asked, turns, search)
        if not _surely(findings):
            alone = not (routed or findings[0].asked.follows)
            other = answer_search_words(wanted) if alone else routed
            if other:
                yield _timed(_suggesting(other, search), timings)
                return
        with timed(timings, "answer"):
            answer = _suggesting(_answer(whole, findings, k, search), search)
            draft = _draft(answer, findings, shelf, model, always_ask)
    yield from _grown(answer, draft, model, timings)


def _rewritten(
    question: str, history: Sequence[Turn | str], model: Model | None, search: Search
) -> tuple[str, tuple[Turn | str, ...]]:
    """Return a follow-up as the model says it by itself, and what it still borrows from."""
    if model is None:
        return question, tuple(history)
    from rag.llm.rewrite import rewrite

    with timed(search.timings, "rewrite"):
        asked, turns = rewrite(question, history, model, search.follow_up)
    return asked, tuple(turns)


def _suggesting(answer: Answer, search: Search) -> Answer:
    """Return an answer without evidence with questions that the article at hand does answer."""
    if not (answer.refused or answer.unquoted):
        return answer
    from rag.overviews.suggestions import suggest  # slow to import, and few answers need it

    nearest = [each.article_id for each in answer.nearest]
    ids = nearest or [each.id for each in at_hand(search.shelf, search.within)]
    return replace(answer, suggested=suggest(ids[0], search.shelf) if ids else ())


def _timed(answer: Answer, timings: Mapping[str, float]) -> Answer:
    return replace(answer, timings={**answer.timings, **timings})


def _surely(findings: Sequence[Finding]) -> bool:
    """Tell whether the articles answer at least fairly surely, even what seems to need none.

    "How do you delete a page?" may ask a manual.
    """
    return any(each.answered and certainty_of(each.sure) != "unsure" for each in findings)


def _wanted(
    question: str, history: Sequence[Turn | str], search: Search, model: Model | None
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
        note = _("{model} was not asked, for the articles do not say.", model=model.name)
        yield replace(answer, written=Written(model.name, note))
    else:
        yield answer


def _draft(
    answer: Answer,
    findings: Sequence[Finding],
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
    note = _(
        "The articles do not seem to say, but {model} was asked all the same.", model=model.name
    )
    return Draft(answer, found, shelf, model, note if answer.refused else "")


def _answer(question: str, findings: Sequence[Finding], k: int, search: Search) -> Answer:
    """Answer the parts that the articles answer, name the others; or refuse the whole."""
    shelf, timings = search.shelf, search.timings
    searched = findings[0].asked.searched
    searched = "" if question.startswith(searched) else searched
    follows = findings[0].asked.follows
    found = [finding for finding in findings if finding.answered]
    open_parts = tuple(finding.asked.text for finding in findings if not finding.answered)
    if not found:
        near = (*findings[0].told.near, *findings[0].weighed.sentences)
        nearest = cite_nearest(findings[0].asked, once_each(near)[:k], shelf)
        sure = max(finding.sure for finding in findings)
        answer = Answer(question, _(REFUSAL), (), (), True, sure, nearest, timings, open_parts)
        note = findings[0].told.note
        return replace(answer, searched_for=searched, follows=follows, note=note)
    quoted = [choose(finding, search) for finding in found]
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
    best = [each for f in found for each in f.told.cells or f.weighed.sentences[:1]]
    short, note = short_answers(best, citations), " ".join({f.told.note: 0 for f in found}).strip()
    known = all(finding.weighed.known for finding in found)
    foreign = () if known else foreign_languages(question, citations)
    answer = replace(answer, short=short, note=note, several_dates=dated, foreign=foreign)
    return replace(answer, searched_for=searched, follows=follows)
