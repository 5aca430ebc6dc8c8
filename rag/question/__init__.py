"""What is asked: its words and their weights, its parts, and what it borrows."""
