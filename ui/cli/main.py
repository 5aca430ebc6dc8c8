"""``pullquote``: the command line. Results go to stdout, progress and errors to stderr."""

from __future__ import annotations

import argparse
import importlib
import io
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from ui.cli.add import describe
from ui.cli.options import (
    ANSWERED,
    FAILED,
    INTERRUPTED,
    LEFT_OUT,
    REFUSED,
    USAGE,
    UsageError,
    chosen,
    embedder,
    folder,
    folder_name,
    is_empty,
    open_library,
    port,
)

if TYPE_CHECKING:
    from index.library import Library

_EPILOG = """\
Exit codes: 0 done or answered, 1 error, 2 wrong usage, 3 the articles do not say; of add, 4
something was left out while the rest was added; of verify, 4 a source does not say it any more, 5 a
source is missing.
Without --library the library is $PULLQUOTE_LIBRARY, or one in the user's data folder; while that
has no articles, ask and chat use the article that comes with Pullquote.
The key of a language model is read from $PULLQUOTE_KEY only, its prices of a million tokens read
and written from $PULLQUOTE_PRICES, for example 0.15,0.60."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if given[:1] == ["eval"]:
        from eval.__main__ import main as evaluate

        return evaluate(given[1:])
    parser = _parser()
    options = parser.parse_args(given)
    if options.run is _add and not (options.paths or options.url):
        parser.error("there is nothing to add: name files, folders or --url addresses")
    from index.errors import PullquoteError

    run: Callable[[argparse.Namespace], int] = options.run
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal without “ or é still gets the rest of the answer.
        sys.stdout.reconfigure(errors="replace")
    try:
        return run(options)
    except UsageError as error:
        sys.stderr.write(f"pullquote: {error}\n")
        return USAGE
    except PullquoteError as error:
        sys.stderr.write(f"pullquote: {error}\n")
        return FAILED
    except KeyboardInterrupt:
        sys.stderr.write(
            "pullquote: interrupted; what was added before is kept, run it again to go on\n"
        )
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone: say nothing more, not even while closing it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:
        sys.stderr.write(f"pullquote: {error}: free some space, or write elsewhere\n")
        return FAILED


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(USAGE, f"{self.prog}: {message}; see {self.prog} --help\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="pullquote",
        description="Ask articles, and get answers as quotes that can be checked.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, summary: str, run: Callable[[argparse.Namespace], int]) -> _Parser:
        made: _Parser = commands.add_parser(name, help=summary, description=f"{summary}.")
        made.set_defaults(run=run)
        made.add_argument("--library", metavar="DIR", type=folder_name, help="the library's folder")
        made.add_argument("--embedder", metavar="NAME", help="a sentence-transformers name or path")
        return made

    def with_json(made: _Parser) -> _Parser:
        made.add_argument("--json", action="store_true", help="print JSON for programs")
        return made

    def with_filter(made: _Parser) -> _Parser:
        made.add_argument("--since", metavar="DATE", help="published then or later: 2025-05-07")
        made.add_argument("--before", metavar="DATE", help="published earlier: 2025, 2025-05")
        made.add_argument("--source", metavar="WORDS", help="with this in its path or address")
        made.add_argument("--title", metavar="WORDS", help="with this in its title")
        return made

    chat = command("chat", "open the chat page", _chat)
    chat.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    chat.add_argument("--port", type=port, default=7860, help="port (%(default)s)")
    _add_model(chat)

    ask = with_filter(with_json(command("ask", "answer one question", _ask)))
    ask.add_argument("question", nargs="?")
    ask.add_argument(
        "--article",
        metavar="PATH",
        nargs="+",
        action="extend",
        default=[],
        help="ask these files instead (the question may stand after them)",
    )
    ask.add_argument(
        "--export", metavar="FILE", type=Path, help="write the answer with its evidence there too"
    )
    ask.add_argument(
        "--after",
        metavar="QUESTION",
        action="append",
        default=[],
        help="a question asked before, for a follow-up (may be repeated)",
    )
    _add_model(ask)

    add = with_json(command("add", "add articles to a library", _add))
    describe(add)
    keep = partial(_later, "ui.cli.keeping")
    with_filter(with_json(command("list", "list the articles of a library", keep("list_articles"))))
    remove = command("remove", "remove articles, and show that they are gone", keep("remove_all"))
    with_json(remove).add_argument("ids", metavar="ID", nargs="+", help="as shown by list")
    with_json(command("check", "verify and mend all that a library stores", keep("check")))
    watch = command("watch", "keep a library in step with a folder", keep("watch_folder"))
    watch.add_argument("folder", metavar="FOLDER", type=folder_name)
    prove = partial(_later, "ui.cli.verify")
    verify = with_json(command("verify", "check an exported answer", prove("verify_export")))
    verify.add_argument("file", metavar="FILE", type=Path, help="what ask --export wrote")
    verify.add_argument(
        "--article",
        metavar="PATH",
        nargs="+",
        action="extend",
        default=[],
        help="look in these files, wherever the articles were read from",
    )
    feedback = commands.add_parser(
        "feedback",
        help="turn what was said of answers on the chat page into a question set",
        description="Turn what was said of answers on the chat page into a question set.",
    )
    feedback.set_defaults(run=_feedback)
    feedback.add_argument(
        "--to-set",
        metavar="FILE",
        type=Path,
        required=True,
        help="a new JSONL file for pullquote eval --set; its articles are written beside it",
    )
    # Its arguments are read by the evaluation itself: see main().
    commands.add_parser("eval", help="measure, report and gate; see pullquote eval --help")
    return parser


def _later(module: str, name: str) -> Callable[[argparse.Namespace], int]:
    """Return a command that loads what it needs when it is run."""

    def run(options: argparse.Namespace) -> int:
        code: int = getattr(importlib.import_module(module), name)(options)
        return code

    return run


def _add_model(made: argparse.ArgumentParser) -> None:
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


def _chat(options: argparse.Namespace) -> int:
    from rag.llm.endpoint import model_from
    from ui.page.conversation import extractive, written_by
    from ui.server.serve import serve

    model = model_from(options.llm, options.model)
    serve(
        options.host,
        options.port,
        None if is_empty(options) else folder(options),
        answers=written_by(model, always_ask=options.always_ask) if model else extractive,
        failed=options.show_unsupported,
    )
    return ANSWERED


def _ask(options: argparse.Namespace) -> int:
    from rag import ask_stream
    from rag.answer.export import export_answer
    from rag.libraries import bundled_article, library_of
    from rag.llm.endpoint import model_from
    from ui.cli import output as show
    from ui.cli.answer import print_answers

    question, paths = options.question, options.article
    if question is None and len(paths) > 1:
        question = paths.pop()
    if not (question or "").strip():
        raise UsageError('there is no question: put one in quotes, for example "Who pays?"')
    if paths and options.library:
        raise UsageError("--article and --library were both given: ask the one or the other")
    model = model_from(options.llm, options.model)
    if paths or is_empty(options):
        library = library_of(paths or [bundled_article()], embedder(options), show.progress())
    else:
        library = open_library(options, create=False)
    with library:
        answers = ask_stream(
            question,
            library=library,
            history=options.after,
            within=_within(library, options),
            model=model,
            always_ask=options.always_ask,
        )
        answer = print_answers(answers, as_json=options.json, failed=options.show_unsupported)
    if options.export:
        export_answer(answer, options.export)
    return REFUSED if answer.refused else ANSWERED


def _within(library: Library, options: argparse.Namespace) -> list[str] | None:
    """Return the ids of the articles to ask; None for all.

    Raises:
        QuestionError: the library has none like that.
    """
    from index.errors import QuestionError

    if not (options.since or options.before or options.source or options.title):
        return None
    found = [article.id for article in chosen(library, options)]
    if not found:
        raise QuestionError("no article is of that time, source and title: see pullquote list")
    return found


def _add(options: argparse.Namespace) -> int:
    from ui.cli.add import add

    with open_library(options, create=True) as library:
        return LEFT_OUT if add(library, options) else ANSWERED


def _feedback(options: argparse.Namespace) -> int:
    from ui.feedback.opinions import feedback_folder
    from ui.feedback.question_set import write_set

    written = write_set(options.to_set, feedback_folder())
    if written.questions:
        line = f"{options.to_set}: {written.questions} questions on {written.articles} articles"
        sys.stdout.write(f"{line}; ask them with pullquote eval --set {options.to_set}\n")
    if written.open_questions:
        where = written.open_file
        sys.stdout.write(f"{where}: {written.open_questions} to complete, whose answer was wrong\n")
    return ANSWERED


if __name__ == "__main__":
    sys.exit(main())
