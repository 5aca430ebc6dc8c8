"""Whether a sentence of an article carries a statement that somebody else wrote."""

from rag.check.evidence_selection import Source
from rag.check.statement import HOLDS, Checked, check_statement

__all__ = ["HOLDS", "Checked", "Source", "check_statement"]
