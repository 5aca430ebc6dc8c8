"""What is kept beside the articles of a library."""
