"""A library copied from one folder to another is the same library."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import STORY
from tiny import TinyEmbedder

from index import Library
from rag import retrieve
from ui.cli.main import main


def found(library: Library) -> list[tuple[tuple[str, int, int], float]]:
    hits = retrieve("Who designed the arch of the bridge?", library=library, k=20)
    return [(hit.passage.place, hit.score) for hit in hits]


def test_a_copy_is_the_same_library_and_is_gone_on_with(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = str(tmp_path / "one"), str(tmp_path / "two")
    with Library.open(one, embedder=TinyEmbedder()) as library:
        old = library.add_text("An owl sat in the mill.", title="Owl", source="/s/owl.txt")
        new = library.add_text("Two owls sat in the mill.", title="Owl", source="/s/owl.txt")
        article = library.add_text(STORY, title="A bridge")
        before = found(library)
    assert main(["copy", one, two]) == 0
    assert "2 articles" in capsys.readouterr().err
    with Library.open(one, embedder=TinyEmbedder()) as library:
        later = library.add_text("A wolf came to the harbour.", title="Wolf")
    assert main(["copy", one, two]) == 0
    with Library.open(two, embedder=TinyEmbedder()) as library:
        assert library.articles == (new, article, later)
        assert library.newer(old.id) == new
        assert library.sources("/s") == {"/s/owl.txt": None}
        library.remove(later.id)
        assert found(library) == before
        assert library.check().problems == ()
    with Library.open(two, embedder=TinyEmbedder()) as library:
        library.add_text("A fox is at home here.", title="Fox")
    assert main(["copy", one, two]) == 1
    assert "has other articles in it" in capsys.readouterr().err
    assert main(["copy", str(tmp_path / "none"), two]) == 1
    assert "is not a library" in capsys.readouterr().err
