"""One visitor at the page: the conversation, the own articles and the choice of articles.

What a visitor adds is a library of the visit's own (``places.py``), which is deleted with it;
nobody else's questions reach it.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from contextlib import ExitStack
from pathlib import Path
from threading import RLock

from index.apart.adding import Add, Offer, Read, add_here
from index.errors import InputError, LibraryError
from index.library import Library
from index.limits import DEFAULT_LIMITS
from index.progress import Progress, Stage
from index.speaking.forms import number
from index.speaking.words import _
from index.types import Article, Entry
from rag.types import Answer, Turn
from ui.page.visits.adding import TOO_LONG, Adding
from ui.page.visits.apart import KeepIn, by_workers, keep_apart
from ui.page.visits.choice import Choice
from ui.page.visits.joined_library import JoinedLibrary
from ui.page.visits.places import InFolder, Place, id_of
from ui.page.visits.talk import Exchange as Exchange
from ui.page.visits.talk import Talk

MAX_ARTICLES = 200
"""How many articles one visitor may add. Together they may have ``MAX_CHARACTERS``."""

MAX_CHARACTERS = DEFAULT_LIMITS.characters
"""How many characters they may have together."""

MAX_PASTED = 2_000_000
"""How many characters, as a browser counts them, a pasted text may have: so it can be sent whole
(``server/bodies.py``). A longer one comes as a file."""

MAX_EXCHANGES = 200
"""How many questions a conversation keeps."""

MAX_PAST = 50
"""How many conversations of a visit are held that are not open, and not kept whole elsewhere."""


class Visit:
    """What one visitor sees. ``secret`` is how a page that is loaded again finds its visit.

    ``id`` is how it is kept, ``pages`` are those that show it, ``keeping`` is held meanwhile.
    ``brought`` are the ids of all articles that the visitor has added, also of those removed since;
    ``unread`` says of each what of its file could not be read, ``kept`` are those that were put in
    a library that stays. ``past`` are the conversations of
    this visit that are not open, by their ids, of which not everything is kept elsewhere.
    """

    def __init__(
        self,
        shared: Library,
        add: Add = add_here,
        keep_in: KeepIn | None = None,
        place: Place | None = None,
        id_: str = "",
    ) -> None:
        """``add`` is what adds articles; ``keep_in``: see ``KeepIn``, None where none are kept;
        ``id_``: of a visit which goes on here, and whose secret is not known until it is told."""
        self.secret = "" if id_ else secrets.token_urlsafe(24)
        self.id = id_ or id_of(self.secret)
        self.pages: list[str] = []
        self.talk = Talk()
        self.past: dict[str, Talk] = {}
        self.removed: Entry | None = None
        self.brought: set[str] = set()
        self.unread: dict[str, str] = {}
        self.kept: set[str] = set()
        self.choice = Choice()
        self.adding = Adding()
        self.over = False
        self._shared = shared
        self._add_to = add
        self._keep_in = keep_in
        self._place = place or InFolder()
        self.own: JoinedLibrary | None = None
        self.keeping = RLock()
        self._adding = RLock()

    @property
    def library(self) -> Library:
        """What this visitor asks: the shared articles and the visitor's own."""
        return self.own or self._shared

    @property
    def exchanges(self) -> list[Exchange]:
        """The open conversation."""
        return self.talk.exchanges

    @exchanges.setter
    def exchanges(self, exchanges: list[Exchange]) -> None:
        self.talk.exchanges = exchanges

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
        return frozenset(entry.id for entry in self.entries) - self.choice.left_out

    @property
    def within(self) -> frozenset[str] | None:
        """The same for ``ask``: None where everything is searched."""
        return self.chosen if self.removed or self.choice.left_out else None

    @property
    def in_front(self) -> tuple[Entry, ...]:
        """The articles that the page speaks of: those added last, else all that are searched."""
        chosen, front = self.chosen, self.choice.front
        found = tuple(entry for entry in self.entries if entry.id in chosen)
        return tuple(entry for entry in found if entry.id in front) or found

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

    def begin_anew(self, talk: Talk | None = None) -> None:
        """Open another conversation, a new one if none is given; the open one stays in ``past``."""
        if self.exchanges:
            self.past[self.talk.id] = self.talk
            for id_ in list(self.past)[:-MAX_PAST]:
                del self.past[id_]
        self.talk = talk or Talk()

    @property
    def own_chosen(self) -> frozenset[str]:
        """The ids of the visitor's own articles that are searched."""
        return frozenset(id_ for id_ in self.chosen if self.owns(id_)) if self.own else frozenset()

    def of_this_visit(self, article_ids: Collection[str]) -> frozenset[str]:
        """Return those of some articles that nobody but this visitor may see."""
        found = set(self._shared.titles(article_ids)) if article_ids else ()
        return frozenset(article_ids).difference(found)

    def find(self, beginning: str) -> Article | None:
        """Return the one article this visitor sees whose id begins so; None if none or several."""
        found = [entry.id for entry in self.entries if entry.id.startswith(beginning)]
        return self.library.article(found[0]) if len(found) == 1 else None

    def owns(self, article_id: str) -> bool:
        """Tell whether this visitor added the article."""
        return self.own is not None and self.own.owns(article_id)

    def choose(self, article_id: str, searched: bool) -> None:
        """Search an article or leave it out; an id that this visitor does not see is ignored."""
        self.choice.search([e.id for e in self.entries if e.id == article_id], searched)

    @property
    def can_keep(self) -> bool:
        """Whether what this visitor adds can be put in a library that stays."""
        return self._keep_in is not None

    def add_file(
        self, path: Path, progress: Progress, *, keep: bool = False
    ) -> tuple[Article, bool]:
        """Add a file; returns its article, and whether it is new. Raises ``InputError``.

        ``keep``: in the library, where it stays, and everybody who uses it sees it.
        """
        return self.add(Offer(path.name, path), progress, keep=keep)

    def add_text(
        self, text: str, title: str, progress: Progress, *, keep: bool = False
    ) -> tuple[Article, bool]:
        """Add a text. Returns and raises what ``add_file`` does."""
        if len(text.encode("utf-16-le", "surrogatepass")) > 2 * MAX_PASTED:
            raise InputError(_(TOO_LONG, most=number(MAX_PASTED)))
        return self.add(Offer(text=text, title=title.strip() or None), progress, keep=keep)

    def add(self, offer: Offer, progress: Progress, *, keep: bool) -> tuple[Article, bool]:
        """Add what is offered. Returns and raises what ``add_file`` does."""
        try:
            return self._add(offer, progress, keep)
        except InputError as error:
            where = str(offer.path or offer.source)  # which is no concern of the visitor's
            raise InputError(str(error).replace(where, offer.source)) from error

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
        """Let go of what this visitor has added: it is deleted if nobody else can go on with it."""
        self.over = True
        with self._adding:
            own, self.own = self.own, None
            if own:
                own.close()
            self._place.let_go(self)

    def _add(self, offer: Offer, progress: Progress, keep: bool) -> tuple[Article, bool]:
        library = self._keep_in() if keep and self._keep_in else None
        to_shared = library is self._shared
        if library and not to_shared:
            keep_apart(offer, library, self._watched(progress))
        with ExitStack() as held:

            def admit(read: Read) -> Library | None:
                held.enter_context(self._adding)
                if self.removed and self.removed.id == read.id:
                    self.undo()
                self._settle()
                if to_shared:
                    return None if self._shared.titles([read.id]) else self._shared
                if read.id in self.library.titles([read.id]):
                    return None
                self._refuse_too_much(read)
                return self._opened()

            add = by_workers(self._shared, self._add_to) if to_shared else self._add_to
            read, new = add(offer, admit, self._watched(progress))
            if to_shared and self.own and self.owns(read.id):
                self.own.remove(read.id)
            if to_shared:
                self.brought.discard(read.id)
            elif new:
                self.brought.add(read.id)
            if library:
                self.kept.add(read.id)
            if offer.path:
                self.unread[read.id] = read.unread
            return self.library.article(read.id), new

    def _refuse_too_much(self, read: Read) -> None:
        own = [entry for entry in self.entries if self.owns(entry.id)]
        if len(own) >= MAX_ARTICLES:
            raise InputError(f"{read.source}: {MAX_ARTICLES} articles are the limit: remove one")
        held = sum(entry.characters for entry in own)
        if held + read.characters > MAX_CHARACTERS:
            raise InputError(
                f"{read.source} has {read.characters:,} characters, "
                f"{MAX_CHARACTERS - held:,} are left of {MAX_CHARACTERS:,}: remove an article"
            )

    def _watched(self, progress: Progress) -> Progress:
        def step(stage: Stage, done: int, total: int) -> None:
            if self.over:
                raise InputError("the page was closed")
            progress(stage, done, total)

        return step

    def _opened(self) -> JoinedLibrary:
        if self.over:
            raise InputError("the page was closed")
        if self.own is None:
            self.own = self._place.own(self, self._shared)
        return self.own

    def _settle(self) -> None:
        """Delete what was removed and not brought back."""
        if self.removed and self.own:
            self.own.remove(self.removed.id)
        self.removed = None
