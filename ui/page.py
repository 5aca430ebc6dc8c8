"""The chat page: a question, the answer, and the paragraphs it is quoted from."""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

# Gradio asks its maker's servers for news at import; this page talks to nobody.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio as gr

from index.errors import InputError, PullquoteError
from index.library import Library
from rag import Answer, Citation, Turn, ask
from rag.question import MAX_CHARACTERS
from rag.shelf import bundled_article, library_of

if TYPE_CHECKING:
    from collections.abc import Sequence

AUTH_VARIABLE = "PULLQUOTE_AUTH"

Message = dict[str, Any]

_EXAMPLES = (
    "How many projects does OpenAI aim for?",
    "Who pays for the projects abroad?",
    "What does Miranda Bogen warn of?",
    "What is the capital of France?",
)

_STYLE = """<style>
#chat blockquote {margin: .6rem 0; padding: .2rem .9rem;
  border-left: 3px solid var(--border-color-primary)}
#chat mark {background: #ffe58a; color: #1a1a1a; padding: 0 .1em}
#chat .place {font-size: .85em; opacity: .8}
#chat .refusal {border-left: 3px solid #b7791f; padding-left: .9rem}
</style>"""


def serve(host: str, port: int, folder: Path | None) -> None:
    """Open the page on ``http://host:port`` and stay until interrupted.

    Raises:
        InputError: an address other than this machine's without credentials in the environment,
            or a port that is taken.
        LibraryError: the library cannot be read.
    """
    auth = credentials(host, os.environ.get(AUTH_VARIABLE))
    _refuse_taken(host, port)
    library = Library.open(folder, create=False) if folder else library_of([bundled_article()])
    library.embedder.encode(["warm"], query=True)
    where = f"[{host}]" if ":" in host else host
    sys.stderr.write(f"Pullquote listens on http://{where}:{port} (Ctrl-C to stop)\n")
    launch(build_page(library), host, port, auth=auth)


def launch(
    page: gr.Blocks,
    host: str,
    port: int | None,
    *,
    auth: tuple[str, str] | None = None,
    wait: bool = True,
) -> str:
    """Serve a page; returns its address, at once if not ``wait``."""
    page.queue(max_size=32, default_concurrency_limit=4, api_open=False)
    _, address, _ = page.launch(
        server_name=host,
        server_port=port,
        auth=auth,
        prevent_thread_lock=not wait,
        head=_STYLE,
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace"]),
        share=False,
        quiet=True,
        footer_links=[],
        run_history=False,
        max_file_size="1mb",
        enable_monitoring=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        app_kwargs={"openapi_url": None},
    )
    return str(address)


def credentials(host: str, auth: str | None) -> tuple[str, str] | None:
    """Return the user and password that the page asks for.

    Raises:
        InputError: ``host`` is open to others and there are none.
    """
    user, _, password = (auth or "").partition(":")
    if user and password:
        return user, password
    if not _is_loopback(host):
        raise InputError(
            f"{host} can be reached by others: set {AUTH_VARIABLE}=user:password, "
            "or leave --host away"
        )
    return None


def build_page(library: Library) -> gr.Blocks:
    """Return the page over one library."""
    titles = ", ".join(article.title for article in library.articles[:3])
    with gr.Blocks(title="Pullquote", analytics_enabled=False) as page:
        gr.HTML(f"<h1>Pullquote</h1><p>Ask about: <b>{escape(titles)}</b></p>")
        chat = gr.Chatbot(
            elem_id="chat",
            label="Conversation",
            show_label=False,
            height="70vh",
            layout="panel",
            sanitize_html=True,
            allow_tags=False,
            latex_delimiters=[],
            buttons=["copy"],
        )
        box = gr.Textbox(
            elem_id="box",
            label="Your question",
            show_label=False,
            placeholder="Ask a question",
            max_length=MAX_CHARACTERS,
            submit_btn="Ask",
            autofocus=True,
        )
        if any(article.source == str(bundled_article()) for article in library.articles):
            gr.Examples([[example] for example in _EXAMPLES], box, label="For example")

        def respond(question: str, shown: list[Message]) -> Iterator[tuple[str, list[Message]]]:
            asked = [*shown, {"role": "user", "content": escape(question)}]
            yield "", asked
            yield "", [*asked, {"role": "assistant", "content": reply(library, question, shown)}]

        box.submit(respond, [box, chat], [box, chat], api_visibility="private")
    return page  # type: ignore[no-any-return]


def reply(library: Library, question: str, shown: Sequence[Message] = ()) -> str:
    """Answer as HTML that is safe to show; a failure is a message, never a broken page."""
    turns = [Turn(_words(each)) for each in shown if each["role"] == "user"]
    try:
        return render(ask(question, library=library, history=turns), library)
    except PullquoteError as error:
        return f'<p class="failure" role="note">{escape(str(error))}</p>'


def render(answer: Answer, library: Library) -> str:
    """Return the answer and its paragraphs as one block of HTML without blank lines."""
    if not answer.refused:
        quotes = "".join(_excerpt(citation, library) for citation in answer.citations)
        sure = f'<span class="place">({answer.certainty})</span>'
        return f"<p>{escape(answer.text)} {sure}</p>{quotes}"
    nearest = "".join(_excerpt(citation, library) for citation in answer.nearest)
    head = f"<p><b>{escape(answer.text)}</b> Nearest to the question:</p>" if nearest else ""
    return f'<div class="refusal">{head or escape(answer.text)}{nearest}</div>'


def _excerpt(citation: Citation, library: Library) -> str:
    """Return the cited paragraph with the cited words marked."""
    text = citation.article.text
    start, end = next(
        (p.start, p.end)
        for p in library.paragraphs(citation.article_id)
        if p.start <= citation.start and citation.end <= p.end
    )
    parts = text[start : citation.start], citation.quote, text[citation.end : end]
    before, quote, after = (escape(" ".join(part.split())) for part in parts)
    place = escape(f"[{citation.number}] {citation.title}, paragraph {citation.paragraph}")
    if citation.lacks:
        place += f" <i>({escape(citation.lacks)})</i>"
    body = " ".join(part for part in (before, f"<mark>{quote}</mark>", after) if part)
    return f'<blockquote><div class="place">{place}</div>{body}</blockquote>'


def _words(message: Message) -> str:
    content = message["content"]
    return content if isinstance(content, str) else str(content[0].get("text", ""))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _refuse_taken(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise InputError(
                f"{host}:{port} cannot be used ({error.strerror}): choose another --port"
            ) from error
