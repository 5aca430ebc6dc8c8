"""What a language model had to do with an answer, below it: what was left out, and what it cost."""

from __future__ import annotations

from rag.types import Answer, Claim, Edit
from ui.page.render.markdown import block, folded, literal

_MARKS = {Edit.SAME: "{}", Edit.ADDED: "<ins>{}</ins>", Edit.LEFT_OUT: "<del>{}</del>"}


def searched(answer: Answer) -> str:
    """Return what a follow-up was taken to ask; "" if it was taken as it is."""
    if not answer.searched_for:
        return ""
    return block("searched", f"Searched for: {literal(answer.searched_for)}") + "\n\n"


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
    return folded("Left out", block("left-out", fallen))


def _fallen(claim: Claim) -> str:
    """Return a statement struck through, why it fell, and its words beside the source's."""
    why = literal("; ".join(claim.faults))
    said = f"~~{literal(claim.text)}~~ {claim.verdict.value.capitalize()}: {why}"
    words = " ".join(_MARKS[piece.edit].format(literal(piece.text)) for piece in claim.difference)
    return "\n\n".join(filter(None, [said, words]))
