"""The articles and what adds to them: laid out with the box for adding always in sight."""

from __future__ import annotations

import gradio as gr

from index.limits import DEFAULT_LIMITS
from index.parse.document import ENDINGS
from ui.page.visits.choice import MAX_WORDS, Order
from ui.page.visits.visit import MAX_PASTED

FOR_VISIT, IN_LIBRARY = "For this visit", "Keep in my library"
"""Where something goes that is added."""

MAX_ADDRESS = 2_000
"""How long an address may be."""

_MEGABYTES = DEFAULT_LIMITS.file_bytes // 1_000_000

_DROP = f"""<label class="drop" data-bytes="{DEFAULT_LIMITS.file_bytes}"><input type="file" multiple
 accept="{",".join(ENDINGS)}"><b>Add articles</b>
<span>Drop files anywhere on the page, or choose them</span>
<small>{", ".join(ENDINGS)}; at most {_MEGABYTES} MB each</small></label>
<div id="sending" hidden></div>"""

_ORDERS = {
    Order.ADDED: "Last added first",
    Order.PUBLISHED: "Newest date first",
    Order.TITLE: "By title",
}

_CHOOSING = f"""<div class="choosing" role="group" aria-label="Choose articles">
<input type="search" data-filter maxlength="{MAX_WORDS}" autocomplete="off"
 placeholder="Filter by title" aria-label="Filter the articles">
<select data-order autocomplete="off" aria-label="Order">
{"".join(f'<option value="{order}">{said}</option>' for order, said in _ORDERS.items())}</select>
<span>Search <button type="button" data-all="yes"
 aria-label="Search all that are listed">all</button>
<button type="button" data-all="no" aria-label="Search none that is listed">none</button></span>
</div>"""

_GONE = '<p id="gone" role="status"></p>'

_STAYS = """<p>What you add for this visit is seen by you alone, and is deleted a quarter of an hour
after you close this tab."""
_KEEPS = " What you keep in your library stays, and everybody who asks that library sees it.</p>"
_ADDS = " To keep an article, add it with <code>pullquote add</code>.</p>"

Shelf = tuple[gr.Radio, gr.Textbox, gr.Button, gr.Textbox, gr.Textbox, gr.Button, gr.HTML, gr.HTML]
"""Where what is added goes; a link and its button; a text, its title and its button; what has
become of them; the articles."""


def lay_out_shelf(*, keeps: bool, links: bool) -> Shelf:
    """Place what adds articles, and below it their list.

    ``keeps``: they can be put in the library; ``links``: addresses can be added.
    """
    with gr.Column(elem_id="shelf"):
        _html(_DROP, "files")
        added = _html("", "added")
        link, fetch = _link(links)
        text, title, add = _paste()
        where = gr.Radio(
            [FOR_VISIT, IN_LIBRARY],
            value=FOR_VISIT,
            label="What you add stays",
            elem_id="where",
            visible=keeps,
        )
        _html(_GONE, "told")
        _html(_CHOOSING, "choosing")
        articles = _html("", "articles")
        _html(_STAYS + (_KEEPS if keeps else _ADDS), "keeping")
    return where, link, fetch, text, title, add, added, articles


def _link(links: bool) -> tuple[gr.Textbox, gr.Button]:
    with gr.Row(elem_id="link", visible=links):
        link = gr.Textbox(
            label="Link to an article",
            show_label=False,
            container=False,
            placeholder="Link to an article: https://…",
            max_length=MAX_ADDRESS,
            scale=1,
        )
        fetch = gr.Button("Add this link", size="sm", scale=0)
    return link, fetch


def _paste() -> tuple[gr.Textbox, gr.Textbox, gr.Button]:
    with gr.Accordion("Paste a text", open=False, elem_id="paste"):
        title = gr.Textbox(label="Title (may stay empty)", max_length=200)
        text = gr.Textbox(
            label=f"Text (at most {MAX_PASTED:,} characters, a longer one as a file)",
            lines=6,
            max_lines=12,
            max_length=MAX_PASTED + 1,  # what is cut is refused, not added
        )
        add = gr.Button("Add this text", size="sm")
    return text, title, add


def _html(inner: str, name: str) -> gr.HTML:
    return gr.HTML(inner, elem_id=name, js_on_load=None, apply_default_css=False)
