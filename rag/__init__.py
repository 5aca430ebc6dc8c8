"""The online half: question → hits → evidence → answer with citations."""

from rag.answer import ask
from rag.retrieve import retrieve
from rag.types import Answer, Citation, Claim, Hit, Turn

__all__ = ["Answer", "Citation", "Claim", "Hit", "Turn", "ask", "retrieve"]
