"""Whether a sentence of an article carries a statement that somebody else wrote."""
