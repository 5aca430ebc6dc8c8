"""Paragraph → sentences, as character ranges."""

from __future__ import annotations

import re

from index.types import Sentence

_WORD = re.compile(r"\w")

_LIST_NUMBER = re.compile(r"\(?(?:\d{1,3}|[a-zA-Z])[.)]")

# One space for one space of any kind, so that ranges stay: a hand-wrapped line is no boundary, and
# the splitter takes only ASCII white space for white space (a no-break space can make it panic).
_SPACE = re.compile(r"\s")


def find_sentences(text: str, start: int, end: int) -> tuple[Sentence, ...]:
    """Return the sentences of ``text[start:end]`` in order, without white space at their ends.

    Together they hold every character of the range that is not white space. A piece without a
    letter or digit (a lone quotation mark, an ellipsis) belongs to the sentence before it, and the
    number of a list's item to the one after it.
    """
    from sentencex import get_sentence_boundaries

    found: list[Sentence] = []
    for boundary in get_sentence_boundaries("en", _SPACE.sub(" ", text[start:end])):
        first, last = start + boundary["start_index"], start + boundary["end_index"]
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
