"""``proofread``: each sentence of a draft against the articles; ``check_statement``: one."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack
from functools import cache
from pathlib import Path

from index.embed.embedder import DEFAULT_EMBEDDER
from index.errors import QuestionError
from index.language import code_of
from index.library import Library
from index.parse.document import parse_text
from index.segment.sentences import find_sentences
from index.types import Document, Encoding, Role
from rag.check.injection import asks
from rag.check.statement import HOLDS, Checked, check_against
from rag.libraries import AnyPath, shelf_for
from rag.proofreading.places import Place, places_of
from rag.proofreading.types import Proof, Standing
from rag.question.checks import MAX_CHARACTERS, check_question
from rag.question.encode import read_question
from rag.retrieval.candidates import find_candidates
from rag.retrieval.late_interaction import score_evidence
from rag.types import Verdict

READ = 8
"""Passages that a statement is compared with, the best ones by retrieval."""


def check_statement(
    statement: str,
    *,
    text: str | None = None,
    articles: Sequence[AnyPath] | None = None,
    library: Library | AnyPath | None = None,
    within: Collection[str] | None = None,
) -> Proof:
    """Check whether the articles say what a statement says.

    Args:
        statement: one sentence.
        text: what to check it against: the text of an article.
        articles: files to check it against instead.
        library: a library to check it against instead, or its folder. Without any of the three,
            the bundled article is read.
        within: the ids of the articles to read; all of the library, if not given.

    Raises:
        QuestionError: there is no statement, or no article; or more than one of the three is given.
        InputError: the text or a file cannot be taken in.
        LibraryError: the library cannot be read.
    """
    said = check_question(statement)
    with ExitStack() as opened:
        shelf = _shelf(text, articles, library, opened)
        return _Proofreader(shelf, within).check(said, 0, len(said))


def proofread(
    draft: str | Document,
    *,
    text: str | None = None,
    articles: Sequence[AnyPath] | None = None,
    library: Library | AnyPath | None = None,
    within: Collection[str] | None = None,
) -> Iterator[Proof]:
    """Check each sentence of a draft, in order, as soon as it is asked for.

    A text is read as Markdown, a document is one that was read from a file. Its headings and what
    its sentences ask are not checked. Other arguments and errors as of ``check_statement``.
    """
    document = parse_text(draft) if isinstance(draft, str) else draft
    language = code_of(document.text)
    with ExitStack() as opened:
        reader = _Proofreader(_shelf(text, articles, library, opened), within)
        for start, end, role in document.spans:
            if role is Role.TEXT:
                for found in find_sentences(document.text, start, end, language):
                    said = document.text[found.start : found.end]
                    if any(map(str.isalnum, said)) and not asks(said):
                        yield reader.check(said, found.start, found.end)


class _Proofreader:
    """Finds what a statement may rest on, and checks it against that."""

    def __init__(self, library: Library, within: Collection[str] | None) -> None:
        self.library, self.within = library, within
        self.encode = cache(self._encode)

    def check(self, said: str, start: int, end: int) -> Proof:
        with self.library.reading():
            places = self._places(said)
            sources = [place.source for place in places]
            checked = check_against(said, sources, self.encode)
        cited = [places[number].citation for number in checked.carriers]
        return Proof(
            said,
            start,
            end,
            _standing(checked),
            checked.verdict,
            checked.support,
            tuple(cited),
            checked.faults,
            checked.difference,
        )

    def _places(self, said: str) -> list[Place]:
        asked = read_question(said[:MAX_CHARACTERS], (), self.library)
        found = score_evidence(
            asked, find_candidates(asked, self.library, frozenset(), self.within)
        )
        passages = list({hit.passage.text: hit.passage for hit in found.hits}.values())
        return list(places_of(passages[:READ], self.library))

    def _encode(self, text: str) -> Encoding:
        return self.library.embedder.encode([text], query=True)[0]


def _standing(checked: Checked) -> Standing:
    if checked.verdict in HOLDS:
        return Standing.SUPPORTED
    return Standing.ALTERED if checked.verdict is Verdict.ALTERED else Standing.NOT_FOUND


def _shelf(
    text: str | None,
    articles: Sequence[AnyPath] | None,
    library: Library | AnyPath | None,
    opened: ExitStack,
) -> Library:
    """Return the library to read; that of a text is made for the moment, and deleted."""
    if text is None:
        return shelf_for(articles, library, opened)
    if articles is not None or library is not None:
        raise QuestionError("a text was given, and articles or a library: name one of them")
    folder = opened.enter_context(tempfile.TemporaryDirectory(prefix="pullquote-"))
    made = opened.enter_context(Library.open(Path(folder), embedder=DEFAULT_EMBEDDER))
    made.add_text(text)
    return made
