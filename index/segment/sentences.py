"""Paragraph → sentences, as character ranges."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.types import Sentence

WINDOW = 16_000
"""How many characters the splitter is given at a time: where much is quoted or set as code, what it
does grows with their square, and nothing else runs in the process meanwhile."""

_WORD = re.compile(r"\w")

_LIST_NUMBER = re.compile(r"\(?(?:\d{1,3}|[a-zA-Z])[.)]")

# One space for one space of any kind, so that ranges stay: a hand-wrapped line is no boundary, and
# the splitter takes only ASCII white space for white space (a no-break space can make it panic).
_SPACE = re.compile(r"\s")


def find_sentences(text: str, start: int, end: int) -> tuple[Sentence, ...]:
    """Return the sentences of ``text[start:end]`` in order, without white space at their ends.

    Together they hold every character of the range that is not white space. A piece without a
    letter or digit (a lone quotation mark, an ellipsis) belongs to the sentence before it, and the
    number of a list's item to the one after it. One of many thousand characters is cut at spaces.
    """
    found: list[Sentence] = []
    for begin, end_of_it in _boundaries(_SPACE.sub(" ", text[start:end])):
        first, last = start + begin, start + end_of_it
        piece = text[first:last]
        sentence = Sentence(
            first + len(piece) - len(piece.lstrip()), last - len(piece) + len(piece.rstrip())
        )
        if sentence.start >= sentence.end:
            continue
        numbered = found and _LIST_NUMBER.fullmatch(text, found[-1].start, found[-1].end)
        if numbered or (found and not _WORD.search(piece)):
            found[-1] = Sentence(found[-1].start, sentence.end)
        else:
            found.append(sentence)
    return tuple(found)


def _boundaries(text: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges of sentences, read through windows that overlap by a quarter or more.

    A window ends with the last sentence that ends well within it. Where that would be in its first
    half, the sentence after it is longer than a quarter: it is cut at a space, or read on if it has
    none.
    """
    from sentencex import get_sentence_boundaries

    begin, first = 0, None
    while begin < len(text):
        window = text[begin : begin + WINDOW]
        whole = begin + WINDOW >= len(text)
        enough = WINDOW if whole else WINDOW * 3 // 4
        done = 0
        for boundary in get_sentence_boundaries("en", window):
            if boundary["end_index"] > enough:
                break
            done = boundary["end_index"]
            yield begin + boundary["start_index"] if first is None else first, begin + done
            first = None
        if whole:
            return
        if done < WINDOW // 2:
            first = begin + done if first is None else first
            space = window.rfind(" ", WINDOW // 2, enough)
            done = enough if space < 0 else space
            if space >= 0:
                yield first, begin + done
                first = None
        begin += done
    if first is not None:
        yield first, len(text)
