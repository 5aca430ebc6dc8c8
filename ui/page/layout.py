"""What is on the page and where: the conversation left, the source and the articles right."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import gradio as gr

from index.library import Library
from index.limits import DEFAULT_LIMITS
from index.parse.document import ENDINGS
from index.types import Entry
from rag.libraries import bundled_article
from rag.question.checks import MAX_CHARACTERS as MAX_QUESTION
from ui.feedback.opinions import WRONG_CITATION
from ui.page.render.viewer import EMPTY
from ui.page.theme import asset
from ui.page.visits.visit import MAX_PASTED

EXAMPLES = (
    "How many projects does OpenAI aim for?",
    "Who pays for the projects abroad?",
    "What are the three elements of democratic AI?",
    "What is the capital of France?",
)

_LIMITS = f"{', '.join(ENDINGS)}; at most {DEFAULT_LIMITS.file_bytes // 1_000_000} MB each"

_TABS = """<div class="tabs"><div role="tablist" aria-label="Beside the conversation">
<button type="button" role="tab" id="tab-source" data-side="source" aria-controls="viewer"
 aria-selected="false" tabindex="-1">Source</button>
<button type="button" role="tab" id="tab-articles" data-side="articles" aria-controls="shelf"
 aria-selected="true">Articles</button></div>
<button type="button" id="back" data-back>Back to the answer</button></div>"""

_BAR = """<header class="bar"><h1>Pullquote</h1><nav aria-label="Page">
<button type="button" data-side="articles" class="phone">Articles</button>
<button type="button" data-fresh>New</button>
<button type="button" data-export>Export</button>
<button type="button" data-theme aria-pressed="false">Dark</button></nav></header>"""


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of the page that events read or change."""

    bar: gr.HTML
    chat: gr.Chatbot
    note: gr.HTML
    box: gr.Textbox
    scope: gr.HTML
    viewer: gr.HTML
    files: gr.File
    text: gr.Textbox
    title: gr.Textbox
    add: gr.Button
    added: gr.HTML
    articles: gr.HTML
    secret: gr.Textbox
    payload: gr.Textbox


def lay_out(library: Library) -> Parts:
    """Place the parts of a page over one library. Inside ``gr.Blocks``."""
    entries = library.entries
    bar = gr.HTML(_BAR, elem_id="bar", js_on_load=asset("page.js"), apply_default_css=False)
    with gr.Row(elem_id="desk"):
        with gr.Column(elem_id="talk"):
            chat = _chatbot(entries)
            note = gr.HTML("", elem_id="note", js_on_load=None, apply_default_css=False)
            box = _question_box()
            scope = gr.HTML("", elem_id="scope", js_on_load=None, apply_default_css=False)
        with gr.Column(elem_id="side"):
            gr.HTML(_TABS, elem_id="tabs", js_on_load=None, apply_default_css=False)
            viewer = gr.HTML(
                EMPTY,
                elem_id="viewer",
                label="Source",
                js_on_load="watch('value', () => document.dispatchEvent(new Event('source')))",
                apply_default_css=False,
            )
            shelf = _shelf()
    hidden = [gr.Textbox(visible="hidden", label=name) for name in ("Visit", "Export")]
    return Parts(bar, chat, note, box, scope, viewer, *shelf, *hidden)


def _chatbot(entries: tuple[Entry, ...]) -> gr.Chatbot:
    bundled = any(entry.source == str(bundled_article()) for entry in entries)
    return gr.Chatbot(
        elem_id="chat",
        label="Conversation",
        show_label=False,
        container=False,
        height=None,
        layout="panel",
        placeholder=_welcome(entries),
        examples=[{"text": text} for text in EXAMPLES] if bundled else None,
        buttons=["copy"],
        editable="user",
        feedback_options=("Like", "Dislike", WRONG_CITATION.capitalize()),
        group_consecutive_messages=True,
        sanitize_html=True,
        allow_tags=False,
        latex_delimiters=[],
    )


def _welcome(entries: tuple[Entry, ...]) -> str:
    if not entries:
        return "<h2>Add an article to begin</h2>"
    title = escape(entries[0].title)
    more = len(entries) - 1
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
        max_length=MAX_QUESTION,
        submit_btn="Ask",
        stop_btn=False,
        autofocus=True,
    )


def _shelf() -> tuple[gr.File, gr.Textbox, gr.Textbox, gr.Button, gr.HTML, gr.HTML]:
    with gr.Column(elem_id="shelf"):
        articles = gr.HTML("", elem_id="articles", js_on_load=None, apply_default_css=False)
        files = gr.File(
            elem_id="files",
            label=f"Add articles ({_LIMITS})",
            file_count="multiple",
            file_types=list(ENDINGS),
            height=130,
        )
        added = gr.HTML("", elem_id="added", js_on_load=None, apply_default_css=False)
        with gr.Accordion("Paste a text", open=False, elem_id="paste"):
            title = gr.Textbox(label="Title (may stay empty)", max_length=200)
            text = gr.Textbox(
                label=f"Text (at most {MAX_PASTED:,} characters, a longer one as a file)",
                lines=6,
                max_lines=12,
                max_length=MAX_PASTED + 1,  # what is cut is refused, not added
            )
            add = gr.Button("Add this text", size="sm")
        gr.HTML(
            "<p>What you add is seen by you alone, and is deleted a quarter of an hour after you"
            " close this tab. To keep an article, add it with <code>pullquote add</code>.</p>",
            elem_id="keeping",
            js_on_load=None,
            apply_default_css=False,
        )
    return files, text, title, add, added, articles
