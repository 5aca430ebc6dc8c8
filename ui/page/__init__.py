"""The chat page."""

import ui.private  # noqa: F401  before Gradio, which all modules here import
