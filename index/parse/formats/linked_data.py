"""The body that a web page tells programs (JSON-LD), where it shows a reader none itself."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from lxml import html

from index.parse.blocks import Block, folded
from index.parse.formats.markup import Found, find_blocks, read_html
from index.segment.paragraphs import find_paragraphs
from index.types import Role

UNSHOWN = "the page shows no text without its scripts: what it tells programs was read (JSON-LD)"

DEEPEST = 8
"""How many objects may lie within each other before the one with the body."""

SENTENCE = 40
"""A block of so many characters that stands in both shows that the page has the body itself."""


def told_body(root: html.HtmlElement) -> str:
    """Return the longest ``articleBody`` of a page with its scripts; "" if it has none."""
    found: list[str] = []
    for script in root.iter("script"):
        if script.get("type", "").strip().lower() == "application/ld+json":
            try:
                found += _bodies(json.loads(script.text or "", strict=False), 0)
            except (ValueError, RecursionError):
                continue
    return max(found, key=len, default="")


def _bodies(value: Any, depth: int) -> Iterator[str]:
    if depth > DEEPEST:
        return
    if isinstance(value, list):
        for each in value:
            yield from _bodies(each, depth + 1)
    elif isinstance(value, dict):
        for key, each in value.items():
            if key == "articleBody" and isinstance(each, str):
                yield each
            else:
                yield from _bodies(each, depth + 1)


def stands_nowhere(told: str, blocks: Sequence[Block]) -> bool:
    """Tell whether nothing of a body stands on its page, which has less text than it, too."""
    body = folded(told)
    shown = [folded(block.text) for block in blocks if block.role is Role.TEXT]
    return sum(map(len, shown)) < len(body) and not any(
        text in body or body[:SENTENCE] in text for text in shown if len(text) >= SENTENCE
    )


def body_blocks(told: str, name: str) -> list[Found]:
    """Return the paragraphs of a body: HTML or plain text."""
    if "</p>" in told.lower() or "<br" in told.lower():
        return find_blocks(read_html(told, name))
    body = told.replace("\r\n", "\n").replace("\r", "\n")
    pieces = (body[start:end] for start, end, _ in find_paragraphs(body))
    page = "".join(f"<p>{escape(piece)}</p>" for piece in pieces)
    return find_blocks(read_html(page, name)) if page else []
