"""``pullquote``: the command line. Results go to stdout, progress and errors to stderr."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from index.library import Library

ANSWERED, FAILED, USAGE, REFUSED = 0, 1, 2, 3

LIBRARY_VARIABLE = "PULLQUOTE_LIBRARY"
EMBEDDER_VARIABLE = "PULLQUOTE_EMBEDDER"

_EPILOG = """\
Exit codes: 0 done or answered, 1 error, 2 wrong usage, 3 the articles do not say.
Without --library the library is $PULLQUOTE_LIBRARY, or one in the user's data folder; while that
has no articles, ask and chat use the article that comes with Pullquote."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if given[:1] == ["eval"]:
        from eval.__main__ import main as evaluate

        return evaluate(given[1:])
    options = _parser().parse_args(given)
    from index.errors import PullquoteError

    run: Callable[[argparse.Namespace], int] = options.run
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A terminal without “ or é still gets the rest of the answer.
        sys.stdout.reconfigure(errors="replace")
    try:
        return run(options)
    except PullquoteError as error:
        sys.stderr.write(f"pullquote: {error}\n")
        return FAILED
    except KeyboardInterrupt:
        sys.stderr.write("pullquote: interrupted; what was added before is kept\n")
        return 130
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
        made.add_argument("--library", metavar="DIR", type=Path, help="the library's folder")
        made.add_argument("--embedder", metavar="NAME", help="a sentence-transformers name or path")
        return made

    def with_json(made: _Parser) -> _Parser:
        made.add_argument("--json", action="store_true", help="print JSON for programs")
        return made

    chat = command("chat", "open the chat page", _chat)
    chat.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    chat.add_argument("--port", type=_port, default=7860, help="port (%(default)s)")

    ask = with_json(command("ask", "answer one question", _ask))
    ask.add_argument("question", nargs="?")
    ask.add_argument(
        "--article",
        metavar="PATH",
        nargs="+",
        action="extend",
        default=[],
        help="ask these files instead (the question may stand after them)",
    )

    add = with_json(command("add", "add articles to a library", _add))
    add.add_argument("paths", metavar="PATH", nargs="+")
    with_json(command("list", "list the articles of a library", _list))
    remove = command("remove", "remove articles from a library", _remove)
    remove.add_argument("ids", metavar="ID", nargs="+", help="as shown by list")
    with_json(command("check", "verify all that a library stores", _check))
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


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65_536:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port from 1 to 65535")
    return int(text)


def _chat(options: argparse.Namespace) -> int:
    from ui.serve import serve

    serve(options.host, options.port, None if _is_empty(options) else _folder(options))
    return ANSWERED


def _ask(options: argparse.Namespace) -> int:
    from index.errors import QuestionError
    from rag import ask
    from rag.shelf import bundled_article, library_of
    from ui import show

    question, paths = options.question, options.article
    if question is None and len(paths) > 1:
        question = paths.pop()
    if not (question or "").strip():
        raise QuestionError('there is no question: put one in quotes, for example "Who pays?"')
    if paths and options.library:
        raise QuestionError("--article and --library were both given: ask the one or the other")
    if paths or _is_empty(options):
        library = library_of(paths or [bundled_article()], _embedder(options), show.progress())
    else:
        library = _open(options, create=False)
    with library:
        answer = ask(question, library=library)
    show.answer(answer, as_json=options.json)
    return REFUSED if answer.refused else ANSWERED


def _add(options: argparse.Namespace) -> int:
    from index.errors import InputError
    from ui import show

    added = []
    left_out = 0
    with _open(options, create=True) as library, library.writing():
        for path in options.paths:
            try:
                added.append(library.add(path, show.progress(path)))
            except InputError as error:
                left_out += 1
                sys.stderr.write(f"pullquote: {error}\n")
    show.articles(added, as_json=options.json)
    return FAILED if left_out else ANSWERED


def _list(options: argparse.Namespace) -> int:
    from ui import show

    with _open(options, create=False) as library:
        show.articles(library.articles, as_json=options.json)
    return ANSWERED


def _remove(options: argparse.Namespace) -> int:
    from ui import show

    with _open(options, create=False) as library, library.writing():
        # All ids are looked up before the first article goes.
        ids = dict.fromkeys(library.article(article_id).id for article_id in options.ids)
        show.articles([library.remove(article_id) for article_id in ids], as_json=False)
    return ANSWERED


def _check(options: argparse.Namespace) -> int:
    from ui import show

    with _open(options, create=False) as library:
        found = library.check()
    show.check(found, as_json=options.json)
    return FAILED if found.problems else ANSWERED


def _feedback(options: argparse.Namespace) -> int:
    from ui.feedback import feedback_folder
    from ui.questions import write_set

    written = write_set(options.to_set, feedback_folder())
    if written.questions:
        line = f"{options.to_set}: {written.questions} questions on {written.articles} articles"
        sys.stdout.write(f"{line}; ask them with pullquote eval --set {options.to_set}\n")
    if written.open_questions:
        where = written.open_file
        sys.stdout.write(f"{where}: {written.open_questions} to complete, whose answer was wrong\n")
    return ANSWERED


def _folder(options: argparse.Namespace) -> Path:
    chosen = options.library or os.environ.get(LIBRARY_VARIABLE)
    if chosen:
        return Path(chosen)
    from platformdirs import user_data_path

    return user_data_path("pullquote") / "library"


def _is_empty(options: argparse.Namespace) -> bool:
    """Tell whether no library was named and the user's own has no articles yet."""
    if options.library or os.environ.get(LIBRARY_VARIABLE):
        return False
    from index.store import FILE

    if not (_folder(options) / FILE).exists():
        return True
    with _open(options, create=False) as library:
        return not library.articles


def _embedder(options: argparse.Namespace) -> str | None:
    return options.embedder or os.environ.get(EMBEDDER_VARIABLE) or None


def _open(options: argparse.Namespace, *, create: bool) -> Library:
    from index.library import Library

    return Library.open(_folder(options), embedder=_embedder(options), create=create)


if __name__ == "__main__":
    sys.exit(main())
