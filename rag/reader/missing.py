"""What a sentence near to a question has of it and what it lacks, in words, from the scores."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from index.library import Library
from index.speaking.forms import listed
from index.speaking.words import _
from index.types import Sentence
from rag.answer.citation import cite
from rag.question.encode import Question
from rag.reader.decision import STRONG, telling_words
from rag.retrieval.shared_words import has_words
from rag.types import Citation, Evidence

MOST_PHRASES = 3


def describe_lack(question: Question, evidence: Evidence, language: str = "") -> str:
    """Return ``"speaks of “Sam Altman”, but not of “salary”"`` or the like.

    A word is spoken of if it stands in the sentence or, by ``evidence.found``, one that means much
    the same. Words that stand side by side in the question are one phrase. Borrowed words, the
    title and the paragraph do not count: it is this sentence that is held against what was asked.
    ``language``: what the words of its article are stemmed in, "" if they are not.
    """
    asked = _asked(question)
    spoken = _spoken(question, evidence, language)
    has = _phrases(question, [i for i in asked if i in spoken])
    misses = _phrases(question, [i for i in asked if i not in spoken])
    if not misses:
        return _("speaks of {has}, but not of what is asked about it", has=listed(has))
    lacks = listed(misses, either=True)
    if not has:
        return _("does not speak of {lacks}", lacks=lacks)
    return _("speaks of {has}, but not of {lacks}", has=listed(has), lacks=lacks)


def _asked(question: Question) -> list[int]:
    """Return the places of the telling words of a question: its own, where it has some."""
    telling = telling_words(question)
    return [place for place in telling if question.own[place]] or telling


def _spoken(question: Question, evidence: Evidence, language: str) -> set[int]:
    """Return which of these words a sentence speaks of."""
    return {
        i
        for i in _asked(question)
        if evidence.found[i] >= STRONG or has_words(question.words[i], evidence.text, language)
    }


def _phrases(question: Question, places: Sequence[int]) -> list[str]:
    phrases: list[list[int]] = []
    for place in places:
        if phrases and phrases[-1][-1] == place - 1:
            phrases[-1].append(place)
        else:
            phrases.append([place])
    texts = (" ".join(question.words[i] for i in phrase) for phrase in phrases[:MOST_PHRASES])
    return [_("“{title}”", title=text) for text in texts]


def once_each(sentences: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Return evidence in its order, each place once."""
    found: dict[tuple[str, Sentence], Evidence] = {}
    for each in sentences:
        found.setdefault((each.passage.article_id, each.sentence), each)
    return tuple(found.values())


def cite_nearest(
    asked: Question, sentences: Sequence[Evidence], library: Library
) -> tuple[Citation, ...]:
    """Cite the closest sentences, each with what it lacks; none that meets no telling word."""
    languages = library.languages_of({each.passage.article_id for each in sentences})
    near = [
        each
        for each in sentences
        if _spoken(asked, each, languages.get(each.passage.article_id, ""))
    ]
    return tuple(
        cite(
            each,
            number,
            library,
            describe_lack(asked, each, languages.get(each.passage.article_id, "")),
        )
        for number, each in enumerate(near, 1)
    )
