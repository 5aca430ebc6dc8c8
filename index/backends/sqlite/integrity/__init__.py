"""What is stored is whole, and what was removed is gone."""
