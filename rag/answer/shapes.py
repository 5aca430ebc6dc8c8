"""A place of an answer as an object for programs."""

from __future__ import annotations

from index.types import Cell, Json, TableRow
from rag.types import Short, Span


def place_json(short: Short) -> Json:
    """Return words with their range, and the number of the citation in whose quote they stand."""
    return {
        "text": short.text,
        "start": short.start,
        "end": short.end,
        "citation": short.citation.number,
    }


def row_json(text: str, row: TableRow) -> Json:
    """Return what a table says of a row, each with its range: what is above, groups, heads, cells.

    Of the heads it has those that stand over a cell of the row, line by line from the top.
    """
    over = {head for cell in row.row.cells for head in row.heads_of(cell)}
    heads = [[head for head in line if head in over] for line in row.heads]
    return {
        "above": [_range_json(text, each) for each in row.above],
        "groups": [_range_json(text, each) for each in row.row.groups],
        "heads": [[_cell_json(text, each) for each in line] for line in heads if line],
        "cells": [_cell_json(text, each) for each in row.row.cells],
    }


def _range_json(text: str, range_: Span) -> Json:
    start, end = range_
    return {"text": text[start:end], "start": start, "end": end}


def _cell_json(text: str, cell: Cell) -> Json:
    place = {"column": cell.column, "columns": cell.columns}
    return _range_json(text, (cell.start, cell.end)) | place
