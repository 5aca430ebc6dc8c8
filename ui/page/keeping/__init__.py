"""What is kept on the page: conversations, clippings, and what is taken along of them."""
