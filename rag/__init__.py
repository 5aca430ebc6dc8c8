"""The online half: question → hits → evidence → answer with citations."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.asking import ask, ask_stream
    from rag.llm.endpoint import Model
    from rag.overviews.overview import overview
    from rag.overviews.types import Overview
    from rag.proofreading.proofread import check_statement, proofread
    from rag.proofreading.types import Proof, Standing
    from rag.searching import retrieve
    from rag.styles.styled import cite_as
    from rag.types import Answer, Citation, Claim, Hit, Turn

__all__ = [
    "Answer",
    "Citation",
    "Claim",
    "Hit",
    "Model",
    "Overview",
    "Proof",
    "Standing",
    "Turn",
    "ask",
    "ask_stream",
    "check_statement",
    "cite_as",
    "overview",
    "proofread",
    "retrieve",
]

_PLACES = {
    "ask": "asking",
    "ask_stream": "asking",
    "check_statement": "proofreading.proofread",
    "cite_as": "styles.styled",
    "overview": "overviews.overview",
    "proofread": "proofreading.proofread",
    "retrieve": "searching",
    "Model": "llm.endpoint",
    "Overview": "overviews.types",
    "Proof": "proofreading.types",
    "Standing": "proofreading.types",
}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Import what is asked for: numpy alone takes as long as all the rest."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_PLACES.get(name, 'types')}"), name)
