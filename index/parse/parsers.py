"""Which function parses which type of content."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from index.limits import Limits
from index.parse import content
from index.parse.blocks import Parsed

Parser = Callable[[bytes, str, Limits], Parsed]
"""Bytes, the name to use in messages, and the limits → blocks. Raises ``InputError``."""

_MODULES = {
    content.PDF: ("index.parse.pdf.parser", "parse_pdf"),
    content.HTML: ("index.parse.formats.html", "parse_web"),
    content.DOCX: ("index.parse.formats.office", "parse_docx"),
    content.ODT: ("index.parse.formats.office", "parse_odt"),
    content.XLSX: ("index.parse.formats.sheets.xlsx", "parse_xlsx"),
    content.ODS: ("index.parse.formats.sheets.ods", "parse_ods"),
    content.PPTX: ("index.parse.formats.slides.pptx", "parse_pptx"),
    content.ODP: ("index.parse.formats.slides.odp", "parse_odp"),
    content.EML: ("index.parse.formats.mail.parser", "parse_eml"),
    content.MBOX: ("index.parse.formats.mail.parser", "parse_mbox"),
    content.JSON: ("index.parse.formats.data.json_values", "parse_json"),
    content.EPUB: ("index.parse.formats.epub", "parse_epub"),
    content.RTF: ("index.parse.formats.rtf", "parse_rtf"),
    content.CSV: ("index.parse.formats.sheets.csv_table", "parse_csv"),
    content.TRANSCRIPT: ("index.parse.formats.transcript", "parse_transcript"),
}


def parser_of(media: str) -> Parser:
    """Return the parser of a type; its libraries are loaded now, and no others."""
    module, function = _MODULES[media]
    parser: Parser = getattr(import_module(module), function)
    return parser


def load() -> None:
    """Load every parser with its libraries."""
    for media in _MODULES:
        parser_of(media)
    for name in ("mammoth", "trafilatura", "charset_normalizer"):
        import_module(name)
