"""The extractive reader: the fewest sentences that answer, in the article's own words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.check.injection import instructs
from rag.question.encode import Question
from rag.question.kinds import kind_of
from rag.reader.decision import tells, word_weights
from rag.types import Evidence, text_of

MAX_SENTENCES = 3

GAIN = 0.16
"""A further sentence has to speak of this much more of the question, ..."""

CLOSE = 0.9
"""... and has to rank at least this near to the best one."""

LEAD_IN = 2
"""A sentence with so few words of its own, no name or number among them, only announces what the
next one says."""

STEM = 5
"""Words that share so many first letters are forms of one word."""

_WORD = re.compile(r"\w+")


def choose_sentences(question: Question, sentences: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Return one to ``MAX_SENTENCES`` of ``sentences`` (best first), in source order.

    What tells its reader to do something is no further sentence, unless the best one does so too:
    it may be planted for a program that obeys.
    """
    if not sentences:
        return ()
    guide = instructs(sentences[0].text)
    sentences = [each for each in sentences if guide or not instructs(each.text)]
    weights = word_weights(question)
    chosen = [sentences[0]]
    covered = sentences[0].found
    if _announces(question, sentences[0]):
        chosen += [each for each in sentences if _follows(each, sentences[0])]
    for evidence in [each for each in sentences if each not in chosen]:
        if len(chosen) == MAX_SENTENCES or evidence.rank < CLOSE * sentences[0].rank:
            break
        gain = sum(
            weight * max(0.0, found - before)
            for weight, found, before in zip(weights, evidence.found, covered, strict=True)
        )
        if gain >= GAIN:
            chosen.append(evidence)
            covered = tuple(max(pair) for pair in zip(covered, evidence.found, strict=True))
    first = chosen[0].passage.article_id
    return tuple(
        sorted(
            chosen,
            key=lambda e: (e.passage.article_id != first, e.passage.article_id, e.sentence.start),
        )
    )


def _announces(question: Question, evidence: Evidence) -> bool:
    """Tell whether a sentence says next to nothing that the question does not say itself.

    ``"Does she see any benefits?"`` and ``"She sees both sides."`` → True.
    """
    asked = {word.lower() for word in question.words}
    kind = kind_of(question.text)
    if kind is not None and kind[0](evidence.text, asked):
        return False
    asked = {word[:STEM] for word in asked}
    words = [word for word in _WORD.findall(evidence.text) if tells(word)]
    new = {word for word in words if word.lower()[:STEM] not in asked}
    return len(new) <= LEAD_IN and all(word.isalpha() and word.islower() for word in new)


def _follows(evidence: Evidence, first: Evidence) -> bool:
    """Tell whether a sentence is the next one of its passage that says something."""
    passage = first.passage
    after = passage.sentences[passage.sentences.index(first.sentence) + 1 :]
    saying = (each for each in after if not instructs(text_of(passage, each)))
    return evidence.passage == passage and evidence.sentence == next(saying, None)
