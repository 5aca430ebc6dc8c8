"""Adding by many: files are put in a queue of the library, and workers add them."""
