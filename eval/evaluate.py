"""``evaluate``: a set and a system in, a ``Result`` out. The whole evaluation in one function."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter

from eval.gate.invariants import check_invariants
from eval.result import Mode, Result, conclude
from eval.rivals import run_rivals
from eval.run import System, run, run_left_out
from eval.sets.corpus import Corpus, Track, open_corpus
from eval.sets.load import select
from eval.types import Invariant, QuestionSet, Row
from index.embed.embedder import Embedder, load_embedder


@dataclass(frozen=True, slots=True)
class Plan:
    """Which questions are asked, and how; ``invariants`` of them also of other libraries.

    ``library``: the folder or address where the set's articles are put; None: one in the cache.
    """

    mode: Mode = Mode.ASK
    split: str | None = None
    limit: int | None = None
    seed: int = 0
    compare: bool = False
    invariants: int = 0
    library: str | None = None


def evaluate(
    questions: QuestionSet,
    system: System,
    plan: Plan,
    track: Track,
    embedder: Embedder | None = None,
) -> Result:
    """Put the set's articles into a library, ask its questions, and sum up what came back.

    Raises:
        InputError: the set has no question of that split, or its ranges are of other texts.
        LibraryError: the library cannot be made.
    """
    chosen = select(questions, plan.split)
    asked = select(chosen, "all", plan.limit, plan.seed)
    embedder = embedder or load_embedder()
    start = perf_counter()
    corpus = open_corpus(asked, track, embedder, plan.library)
    added = perf_counter()
    with corpus.library:
        rows = _rows(plan.mode, asked, corpus, system, track)
        rivals = run_rivals(rows, corpus, track) if plan.compare else ()
    ended = perf_counter()
    return conclude(
        asked,
        plan.mode,
        rows,
        digest=chosen.digest,
        partial=len(asked.questions) < len(chosen.questions),
        refused=corpus.refused,
        invariants=_invariants(plan, asked, system, track, embedder),
        rivals=rivals,
        seconds={"adding": added - start, "asking": ended - added},
    )


def _rows(
    mode: Mode, asked: QuestionSet, corpus: Corpus, system: System, track: Track
) -> tuple[Row, ...]:
    if mode is Mode.LEFT_OUT:
        return run_left_out(asked, corpus, system, track)
    if mode is Mode.RETRIEVAL:
        system = replace(system, ask=None)
    return run(asked, corpus, system, track)


def _invariants(
    plan: Plan, asked: QuestionSet, system: System, track: Track, embedder: Embedder
) -> tuple[Invariant, ...]:
    if not plan.invariants or not system.ask:
        return ()
    return check_invariants(asked, system.ask, plan.invariants, track, embedder)
