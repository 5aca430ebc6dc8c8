"""Fits the decision: from the scores of the evidence to the probability that it answers.

Each question with evidence is looked at twice, with its gold paragraphs and without them; each
unanswerable one once. A logistic model learns from the first kind and the rest apart.

``python -m eval.fit --set a.json --set b`` writes what ``rag.reader.decision`` reads: the model for
evidence that was read; with ``--unread``, the one for evidence that was not. ``--embedder NAME``
fits the one for that embedder, whose evidence nobody reads, on the sets that are named alone; with
``--across`` their questions are asked of the articles of that set, in another language, too.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval.run import NOTHING, Withheld, gold_paragraphs
from eval.sets.across import asked_of
from eval.sets.corpus import Corpus, Track, open_corpus, quiet
from eval.sets.load import load_set, own_set, select
from eval.types import Question, QuestionSet
from index.embed.embedder import DEFAULT_EMBEDDER, load_embedder
from rag.question.encode import read_question
from rag.reader.decision import DECISION_FILE, Signals, read_signals
from rag.reader.network import FOLDER, load_reader
from rag.reader.reading import read_evidence
from rag.reader.types import Reader
from rag.retrieval.candidates import find_candidates
from rag.retrieval.late_interaction import score_evidence

RIDGE = 0.1
"""Weight of the squared coefficients: with thousands of examples, only a guard."""

FALSE_REFUSALS = 0.07
"""The threshold refuses at most this share of the answerable calibration questions."""

READ, UNREAD = ("read", "rank"), ("rank", "telling", "lead")
"""The signals by which evidence is judged that was read, and that was not. With the reader's the
last two told nothing more."""

FOREIGN = ("lead",)
"""The signal for another embedder: it means the same within a language and across languages, and
the others told nothing more."""

Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """What the decision saw of one question, and whether it should have answered.

    ``left_out`` tells that the question is one whose gold was withheld.
    """

    signals: Signals
    right: bool
    left_out: bool = False


def examples(
    questions: QuestionSet,
    reader: Reader | None,
    track: Track = quiet,
    embedder: str = DEFAULT_EMBEDDER,
) -> list[Example]:
    """Look at each question of a set, with and without its gold paragraphs."""
    corpus = open_corpus(questions, track, load_embedder(embedder))
    found: list[Example] = []
    with corpus.library:
        for question in track(questions.questions, questions.name):
            if question.answerable is None:
                continue
            gold = gold_paragraphs(question, corpus)
            found.append(_look(question, corpus, reader, gold))
            if gold:
                found.append(_look(question, corpus, reader, gold, without=gold))
    return found


def _look(
    question: Question,
    corpus: Corpus,
    reader: Reader | None,
    gold: Withheld,
    without: Withheld = NOTHING,
) -> Example:
    """Label by the paragraph: right if the best sentence is in one that holds the answer."""
    asked = read_question(question.text, question.history, corpus.library)
    weighed = score_evidence(asked, find_candidates(asked, corpus.library, without))
    weighed = read_evidence(asked, weighed, reader, corpus.library, without)
    best = weighed.sentences[0].passage if weighed.sentences else None
    right = best is not None and not without and (best.article_id, best.paragraph) in gold
    return Example(read_signals(asked, weighed), right, bool(without))


def fit_logistic(features: Doubles, labels: Doubles, weight: float = RIDGE) -> Doubles:
    """Return bias and coefficients (1 + m,) by Newton's method on the log-likelihood.

    ``weight`` is that of the squared coefficients.
    """
    design = np.hstack([np.ones((len(features), 1)), features])
    ridge = weight * np.eye(design.shape[1])
    ridge[0, 0] = 0.0
    found = np.zeros(design.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-design @ found))
        slope = design.T @ (labels - chance) - ridge @ found
        curve = (design * (chance * (1 - chance))[:, None]).T @ design + ridge
        step = np.linalg.solve(curve, slope)
        found = found + step
        if np.abs(step).max() < 1e-8:
            break
    return np.asarray(found)


def fit(
    sets: Sequence[QuestionSet],
    reader: Reader | None,
    names: Sequence[str],
    embedder: str = DEFAULT_EMBEDDER,
) -> dict[str, object]:
    """Return the model for evidence that ``reader`` has read, as the decision's file has it.

    ``names`` are the signals that it goes by. The threshold is that of the first set; of another
    embedder than the default, that of all.
    """
    groups = [examples(each, reader, embedder=embedder) for each in sets]
    signals = np.array([_values(e, names) for group in groups for e in group])
    labels = np.array([float(e.right) for group in groups for e in group])
    bias, *coefficients = fit_logistic(signals, labels).round(3).tolist()
    deciding = groups[:1] if embedder == DEFAULT_EMBEDDER else groups
    answerable = [e for group in deciding for e in group if not e.left_out and e.right]
    chances = sorted(
        1 / (1 + np.exp(-bias - np.dot(coefficients, _values(e, names)))) for e in answerable
    )
    place = int(FALSE_REFUSALS * len(chances))
    threshold = float(np.mean(chances[max(place - 1, 0) : place + 1]))
    return {
        "bias": bias,
        "weights": dict(zip(names, coefficients, strict=True)),
        "threshold": round(threshold, 4),
        "fitted_on": {each.name: len(group) for each, group in zip(sets, groups, strict=True)},
    }


def _values(example: Example, names: Sequence[str]) -> list[float]:
    return [getattr(example.signals, name) for name in names]


def main(argv: Sequence[str] | None = None) -> int:
    """Fit on the calibration split of the project's own set and on the sets that are named."""
    parser = argparse.ArgumentParser(prog="python -m eval.fit", description=__doc__)
    parser.add_argument("--set", type=Path, action="append", default=[], metavar="PATH")
    parser.add_argument("--limit", type=int, default=1000, help="questions a set (%(default)s)")
    parser.add_argument("--out", type=Path, default=DECISION_FILE)
    parser.add_argument("--unread", action="store_true", help="for evidence that nobody reads")
    parser.add_argument("--reader", type=Path, default=FOLDER, metavar="FOLDER")
    parser.add_argument("--embedder", metavar="NAME", help="for evidence that this one finds")
    parser.add_argument("--across", type=Path, metavar="PATH", help="see above")
    given = parser.parse_args(argv)
    sets = [select(load_set(path), "calibration", given.limit) for path in given.set]
    if given.embedder is None:
        sets.insert(0, select(own_set(), "calibration"))
    if given.across:
        articles = load_set(given.across)
        sets += [asked_of(articles, each) for each in sets if each.name != articles.name]
    models = json.loads(given.out.read_text(encoding="utf-8")) if given.out.exists() else {}
    if given.embedder:
        models[given.embedder] = {"unread": fit(sets, None, FOREIGN, given.embedder)}
    elif given.unread:
        models["unread"] = fit(sets, None, UNREAD)
    else:
        models["read"] = fit(sets, load_reader(given.reader), READ)
    given.out.write_text(json.dumps(models, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(models, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
