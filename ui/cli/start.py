"""Where ``pullquote`` starts: nothing is imported before an interruption can be taken."""

from __future__ import annotations

import sys

INTERRUPTED = 130


def main() -> int:
    """Run the command line; see ``ui.cli.main``."""
    try:
        from ui.cli.main import main as run

        return run()
    except KeyboardInterrupt:
        sys.stderr.write("pullquote: interrupted\n")
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
