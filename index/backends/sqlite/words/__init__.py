"""The full-text index, and what shares words."""
