"""Part ``peers``: the same paragraphs and questions for each system, and where the answer ranks."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import fmean

from eval.bench.charts import scatter_chart
from eval.bench.child import ROOT, Run, interleaved, run, write_job
from eval.bench.spread import Spread, quotients, spread
from eval.bench.types import Part, Plan, Table
from eval.metrics import ranking
from eval.metrics.timing import percentiles
from eval.types import Question, QuestionSet, SetArticle
from index.embed.embedder import DEFAULT_EMBEDDER, model_path
from index.types import Json

FOLDER = Path(__file__).with_name("peers")


@dataclass(frozen=True, slots=True)
class Peer:
    """A system: its name, its file, and whether it joins words with vectors by an option."""

    name: str
    file: str
    hybrid: bool = False


PULLQUOTE = Peer("Pullquote", "pullquote")
PEERS = (
    Peer("LlamaIndex", "llama_index"),
    Peer("LlamaIndex + BM25", "llama_index", hybrid=True),
    Peer("LangChain + FAISS", "langchain"),
    Peer("txtai", "txtai"),
    Peer("txtai hybrid", "txtai", hybrid=True),
    Peer("Haystack", "haystack"),
)

COLUMNS = {
    "paragraphs/s": "paragraphs_per_second",
    "ask p50, ms": "p50",
    "ask p95, ms": "p95",
    "import + load, s": "ready",
    "peak memory, MB": "peak_mb",
}
RANKS = ("hit@1", "hit@5", "mrr@10")


def measure(plan: Plan) -> Part:
    """Add all paragraphs of the set to each system, and ask each all questions."""
    texts = texts_of(plan.questions)
    asked = plan.questions.questions
    golds = [gold_of(question, plan.questions) for question in asked]
    questions = [question.text for question in asked]
    systems = {
        peer.name: partial(run_peer, peer, plan, texts, questions) for peer in (PULLQUOTE, *PEERS)
    }
    rounds = interleaved("peers", plan.rounds, systems)
    found = {
        name: [figures_of(one, len(texts), golds) for one in runs] for name, runs in rounds.items()
    }
    medians = {
        name: {key: spread([f[key] for f in all_]) for key in all_[0]}
        for name, all_ in found.items()
    }
    return Part(
        "peers",
        (_table(medians, len(texts), len(asked)), _ratios(found)),
        figures={"rounds": found, "texts": len(texts), "questions": len(asked)},
        charts={"peers.svg": _chart(medians)},
    )


def run_peer(peer: Peer, plan: Plan, texts: Mapping[str, str], questions: Sequence[str]) -> Run:
    """Measure one system in a process of its own.

    Raises:
        ChildFailed: it exited with an error.
    """
    job: Json = {
        "model": str(model_path(DEFAULT_EMBEDDER)),
        "hybrid": peer.hybrid,
        "texts": texts,
        "questions": questions,
    }
    ours = peer is PULLQUOTE
    python = sys.executable if ours else plan.peers
    file = FOLDER / f"{peer.file}.py"
    command = [python, "-P", FOLDER / "measure.py", file, write_job(job, plan.scratch)]
    return run(command, environment={"PYTHONPATH": str(ROOT) if ours else ""})


def figures_of(found: Run, texts: int, golds: Sequence[Mapping[str, int]]) -> dict[str, float]:
    """Turn what one system said into figures by name.

    ``golds`` are the relevant texts of each question, as ``eval.metrics.ranking`` takes them.
    """
    asks = found.every("ask")
    pairs = [(ask["ranked"], gold) for ask, gold in zip(asks, golds, strict=True)]
    times = percentiles([ask["ms"] for ask in asks])
    return {
        "import": found.fact("import")["seconds"],
        "load": found.fact("load")["seconds"],
        "ready": found.fact("import")["seconds"] + found.fact("load")["seconds"],
        "paragraphs_per_second": texts / found.fact("add")["seconds"],
        "p50": times["p50"],
        "p95": times["p95"],
        "peak_mb": found.peak_mb,
        "hit@1": fmean(ranking.hit(ranked, gold, 1) for ranked, gold in pairs),
        "hit@5": fmean(ranking.hit(ranked, gold, 5) for ranked, gold in pairs),
        "mrr@10": fmean(ranking.reciprocal_rank(ranked, gold, 10) for ranked, gold in pairs),
    }


def texts_of(questions: QuestionSet) -> dict[str, str]:
    """Return all paragraphs of a set by their names: ``"3:0"`` is the first of article 3."""
    return {
        f"{place}:{number}": article.text[start:end]
        for place, article in enumerate(questions.articles)
        for number, (start, end) in enumerate(article.paragraphs)
    }


def gold_of(question: Question, questions: QuestionSet) -> dict[str, int]:
    """Return the names of the paragraphs that hold a gold answer, each with grade 1."""
    articles: dict[str, tuple[int, SetArticle]] = {
        article.key: (place, article) for place, article in enumerate(questions.articles)
    }
    found = {}
    for gold in question.evidence:
        for held in gold.places:
            place, article = articles[held.article]
            for number, (start, end) in enumerate(article.paragraphs):
                if start < held.end and held.start < end:
                    found[f"{place}:{number}"] = 1
    return found


def _table(medians: Mapping[str, Mapping[str, Spread]], texts: int, questions: int) -> Table:
    rows = [
        (
            name,
            *(str(found[key]) for key in COLUMNS.values()),
            *(f"{found[key].median:.3f}" for key in RANKS),
        )
        for name, found in medians.items()
    ]
    return Table(
        f"Peers: {texts:,} paragraphs, {questions:,} questions",
        ("", *COLUMNS, *RANKS),
        tuple(rows),
        ("Pullquote stores on disk and is asked by retrieve(); the others hold all in memory.",),
    )


def _ratios(found: Mapping[str, Sequence[Mapping[str, float]]]) -> Table:
    ours = found[PULLQUOTE.name]
    rows = []
    for name, theirs in found.items():
        if name != PULLQUOTE.name:
            cells = [
                str(quotients([f[key] for f in theirs], [f[key] for f in ours]))
                for key in COLUMNS.values()
            ]
            rows.append((name, *cells))
    header = ("", *(column.split(",")[0] for column in COLUMNS))
    return Table("Peers, as multiples of Pullquote in the same round", header, tuple(rows))


def _chart(medians: Mapping[str, Mapping[str, Spread]]) -> str:
    points = {name: (found["p50"].median, found["hit@1"].median) for name, found in medians.items()}
    return scatter_chart(points, "milliseconds to ask (p50)", "hit@1", PULLQUOTE.name)
