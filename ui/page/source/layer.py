"""The words of a page, to be laid unseen above its picture: so that they can be selected."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise

from index.boxes import PageBoxes, Placed, unpack
from index.pages.picture import Part, Picture
from index.types import Article, Paragraph

WIDEST_GAP = 1.5
"""Words further apart than this, in heights of their line, are not one run."""

LONGEST_GAP = 8
"""Characters between two words of the text; more is not what stands between them on the page."""

Word = tuple[Placed, Part]
"""A word, and where it is on the picture in points, from the upper left."""


def lay_words(
    article: Article, paragraphs: Sequence[Paragraph], words: Sequence[PageBoxes], picture: Picture
) -> str:
    """Return the words of a page in runs, each where it stands, as HTML that is safe to show.

    Without its tags, what comes out is the article's text, but for its white space and for what is
    cut off at the edges of the page.
    """
    on_page = (page for page in words if page.page == picture.page)
    placed = [(word, _in_points(word, picture)) for page in on_page for word in unpack(page)]
    runs = list(_runs([each for each in placed if each[1].width and each[1].height]))
    starts = [paragraph.start for paragraph in paragraphs]
    html = []
    for run, following in zip(runs, [*runs[1:], []], strict=True):
        at = bisect_right(starts, run[0][0].start) - 1
        number = paragraphs[at].number if at >= 0 else 0
        said = _said(article.text, [word for word, _ in run])
        after = _between(article.text, run[-1][0], following[0][0]) if following else ""
        html.append(_run(said, after, number, [part for _, part in run], picture))
    return f'<div class="layer" dir="auto">{"".join(html)}</div>' if html else ""


def _in_points(word: Placed, picture: Picture) -> Part:
    part = picture.part(word.box)
    wide, high = picture.width, picture.height
    return Part(part.left * wide, part.top * high, part.width * wide, part.height * high)


def _runs(words: Sequence[Word]) -> Iterator[list[Word]]:
    """Yield words that stand side by side, or below each other on an upright line."""
    run: list[Word] = []
    for word in words:
        if run and (word[0].first or not _go_on(run[-1][1], word[1])):
            yield run
            run = []
        run.append(word)
    if run:
        yield run


def _go_on(one: Part, other: Part) -> bool:
    """Tell whether two words are near each other on one line."""
    across = max(one.left, other.left) - min(one.left + one.width, other.left + other.width)
    down = max(one.top, other.top) - min(one.top + one.height, other.top + other.height)
    height, width = min(one.height, other.height), min(one.width, other.width)
    beside = down <= -0.5 * height and across < WIDEST_GAP * max(one.height, other.height)
    upright = across <= -0.5 * width and down < WIDEST_GAP * max(one.width, other.width)
    return beside or upright


def _said(text: str, words: Sequence[Placed]) -> str:
    """Return the words of a run with what the text has between them."""
    pieces = [" ".join(text[words[0].start : words[0].end].split())]
    for before, word in pairwise(words):
        pieces.append(_between(text, before, word))
        pieces.append(" ".join(text[word.start : word.end].split()))
    return "".join(pieces)


def _between(text: str, before: Placed, after: Placed) -> str:
    """Return what stands between two words of a text; nothing where one was parted by a line."""
    gap = text[before.end : after.start]
    if before.end <= after.start and len(gap) <= LONGEST_GAP and gap.strip():
        return gap
    return " " if before.end < after.start or after.start < before.start else ""


def _run(said: str, after: str, number: int, parts: Sequence[Part], picture: Picture) -> str:
    left, top = min(part.left for part in parts), min(part.top for part in parts)
    width = max(part.left + part.width for part in parts) - left
    height = max(part.top + part.height for part in parts) - top
    upright = height > 1.5 * width and len(said) > 1
    shares = {
        "left": left / picture.width,
        "top": top / picture.height,
        "width": width / picture.width,
        "height": height / picture.height,
    }
    size = (width if upright else height) / picture.width
    sides = "; ".join(f"{side}: {100 * share:.3f}%" for side, share in shares.items())
    kind = "run upright" if upright else "run"
    told = f' data-paragraph="{number}"' if number else ""
    return (
        f'<span class="{kind}"{told} style="{sides}">'
        f'<span style="font-size: {100 * size:.3f}cqw">{escape(said)}</span>{escape(after)}</span>'
    )
