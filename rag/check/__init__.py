"""Whether a sentence of an article carries a statement that somebody else wrote."""

from rag.check.statement import Checked, Source, check_statement

__all__ = ["Checked", "Source", "check_statement"]
