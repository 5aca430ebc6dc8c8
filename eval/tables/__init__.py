"""The right cell of a table: ``__main__.py`` asks and prints, ``cells.py`` tells what is right."""
