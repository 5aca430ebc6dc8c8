"""What is said of a whole answer, in a line. Read before ``types.py``."""

from __future__ import annotations

from collections.abc import Sequence

from index.speaking.forms import in_a_row, language_name, listed
from index.speaking.words import N_, _, ngettext

REFUSAL = N_("The articles do not say.")


def half_refusal(part: str) -> str:
    """Return that the articles do not answer a part of the question."""
    return _("The articles do not say: {part}", part=part)


def foreign_line(languages: Sequence[str]) -> str:
    """``("German", "Spanish")`` → ``"What is quoted is in German and Spanish."``."""
    named = listed([language_name(each) for each in languages])
    return _("What is quoted is in {languages}.", languages=named)


def only_line(titles: Sequence[str]) -> str:
    """``("A bridge",)`` → ``"Only “A bridge” was searched, which the question names."``."""
    named = in_a_row([_("“{title}”", title=title) for title in titles])
    return ngettext(
        "Only {titles} was searched, which the question names.",
        "Only {titles} were searched, which the question names.",
        len(titles),
        titles=named,
    )


def dates_line(dates: Sequence[str]) -> str:
    """Return that the articles are of different dates, and of which."""
    said = in_a_row(dates)
    return _("The articles are of different dates ({dates}): newest first.", dates=said)
