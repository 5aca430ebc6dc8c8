"""A kept answer as it is shown again: each quote says how it stands in its article today."""

from __future__ import annotations

import re
from collections import Counter

from index.speaking.forms import in_a_row
from index.speaking.words import N_, _, ngettext
from index.types import Json
from rag.answer.verify import Standing
from rag.question.purpose import Purpose
from rag.types import Answer
from ui.keeping.recheck import Found, Recheck
from ui.page.render.markdown import ID_DIGITS, Address, block, literal
from ui.page.render.messages import Message, note
from ui.page.visits.visit import Exchange

HIDDEN = N_(
    "Not kept: articles were searched for this answer that were for that visit alone. Ask it again."
)

_NAMES = {
    Standing.MOVED: N_("moved"),
    Standing.EDITED: N_("edited"),
    Standing.MISSING: N_("gone"),
}

_CHIP = re.compile(r'(#cite-[0-9a-f]+-\d+-\d+-\d+)(" title="| ")([^\d"]*)(\d+)([:：]\s?| : )')
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
        exchange.shown = note(_(HIDDEN), "stopped")
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
        address, between, number = chip.group(1), chip.group(2), int(chip.group(4))
        now = found.get(number)
        if now is None or places.get(number) != address:
            return chip.group()
        if now.place:
            article_id, *where = now.place
            address = str(Address(article_id[:ID_DIGITS], *where))
        name = f" ({_(_NAMES[now.standing])})" if now.standing in _NAMES else ""
        return f"{address}{between}{chip.group(3)}{number}{name}{chip.group(5)}"

    return _CHIP.sub(point, content)


def _address(citation: Json) -> Address:
    start, end = int(citation["start"]), int(citation["end"])
    return Address(citation["article_id"][:ID_DIGITS], int(citation["paragraph"]), start, end)


def _standings(found: dict[int, Found]) -> str:
    changed = {number: each for number, each in found.items() if each.said}
    many = len(found)
    if not changed:
        said = ngettext(
            "Checked again: the quote stands word for word where cited.",
            "Checked again: all {count} quotes stand word for word where cited.",
            many,
            count=many,
        )
        return block("rechecked", said)
    lines = [f"\\[{number}\\] {literal(each.said)}" for number, each in changed.items()]
    counts = Counter(each.standing for each in found.values())
    told = [f"{counts[each]} {_(name)}" for each, name in _NAMES.items() if counts[each]]
    states = in_a_row(told)
    head = ngettext(
        "Checked again: of {count} quote {states}.",
        "Checked again: of {count} quotes {states}.",
        many,
        count=many,
        states=states,
    )
    worse = counts[Standing.EDITED] + counts[Standing.MISSING]
    kind = "rechecked is-changed" if worse else "rechecked"
    return block(kind, "  \n".join([head, *lines]))
