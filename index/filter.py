"""Which articles of a library a question is asked of: by date, source and title."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from index.errors import InputError
from index.types import Article, Entry


@dataclass(frozen=True, slots=True)
class Filter:
    """What an article must be like; what is None does not matter.

    Raises:
        InputError: ``since`` or ``before`` is not a date.
    """

    since: str | None = None
    before: str | None = None
    source: str | None = None
    title: str | None = None

    def __post_init__(self) -> None:
        for given in (self.since, self.before):
            if given is not None:
                first_day(given)

    def admits(self, article: Article | Entry) -> bool:
        """Tell whether an article is like this."""
        return (
            self._in_time(article.published)
            and (self.source or "").casefold() in article.source.casefold()
            and (self.title or "").casefold() in article.title.casefold()
        )

    def _in_time(self, published: str | None) -> bool:
        if self.since is None and self.before is None:
            return True
        if published is None:
            return False
        day = first_day(published)
        return (self.since is None or first_day(self.since) <= day) and (
            self.before is None or day < first_day(self.before)
        )


def first_day(told: str) -> date:
    """Return the first day of a date, a month or a year: ``"2025-05"`` → 1 May 2025.

    Raises:
        InputError: it is none of these.
    """
    try:
        return date.fromisoformat(f"{told}-01-01"[: len("2025-05-07")])
    except ValueError as error:
        raise InputError(f"{told!r} is not a date: write 2025, 2025-05 or 2025-05-07") from error
