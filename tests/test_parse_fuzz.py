"""Damaged files of every format: each is read within its ranges, or refused in one line.

``PULLQUOTE_FUZZ=5000`` makes that many of each format; without it there are 60.
"""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

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

MADE = Path(__file__).with_name("files")
"""Files that other programs made."""

FILES = {
    "pdf": samples.pdf([samples.column(72, ["The bridge opened.", "It cost 12."])] * 2),
    "docx": samples.docx(),
    "docx stored": samples.archive(
        {"word/document.xml": "<w:document/>", "[Content_Types].xml": "<Types/>"}, packed=False
    ),
    "odt": samples.odt(),
    "epub": samples.epub(),
    "xlsx": (MADE / "report.xlsx").read_bytes(),
    "ods": (MADE / "report.ods").read_bytes(),
    "pptx": (MADE / "harbour.pptx").read_bytes(),
    "odp": (MADE / "harbour.odp").read_bytes(),
    "rtf": samples.RTF,
    "csv": b"line,who,fare\nNorth,adult,8\nNorth,child,4\n",
    "json": b'{"name": "Harbour", "lines": [{"line": "North", "fare": 8}, {"line": "South"}]}',
    "json lines": b'{"line": "North", "fare": 8}\n{"line": "South", "fare": {"child": 4}}\n',
    "eml": samples.EML,
    "mbox": samples.mbox(samples.EML, samples.EML),
    "vtt": b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ana>The bridge opened.\n" * 3,
    "html": samples.WEB_PAGE.encode(),
    "markdown": b"---\ntitle: x\n---\n# A\n\n| a | b |\n|--|--|\n| 1 | 2 |\n\n> - one\n\n```\nx\n",
    "latin": "Der Bürgermeister eröffnet die Brücke.\n\n\tÄrger über größere Kosten.".encode(
        "cp1252"
    ),
}

WITHIN = {
    "xlsx": "xl/worksheets/sheet1.xml",
    "ods": "content.xml",
    "pptx": "ppt/slides/slide3.xml",
    "odp": "content.xml",
    "docx": "word/document.xml",
    "odt": "content.xml",
}
"""Of these the part with the text is damaged too, and packed again as if nothing were wrong."""

_MARKS = [b"\0", b"\xff\xff\xff\xff", b"<", b">", b"&#0;", b"\\u-1?", b"{", b"}", b"/", b"\n"]
_MARKS += [b"\xf0\x9f", b"<!DOCTYPE x>", b"endobj", b"/Length -1", b"\\'zz", b"</p>", b"|", b"```"]


@pytest.fixture(scope="module", autouse=True)
def _workers_end() -> Iterator[None]:
    yield
    end_workers()


def _packed(name: str, entry: str, data: bytes) -> bytes:
    with zipfile.ZipFile(BytesIO(FILES[name])) as file:
        parts = {each: file.read(each) for each in file.namelist()}
    return samples.archive({**parts, entry: data})


@cache
def _parts(whole: bytes) -> st.SearchStrategy[bytes]:
    """Files with some bytes changed, cut out or doubled, or with marks of their own format."""
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
    @given(_parts(FILES[name]))
    def check(data: bytes) -> None:
        _read_or_refused(data)

    check()


@pytest.mark.parametrize("name", sorted(WITHIN))
def test_a_damaged_part_of_a_file_is_read_within_its_ranges_or_refused(name: str) -> None:
    with zipfile.ZipFile(BytesIO(FILES[name])) as file:
        whole = file.read(WITHIN[name])

    @settings(max_examples=COUNT, suppress_health_check=list(HealthCheck))
    @given(st.one_of(_parts(whole), _renumbered(whole)))
    def check(data: bytes) -> None:
        _read_or_refused(_packed(name, WITHIN[name], data))

    check()


@cache
def _renumbered(whole: bytes) -> st.SearchStrategy[bytes]:
    """XML that stays whole, with other numbers in it."""
    places = [found.span() for found in re.finditer(rb"\d+", whole)]
    other = st.sampled_from([b"0", b"-1", b"7", b"x", b"1048577", b"9" * 30, b"1e400", b""])

    def changed(changes: list[tuple[int, bytes]]) -> bytes:
        data = whole
        for (start, end), new in sorted(
            {places[n % len(places)]: new for n, new in changes}.items(), reverse=True
        ):
            data = data[:start] + new + data[end:]
        return data

    return st.lists(st.tuples(st.integers(0, 10_000), other), min_size=1, max_size=6).map(changed)


def _read_or_refused(data: bytes) -> None:
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
    for table in document.tables:
        for row in table.rows:
            assert all(row.start <= cell.start < cell.end <= row.end for cell in row.cells)
    assert document.title and "\0" not in document.text
    document.text.encode()
