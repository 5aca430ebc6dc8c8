"""What is on the page and where: the conversation left, the source and the articles right."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import gradio as gr

from index.library import Library
from index.speaking.words import N_, _, is_right_to_left, ngettext
from index.types import Entry
from rag.libraries import bundled_article
from rag.overviews.suggestions import suggest
from rag.question.checks import MAX_CHARACTERS as MAX_QUESTION
from ui.page.keeping.parts import KeepingParts, export_menu, lay_out_keeping, tabs
from ui.page.render.opinions import wrong_citation
from ui.page.render.viewer import empty
from ui.page.shelf import lay_out_shelf
from ui.page.source.tools import NO_SHEET, tools
from ui.page.theme import script

EXAMPLES = (
    "How many projects does OpenAI aim for?",
    "Who pays for the projects abroad?",
    "What are the three elements of democratic AI?",
    "What is the capital of France?",
)

MAX_DRAFT = 50_000
"""Characters of a draft; a longer one is for ``pullquote proof``."""

STANDING = N_("What is this article about?")
"""What can be asked of any article."""

OF_ONE = N_("What is “{title}” about?")
"""The same of one among several."""

OF_SEVERAL = N_("What are these articles about?")
"""The same of several."""

_TABS = """<div class="tabs"><button type="button" id="back" data-back>{back}</button>
<div role="tablist" aria-label="{beside}">
<button type="button" role="tab" id="tab-source" data-side="source" aria-controls="viewer"
 aria-selected="false" tabindex="-1">{source}</button>
<button type="button" role="tab" id="tab-articles" data-side="articles" aria-controls="shelf"
 aria-selected="true">{articles}</button>
<button type="button" role="tab" id="tab-draft" data-side="draft" aria-controls="draft"
 aria-selected="false" tabindex="-1">{draft}</button>{more}</div></div>"""

_COUNT = f'<p id="count" data-most="{MAX_QUESTION}" role="status"></p>'
"""Counts what is written once it is nearly too long."""

_BAR = """<header class="bar"><h1>Pullquote</h1><nav aria-label="{page}">
<button type="button" data-side="articles" class="phone">{articles}</button>
<button type="button" data-fresh>{new}</button>
{menu}
<button type="button" data-theme>{dark}</button></nav></header>"""


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of the page that events read or change."""

    bar: gr.HTML
    chat: gr.Chatbot
    note: gr.HTML
    box: gr.Textbox
    scope: gr.HTML
    card: gr.HTML
    viewer: gr.HTML
    pages: gr.HTML
    where: gr.Radio
    link: gr.Textbox
    fetch: gr.Button
    text: gr.Textbox
    title: gr.Textbox
    add: gr.Button
    added: gr.HTML
    articles: gr.HTML
    draft: gr.Textbox
    check: gr.Button
    proofs: gr.HTML
    secret: gr.Textbox
    keeping: KeepingParts


def lay_out(
    library: Library,
    *,
    history: bool = False,
    lasting: bool = False,
    keeps: bool = False,
    links: bool = False,
) -> Parts:
    """Place the parts of a page over one library. Inside ``gr.Blocks``.

    ``history``: conversations are kept; ``lasting``: clippings outlive the server;
    ``keeps``: what visitors add can be put in the library; ``links``: addresses can be added.
    """
    entries = library.entries
    bar = gr.HTML(_bar(), elem_id="bar", js_on_load=script(), apply_default_css=False)
    with gr.Row(elem_id="desk"):
        with gr.Column(elem_id="talk"):
            chat = _chatbot(entries, library)
            card = gr.HTML("", elem_id="card", js_on_load=None, apply_default_css=False)
            note = gr.HTML("", elem_id="note", js_on_load=None, apply_default_css=False)
            box = _question_box()
            gr.HTML(_COUNT, elem_id="counted", js_on_load=None, apply_default_css=False)
            scope = gr.HTML("", elem_id="scope", js_on_load=None, apply_default_css=False)
        with gr.Column(elem_id="side"):
            gr.HTML(_tabs(history), elem_id="tabs", js_on_load=None, apply_default_css=False)
            viewer, pages = _source()
            shelf = lay_out_shelf(keeps=keeps, links=links)
            drafted = _draft()
            kept = lay_out_keeping(history=history, lasting=lasting)
    secret = gr.Textbox(visible="hidden", label="Visit")
    return Parts(bar, chat, note, box, scope, card, viewer, pages, *shelf, *drafted, secret, kept)


