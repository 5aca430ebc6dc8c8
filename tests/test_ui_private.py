"""The folder of a process: no other process sweeps it away while it is being made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from ui import private


def test_a_folder_that_is_being_made_is_not_swept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process starts and sweeps just before the new lock is taken."""
    swept: list[str] = []

    class Beaten(FileLock):
        def acquire(self, *given: Any, **named: Any) -> Any:
            first = not swept and self.timeout != 0
            if first:
                swept.append(self.lock_file)
                Path(self.lock_file).touch()
                private._sweep(tmp_path)
            taken = super().acquire(*given, **named)
            if first:  # what was locked is the file that the other deleted
                Path(self.lock_file).unlink()
            return taken

    monkeypatch.setattr(private, "FileLock", Beaten)
    monkeypatch.setattr(private, "_own_root", lambda: tmp_path)
    folder = private.private_folder.__wrapped__()
    assert swept and folder.is_dir()
    private._sweep(tmp_path)
    assert folder.is_dir()
    assert Path(f"{folder}{private.LOCK}").exists()
