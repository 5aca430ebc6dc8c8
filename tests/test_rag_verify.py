"""An exported answer is small, sealed, and its quotes are found again, or said to be gone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny import TinyEmbedder

from index import Library
from index.errors import InputError
from index.types import Json
from rag import ask
from rag.answer.export import export_answer, read_export, seal
from rag.answer.origin import Origin
from rag.answer.verify import Standing, _judge, verify

STORY = """\
The mayor opened the new bridge on Monday. It cost 12 million euros.

Engineers from Porto designed the arch. They worked on it for three years.

A ferry had crossed the river since 1890. Its last captain retired in spring.
"""
QUOTE = "Engineers from Porto designed the arch."


@pytest.fixture
def story(tmp_path: Path) -> Path:
    file = tmp_path / "bridge.txt"
    file.write_text(STORY)
    return file


@pytest.fixture
def library(tmp_path: Path, story: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library", embedder=TinyEmbedder()) as opened:
        opened.add(story)
        yield opened


@pytest.fixture
def export(tmp_path: Path, library: Library) -> Path:
    file = tmp_path / "answer.json"
    export_answer(ask("Who designed the arch?", library=library), file)
    return file


def test_an_export_is_small_and_holds_the_answer_with_its_evidence(
    export: Path, library: Library
) -> None:
    held = read_export(export)
    (citation,) = held["citations"]
    (article,) = library.articles
    assert citation["quote"] == QUOTE
    assert STORY[citation["start"] : citation["end"]] == QUOTE
    assert STORY.startswith(citation["prefix"] + QUOTE + citation["suffix"], 0)
    assert [(a["id"], a["sha256"], a["source"]) for a in held["articles"]] == [
        (article.id, article.sha256, article.source)
    ]
    assert (held["text"], held["refused"]) == (f"{QUOTE} [1]", False)
    assert export.stat().st_size < 3_000


def test_a_refusal_is_exported_with_the_nearest_places(tmp_path: Path, library: Library) -> None:
    file = tmp_path / "refusal.json"
    answer = ask("What is the weight of the arch in Berlin?", library=library)
    export_answer(answer, file)
    standings = [each.standing for each in verify(file, library=library)]
    assert standings == [Standing.EXACT] * len(answer.nearest) != []


EDITS = (
    (STORY, Standing.EXACT, ""),
    (STORY.replace("captain", "pilot"), Standing.EXACT, "the article was edited since"),
    ("A headline\n\n" + STORY, Standing.MOVED, "the article was edited since"),
    (
        STORY.replace("Engineers from", "Engineers\nfrom"),
        Standing.MOVED,
        "the article was edited since; white space differs",
    ),
    (STORY.replace("Porto", "Lyon"), Standing.EDITED, "the article was edited since"),
    ("Something else entirely.", Standing.EDITED, "the article was edited since"),
)


@pytest.mark.parametrize(("edited", "standing", "note"), EDITS)
def test_a_quote_is_looked_for_in_the_original(
    export: Path, story: Path, edited: str, standing: Standing, note: str
) -> None:
    story.write_text(edited)
    (found,) = verify(export)
    assert (found.standing, found.note, found.where) == (standing, note, str(story))
    if found.start is not None:
        assert edited[found.start :].split()[:2] == QUOTE.split()[:2]
    if "Lyon" in edited:
        assert found.now == "Engineers from Lyon designed the arch."


@pytest.mark.parametrize(("edited", "standing", "note"), EDITS)
def test_an_older_version_is_compared_with_the_newest_that_the_library_holds(
    export: Path, story: Path, library: Library, edited: str, standing: Standing, note: str
) -> None:
    story.write_text(edited)
    library.add(story)
    story.unlink()
    (found,) = verify(export, library=library)
    assert (found.standing, found.note) == (standing, note)
    assert found.where == f"library {library.folder}"


def test_the_original_counts_more_than_the_copy_in_the_library(
    export: Path, story: Path, library: Library
) -> None:
    story.write_text(STORY.replace("Porto", "Lyon"))
    (found,) = verify(export, library=library)
    assert found.standing is Standing.EDITED
    assert found.note.endswith("the library still holds the text that was quoted")
    story.write_bytes(b"\0\0")  # what cannot be read says nothing
    assert verify(export, library=library)[0].standing is Standing.EXACT


def test_without_a_source_a_quote_is_missing(export: Path, story: Path, library: Library) -> None:
    story.unlink()
    assert verify(export, library=library)[0].standing is Standing.EXACT
    library.remove_all([library.articles[0].id])
    for options in ({}, {"library": library}):
        (found,) = verify(export, **options)
        assert found.standing is Standing.MISSING
        assert str(story) in found.note


def test_the_sources_can_be_named(export: Path, story: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("Nothing of it.")
    moved = story.rename(tmp_path / "moved.txt")
    assert verify(export, articles=[other, moved])[0].standing is Standing.EXACT
    assert verify(export, articles=[other])[0].standing is Standing.EDITED
    with pytest.raises(InputError, match="does not exist"):
        verify(export, articles=[story])


def change(file: Path, **values: object) -> None:
    file.write_text(json.dumps(json.loads(file.read_text()) | values))


def test_a_changed_export_is_not_believed(export: Path, tmp_path: Path) -> None:
    change(export, text="Engineers from Lyon designed the arch. [1]")
    with pytest.raises(InputError, match="was changed after it was written"):
        verify(export)
    for content in (b"", b"[]", b"{}", b"\xff\xfe", b"[" * 100_000, b'{"format": "other"}'):
        export.write_bytes(content)
        with pytest.raises(InputError) as caught:
            verify(export)
        assert str(export) in str(caught.value) and "\n" not in str(caught.value)
    with pytest.raises(InputError, match="cannot be read"):
        verify(tmp_path / "absent.json")


def test_an_export_that_speaks_of_no_article_is_refused(export: Path) -> None:
    held = json.loads(export.read_text()) | {"articles": []}
    export.write_text(json.dumps(held | {"seal": seal(held)}))
    with pytest.raises(InputError, match="does not describe article"):
        verify(export)


def test_of_several_places_the_one_with_the_same_neighbours_is_chosen() -> None:
    text = "One. Yes. Two. Yes. Three. Yes. Four."
    citation: Json = {"quote": "Yes.", "start": 0, "end": 4, "prefix": "Two. ", "suffix": " Three."}
    assert _judge(citation, {"sha256": ""}, Origin("", text)).start == text.index("Yes. Three")


_ANY = st.text(st.sampled_from("ab. \n\u00a0é中"), min_size=1, max_size=30)


@given(before=_ANY, quote=_ANY.filter(str.strip), after=_ANY, new=_ANY)
def test_a_quote_is_exact_moved_or_edited_as_it_stands_in_any_text(
    before: str, quote: str, after: str, new: str
) -> None:
    start = len(before)
    citation: Json = {
        "quote": quote,
        "start": start,
        "end": start + len(quote),
        "prefix": before,
        "suffix": after,
    }
    for text in (before + quote + after, new + before + quote + after, before + new + after):
        found = _judge(citation, {"sha256": ""}, Origin("", text))
        if text[start : start + len(quote)] == quote:
            assert found.standing is Standing.EXACT
        elif quote in text:
            assert found.standing is Standing.MOVED
            assert found.start is not None
            assert text[found.start :].startswith(quote)
        elif found.standing is Standing.MOVED:
            assert found.start is not None
            there = "".join(text[found.start :].split())
            assert there.startswith("".join(quote.split()))
        else:
            assert found.standing is Standing.EDITED
