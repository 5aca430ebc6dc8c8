"""Serving the page: to whom, how much, and closed in itself."""
