"""What the README shows is what happens."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

README = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")


def test_the_python_of_the_readme_prints_what_it_says() -> None:
    found = re.search(r"```python\n(.*?)```\n\n```text\n(.*?)```", README, re.DOTALL)
    assert found
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(found.group(1), "README.md", "exec"), {})
    assert printed.getvalue() == found.group(2)


def test_every_file_that_the_readme_names_is_there() -> None:
    root = Path(__file__).resolve().parents[1]
    named = re.findall(r"`((?:index|rag|eval|ui|tests)/[\w./-]+)`|\]\(([\w./-]+)\)", README)
    assert named
    for one, other in named:
        assert (root / (one or other)).exists(), one or other
