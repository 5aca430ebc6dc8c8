"""Where a library is kept: one sub-package a database."""
