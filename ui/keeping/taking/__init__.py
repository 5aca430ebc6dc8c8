"""Conversations and clippings as files: Markdown, DOCX, rich text, and what cites them."""
