"""Bytes of any format → a ``Document``: one module for each format, chosen by content."""
