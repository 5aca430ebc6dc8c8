"""Hashes by which what belongs to an article is known to be what was stored."""

from __future__ import annotations

import hashlib
import zlib

from index.boxes import PageBoxes


def seal_boxes(article_id: str, page: PageBoxes) -> bytes:
    """Return the sha256 that the boxes of a page carry."""
    place = f"{article_id} {page.page} {page.start} {page.end} {page.recognised} "
    return hashlib.sha256(place.encode() + page.packed).digest()


def opened_boxes(article_id: str, page: PageBoxes, sha256: bytes) -> PageBoxes:
    """Return the boxes of a page.

    Raises:
        ValueError: they are not what was stored.
    """
    if seal_boxes(article_id, page) != sha256:
        raise ValueError(f"the boxes of page {page.page} of {article_id} are not what was stored")
    return page


def seal_original(article_id: str, packed: bytes) -> bytes:
    """Return the sha256 that the packed file of an article carries."""
    return hashlib.sha256(article_id.encode() + b" " + packed).digest()


def opened_original(article_id: str, packed: bytes, sha256: bytes) -> bytes:
    """Return the file of an article.

    Raises:
        ValueError: it is not what was stored.
    """
    if seal_original(article_id, packed) != sha256:
        raise ValueError(f"the file of {article_id} is not what was stored")
    return zlib.decompress(packed)
