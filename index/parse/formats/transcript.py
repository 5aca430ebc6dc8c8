"""Subtitles (WebVTT and SubRip) → what was said, a paragraph a speaker: no times, no numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from index.errors import InputError
from index.limits import Limits
from index.parse.blocks import Block, Parsed, folded
from index.parse.text import decode

LONG = 600
"""A paragraph of more characters ends with the next sentence, whoever speaks."""

_TIMES = re.compile(r"^[ \t]*(?:\d+:)?\d+:\d+[.,]\d+[ \t]*-->.*$")
_ABOUT = re.compile(r"(?:WEBVTT|NOTE|STYLE|REGION|X-TIMESTAMP-MAP)\b")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?[ \t]+([^>]+)>")
_SAID_BY = re.compile(r"(?:>>[ \t]*|-[ \t]+)?([A-Z][\w.'’-]*(?:[ \t][A-Z][\w.'’-]*){0,3}):[ \t]+")
_MARKUP = re.compile(r"</?[a-z][^<>]*>|<\d+:[\d:.]+>|\{\\[^{}]*\}", re.I)
_ENDS = re.compile(r"""[.!?…。！？]["'”’»)\]]*$""")

Cue = tuple[str, str]
"""Who speaks, "" if that is not said, and what."""


def parse_transcript(data: bytes, name: str, limits: Limits) -> Parsed:
    """Parse subtitles.

    Raises:
        InputError: nothing is said in them.
    """
    text = decode(data, name, limits)
    blocks = tuple(Block(paragraph) for paragraph in _paragraphs(_cues(text)))
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
            yield speaker, words


def _paragraphs(cues: Iterator[Cue]) -> Iterator[str]:
    """Join the cues of one speaker; a cue that says again what the one before said adds nothing."""
    speaker, said = "", ""
    for who, words in cues:
        ends = _ENDS.search(said) is not None
        if said and ((who and who != speaker) or (len(said) > LONG and ends)):
            yield f"{speaker}: {said}" if speaker else said
            said = ""
        speaker = who or speaker
        if not said.endswith(words):
            said = f"{said} {words}".strip()
    if said:
        yield f"{speaker}: {said}" if speaker else said
