"""One file a format, but for PDF: bytes → blocks."""
