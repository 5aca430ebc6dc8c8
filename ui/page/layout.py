"""What is on the page and where: the conversation left, the source and the articles right."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import gradio as gr

from index.library import Library
from index.types import Entry
from rag.libraries import bundled_article
from rag.overviews.suggestions import suggest
from rag.question.checks import MAX_CHARACTERS as MAX_QUESTION
from ui.feedback.opinions import WRONG_CITATION
from ui.page.keeping.parts import KeepingParts, export_menu, lay_out_keeping, tabs
from ui.page.render.viewer import EMPTY
from ui.page.shelf import lay_out_shelf
from ui.page.source.tools import NO_SHEET, TOOLS
from ui.page.theme import script

EXAMPLES = (
    "How many projects does OpenAI aim for?",
    "Who pays for the projects abroad?",
    "What are the three elements of democratic AI?",
    "What is the capital of France?",
)

MAX_DRAFT = 50_000
"""Characters of a draft; a longer one is for ``pullquote proof``."""

STANDING = ("What is this article about?",)
"""What can be asked of any article."""

OF_ONE = "What is “{title}” about?"
"""The same of one among several."""

OF_SEVERAL = ("What are these articles about?",)
"""The same of several."""

_TABS = """<div class="tabs"><button type="button" id="back" data-back>Back to the answer</button>
<div role="tablist" aria-label="Beside the conversation">
<button type="button" role="tab" id="tab-source" data-side="source" aria-controls="viewer"
 aria-selected="false" tabindex="-1">Source</button>
<button type="button" role="tab" id="tab-articles" data-side="articles" aria-controls="shelf"
 aria-selected="true">Articles</button>
<button type="button" role="tab" id="tab-draft" data-side="draft" aria-controls="draft"
 aria-selected="false" tabindex="-1">Draft</button>{}</div></div>"""

_COUNT = f'<p id="count" data-most="{MAX_QUESTION}" role="status"></p>'
"""Counts what is written once it is nearly too long."""

_BAR = """<header class="bar"><h1>Pullquote</h1><nav aria-label="Page">
<button type="button" data-side="articles" class="phone">Articles</button>
<button type="button" data-fresh>New</button>
{}
<button type="button" data-theme>Dark</button></nav></header>"""


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
    menu = _BAR.format(export_menu())
    bar = gr.HTML(menu, elem_id="bar", js_on_load=script(), apply_default_css=False)
    with gr.Row(elem_id="desk"):
        with gr.Column(elem_id="talk"):
            chat = _chatbot(entries, library)
            card = gr.HTML("", elem_id="card", js_on_load=None, apply_default_css=False)
            note = gr.HTML("", elem_id="note", js_on_load=None, apply_default_css=False)
            box = _question_box()
            gr.HTML(_COUNT, elem_id="counted", js_on_load=None, apply_default_css=False)
            scope = gr.HTML("", elem_id="scope", js_on_load=None, apply_default_css=False)
        with gr.Column(elem_id="side"):
            named = _TABS.format(tabs(history=history))
            gr.HTML(named, elem_id="tabs", js_on_load=None, apply_default_css=False)
            viewer, pages = _source()
            shelf = lay_out_shelf(keeps=keeps, links=links)
            drafted = _draft()
            kept = lay_out_keeping(history=history, lasting=lasting)
    secret = gr.Textbox(visible="hidden", label="Visit")
    return Parts(bar, chat, note, box, scope, card, viewer, pages, *shelf, *drafted, secret, kept)


def _source() -> tuple[gr.HTML, gr.HTML]:
    """Place the source: its tools, its text, and its pages."""
    gr.HTML(TOOLS, elem_id="tools", js_on_load=None, apply_default_css=False)
    viewer = gr.HTML(
        EMPTY,
        elem_id="viewer",
        label="Source",
        js_on_load="watch('value', () => document.dispatchEvent(new Event('source')))",
        apply_default_css=False,
    )
    return viewer, gr.HTML(NO_SHEET, elem_id="pages", js_on_load=None, apply_default_css=False)


def _chatbot(entries: tuple[Entry, ...], library: Library) -> gr.Chatbot:
    return gr.Chatbot(
        elem_id="chat",
        label="Conversation",
        show_label=False,
        container=False,
        height=None,
        layout="panel",
        placeholder=welcome(entries),
        examples=[{"text": text} for text in questions_for(entries, library)],
        buttons=["copy"],
        editable="user",
        feedback_options=("Like", "Dislike", WRONG_CITATION.capitalize()),
        group_consecutive_messages=True,
        sanitize_html=True,
        allow_tags=False,
        latex_delimiters=[],
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
        return OF_SEVERAL if front else ()
    if front[0].source == str(bundled_article()):
        return EXAMPLES
    among_others = (searched or 1) > 1
    standing = (OF_ONE.format(title=front[0].title),) if among_others else STANDING
    return (*standing, *suggest(front[0].id, library))


def welcome(front: tuple[Entry, ...], *, searched: int | None = None, there: int = 0) -> str:
    """Return what is shown of the articles in front before anything is asked.

    ``searched`` is how many articles are searched, where they are more; ``there`` how many there
    are, for when none is searched.
    """
    if not front:
        return f"<h2>{'Choose' if there else 'Add'} an article to begin</h2>"
    title = escape(front[0].title)
    more = (searched or len(front)) - 1
    others = f" and {more:,} more" if more > 0 else ""
    return (
        f"<h2>{title}</h2><p>Ask about this article{others}. Every answer is made of quotes,"
        " and each leads to its place in the text.</p>"
    )


def _question_box() -> gr.Textbox:
    return gr.Textbox(
        elem_id="box",
        label="Your question",
        show_label=False,
        container=False,
        placeholder="Ask a question",
        lines=1,
        max_lines=6,
        submit_btn="Ask",
        stop_btn=False,
        autofocus=True,
    )


def _draft() -> tuple[gr.Textbox, gr.Button, gr.HTML]:
    with gr.Column(elem_id="draft"):
        draft = gr.Textbox(
            label="A draft of your own: each sentence is checked against the chosen articles",
            placeholder="Paste your draft",
            lines=6,
            max_lines=14,
            max_length=MAX_DRAFT,
        )
        check = gr.Button("Check the draft", size="sm")
        proofs = gr.HTML("", elem_id="proofs", js_on_load=None, apply_default_css=False)
    return draft, check, proofs
