"""What keeps a library whole and up to date: repair, another embedder, a folder that is watched."""
