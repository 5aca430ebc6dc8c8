"""Adding in a process of its own: the side that asks, and the process."""
