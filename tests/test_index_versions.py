"""Versions of a source: the newest one is found, older ones are known to have been replaced."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tiny import TinyEmbedder

from index import Library
from index.errors import ArticleEdited, InputError, LibraryError
from rag import ask, retrieve

OLD = "The tower is 90 metres high.\n\nIt was finished in 1931."
NEW = "The tower is 95 metres high.\n\nIt was finished in 1931."
QUESTION = "How many metres high is the tower?"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library", embedder=TinyEmbedder()) as opened:
        yield opened


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "tower.txt"
    file.write_text(OLD)
    return file


def contents(library: Library) -> dict[str, str]:
    """The text that each shown source holds; the library must be in order."""
    assert library.check().problems == ()
    return {article.source: article.text for article in library.articles}


def test_an_edited_file_takes_the_place_of_its_older_version(library: Library, file: Path) -> None:
    old = library.add(file)
    file.write_text(NEW)
    new = library.add(file)
    assert contents(library) == {str(file): NEW}
    assert ask(QUESTION, library=library).citations[0].article == new
    assert b"90 metres" not in b"".join(
        place.read_bytes() for place in library.folder.rglob("*") if place.is_file()
    )
    assert library.newer(old.id) == new
    assert library.newer(new.id) is None
    for act in (library.article, library.remove):
        with pytest.raises(ArticleEdited) as caught:
            act(old.id)
        assert str(caught.value) == (
            f"{file} was edited since it was article {old.id}: it is article {new.id} now"
        )


def test_a_file_is_the_same_however_it_is_named(
    library: Library, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.add(file)
    file.write_text(NEW)
    monkeypatch.chdir(file.parent)
    (file.parent / "inner").mkdir()
    library.add("inner/../tower.txt")
    assert contents(library) == {str(file): NEW}


def test_every_older_version_leads_to_the_newest(library: Library, file: Path) -> None:
    ids = []
    for text in (OLD, NEW, OLD + " It is closed.", NEW + " It is open."):
        file.write_text(text)
        ids.append(library.add(file).id)
    newest = library.article(ids[-1])
    assert [library.newer(older) for older in ids[:-1]] == [newest] * 3


def test_an_edit_that_is_taken_back_brings_the_older_version_back(
    library: Library, file: Path
) -> None:
    old = library.add(file)
    file.write_text(NEW)
    new = library.add(file)
    file.write_text(OLD)
    assert library.add(file).id == old.id
    assert contents(library) == {str(file): OLD}
    assert library.newer(old.id) is None
    assert (library.newer(new.id) or old).id == old.id


def test_one_text_in_two_files_is_one_article_until_both_are_gone(
    library: Library, file: Path
) -> None:
    copy = file.with_name("copy.txt")
    copy.write_text(OLD)
    article = library.add(file)
    assert library.add(copy) == article
    assert sorted(library.sources(file.parent)) == sorted(map(str, (file, copy)))
    file.write_text(NEW)
    library.add(file)
    assert contents(library) == {str(copy): OLD, str(file): NEW}
    assert library.newer(article.id) is None
    copy.write_text(NEW)
    library.add(copy)
    assert list(contents(library).values()) == [NEW]
    library.drop(str(file))
    assert contents(library) == {str(copy): NEW}
    library.drop(str(copy))
    assert contents(library) == {}


def test_pasted_texts_do_not_replace_one_another(library: Library, file: Path) -> None:
    library.add_text(OLD)
    library.add_text(NEW)
    library.add(file)
    assert [article.text for article in library.articles] == [OLD, NEW]
    library.drop(str(file))
    assert [article.text for article in library.articles] == [OLD, NEW]
    assert library.check().problems == ()


def test_a_removed_article_leaves_nothing_of_its_versions_behind(
    library: Library, file: Path
) -> None:
    old = library.add(file)
    file.write_text(NEW)
    library.remove(library.add(file).id)
    assert library.newer(old.id) is None
    with pytest.raises(LibraryError, match="has no article"):
        library.article(old.id)
    files = [place for place in library.folder.rglob("*") if place.is_file()]
    held = b"".join(place.read_bytes() for place in files)
    assert b"tower.txt" not in held and old.id.encode() not in held


def test_a_version_that_cannot_be_read_leaves_the_older_one(library: Library, file: Path) -> None:
    library.add(file)
    for spoilt in (b"", b"\0\1\2", b"# Only a heading"):
        file.write_bytes(spoilt)
        with pytest.raises(InputError):
            library.add(file)
    assert contents(library) == {str(file): OLD}


def test_there_is_no_moment_without_an_answer_while_a_source_is_edited(
    library: Library, file: Path
) -> None:
    """Two readers ask without pause; each answer must be of one whole version."""
    library.add(file)
    for number in range(20):
        library.add_text(f"Bridge {number} is {number} metres long.")
    wrong: list[str] = []
    asked = 0
    done = threading.Event()

    def read() -> None:
        nonlocal asked
        with Library.open(library.folder, embedder=TinyEmbedder()) as reader:
            while not done.is_set():
                answer = ask(QUESTION, library=reader)
                (best, *_) = retrieve(QUESTION, library=reader)
                asked += 1
                if answer.refused or "The tower is 9" not in answer.citations[0].quote:
                    wrong.append(answer.text)
                elif "The tower is 9" not in best.passage.text:
                    wrong.append(best.passage.text)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(30):
        file.write_text(f"The tower is 9{number} metres high.\n\nIt was finished in 1931.")
        with library.writing():
            library.add(file)
            library.add_text(f"Tunnel {number} is {number} metres deep.")
    done.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert asked > 10
