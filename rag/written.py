"""What a language model had to do with an answer. Read after ``types.py``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.speaking.forms import number
from index.speaking.words import _, ngettext

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
            said = ngettext(
                "{count} of {total} statements by {model} did not pass the check and was left out.",
                "{count} of {total} statements by {model} did not pass the check"
                " and were left out.",
                many,
                count=many,
                total=many + self.passed,
                model=self.model,
            )
            lines.append(said)
        if self.read_tokens:
            lines.append(self._counted())
        return tuple(lines)

    def _counted(self) -> str:
        read, written = number(self.read_tokens), number(self.written_tokens)
        told = {"model": self.model, "read": read, "written": written}
        if self.cost is None:
            return _("{model}: {read} tokens read, {written} written.", **told)
        cost = f"{self.cost:.6f}"
        return _("{model}: {read} tokens read, {written} written, cost {cost}.", **told, cost=cost)
