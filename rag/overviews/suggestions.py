"""An article → questions that it answers: what it says about what it names again and again."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from index.library import Library
from index.types import Role
from rag.language.function_words import FUNCTION_WORDS
from rag.language.names import Name, read_names
from rag.language.terms import read_terms

MOST = 3

PARAGRAPHS = 80
"""So many paragraphs of an article are looked at, from its beginning."""

OFTEN = 2
"""In so many paragraphs a name has to stand, so that there is something to compare."""

EVERYWHERE = 0.5
"""What stands in a larger share of them is what the whole article is about, and comes last."""

QUESTION = "What does it say about {name}?"


def suggest(article_id: str, library: Library, most: int = MOST) -> tuple[str, ...]:
    """Return questions that the article answers, that of the most frequent name first.

    Each asks about a name that stands in several of its paragraphs, as it stands there; an article
    without such names has none. Nothing is embedded or searched.

    Raises:
        LibraryError: the library cannot be read, or has no such article.
    """
    found: dict[tuple[str, ...], set[int]] = defaultdict(set)
    shown: dict[tuple[str, ...], list[str]] = defaultdict(list)
    paragraphs = [*_paragraphs(article_id, library)]
    plain = Counter(t.text for text in paragraphs for t in read_terms(text) if t.text.islower())
    for place, text in enumerate(paragraphs):
        for name in read_names(text):
            if name.sure and not name.opens and _stands_free(text, name):
                found[name.words].add(place)
                shown[name.words].append(_as_written(text, name))
    often = [
        words
        for words, places in found.items()
        if len(places) >= OFTEN and not _is_plain(words, len(shown[words]), plain)
    ]
    everywhere = EVERYWHERE * len(paragraphs)
    often.sort(key=lambda words: (len(found[words]) > everywhere, -len(found[words])))
    return tuple(QUESTION.format(name=_mostly(shown[words])) for words in often[:most])


def _as_written(text: str, name: Name) -> str:
    """Return a name with the article before it and the full stop that is its own.

    ``"the United States"``, ``"the U.S."``.
    """
    before = text[: name.start].split()[-1:]
    dotted = "." in name.text and text[name.end : name.end + 1] == "."
    said = text[name.start : name.end + dotted]
    return f"the {said}" if before and before[0].lower() == "the" else said


def _mostly(written: Sequence[str]) -> str:
    """Return how a name is written most often; of two ways the one that was first."""
    return Counter(written).most_common(1)[0][0]


def _is_plain(words: Sequence[str], times: int, plain: Mapping[str, int]) -> bool:
    """Tell whether a single word is written small as often: then it is no name."""
    (word, *more) = words
    return not more and (word in FUNCTION_WORDS or plain[word] >= times)


def _paragraphs(article_id: str, library: Library) -> Iterator[str]:
    text = library.article(article_id).text
    running = [p for p in library.paragraphs(article_id) if p.role is Role.TEXT]
    for each in running[:PARAGRAPHS]:
        yield text[each.start : each.end]


def _stands_free(text: str, name: Name) -> bool:
    """Tell whether a name is a thing by itself there, and does not only describe what follows.

    ``China`` in "China and", not in "China shop".
    """
    following = next(iter(read_terms(text[name.end :])), None)
    if following is None or text[name.end :][: following.start].strip():
        return True
    return following.text.lower() in FUNCTION_WORDS
