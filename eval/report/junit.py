"""``junit.xml``: the gate's checks as test cases, for whatever reads those."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from eval.types import Check

_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold."""


def write_junit(path: Path, name: str, checks: Sequence[Check]) -> None:
    """Write one test suite with a case for each check."""
    failures = str(sum(not check.passed for check in checks))
    counts = {"tests": str(len(checks)), "failures": failures, "errors": "0", "skipped": "0"}
    root = ElementTree.Element("testsuites", counts)
    suite = ElementTree.SubElement(root, "testsuite", {"name": _legal(name), **counts})
    for check in checks:
        names = {"classname": f"eval.{_legal(name)}", "name": _legal(check.name)}
        case = ElementTree.SubElement(suite, "testcase", names)
        if check.passed:
            ElementTree.SubElement(case, "system-out").text = _legal(check.detail)
        else:
            ElementTree.SubElement(case, "failure", {"message": _legal(check.detail)})
    ElementTree.indent(root)
    ElementTree.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def _legal(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
