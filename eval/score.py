"""What became of one question → its scores. Each metric's definition is in ``catalogue.py``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from eval.metrics import answers, citations, ranking
from eval.metrics.ranges import Need, Range, overlaps, recall_at_budget, serves
from eval.sets.corpus import Corpus
from eval.types import Question
from index.types import Passage
from rag.types import Answer, Citation, Hit

Scores = dict[str, float]

_MARK = re.compile(r"\s*\[\d+\]")


def score(question: Question, answer: Answer | None, hits: Sequence[Hit], corpus: Corpus) -> Scores:
    """Return the scores that are defined for this question.

    Without an answer (nothing but retrieval was run) there are those of the hits alone.
    """
    needs = [corpus.need(gold) for gold in question.evidence]
    scores = score_hits(question, hits, corpus) if needs else {}
    if answer is None:
        return scores
    scores |= _answer_scores(question, answer)
    scores |= _citation_scores(answer, needs, corpus)
    scores |= _refusal_scores(question, answer, corpus)
    if question.answerable is not None:
        scores |= _outcome(question, answer, needs, hits)
    return scores


def score_hits(question: Question, hits: Sequence[Hit], corpus: Corpus) -> Scores:
    """Return the scores of a ranking, best hit first, for a question with evidence."""
    needs = [corpus.need(gold) for gold in question.evidence]
    served = [frozenset(u for place in need for u in corpus.units(place)) for need in needs]
    graded = [(units, g.grade) for units, g in zip(served, question.evidence, strict=True)]
    found = [_range(hit.passage) for hit in hits]
    units = dict.fromkeys(unit for place in found for unit in corpus.units(place))
    ranked, grades = ranking.fold(list(units), graded)
    return {
        "hit@1": ranking.hit(ranked, grades, 1),
        "hit@5": ranking.hit(ranked, grades, 5),
        "recall@5": ranking.recall(ranked, grades, 5),
        "recall@10": ranking.recall(ranked, grades, 10),
        "mrr@10": ranking.reciprocal_rank(ranked, grades, 10),
        "ndcg@10": ranking.ndcg(ranked, grades, 10),
        "recall@4000c": recall_at_budget(found, needs),
        "sentence_hit@1": float(any(serves(_sentence(hit), n) for hit in hits[:1] for n in needs)),
    }


def spoken(answer: Answer) -> str:
    """Return the answer's text without marks, empty if it is a refusal."""
    return "" if answer.refused else _MARK.sub("", answer.text)


def _answer_scores(question: Question, answer: Answer) -> Scores:
    if question.answerable is None or (question.answerable and not question.answers):
        return {}
    said = spoken(answer)
    scores = {
        "exact_match": answers.exact_match(said, question.answers),
        "token_f1": answers.token_f1(said, question.answers),
    }
    if question.answers:
        scores["contains_answer"] = answers.contains(said, question.answers)
        short = answer.short[0].text if answer.short else ""
        scores["short_exact_match"] = answers.exact_match(short, question.answers)
        scores["short_f1"] = answers.token_f1(short, question.answers)
    return scores


def _citation_scores(answer: Answer, needs: Sequence[Need], corpus: Corpus) -> Scores:
    shown = [*answer.citations, *answer.nearest]
    quotes = [citation.quote for citation in shown]
    marks = citations.dangling(answer.text, (c.number for c in answer.citations), quotes)
    scores: Scores = {"dangling_marks": marks}
    if shown:
        texts = [corpus.texts.get(c.article_id, "")[c.start : c.end] for c in shown]
        scores["quote_exactness"] = citations.exactness(list(zip(quotes, texts, strict=True)))
    if answer.claims:
        carried = [(claim.text, [c.quote for c in claim.citations]) for claim in answer.claims]
        scores["support"] = sum(citations.support(*one) for one in carried) / len(carried)
    cited = [_cited(citation) for citation in answer.citations]
    if needs:
        scores["citation_recall_all"] = citations.recall(cited, needs)
        if not answer.refused:
            scores["citation_recall"] = citations.recall(cited, needs)
            scores["citation_precision"] = citations.precision(cited, needs) if cited else 0.0
    return scores


def _refusal_scores(question: Question, answer: Answer, corpus: Corpus) -> Scores:
    scores: Scores = {}
    if question.nearest:
        shown = [_cited(citation) for citation in answer.nearest]
        wanted = [corpus.range(place) for place in question.nearest]
        scores["nearest_hit"] = float(any(overlaps(s, w) for s in shown for w in wanted))
    if question.unanswered:
        own = citations.unquoted(answer.text, [c.quote for c in answer.citations])
        named = {word for word in answers.words(question.unanswered) if len(word) > 3}
        said = named & set(answers.words(own))
        scores["unanswered_named"] = float(2 * len(said) >= len(named))
    return scores


def _outcome(
    question: Question, answer: Answer, needs: Sequence[Need], hits: Sequence[Hit]
) -> Scores:
    """Return what ``Outcomes`` needs: a refusal is judged by what it would have cited."""
    cited = [_cited(citation) for citation in answer.citations]
    if answer.refused:
        cited = [_cited(citation) for citation in answer.nearest[:1]]
        cited = cited or [_sentence(hit) for hit in hits[:1]]
    refused = float(answer.refused)
    return {
        "false_refusals" if question.answerable else "refusal_recall": refused,
        "coverage": 1 - refused,
        "answerable": float(bool(question.answerable)),
        "refused": refused,
        "right": float(any(serves(place, need) for place in cited for need in needs)),
        "confidence": answer.confidence,
    }


def _cited(citation: Citation) -> Range:
    return citation.article_id, citation.start, citation.end


def _range(passage: Passage) -> Range:
    return passage.article_id, passage.start, passage.end


def _sentence(hit: Hit) -> Range:
    return hit.passage.article_id, hit.sentence.start, hit.sentence.end
