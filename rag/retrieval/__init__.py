"""Question → passages and sentences that speak of it, best first."""
