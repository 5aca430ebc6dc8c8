"""A library in one folder: SQLite is the truth, FAISS a cache that can be made again."""
