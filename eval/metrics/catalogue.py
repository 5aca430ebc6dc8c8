"""Every metric by its name: what it is called, which way is better, and what it means."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric, under the heading ``group``. ``higher`` is None where neither way is better."""

    name: str
    group: str
    higher: bool | None
    meaning: str

    def worse(self, one: float, other: float) -> float:
        """Return by how much ``one`` is worse than ``other``; negative if it is better."""
        return other - one if self.higher else one - other


RETRIEVAL, ANSWERS, CITATIONS, REFUSAL = "Retrieval", "Answers", "Citations", "Refusal"

_METRICS = (
    Metric("hit@1", RETRIEVAL, True, "the first paragraph holds gold evidence"),
    Metric("hit@5", RETRIEVAL, True, "one of the first five paragraphs does"),
    Metric("recall@5", RETRIEVAL, True, "share of the gold evidence in the first five paragraphs"),
    Metric("recall@10", RETRIEVAL, True, "share of it in the first ten"),
    Metric("mrr@10", RETRIEVAL, True, "one over the rank of the first right paragraph"),
    Metric("ndcg@10", RETRIEVAL, True, "discounted gain, ideal over all gold evidence"),
    Metric("recall@4000c", RETRIEVAL, True, "gold characters among the first 4,000 delivered"),
    Metric("sentence_hit@1", RETRIEVAL, True, "the best sentence of the best hit is gold evidence"),
    Metric("exact_match", ANSWERS, True, "the answer is a gold answer, by SQuAD's rules"),
    Metric("token_f1", ANSWERS, True, "F1 of its words against the best gold answer"),
    Metric("contains_answer", ANSWERS, True, "a gold answer stands in it, word for word"),
    Metric("short_exact_match", ANSWERS, True, "the short answer is a gold answer"),
    Metric("short_f1", ANSWERS, True, "F1 of the short answer's words; of a refusal 0"),
    Metric("quote_exactness", CITATIONS, True, "quotes that are the text at their range"),
    Metric("dangling_marks", CITATIONS, False, "marks like [3] with no citation, per question"),
    Metric("citation_precision", CITATIONS, True, "cited ranges on gold evidence, when answered"),
    Metric("citation_recall", CITATIONS, True, "gold evidence that is cited, when answered"),
    Metric("citation_recall_all", CITATIONS, True, "the same, a refusal counting as nothing cited"),
    Metric("support", CITATIONS, True, "statements carried by the words that they cite"),
    Metric("false_refusals", REFUSAL, False, "answerable questions that were refused"),
    Metric("refusal_recall", REFUSAL, True, "unanswerable questions that were refused"),
    Metric("refusal_precision", REFUSAL, True, "refusals of questions that are unanswerable"),
    Metric("coverage", REFUSAL, None, "questions that were answered"),
    Metric("risk", REFUSAL, False, "answers that rest on no gold evidence"),
    Metric("coverage_at_risk", REFUSAL, True, "largest coverage with a risk of 5 % at most"),
    Metric("aurc", REFUSAL, False, "area under the risk–coverage curve"),
    Metric("auroc", REFUSAL, True, "confidence tells answerable from unanswerable"),
    Metric("calibration_error", REFUSAL, False, "distance of confidence from what came true"),
    Metric("nearest_hit", REFUSAL, True, "a false premise is refused with the sentence about it"),
    Metric("unanswered_named", REFUSAL, True, "half-answered: the other half is named"),
)

CATALOGUE = {metric.name: metric for metric in _METRICS}
"""All metrics, in the order in which they are shown."""

OUTCOMES = ("answerable", "refused", "right", "confidence")
"""Columns of a row that are no metrics themselves, but make those of all questions at once."""
