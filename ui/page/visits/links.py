"""What a visitor gives the address of: fetched by this machine, then added like a file."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from urllib.parse import unquote, urlsplit

from index.apart.adding import Offer
from index.parse.fetch import Fetching, fetch
from index.progress import Progress, Stage
from index.types import Article
from ui.page.visits.visit import Visit
from ui.private import private_folder

MAX_NAME = 80
"""How long the name may be that an article has which says no title."""


def add_link(
    visit: Visit, address: str, how: Fetching, progress: Progress, *, keep: bool = False
) -> tuple[Article, bool]:
    """Fetch what is at an address, and add it to a visit's articles; see ``Visit.add_file``.

    Raises:
        InputError: the address is not allowed or does not answer, or what it answers cannot be
            taken in.
    """
    progress(Stage.READING, 0, 0)
    source, data = fetch(address, how)
    with tempfile.TemporaryDirectory(prefix="link-", dir=private_folder()) as folder:
        file = Path(folder) / _name(source)
        file.write_bytes(data)
        return visit.add(Offer(source, file), progress, keep=keep)


def _name(address: str) -> str:
    """Return what a file would be called: ``https://a.org/b/The%20bell.html`` → ``The bell.html``.

    An article that says no title is called by it.
    """
    parts = urlsplit(address)
    last = unquote(parts.path.rstrip("/").rpartition("/")[2]) or (parts.hostname or "page")
    return re.sub(r"[^\w .-]", "_", last).strip(" .")[-MAX_NAME:] or "page"
