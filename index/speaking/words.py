"""Messages in the language that is spoken: ``_("The articles do not say.")``.

The English words are the names of the messages; the other languages stand in ``languages/``, in
gettext's format. Which one is spoken holds for one thread or task alone: a server speaks several.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from functools import cache
from gettext import NullTranslations, translation
from pathlib import Path
from typing import TypeVar

ENGLISH = "en"

LANGUAGES = (ENGLISH, "de", "fr", "es", "pt", "ar", "zh")
"""What can be spoken, by ISO 639-1."""

RIGHT_TO_LEFT = frozenset({"ar"})

DOMAIN = "pullquote"

FOLDER = Path(__file__).parent / "languages"

Step = TypeVar("Step")

_spoken: ContextVar[str] = ContextVar("spoken", default=ENGLISH)


def spoken() -> str:
    """Return the language that is spoken here; English, where nobody chose another."""
    return _spoken.get()


def is_right_to_left() -> bool:
    """Tell whether it is written from right to left."""
    return spoken() in RIGHT_TO_LEFT


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language within this block; English, if it is none of ``LANGUAGES``.

    The block must not yield: what is outside of it would hear the language too. See ``in_turn``.
    """
    token = _spoken.set(language if language in LANGUAGES else ENGLISH)
    try:
        yield
    finally:
        _spoken.reset(token)


def in_turn(language: str, steps: Iterator[Step]) -> Iterator[Step]:
    """Yield the steps of an iterator, each made while ``language`` is spoken, and only then."""
    own = copy_context()
    own.run(_spoken.set, language if language in LANGUAGES else ENGLISH)
    while True:
        try:
            step = own.run(next, steps)
        except StopIteration:
            return
        yield step


def N_(message: str) -> str:
    """Return a message as it is: it is named here, and said with ``_`` where it is shown."""
    return message


def _(message: str, /, **values: object) -> str:
    """Return a message with its values: ``_("Page {page}", page=3)`` → ``"Seite 3"``."""
    said = _catalogue(spoken()).gettext(message) if message else ""
    return said.format(**values) if values else said


def ngettext(one: str, many: str, count: int, /, **values: object) -> str:
    """Return the message for a count, which ``{count}`` stands for: ``"1,204 words"``."""
    from index.speaking.forms import number

    said = _catalogue(spoken()).ngettext(one, many, count)
    return said.format(**{"count": number(count), **values})


@cache
def _catalogue(language: str) -> NullTranslations:
    if language == ENGLISH:
        return NullTranslations()
    return translation(DOMAIN, FOLDER, [language])
