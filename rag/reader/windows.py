"""Passages → the windows that are read: a short passage with what stands beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from index.library import Library
from index.types import Passage
from rag.reader.types import Window
from rag.retrieval.candidates import Places

CONTEXT = 600
"""Characters up to which a passage is read with those beside it."""

REACH = 2
"""How many passages on each side may be read with one."""


def find_windows(passages: Sequence[Passage], library: Library, without: Places) -> list[Window]:
    """Return a window for each passage; its sentences are the passage's own.

    Of paragraphs ``without`` nothing is read.
    """
    beside = [by for by in range(-REACH, REACH + 1) if by]
    short = [each for each in passages if each.id and len(each.text) < CONTEXT]
    numbers = {each.id + by for each in short for by in beside}
    stored = library.passages(sorted(numbers)) if numbers else {}
    known = [passage for passage, _ in stored.values()]
    known = [each for each in known if (each.article_id, each.paragraph) not in without]
    return [_window(each, known) for each in passages]


def _window(passage: Passage, known: Iterable[Passage]) -> Window:
    if passage.words:  # they name all that the row stands under
        return Window(passage.words, ((0, len(passage.words)),))
    own = sorted((p for p in known if p.article_id == passage.article_id), key=lambda p: p.start)
    before = [p.text for p in own if p.end <= passage.start][-REACH:]
    after = [p.text for p in own if p.start >= passage.end][:REACH]
    taken, lead = passage.text, 0
    while before or after:
        if after and len(taken) + len(after[0]) < CONTEXT:
            taken = f"{taken}\n{after.pop(0)}"
        else:
            after = []
        if before and len(taken) + len(before[-1]) < CONTEXT:
            text = before.pop()
            taken, lead = f"{text}\n{taken}", lead + len(text) + 1
        else:
            before = []
    by = lead - passage.start
    return Window(taken, tuple((s.start + by, s.end + by) for s in passage.sentences))
