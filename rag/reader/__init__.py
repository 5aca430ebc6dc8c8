"""Whether the evidence answers, which sentences do, and what the nearest place lacks."""
