"""What the command line prints: rich on a terminal, plain in a pipe, JSON for programs."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from index import terminal
from index.progress import Progress as Step
from index.progress import Stage, unseen
from index.speaking.forms import in_a_row, number
from index.speaking.words import N_, _
from index.terminal import OBEYED, one_line
from rag.answer.citation import spoken

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

    from index.types import Article, Check, Removal
    from rag.answer.verify import Checked, Verified


def articles(found: Sequence[Article], *, as_json: bool) -> None:
    """Print articles as a table, or one tab-separated line each in a pipe."""
    rows = [
        {
            "id": article.id,
            "title": article.title,
            "characters": len(article.text),
            "added": article.added,
            "published": article.published,
            "author": article.author,
            "language": article.language,
            "source": article.source,
        }
        for article in found
    ]
    if as_json:
        print_json(rows)
    elif not sys.stdout.isatty():
        for row in rows:
            title, source = one_line(str(row["title"])), one_line(str(row["source"]))
            sys.stdout.write(f"{row['id']}\t{title}\t{source}\n")
    elif rows:
        from rich.table import Table
        from rich.text import Text

        named = ("id", "title", "author", "published", "characters", "source")
        heads = map(
            _,
            (N_("id"), N_("title"), N_("author"), N_("published"), N_("characters"), N_("source")),
        )
        table = Table(*heads, box=None, header_style="dim")
        for row in rows:
            cells = (number(int(row[n] or 0)) if n == "characters" else row[n] or "" for n in named)
            table.add_row(*(Text(one_line(str(cell))) for cell in cells))
        make_console().print(table)


def check(found: Check, *, as_json: bool, embedder: str = "") -> None:
    """Print what was verified and what was wrong, and the name of the library's embedder."""
    if as_json:
        told = {"counted": found.counted, "healed": found.healed, "problems": found.problems}
        print_json({**told, "embedder": embedder} if embedder else told)
        return
    counted = in_a_row([f"{number(count)} {what}" for what, count in found.counted.items()])
    lines = [_("checked: {counted}", counted=counted)]
    lines += [_("embedder: {name}", name=embedder)] if embedder else []
    lines += [_("healed: {what}", what=each) for each in found.healed]
    problems = [_("problem: {what}", what=each) for each in found.problems]
    lines += problems or [_("all is as it was stored")]
    sys.stdout.write("\n".join(lines) + "\n")


def removal(found: Removal, *, as_json: bool) -> None:
    """Print what was removed, what was searched for afterwards, and what was found."""
    if as_json:
        print_json(asdict(found) | {"articles": [article.id for article in found.articles]})
        return
    articles(found.articles, as_json=False)
    searched = _(
        "searched {files} files ({bytes} bytes) of the library"
        " for {pieces} pieces of text, names and vectors",
        files=found.files,
        bytes=number(found.size),
        pieces=number(found.pieces),
    )
    lines = [searched]
    if found.shared:
        shared = number(found.shared)
        lines.append(_("not for {count} that other articles have too", count=shared))
    left = [_("still there: {what}", what=each) for each in found.left]
    lines += left or [_("nothing of it is left")]
    if found.unseen:
        lines.append(_("not searched: {files}", files=in_a_row(found.unseen)))
    if found.left:
        lines.append(_("close what else has the library open, then run pullquote check"))
    sys.stdout.write("\n".join(lines) + "\n")


_COMPARED = ("number", "title", "paragraph", "page", "start", "end", "quote")
"""What is shown of a citation that was verified: what was compared with its source."""


def verified(found: Verified, *, as_json: bool) -> None:
    """Print how each quote of an exported answer stands in its source."""
    if as_json:
        print_json([_compared(each) for each in found.quotes])
        return
    for each in found.quotes:
        said = each.citation
        paragraph = _("paragraph {paragraph}", paragraph=said["paragraph"])
        place = in_a_row([said["title"], paragraph, f"{said['start']}–{said['end']}"])
        lines = [f"[{said['number']}] {each.standing.said}: {place}", f"“{spoken(said['quote'])}”"]
        if each.start not in (None, said["start"]):
            lines.append(_("it stands at {place} now", place=each.start))
        if each.now:
            lines.append(_("now it reads: “{text}”", text=each.now))
        lines += [_("but {what}", what=differs) for differs in each.differs]
        if said.get("table") and each.start is not None:
            lines.append(_("what stands over it in its table was compared, too"))
        lines += filter(None, [each.where and _("in {where}", where=each.where), each.note])
        sys.stdout.write("\n    ".join(lines) + "\n")
    good, total = sum(each.start is not None for each in found.quotes), len(found.quotes)
    summed = _("{good} of {total} quotes stand in their sources", good=good, total=total)
    sys.stdout.write(f"{summed}\n")
    words = (
        _("a model's words, compare them with the quotes")
        if found.quotes
        else _("no quote, not checked")
    )
    for statement in found.reworded:
        sys.stdout.write(f"{words}: {statement}\n")


