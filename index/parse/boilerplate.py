"""Which paragraphs are plainly not the article: contact lines, notices of where it first ran.

They stay in the text, because a citation counts its characters, but are not offered as evidence.
The rules look only at the first and last few paragraphs and are meant to miss rather than to take
a paragraph of the story.
"""

from __future__ import annotations

import re

from index.segment.sentences import ENDING
from index.types import Role

Span = tuple[int, int, Role]

EDGE = 3
"""How many paragraphs at either end of an article may be boilerplate."""

LONGEST = 300
"""A paragraph of more characters is part of the story, whatever it says."""

_CONTACT = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:https?://|www\.)\S+|\+?\(?\d[\d\s().-]{6,}\d", re.IGNORECASE
)
_LABEL = re.compile(
    r"\b(?:tel|phone|fax|e-?mail|mail|web|website|call|contact|us|at|or)\b[.:]?", re.I
)
_SURELY_CONTACT = re.compile(
    r"@|https?:|www\.|\+\d|\b\d{3}[).\s-]{1,2}\d{3}[.-]\d{4}\b|\b(?:tel|phone|fax|call)\b", re.I
)
_NOTICE = re.compile(
    r"""(?:
      (?:this\s(?:story|article|post|piece)\s(?:was\s)?)?(?:first|originally)\s
        (?:featured|published|appeared|posted)\s(?:by|on|in|at)\s
        (?-i:(?:[Tt]he\s|our\s)?[^\W\d_a-z]|[\w-]+\.[a-z]{2})
        (?:(?!\s(?:and|but|where|which|who|when)\s)[^,;:])*
    | (?:©|copyright\s©|(?:copyright\s)?\(c\)\s\d{4}|copyright\s\d{4}\s(?-i:[A-Z])).*
    | all\srights\sreserved
    | (?:sign\sup\s(?:for|to)|subscribe\sto)\s(?:our|the|this)\b
        .*\b(?:newsletter|podcast|channel)s?\b.*
    | follow\sus\son\b.* | read\s(?:more|also|next)\s?:.*
    | advertisement | share\sthis\s(?:article|story)
    )\W*""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)

_SAYS = re.compile(rf"[{ENDING}]|[\t|]|\w+(?:\W+\w+){{3}}|[\u3040-\u30ff\u4e00-\u9fff]{{8}}")
"""A heading that says something by itself: a sentence, a row, four words or more."""


def mark_boilerplate(text: str, spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """Return ``spans`` with the role of those that are plainly not the article changed.

    At least one span stays evidence: a file of nothing but notices is about its notices, and where
    no text stands under them, headings that are sentences or rows are the text.
    """
    if not any(role is Role.TEXT for _, _, role in spans):
        return tuple(
            (start, end, Role.TEXT if _says(text, start, end, role) else role)
            for start, end, role in spans
        )
    marked = tuple(
        (start, end, Role.BOILERPLATE)
        if role is Role.TEXT
        and min(place, len(spans) - 1 - place) < EDGE
        and is_boilerplate(text[start:end])
        else (start, end, role)
        for place, (start, end, role) in enumerate(spans)
    )
    return marked if any(role is Role.TEXT for _, _, role in marked) else spans


def _says(text: str, start: int, end: int, role: Role) -> bool:
    return role is Role.HEADING and _SAYS.search(text, start, end) is not None


def is_boilerplate(paragraph: str) -> bool:
    """Tell whether a paragraph is a contact line or a notice. ``"555.0100 a@b.org"`` → True."""
    if len(paragraph) > LONGEST:
        return False
    rest, contacts = _CONTACT.subn(" ", paragraph)
    only_contact = contacts > 0 and not re.search(r"[^\W\d_]{2,}", _LABEL.sub(" ", rest))
    if only_contact and _SURELY_CONTACT.search(paragraph):
        return True
    return _NOTICE.fullmatch(paragraph) is not None
