"""A language model: its endpoint, what it is sent, and its draft as checked statements."""
