"""Whether what a question wants is told, and what tells it."""
