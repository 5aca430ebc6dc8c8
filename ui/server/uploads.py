"""Uploads lie where nobody can guess, and the same file twice lies in two places."""

from __future__ import annotations

import secrets
from typing import Any

from gradio import route_utils


class SaltedUpload(route_utils.GradioUploadFile):
    """An upload whose folder is named by its content *and* a secret, not by its content alone.

    So two visitors who add the same file do not take it from each other, and whoever knows a
    file cannot name the place where another visitor's copy of it lies.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.sha.update(secrets.token_bytes(32))


def salt_uploads() -> None:
    """Let Gradio name the folder of each upload anew."""
    route_utils.GradioUploadFile = SaltedUpload  # type: ignore[misc]
