"""Where conversations and clippings are on the page: two tabs beside the source."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from rag.styles.styled import Style
from ui.page.theme import asset

_TAB = """<button type="button" role="tab" id="tab-{0}" data-side="{0}" aria-controls="{0}-side"
 aria-selected="false" tabindex="-1">{1}</button>"""

FORMATS = (
    ("md", "Markdown"),
    ("docx", "Word"),
    ("print", "Print or PDF"),
    ("copy", "Copy"),
    ("bib", "BibTeX"),
    ("csl", "CSL-JSON"),
)
"""What conversations and clippings become, by the name that the page sends."""

STYLES = ((Style.PLAIN, "Plain"), (Style.APA, "APA"), (Style.CHICAGO, "Chicago"))
"""How quotes are cited in them; BibTeX and CSL-JSON leave that to what reads them."""

_FIND = """<label class="find"><span>Search in your conversations</span>
<input type="search" id="find-talk" maxlength="200" autocomplete="off"></label>"""

_KEPT_TALKS = """<p>Kept for this browser, on the computer that Pullquote runs on, until you delete
them. Of answers from articles that are for one visit alone only the question is kept.</p>"""

_KEPT_CLIPS = """<p>{} Notes are saved as you write. Alt+↑ and Alt+↓ move a clipping.</p>"""


@dataclass(frozen=True, slots=True)
class KeepingParts:
    """The parts that keeping reads or changes. Events come from ``script``."""

    script: gr.HTML
    talks: gr.HTML
    board: gr.HTML
    current: gr.Textbox
    payload: gr.Textbox


def tabs(*, history: bool) -> str:
    """Return the tabs of clippings and, where conversations are kept, of these."""
    shown = [("clips", "Clippings"), *([("talks", "History")] if history else [])]
    return "\n".join(_TAB.format(*each) for each in shown)


def export_menu() -> str:
    """Return what takes the open conversation along."""
    return (
        '<details class="menu"><summary>Export</summary>'
        f'<div role="group" aria-label="Export the conversation">{_buttons("talk")}</div></details>'
    )


def lay_out_keeping(*, history: bool, lasting: bool) -> KeepingParts:
    """Place the panels of both tabs. Inside the column at the side."""
    with gr.Column(elem_id="clips-side", elem_classes="kept"):
        board = _html("", "board", watched=True)
        stays = "Kept for this browser, also when its article was for one visit alone."
        _html(_KEPT_CLIPS.format(stays if lasting else "Kept until this server is stopped."), "")
    with gr.Column(elem_id="talks-side", elem_classes="kept", visible=history):
        _html(_FIND, "")
        talks = _html("", "talks", watched=True)
        _html(_KEPT_TALKS, "")
    script = gr.HTML("", elem_id="keeper", js_on_load=asset("keeping.js"), apply_default_css=False)
    current, payload = (
        gr.Textbox(visible="hidden", label=name) for name in ("Conversation", "Taken")
    )
    return KeepingParts(script, talks, board, current, payload)


def take_bar() -> str:
    """Return what takes the clippings along."""
    return f'<div class="take" role="group" aria-label="Take along">{_buttons("clips")}</div>'


def _buttons(what: str) -> str:
    """Return the choice of a style and a button for each format."""
    styles = "".join(f'<option value="{style.value}">{name}</option>' for style, name in STYLES)
    chosen = f"<label>Citations <select data-style>{styles}</select></label>"
    return chosen + "".join(
        f'<button type="button" data-take="{kind}" data-take-of="{what}">{name}</button>'
        for kind, name in FORMATS
    )


def _html(text: str, name: str, *, watched: bool = False) -> gr.HTML:
    told = f"watch('value', () => document.dispatchEvent(new Event('kept-{name}')))"
    return gr.HTML(
        text,
        elem_id=name or None,
        elem_classes=None if name else "said",
        js_on_load=told if watched else None,
        apply_default_css=False,
    )
