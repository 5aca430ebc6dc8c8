"""An answer as the messages that show it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from index.library import Library
from index.speaking.forms import in_a_row
from index.speaking.words import N_, _, ngettext
from rag.answer.citation import spoken
from rag.answer.drawn import is_value, place_of_table
from rag.answer.short import split_claim
from rag.certainty import say_certainty
from rag.lines import half_refusal
from rag.question.purpose import UNWEIGHED
from rag.types import Answer, Citation, Claim, Short
from ui.keeping.records import remark_on
from ui.page.render.markdown import (
    block,
    chips,
    definitions,
    folded,
    literal,
    place_link,
    place_of,
    with_chips,
)
from ui.page.render.model_notes import left_out, searched, written
from ui.page.render.pins import pins
from ui.page.render.shapes import shaped
from ui.page.render.tables import table_html

Message = dict[str, Any]
"""What ``gr.Chatbot`` shows: ``role`` and ``content``, in Markdown."""

HINT = N_("Ask in other words, or add an article that would say it.")

MEANING = {
    "sure": N_("When this was measured, nine in ten answers marked “Sure” were right."),
    "fairly sure": N_(
        "When this was measured, three in four answers marked “Fairly sure” were right."
    ),
    "unsure": N_("The quotes may not answer what you asked."),
}
"""What each word for certainty means; the figures are of ``rag/certainty.py``."""

EXACT = N_("Each quote stands in its article word for word, however sure the answer is.")

AROUND = 320
"""Characters of its paragraph that are shown on each side of a quote."""


def asked(question: str) -> Message:
    """Return a question as a message."""
    return {"role": "user", "content": literal(question)}


def note(text: str, kind: str) -> Message:
    """Return a message of the page's own, for example of a failure. Not an answer."""
    return _said(block(kind, literal(text)))


def searching(articles: int) -> Message:
    """Return the line that is there before the first word."""
    said = ngettext("Searching 1 article …", "Searching {count} articles …", articles)
    return note(said, "searching")


def writing(answer: Answer) -> Message:
    """Return the line that is there while a language model has not said anything that holds."""
    model = answer.written.model if answer.written else ""
    return _said(
        searched(answer) + block("searching", literal(_("{model} is writing …", model=model)))
    )


def begun(answer: Answer) -> Message:
    """Return the statements of an answer that is still being given, with their chips."""
    return _said(searched(answer) + _statements(answer) + definitions(answer.citations))


def answered(
    answer: Answer,
    library: Library,
    *,
    failed: bool = False,
    again: str = "",
    by_itself: bool = False,
) -> Message:
    """Return an answer, how sure it is, and the paragraphs that it quotes.

    ``failed``: and what a language model wrote that did not pass the check. ``again`` and
    ``by_itself``: see ``searched``.
    """
    taken = searched(answer, again, by_itself=by_itself)
    below = definitions(answer.citations)
    if failed:
        below = left_out(answer) + below
    options = [{"value": question} for question in answer.suggested]
    if answer.unquoted:
        return _said((taken if by_itself else "") + literal(answer.text)) | {"options": options}
    if answer.refused:
        refusal = block("refusal", f"**{literal(answer.text)}**\n\n{_(HINT)}")
        nearest = _nearest(answer.nearest)
        return _said(taken + refusal + written(answer) + nearest + below) | {"options": options}
    parts = [f"*{literal(half_refusal(part))}*" for part in answer.unanswered]
    said = shaped(answer) or _statements(answer)
    below_it = [_sure(answer), pins(answer.citations, again)]
    text = taken + "\n\n".join(filter(None, [said, *parts, *below_it]))
    # The sentences of an overview are all of it, and stand above already.
    kind = "" if answer.purpose in UNWEIGHED else "paragraphs"
    text += written(answer) + _folded(answer, library, kind)
    return _said(text + below)


def _statements(answer: Answer) -> str:
    return " ".join(
        with_chips(_statement(claim, answer), (c.number for c in claim.citations))
        for claim in answer.claims
    )


def _statement(claim: Claim, answer: Answer) -> str:
    """Return a statement with the short answer in it bold; of a row, no number is broken."""
    said = []
    row = any(citation.table for citation in claim.citations)
    for text, short in split_claim(claim, answer.short):
        shown = f"<strong>{literal(text)}</strong>" if short else literal(text)
        said.append(f'<span class="number">{shown}</span>' if row and is_value(text) else shown)
    return "".join(said)


def _sure(answer: Answer) -> str:
    """Return how sure an answer is; what the word means is shown on hovering and on focus."""
    if not answer.certainty:
        return ""
    unsure = answer.certainty == "unsure"
    read = _("read the quotes before you rely on it")
    advice = f": {read}" if unsure else ""
    kind = f"sure is-{answer.certainty.replace(' ', '-')}"
    means = f"{_(MEANING[answer.certainty])} {_(EXACT)}"
    said = say_certainty(answer.certainty)
    word = said[:1].upper() + said[1:]
    return block(kind, f'<button type="button" title="{means}">{word}</button>{advice}')


