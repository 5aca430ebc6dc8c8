"""PDF: glyphs → lines → paragraphs, headings and rows of tables."""
