"""A question as the evidence is weighed by it: its words, their vectors and their weights."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.embed.embedder import Embedder
from index.library import Library
from index.types import Encoding, Floats, Tokens
from rag.language.function_words import passage_share
from rag.question.checks import check_question
from rag.question.followup import borrow
from rag.types import Turn

BORROWED = 0.5
"""What a word that is borrowed from the conversation weighs beside one that was asked."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, what is searched for it, which is longer if it borrows, and its vectors.

    ``follows`` is the question that it borrows from, "" if it was taken by itself.
    """

    text: str
    searched: str
    encoding: Encoding
    follows: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question, encoded.

    ``searched`` is ``text`` after what it borrows from the conversation. ``own`` tells of each of
    ``words`` whether it was asked rather than borrowed. ``token_vectors`` is (n, dim) unit rows;
    ``weights`` (n,) sums to 1; ``word_of`` gives for each token the place of its word. ``tokens``
    are those of ``searched``, None if nobody read it. ``follows``: see ``Asked``. ``embedder``
    is the name of what encoded it.
    """

    text: str
    searched: str
    words: tuple[str, ...]
    own: tuple[bool, ...]
    word_of: tuple[int, ...]
    vector: Floats
    token_vectors: Floats
    weights: Floats
    tokens: Tokens | None = None
    follows: str = ""
    embedder: str = ""


def read_question(text: str, history: Sequence[Turn | str], library: Library) -> Question:
    """Encode a question and weigh its words. Raises what ``encode_question`` raises."""
    return weigh_words(encode_question(text, history, library.embedder), library)


def encode_question(
    text: str,
    history: Sequence[Turn | str],
    embedder: Embedder,
    follow_up: bool | None = None,
) -> Asked:
    """Check a question, let it borrow from the conversation, and encode it.

    ``follow_up`` says whether it borrows; if it is not given, the question's words do.

    Raises:
        QuestionError: see ``check_question``.
    """
    asked = check_question(text)
    loan = borrow(asked, history, follow_up)
    searched = f"{loan} {asked}".strip()
    [encoding] = embedder.encode([searched], query=True)
    return Asked(asked, searched, encoding, _question_of(history[-1]) if loan else "")


def _question_of(turn: Turn | str) -> str:
    return turn if isinstance(turn, str) else turn.question


def weigh_words(asked: Asked, library: Library) -> Question:
    """Cut a question into words and weigh each by its rarity in the library."""
    searched, encoding = asked.searched, asked.encoding
    spans, word_of = _words(searched, encoding)
    words = tuple(searched[start:end] for start, end in spans)
    own = tuple(start >= len(searched) - len(asked.text) for start, _ in spans)
    return Question(
        text=asked.text,
        searched=searched,
        words=words,
        own=own,
        word_of=word_of,
        vector=encoding.vector,
        token_vectors=encoding.token_vectors,
        weights=_weights(words, own, word_of, encoding, library),
        tokens=encoding.tokens,
        follows=asked.follows,
        embedder=library.embedder.name,
    )


def _words(text: str, encoding: Encoding) -> tuple[list[tuple[int, int]], tuple[int, ...]]:
    """Join tokens that touch inside a word: ``lang ##lais`` is one word of the question.

    Returns the range of each word, and for each token the place of its word.
    """
    spans: list[tuple[int, int]] = []
    word_of = []
    for start, end in encoding.tokens.ranges.tolist():
        inside = spans and spans[-1][1] >= start and text[start - 1 : start + 1].isalnum()
        if inside and start > 0:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
        word_of.append(len(spans) - 1)
    return spans, tuple(word_of)


def _weights(
    words: tuple[str, ...],
    own: tuple[bool, ...],
    word_of: tuple[int, ...],
    encoding: Encoding,
    library: Library,
) -> Floats:
    """Weigh tokens: the root of the word's information, shared out among its tokens.

    A word in a share ``p`` of all passages tells ``-log p``. Its root found the right passage more
    often than the plain value, on search-box questions above all. Borrowed words weigh less.
    """
    tokens = encoding.tokens.ids.tolist()
    passages, frequencies = library.frequencies(tokens)
    rarest = dict.fromkeys(range(len(words)), passages)
    for token, word in zip(tokens, word_of, strict=True):
        rarest[word] = min(rarest[word], frequencies.get(token, 0))
    pieces = np.bincount(np.array(word_of, dtype=np.int64), minlength=len(words))
    raw = [
        math.sqrt(-math.log(passage_share(words[w].lower(), rarest[w], passages)) / pieces[w])
        * (1.0 if own[w] else BORROWED)
        for w in word_of
    ]
    return np.array(raw, dtype=np.float32) / np.float32(sum(raw) or 1.0)
