"""``pullquote``: the command line. Results go to stdout, progress and errors to stderr."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from ui.add import describe

if TYPE_CHECKING:
    from index.library import Library
    from index.types import Article

ANSWERED, FAILED, USAGE, REFUSED, LEFT_OUT = 0, 1, 2, 3, 4

LIBRARY_VARIABLE = "PULLQUOTE_LIBRARY"
EMBEDDER_VARIABLE = "PULLQUOTE_EMBEDDER"

_EPILOG = """\
Exit codes: 0 done or answered, 1 error, 2 wrong usage, 3 the articles do not say, 4 something was
left out while the rest was added.
Without --library the library is $PULLQUOTE_LIBRARY, or one in the user's data folder; while that
has no articles, ask and chat use the article that comes with Pullquote."""


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
    except PullquoteError as error:
        sys.stderr.write(f"pullquote: {error}\n")
        return FAILED
    except KeyboardInterrupt:
        sys.stderr.write(
            "pullquote: interrupted; what was added before is kept, run it again to go on\n"
        )
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

    def with_filter(made: _Parser) -> _Parser:
        made.add_argument("--since", metavar="DATE", help="published then or later: 2025-05-07")
        made.add_argument("--before", metavar="DATE", help="published earlier: 2025, 2025-05")
        made.add_argument("--source", metavar="WORDS", help="with this in its path or address")
        made.add_argument("--title", metavar="WORDS", help="with this in its title")
        return made

    chat = command("chat", "open the chat page", _chat)
    chat.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    chat.add_argument("--port", type=_port, default=7860, help="port (%(default)s)")

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

    add = with_json(command("add", "add articles to a library", _add))
    describe(add)
    with_filter(with_json(command("list", "list the articles of a library", _list)))
    remove = command("remove", "remove articles from a library", _remove)
    remove.add_argument("ids", metavar="ID", nargs="+", help="as shown by list")
    with_json(command("check", "verify all that a library stores", _check))
    # Its arguments are read by the evaluation itself: see main().
    commands.add_parser("eval", help="measure, report and gate; see pullquote eval --help")
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65_536:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port from 1 to 65535")
    return int(text)


def _chat(options: argparse.Namespace) -> int:
    from ui.page import serve

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
        answer = ask(question, library=library, within=_within(library, options))
    show.answer(answer, as_json=options.json)
    return REFUSED if answer.refused else ANSWERED


def _within(library: Library, options: argparse.Namespace) -> list[str] | None:
    """Return the ids of the articles to ask; None for all.

    Raises:
        QuestionError: the library has none like that.
    """
    from index.errors import QuestionError

    if not (options.since or options.before or options.source or options.title):
        return None
    chosen = [article.id for article in _chosen(library, options)]
    if not chosen:
        raise QuestionError("no article is of that time, source and title: see pullquote list")
    return chosen


def _add(options: argparse.Namespace) -> int:
    from ui.add import add

    with _open(options, create=True) as library:
        return LEFT_OUT if add(library, options) else ANSWERED


def _list(options: argparse.Namespace) -> int:
    from ui import show

    with _open(options, create=False) as library:
        show.articles(_chosen(library, options), as_json=options.json)
    return ANSWERED


def _chosen(library: Library, options: argparse.Namespace) -> Sequence[Article]:
    return library.find(
        since=options.since, before=options.before, source=options.source, title=options.title
    )


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
