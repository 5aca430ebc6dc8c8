"""A web page → what its article says: no menus, banners, scripts, hidden text or "read more"."""

from __future__ import annotations

import codecs
import re
from bisect import bisect
from collections.abc import Sequence

from lxml import html
from selectolax.lexbor import LexborHTMLParser

from index.errors import InputError
from index.limits import Limits
from index.parse.about.web import page_date, page_title, read_told
from index.parse.blocks import Parsed
from index.parse.encodings import guess_encoding
from index.parse.formats.linked_data import UNSHOWN, body_blocks, stands_nowhere, told_body
from index.parse.formats.markup import Found, find_blocks, read_html
from index.parse.formats.visibility import keep_seen
from index.types import Role

LINKED = 0.7
"""A paragraph of which this share is links leads elsewhere."""

MOST = 0.7
"""The smallest part of a page with this share of the article's letters is where the article is."""

_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.I)
_WORDS = re.compile(r"\w+")
_SENTENCE = re.compile(r"(?:\S+\s+){7,}\S*[.!?…。][\"'”’»)]*", re.DOTALL)
_ASIDE_TAGS = {"aside", "footer", "form", "nav"}
_ASIDE = "//nav | //footer | //aside | //header[not(ancestor::article)] | //*[@role='navigation']"


def parse_web(data: bytes, name: str, limits: Limits) -> Parsed:
    """Parse a page.

    Raises:
        InputError: nothing on it can be read.
    """
    text = decode_page(data, name)
    text = str(
        LexborHTMLParser(text).html or text
    )  # as browsers read it, also where tags are missing
    root = read_html(text, name)
    usual, author = _metadata(text)
    told = read_told(root)
    body = told_body(root)
    keep_seen(root)
    text = html.tostring(root, encoding="unicode")
    found = _main_blocks(text, root) or _all_blocks(root)
    unread = ""
    if body and stands_nowhere(body, [each.block for each in found]):
        found, unread = body_blocks(body, name), UNSHOWN
    if not found:
        raise InputError(f"{name} shows no text without running its scripts: save it as text")
    title = page_title(root, told, usual)
    return Parsed(
        blocks=tuple(each.block for each in found),
        title=title,
        author=author,
        published=page_date(root, told, title, [each.element for each in found]),
        unread=unread,
        language=root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang"),
    )


def decode_page(data: bytes, name: str) -> str:
    """Return the page's text, decoded as its mark or the page itself says.

    Raises:
        InputError: it is in none of the encodings that it could be in.
    """
    for bom, codec in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16")):
        if data.startswith(bom):
            return data[len(bom) :].decode(codec, errors="replace")
    declared = _DECLARED.search(data[:4096])
    names = [declared.group(1).decode("ascii") if declared else None, "utf-8"]
    for codec in filter(None, names):
        # Browsers read these as Windows' own, which has the curly quotes.
        known = "cp1252" if codec.lower() in {"iso-8859-1", "latin1", "us-ascii"} else codec
        try:
            return data.decode(known)
        except (LookupError, UnicodeDecodeError):
            continue
    return data.decode(guess_encoding(data, name), errors="replace")


def _metadata(text: str) -> tuple[str | None, str | None]:
    from trafilatura import extract_metadata

    known = extract_metadata(text, extensive=False)
    return (known.title or None, known.author or None) if known else (None, None)


def _all_blocks(root: html.HtmlElement) -> list[Found]:
    for aside in root.xpath(_ASIDE):
        aside.drop_tree()
    return find_blocks(root)


def _main_blocks(text: str, root: html.HtmlElement) -> list[Found]:
    """Return the blocks of the page that a library for it finds to be the article.

    The library says which words are the article; the page itself says which of them are a heading,
    a list's item or a row, which the library's own output does not keep everywhere.
    """
    from trafilatura import extract

    main = _letters(extract(text, include_comments=False, include_tables=True) or "")
    blocks = [block for block in find_blocks(root) if not _leads_away(block)]
    chosen = _with_rows(blocks, _within(main, blocks))
    return [block for place, block in enumerate(blocks) if place in _with_beside(blocks, chosen)]


def _leads_away(found: Found) -> bool:
    ends = found.block.role is Role.TEXT and found.element.tag not in {"li", "table"}
    return ends and found.linked >= LINKED


def _letters(text: str) -> str:
    return f" {' '.join(_WORDS.findall(text.casefold()))} "


def _within(main: str, blocks: Sequence[Found]) -> set[int]:
    """Return which of ``blocks`` are in ``main`` (as ``_letters`` gives it), in the same order.

    The longest are looked for first: where they stand says where a short one may.
    """
    words = [_letters(block.block.text) for block in blocks]
    placed: list[tuple[int, int, int]] = []
    for number in sorted(range(len(blocks)), key=lambda i: -len(words[i])):
        if not words[number].strip():
            continue
        after = bisect(placed, (number,))
        first = placed[after - 1][2] if after else 0
        last = placed[after][1] if after < len(placed) else len(main)
        start = main.find(words[number], first, last + 1)
        if start >= 0:
            placed.insert(after, (number, start, start + len(words[number]) - 1))
    return {number for number, _, _ in placed}


def _with_rows(blocks: Sequence[Found], chosen: set[int]) -> set[int]:
    """Add the other rows of the tables that are chosen in part: years name columns."""
    tables = {blocks[number].element for number in chosen if blocks[number].block.row}
    rows = {n for n, each in enumerate(blocks) if each.block.row and each.element in tables}
    return chosen | rows


def _with_beside(blocks: Sequence[Found], chosen: set[int]) -> set[int]:
    """Add the sentences that stand in the same part of the page, which the library overlooked."""
    if not chosen:
        return chosen
    whole = sum(len(blocks[i].block.text) for i in chosen)
    held: dict[html.HtmlElement, int] = {}
    for number in chosen:
        for element in (blocks[number].element, *blocks[number].element.iterancestors()):
            held[element] = held.get(element, 0) + len(blocks[number].block.text)
    part = min((e for e in held if held[e] >= MOST * whole), key=lambda e: held[e])
    beside = {
        number
        for number, block in enumerate(blocks)
        if block.linked < LINKED
        and (_SENTENCE.fullmatch(block.block.text) or block.element.tag == "address")
        and any(each is part for each in block.element.iterancestors())
        and not any(each.tag in _ASIDE_TAGS for each in block.element.iterancestors())
    }
    return chosen | beside
