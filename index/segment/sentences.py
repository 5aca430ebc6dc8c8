"""Paragraph → sentences, as character ranges."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from index.types import Sentence

WINDOW = 16_000
"""How many characters the splitter is given at a time: where much is quoted or set as code, what it
does grows with their square, and nothing else runs in the process meanwhile."""

CLOSING = "\"'”’»›“‘)\\]}」』）】》〉］｝"
"""What may stand between the mark at the end of a sentence and its end."""

ENDING = ".!?…。！？．｡؟۔।॥။၊។៕։።፧"
"""The marks that end sentences, in all scripts."""

_WORD = re.compile(r"\w")

_LIST_NUMBER = re.compile(r"\(?(?:\d{1,3}|[a-zA-Z])[.)]")

# One space for one space of any kind, so that ranges stay: a hand-wrapped line is no boundary, and
# the splitter takes only ASCII white space for white space (a no-break space can make it panic).
_SPACE = re.compile(r"\s")

_ENDS = re.compile(f"[\u17d4\u17d5][{CLOSING}]*|[。！？][）】］](?!\\W)")
"""Where sentences end that the splitter does not end: in Khmer, and in brackets without spaces."""

_DOTS = re.compile(f"…[{CLOSING}]* (?=\\S)")
"""Where one may end that trails off."""

_GAP = re.compile("(?<=[\u0e00-\u0eff]) +(?=[\u0e00-\u0eff])")
"""A space in Thai or Lao, which have no mark for the end of a sentence."""

SHORTEST_SPACED = 24
"""From so many characters on, a piece of Thai or Lao ends at a space as a sentence does."""

_SIGNS = r"\u0300-\u036f\u0900-\u0dff"
"""Accents, and the vowel signs of India."""

_ONE_LETTER = re.compile(rf"(?:^|[^\w{_SIGNS}])[^\W\d_][{_SIGNS}]*\.")
_ORDINAL = re.compile(r"(?:^|[^\w.,:])\d{1,2}\.")
_TAIL = 16
"""So many characters before an end tell what it is the end of."""

_QUOTED = re.compile("[。！？!?.…][」』）)”’]")
_HIRAGANA = re.compile("[\u3041-\u309f]")


def find_sentences(text: str, start: int, end: int, language: str = "") -> tuple[Sentence, ...]:
    """Return the sentences of ``text[start:end]`` in order, without white space at their ends.

    Together they hold every character of the range that is not white space. A piece without a
    letter or digit (a lone quotation mark, an ellipsis) belongs to the sentence before it, and the
    number of a list's item to the one after it. One of many thousand characters is cut at spaces.
    ``language`` is the text's, by ``language_of``; where it is not known, abbreviations are those
    of English.
    """
    found: list[Sentence] = []
    for begin, end_of_it in _pieces(_SPACE.sub(" ", text[start:end]), language):
        first, last = start + begin, start + end_of_it
        piece = text[first:last]
        sentence = Sentence(
            first + len(piece) - len(piece.lstrip()), last - len(piece) + len(piece.rstrip())
        )
        if sentence.start >= sentence.end:
            continue
        if found and (not _WORD.search(piece) or _goes_on(text, found[-1], sentence, language)):
            found[-1] = Sentence(found[-1].start, sentence.end)
        else:
            found.append(sentence)
    return tuple(found)


def _goes_on(text: str, before: Sentence, sentence: Sentence, language: str) -> bool:
    """Tell whether what seems to be a sentence is the rest of the one before it."""
    if _LIST_NUMBER.fullmatch(text, before.start, before.end):
        return True
    tail = text[max(before.start, before.end - _TAIL) : before.end]
    first = text[sentence.start]
    if before.end == sentence.start and _HIRAGANA.match(first):
        return _QUOTED.search(tail, len(tail) - 2) is not None
    if language in ("", "en"):
        return False
    if first.islower() or _ends_with(_ONE_LETTER, tail):
        return True
    return first.isalpha() and _ends_with(_ORDINAL, tail) and _dots_days(language)


def _ends_with(pattern: re.Pattern[str], tail: str) -> bool:
    return any(match.end() == len(tail) for match in pattern.finditer(tail))


@cache
def _dots_days(language: str) -> bool:
    """Tell whether a language writes the day of a date with a full stop: ``3. Oktober``."""
    from babel import Locale

    return "d." in Locale.parse(language).date_formats["long"].pattern


def _pieces(text: str, language: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges between the ends that the splitter knows and those that it does not."""
    for begin, end in _boundaries(text, language or "en"):
        first = begin
        for match in _ENDS.finditer(text, begin, end):
            yield first, match.end()
            first = match.end()
        for match in _DOTS.finditer(text, first, end):
            if language not in ("", "en") and not text[match.end()].islower():
                yield first, match.end()
                first = match.end()
        for match in _GAP.finditer(text, first, end):
            if min(match.start() - first, end - match.end()) >= SHORTEST_SPACED:
                yield first, match.end()
                first = match.end()
        if first < end:
            yield first, end


def _boundaries(text: str, language: str) -> Iterator[tuple[int, int]]:
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
        for boundary in get_sentence_boundaries(language, window):
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
