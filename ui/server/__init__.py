"""Serving the page: to whom, how much, and closed in itself."""

import ui.private  # noqa: F401  before Gradio, which all modules here import
