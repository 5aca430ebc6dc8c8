"""What somebody may think of an answer, in words."""

from __future__ import annotations

from index.speaking.words import N_, _
from ui.feedback.opinions import BAD, GOOD, WITHDRAWN, WRONG_CITATION

SAVED = {
    GOOD: N_("Saved: a good answer."),
    BAD: N_("Saved: not a good answer."),
    WRONG_CITATION: N_("Saved: the citation is wrong."),
    WITHDRAWN: N_("Taken back."),
}


def wrong_citation() -> str:
    """Return the button that says so; the conversation sends its words."""
    return _("Wrong citation")


def opinion_of(sent: object) -> str | None:
    """Return the opinion that the conversation's buttons send; None if it is none."""
    told = {True: GOOD, False: BAD, wrong_citation(): WRONG_CITATION, "": WITHDRAWN}
    return told.get(sent) if isinstance(sent, bool | str) else None
