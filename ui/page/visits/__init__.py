"""Who is at the page, and with which articles."""
