"""When somebody has a draft checked."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from time import monotonic

import gradio as gr

from index.errors import PullquoteError, QuestionError
from index.speaking.words import _
from rag.proofreading.proofread import proofread
from rag.proofreading.types import Proof
from ui.page.conversation import NO_ARTICLES
from ui.page.events.visits import visit_of
from ui.page.layout import Parts
from ui.page.render.proofs import show_proofs
from ui.page.visits.visitors import Visitors

STEP_SECONDS = 0.5
"""The list is drawn anew so often while it grows."""


def wire_drafts(parts: Parts, visitors: Visitors, *, at_once: int) -> None:
    """Check the sentences of a draft against the chosen articles, one after the other."""

    def check(draft: str, request: gr.Request) -> Iterator[str]:
        visit = visit_of(visitors, request)
        found: list[Proof] = []
        drawn = monotonic()
        try:
            if not visit.chosen:
                raise QuestionError(_(NO_ARTICLES))
            for proof in proofread(str(draft), library=visit.library, within=visit.within):
                if visit.over:
                    return
                found.append(proof)
                if monotonic() - drawn > STEP_SECONDS:
                    yield show_proofs(found, done=False)
                    drawn = monotonic()
        except PullquoteError as error:
            yield f'<p class="refused" role="alert">{escape(str(error))}</p>'
            return
        yield show_proofs(found, done=True)

    parts.check.click(
        check,
        parts.draft,
        parts.proofs,
        concurrency_limit=at_once,
        concurrency_id="answer",
        show_progress="minimal",
        show_progress_on=parts.proofs,
        api_visibility="private",
    )
