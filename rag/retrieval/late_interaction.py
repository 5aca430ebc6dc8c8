"""Candidates → sentences weighed as evidence, by late interaction.

A question's token looks for its best match among the tokens of a sentence; the matches are
averaged by the weight of the question's words. The token vectors were made when the article came
in, in the pass that made the passage vectors (Khattab and Zaharia, "ColBERT", 2020, untrained).
The less the embedder knows of a language, the more the words count that are shared as they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.types import Floats, Sentence
from rag.question.encode import Question
from rag.question.kinds import asks, kind_of
from rag.retrieval.candidates import Candidate
from rag.retrieval.familiar import in_english, known_share, trust_in_vectors
from rag.retrieval.shared_words import share_words
from rag.retrieval.weights import (
    ASKING_WEIGHT,
    BEFORE_WEIGHT,
    COSINE_WEIGHT,
    KIND_WEIGHT,
    PASSAGE_LOAN,
    PASSAGE_WEIGHT,
    SENTENCE_WEIGHT,
    TITLE_LOAN,
)
from rag.types import Evidence, Hit, text_of

KEPT = 24
"""How many of the best sentences are handed on."""

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+(?:,\d{3})*")
_DIGITS = re.compile(r"\d+")
_Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class ScoredEvidence:
    """All evidence for one question, best first in both lists.

    ``around`` holds for each of the question's words how well the passage with the best sentence
    and the title of its article match it, in [0, 1]. ``known``: it is in the English that the
    embedder and the reader learnt; ``read``: a reader has had its say.
    """

    hits: tuple[Hit, ...]
    sentences: tuple[Evidence, ...]
    around: tuple[float, ...]
    known: bool
    read: bool = False


def score_evidence(question: Question, candidates: Sequence[Candidate]) -> ScoredEvidence:
    """Weigh every sentence of every candidate against the question."""
    share = known_share(question, candidates)
    if not candidates:
        return ScoredEvidence((), (), (0.0,) * len(question.words), in_english(question, share))
    matches = _matches(question, candidates)
    places = [(c, s) for c, candidate in enumerate(candidates) for s in candidate.passage.sentences]
    of = np.array([c for c, _ in places])
    firsts = np.searchsorted(of, np.arange(len(candidates)))
    own = _weighed(matches, question)
    whole = np.maximum.reduceat(matches, firsts)
    texts = [text_of(candidates[c].passage, sentence) for c, sentence in places]
    trust = trust_in_vectors(share)
    in_sentences: Floats = np.maximum.reduceat(own, firsts)
    passage_ranks = _rank_passages(candidates, _weighed(whole, question), in_sentences, trust)
    titles = TITLE_LOAN * _in_titles(question, candidates)[of]
    lent = np.maximum(np.maximum(matches, PASSAGE_LOAN * whole[of]), titles)
    before = np.maximum(matches, np.roll(matches, 1, axis=0))
    before[firsts] = matches[firsts]
    ranks = _weighed(lent, question)
    ranks += BEFORE_WEIGHT * _weighed(np.maximum(before, titles), question)
    if trust < 1:
        shared = _shared_by_sentence(question, candidates, texts)
        ranks = trust * ranks + (1 - trust) * shared
    ranks += PASSAGE_WEIGHT * passage_ranks[of]
    ranks += KIND_WEIGHT * _offers(question, texts)
    ranks -= ASKING_WEIGHT * _asks(texts)
    best = _best(ranks, [(candidates[c].passage.article_id, s.start) for c, s in places])
    sentences = tuple(
        Evidence(
            candidates[places[row][0]].passage,
            places[row][1],
            float(own[row]),
            float(ranks[row]),
            _by_word(question, matches[row]),
        )
        for row in best
    )
    hits = _hits(candidates, passage_ranks, [s for _, s in places], ranks, firsts)
    around = _by_word(question, np.maximum(whole[of[best[0]]], titles[best[0]]))
    return ScoredEvidence(hits, sentences, around, in_english(question, share))


def _weighed(matches: Floats, question: Question) -> Floats:
    """Return the mean of each row of ``matches`` (n, words) by the question's weights.

    Row by row: a matrix product rounds a row by where it stands, and equal sentences are to rank
    alike wherever they come from.
    """
    found: Floats = np.vecdot(matches, question.weights)
    return found


def _rank_passages(
    candidates: Sequence[Candidate], matched: Floats, in_sentences: Floats, trust: float
) -> Floats:
    """Return the passages' ranks; as far as vectors are not trusted, they rank by shared words.

    ``matched`` and ``in_sentences`` are the matches of passages and of their best sentences.
    """
    cosines = np.array([candidate.cosine for candidate in candidates], dtype=np.float32)
    ranks: Floats = matched + (SENTENCE_WEIGHT * in_sentences + COSINE_WEIGHT * cosines)
    if trust < 1:
        shared = np.array([candidate.shared for candidate in candidates], dtype=np.float32)
        ranks = trust * ranks + (1 - trust) * shared
    return ranks


def _shared_by_sentence(
    question: Question, candidates: Sequence[Candidate], texts: Sequence[str]
) -> Floats:
    """Return (sentences,): what each shares with the question in words of its language."""
    spoken = [c.language for c in candidates for _ in c.passage.sentences]
    near = [(c.passage.text, c.language) for c in candidates]
    return share_words(question.searched, list(zip(texts, spoken, strict=True)), near)


def _best(ranks: Floats, places: Sequence[tuple[str, int]]) -> list[int]:
    """Return the rows to keep, best first; equal ones by article and place."""
    first = np.argsort(-ranks, kind="stable")[: 2 * KEPT].tolist()
    return sorted(first, key=lambda row: (-float(ranks[row]), *places[row]))[:KEPT]


def _hits(
    candidates: Sequence[Candidate],
    passage_ranks: Floats,
    sentences: Sequence[Sentence],
    ranks: Floats,
    firsts: _Rows,
) -> tuple[Hit, ...]:
    hits = [
        Hit(candidate.passage, float(rank), sentences[first + int(np.argmax(block))])
        for candidate, rank, first, block in zip(
            candidates, passage_ranks, firsts, np.split(ranks, firsts[1:]), strict=True
        )
    ]
    return tuple(sorted(hits, key=hit_order))


def hit_order(hit: Hit) -> tuple[float, str, int]:
    """Best score first; equal ones by article and place, whenever they came in."""
    return -hit.score, hit.passage.article_id, hit.passage.start


def _matches(question: Question, candidates: Sequence[Candidate]) -> Floats:
    """Return (sentences, question tokens): the best cosine in each sentence, at least 0."""
    with _pools().limit(limits=1, user_api="blas"):
        found = np.concatenate([_in_sentences(question, candidate) for candidate in candidates])
    return np.asarray(found, dtype=np.float32) * _has_numbers(question, candidates)


def _in_sentences(question: Question, candidate: Candidate) -> Floats:
    """Return the rows of ``_matches`` of one candidate: its vectors stay in the nearest cache."""
    vectors = candidate.tokens.vectors.astype(np.float32)
    lengths = candidate.tokens.lengths
    if lengths is None:
        lengths = np.sqrt(np.vecdot(vectors, vectors))
    lengths = np.maximum(lengths, 1e-6)
    cosines = np.zeros((len(vectors) + 1, len(question.weights)), dtype=np.float32)
    np.matmul(vectors, question.token_vectors.T, out=cosines[:-1])
    cosines[:-1] /= lengths[:, None]
    starts = candidate.tokens.ranges[:, 0] + candidate.passage.start
    sentences = candidate.passage.sentences
    bounds = np.searchsorted(starts, [*(s.start for s in sentences), candidate.passage.end])
    found: Floats = np.maximum.reduceat(cosines, bounds[:-1])
    found[bounds[:-1] == bounds[1:]] = 0.0
    return np.maximum(found, 0.0, out=found)


def _has_numbers(question: Question, candidates: Sequence[Candidate]) -> Floats:
    """Return (sentences, question tokens): 0 for a number that passage and title do not have.

    To the embedder 416 is nearly 417. A single digit may be spelled out, and is left to it.
    """
    found = np.ones((len(candidates), len(question.word_of)), dtype=np.float32)
    numbers = [w.isdecimal() and len(w) > 1 and w.isascii() for w in question.words]
    if any(numbers):
        for row, candidate in enumerate(candidates):
            text = f"{candidate.title}\n{candidate.passage.read}"
            held = {number.replace(",", "") for number in _NUMBER.findall(text)}
            held.update(_DIGITS.findall(text))
            lacks = [n and w not in held for n, w in zip(numbers, question.words, strict=True)]
            found[row] = [not lacks[word] for word in question.word_of]
    return np.repeat(found, [len(c.passage.sentences) for c in candidates], axis=0)


@cache
def _pools() -> ThreadpoolController:
    """The thread pools of the process. The threads of numpy's BLAS go on spinning after a product
    and starve the embedder, which encodes the next question: on two cores 74 ms instead of 6."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def _in_titles(question: Question, candidates: Sequence[Candidate]) -> Floats:
    """Return (candidates, question tokens): 1 where the article's title has the token's word."""
    known: dict[str, Floats] = {}
    for candidate in candidates:
        if candidate.title not in known:
            words = set(_WORD.findall(candidate.title.lower()))
            inside = [question.words[w].lower() in words for w in question.word_of]
            known[candidate.title] = np.array(inside, dtype=np.float32)
    return np.stack([known[candidate.title] for candidate in candidates])


def _offers(question: Question, texts: Sequence[str]) -> Floats:
    """Return (sentences,): 1 where a sentence offers what is asked for, less for vaguer kinds."""
    kind = kind_of(question.text)
    if kind is None:
        return np.zeros(len(texts), dtype=np.float32)
    offers, weight = kind
    asked = {word.lower() for word in question.words}
    return weight * np.array([offers(text, asked) for text in texts], dtype=np.float32)


def _asks(texts: Sequence[str]) -> Floats:
    """Return (sentences,): 1 where a sentence asks."""
    return np.array([asks(text) for text in texts], dtype=np.float32)


def _by_word(question: Question, matches: Floats) -> tuple[float, ...]:
    """Return for each word of the question how well it is matched, in [0, 1]."""
    sums = np.bincount(question.word_of, weights=matches, minlength=len(question.words))
    pieces = np.bincount(question.word_of, minlength=len(question.words))
    return tuple((sums / np.maximum(pieces, 1)).tolist())
