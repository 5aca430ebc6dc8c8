"""Which embedder a library gets: its first article's language decides, unless one is named."""

from __future__ import annotations

from index.embed.embedder import DEFAULT_EMBEDDER
from index.embed.forward import MULTILINGUAL
from index.embed.multilingual import is_installed
from index.language import ENGLISH, is_in

BUNDLED = frozenset({DEFAULT_EMBEDDER, MULTILINGUAL})
"""Those that a library may be opened with although none was named."""


def embedder_for(text: str) -> str:
    """Return the name of the embedder for articles like this one.

    The one for English, unless it is clearly in another language and the other one is installed.
    """
    return MULTILINGUAL if not is_in(text, ENGLISH) and is_installed() else DEFAULT_EMBEDDER
