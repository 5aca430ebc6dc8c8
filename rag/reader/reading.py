"""The best passages are read: sentences and passages are ranked by how well they answer, too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

from index.embed.embedder import DEFAULT_EMBEDDER
from index.library import Library
from rag.question.encode import Question
from rag.reader.decision import SURE, bounded
from rag.reader.network import fitted_reader
from rag.reader.types import Reader, Reading
from rag.reader.windows import find_windows
from rag.retrieval.candidates import Places
from rag.retrieval.late_interaction import ScoredEvidence, hit_order
from rag.types import NOT_READ, Evidence, Hit

READ = 4
"""How many passages of different texts are read, and how many rows of tables: those of one table
look alike, and would leave none of the sentences beside it. Six found no more right sentences."""

SENTENCE = 0.5
PASSAGE = 0.5
"""How far a score of ``SURE`` moves a sentence and a passage."""

Reads = Reader | Literal["fitted"] | None
"""Who reads: a reader; the one that the decision was fitted with, where the library has the
embedder that it was fitted with too; nobody."""


def choose_reader(reads: Reads, library: Library) -> Reader | None:
    """Return who reads the passages of a library."""
    if reads != "fitted":
        return reads
    if library.embedder.name != DEFAULT_EMBEDDER:
        return None
    reader = fitted_reader()
    reader.prepare()
    return reader


def read_evidence(
    question: Question,
    weighed: ScoredEvidence,
    reader: Reader | None,
    library: Library,
    without: Places = frozenset(),
) -> ScoredEvidence:
    """Return the evidence ranked anew. What is not read ranks as if it surely did not answer.

    Without a reader, and where the language is not known, it stays as it is. Nothing of the
    paragraphs ``without`` is read.
    """
    if reader is None or not weighed.known:
        return weighed
    first = {hit.passage.read: hit.passage for hit in reversed(weighed.hits)}
    texts = [*_texts(weighed.hits, rows=False), *_texts(weighed.hits, rows=True)]
    windows = find_windows([first[text] for text in texts], library, without)
    read = reader.read(question.searched, windows)
    found = {
        (text, place): _within(reading, window.sentences[place][0])
        for text, window, readings in zip(texts, windows, read, strict=True)
        for place, reading in enumerate(readings)
    }
    best = {
        text: max((reading.score for reading in readings), default=NOT_READ)
        for text, readings in zip(texts, read, strict=True)
    }
    sentences = sorted((_joined(each, found) for each in weighed.sentences), key=_order)
    hits = sorted((_moved(hit, best) for hit in weighed.hits), key=hit_order)
    return replace(weighed, sentences=tuple(sentences), hits=tuple(hits), read=True)


def _texts(hits: Sequence[Hit], *, rows: bool) -> list[str]:
    """Return the texts of the best passages that are read; those of ``rows``, or the others."""
    found = (hit.passage.read for hit in hits if bool(hit.passage.words) is rows)
    return list(dict.fromkeys(found))[:READ]


def _within(reading: Reading, start: int) -> Reading:
    """Return a reading with its range counted from the start of its sentence."""
    return replace(reading, start=reading.start - start, end=reading.end - start)


def _joined(evidence: Evidence, found: Mapping[tuple[str, int], Reading]) -> Evidence:
    place = evidence.passage.sentences.index(evidence.sentence)
    reading = found.get((evidence.passage.read, place), Reading())
    first = evidence.sentence.start
    short = (first + reading.start, first + reading.end) if reading.end > reading.start else None
    if evidence.passage.words:  # of a row, what was read are its words, not its text
        short = None
    rank = evidence.rank + SENTENCE * _share_of_sure(reading.score)
    return replace(evidence, rank=rank, read=reading.score, short=short)


def _moved(hit: Hit, best: Mapping[str, float]) -> Hit:
    return replace(
        hit, score=hit.score + PASSAGE * _share_of_sure(best.get(hit.passage.read, NOT_READ))
    )


def _share_of_sure(score: float) -> float:
    return bounded(score) / SURE


def _order(evidence: Evidence) -> tuple[float, str, int]:
    """Best rank first; equal ones by article and place, whenever they came in."""
    return -evidence.rank, evidence.passage.article_id, evidence.sentence.start
