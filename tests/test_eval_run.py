"""The harness itself: systems whose scores are known beforehand get these scores."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from tiny import TinyEmbedder

from eval.evaluate import Plan, evaluate
from eval.oracle import oracle
from eval.result import Mode, Result
from eval.run import NOTHING, System, Withheld, gold_paragraphs
from eval.sets.corpus import Corpus, open_corpus, quiet
from eval.types import Gold, Place, Question, QuestionSet, SetArticle
from index import Library
from index.errors import QuestionError
from rag import ask, retrieve
from rag.types import Answer, Hit, Turn

TOWNS = [f"Town{letter}{number}" for letter in "abcde" for number in range(8)]


def town_set() -> QuestionSet:
    """Forty paragraphs on forty towns in two articles; each town's question, and one on nothing."""
    articles, questions = [], []
    for half, towns in (("north", TOWNS[:20]), ("south", TOWNS[20:])):
        paragraphs = [
            f"The bridge of {town} is long. It cost {n} euros." for n, town in enumerate(towns)
        ]
        text, spans = "\n\n".join(paragraphs), []
        for number, (town, paragraph) in enumerate(zip(towns, paragraphs, strict=True)):
            start = text.index(paragraph)
            spans.append((start, start + len(paragraph)))
            place = Place(half, start + paragraph.index("It cost"), start + len(paragraph))
            asked = f"What did the bridge of {town} cost?"
            answers = (f"{number} euros",)
            questions.append(Question(town, asked, answers, (Gold((place,)),), "cost", about=half))
        articles.append(SetArticle(half, half, text, tuple(spans)))
    unanswerable = [
        Question(f"no {n}", f"Who is mayor number {n}?", kind="mayor", answerable=False)
        for n in range(20)
    ]
    return QuestionSet("towns", tuple(articles), (*questions, *unanswerable))


def silent_ask(
    question: str, *, library: Library, history: Sequence[Turn], without: Withheld
) -> Answer:
    return Answer(question, "The articles do not say.", (), (), True, 0.0, (), {})


def nothing(question: str, *, library: Library, k: int, history: Sequence[Turn]) -> list[Hit]:
    return []


def measure(system: System, tiny: TinyEmbedder, plan: Plan | None = None) -> Result:
    return evaluate(town_set(), system, plan or Plan(), quiet, tiny)


def values(result: Result) -> dict[str, float]:
    return {name: estimate.value for name, estimate in result.overall.items()}


def test_the_oracle_is_perfect(tiny: TinyEmbedder) -> None:
    found = values(measure(oracle(town_set()), tiny))
    ones = ["hit@1", "recall@5", "mrr@10", "ndcg@10", "recall@4000c", "sentence_hit@1"]
    ones += ["exact_match", "token_f1", "contains_answer", "quote_exactness", "support"]
    ones += [
        "citation_precision",
        "citation_recall",
        "refusal_recall",
        "refusal_precision",
        "auroc",
    ]
    zeros = ["dangling_marks", "false_refusals", "risk", "calibration_error"]
    assert {name: found[name] for name in ones + zeros} == dict.fromkeys(ones, 1.0) | dict.fromkeys(
        zeros, 0.0
    )
    assert found["coverage_at_risk"] == found["coverage"] == pytest.approx(40 / 60)


def test_silence_finds_nothing_and_refuses_all(tiny: TinyEmbedder) -> None:
    found = values(measure(System(silent_ask, nothing), tiny))
    nothing_found = ["hit@1", "recall@10", "mrr@10", "ndcg@10", "recall@4000c", "contains_answer"]
    assert [found[name] for name in nothing_found] == [0.0] * len(nothing_found)
    assert (found["refusal_recall"], found["false_refusals"]) == (1.0, 1.0)
    assert found["exact_match"] == pytest.approx(20 / 60)
    assert "citation_precision" not in found


def test_chance_finds_k_of_n(tiny: TinyEmbedder) -> None:
    sure, shuffle = oracle(town_set()), random.Random(0)

    def by_chance(
        question: str, *, library: Library, k: int, history: Sequence[Turn]
    ) -> Sequence[Hit]:
        hits = list(sure.retrieve(question, library=library, k=1000, history=history))
        shuffle.shuffle(hits)
        return hits[:k]

    rounds = [values(measure(System(None, by_chance), tiny)) for _ in range(5)]
    mean = {name: sum(found[name] for found in rounds) / 5 for name in ("hit@1", "hit@5")}
    assert mean["hit@1"] == pytest.approx(1 / 40, abs=0.03)
    assert mean["hit@5"] == pytest.approx(5 / 40, abs=0.06)


