"""What an article is about: the sentences that carry it."""
