"""``retrieve``: the passages that speak of a question, best first."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from index.library import Library
from rag.question.checks import check_limit
from rag.question.encode import read_question
from rag.reader.reading import Reads, choose_reader, read_evidence
from rag.retrieval.candidates import Places, find_candidates
from rag.retrieval.late_interaction import score_evidence
from rag.types import Hit, Turn

DEFAULT_HITS = 10


def retrieve(
    question: str,
    *,
    library: Library,
    k: int = DEFAULT_HITS,
    history: Sequence[Turn | str] = (),
    without: Places = frozenset(),
    within: Collection[str] | None = None,
    reader: Reads = "fitted",
) -> tuple[Hit, ...]:
    """Return up to ``k`` passages, best first, each with its best sentence.

    Paragraphs in ``without``, each ``(article id, number)``, are left out; ``within``: the ids of
    the articles to search, all if not given. ``reader``: see ``ask``.

    Raises:
        QuestionError: nothing was asked, or too much; ``k`` is negative.
        LibraryError: the library cannot be read.
    """
    check_limit(k)
    with library.reading():
        asked = read_question(question, history, library)
        found = score_evidence(asked, find_candidates(asked, library, without, within))
        who = choose_reader(reader, library)
        return read_evidence(asked, found, who, library, without).hits[:k]
