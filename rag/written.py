"""What a language model had to do with an answer. Read after ``types.py``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.types import Claim


@dataclass(frozen=True, slots=True)
class Written:
    """What a language model had to do with an answer.

    ``failed`` are its statements that did not pass the check, ``note`` one line on what went wrong
    or what a reader must know; tokens are as the endpoint counted them, else as tiktoken does;
    ``cost`` is in the currency of the prices that were given, None without prices.
    """

    model: str
    note: str = ""
    failed: tuple[Claim, ...] = ()
    passed: int = 0
    read_tokens: int = 0
    written_tokens: int = 0
    cost: float | None = None

    @property
    def lines(self) -> tuple[str, ...]:
        """What is to be shown below the answer, a line each."""
        lines = [self.note] if self.note else []
        if self.failed:
            many = len(self.failed)
            verb = "was" if many == 1 else "were"
            what = f"{many} of {many + self.passed} statements by {self.model}"
            lines.append(f"{what} did not pass the check and {verb} left out.")
        if self.read_tokens:
            price = "" if self.cost is None else f", cost {self.cost:.6f}"
            counts = f"{self.read_tokens:,} tokens read, {self.written_tokens:,} written"
            lines.append(f"{self.model}: {counts}{price}.")
        return tuple(lines)
