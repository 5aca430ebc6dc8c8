"""A paper as Markdown, as plain text, and as HTML that is safe to show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from rag.styles.source import Words, plain
from ui.keeping.taking.paper import Line, Paper, Part, Quote, Shown
from ui.keeping.taking.rows import Grid

_MARK = re.compile(r"[\\`*~<|]|(?<!\w)_|_(?!\w)|(?<=\])(?=[(\[:])")
"""What opens a mark within a line. A lone bracket is none, nor is an underscore within a word."""

_ENTITY = re.compile(r"&(?=#?\w+;)")
_BLOCK = re.compile(r"^(\s*)([#>+=-]|\d{1,9}(?=[.)]\s))")


def plain_markdown(text: str) -> str:
    r"""Return one line as Markdown that a reader can read: only what would be a mark is escaped.

    ``"A & B [1], <b> a_b"`` → ``"A & B [1], \<b> a_b"``.
    """
    text = _ENTITY.sub(r"\\&", _MARK.sub(lambda found: f"\\{found.group()}", text))
    return _BLOCK.sub(_shield, text)


def _shield(found: re.Match[str]) -> str:
    blank, mark = found.groups()
    return f"{blank}{mark}\\" if mark.isdigit() else f"{blank}\\{mark}"


def to_markdown(paper: Paper) -> str:
    """Return a paper as a Markdown file."""
    blocks = [f"# {paper.title}", paper.made]
    for part in paper.parts:
        blocks += _part(part)
    if paper.listed:
        blocks += [f"## {paper.heading}", *map(_words, paper.listed)]
    return "\n\n".join(blocks) + "\n"


def _part(part: Part) -> Iterator[str]:
    if part.heading:
        yield f"## {plain_markdown(part.heading)}"
    if part.dated:
        yield f"*{part.dated}*"
    start = "- " if part.items else ""
    said = [start + _line(line) for line in part.lines]
    if said:
        yield "\n".join(said)
    for remark in part.remarks:
        yield plain_markdown(remark)
    if part.quoted:
        yield part.quoted
    for shown in part.shown:
        yield from _shown(shown)


def _line(line: Line) -> str:
    """Return runs as one line; what stands at the edge of bold words stays outside of them."""
    parts = []
    for text, bold in line:
        words = text.strip() if bold else ""
        if words:
            before, after = text.split(words, 1) if words in text else ("", "")
            parts.append(f"{before}**{plain_markdown(words)}**{after}")
        else:
            parts.append(plain_markdown(text) if not parts else plain_markdown(f"x{text}")[1:])
    return "".join(parts)


def _shown(shown: Shown) -> Iterator[str]:
    lines = []
    for quote in shown.quotes:
        number = f"[{quote.number}] " if quote.number else ""
        said = "" if quote.in_table else f"“{plain_markdown(f'x{quote.text}')[1:]}”  \n> "
        lines.append(f"> {number}{said}{_where(quote)}")
    text = "  \n".join(lines)
    if shown.grid:
        table = "\n".join(f"> {line}".rstrip() for line in _grid(shown.grid))
        text = f"{text}\n>\n{table}"
    yield text
    for quote in shown.quotes:
        if quote.note:
            yield "\n".join(plain_markdown(line) for line in quote.note.splitlines())


def _where(quote: Quote) -> str:
    remark = f" ({plain_markdown(f'x{quote.remark}')[1:]})" if quote.remark else ""
    link = f" <{quote.link}>" if quote.link and not quote.addressed else ""
    return f"{_words(quote.where)}{remark}{link}"


def _words(words: Words) -> str:
    """Return words as they stand within a line."""
    said = ((plain_markdown(f"x{text}")[1:], italic) for text, italic in words)
    return "".join(f"*{text}*" if italic else text for text, italic in said)


def _grid(grid: Grid) -> Iterator[str]:
    if grid.above:
        yield plain_markdown(grid.above)
        yield ""
    yield f"| {' | '.join(plain_markdown(f'x{each}')[1:] for each in grid.head)} |"
    yield f"| {' | '.join('---:' if number else '---' for number in grid.numbers)} |"
    for row in grid.rows:
        cells = (plain_markdown(f"x{text}")[1:] for text, _ in row)
        said = (f"**{c}**" if bold and c else c for c, (_, bold) in zip(cells, row, strict=True))
        yield f"| {' | '.join(said)} |"


def to_text(paper: Paper) -> str:
    """Return a paper as plain text."""
    blocks = [paper.title, paper.made]
    for part in paper.parts:
        said = ["".join(text for text, _ in line) for line in part.lines]
        start = "- " if part.items else ""
        blocks += [part.heading, part.dated, "\n".join(start + line for line in said)]
        blocks += [*part.remarks, part.quoted, *map(_text_shown, part.shown)]
    blocks += [paper.heading, *map(plain, paper.listed)]
    return "\n\n".join(filter(None, blocks)) + "\n"


def _text_shown(shown: Shown) -> str:
    lines = []
    for quote in shown.quotes:
        number = f"[{quote.number}] " if quote.number else ""
        remark = f" ({quote.remark})" if quote.remark else ""
        link = "" if quote.addressed else quote.link
        lines += [f"{number}“{quote.text}”", f"{plain(quote.where)}{remark}", link, quote.note]
    return "\n".join(filter(None, lines))


def to_html(paper: Paper) -> str:
    """Return a paper as HTML, for the clipboard and for print. All text of others is escaped."""
    parts = "".join(map(_html_part, paper.parts))
    listed = "".join(f"<p>{_html_words(words)}</p>" for words in paper.listed)
    listed = f"<section><h2>{paper.heading}</h2>{listed}</section>" if listed else ""
    return f"<h1>{escape(paper.title)}</h1><p>{escape(paper.made)}</p>{parts}{listed}"


def _html_words(words: Words) -> str:
    return "".join(f"<em>{escape(text)}</em>" if italic else escape(text) for text, italic in words)


def _html_part(part: Part) -> str:
    heading = f"<h2>{escape(part.heading)}</h2>" if part.heading else ""
    dated = f"<p><em>{escape(part.dated)}</em></p>" if part.dated else ""
    tag = "li" if part.items else "p"
    said = "".join(f"<{tag}>{_html_line(line)}</{tag}>" for line in part.lines)
    said = f"<ul>{said}</ul>" if part.items and said else said
    notes = "".join(f"<p><em>{escape(each)}</em></p>" for each in part.remarks)
    quoted = f"<p>{escape(part.quoted)}</p>" if part.quoted else ""
    shown = "".join(map(_html_shown, part.shown))
    return f"<section>{heading}{dated}{said}{notes}{quoted}{shown}</section>"


def _html_line(line: Line) -> str:
    return "".join(f"<b>{escape(text)}</b>" if bold else escape(text) for text, bold in line)


def _html_shown(shown: Shown) -> str:
    grid = _html_grid(shown.grid) if shown.grid else ""
    quotes = "".join(_html_quote(quote) for quote in shown.quotes)
    notes = "".join(
        f"<p>{'<br>'.join(map(escape, quote.note.splitlines()))}</p>"
        for quote in shown.quotes
        if quote.note
    )
    return f"<blockquote>{quotes}{grid}</blockquote>{notes}"


def _html_quote(quote: Quote) -> str:
    number = f"[{quote.number}] " if quote.number else ""
    said = "" if quote.in_table else f"“{escape(quote.text)}”<br>"
    remark = f" ({escape(quote.remark)})" if quote.remark else ""
    where = _html_words(quote.where)
    if quote.link:
        where = f'<a href="{escape(quote.link, quote=True)}">{where}</a>'
    return f"<p>{number}{said}{where}{remark}</p>"


def _html_grid(grid: Grid) -> str:
    above = f"<caption>{escape(grid.above)}</caption>" if grid.above else ""
    head = "".join(f"<th>{escape(each)}</th>" for each in grid.head)
    rows = "".join(
        "<tr>"
        + "".join(f"<td>{f'<b>{escape(t)}</b>' if bold else escape(t)}</td>" for t, bold in row)
        + "</tr>"
        for row in grid.rows
    )
    return f"<table>{above}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
