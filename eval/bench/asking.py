"""Part ``asking``: how long an answer takes over the embedder's own time, and where that goes.

Run with a job, it is the process that is measured.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Mapping
from functools import partial
from itertools import islice
from time import perf_counter

from eval.bench.child import Run, interleaved, own, read_job, run, say, tell
from eval.bench.spread import Spread, spread
from eval.bench.types import Floor, Part, Plan, Table
from eval.metrics.timing import percentiles
from index import Library
from index.types import Json
from rag import ask

MODULE = "eval.bench.asking"
PASSAGES = 1000
PROFILED = 100
"""Questions in the flame graph."""

WARM = 5
SITE = "import sysconfig; print(sysconfig.get_path('platlib'))"


def measure(plan: Plan) -> Part:
    """Ask a library of 1,000 passages, each round in a process of its own."""
    job = _job(plan)
    rounds = interleaved("asking", plan.rounds, {"ask": partial(own, MODULE, job, plan.scratch)})
    found = [_figures(one) for one in rounds["ask"]]
    say("asking: flame graph")
    flames = plan.out / "flame.html"
    site = run([plan.peers, "-c", SITE]).output.strip()
    own(MODULE, {**job, "flames": str(flames), "profiler": site}, plan.scratch)
    spreads = {key: spread([one[key] for one in found]) for key in found[0]}
    floors = (
        Floor("asking: p50 over the embedder's own", spreads["p50 over embedder"].median, 1.5),
        Floor("asking: p95 over p50", spreads["p95 over p50"].median, 2.0),
    )
    return Part("asking", (_table(spreads), _stages(spreads)), floors, {"rounds": found})


def main(job: Json) -> None:
    """Fill a library in a new folder, and ask it; with ``flames``, draw where the time goes."""
    with tempfile.TemporaryDirectory() as folder, Library.open(folder) as library:
        with library.writing():
            for number, text in enumerate(job["articles"]):
                library.add_text(text, title="-", source=str(number))
        tell("library", passages=library.frequencies([])[0])
        for number in range(WARM):
            ask(f"Is this question {number}?", library=library)
        if "flames" in job:
            _draw(library, job)
        else:
            _time(library, job)


def _time(library: Library, job: Json) -> None:
    """Time the embedder and the answer in turns; never with the same question."""
    for question, other in zip(job["questions"], job["others"], strict=True):
        start = perf_counter()
        library.embedder.encode([other], query=True)
        embedded = perf_counter()
        answer = ask(question, library=library)
        done = perf_counter()
        tell(
            "ask",
            embedder=(embedded - start) * 1000,
            ms=(done - embedded) * 1000,
            stages=dict(answer.timings),
        )


def _draw(library: Library, job: Json) -> None:
    # It comes from the peers' environment; whatever else is there stays behind our own.
    sys.path.append(job["profiler"])
    from pyinstrument import Profiler

    with Profiler(interval=0.0005) as profiler:
        for question in job["questions"][:PROFILED]:
            ask(question, library=library)
    profiler.write_html(job["flames"])


def _job(plan: Plan) -> Json:
    """Return articles of about ``PASSAGES`` paragraphs, and two halves of the questions."""
    articles, count = [], 0
    for article in plan.questions.articles:
        left = PASSAGES - count
        if left <= 0:
            break
        spans = list(islice(article.paragraphs, left))
        count += len(spans)
        articles.append(article.text[: spans[-1][1]])
    asked = [question.text for question in plan.questions.questions]
    random.Random(plan.seed).shuffle(asked)
    half = len(asked) // 2
    return {
        "articles": articles,
        "questions": asked[:half],
        "others": asked[half : 2 * half],
    }


def _figures(found: Run) -> dict[str, float]:
    asks = found.every("ask")
    whole = percentiles([one["ms"] for one in asks])
    embedder = percentiles([one["embedder"] for one in asks])
    stages = {
        f"stage {stage}": percentiles([one["stages"].get(stage, 0.0) for one in asks])["p50"]
        for stage in asks[0]["stages"]
    }
    return {
        "passages": found.fact("library")["passages"],
        "embedder p50": embedder["p50"],
        "embedder p95": embedder["p95"],
        "ask p50": whole["p50"],
        "ask p95": whole["p95"],
        "p50 over embedder": whole["p50"] / embedder["p50"],
        "p95 over p50": whole["p95"] / whole["p50"],
        **stages,
    }


def _table(found: Mapping[str, Spread]) -> Table:
    names = [name for name in found if name != "passages" and not name.startswith("stage ")]
    return Table(
        f"Asking a library of {found['passages'].median:,.0f} passages, milliseconds and ratios",
        ("", "median (range)"),
        tuple((name, str(found[name])) for name in names),
    )


def _stages(found: Mapping[str, Spread]) -> Table:
    return Table(
        "Where the time of an answer goes, milliseconds (p50 of each stage)",
        ("", "median (range)"),
        tuple(
            (name.removeprefix("stage "), str(value))
            for name, value in found.items()
            if name.startswith("stage ")
        ),
        ("flame.html shows it by function.",),
    )


if __name__ == "__main__":
    main(read_job(sys.argv))
