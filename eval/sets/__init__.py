"""A path → a question set, and its articles in a library."""
