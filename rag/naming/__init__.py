"""What the names of an article are names of."""
