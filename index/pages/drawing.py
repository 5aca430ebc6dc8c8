"""Pages of the articles that are PDFs, drawn when somebody looks at them, a few of them kept."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from threading import BoundedSemaphore, Lock

from index.errors import InputError, LibraryError
from index.library import Library
from index.limits import DEFAULT_LIMITS
from index.pages.picture import Picture
from index.parse.isolated.child import draw_in_child

LIMITS = replace(DEFAULT_LIMITS, memory_bytes=1_000_000_000, cpu_seconds=10, wall_seconds=30)
"""What drawing one page may cost."""

KEPT_BYTES = 16_000_000
"""So much of pictures is kept, those that were looked at last."""

_drawing = BoundedSemaphore(2)
_kept: OrderedDict[tuple[bytes, int], Picture] = OrderedDict()
_guard = Lock()


def draw_page(library: Library, article_id: str, page: int) -> Picture | None:
    """Return a page (1-based) of an article as a picture.

    None where the file is not kept, has no such page, or cannot be drawn within ``LIMITS``.
    """
    seal = library.original_seal(article_id)
    if seal is None:
        return None
    key = seal, page
    with _guard:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    with _drawing:  # a process each: few at a time
        try:
            data = library.original(article_id)
            picture = draw_in_child(data, page, LIMITS) if data else None
        except (InputError, LibraryError):
            return None
    if picture:
        _keep(key, picture)
    return picture


def _keep(key: tuple[bytes, int], picture: Picture) -> None:
    with _guard:
        _kept[key] = picture
        while sum(len(each.image) for each in _kept.values()) > KEPT_BYTES:
            _kept.popitem(last=False)
