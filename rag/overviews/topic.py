"""``"What does it say about X?"`` → the sentences that speak of X, wherever they stand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np

from index.library import Library
from index.types import Floats, PassageTokens
from rag.answer.citation import cite, claims_of
from rag.check.injection import instructs
from rag.overviews.sentences import sentence_vectors, stands_alone
from rag.question.encode import Question, read_question
from rag.question.purpose import Purpose, framing_words
from rag.reader.decision import STRONG, tells, word_weights
from rag.retrieval.candidates import Candidate, Places, find_candidates
from rag.retrieval.late_interaction import score_evidence
from rag.types import Answer, Evidence, answer_text

MOST = 5
"""Sentences that are cited at most."""

AGAIN = 0.4
"""What a sentence loses for being like one that was taken, times their cosine."""

POINTS = 0.1
"""What a sentence loses that cannot be read without the one before it."""


def answer_topic(
    question: str,
    library: Library,
    within: Collection[str] | None = None,
    without: Places = frozenset(),
) -> Answer | None:
    """Return what the articles say about the topic of a question, in source order.

    None if no sentence speaks of every word of it, if the embedder does not know the language, or
    the question has no topic.
    """
    asked = _topic_of(read_question(question, (), library))
    if asked is None:
        return None
    candidates = find_candidates(asked, library, without, within)
    weighed = score_evidence(asked, candidates)
    speaking = _speaking(asked, weighed.sentences)
    if not speaking or not weighed.known:
        return None
    chosen = _choose(speaking, candidates)
    citations = tuple(cite(each, n, library) for n, each in enumerate(chosen, 1))
    claims = claims_of(citations)
    text = answer_text(claims, ())
    return Answer(question, text, claims, citations, False, 1.0, (), {}, purpose=Purpose.TOPIC)


def _topic_of(question: Question) -> Question | None:
    """Return a question of which only the words of its topic weigh something; None without any."""
    topic = [
        tells(word) and word.lower() not in framing_words(Purpose.TOPIC) for word in question.words
    ]
    if not any(topic):
        return None
    weights = question.weights * np.array([topic[word] for word in question.word_of])
    return replace(question, weights=(weights / weights.sum()).astype(np.float32))


def _speaking(question: Question, sentences: Sequence[Evidence]) -> list[Evidence]:
    """Return the sentences that speak of the topic, if one of them speaks of every word of it.

    Then its rarest word is enough: who was named "Daniel Newman" goes on as "Newman".
    """
    weights = word_weights(question)
    topic = [word for word, weight in enumerate(weights) if weight]
    rarest = max(topic, key=weights.__getitem__)
    if not any(all(each.found[word] >= STRONG for word in topic) for each in sentences):
        return []
    spoken = [each for each in sentences if each.found[rarest] >= STRONG]
    return [each for each in spoken if not instructs(each.text)]


def _choose(speaking: Sequence[Evidence], candidates: Sequence[Candidate]) -> list[Evidence]:
    """Return the best of them that say different things, article by article in source order.

    Greedy, by maximal marginal relevance (Carbonell & Goldstein 1998).
    """
    tokens = {each.passage.place: each.tokens for each in candidates}
    vectors = np.array([_vector(each, tokens[each.passage.place]) for each in speaking])
    merit = [each.rank - POINTS * (not stands_alone(each.text)) for each in speaking]
    taken: list[int] = []
    while len(taken) < min(MOST, len(speaking)):

        def gain(row: int) -> float:
            like = float((vectors[taken] @ vectors[row]).max()) if taken else 0.0
            return merit[row] - AGAIN * like

        taken.append(max((row for row in range(len(speaking)) if row not in taken), key=gain))
    order = {speaking[row].passage.article_id: n for n, row in reversed([*enumerate(taken)])}
    chosen = [speaking[row] for row in taken]
    return sorted(chosen, key=lambda e: (order[e.passage.article_id], e.sentence.start))


def _vector(evidence: Evidence, tokens: PassageTokens) -> Floats:
    found = sentence_vectors(evidence.passage, tokens)
    return found[evidence.passage.sentences.index(evidence.sentence)]
