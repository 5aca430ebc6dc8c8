"""Pages of articles as pictures."""
