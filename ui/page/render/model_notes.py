"""What a language model had to do with an answer, below it: what was left out, and what it cost."""

from __future__ import annotations

from index.speaking.forms import SEMICOLON, in_a_row
from index.speaking.words import _
from rag.types import Answer, Claim, Edit
from ui.page.render.markdown import block, folded, literal

_MARKS = {Edit.SAME: "{}", Edit.ADDED: "<ins>{}</ins>", Edit.LEFT_OUT: "<del>{}</del>"}


def searched(answer: Answer, again: str = "", *, by_itself: bool = False) -> str:
    """Return how a question was taken, if not as it is, or because somebody chose so.

    ``again`` is the id by which it can be asked the other way, "" while it is being answered.
    """
    if answer.follows:
        follows = literal(answer.follows)
        said = _("Taken as a follow-up to “{question}”", question=follows)
        other = _("ask by itself")
    elif by_itself:
        said, other = _("Taken by itself"), _("ask as a follow-up")
    elif answer.searched_for:
        said, other = _("Searched for: {question}", question=literal(answer.searched_for)), ""
    else:
        return ""
    link = f" · [{other}](#again-{again})" if again and other else ""
    return block("searched", said + link) + "\n\n"


def written(answer: Answer) -> str:
    """Return one line each on several dates, what was left out, what went wrong, what it cost."""
    if not answer.notes:
        return ""
    return "\n\n" + block("written", "\n\n".join(map(literal, answer.notes)))


def left_out(answer: Answer) -> str:
    """Return what a model wrote that did not pass the check, under a line that folds it away."""
    if answer.written is None or not answer.written.failed:
        return ""
    fallen = "\n\n".join(map(_fallen, answer.written.failed))
    return folded(_("Left out"), block("left-out", fallen))


def _fallen(claim: Claim) -> str:
    """Return a statement struck through, why it fell, and its words beside the source's."""
    why = literal(in_a_row(claim.faults, SEMICOLON))
    verdict = _(claim.verdict.value)
    said = f"~~{literal(claim.text)}~~ {verdict[:1].upper()}{verdict[1:]}: {why}"
    words = " ".join(_MARKS[piece.edit].format(literal(piece.text)) for piece in claim.difference)
    return "\n\n".join(filter(None, [said, words]))
