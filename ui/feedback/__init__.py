"""What people think of answers, and the question set made of it."""
