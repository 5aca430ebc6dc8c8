"""Everything that Pullquote raises on purpose.

::

    PullquoteError
    ├── InputError           a file or text that cannot be taken in
    ├── QuestionError        nothing was asked, or too much
    ├── CitationError        a range that is not in the article, or does not hold the quote
    ├── ModelError           a language model that is named wrongly, or does not answer
    └── LibraryError         a folder that is not a library, or cannot be used as one
        ├── LibraryBusy      another process is writing
        ├── LibraryReadOnly  the folder cannot be written
        ├── LibraryDamaged   what is stored does not match itself
        ├── EmbedderMismatch the library was made with another embedder
        └── ArticleEdited    a newer version of an article has taken its place

A message names the offending value and the cure, in one line. Declining to answer is an answer,
never an exception.
"""

from __future__ import annotations


class PullquoteError(Exception):
    """The root: catch this to catch everything that is meant for a user's eyes."""


class InputError(PullquoteError):
    """A file or text that cannot be taken in."""


class QuestionError(PullquoteError):
    """Nothing was asked, or too much."""


class CitationError(PullquoteError):
    """A range that is not in the article, or does not hold the quote."""


class ModelError(PullquoteError):
    """A language model that is named wrongly, or does not answer."""


class ReaderError(PullquoteError):
    """A trained reader that is missing, cannot be read, or is not the one that belongs here."""


class LibraryError(PullquoteError):
    """A folder that is not a library, or cannot be used as one."""


class LibraryBusy(LibraryError):
    """Another process is writing."""


class LibraryReadOnly(LibraryError):
    """The folder cannot be written."""


class LibraryDamaged(LibraryError):
    """What is stored does not match itself."""


class EmbedderMismatch(LibraryError):
    """The library was made with another embedder."""


class ArticleEdited(LibraryError):
    """A newer version of an article has taken its place."""
