"""What was said already is no evidence for what is asked next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.answer.citation import spoken
from rag.retrieval.late_interaction import ScoredEvidence
from rag.types import Evidence, text_of


def leave_out_said(weighed: ScoredEvidence, said: Sequence[str]) -> ScoredEvidence:
    """Return the evidence that goes on with what was ``said``, the texts of earlier answers.

    These are the other sentences of the passages that were quoted: what else speaks of the words
    of a question that was answered is mostly about something else.
    """

    def was_said(text: str) -> bool:
        return any(spoken(text) in answer for answer in said)

    def goes_on(evidence: Evidence) -> bool:
        passage = evidence.passage
        quoted = any(was_said(text_of(passage, each)) for each in passage.sentences)
        return quoted and not was_said(evidence.text)

    return replace(weighed, sentences=tuple(filter(goes_on, weighed.sentences)))
