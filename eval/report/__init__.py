"""What a run leaves behind: a table to look at, and files for people and for other programs."""
