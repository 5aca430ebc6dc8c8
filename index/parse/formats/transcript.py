"""Subtitles (WebVTT and SubRip) → what was said, a paragraph a speaker, each under its time.

The time stands in the text as a line of its own, ``00:12:31``, which is never an answer; it is when
the first words of the paragraph are said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from index.errors import InputError
from index.limits import Limits
from index.parse.blocks import Block, Parsed, folded
from index.parse.text import decode
from index.segment.sentences import CLOSING, ENDING
from index.types import Role

LONG = 300
"""A paragraph of more characters ends with the next sentence, whoever speaks: twenty seconds."""

LONGEST = 4 * LONG
"""One of so many ends with the words that stand on the screen together: nothing ends a sentence."""

_TIMES = re.compile(r"^[ \t]*(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,]\d+[ \t]*-->.*$")
_ABOUT = re.compile(r"(?:WEBVTT|NOTE|STYLE|REGION|X-TIMESTAMP-MAP)\b")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?[ \t]+([^>]+)>")
_SAID_BY = re.compile(r"(?:>>[ \t]*|-[ \t]+)?([A-Z][\w.'’-]*(?:[ \t][A-Z][\w.'’-]*){0,3}):[ \t]+")
_MARKUP = re.compile(r"</?[a-z][^<>]*>|<\d+:[\d:.]+>|\{\\[^{}]*\}", re.I)
_ENDS = re.compile(rf"[{ENDING}][{CLOSING}]*$")

Cue = tuple[str, str, str]
"""When, who speaks, "" if that is not said, and what."""


def parse_transcript(data: bytes, name: str, limits: Limits) -> Parsed:
    """Parse subtitles.

    Raises:
        InputError: nothing is said in them.
    """
    text = decode(data, name, limits)
    blocks = tuple(
        block
        for time, said in _paragraphs(_cues(text))
        for block in (Block(time, Role.BOILERPLATE), Block(said))
    )
    if not blocks:
        raise InputError(f"{name} has times but no words: there is nothing to ask about")
    return Parsed(blocks=blocks)


def _cues(text: str) -> Iterator[Cue]:
    """Yield what is said under each pair of times. Before them stands a name or a number."""
    for part in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        lines = part.strip("\n").split("\n")
        times = next((n for n, line in enumerate(lines) if _TIMES.match(line)), None)
        if times is None or (_ABOUT.match(lines[0]) and times != 1):
            continue
        said = "\n".join(lines[times + 1 :])
        voice = _VOICE.search(said)
        words = folded(unescape(_MARKUP.sub("", said)))
        told = _SAID_BY.match(words)
        speaker = folded(voice.group(1)) if voice else told.group(1) if told else ""
        words = words[told.end() :] if told and not voice else words
        if words:
            hours, minutes, seconds = (int(part or 0) for part in _hours(lines[times]))
            yield f"{hours:02}:{minutes:02}:{seconds:02}", speaker, words


def _hours(line: str) -> tuple[str | None, ...]:
    found = _TIMES.match(line)
    return found.groups() if found else ()


def _paragraphs(cues: Iterator[Cue]) -> Iterator[tuple[str, str]]:
    """Join the cues of one speaker; a cue that says again what the one before said adds nothing.

    Each is given with the time at which it begins.
    """
    begun, speaker, said = "", "", ""
    for time, who, words in cues:
        full = len(said) > LONGEST or (len(said) > LONG and _ENDS.search(said) is not None)
        if said and ((who and who != speaker) or full):
            yield begun, f"{speaker}: {said}" if speaker else said
            said = ""
        begun = begun if said else time
        speaker = who or speaker
        if not said.endswith(words):
            said = f"{said} {words}".strip()
    if said:
        yield begun, f"{speaker}: {said}" if speaker else said
