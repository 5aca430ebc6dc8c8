"""Citations, and an answer as a file that can be verified."""
