"""``pullquote``: the command line."""
