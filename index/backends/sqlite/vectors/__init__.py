"""The search index of vectors, its generations, and what is near."""
