"""Damaged files of every format: each is read within its ranges, or refused in one line.

``PULLQUOTE_FUZZ=5000`` makes that many of each format; without it there are 60.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache

import pytest
import samples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.errors import InputError
from index.limits import Limits
from index.parse.document import parse_bytes
from index.parse.isolated.child import end_workers

COUNT = int(os.environ.get("PULLQUOTE_FUZZ", "60"))
LIMITS = Limits(cpu_seconds=20, wall_seconds=40, unpacked_bytes=5_000_000, pages=50)

FILES = {
    "pdf": samples.pdf([samples.column(72, ["The bridge opened.", "It cost 12."])] * 2),
    "docx": samples.docx(),
    "docx stored": samples.archive(
        {"word/document.xml": "<w:document/>", "[Content_Types].xml": "<Types/>"}, packed=False
    ),
    "odt": samples.odt(),
    "epub": samples.epub(),
    "rtf": samples.RTF,
    "csv": b"line,who,fare\nNorth,adult,8\nNorth,child,4\n",
    "vtt": b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ana>The bridge opened.\n" * 3,
    "html": samples.WEB_PAGE.encode(),
    "markdown": b"---\ntitle: x\n---\n# A\n\n| a | b |\n|--|--|\n| 1 | 2 |\n\n> - one\n\n```\nx\n",
    "latin": "Der Bürgermeister eröffnet die Brücke.\n\n\tÄrger über größere Kosten.".encode(
        "cp1252"
    ),
}


_MARKS = [b"\0", b"\xff\xff\xff\xff", b"<", b">", b"&#0;", b"\\u-1?", b"{", b"}", b"/", b"\n"]
_MARKS += [b"\xf0\x9f", b"<!DOCTYPE x>", b"endobj", b"/Length -1", b"\\'zz", b"</p>", b"|", b"```"]


@pytest.fixture(scope="module", autouse=True)
def _workers_end() -> Iterator[None]:
    yield
    end_workers()


@cache
def _parts(name: str) -> st.SearchStrategy[bytes]:
    """Files with some bytes changed, cut out or doubled, or with marks of their own format."""
    whole = FILES[name]
    place = st.integers(0, len(whole) - 1)
    marks = st.sampled_from(_MARKS)
    change = st.tuples(place, place, st.one_of(st.binary(max_size=8), marks))

    def changed(changes: list[tuple[int, int, bytes]]) -> bytes:
        data = whole
        for first, second, new in changes:
            start, end = sorted((first % max(1, len(data)), second % max(1, len(data))))
            end = min(end, start + len(new)) if first % 3 else end
            data = data[:start] + new + (data[start:end] if first % 7 == 0 else b"") + data[end:]
        return data

    return st.lists(change, min_size=1, max_size=6).map(changed)


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_damaged_file_is_read_within_its_ranges_or_refused_in_one_line(name: str) -> None:
    @settings(max_examples=COUNT, suppress_health_check=list(HealthCheck))
    @given(_parts(name))
    def check(data: bytes) -> None:
        try:
            document = parse_bytes(data, "the file", LIMITS)
        except InputError as error:
            assert str(error).startswith("the file ") and "\n" not in str(error)
            return
        ends = 0
        for start, end, _ in document.spans:
            assert ends <= start < end <= len(document.text)
            assert document.text[start:end].strip()
            ends = end
        assert document.title and "\0" not in document.text
        document.text.encode()

    check()
