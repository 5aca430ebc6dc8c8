"""The bar above the source: from quote to quote, page or text, size, contents, find."""

from __future__ import annotations

from index.speaking.words import _


def _step(kind: str, by: int, name: str) -> str:
    sign = "‹" if by < 0 else "›"
    return (
        f'<button type="button" data-step="{kind}" data-by="{by}" aria-label="{name}">'
        f"{sign}</button>"
    )


def _stepped(kind: str, name: str, before: str, after: str) -> str:
    return (
        f'<span class="group" role="group" aria-label="{name}" data-group="{kind}"'
        f" hidden>{_step(kind, -1, before)}"
        f'<output data-said="{kind}"></output>{_step(kind, 1, after)}</span>'
    )


def tools() -> str:
    """Return the bar, as it is while nothing is shown."""
    quotes = _stepped("quote", _("Quotes"), _("Previous quote"), _("Next quote"))
    pages = _stepped("page", _("Pages"), _("Previous page"), _("Next page"))
    earlier = _step("hit", -1, _("Previous find"))
    later = _step("hit", 1, _("Next find"))
    find, finder, inside = _("Find in the source"), _("Find"), _("In the source")
    shown, page, text = _("Shown as"), _("Page"), _("Text")
    size, smaller, larger = _("Size"), _("Smaller"), _("Larger")
    contents, selected = _("Contents"), _("What is selected")
    copy, about = _("Copy with its place"), _("Ask about this")
    return f"""<div class="tools" hidden><div class="row">{quotes}
<span class="group" role="group" aria-label="{shown}" data-group="view" hidden>
<button type="button" data-view="page" aria-pressed="true">{page}</button>
<button type="button" data-view="text" aria-pressed="false">{text}</button></span>
{pages}
<span class="group" role="group" aria-label="{size}" data-group="zoom" hidden>
<button type="button" data-zoom="-1" aria-label="{smaller}">−</button>
<output data-said="zoom"></output>
<button type="button" data-zoom="1" aria-label="{larger}">+</button></span>
<select data-contents aria-label="{contents}" hidden></select>
<button type="button" data-finder aria-expanded="false" aria-controls="finder">{finder}</button>
</div>
<div class="row" id="finder" role="search" aria-label="{inside}" hidden>
<input type="search" data-words aria-label="{find}" placeholder="{find}"
 maxlength="200" autocomplete="off">
{earlier}{later}
<output data-said="hit"></output></div></div>
<div class="selected" role="group" aria-label="{selected}" hidden>
<button type="button" data-copy-selected>{copy}</button>
<button type="button" data-ask-selected>{about}</button></div>"""


NO_SHEET = '<div class="sheet"></div>'
"""What stands where pages will."""
