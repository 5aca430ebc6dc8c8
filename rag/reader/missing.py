"""What a sentence near to a question has of it and what it lacks, in words, from the scores."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.library import Library
from rag.answer.citation import cite
from rag.question.encode import Question
from rag.reader.decision import STRONG, telling_words
from rag.types import Citation, Evidence

MOST_PHRASES = 3

_WORD = re.compile(r"\w+")


def describe_lack(question: Question, evidence: Evidence) -> str:
    """Return ``"speaks of “Sam Altman”, but not of “salary”"`` or the like.

    A word is spoken of if it stands in the sentence or, by ``evidence.found``, one that means much
    the same. Words that stand side by side in the question are one phrase. Borrowed words, the
    title and the paragraph do not count: it is this sentence that is held against what was asked.
    """
    telling = telling_words(question)
    asked = [place for place in telling if question.own[place]] or telling
    written = set(_WORD.findall(evidence.text.lower()))
    spoken = {
        i for i in asked if evidence.found[i] >= STRONG or question.words[i].lower() in written
    }
    has = _phrases(question, [i for i in asked if i in spoken])
    misses = _phrases(question, [i for i in asked if i not in spoken])
    if not misses:
        return f"speaks of {_join(has)}, but not of what is asked about it"
    if not has:
        return f"does not speak of {_join(misses, 'or')}"
    return f"speaks of {_join(has)}, but not of {_join(misses, 'or')}"


def _phrases(question: Question, places: Sequence[int]) -> list[str]:
    phrases: list[list[int]] = []
    for place in places:
        if phrases and phrases[-1][-1] == place - 1:
            phrases[-1].append(place)
        else:
            phrases.append([place])
    texts = (" ".join(question.words[i] for i in phrase) for phrase in phrases[:MOST_PHRASES])
    return [f"“{text}”" for text in texts]


def _join(phrases: Sequence[str], word: str = "and") -> str:
    if len(phrases) < 2:
        return "".join(phrases)
    return f"{', '.join(phrases[:-1])} {word} {phrases[-1]}"


def cite_nearest(
    asked: Question, sentences: Sequence[Evidence], library: Library
) -> tuple[Citation, ...]:
    """Cite the closest sentences, each with what it lacks."""
    return tuple(
        cite(each, number, library, describe_lack(asked, each))
        for number, each in enumerate(sentences, 1)
    )
