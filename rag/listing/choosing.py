"""Which of the sentences that were read answer, and what they name: precision before recall."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from rag.check.injection import instructs
from rag.listing.parts import split_listed
from rag.listing.series import is_count, series_of
from rag.reader.decision import bounded
from rag.types import Evidence, Span

BIAS, READ, PASSAGE = -1.93, 0.393, 1.144
"""A logistic model of whether a sentence's words are of the list: by the reader's score and by the
passage's rank. Fitted on the calibration half; neither how far the best score is ahead nor whether
a series is named added anything."""

THRESHOLD = 0.43
"""The least probability that is worth an item; chosen on the calibration half."""

ANNOUNCED = 0.35
"""The least where a sentence announces a list and the list follows."""

_BULLET = re.compile(r"\s*(?:[-*•‣▪–—]|\d{1,2}[.)])\s+")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Named:
    """A thing that a sentence names, at a range of the article.

    ``sure`` is the probability of that sentence, or of the one that announces it. ``item`` is what
    the thing is called in the list, if not by these words.
    """

    evidence: Evidence
    place: Span
    sure: float
    item: str = ""

    @property
    def text(self) -> str:
        """The words, as they stand in the article."""
        first = self.evidence.passage.start
        return self.evidence.passage.text[self.place[0] - first : self.place[1] - first]


def choose_items(asked: str, found: Sequence[Evidence]) -> tuple[Named, ...]:
    """Return what the sentences (in source order) name that answers, in source order.

    A sentence that counts its list ("four kinds of help") or ends in a colon lends its probability
    to what follows it: the sentences of its paragraph, or the items of a list.
    """
    words = {word.lower() for word in _WORD.findall(asked)}
    listed: list[Evidence] = []
    taken: dict[tuple[str, Span], Named] = {}
    for at, evidence in enumerate(found):
        sure = probability(evidence)
        if sure < ANNOUNCED or instructs(evidence.text) or evidence in listed:
            continue
        for named in _named(evidence, found[at + 1 :], sure):
            if named.evidence is not evidence:
                listed.append(named.evidence)
            if not _says_nothing(named.text, words):
                taken.setdefault((evidence.passage.article_id, named.place), named)
    return tuple(taken.values())


def probability(evidence: Evidence) -> float:
    """Return how likely the words of a sentence are of the list."""
    terms = BIAS + READ * bounded(evidence.read) + PASSAGE * evidence.rank
    return 1 / (1 + math.exp(-terms))


def _named(evidence: Evidence, after: Sequence[Evidence], sure: float) -> Iterator[Named]:
    """Yield what a sentence names, if that is sure enough, or what it announces."""
    if evidence.short is None:
        return
    announced = [*announced_by(evidence, after)]
    if announced:
        yield from (_whole(each, sure) for each in announced)
        return
    text = evidence.text
    if sure < THRESHOLD or text.rstrip().endswith(":"):
        return
    base = evidence.sentence.start
    parts = parts_of(evidence)
    for first, last in parts:
        if len(parts) > 1 or not is_count(text[first:last]):
            yield Named(evidence, (base + first, base + last), sure)


def _whole(evidence: Evidence, sure: float) -> Named:
    """Return a sentence as an item, without the mark of a list."""
    lead = _BULLET.match(evidence.text)
    start = evidence.sentence.start + (lead.end() if lead else 0)
    return Named(evidence, (start, evidence.sentence.end), sure)


def parts_of(evidence: Evidence) -> tuple[Span, ...]:
    """Return the things that a sentence names, each a range of it."""
    if evidence.short is None:
        return ()
    base, text = evidence.sentence.start, evidence.text
    start, end = evidence.short[0] - base, evidence.short[1] - base
    return split_listed(text, *series_of(text, start, end))


def announced_by(evidence: Evidence, after: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Return the sentences that one announces, of those ``after`` it.

    ``"It asks for several things:"`` → the paragraphs of the list below it; ``"The post names four
    kinds of help."`` → the next four sentences, if its paragraph ends with them.
    """
    passage, text = evidence.passage, evidence.text.rstrip()
    same = [each for each in after if each.passage.article_id == passage.article_id]
    if text.endswith(":"):
        return _below(evidence, same)
    start, end = evidence.short or (0, 0)
    first = evidence.sentence.start
    count = is_count(evidence.text[start - first : end - first])
    rest = [*takewhile(lambda each: each.passage.paragraph == passage.paragraph, same)]
    listed = ":" in text or len(split_listed(text, 0, len(text))) > count
    return tuple(rest) if count and count == len(rest) and not listed else ()


def _below(evidence: Evidence, after: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Return the paragraphs of one open-ended sentence each that follow an announcing one."""
    items: list[Evidence] = []
    paragraph = evidence.passage.paragraph
    for each in after:
        alone = len(each.passage.sentences) == 1 and each.passage.paragraph == paragraph + 1
        closed = each.text.rstrip().endswith((".", "!", "?"))
        goes_on = bool(items) and items[-1].text.rstrip().endswith((",", ";"))
        if not alone or (closed and not goes_on):
            break
        items.append(each)
        paragraph += 1
        if closed:
            break
    return tuple(items)


def _says_nothing(text: str, asked: set[str]) -> bool:
    """Tell whether all words of an item were in the question."""
    return {word.lower() for word in _WORD.findall(text)} <= asked
