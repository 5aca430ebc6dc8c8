"""What the source panel shows of an article: its text or its pages, and what is marked on them."""
