"""Data with names for its values."""