def _nearest(citations: Sequence[Citation]) -> str:
    """Return the places nearest to what is not said, folded: no number, no mark, no evidence."""
    if not citations:
        return ""
    places = "\n\n".join(
        f"{place_link(each)}{f' · *{literal(remark)}*' if (remark := remark_on(each)) else ''}"
        f"\n\n{table_html([each]) if each.table else f'> {literal(spoken(each.quote))}'}"
        for each in citations
    )
    return folded(_("Nearest in the articles"), places, kind="nearest", opened=False)


def _folded(answer: Answer, library: Library, kind: str) -> str:
    """Return the cited paragraphs and tables under a line that folds them away.

    Rows are open: a row is read in its table. ``paragraphs`` the page opens where no source is
    beside them.
    """
    if not answer.citations:
        return ""
    shared: dict[object, list[Citation]] = {}
    for each in answer.citations:
        place = place_of_table(each) or (each.article_id, "paragraph", each.paragraph)
        shared.setdefault(place, []).append(each)
    excerpts = (
        _rows(group, answer.short) if group[0].table else _excerpt(group, library)
        for group in shared.values()
    )
    rows = bool(kind) and any(each.table for each in answer.citations)
    text = "\n\n".join(excerpts)
    return folded(_counted(answer.citations), text, kind="" if rows else kind, opened=rows)


def _counted(citations: Sequence[Citation]) -> str:
    """Return how much is cited: ``"1 cited paragraph"``, ``"2 cited paragraphs, 1 table row"``."""
    places = {(c.article_id, c.paragraph, c.start if c.table else None) for c in citations}
    rows = sum(place[2] is not None for place in places)
    paragraphs = len(places) - rows
    said = []
    if paragraphs:
        count = paragraphs
        cited = ngettext("{count} cited paragraph", "{count} cited paragraphs", count, count=count)
        said.append(cited)
    if rows and paragraphs:
        said.append(ngettext("{count} table row", "{count} table rows", rows, count=rows))
    elif rows:
        said.append(
            ngettext("{count} cited table row", "{count} cited table rows", rows, count=rows)
        )
    return in_a_row(said)


def _rows(group: Sequence[Citation], shorts: Sequence[Short]) -> str:
    """Return the cited rows of one table as a table; the chip of several is in each row."""
    first = group[0]
    remarks = dict.fromkeys(filter(None, map(remark_on, group)))
    remark = "".join(f" · *{literal(each)}*" for each in remarks)
    if len(group) == 1:
        head = f"{chips([first.number])}\u00a0{literal(place_of(first))}"
    else:
        head = literal(in_a_row([spoken(first.title), _place_of_rows(group)]))
    return f"{head}{remark}\n\n{table_html(group, shorts)}"


def _excerpt(group: Sequence[Citation], library: Library) -> str:
    """Return a paragraph with the quotes in it marked, and what is to be said of each."""
    first = group[0]
    text = first.article.text
    inside = (p for p in library.paragraphs(first.article_id) if p.number == first.paragraph)
    start, end = next(((p.start, p.end) for p in inside), (first.start, first.end))
    quotes = sorted({(c.start, c.end) for c in group})
    pieces = [_before(text[start : quotes[0][0]])]
    for (left, right), following in zip(quotes, [*quotes[1:], (None, None)], strict=True):
        pieces.append(f"<bdi><mark>{literal(spoken(text[left:right]))}</mark></bdi>")
        if following[0] is not None:
            pieces.append(literal(spoken(text[right : following[0]])))
    pieces.append(_after(text[quotes[-1][1] : end]))
    notes = dict.fromkeys(filter(None, map(remark_on, group)))
    remark = "".join(f" · *{literal(each)}*" for each in notes)
    head = f"{chips(c.number for c in group)}\u00a0{literal(place_of(first))}{remark}"
    return f"{head}\n\n> {' '.join(filter(None, pieces))}"


def _place_of_rows(group: Sequence[Citation]) -> str:
    """Return where several rows stand: ``"page 4, paragraphs 31, 33"``."""
    first = group[0]
    paragraphs = dict.fromkeys(each.paragraph for each in sorted(group, key=lambda c: c.start))
    one = len(paragraphs) == 1
    if one:
        return first.place
    said = in_a_row([*map(str, paragraphs)])
    if first.page is None:
        return _("paragraphs {paragraphs}", paragraphs=said)
    return _("page {page}, paragraphs {paragraphs}", page=first.page, paragraphs=said)


def _before(text: str) -> str:
    words = spoken(text)
    cut = words if len(words) <= AROUND else "… " + words[-AROUND:].split(" ", 1)[-1]
    return literal(cut)


def _after(text: str) -> str:
    words = spoken(text)
    cut = words if len(words) <= AROUND else words[:AROUND].rsplit(" ", 1)[0] + " …"
    return literal(cut)


def _said(content: str) -> Message:
    return {"role": "assistant", "content": content}
