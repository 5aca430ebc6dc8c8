"""The words, numbers and names of a text, in English."""