def _compared(found: Checked) -> dict[str, object]:
    cited = {name: found.citation.get(name) for name in _COMPARED}
    if table := found.citation.get("table"):
        cited["table"] = table
    return {**asdict(replace(found, citation={})), "citation": cited}


def progress(label: str = N_("indexing")) -> Step:
    """Return a progress bar on stderr for one article; where nobody watches, one that is unseen."""
    if not sys.stderr.isatty():
        return unseen
    from rich.progress import Progress

    bar = Progress(console=terminal.make_console(stderr=True), transient=True)
    named = _(label)
    task = bar.add_task(named)

    def step(stage: Stage, done: int, total: int) -> None:
        bar.start()
        far = _("{done} of {total}", done=done, total=total)
        far = far if stage is Stage.EMBEDDING else _(stage)
        bar.update(task, completed=done, total=total or None, description=f"{named} ({far})")
        if stage is Stage.EMBEDDING and done >= total:
            bar.stop()

    return step


class Adding:
    """What is seen while files are added: a bar on stderr where somebody watches, and messages."""

    def __init__(self, total: int) -> None:
        """``total``: how many files there are."""
        self._total = total
        self._bar: Progress | None = None
        if sys.stderr.isatty():
            from rich.progress import Progress

            self._bar = Progress(console=terminal.make_console(stderr=True), transient=True)
            self._files = self._bar.add_task(_("adding"), total=total, visible=total > 1)
            self._passages = self._bar.add_task("")

    def __enter__(self) -> Adding:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar:
            self._bar.stop()

    def step(self, name: str) -> Step:
        """Go on to the next file, and return what is told of it."""
        bar = self._bar
        if bar is None:
            return unseen
        done = bar.tasks[self._files].completed + 1
        label = _("file {done} of {total}", done=number(int(done)), total=number(self._total))
        file = Path(name).name.replace("[", r"\[")
        bar.update(self._files, completed=done, description=label)

        def told(stage: Stage, count: int, total: int) -> None:
            embeds = stage is Stage.EMBEDDING
            description = _("passages of {file}", file=file) if embeds else f"{_(stage)} {file}"
            bar.update(
                self._passages, completed=count, total=total or None, description=description
            )

        return told

    def seen(self, path: Path, count: int, total: int) -> None:
        """Show of how many pages of a file the letters are recognised."""
        if self._bar:
            file = path.name.replace("[", r"\[")
            pages = _("pages recognised of {file}", file=file)
            self._bar.update(self._passages, completed=count, total=total, description=pages)

    def say(self, line: str) -> None:
        """Write one line, above the bar if there is one."""
        line = one_line(line)
        if self._bar:
            self._bar.console.print(line, markup=False, highlight=False, soft_wrap=True)
        else:
            sys.stderr.write(f"{line}\n")


def make_console() -> Console:
    """Return what prints to stdout; in a pipe it does not break lines."""
    return terminal.make_console(highlight=False, soft_wrap=not sys.stdout.isatty())


def print_json(value: object) -> None:
    """Print a value for programs: what stdout cannot carry, or would obey, is escaped."""
    narrow = not (sys.stdout.encoding or "ascii").lower().startswith(("utf", "cp65001"))
    said = json.dumps(value, ensure_ascii=narrow, indent=2)
    sys.stdout.write(OBEYED.sub(_escaped, said) + "\n")


def _escaped(found: re.Match[str]) -> str:
    """``"\x9b"`` → ``"\\u009b"``, as JSON has it."""
    return json.dumps(found.group())[1:-1]
