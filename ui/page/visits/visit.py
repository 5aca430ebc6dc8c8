"""One visitor at the page: the conversation, the own articles and the choice of articles.

What a visitor adds lies in a folder of the visit's own, which is deleted with it; nobody else's
questions reach it.
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import RLock

from index.build import to_article
from index.errors import InputError, LibraryError
from index.library import Library
from index.limits import DEFAULT_LIMITS
from index.parse.document import parse_text, read_document
from index.types import Article, Document, Entry
from rag.types import Answer, Turn
from ui.page.render.messages import Message
from ui.page.visits.joined_library import JoinedLibrary
from ui.private import private_folder

MAX_ARTICLES = 200
"""How many articles one visitor may add. Together they may have ``MAX_CHARACTERS``."""

MAX_CHARACTERS = DEFAULT_LIMITS.characters
"""How many characters they may have together."""

MAX_PASTED = 2_000_000
"""How many characters, as a browser counts them, a pasted text may have: so it can be sent whole
(``server/bodies.py``). A longer one comes as a file."""

MAX_EXCHANGES = 200
"""How many questions a conversation keeps."""

Progress = Callable[[int, int], None]
"""Called with the passages embedded so far and the passages in all."""


@dataclass
class Exchange:
    """A question and what became of it.

    ``answer`` grows while it is given; ``state`` is ``"asked"``, ``"answered"``, ``"stopped"`` or
    ``"failed"``, and ``failure`` says why; ``opinion`` is what the visitor thinks of it. ``shown``
    is its message once it is whole: an article that is removed later takes nothing from it.
    """

    question: str
    answer: Answer | None = None
    state: str = "asked"
    failure: str = ""
    opinion: str = ""
    shown: Message | None = None
    id: str = field(default_factory=lambda: secrets.token_hex(8))


class Visit:
    """What one visitor sees. ``secret`` is how a page that is loaded again finds its visit.

    ``brought`` are the ids of all articles that the visitor has added, also of those removed since;
    ``unread`` says of each what of its file could not be read.
    """

    def __init__(self, shared: Library) -> None:
        self.secret = secrets.token_urlsafe(24)
        self.exchanges: list[Exchange] = []
        self.removed: Entry | None = None
        self.brought: set[str] = set()
        self.unread: dict[str, str] = {}
        self.over = False
        self._shared = shared
        self._own: JoinedLibrary | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._left_out: set[str] = set()
        self._adding = RLock()

    @property
    def library(self) -> Library:
        """What this visitor asks: the shared articles and the visitor's own."""
        return self._own or self._shared

    @property
    def is_empty(self) -> bool:
        """Nothing was asked and nothing added: who comes back misses nothing."""
        return not self.exchanges and not self.brought

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The articles that this visitor sees."""
        gone = self.removed.id if self.removed else ""
        return tuple(entry for entry in self.library.entries if entry.id != gone)

    @property
    def chosen(self) -> frozenset[str]:
        """The ids of the articles that are searched."""
        return frozenset(entry.id for entry in self.entries) - self._left_out

    @property
    def within(self) -> frozenset[str] | None:
        """The same for ``ask``: None where everything is searched."""
        return self.chosen if self.removed or self._left_out else None

    def turns(self, before: int, *, own: bool = True) -> list[Turn]:
        """Return what was asked and answered before exchange number ``before``.

        Without ``own`` the answers that rest on the visitor's own articles are left out. Nothing
        follows from what needed no evidence: from a greeting, say.
        """
        given = [(e.question, e.answer) for e in self.exchanges[:before] if e.answer]
        said = [(question, answer) for question, answer in given if answer.certainty]
        return [
            Turn(question, answer.text if own or not self.rests_on_own(answer) else "")
            for question, answer in said
        ]

    def rests_on_own(self, answer: Answer) -> bool:
        """Tell whether an answer cites an article that this visitor has added."""
        return any(citation.article_id in self.brought for citation in answer.citations)

    def find(self, beginning: str) -> Article | None:
        """Return the one article this visitor sees whose id begins so; None if none or several."""
        found = [entry.id for entry in self.entries if entry.id.startswith(beginning)]
        return self.library.article(found[0]) if len(found) == 1 else None

    def owns(self, article_id: str) -> bool:
        """Tell whether this visitor added the article."""
        return self._own is not None and self._own.owns(article_id)

    def choose(self, article_id: str, searched: bool) -> None:
        """Search an article or leave it out; an id that this visitor does not see is ignored."""
        if searched:
            self._left_out.discard(article_id)
        elif any(entry.id == article_id for entry in self.entries):
            self._left_out.add(article_id)

    def add_file(self, path: Path, progress: Progress) -> tuple[Article, bool]:
        """Add a file; returns its article, and whether it is new. Raises ``InputError``."""
        try:
            document = read_document(path)
        except InputError as error:
            # The folder that it was received in is no concern of the visitor's.
            raise InputError(str(error).replace(str(path), path.name)) from error
        article, new = self._add(replace(document, source=path.name), progress)
        self.unread[article.id] = document.unread
        return article, new

    def add_text(self, text: str, title: str, progress: Progress) -> tuple[Article, bool]:
        """Add a text; returns its article, and whether it is new. Raises ``InputError``."""
        if len(text.encode("utf-16-le", "surrogatepass")) > 2 * MAX_PASTED:
            raise InputError(
                f"the text has over {MAX_PASTED:,} characters: save it as a file and add that"
            )
        return self._add(parse_text(text, title=title.strip() or None), progress)

    def remove(self, article_id: str) -> None:
        """Take away one of the visitor's own articles, until ``undo`` or for good.

        For good with the next article that is added or removed, or when the visit ends.

        Raises:
            LibraryError: it is not this visitor's.
        """
        with self._adding:
            if not self.owns(article_id):
                raise LibraryError(f"{article_id!r} is not an article that you have added")
            self._settle()
            self.removed = next(e for e in self.entries if e.id == article_id)

    def undo(self) -> Entry | None:
        """Bring the article back that was removed last, and return it."""
        brought, self.removed = self.removed, None
        return brought

    def end(self) -> None:
        """Delete what this visitor has added."""
        self.over = True
        with self._adding:
            if self._own:
                self._own.close()
            if self._folder:
                self._folder.cleanup()
            self._own = self._folder = None

    def _add(self, document: Document, progress: Progress) -> tuple[Article, bool]:
        article_id = to_article(document).id
        with self._adding:
            if self.removed and self.removed.id == article_id:
                self.undo()
            self._settle()
            if article_id in self.library.titles([article_id]):
                return self.library.article(article_id), False
            self._refuse_too_much(document)
            added = self._opened().add_document(document, self._watched(progress))
            self.brought.add(added.id)
            return added, True

    def _refuse_too_much(self, document: Document) -> None:
        own = [entry for entry in self.entries if self.owns(entry.id)]
        if len(own) >= MAX_ARTICLES:
            raise InputError(
                f"{document.source}: {MAX_ARTICLES} articles are the limit: remove one"
            )
        held = sum(entry.characters for entry in own)
        if held + len(document.text) > MAX_CHARACTERS:
            raise InputError(
                f"{document.source} has {len(document.text):,} characters, "
                f"{MAX_CHARACTERS - held:,} are left of {MAX_CHARACTERS:,}: remove an article"
            )

    def _watched(self, progress: Progress) -> Progress:
        def step(done: int, total: int) -> None:
            if self.over:
                raise InputError("the page was closed")
            progress(done, total)

        return step

    def _opened(self) -> JoinedLibrary:
        if self.over:
            raise InputError("the page was closed")
        if self._own is None:
            self._folder = tempfile.TemporaryDirectory(prefix="visit-", dir=private_folder())
            own = JoinedLibrary.open(self._folder.name, embedder=self._shared.embedder)
            assert isinstance(own, JoinedLibrary)
            own.shared = self._shared
            self._own = own
        return self._own

    def _settle(self) -> None:
        """Delete what was removed and not brought back."""
        if self.removed and self._own:
            self._own.remove(self.removed.id)
        self.removed = None
