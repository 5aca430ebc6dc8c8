"""Pure functions: rankings, ranges and texts in, numbers out. Nothing here knows of a library."""
