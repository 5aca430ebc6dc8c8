"""A paper as a DOCX file."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

from rag.styles.source import Words
from ui.keeping.taking.paper import Paper, Part, Quote, Shown
from ui.keeping.taking.rows import Grid

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What an XML file cannot hold."""

_QUOTE, _ITEM, _TABLE = "Quote", "List Bullet", "Table Grid"
"""Styles of the template that python-docx brings."""


def to_docx(paper: Paper) -> bytes:
    """Return a paper as a DOCX file."""
    import docx

    document = docx.Document()
    document.core_properties.title = paper.title
    document.core_properties.author = ""
    document.add_heading(paper.title, 0)
    document.add_paragraph(paper.made)
    for part in paper.parts:
        _add_part(document, part)
    if paper.listed:
        document.add_heading(paper.heading, 2)
    for words in paper.listed:
        _add_words(document.add_paragraph(), words)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _add_part(document: Document, part: Part) -> None:
    if part.heading:
        document.add_heading(_clean(part.heading), 2)
    if part.dated:
        document.add_paragraph().add_run(part.dated).italic = True
    for line in part.lines:
        paragraph = document.add_paragraph(style=_ITEM if part.items else None)
        for text, bold in line:
            paragraph.add_run(_clean(text)).bold = bold or None
    for remark in part.remarks:
        document.add_paragraph().add_run(_clean(remark)).italic = True
    if part.quoted:
        document.add_paragraph(part.quoted)
    for shown in part.shown:
        _add_quotes(document, shown)


def _add_quotes(document: Document, shown: Shown) -> None:
    for quote in shown.quotes:
        number = f"[{quote.number}] " if quote.number else ""
        said = number if quote.in_table else f"{number}“{quote.text}”"
        paragraph = document.add_paragraph(_clean(said), style=_QUOTE)
        if not quote.in_table:
            paragraph.add_run().add_break()
        _add_where(paragraph, quote)
    if shown.grid:
        _add_grid(document, shown.grid)
    for quote in shown.quotes:
        for line in quote.note.splitlines():
            document.add_paragraph(_clean(line))


def _add_where(paragraph: Paragraph, quote: Quote) -> None:
    if quote.link:
        _add_link(paragraph, quote.link, quote.where)
    else:
        _add_words(paragraph, quote.where)
    if quote.remark:
        paragraph.add_run(_clean(f" ({quote.remark})")).italic = False


def _add_words(paragraph: Paragraph, words: Words) -> None:
    for text, italic in words:
        paragraph.add_run(_clean(text)).italic = italic


def _add_link(paragraph: Paragraph, address: str, words: Words) -> None:
    """Add a link, for which python-docx has no call of its own."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    link: Any = OxmlElement("w:hyperlink")
    link.set(
        qn("r:id"), paragraph.part.relate_to(_clean(address), RELATIONSHIP_TYPE.HYPERLINK, True)
    )
    for text, italic in words:
        run = paragraph.add_run(_clean(text))
        run.italic, run.underline = italic, True
        link.append(run._r)
    paragraph._p.append(link)


def _add_grid(document: Document, grid: Grid) -> None:
    if grid.above:
        document.add_paragraph(_clean(grid.above))
    table = document.add_table(rows=1 + len(grid.rows), cols=len(grid.head), style=_TABLE)
    for at, head in enumerate(grid.head):
        table.cell(0, at).text = _clean(head)
    for number, row in enumerate(grid.rows, 1):
        for at, (text, bold) in enumerate(row):
            run = table.cell(number, at).paragraphs[0].add_run(_clean(text))
            run.bold = bold or None
    document.add_paragraph()


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