def _bar() -> str:
    told = {"page": _("Page"), "articles": _("Articles"), "new": _("New"), "dark": _("Dark")}
    return _BAR.format(menu=export_menu(), **told)


def _tabs(history: bool) -> str:
    return _TABS.format(
        beside=_("Beside the conversation"),
        source=_("Source"),
        articles=_("Articles"),
        draft=_("Draft"),
        back=_("Back to the answer"),
        more=tabs(history=history),
    )


def _source() -> tuple[gr.HTML, gr.HTML]:
    """Place the source: its tools, its text, and its pages."""
    gr.HTML(tools(), elem_id="tools", js_on_load=None, apply_default_css=False)
    viewer = gr.HTML(
        empty(),
        elem_id="viewer",
        label=_("Source"),
        js_on_load="watch('value', () => document.dispatchEvent(new Event('source')))",
        apply_default_css=False,
    )
    return viewer, gr.HTML(NO_SHEET, elem_id="pages", js_on_load=None, apply_default_css=False)


def _chatbot(entries: tuple[Entry, ...], library: Library) -> gr.Chatbot:
    return gr.Chatbot(
        elem_id="chat",
        label=_("Conversation"),
        show_label=False,
        container=False,
        height=None,
        layout="panel",
        placeholder=welcome(entries),
        examples=[{"text": text} for text in questions_for(entries, library)],
        buttons=["copy"],
        editable="user",
        feedback_options=("Like", "Dislike", wrong_citation()),
        group_consecutive_messages=True,
        sanitize_html=True,
        allow_tags=False,
        latex_delimiters=[],
        rtl=is_right_to_left(),
    )


def questions_for(
    front: tuple[Entry, ...], library: Library, *, searched: int | None = None
) -> tuple[str, ...]:
    """Return questions that may be asked of the articles in front: ours of the bundled one.

    Of another article those that are made from it, of several that of any. ``searched`` is how many
    articles are searched, where they are more.

    Raises:
        LibraryError: the library cannot be read, or has the article no more.
    """
    if len(front) != 1:
        return (_(OF_SEVERAL),) if front else ()
    if front[0].source == str(bundled_article()):
        return EXAMPLES
    among_others = (searched or 1) > 1
    standing = _(OF_ONE, title=front[0].title) if among_others else _(STANDING)
    return (standing, *suggest(front[0].id, library))


def welcome(front: tuple[Entry, ...], *, searched: int | None = None, there: int = 0) -> str:
    """Return what is shown of the articles in front before anything is asked.

    ``searched`` is how many articles are searched, where they are more; ``there`` how many there
    are, for when none is searched.
    """
    if not front:
        begin = _("Choose an article to begin") if there else _("Add an article to begin")
        return f"<h2>{begin}</h2>"
    title = escape(front[0].title)
    more = (searched or len(front)) - 1
    ask = _("Ask about this article.")
    if more > 0:
        ask = ngettext(
            "Ask about this article and {count} more.",
            "Ask about this article and {count} more.",
            more,
        )
    made = _("Every answer is made of quotes, and each leads to its place in the text.")
    return f'<h2 dir="auto">{title}</h2><p>{ask} {made}</p>'


def _question_box() -> gr.Textbox:
    return gr.Textbox(
        elem_id="box",
        label=_("Your question"),
        show_label=False,
        container=False,
        placeholder=_("Ask a question"),
        lines=1,
        max_lines=6,
        submit_btn=_("Ask"),
        stop_btn=False,
        autofocus=True,
    )


def _draft() -> tuple[gr.Textbox, gr.Button, gr.HTML]:
    with gr.Column(elem_id="draft"):
        draft = gr.Textbox(
            label=_("A draft of your own: each sentence is checked against the chosen articles"),
            placeholder=_("Paste your draft"),
            lines=6,
            max_lines=14,
            max_length=MAX_DRAFT,
        )
        check = gr.Button(_("Check the draft"), size="sm")
        proofs = gr.HTML("", elem_id="proofs", js_on_load=None, apply_default_css=False)
    return draft, check, proofs
