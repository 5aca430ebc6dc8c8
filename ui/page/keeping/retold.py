"""A kept answer as it is shown again: each quote says how it stands in its article today."""

from __future__ import annotations

import re
from collections import Counter

from index.types import Json
from rag.answer.verify import Standing
from rag.question.purpose import Purpose
from rag.types import Answer
from ui.keeping.recheck import Found, Recheck
from ui.page.render.markdown import ID_DIGITS, Address, block, literal
from ui.page.render.messages import Message, note
from ui.page.visits.visit import Exchange

HIDDEN = (
    "Not kept: articles were searched for this answer that were for that visit alone. Ask it again."
)

_NAMES = {
    Standing.MOVED: "moved",
    Standing.EDITED: "edited",
    Standing.MISSING: "gone",
}

_CHIP = re.compile(r'(#cite-[0-9a-f]+-\d+-\d+-\d+)(" title="| ")Source (\d+): ')
"""How a chip names its place, in Markdown and in HTML."""


def restored(told: Json, recheck: Recheck) -> Exchange:
    """Return a kept question with its answer; what is not whole raises ``KeyError`` and its kin."""
    record = told["record"]
    exchange = Exchange(
        str(told["question"]),
        state=str(told["state"]),
        failure=str(told["failure"]),
        id=str(told["id"]),
        follow_up=told["follow_up"],
        at=str(told["at"]),
        kept=told,
    )
    if told["hidden"]:
        exchange.shown = note(HIDDEN, "stopped")
    elif told["shown"]:
        exchange.shown = _retold(told["shown"], record, recheck)
    if record:
        exchange.answer = answer_of(record["answer"])
    return exchange


def answer_of(exported: Json) -> Answer:
    """Return what later questions need of an answer: that it was given, and its text."""
    return Answer(
        question=str(exported["question"]),
        text=str(exported["text"]),
        claims=(),
        citations=(),
        refused=bool(exported["refused"]),
        confidence=float(exported["confidence"]),
        nearest=(),
        timings={},
        purpose=Purpose(exported.get("purpose", Purpose.FACT)),
    )


def _retold(shown: Message, record: Json | None, recheck: Recheck) -> Message:
    """Return a message whose chips lead where its quotes stand now, and what became of them."""
    content = str(shown["content"])
    found = recheck.answer(record) if record else {}
    if record and found:
        content = _pointed(content, record["answer"]["citations"], found)
        content += "\n\n" + _standings(found)
    return {"role": "assistant", "content": content, "options": list(shown.get("options") or [])}


def _pointed(content: str, citations: list[Json], found: dict[int, Found]) -> str:
    places = {each["number"]: str(_address(each)) for each in citations}

    def point(chip: re.Match[str]) -> str:
        address, between, number = chip.group(1), chip.group(2), int(chip.group(3))
        now = found.get(number)
        if now is None or places.get(number) != address:
            return chip.group()
        if now.place:
            article_id, *where = now.place
            address = str(Address(article_id[:ID_DIGITS], *where))
        name = f" ({_NAMES[now.standing]})" if now.standing in _NAMES else ""
        return f"{address}{between}Source {number}{name}: "

    return _CHIP.sub(point, content)


def _address(citation: Json) -> Address:
    start, end = int(citation["start"]), int(citation["end"])
    return Address(citation["article_id"][:ID_DIGITS], int(citation["paragraph"]), start, end)


def _standings(found: dict[int, Found]) -> str:
    changed = {number: each for number, each in found.items() if each.said}
    many = len(found)
    if not changed:
        said = "the quote stands" if many == 1 else f"all {many} quotes stand"
        return block("rechecked", f"Checked again: {said} word for word where cited.")
    lines = [f"\\[{number}\\] {literal(each.said)}" for number, each in changed.items()]
    counts = Counter(each.standing for each in found.values())
    told = ", ".join(f"{counts[each]} {name}" for each, name in _NAMES.items() if counts[each])
    head = f"Checked again: of {many} quote{'' if many == 1 else 's'} {told}."
    worse = counts[Standing.EDITED] + counts[Standing.MISSING]
    kind = "rechecked is-changed" if worse else "rechecked"
    return block(kind, "  \n".join([head, *lines]))
