"""``results.json``: all of a result. Two runs differ in nothing but what is under ``timings``."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from eval.gate.baseline import DIGITS
from eval.metrics.summary import Estimates
from eval.result import Result
from eval.types import Check, Row
from index.types import Json


def write_results(path: Path, result: Result, checks: Sequence[Check]) -> None:
    """Write the result with sorted keys, numbers rounded to six digits."""
    record: Json = {
        "set": result.questions.name,
        "mode": result.mode,
        "data": result.digest,
        "partial": result.partial,
        "metrics": _estimates(result.overall),
        "kinds": {kind: _estimates(found) for kind, found in result.kinds.items()},
        "checks": [{"name": c.name, "passed": c.passed, "detail": c.detail} for c in checks],
        "refused articles": result.refused,
        "invariants": {i.name: {"asked": i.asked, "broken": i.broken} for i in result.invariants},
        "rivals": {
            rival.name: {"metrics": _estimates(rival.overall), "p": _rounded(rival.p_values)}
            for rival in result.rivals
        },
        "questions": {row.question.id: _row(row) for row in result.rows},
        "timings": {
            "seconds": _rounded(result.seconds or {}),
            "milliseconds": _rounded(result.stages),
            "questions": {row.question.id: _rounded(row.milliseconds) for row in result.rows},
        },
    }
    text = json.dumps(record, sort_keys=True, indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def _estimates(found: Estimates) -> Json:
    return {
        name: _rounded({"value": e.value, "low": e.low, "high": e.high, "count": e.count})
        for name, e in found.items()
    }


def _row(row: Row) -> Json:
    record: Json = {
        "question": row.question.text,
        "kind": row.question.kind,
        "scores": _rounded(row.scores),
    }
    if row.error:
        record["error"] = row.error
    if row.answer:
        record["answer"] = row.answer.text
        record["citations"] = [
            {"article": c.title, "start": c.start, "end": c.end, "quote": c.quote}
            for c in row.answer.citations
        ]
    return record


def _rounded(found: Mapping[str, object]) -> Json:
    """Return the numbers rounded, null where one is not defined."""
    return {name: _number(value) for name, value in found.items()}


def _number(value: object) -> object:
    if isinstance(value, Mapping):
        return _rounded(value)
    if isinstance(value, float):
        return round(value, DIGITS) if math.isfinite(value) else None
    return value
