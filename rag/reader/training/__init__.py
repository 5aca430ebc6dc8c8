"""How the reader is made: ``examples.py``, ``pairs.py`` → ``train.py`` → ``export.py``."""
