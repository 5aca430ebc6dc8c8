"""The online half: question → hits → evidence → answer with citations."""

from rag.answer import ask, ask_stream
from rag.model import Model
from rag.retrieve import retrieve
from rag.types import Answer, Citation, Claim, Hit, Turn

__all__ = ["Answer", "Citation", "Claim", "Hit", "Model", "Turn", "ask", "ask_stream", "retrieve"]
