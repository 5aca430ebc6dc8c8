"""The commands of ``pullquote`` with their arguments. What runs them is imported when it runs."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from index.speaking.words import LANGUAGES
from index.terminal import one_line
from ui.cli.add import describe
from ui.cli.options import USAGE, folder_name, library_name, port

Run = Callable[[argparse.Namespace], int]

_EPILOG = """\
Exit codes: 0 done or answered, 1 error, 2 wrong usage, 3 the articles do not say; of add, 4
something was left out while the rest was added; of verify, 4 a source does not say it any more, 5 a
source is missing; of proof, 4 a sentence is not what an article says, 5 some were not found in any.
Without --library the library is $PULLQUOTE_LIBRARY, or one in the user's data folder; while that
has no articles, ask and chat use the article that comes with Pullquote.
The key of a language model is read from $PULLQUOTE_KEY only, its prices of a million tokens read
and written from $PULLQUOTE_PRICES, for example 0.15,0.60."""


_EMBEDDER = """all-MiniLM-L6-v2 (English), multilingual-e5-small, or a sentence-transformers name
or path; if not given, the library's own, which its first article's language chose"""

_LIBRARY = "the library's folder, or postgresql://host/db?library=name"

_LANGUAGE = f"{', '.join(LANGUAGES)}: of what is printed; if not given, the terminal's"

_WORKERS = """Start as many as there are processor cores, on any machines: add, watch and the page
leave their files to workers while there are some. What a worker had that died is taken over at
once, and given up when two died over it. Ctrl-C and SIGTERM give back what is in hand."""

_QUESTION_SET = "a new JSONL file for pullquote eval --set; its articles are written beside it"


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(USAGE, f"{self.prog}: {one_line(message)}; see {self.prog} --help\n")


class _Version(argparse.Action):
    """Look the version up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import version

        sys.stdout.write(f"pullquote {version('pullquote')}\n")
        parser.exit()


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line; ``run`` of its result is what to call."""
    parser = _Parser(
        prog="pullquote",
        description="Ask articles, and get answers as quotes that can be checked.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_asking(commands)
    _add_keeping(commands)
    _add_proving(commands)
    return parser


def _add_asking(commands: Any) -> None:
    chat = _command(commands, "chat", "open the chat page", "commands.chat")
    chat.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    chat.add_argument("--port", type=port, default=7860, help="port (%(default)s)")
    chat.add_argument("--no-browser", action="store_true", help="do not open it in a browser")
    chat.add_argument("--no-history", action="store_true", help="write no conversation down")
    what = "who is at the page may add links; this machine fetches them (public addresses only)"
    chat.add_argument("--urls", action="store_true", help=what)
    _with_model(chat)
    ask = _with_filter(_command(commands, "ask", "answer one question", "commands.ask", json=True))
    ask.add_argument("question", nargs="?")
    _with_articles(ask, "ask these files instead (the question may stand after them)")
    ask.add_argument(
        "--export", metavar="FILE", type=Path, help="write the answer with its evidence there too"
    )
    what = "cite the quotes in this style, with a list of references"
    ask.add_argument("--style", choices=("plain", "apa", "chicago"), default="plain", help=what)
    ask.add_argument(
        "--after",
        metavar="QUESTION",
        action="append",
        default=[],
        help="a question asked before, for a follow-up (may be repeated)",
    )
    taken = ask.add_mutually_exclusive_group()
    for option, chosen, summary in (
        ("--follow-up", True, "take it to follow from the question before"),
        ("--by-itself", False, "take it by itself, whatever was asked before"),
    ):
        taken.add_argument(
            option, dest="follow_up", action="store_const", const=chosen, help=summary
        )
    _with_model(ask)
    summary = "say what an article is about, in its own sentences"
    overview = _command(commands, "overview", summary, "overview.overview", json=True)
    named = "a file; with --library, an id as shown by list (the bundled article, if not given)"
    overview.add_argument("article", metavar="ARTICLE", nargs="?", help=named)


def _add_keeping(commands: Any) -> None:
    describe(_command(commands, "add", "add articles to a library", "commands.add", json=True))
    summary = "list the articles of a library"
    _with_filter(_command(commands, "list", summary, "keeping.list_articles", json=True))
    summary = "remove articles, and show that they are gone"
    remove = _command(commands, "remove", summary, "keeping.remove_all", json=True)
    remove.add_argument("ids", metavar="ID", nargs="+", help="as shown by list")
    summary = "move a library to another embedder, from its stored texts"
    moved = _command(commands, "reindex", summary, "keeping.reindex")
    moved.add_argument("place", metavar="LIBRARY", nargs="?", type=library_name, help=_LIBRARY)
    summary = "copy a library to a new place: a folder, or a database"
    copied = _bare(commands, "copy", summary, "keeping.copy")
    copied.add_argument("source", metavar="FROM", type=library_name, help=_LIBRARY)
    copied.add_argument("to", metavar="TO", type=library_name, help="likewise")
    summary = "keep a library in step with a folder"
    watch = _command(commands, "watch", summary, "keeping.watch_folder")
    watch.add_argument("folder", metavar="FOLDER", type=folder_name)
    summary = "add what others put in a library's queue, in PostgreSQL, beside other workers"
    worker = _command(commands, "work", summary, "keeping.work")
    worker.epilog = _WORKERS
    what = "end when nothing waits any more, instead of waiting for more"
    worker.add_argument("--once", action="store_true", help=what)


def _add_proving(commands: Any) -> None:
    summary = "check each sentence of a draft of your own against articles"
    proof = _with_filter(_command(commands, "proof", summary, "proof.proof", json=True))
    proof.add_argument("draft", metavar="DRAFT", type=Path, help="a text or Markdown file")
    _with_articles(proof, "check it against these files instead")
    summary = "verify and mend all that a library stores"
    _command(commands, "check", summary, "keeping.check", json=True)
    summary = "check an exported answer"
    verify = _command(commands, "verify", summary, "verify.verify_export", json=True)
    verify.add_argument("file", metavar="FILE", type=Path, help="what ask --export wrote")
    _with_articles(verify, "look in these files, wherever the articles were read from")
    summary = "turn what was said of answers on the chat page into a question set"
    feedback = _command(commands, "feedback", summary, "commands.feedback")
    feedback.add_argument("--to-set", metavar="FILE", type=Path, required=True, help=_QUESTION_SET)
    # Its arguments are read by the evaluation itself: see main().
    commands.add_parser("eval", help="measure, report and gate; see pullquote eval --help")
    summary = "print what makes a shell complete commands and options"
    completion = _bare(commands, "completion", summary, "commands.completion")
    completion.add_argument("shell", choices=("bash", "zsh", "tcsh"))


def _command(
    commands: Any, name: str, summary: str, run: str, *, json: bool = False
) -> argparse.ArgumentParser:
    """Add a command that is about a library."""
    made = _bare(commands, name, summary, run)
    made.add_argument("--library", metavar="PLACE", type=library_name, help=_LIBRARY)
    made.add_argument("--embedder", metavar="NAME", help=_EMBEDDER)
    if json:
        made.add_argument("--json", action="store_true", help="print JSON for programs")
    return made


def _bare(commands: Any, name: str, summary: str, run: str) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = commands.add_parser(
        name, help=summary, description=f"{summary[0].upper()}{summary[1:]}."
    )
    made.set_defaults(run=_later(run))
    made.add_argument("--lang", metavar="LANGUAGE", choices=LANGUAGES, help=_LANGUAGE)
    return made


def _later(name: str) -> Run:
    """Return a command that imports what it needs when it is run: ``"keeping.check"``."""

    def run(options: argparse.Namespace) -> int:
        module, _, function = name.partition(".")
        code: int = getattr(importlib.import_module(f"ui.cli.{module}"), function)(options)
        return code

    return run


def _with_filter(made: argparse.ArgumentParser) -> argparse.ArgumentParser:
    made.add_argument("--since", metavar="DATE", help="published then or later: 2025-05-07")
    made.add_argument("--before", metavar="DATE", help="published earlier: 2025, 2025-05")
    made.add_argument("--source", metavar="WORDS", help="with this in its path or address")
    made.add_argument("--title", metavar="WORDS", help="with this in its title")
    return made


def _with_articles(made: argparse.ArgumentParser, what: str) -> None:
    made.add_argument(
        "--article", metavar="PATH", nargs="+", action="extend", default=[], help=what
    )


def _with_model(made: argparse.ArgumentParser) -> None:
    """Add what concerns a language model."""
    group = made.add_argument_group("language model (what it writes is checked)")
    group.add_argument("--llm", metavar="URL", help="an OpenAI-compatible address ($PULLQUOTE_LLM)")
    group.add_argument("--model", metavar="NAME", help="the model's name ($PULLQUOTE_MODEL)")
    group.add_argument(
        "--always-ask", action="store_true", help="ask it even where the articles do not say"
    )
    group.add_argument(
        "--show-unsupported",
        action="store_true",
        help="show its statements that did not pass the check, struck through",
    )
