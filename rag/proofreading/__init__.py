"""A draft of one's own against the articles, sentence by sentence."""
