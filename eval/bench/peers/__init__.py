"""The systems that are compared, a file each, and ``measure.py``, which measures all alike.

Each file has a ``System``: ``System(model, hybrid=…)`` loads the embedder, ``add`` takes texts by
their names, ``ask`` returns names, best first. It is loaded by its path in the environment that has
what it imports at its top, and so imports nothing of this package.
"""
