"""Part ``adding``: adding against the embedder alone, and memory as a library grows.

Run with a job, it is the process that is measured.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
from collections.abc import Iterable, Iterator
from functools import partial
from time import perf_counter

from eval.bench.charts import growth_chart
from eval.bench.child import Run, each, interleaved, own, read_job, say, tell
from eval.bench.embedding import fitting
from eval.bench.launch import UNIT
from eval.bench.spread import figure, quotients, spread
from eval.bench.types import Floor, Part, Plan, Table
from index import Library
from index.embed.embedder import load_embedder
from index.types import Json

MODULE = "eval.bench.adding"
ALONE, ADD = "embedder alone", "add"

PARAGRAPHS = 20
"""Paragraphs of one article."""

CHARACTERS = 350_000
FULL_CHARACTERS = 100_000_000

FLAT = 1.05
"""Memory at the end over memory at half of the articles, at most."""

GAP = "\n\n"


def measure(plan: Plan) -> Part:
    """Embed and add the same articles, each in a process of its own; then see memory grow."""
    texts = fitting(plan)
    characters = min(CHARACTERS, sum(map(len, texts)))
    job: Json = {"texts": texts, "seed": plan.seed, "characters": characters}
    systems = {
        name: partial(own, MODULE, {**job, "what": name}, plan.scratch) for name in (ALONE, ADD)
    }
    rounds = interleaved("adding", plan.rounds, systems)
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
    for run in grown.values():
        table, floor = _growth(run)
        tables.append(table)
        floors.append(floor)
    figures = {
        "paragraphs_per_second": speeds,
        **{name: run.every("grown") for name, run in grown.items()},
    }
    charts = {f"{name}.svg": _chart(run) for name, run in grown.items()}
    return Part("adding", tuple(tables), tuple(floors), figures, charts)


def main(job: Json) -> None:
    """Embed or add articles until there are enough of them, and look at memory meanwhile."""
    embedder = load_embedder()
    embedder.encode(job["texts"][:PARAGRAPHS])
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
