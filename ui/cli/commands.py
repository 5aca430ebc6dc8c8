"""``pullquote chat | ask | add | feedback | completion``: what each of them does."""

from __future__ import annotations

import argparse
import sys

from index.speaking.words import _
from ui.cli.options import (
    ANSWERED,
    LEFT_OUT,
    REFUSED,
    UsageError,
    asked_library,
    asked_within,
    is_empty,
    is_in_database,
    open_library,
    place,
)


def chat(options: argparse.Namespace) -> int:
    """Serve the page until interrupted."""
    from rag.llm.endpoint import model_from
    from ui.page.conversation import extractive, written_by
    from ui.server.serve import serve

    model = model_from(options.llm, options.model)
    serve(
        options.host,
        options.port,
        None if is_empty(options) else place(options),
        answers=written_by(model, always_ask=options.always_ask) if model else extractive,
        failed=options.show_unsupported,
        browser=not options.no_browser,
        history=not options.no_history,
        home=place(options),
        urls=options.urls,
        language=options.lang,
    )
    return ANSWERED


def ask(options: argparse.Namespace) -> int:
    """Print the answer to one question, and export it if that is wanted."""
    from rag import ask_stream
    from rag.answer.export import export_answer
    from rag.llm.endpoint import model_from
    from ui.cli.answer import print_answers

    question, paths = options.question, options.article
    if question is None and len(paths) > 1:
        question = paths.pop()
    if not (question or "").strip():
        raise UsageError(_('there is no question: put one in quotes, for example "Who pays?"'))
    model = model_from(options.llm, options.model)
    with asked_library(options, paths) as library:
        answers = ask_stream(
            question,
            library=library,
            history=options.after,
            within=asked_within(library, options),
            model=model,
            always_ask=options.always_ask,
            follow_up=options.follow_up,
        )
        answer = print_answers(
            answers,
            as_json=options.json,
            failed=options.show_unsupported,
            style=options.style,
        )
    if options.export:
        export_answer(answer, options.export)
    return REFUSED if answer.refused else ANSWERED


def add(options: argparse.Namespace) -> int:
    """Add what is named to a library."""
    from ui.cli.add import add as add_all

    with open_library(options, create=True) as library:
        return LEFT_OUT if add_all(library, options) else ANSWERED


def feedback(options: argparse.Namespace) -> int:
    """Write what was said of answers as a question set."""
    from ui.feedback.opinions import feedback_folder
    from ui.feedback.question_set import write_set

    if is_in_database(options):
        with open_library(options, create=False) as library:
            written = write_set(options.to_set, library.beside or feedback_folder())
    else:
        written = write_set(options.to_set, feedback_folder())
    if written.questions:
        line = _(
            "{file}: {questions} questions on {articles} articles;"
            " ask them with pullquote eval --set {file}",
            file=options.to_set,
            questions=written.questions,
            articles=written.articles,
        )
        sys.stdout.write(f"{line}\n")
    if written.open_questions:
        where, many = written.open_file, written.open_questions
        line = _("{file}: {count} to complete, whose answer was wrong", file=where, count=many)
        sys.stdout.write(f"{line}\n")
    return ANSWERED


def completion(options: argparse.Namespace) -> int:
    """Print what makes a shell complete our commands and options."""
    import shtab

    from ui.cli.parser import build_parser

    sys.stdout.write(shtab.complete(build_parser(), shell=options.shell) + "\n")
    return ANSWERED
