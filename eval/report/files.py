"""Everything that a run leaves in its folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from eval.report.junit import write_junit
from eval.report.lines import Line
from eval.report.markdown import write_summary
from eval.report.page import write_page
from eval.report.results import write_results
from eval.result import Result
from eval.types import Check
from index.errors import InputError


def write_files(
    folder: Path, result: Result, lines: Sequence[Line], checks: Sequence[Check]
) -> None:
    """Write ``results.json``, ``junit.xml``, ``summary.md`` and ``report.html``.

    Raises:
        InputError: the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_results(folder / "results.json", result, checks)
        write_junit(folder / "junit.xml", result.questions.name, checks)
        write_summary(folder / "summary.md", result, lines, checks)
        write_page(folder / "report.html", result, lines, checks)
    except OSError as error:
        raise InputError(f"{folder} cannot be written ({error.strerror}): name another") from error
