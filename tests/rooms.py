"""How large rooms may get: ``python tests/rooms.py`` names what is over a limit, and fails.

Lines of a function without its docstring and the functions that it holds, lines of a file, and
modules side by side in a folder.
"""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("index", "rag", "eval", "ui")

FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef

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
            if isinstance(node, FUNCTIONS) and _own_lines(node) > FUNCTION:
                yield f"{name}:{node.lineno}: {node.name} has over {FUNCTION} lines"
    modules = Counter(file.parent for file in files if file.name != "__init__.py")
    for folder, count in modules.items():
        if count > FOLDER:
            yield f"{folder.relative_to(root)}: {count} modules, at most {FOLDER}"


def _own_lines(function: FUNCTIONS) -> int:
    """How many lines a function has without its docstring and the functions that it holds."""
    inner = (node for node in ast.walk(function) if node is not function)
    held = sum(_lines(node) for node in inner if isinstance(node, FUNCTIONS))
    said = _lines(function.body[0]) if ast.get_docstring(function) else 0
    return _lines(function) - held - said


def _lines(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


if __name__ == "__main__":
    found = list(over(ROOT))
    sys.stdout.write("".join(f"{line}\n" for line in found))
    sys.exit(bool(found))
