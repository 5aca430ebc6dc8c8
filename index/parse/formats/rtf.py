"""Rich text (RTF) → blocks."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from striprtf.striprtf import rtf_to_text

from index.errors import InputError
from index.limits import Limits
from index.parse.blocks import Block, Parsed, folded, row_of
from index.parse.formats.markup import name_columns
from index.parse.formats.superscripts import lowered, raised

_TOKEN = re.compile(r"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'[0-9a-f]{2}|\\[^a-z]|[{}]|[^\\{}]+", re.I)
_UNSEEN = frozenset("strike striked deleted v".split())
_LEVELS = {"super": "\ufdd0", "up": "\ufdd0", "sub": "\ufdd1", "dn": "\ufdd1", "nosupersub": ""}
_END = "\ufdd2"
_LEVELLED = re.compile(f"([\ufdd0\ufdd1])([^\ufdd0-\ufdd2]*){_END}")


@dataclass(frozen=True, slots=True)
class _State:
    """What a group's text is: in how many ways it is not seen, and the mark of its level."""

    unseen: frozenset[str] = frozenset()
    level: str = ""


def parse_rtf(data: bytes, name: str, limits: Limits) -> Parsed:
    """Parse rich text. Its headings are not marked, so that everything is a paragraph.

    Raises:
        InputError: it is damaged.
    """
    try:
        text = rtf_to_text(_shown(data.decode("latin-1")), errors="replace")
    except (ValueError, IndexError, KeyError, LookupError) as error:
        raise InputError(f"{name} is damaged and cannot be read as RTF: save it anew") from error
    text = _in_line(text)
    blocks: list[Block] = []
    rows: list[Block] = []
    for line in [*text.split("\n"), ""]:
        if line.rstrip().endswith("|"):
            rows.append(row_of(folded(cell) for cell in line.rstrip().rstrip("|").split("|")))
            continue
        blocks += [*name_columns(rows), Block(folded(line))]
        rows = []
    return Parsed(blocks=tuple(blocks))


def _shown(text: str) -> str:
    """Return rich text without what is hidden, struck or deleted; levels get marks around them."""
    state, stack, pieces = _State(), list[_State](), list[str]()
    for token in _TOKEN.finditer(text):
        before, piece, word = state, token.group(), token[1]
        if piece == "{":
            stack.append(state)
        elif piece == "}":
            state = stack.pop() if stack else _State()
        elif word:
            state = _after(state, word, token[2])
        control = piece in "{}" or (word and not _is_text(word))
        if control or not state.unseen:
            pieces.append(piece)
        if state.level != before.level:
            pieces.append((_END if before.level else "") + state.level)
    return "".join(pieces)


def _is_text(word: str) -> bool:
    """Tell whether a control word stands for a character."""
    return word == "u" or word.endswith(("quote", "dash", "space")) or word == "bullet"


def _after(state: _State, word: str, number: str | None) -> _State:
    if word == "plain":
        return _State()
    on = number is None or int(number) != 0
    if word in _UNSEEN:
        return replace(state, unseen=state.unseen | {word} if on else state.unseen - {word})
    return replace(state, level=_LEVELS[word] if on else "") if word in _LEVELS else state


def _in_line(text: str) -> str:
    """Put what is raised or lowered into the line."""

    def told(level: re.Match[str]) -> str:
        before, after = text[max(0, level.start() - 20) : level.start()], text[level.end() :][:4]
        if level[1] == _LEVELS["sub"]:
            return lowered(before, level[2])
        return raised(before, level[2], after)

    return re.sub("[\ufdd0-\ufdd2]", "", _LEVELLED.sub(told, text))
