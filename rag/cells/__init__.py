"""The cell of a table that answers, the one that it has not, and what would have to be computed."""
