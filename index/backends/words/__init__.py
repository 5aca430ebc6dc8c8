"""What the words of a text are to the full-text index, and how passages rank by them."""
