"""A conversation as the page hands it out, for tests of what answers say."""

from __future__ import annotations

from collections.abc import Sequence

from rag import Answer
from ui.keeping.records import record_of
from ui.keeping.taking.markdown import to_markdown
from ui.keeping.taking.paper import Paper, paper_of_answers

DAY = "27 November 2026"


def paper_of(answers: Sequence[tuple[str, Answer]]) -> Paper:
    """Questions and answers as a paper."""
    return paper_of_answers([(asked, DAY, record_of(answer)) for asked, answer in answers], DAY)


def exported(answers: Sequence[tuple[str, Answer]]) -> str:
    """Questions and answers as a Markdown file."""
    return to_markdown(paper_of(answers))
