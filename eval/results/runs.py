"""What is measured for the page: a section each, in the order of the page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """A command, and what of its output is shown.

    ``{documents}`` and ``{benchmarks}`` in ``command`` are folders beside the project, ``{out}``
    one for its reports. ``report`` is the Markdown in ``{out}`` that is shown in place of what is
    printed; of what is printed the lines that match ``keep`` are shown, a regular expression. A
    table that is printed in Markdown is shown as one.
    """

    name: str
    title: str
    command: str
    report: str = ""
    keep: str = r"\S"


def _set(name: str, title: str, given: str) -> Run:
    return Run(name, title, f"python -m eval --out {{out}} {given}".strip(), report="summary.md")


RUNS = (
    _set("questions", "Our own questions", ""),
    _set("german", "Our own questions in German", "--set eval/own/languages/de --split all"),
    _set("spanish", "Our own questions in Spanish", "--set eval/own/languages/es --split all"),
    _set("chinese", "Our own questions in Chinese", "--set eval/own/languages/zh --split all"),
    _set("hard", "Questions that only sound answerable", "--set eval/own/passages/hard.jsonl"),
    Run("purposes", "What a question wants", "python -m eval.purposes", keep=r"^\S"),
    Run("lists", "Lists and comparisons", "python -m eval.lists --half test"),
    Run("names", "People and places", "python -m eval.lists.names"),
    Run("tables", "Cells of tables", "python -m eval.tables --documents {documents}"),
    Run("overviews", "Overviews", "python -m eval.overviews"),
    Run("conversations", "Conversations", "python -m eval.conversation --talk"),
    Run("statements", "The check of statements", "python -m eval.altered"),
    Run("scans", "Letters in pictures of pages", "python -m eval.scans"),
    Run("reader", "The reader by itself", "python -m eval.reading --benchmarks {benchmarks}"),
    _set(
        "xquad",
        "XQuAD in English, ranking",
        "--set {benchmarks}/xquad/xquad.en.json --split all --retrieval-only --compare",
    ),
    _set(
        "squad",
        "SQuAD 1.1, ranking",
        "--set {benchmarks}/squad/dev-v1.1.json --split all --limit 300 --seed 1"
        " --retrieval-only --compare",
    ),
    Run(
        "languages",
        "XQuAD in six languages",
        "python -m eval.languages --benchmarks {benchmarks} --leave-gold-out",
    ),
    Run("speed", "Speed and size", "python -m eval.results.speed"),
    Run(
        "beside",
        "Speed and size beside other stacks",
        "python -m eval.bench --peers .bench/venv/bin/python --benchmarks {benchmarks} --out {out}",
        report="report.md",
    ),
)
