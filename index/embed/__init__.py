"""What makes a vector: texts → sentence and token vectors, by the fastest pass at hand."""
