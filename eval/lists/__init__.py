"""Lists and comparisons against what is right."""
