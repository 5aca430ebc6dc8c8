"""``postgresql://host/db?library=name``: which database, and which library in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from index.errors import LibraryError

SCHEMES = ("postgresql", "postgres")
DEFAULT = "pullquote"

_NAME = re.compile(r"(?!pg_)[a-z][a-z0-9_]{0,47}")


def is_address(named: object) -> bool:
    """Tell whether a library is named by an address, not by a folder."""
    return isinstance(named, str) and named.partition("://")[0] in SCHEMES and "://" in named


@dataclass(frozen=True, slots=True)
class Address:
    """Where a library is: what opens the database, and the name of the library's schema."""

    written: str
    conninfo: str
    library: str
    place: str
    """What may be shown: without password and settings."""

    @classmethod
    def read(cls, written: str) -> Address:
        """Read an address; ``library`` may be left out.

        Raises:
            LibraryError: it is none, or no library can have this name.
        """
        try:
            parts = urlsplit(written)
            if "," not in parts.netloc:  # of several servers, the first that answers is taken
                _ = parts.port
        except ValueError as error:
            raise LibraryError(
                "the library's address cannot be read: write postgresql://host/db?library=name"
            ) from error
        told = dict(parse_qsl(parts.query, keep_blank_values=True))
        library = told.pop("library", DEFAULT)
        if not _NAME.fullmatch(library):
            raise LibraryError(
                f"{library!r} cannot be a library's name: write it with a-z, 0-9 and _, "
                "a letter first"
            )
        conninfo = urlunsplit(("postgresql", *parts[1:3], urlencode(told, quote_via=quote), ""))
        user = f"{parts.username}@" if parts.username else ""
        where = parts.netloc.rpartition("@")[2]
        place = f"postgresql://{user}{where}{parts.path}?library={library}"
        return cls(written, conninfo, library, place)

    def beside(self, library: str) -> Address:
        """Return the address of another library in the same database."""
        parts = urlsplit(self.written)
        told = dict(parse_qsl(parts.query, keep_blank_values=True)) | {"library": library}
        return Address.read(urlunsplit((*parts[:3], urlencode(told, quote_via=quote), "")))
