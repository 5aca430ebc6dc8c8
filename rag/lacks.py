"""What a sentence near to a question has of it and what it lacks, in words, from the scores."""

from __future__ import annotations

from collections.abc import Sequence

from rag.decision import STRONG, telling_words
from rag.question import Question
from rag.types import Evidence

MOST_PHRASES = 3


def describe_lack(question: Question, evidence: Evidence) -> str:
    """Return ``"speaks of Sam Altman, but not of salary"`` or the like, from ``evidence.found``.

    Words of the question that stand side by side are one phrase. Title and paragraph lend nothing
    here: it is the sentence that is described.
    """
    telling = telling_words(question)
    has = _phrases(question, [i for i in telling if evidence.found[i] >= STRONG])
    misses = _phrases(question, [i for i in telling if evidence.found[i] < STRONG])
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
    return [" ".join(question.words[i] for i in phrase) for phrase in phrases][:MOST_PHRASES]


def _join(phrases: Sequence[str], word: str = "and") -> str:
    if len(phrases) < 2:
        return "".join(phrases)
    return f"{', '.join(phrases[:-1])} {word} {phrases[-1]}"
