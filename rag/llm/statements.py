"""What a model writes → its statements, each with the excerpts that it names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from index.segment.sentences import find_sentences

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_NUMBERS = r"\d{1,3}(?:\s*(?:,|;|and|&|–|-)\s*(?:\^|excerpts? |sources? )?\d{1,3})*"
_WORD = r"(?:(?:see )?(?:excerpts?|sources?|passages?|refs?\.?|citations?|nos?\.)[\s:#]*)?"
_FORMS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\[\[?\s*\^?{_WORD}({_NUMBERS})\s*\]?\](?!\()",
        rf"【\s*{_WORD}({_NUMBERS})(?:[†:][^】]*)?\s*】",
        rf"\(\s*{_WORD}({_NUMBERS})\s*\)(?=\s*(?:[.,;:!?\[(]|$|\n|[A-Z\"“]))",
        rf"\((?:see )?(?:excerpts?|sources?|passages?)[\s:#]*({_NUMBERS})\)",
    )
)
_SUPERSCRIPT = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_MARK = re.compile(r"\s*⟦(\d+)⟧")
_AFTER_STOP = re.compile(r"([.!?][\"”’')]*)((?:\s*⟦\d+⟧)+)")
_BULLET = re.compile(r"^\s*(?:[-*•–]\s+|#{1,6}\s+|>\s+|\d{1,2}[.)]\s+)+")
_LEAD = re.compile(r"^(?:answer|response|final answer)\s*:\s*", re.IGNORECASE)
_IMAGE = re.compile(r"!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])?")
_LINK = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\[[^\]]*\])")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_EMPHASIS = re.compile(r"(\*\*|__|\*|`+|~~)(?=\S)(.+?)(?<=\S)\1")
_CONTROLS = re.compile(
    r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
_HOLDS = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of a model, without its marks; ``marks`` are the numbers that it named."""

    text: str
    marks: tuple[int, ...]


def read_statements(pieces: Iterable[str], excerpts: int) -> Iterator[Statement]:
    """Yield each statement as soon as it has come in whole.

    ``excerpts`` is how many there are: ``(3)`` is a mark if there are three, else part of the text.
    The last piece of a text that was cut off is yielded like the others: see ``Reply.cut``.
    """
    rest = ""
    for piece in pieces:
        rest += piece
        *whole, rest = _lines(rest)
        for line in whole:
            yield from _statements(line, excerpts)
        ready, rest = _split_last(rest, excerpts)
        yield from _statements(ready, excerpts)
    yield from _statements(rest, excerpts)


def find_marks(text: str, excerpts: int) -> tuple[str, tuple[int, ...]]:
    """Return a text without its marks, and the numbers they name, in order.

    ``("Ten are planned [1, 3].", 3)`` → ``("Ten are planned.", (1, 3))``.
    """
    marked = _unify(text, excerpts)
    numbers = tuple(dict.fromkeys(int(number) for number in _MARK.findall(marked)))
    return _MARK.sub("", marked).strip(), numbers


def plain(text: str) -> str:
    """Return a text without Markdown, HTML, images and the invisible; links are their words."""
    text = _CONTROLS.sub("", text)
    text = _TAG.sub("", _LINK.sub(_words_of_link, _IMAGE.sub("", text)))
    text = _LEAD.sub("", _BULLET.sub("", text))
    return " ".join(_EMPHASIS.sub(r"\2", text).split())


def _lines(text: str) -> list[str]:
    return text.split("\n")


def _split_last(text: str, excerpts: int) -> tuple[str, str]:
    """Split off what may still go on: the last sentence, and marks that may belong before it."""
    marked = _unify(text, excerpts)
    sentences = find_sentences(marked, 0, len(marked))
    if len(sentences) < 2 or marked[sentences[-1].start] in "[(【⟦":
        return "", text
    return marked[: sentences[-1].start], marked[sentences[-1].start :]


def _statements(text: str, excerpts: int) -> Iterator[Statement]:
    marked = _unify(text, excerpts)
    for sentence in find_sentences(marked, 0, len(marked)):
        said, marks = find_marks(marked[sentence.start : sentence.end], excerpts)
        said = plain(said)
        if _HOLDS.search(said):
            yield Statement(said, marks)


def _unify(text: str, excerpts: int) -> str:
    """Write all marks as ⟦1⟧ and put them before the full stop that they stand behind."""

    def unified(found: re.Match[str]) -> str:
        numbers = _numbers(found.group(1))
        round_one = found.group().startswith("(")
        if round_one and any(number > excerpts for number in numbers):
            return found.group()
        return "".join(f"⟦{number}⟧" for number in numbers)

    text = _TAG.sub("", _LINK.sub(_words_of_link, _IMAGE.sub("", text)))
    for form in _FORMS:
        text = form.sub(unified, text)
    text = _SUPERSCRIPT.sub(lambda m: f"⟦{m.group().translate(_SUPERSCRIPTS)}⟧", text)
    return _AFTER_STOP.sub(r"\2\1", text)


def _words_of_link(found: re.Match[str]) -> str:
    """Return the words of a link; a number as the mark that it is meant to be."""
    return f"[{found[1]}]" if found[1].strip("^ ").isdecimal() else found[1]


def _numbers(text: str) -> list[int]:
    numbers: list[int] = []
    for first, last in re.findall(r"(\d+)(?:\s*[–-]\s*(\d+))?", text):
        end = int(last) if last and int(first) < int(last) <= int(first) + 10 else int(first)
        numbers += range(int(first), end + 1)
    return numbers
