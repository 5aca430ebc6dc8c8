"""What the page shows: messages, citations, the source, the list of articles."""