def test_gold_evidence_as_a_question_finds_itself(tiny: TinyEmbedder) -> None:
    towns = town_set()
    texts = {article.key: article.text for article in towns.articles}
    (place, *_), *_ = ([p for g in q.evidence for p in g.places] for q in towns.questions[:1])
    paragraph = texts[place.article][: place.end]
    question = replace(towns.questions[0], text=paragraph)
    found = evaluate(
        replace(towns, questions=(question,)), System(None, retrieve), Plan(), quiet, tiny
    )
    assert values(found)["hit@1"] == 1.0


def test_a_question_that_fails_is_kept_and_not_averaged(tiny: TinyEmbedder) -> None:
    sure = oracle(town_set())

    def broken(
        question: str, *, library: Library, history: Sequence[Turn], without: Withheld
    ) -> Answer:
        if "Towna0" in question:
            raise QuestionError("no")
        answer = sure.ask(question, library=library, history=history, without=without)  # type: ignore[misc]
        return replace(answer, confidence=float("nan")) if "Towna1" in question else answer

    found = measure(System(broken, sure.retrieve), tiny)
    errors = {row.question.id: row.error for row in found.errors}
    assert errors == {"Towna0": "QuestionError: no", "Towna1": "confidence is nan"}
    assert found.overall["hit@1"].count == 38


def test_leaving_gold_out_asks_twice(tiny: TinyEmbedder) -> None:
    found = measure(oracle(town_set()), tiny, Plan(mode=Mode.LEFT_OUT))
    assert len(found.rows) == 80
    assert sum(row.left_out for row in found.rows) == 40
    assert values(found)["auroc"] == 1.0


def test_withheld_paragraphs_are_those_of_the_gold(tiny: TinyEmbedder) -> None:
    towns = town_set()
    corpus: Corpus = open_corpus(towns, quiet, tiny)
    with corpus.library:
        third = towns.questions[2]
        assert gold_paragraphs(third, corpus) == {(corpus.ids["north"], 3)}
        answer = ask(third.text, library=corpus.library, without=gold_paragraphs(third, corpus))
        cited = [(c.article_id, c.paragraph) for c in (*answer.citations, *answer.nearest)]
        assert cited
        assert (corpus.ids["north"], 3) not in cited


def test_rivals_are_ranked_and_compared(tiny: TinyEmbedder) -> None:
    plan = Plan(mode=Mode.RETRIEVAL, compare=True)
    found = measure(oracle(town_set()), tiny, plan)
    assert [rival.name for rival in found.rivals] == ["dense", "BM25", "RRF of both"]
    assert all(rival.overall["hit@1"].value > 0.5 for rival in found.rivals)
    assert all(0 < p <= 1 for rival in found.rivals for p in rival.p_values.values())


def test_invariants_hold_for_the_oracle_and_not_for_a_counter(tiny: TinyEmbedder) -> None:
    sure = oracle(town_set())
    held = measure(sure, tiny, Plan(invariants=4)).invariants
    assert [(invariant.name, invariant.broken) for invariant in held] == [
        ("duplicated articles", ()),
        ("shuffled adding", ()),
        ("added distractors", ()),
        ("gold article removed", ()),
    ]

    def counting(
        question: str, *, library: Library, history: Sequence[Turn], without: Withheld
    ) -> Answer:
        many = len(library.articles) > 3
        chosen = silent_ask if many else sure.ask
        assert chosen
        return chosen(question, library=library, history=history, without=NOTHING)

    broken = measure(System(counting, sure.retrieve), tiny, Plan(invariants=4)).invariants
    assert [bool(invariant.broken) for invariant in broken] == [True, False, False, False]


def test_an_article_that_cannot_be_taken_in_is_named(tiny: TinyEmbedder, tmp_path: Path) -> None:
    towns = town_set()
    odd = replace(towns, articles=(*towns.articles, SetArticle("blank", "", " \n", ())))
    found = evaluate(odd, oracle(towns), Plan(), quiet, tiny)
    assert [reason.split(":")[0] for reason in found.refused] == ["blank"]
