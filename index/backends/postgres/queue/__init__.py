"""Files that wait in the database for workers: put there, taken, told of."""
