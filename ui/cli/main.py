"""``pullquote``: the command line. Results go to stdout, progress and errors to stderr."""

from __future__ import annotations

import io
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from index.speaking.choice import of_terminal
from index.speaking.words import ENGLISH, _, speaking, spoken
from index.terminal import guard_streams, one_line
from ui.cli.options import FAILED, INTERRUPTED, USAGE, UsageError
from ui.cli.parser import build_parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. What others wrote is shown, never obeyed."""
    _open_closed()
    if isinstance(sys.stdout, io.TextIOWrapper):
        # What a terminal has no letters for is written out, never replaced: quotes stay quotes.
        sys.stdout.reconfigure(errors="backslashreplace")
    streams = sys.stdout, sys.stderr
    guard_streams()
    try:
        given = sys.argv[1:] if arguments is None else list(arguments)
        with speaking(of_terminal()), _told_once():
            return _run(given)
    finally:
        sys.stdout, sys.stderr = streams


@contextmanager
def _told_once() -> Iterator[None]:
    """Tell whoever sits at a terminal what takes long the first time alone: it is not stuck."""
    if not sys.stderr.isatty():
        yield
        return
    log, shown = logging.getLogger("pullquote.once"), logging.StreamHandler(sys.stderr)
    shown.setFormatter(logging.Formatter("pullquote: %(message)s"))
    log.addHandler(shown)
    log.setLevel(logging.INFO)
    try:
        yield
    finally:
        log.removeHandler(shown)


def _run(given: list[str]) -> int:
    from index.errors import PullquoteError

    try:
        return _command(given)
    except UsageError as error:
        return _fail(USAGE, str(error))
    except PullquoteError as error:
        return _fail(FAILED, str(error))
    except KeyboardInterrupt:
        said = _("interrupted; what was added before is kept, run it again to go on")
        return _fail(INTERRUPTED, said)
    except BrokenPipeError:
        # The reader of our output has gone: say nothing more, not even while closing it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:
        return _fail(FAILED, _("{why}: free some space, or write elsewhere", why=error))


def _command(given: list[str]) -> int:
    if given[:1] == ["eval"]:
        from eval.__main__ import main as evaluate

        with speaking(ENGLISH):
            return evaluate(given[1:])
    parser = build_parser()
    options = parser.parse_args(given)
    if not getattr(options, "paths", True) and not options.url:
        parser.error(_("there is nothing to add: name files, folders or --url addresses"))
    with speaking(options.lang or spoken()):
        code: int = options.run(options)
    sys.stdout.flush()
    return code


def _fail(code: int, reason: str) -> int:
    sys.stderr.write(f"pullquote: {one_line(reason)}\n")
    return code


def _open_closed() -> None:
    """Open what was closed before we came, to nowhere: the next file would take its place."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w" if number else "r", encoding="utf-8"))  # noqa: PTH123, SIM115


if __name__ == "__main__":
    sys.exit(main())
