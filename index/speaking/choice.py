"""Which language somebody reads: what the terminal's environment or a browser says."""

from __future__ import annotations

from gettext import find
from pathlib import Path

from index.speaking.words import DOMAIN, ENGLISH, FOLDER, LANGUAGES

MOST_TAGS = 20
"""So many languages of a browser are looked at."""


def of_terminal() -> str:
    """Return the language of the environment, by gettext's rules; English, if it is none of ours.

    ``LANGUAGE``, ``LC_ALL``, ``LC_MESSAGES`` and ``LANG``, in this order: ``de_AT.UTF-8`` → ``de``.
    """
    found = find(DOMAIN, FOLDER)
    return Path(found).parts[-3] if found else ENGLISH


def of_browser(accepted: str) -> str:
    """Return the first of ours that an ``Accept-Language`` header wants, English if there is none.

    ``"it, pt-BR;q=0.8, en;q=0.5"`` → ``"pt"`` (RFC 9110, 12.5.4).
    """
    wanted = [_weighed(each) for each in accepted.split(",")[:MOST_TAGS]]
    for weight, language in sorted(wanted, key=lambda each: -each[0]):
        if weight > 0 and language in LANGUAGES:
            return language
    return ENGLISH


def _weighed(told: str) -> tuple[float, str]:
    tag, _, quality = told.partition(";")
    language = tag.strip().lower().split("-")[0]
    try:
        return float(quality.strip().removeprefix("q=") or 1), language
    except ValueError:
        return 0.0, language
