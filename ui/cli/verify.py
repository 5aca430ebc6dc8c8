"""``pullquote verify``: whether the quotes of an exported answer stand in their sources."""

from __future__ import annotations

import argparse
from contextlib import ExitStack

from rag.answer.verify import Checked, Standing, verify_answer
from ui.cli import output as show
from ui.cli.options import ANSWERED, EDITED, MISSING, is_made, open_library


def verify_export(options: argparse.Namespace) -> int:
    """Check an exported answer and print how each quote stands."""
    with ExitStack() as opened:
        library = None
        if is_made(options):
            library = opened.enter_context(open_library(options, create=False))
        found = verify_answer(options.file, library=library, articles=options.article)
    show.verified(found, as_json=options.json)
    return _exit_code(found.quotes)


def _exit_code(found: tuple[Checked, ...]) -> int:
    standings = {each.standing for each in found}
    if Standing.EDITED in standings:
        return EDITED
    return MISSING if Standing.MISSING in standings else ANSWERED
