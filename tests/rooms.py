"""How large rooms may get: ``python tests/rooms.py`` names what is over a limit, and fails.

Lines of a function, from its ``def``; lines of a file; modules side by side in a folder.
"""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("index", "rag", "eval", "ui")

FUNCTION = 40
FILE = 300
FOLDER = 14


def over(root: Path) -> Iterator[str]:
    """Yield a line for everything below ``root`` that is over a limit."""
    files = sorted(file for package in PACKAGES for file in (root / package).rglob("*.py"))
    for file in files:
        text, name = file.read_text(encoding="utf-8"), file.relative_to(root)
        lines = text.count("\n")
        if lines > FILE:
            yield f"{name}: {lines} lines, at most {FILE}"
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                long = (node.end_lineno or node.lineno) - node.lineno + 1
                if long > FUNCTION:
                    yield f"{name}:{node.lineno}: {node.name} has {long} lines, at most {FUNCTION}"
    modules = Counter(file.parent for file in files if file.name != "__init__.py")
    for folder, count in modules.items():
        if count > FOLDER:
            yield f"{folder.relative_to(root)}: {count} modules, at most {FOLDER}"


def _docstring(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """How many lines of a function its docstring takes."""
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        return (first.end_lineno or first.lineno) - first.lineno + 1
    return 0


if __name__ == "__main__":
    found = list(over(ROOT))
    sys.stdout.write("".join(f"{line}\n" for line in found))
    sys.exit(bool(found))
