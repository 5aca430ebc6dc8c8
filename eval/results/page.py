"""The page as text: its sections are taken apart and put together again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from eval.results.runs import Run

HEAD = """\
# Results

Written by `python -m eval.results` (`make results`): each section is what its command printed, with
the day and the commit. What the figures mean is in [`README.md`](README.md), how speed is measured
in [`bench/README.md`](bench/README.md). A section that is missing was not measured.
"""

_SECTION = re.compile(r"^## (.+)\n", re.MULTILINE)


def read_page(text: str) -> dict[str, str]:
    """Return the body of each section by its title."""
    _, *parts = _SECTION.split(text)
    return {title: body.strip() for title, body in zip(parts[::2], parts[1::2], strict=True)}


def write_page(sections: Mapping[str, str], runs: Sequence[Run]) -> str:
    """Return the page with those of ``sections`` that ``runs`` names, in its order."""
    titles = [run.title for run in runs if run.title in sections]
    return HEAD + "".join(f"\n## {title}\n\n{sections[title]}\n" for title in titles)


def section(run: Run, output: str, stamp: str, command: str) -> str:
    """Return the body of a section: the command, ``stamp``, and what of ``output`` is shown.

    Raises:
        ValueError: there is nothing to show.
    """
    shown = _lowered(output) if run.report else _kept(output, run.keep)
    if not shown.strip():
        raise ValueError(f"{run.name}: the output has none of the figures")
    return f"`{command}`\\\n{stamp}\n\n{shown}"


def _kept(output: str, keep: str) -> str:
    lines = [line.rstrip() for line in output.splitlines() if re.search(keep, line)]
    if lines and lines[0].startswith("|"):
        return re.sub(r"(?m)^(\|.*)\n(?!\|)", r"\1\n\n", "\n".join(lines))
    return "```text\n" + "\n".join(lines) + "\n```" if lines else ""


def _lowered(markdown: str) -> str:
    """Return a report without its title, its headings under those of the page."""
    lines = markdown.strip().splitlines()
    body = [line for line in lines if not line.startswith(("# ", "!["))]
    return re.sub(r"^(#+) ", r"#\1 ", "\n".join(body).strip(), flags=re.MULTILINE)
