"""How the page looks: Gradio's theme in the page's colours, and what stands in its head."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from urllib.parse import quote

import gradio as gr

from index.speaking.words import _, is_right_to_left, speaking

SERIF = ["Charter", "Iowan Old Style", "Palatino", "Georgia", "Source Serif 4", "serif"]
SANS = ["system-ui", "-apple-system", "Segoe UI", "sans-serif"]


ICON = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect width="32" height="32" rx="7" fill="#1f4e79"/>
<text x="16" y="35" font-size="40" font-family="Georgia,serif" font-weight="700"
 text-anchor="middle" fill="#fdfcfa">“</text></svg>"""


SCRIPTS = "page.js", "column.js", "source.js", "selection.js", "articles.js", "keys.js"

_SAID = re.compile(r'\b_\("((?:[^"\\]|\\.)*)"')
"""A message of a script: ``_("…")``."""


def asset(name: str) -> str:
    """Return the text of a file in ``ui/page/assets``."""
    return files("ui.page").joinpath("assets", name).read_text(encoding="utf-8")


def script() -> str:
    """Return the page's script: one scope for all of it, because one part calls the server."""
    return "\n".join(map(asset, SCRIPTS))


def head() -> str:
    """Return the page's style, and the script that settles light or dark before it is drawn.

    In the head, because Gradio rewrites the rules of ``css=`` and breaks those for small screens.
    """
    files = "page.css", "column.css", "source.css", "articles.css", "keeping.css"
    style = "".join(map(asset, files))
    icon = f'<link rel="icon" href="data:image/svg+xml,{quote(ICON)}">'
    return f"<style>{style}</style><script>{asset('theme.js')}</script>{icon}"


def head_in(language: str) -> str:
    """Return what says to the browser which language the page is in, and what its script says.

    It comes before all else of the head: nothing is drawn before it is known. Gradio's own labels
    follow the browser's first language, which the page may not speak.
    """
    with speaking(language):
        words = {message: _(message) for message in _messages()}
        side = "rtl" if is_right_to_left() else "ltr"
    told = json.dumps(words, ensure_ascii=False).replace("<", "\\u003c")
    return (
        f'<script>Object.assign(document.documentElement, {{lang: "{language}", dir: "{side}"}});'
        f'Object.defineProperty(navigator, "language", {{value: "{language}"}});'
        f"window.pullquoteWords = {told};</script>"
    )


@cache
def _messages() -> tuple[str, ...]:
    """Return what the page's script says, as Babel finds it there."""
    scripts = "".join(map(asset, (*SCRIPTS, "keeping.js", "theme.js")))
    return tuple(dict.fromkeys(json.loads(f'"{said}"') for said in _SAID.findall(scripts)))


def theme() -> gr.themes.Base:
    """Return Gradio's theme: system fonts, and the page's colours by name (see page.css)."""
    colours = {
        "body_background_fill": "var(--pq-page)",
        "body_text_color": "var(--pq-ink)",
        "body_text_color_subdued": "var(--pq-soft)",
        "background_fill_primary": "var(--pq-page)",
        "background_fill_secondary": "var(--pq-panel)",
        "block_background_fill": "transparent",
        "border_color_primary": "var(--pq-line)",
        "input_background_fill": "var(--pq-panel)",
        "input_placeholder_color": "var(--pq-soft)",
        "link_text_color": "var(--pq-accent)",
        "color_accent_soft": "var(--pq-wash)",
        "button_primary_background_fill": "var(--pq-accent)",
        "button_primary_background_fill_hover": "var(--pq-accent)",
        "button_primary_text_color": "var(--pq-page)",
        "button_secondary_background_fill": "transparent",
        "button_secondary_background_fill_hover": "var(--pq-wash)",
        "button_secondary_text_color": "var(--pq-ink)",
    }
    both = {**colours, **{f"{name}_dark": value for name, value in colours.items()}}
    base = gr.themes.Base(neutral_hue="stone", font=SANS, font_mono=["ui-monospace", "monospace"])
    return base.set(
        color_accent="var(--pq-accent)", block_border_width="0px", block_shadow="none", **both
    )
