"""A page with every public figure, made of what the commands that measure them print."""
