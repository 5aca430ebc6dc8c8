"""After a removal nothing of the article is in any file, and the search for it would find it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import partialmethod
from pathlib import Path

import pytest
from faults import row, scale
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import TinyEmbedder

from index import Library
from index.backends.pieces import PIECE, SHORTEST, cut, find
from index.backends.sqlite.integrity.removal import marks_of, search_files
from index.backends.sqlite.store import Store

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None

SECRET = (
    "Zyxgrommet paid quofflebard in Brabblewick, and nobody was told.\n\n"
    "文字化け秘密は誰にも知られてはならない。Наблюдатель видел всё это своими глазами.\n\n"
    "The mayor opened the new bridge on Monday. It cost 12 million euros."
)
OTHER = "The mayor opened the new bridge on Monday. It cost 12 million euros.\n\nA ferry sank."


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=MEMORY) as name:
        yield Path(name) / "library"


def everything(folder: Path) -> bytes:
    return b"\n".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def test_a_removal_says_what_it_searched_for_and_finds_nothing(folder: Path) -> None:
    with Library.open(folder, embedder=TinyEmbedder()) as library:
        other = library.add_text(OTHER, title="Other")
        secret = library.add_text(SECRET, title="A secret title", source="/home/me/secret.txt")
        found = library.remove_all([secret.id])
        assert (found.articles, found.left) == ((secret,), ())
        assert found.pieces > 10
        assert found.shared > 1  # what the other article says too
        assert found.size == len(everything(folder)) - found.files + 1
        assert library.articles == (other,)
        held = everything(folder)
        for word in ("xgrommet", "fflebard", "秘密", "блюдател", "secret"):
            assert word.encode() not in held


@pytest.mark.parametrize("large", [False, True])
def test_the_search_finds_an_article_that_is_still_there(
    folder: Path, large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: of an article that was not removed every piece is found."""
    if large:
        monkeypatch.setattr("index.backends.passages.LARGE", 0)
    with Library.open(folder, embedder=TinyEmbedder()) as library:
        article = library.add_text(SECRET, title="A secret title", source="/home/me/secret.txt")
        store = Store(folder, read_only=False)
        index = library._backend.search.current(writing=False)
        marks = marks_of(store, article)
        store.delete(article.id)  # behind the library's back: the search index keeps it
        (folder / "library.sqlite.bak").write_bytes(SECRET.encode())
        found = search_files(folder, store, index, [marks])
        assert any("library.sqlite.bak: 'Zyxgrommet paid" in each for each in found.left)
        assert any("generation-1/vectors.faiss: " in each for each in found.left) is not large
        assert "search index: passage 1" in found.left
        store.close()


def test_what_is_open_elsewhere_is_reported(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = partialmethod(Store.checkpoint, wait_ms=0)
    monkeypatch.setattr(Store, "checkpoint", at_once)
    with Library.open(folder, embedder=TinyEmbedder()) as library:
        article = library.add_text(SECRET, title="A secret title")
        with Library.open(folder, embedder=TinyEmbedder()) as reader:
            with reader.reading():
                left = library.remove_all([article.id]).left
                assert any(each.startswith("library.sqlite") for each in left)
        assert library.check().problems == ()
        assert b"xgrommet" not in everything(folder)


def test_a_title_that_the_library_itself_speaks_of_is_not_taken_for_a_trace(folder: Path) -> None:
    with Library.open(folder, embedder=TinyEmbedder()) as library:
        for title in ("passages_by_article", "articles", "SQLite", "prompt_tokens INTEGER"):
            article = library.add_text(f"The bridge of {title} is long.", title=title)
            assert library.remove_all([article.id]).left == ()


def test_many_articles_go_at_once_or_none(folder: Path) -> None:
    with Library.open(folder, embedder=TinyEmbedder()) as library:
        ids = [library.add_text(f"Bridge {n} is long and old.").id for n in range(4)]
        with pytest.raises(Exception, match="has no article 'nope'"):
            library.remove_all([ids[0], "nope"])
        assert len(library.articles) == 4
        assert library.remove_all([ids[0], ids[2], ids[0]]).left == ()
        assert [article.id for article in library.articles] == [ids[1], ids[3]]


@given(st.binary(max_size=400), st.integers(0, 3), st.integers(0, 200))
def test_find_finds_what_in_finds(data: bytes, extra: int, at: int) -> None:
    pieces = {*cut(data), bytes(range(65, 65 + PIECE)), data[at : at + 8 + extra]}
    pieces = {piece for piece in pieces if len(piece) >= 8}
    block = data[at:] + b"ABCDEFGH" * extra + data[:at]
    assert find(pieces, [block]) == {piece for piece in pieces if piece in block}


OWN_WORDS = (Path(__file__).parents[1] / "index/backends/sqlite/schema.sql").read_bytes()
"""What a library holds of its own: hypothesis tries words that it finds in the code."""

_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=8, max_size=60)
_ARTICLE = st.lists(_TEXT, min_size=1, max_size=8).map(". \n\n".join)


@pytest.mark.torture
@settings(max_examples=scale(25, 300), deadline=None)
@given(st.lists(_ARTICLE, min_size=2, max_size=5, unique=True), st.data())
def test_after_any_removals_no_sentence_is_left_that_nobody_else_has(
    texts: list[str], data: st.DataObject
) -> None:
    """By an independent search: every part of the text that no other article has, byte by byte."""
    tally = row("removed article searched for in the files' bytes")
    with tempfile.TemporaryDirectory(dir=MEMORY) as name:
        with Library.open(Path(name) / "library", embedder=TinyEmbedder()) as library:
            ids = [library.add_text(f"Words. {text}", title="-").id for text in texts]
            gone = data.draw(st.sets(st.sampled_from(ids), min_size=1))
            removed = [library.article(each) for each in gone]
            assert library.remove_all(gone).left == ()
            kept = "\n".join(article.text for article in library.articles).encode() + OWN_WORDS
            held = everything(library.folder)
            for article in removed:
                parts = [part.encode() for part in article.text.split(". \n\n")]
                own = [part for part in parts if len(part) >= SHORTEST and part not in kept]
                left = [part for part in own if part in held]
                tally.injected += len(own)
                tally.lost += len(left)
                assert left == []
            assert library.check().problems == ()
