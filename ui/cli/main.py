"""``pullquote``: the command line. Results go to stdout, progress and errors to stderr."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence

from ui.cli.options import FAILED, INTERRUPTED, USAGE, UsageError
from ui.cli.parser import Run, build_parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if given[:1] == ["eval"]:
        from eval.__main__ import main as evaluate

        return evaluate(given[1:])
    parser = build_parser()
    options = parser.parse_args(given)
    if not getattr(options, "paths", True) and not options.url:
        parser.error("there is nothing to add: name files, folders or --url addresses")
    from index.errors import PullquoteError

    run: Run = options.run
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


if __name__ == "__main__":
    sys.exit(main())
