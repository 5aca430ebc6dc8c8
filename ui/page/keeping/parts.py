"""Where conversations and clippings are on the page: two tabs beside the source."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from index.speaking.words import N_, _
from rag.styles.styled import Style
from ui.page.theme import asset

_TAB = """<button type="button" role="tab" id="tab-{0}" data-side="{0}" aria-controls="{0}-side"
 aria-selected="false" tabindex="-1">{1}</button>"""

FORMATS = (
    ("md", "Markdown"),
    ("docx", "Word"),
    ("print", N_("Print or PDF")),
    ("copy", N_("Copy")),
    ("bib", "BibTeX"),
    ("csl", "CSL-JSON"),
)
"""What conversations and clippings become, by the name that the page sends."""

STYLES = ((Style.PLAIN, N_("Plain")), (Style.APA, "APA"), (Style.CHICAGO, "Chicago"))
"""How quotes are cited in them; BibTeX and CSL-JSON leave that to what reads them."""

_FIND = """<label class="find"><span>{}</span>
<input type="search" id="find-talk" maxlength="200" autocomplete="off"></label>"""

_KEPT_TALKS = N_(
    "Kept for this browser, on the computer that Pullquote runs on, until you delete them. Of"
    " answers from articles that are for one visit alone only the question is kept."
)

_KEPT_CLIPS = N_("Notes are saved as you write. Alt+↑ and Alt+↓ move a clipping.")


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
    shown = [("clips", _("Clippings")), *([("talks", _("History"))] if history else [])]
    return "\n".join(_TAB.format(*each) for each in shown)


def export_menu() -> str:
    """Return what takes the open conversation along."""
    name, whole = _("Export"), _("Export the conversation")
    return (
        f'<details class="menu"><summary>{name}</summary>'
        f'<div role="group" aria-label="{whole}">{_buttons("talk")}</div>'
        "</details>"
    )


def lay_out_keeping(*, history: bool, lasting: bool) -> KeepingParts:
    """Place the panels of both tabs. Inside the column at the side."""
    with gr.Column(elem_id="clips-side", elem_classes="kept"):
        board = _html("", "board", watched=True)
        stays = _("Kept until this server is stopped.")
        if lasting:
            stays = _("Kept for this browser, also when its article was for one visit alone.")
        _html(f"<p>{stays} {_(_KEPT_CLIPS)}</p>", "")
    with gr.Column(elem_id="talks-side", elem_classes="kept", visible=history):
        _html(_FIND.format(_("Search in your conversations")), "")
        talks = _html("", "talks", watched=True)
        _html(f"<p>{_(_KEPT_TALKS)}</p>", "")
    script = gr.HTML("", elem_id="keeper", js_on_load=asset("keeping.js"), apply_default_css=False)
    current, payload = (
        gr.Textbox(visible="hidden", label=name) for name in ("Conversation", "Taken")
    )
    return KeepingParts(script, talks, board, current, payload)


def take_bar() -> str:
    """Return what takes the clippings along."""
    name = _("Take along")
    return f'<div class="take" role="group" aria-label="{name}">{_buttons("clips")}</div>'


def _buttons(what: str) -> str:
    """Return the choice of a style and a button for each format."""
    styles = "".join(f'<option value="{style.value}">{_(name)}</option>' for style, name in STYLES)
    label = _("Citations")
    chosen = f"<label>{label} <select data-style>{styles}</select></label>"
    return chosen + "".join(
        f'<button type="button" data-take="{kind}" data-take-of="{what}">{_(name)}</button>'
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
