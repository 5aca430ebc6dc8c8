"""Which words of a statement differ from its source."""

from __future__ import annotations

from difflib import SequenceMatcher

from rag.language.terms import fold
from rag.types import Edit, Piece


def difference(said: str, source: str) -> tuple[Piece, ...]:
    """Return the words of the source and of the statement, in order, with what became of them.

    ``("It cost 10.", "It cost 12.")`` → same "It cost", left out "12.", added "10.".
    """
    ours, theirs = said.split(), source.split()
    keys = [[fold(word).lower().strip(".,;:!?\"'()") for word in words] for words in (theirs, ours)]
    pieces: list[Piece] = []
    matcher = SequenceMatcher(None, keys[0], keys[1], autojunk=False)
    for operation, i, j, k, m in matcher.get_opcodes():
        if operation == "equal":
            pieces.append(Piece(Edit.SAME, " ".join(ours[k:m])))
            continue
        if j > i:
            pieces.append(Piece(Edit.LEFT_OUT, " ".join(theirs[i:j])))
        if m > k:
            pieces.append(Piece(Edit.ADDED, " ".join(ours[k:m])))
    return tuple(pieces)
