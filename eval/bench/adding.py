"""Part ``adding``: adding against the embedder alone, memory as a library grows, and how long a
question waits while a long text is added.

Run with a job, it is the process that is measured.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from threading import Thread
from time import perf_counter, sleep

from eval.bench.charts import growth_chart
from eval.bench.child import Run, each, interleaved, own, read_job, say, tell
from eval.bench.embedding import fitting
from eval.bench.launch import UNIT
from eval.bench.spread import figure, quotients, spread
from eval.bench.types import Floor, Part, Plan, Table
from eval.metrics.timing import percentiles
from index import Library
from index.apart.adder import Adder
from index.apart.adding import Offer
from index.embed.embedder import load_embedder
from index.progress import Stage
from index.types import Json
from rag import ask

MODULE = "eval.bench.adding"
ALONE, ADD, BESIDE = "embedder alone", "add", "ask while a text is added"

PARAGRAPHS = 20
"""Paragraphs of one article."""

CHARACTERS = 350_000
FULL_CHARACTERS = 100_000_000

FLAT = 1.05
"""Memory at the end over memory at half of the articles, at most."""

LONG_TEXT = 3_000_000
"""Characters of the text that is added while questions are asked."""

ASKED_IDLE = 40
PAUSE_SECONDS = 0.25
"""Between two questions, as somebody reads."""

WAIT_SECONDS = 1.0
"""How long a question may wait while a text is added (p95)."""

GAP = "\n\n"


def measure(plan: Plan) -> Part:
    """Embed and add the same articles, each in a process of its own; then see memory grow."""
    texts = fitting(plan)
    characters = min(CHARACTERS, sum(map(len, texts)))
    job: Json = {"texts": texts, "seed": plan.seed, "characters": characters}
    asked = [question.text for question in plan.questions.questions]
    jobs: dict[str, Json] = {ALONE: job, ADD: job}
    jobs[BESIDE] = {**job, "characters": LONG_TEXT, "questions": asked}
    systems = {
        name: partial(own, MODULE, {**each_job, "what": name}, plan.scratch)
        for name, each_job in jobs.items()
    }
    rounds = interleaved("adding", plan.rounds, systems)
    beside = rounds.pop(BESIDE)
    speeds = each(rounds, lambda run: run.fact("done")["paragraphs"] / run.fact("done")["seconds"])
    share = quotients(speeds[ADD], speeds[ALONE])
    rows = [(name, str(spread(found))) for name, found in speeds.items()]
    rows.append(("add over embedder alone", str(share)))
    grown = {"memory": rounds[ADD][-1]}
    if plan.full:
        say(f"adding: {FULL_CHARACTERS / 1e6:,.0f} MB, which is long")
        whole = {**job, "what": ADD, "characters": FULL_CHARACTERS}
        grown["memory-full"] = own(MODULE, whole, plan.scratch)
    tables = [Table("Adding", ("", "paragraphs/s"), tuple(rows))]
    floors = [Floor("adding: speed over the embedder alone", share.median, 0.9, True)]
    waits, wait_floor = _waits(beside)
    tables.append(waits)
    floors.append(wait_floor)
    for run in grown.values():
        table, floor = _growth(run)
        tables.append(table)
        floors.append(floor)
    figures = {
        "paragraphs_per_second": speeds,
        "waits": [one.fact("waits") for one in beside],
        **{name: run.every("grown") for name, run in grown.items()},
    }
    charts = {f"{name}.svg": _chart(run) for name, run in grown.items()}
    return Part("adding", tuple(tables), tuple(floors), figures, charts)


def main(job: Json) -> None:
    """Embed or add articles until there are enough of them, and look at memory meanwhile."""
    embedder = load_embedder()
    embedder.encode(job["texts"][:PARAGRAPHS])
    if job["what"] == BESIDE:
        _ask_beside(job)
        return
    articles = list(_articles(job)) if job["what"] == ALONE else _articles(job)
    start = perf_counter()
    if job["what"] == ALONE:
        texts = [text for article in articles for text in article]
        embedder.encode(texts)
        count = len(texts)
    else:
        count = _add(articles)
    tell("done", seconds=perf_counter() - start, paragraphs=count)


def _add(articles: Iterable[list[str]]) -> int:
    """Add all articles to a new library, tell of each, and return how many paragraphs they had."""
    paragraphs = characters = 0
    with tempfile.TemporaryDirectory() as folder, Library.open(folder) as library:
        with library.writing():
            for number, article in enumerate(articles, 1):
                whole = GAP.join(article)
                library.add_text(whole, title="-", source=str(number))
                paragraphs += len(article)
                characters += len(whole)
                peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT / 1e6
                tell("grown", articles=number, characters=characters, peak_mb=peak)
    return paragraphs


def _ask_beside(job: Json) -> None:
    """Ask a library at rest, then while a long text is added to it by another process."""
    text = GAP.join(GAP.join(article) for article in _articles(job))
    with tempfile.TemporaryDirectory() as folder, Library.open(folder) as library:
        library.add_text(GAP.join(job["texts"][:PARAGRAPHS]), title="-")
        adder, moved = Adder(library.embedder), [perf_counter()]

        def progress(stage: Stage, done: int, total: int) -> None:
            moved.append(perf_counter())

        adding = Thread(target=adder.add, args=(Offer(text=text), lambda read: library, progress))
        ask(job["questions"][0], library=library)
        idle = [_timed(library, job, number) for number in range(ASKED_IDLE)]
        start = moved[0] = perf_counter()
        adding.start()
        busy: list[float] = []
        while adding.is_alive():
            busy.append(_timed(library, job, len(busy)))
        seconds = perf_counter() - start
        adder.close()
        if len(library.entries) < 2:
            raise RuntimeError("the text was not added")
    still = max(after - before for before, after in pairwise(moved))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * UNIT / 1e6
    tell("waits", idle=idle, busy=busy, seconds=seconds, still=still, peak_mb=peak)


def _timed(library: Library, job: Json, number: int) -> float:
    """Ask one question; returns the milliseconds that it took."""
    sleep(PAUSE_SECONDS)
    start = perf_counter()
    ask(job["questions"][number % len(job["questions"])], library=library)
    return (perf_counter() - start) * 1000


def _waits(rounds: Sequence[Run]) -> tuple[Table, Floor]:
    """Return how long questions waited beside adding, and whether that is short enough."""
    told = [one.fact("waits") for one in rounds]
    shares = {name: [percentiles(one[name]) for one in told] for name in ("idle", "busy")}
    rows = []
    for share in ("p50", "p95"):
        idle, busy = ([one[share] for one in shares[name]] for name in ("idle", "busy"))
        ratio = quotients(busy, idle)
        rows.append((f"{share}, ms", str(spread(idle)), str(spread(busy)), str(ratio)))
    longest = max(max(one["busy"]) for one in told)
    notes = (
        f"the longest wait {figure(longest)} ms; progress stood still for "
        f"{figure(max(one['still'] for one in told))} s at most, while the text was added in "
        f"{spread([one['seconds'] for one in told])} s",
        f"peak memory of the process that adds: {spread([one['peak_mb'] for one in told])} MB",
    )
    title = f"A question while {LONG_TEXT / 1e6:,.0f} MB of text are added"
    header = ("", "at rest", "while adding", "ratio")
    p95 = spread([one["p95"] for one in shares["busy"]]).median
    floor = Floor("a question while a text is added: p95, s", p95 / 1000, WAIT_SECONDS)
    return Table(title, header, tuple(rows), notes), floor


def _articles(job: Json) -> Iterator[list[str]]:
    """Yield articles of paragraphs at random, no two with the same text."""
    drawing, drawn, count = random.Random(job["seed"]), 0, 0
    while drawn < job["characters"]:
        count += 1
        chosen = drawing.sample(job["texts"], min(PARAGRAPHS, len(job["texts"])))
        chosen[-1] += f" ({count})"
        drawn += sum(map(len, chosen))
        yield chosen


def _growth(run: Run) -> tuple[Table, Floor]:
    """Return the memory at each quarter of the articles, and whether it stays."""
    grown = run.every("grown")
    quarters = [grown[len(grown) * quarter // 4 - 1] for quarter in (1, 2, 3, 4)]
    rows = tuple(
        (f"{one['articles']:,}", figure(one["characters"] / 1e6), figure(one["peak_mb"]))
        for one in quarters
    )
    text = figure(quarters[-1]["characters"] / 1e6)
    table = Table(
        f"Memory as {text} MB of text are added",
        ("articles", "MB of text", "peak memory, MB"),
        rows,
    )
    growth = quarters[-1]["peak_mb"] / quarters[1]["peak_mb"]
    return table, Floor(f"adding {text} MB: memory at the end over half way", growth, FLAT)


def _chart(run: Run) -> str:
    grown = run.every("grown")
    sizes = [one["articles"] for one in grown]
    return growth_chart(
        sizes, {"peak memory": [one["peak_mb"] for one in grown]}, "peak memory, MB", "articles"
    )


if __name__ == "__main__":
    main(read_job(sys.argv))
