"""JSON: each value with its path, lists of like objects as tables, nothing without a bound."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from index.errors import InputError
from index.limits import Limits
from index.parse.document import parse_bytes
from index.parse.isolated.child import end_workers
from index.segment.tables import in_words, rows_of
from index.types import Document, Role

_LONG = "Its last captain told everybody, day after day, that it would go on. " * 3
HARBOUR = """{"name": "Harbour", "opened": 2019, "share": 0.50, "active": true, "gone": null,
 "lines": [{"line": "North", "fare": {"adult": 8.00, "child": 4}, "stops": ["Quay", "Island"]},
           {"line": "South", "fare": {"adult": 6.50}, "note": "free at night"}],
 "total": 12,
 "about": "The ferry had crossed the river since 1890. LONG\\n\\nHe sold it to a museum in spring."}
""".replace("LONG", _LONG.strip())


@pytest.fixture(scope="module", autouse=True)
def _workers_end() -> Iterator[None]:
    yield
    end_workers()


def said(document: Document, role: Role = Role.TEXT) -> list[str]:
    return [document.text[start:end] for start, end, found in document.spans if found is role]


def in_full(document: Document) -> list[str]:
    return [next(in_words(document.text, row)) for row in rows_of(document.tables)]


def test_each_value_has_its_path_and_objects_in_a_list_are_a_table() -> None:
    document = parse_bytes(HARBOUR.encode(), "harbour.txt")
    assert said(document)[:8] == [
        "name: Harbour",
        "opened: 2019",
        "share: 0.50",
        "active: true",
        "North\t8.00\t4",
        "South\t6.50\tfree at night",
        "lines › 0 › stops: Quay, Island",
        "total: 12",
    ]
    assert said(document)[-1] == "He sold it to a museum in spring."
    assert said(document, Role.HEADING) == [
        "lines",
        "line\tfare › adult\tfare › child\tnote",
        "about",
    ]
    assert in_full(document) == [
        "lines · North: fare › adult: 8.00; fare › child: 4",
        "lines · South: fare › adult: 6.50; note: free at night",
    ]
    assert (document.title, document.media) == ("harbour", "application/json")


def test_lines_of_json_are_rows() -> None:
    rows = "".join(f'{{"bell": "bell {n}", "weight": {n}}}\n' for n in range(20_000))
    document = parse_bytes(rows.encode(), "bells.jsonl")
    assert len(document.tables[0].rows) == 20_000
    assert in_full(document)[7] == "bell 7: weight: 7"


def test_a_place_in_a_list_is_counted_from_0() -> None:
    document = parse_bytes(b'{"items": [[1, 2], {"name": "Quay"}]}', "x")
    assert said(document) == ["items › 0: 1, 2", "items › 1 › name: Quay"]


@pytest.mark.parametrize(
    ("data", "limits", "says"),
    [
        (b'{"name": "Harbour", "opened": 20', {}, "cannot be read as JSON (line 1)"),
        (b'{"a": 1}\n{"a": 2}\n{"a": \n', {}, "cannot be read as JSON (line 3)"),
        (b'{"a": ' * 70 + b"1" + b"}" * 70, {}, "is nested over 60 levels deep"),
        (b'{"a": ' + b"[" * 100_000, {}, "is nested too deeply"),
        (b'[{"a": "b"}]', {"characters": 5}, "characters, the limit is 5"),
        (b'{"a": null}', {}, "is empty"),
    ],
)
def test_bad_json_is_refused_in_one_line(data: bytes, limits: dict[str, int], says: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_bytes(data, "the file", Limits(**limits))
    assert says in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    ["[Music] The ferry leaves.\n", "[1] Silva, Ana: Bridges.\n", "{note} It opened.\n", "{}x\n"],
)
def test_a_text_that_begins_with_a_bracket_is_a_text(text: str) -> None:
    assert parse_bytes(text.encode(), "x").media == "text/plain"
