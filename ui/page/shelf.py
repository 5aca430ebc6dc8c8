"""The articles and what adds to them: laid out with the box for adding always in sight."""

from __future__ import annotations

import gradio as gr

from index.limits import DEFAULT_LIMITS
from index.parse.document import ENDINGS
from index.speaking.forms import in_a_row, number
from index.speaking.words import N_, _
from ui.page.visits.choice import MAX_WORDS, Order
from ui.page.visits.visit import MAX_PASTED

FOR_VISIT, IN_LIBRARY = N_("For this visit"), N_("Keep in my library")
"""Where something goes that is added."""

MAX_ADDRESS = 2_000
"""How long an address may be."""

_MEGABYTES = DEFAULT_LIMITS.file_bytes // 1_000_000

_DROP = """<label class="drop" data-bytes="{bytes}"><input type="file" multiple
 accept="{accept}"><b>{add}</b>
<span>{drop}</span>
<small>{most}</small></label>
<div id="sending" hidden></div>"""

_ORDERS = {
    Order.ADDED: N_("Last added first"),
    Order.PUBLISHED: N_("Newest date first"),
    Order.TITLE: N_("By title"),
}

_CHOOSING = """<div class="choosing" role="group" aria-label="{choose}">
<input type="search" data-filter maxlength="{most}" autocomplete="off"
 placeholder="{by_title}" aria-label="{filter}">
<select data-order autocomplete="off" aria-label="{order}">
{orders}</select>
<span>{search} <button type="button" data-all="yes"
 aria-label="{search_all}">{all}</button>
<button type="button" data-all="no" aria-label="{search_none}">{none}</button></span>
</div>"""

_GONE = '<p id="gone" role="status"></p>'

_STAYS = N_(
    "What you add for this visit is seen by you alone, and is deleted a quarter of an hour after"
    " you close this tab."
)
_KEEPS = N_("What you keep in your library stays, and everybody who asks that library sees it.")
_ADDS = N_("To keep an article, add it with {command}.")

Shelf = tuple[gr.Radio, gr.Textbox, gr.Button, gr.Textbox, gr.Textbox, gr.Button, gr.HTML, gr.HTML]
"""Where what is added goes; a link and its button; a text, its title and its button; what has
become of them; the articles."""


def lay_out_shelf(*, keeps: bool, links: bool) -> Shelf:
    """Place what adds articles, and below it their list.

    ``keeps``: they can be put in the library; ``links``: addresses can be added.
    """
    with gr.Column(elem_id="shelf"):
        _html(_drop(), "files")
        added = _html("", "added")
        link, fetch = _link(links)
        text, title, add = _paste()
        where = gr.Radio(
            [(_(each), each) for each in (FOR_VISIT, IN_LIBRARY)],
            value=FOR_VISIT,
            label=_("What you add stays"),
            elem_id="where",
            visible=keeps,
        )
        _html(_GONE, "told")
        _html(_choosing(), "choosing")
        articles = _html("", "articles")
        command = "<code>pullquote add</code>"
        keeping = _(_KEEPS) if keeps else _(_ADDS, command=command)
        _html(f"<p>{_(_STAYS)} {keeping}</p>", "keeping")
    return where, link, fetch, text, title, add, added, articles


def _drop() -> str:
    endings = in_a_row(ENDINGS)
    return _DROP.format(
        bytes=DEFAULT_LIMITS.file_bytes,
        accept=",".join(ENDINGS),
        add=_("Add articles"),
        drop=_("Drop files anywhere on the page, or choose them"),
        most=_("{endings}; at most {size} MB each", endings=endings, size=_MEGABYTES),
    )


def _choosing() -> str:
    orders = (f'<option value="{order}">{_(said)}</option>' for order, said in _ORDERS.items())
    return _CHOOSING.format(
        choose=_("Choose articles"),
        most=MAX_WORDS,
        by_title=_("Filter by title"),
        filter=_("Filter the articles"),
        order=_("Order"),
        orders="".join(orders),
        search=_("Search"),
        search_all=_("Search all that are listed"),
        all=_("all"),
        search_none=_("Search none that is listed"),
        none=_("none"),
    )


def _link(links: bool) -> tuple[gr.Textbox, gr.Button]:
    with gr.Row(elem_id="link", visible=links):
        link = gr.Textbox(
            label=_("Link to an article"),
            show_label=False,
            container=False,
            placeholder=_("Link to an article: https://…"),
            max_length=MAX_ADDRESS,
            scale=1,
        )
        fetch = gr.Button(_("Add this link"), size="sm", scale=0)
    return link, fetch


def _paste() -> tuple[gr.Textbox, gr.Textbox, gr.Button]:
    most = number(MAX_PASTED)
    with gr.Accordion(_("Paste a text"), open=False, elem_id="paste"):
        title = gr.Textbox(label=_("Title (may stay empty)"), max_length=200)
        text = gr.Textbox(
            label=_("Text (at most {most} characters, a longer one as a file)", most=most),
            lines=6,
            max_lines=12,
            max_length=MAX_PASTED + 1,  # what is cut is refused, not added
        )
        add = gr.Button(_("Add this text"), size="sm")
    return text, title, add


def _html(inner: str, name: str) -> gr.HTML:
    return gr.HTML(inner, elem_id=name, js_on_load=None, apply_default_css=False)
