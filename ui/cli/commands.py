"""``pullquote chat | ask | add | feedback | completion``: what each of them does."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from ui.cli.options import (
    ANSWERED,
    LEFT_OUT,
    REFUSED,
    UsageError,
    chosen,
    embedder,
    folder,
    is_empty,
    open_library,
)

if TYPE_CHECKING:
    from index.library import Library


def chat(options: argparse.Namespace) -> int:
    """Serve the page until interrupted."""
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


def ask(options: argparse.Namespace) -> int:
    """Print the answer to one question, and export it if that is wanted."""
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


def add(options: argparse.Namespace) -> int:
    """Add what is named to a library."""
    from ui.cli.add import add as add_all

    with open_library(options, create=True) as library:
        return LEFT_OUT if add_all(library, options) else ANSWERED


def feedback(options: argparse.Namespace) -> int:
    """Write what was said of answers as a question set."""
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


def completion(options: argparse.Namespace) -> int:
    """Print what makes a shell complete our commands and options."""
    import shtab

    from ui.cli.parser import build_parser

    sys.stdout.write(shtab.complete(build_parser(), shell=options.shell) + "\n")
    return ANSWERED
