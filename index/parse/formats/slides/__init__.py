"""Slides: PowerPoint's and OpenDocument's."""
