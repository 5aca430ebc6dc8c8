"""``make bench``: how fast, how small and how right, beside others that do the same in one run."""
