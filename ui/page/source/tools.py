"""The bar above the source: from quote to quote, page or text, size, contents, find."""

from __future__ import annotations


def _step(kind: str, by: int, name: str) -> str:
    sign = "‹" if by < 0 else "›"
    return (
        f'<button type="button" data-step="{kind}" data-by="{by}" aria-label="{name}">'
        f"{sign}</button>"
    )


def _stepped(kind: str, what: str) -> str:
    return (
        f'<span class="group" role="group" aria-label="{what.capitalize()}s" data-group="{kind}"'
        f" hidden>{_step(kind, -1, f'Previous {what}')}"
        f'<output data-said="{kind}"></output>{_step(kind, 1, f"Next {what}")}</span>'
    )


TOOLS = f"""<div class="tools" hidden><div class="row">{_stepped("quote", "quote")}
<span class="group" role="group" aria-label="Shown as" data-group="view" hidden>
<button type="button" data-view="page" aria-pressed="true">Page</button>
<button type="button" data-view="text" aria-pressed="false">Text</button></span>
{_stepped("page", "page")}
<span class="group" role="group" aria-label="Size" data-group="zoom" hidden>
<button type="button" data-zoom="-1" aria-label="Smaller">−</button>
<output data-said="zoom"></output>
<button type="button" data-zoom="1" aria-label="Larger">+</button></span>
<select data-contents aria-label="Contents" hidden></select>
<button type="button" data-finder aria-expanded="false" aria-controls="finder">Find</button></div>
<div class="row" id="finder" role="search" aria-label="In the source" hidden>
<input type="search" data-words aria-label="Find in the source" placeholder="Find in the source"
 maxlength="200" autocomplete="off">
{_step("hit", -1, "Previous find")}{_step("hit", 1, "Next find")}
<output data-said="hit"></output></div></div>
<div class="selected" role="group" aria-label="What is selected" hidden>
<button type="button" data-copy-selected>Copy with its place</button>
<button type="button" data-ask-selected>Ask about this</button></div>"""

NO_SHEET = '<div class="sheet"></div>'
"""What stands where pages will."""
