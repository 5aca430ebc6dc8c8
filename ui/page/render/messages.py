"""An answer as the messages that show it, and the conversation as a Markdown file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from index.library import Library
from rag.answer.citation import spoken
from rag.answer.short import split_claim
from rag.types import HALF_REFUSAL, Answer, Citation, Claim, Verdict, joined, marked
from ui.page.render.markdown import block, chips, definitions, folded, literal, place_of
from ui.page.render.model_notes import left_out, searched, written
from ui.page.render.shapes import shaped

Message = dict[str, Any]
"""What ``gr.Chatbot`` shows: ``role`` and ``content``, in Markdown."""

HINT = "Ask in other words, or add an article that would say it."

AROUND = 320
"""Characters of its paragraph that are shown on each side of a quote."""

_NUMBER = re.compile(r"(?<!\\)\[(\d+)\]")
"""A chip, which is no link where nothing defines it."""

_VERDICTS = {Verdict.NORMALISED: "quoted across a line break"}


def asked(question: str) -> Message:
    """Return a question as a message."""
    return {"role": "user", "content": literal(question)}


def note(text: str, kind: str) -> Message:
    """Return a message of the page's own, for example of a failure. Not an answer."""
    return _said(block(kind, literal(text)))


def searching(articles: int) -> Message:
    """Return the line that is there before the first word."""
    what = "1 article" if articles == 1 else f"{articles:,} articles"
    return note(f"Searching {what} …", "searching")


def writing(answer: Answer) -> Message:
    """Return the line that is there while a language model has not said anything that holds."""
    model = answer.written.model if answer.written else ""
    return _said(searched(answer) + block("searching", literal(f"{model} is writing …")))


def begun(answer: Answer) -> Message:
    """Return the statements of an answer that is still being given, with their chips."""
    return _said(searched(answer) + _statements(answer) + definitions(answer.citations))


def answered(answer: Answer, library: Library, *, failed: bool = False) -> Message:
    """Return an answer, how sure it is, and the paragraphs that it quotes.

    ``failed``: and what a language model wrote that did not pass the check.
    """
    below = definitions(answer.nearest or answer.citations)
    if failed:
        below = left_out(answer) + below
    if answer.unquoted:
        return _said(literal(answer.text))
    if answer.refused:
        refusal = block("refusal", f"**{literal(answer.text)}**\n\n{HINT}")
        nearest = _folded("Nearest in the articles", answer.nearest, library)
        return _said(searched(answer) + refusal + written(answer) + nearest + below)
    count = len({(c.article_id, c.paragraph) for c in answer.citations})
    title = "1 cited paragraph" if count == 1 else f"{count} cited paragraphs"
    parts = [f"*{literal(HALF_REFUSAL.format(part))}*" for part in answer.unanswered]
    said = shaped(answer) or _statements(answer)
    text = searched(answer) + "\n\n".join(filter(None, [said, *parts, _sure(answer)]))
    text += written(answer) + _folded(title, answer.citations, library)
    return _said(text + below)


def _statements(answer: Answer) -> str:
    return " ".join(
        f"{_statement(claim, answer)} {chips(c.number for c in claim.citations)}"
        for claim in answer.claims
    )


def _statement(claim: Claim, answer: Answer) -> str:
    """Return a statement with the short answer in it bold."""
    pieces = split_claim(claim, answer.short)
    return "".join(f"<strong>{literal(t)}</strong>" if short else literal(t) for t, short in pieces)


def _sure(answer: Answer) -> str:
    if not answer.certainty:
        return ""
    advice = ": read the quotes before you rely on it" if answer.certainty == "unsure" else ""
    kind = f"sure is-{answer.certainty.replace(' ', '-')}"
    return block(kind, f"{answer.certainty.capitalize()}{advice}")


def _folded(title: str, citations: Sequence[Citation], library: Library) -> str:
    """Return the paragraphs of the citations, open, under a line that folds them away."""
    if not citations:
        return ""
    shared: dict[tuple[str, int], list[Citation]] = {}
    for citation in citations:
        shared.setdefault((citation.article_id, citation.paragraph), []).append(citation)
    excerpts = "\n\n".join(_excerpt(group, library) for group in shared.values())
    return folded(title, excerpts)


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
    notes = dict.fromkeys(filter(None, map(_remark, group)))
    remark = "".join(f" · *{literal(each)}*" for each in notes)
    head = f"{chips(c.number for c in group)} {literal(place_of(first))}{remark}"
    return f"{head}\n\n> {' '.join(filter(None, pieces))}"


def _remark(citation: Citation) -> str:
    """Return what keeps a quote from being the answer, or from being byte for byte the same."""
    verdict = citation.verdict
    differs = "" if verdict is Verdict.EXACT else _VERDICTS.get(verdict, verdict.value)
    return "; ".join(filter(None, (citation.lacks, differs, citation.unseen)))


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


def exported(answers: Sequence[tuple[str, Answer]]) -> str:
    """Return questions and their answers as a Markdown file, every quote with its place."""
    parts = ["# Questions and quotes"]
    for question, answer in answers:
        parts.append(f"## {literal(spoken(question))}")
        if answer.searched_for:
            parts.append(f"*Searched for: {literal(answer.searched_for)}*")
        parts.append(_exported_text(answer))
        parts.extend(literal(line) for line in answer.notes)
        places = answer.nearest if answer.refused else answer.citations
        if answer.refused and places:
            parts.append("Nearest in the articles:")
        parts.extend(_quoted(citation) for citation in places)
    return "\n\n".join(parts) + "\n"


def _exported_text(answer: Answer) -> str:
    """Return an answer's text, in which the short answers are bold."""
    if answer.refused:
        return f"**{answer.text}**"
    if answer.unquoted:
        return literal(answer.text)
    if said := shaped(answer):
        bold = re.sub("</?strong>", "**", said)
        return _NUMBER.sub(r"\\[\1\\]", bold)
    statements = (
        "".join(f"**{literal(t)}**" if short else literal(t) for t, short in pieces)
        + literal(marked("", [c.number for c in claim.citations]))
        for claim in answer.claims
        for pieces in [split_claim(claim, answer.short)]
    )
    return joined(list(statements), [literal(part) for part in answer.unanswered])


def _quoted(citation: Citation) -> str:
    remark = _remark(citation)
    end = f" ({literal(remark)})" if remark else ""
    number = f"\\[{citation.number}\\]"
    return f"> {number} “{literal(spoken(citation.quote))}”  \n> {literal(place_of(citation))}{end}"
