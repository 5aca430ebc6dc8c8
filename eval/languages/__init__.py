"""How well other languages than English are found, and across languages."""
