"""A question as the evidence is weighed by it: its words, their vectors and their weights."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.errors import QuestionError
from index.library import Library
from index.types import Encoding, Floats
from rag.language.function_words import FUNCTION_WORDS, passage_share
from rag.types import Turn

MAX_CHARACTERS = 2_000
MAX_TURNS = 50

BORROWED = 0.5
"""What a word that is borrowed from the conversation weighs beside one that was asked."""

MOST_NAMES = 5
"""Names of the last answer that are borrowed, chosen on a half of MTRAG-UN."""

_WORD = re.compile(r"\w+")
_POINTS_BACK = frozenset(
    "he him his she her hers it its they them their theirs that this those these there then one"
    " ones such same others former latter".split()
)
_PERSON = re.compile(r"\b(?:he|him|his|she|hers?)\b", re.I)
_THING = re.compile(r"\b(?:they|them|theirs?|its?|this|that|these|those|ones?)\b", re.I)
_OPENS_FOLLOW_UP = re.compile(r"^(?:and|but|so|or|then|also|what about|how about|why not)\b", re.I)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, what is searched for it, which is longer if it borrows, and its vectors."""

    text: str
    searched: str
    encoding: Encoding


@dataclass(frozen=True, slots=True)
class Question:
    """A question, encoded.

    ``searched`` is ``text`` after what it borrows from the conversation. ``own`` tells of each of
    ``words`` whether it was asked rather than borrowed. ``token_vectors`` is (n, dim) unit rows;
    ``weights`` (n,) sums to 1; ``word_of`` gives for each token the place of its word.
    """

    text: str
    searched: str
    words: tuple[str, ...]
    own: tuple[bool, ...]
    word_of: tuple[int, ...]
    vector: Floats
    token_vectors: Floats
    weights: Floats


def read_question(text: str, history: Sequence[Turn | str], library: Library) -> Question:
    """Encode a question and weigh its words. Raises what ``encode_question`` raises."""
    return weigh_words(encode_question(text, history, library), library)


def encode_question(text: str, history: Sequence[Turn | str], library: Library) -> Asked:
    """Check a question, let it borrow from the conversation, and encode it.

    Raises:
        QuestionError: see ``check_question``.
    """
    asked = check_question(text)
    searched = f"{borrow(asked, history)} {asked}".strip()
    return Asked(asked, searched, library.embedder.encode([searched], query=True)[0])


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
    )


def check_question(text: str) -> str:
    """Return a question without the white space around it.

    Raises:
        QuestionError: it is blank, has no letter or digit, or is longer than ``MAX_CHARACTERS``.
    """
    asked = text.strip()
    if not _WORD.search(asked):
        raise QuestionError("there is no question: write one with at least one word")
    if len(asked) > MAX_CHARACTERS:
        raise QuestionError(
            f"the question has {len(asked):,} characters, the limit is {MAX_CHARACTERS:,}: "
            "ask for one thing"
        )
    return asked


def check_limit(k: int) -> None:
    """Make sure that ``k`` can be a number of places.

    Raises:
        QuestionError: it is negative.
    """
    if k < 0:
        raise QuestionError(f"k is {k}: choose how many places you want, 0 or more")


def borrow(question: str, history: Sequence[Turn | str]) -> str:
    """Return what a question that leans on the one before it borrows from the conversation.

    ``("How many of them?", [Turn("What is planned?")])`` → ``"What is planned?"``; nothing for a
    question that stands alone. A question that points at a thing borrows the names of the last
    answer as well: ``("When was it built?", [Turn("Which ship?", "The Ever Given.")])``.
    """
    turns = [Turn(turn) if isinstance(turn, str) else turn for turn in history[-MAX_TURNS:]]
    if not turns or not _leans_back(question):
        return ""
    before = turns[-1].question.strip()
    return " ".join([*_names(question, turns[-1]), before])[:MAX_CHARACTERS]


def _names(question: str, turn: Turn) -> list[str]:
    """Return the names of an answer that a question may point at and that were not asked with.

    "He" or "she" is mostly somebody whom the question before has named.
    """
    if _PERSON.search(question) or not _THING.search(question):
        return []
    from rag.language.names import read_names  # slow to import, and few questions need it

    names = dict.fromkeys(
        name.text for name in read_names(turn.answer) if name.sure and not name.opens
    )
    asked = turn.question.lower()
    return [name for name in names if name.lower() not in asked][:MOST_NAMES]


def _leans_back(question: str) -> bool:
    words = [word.lower() for word in _WORD.findall(question)]
    content = [word for word in words if word not in FUNCTION_WORDS and word not in _POINTS_BACK]
    points = any(word in _POINTS_BACK for word in words)
    return points or len(content) < 2 or _OPENS_FOLLOW_UP.match(question) is not None


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
