"""Rich text (RTF) → blocks."""

from __future__ import annotations

from striprtf.striprtf import rtf_to_text

from index.errors import InputError
from index.limits import Limits
from index.parse.blocks import Block, Parsed, folded, row_of
from index.parse.formats.markup import name_columns


def parse_rtf(data: bytes, name: str, limits: Limits) -> Parsed:
    """Parse rich text. Its headings are not marked, so that everything is a paragraph.

    Raises:
        InputError: it is damaged.
    """
    try:
        text = rtf_to_text(data.decode("latin-1"), errors="replace")
    except (ValueError, IndexError, KeyError, LookupError) as error:
        raise InputError(f"{name} is damaged and cannot be read as RTF: save it anew") from error
    blocks: list[Block] = []
    rows: list[Block] = []
    for line in [*text.split("\n"), ""]:
        if line.rstrip().endswith("|"):
            rows.append(row_of(folded(cell) for cell in line.rstrip().rstrip("|").split("|")))
            continue
        blocks += [*name_columns(rows), Block(folded(line))]
        rows = []
    return Parsed(blocks=tuple(blocks))
