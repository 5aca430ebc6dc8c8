"""Which language a text is in, which embedder a library gets for it, and how it gets another."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from tiny import TinyEmbedder

import index.contents
import index.embed.choice
import index.library
from index import Library
from index.embed.choice import embedder_for
from index.embed.embedder import DEFAULT_EMBEDDER, Embedder
from index.embed.forward import MULTILINGUAL
from index.errors import EmbedderMismatch, LibraryError
from index.language import ENGLISH, is_in, language_of
from rag import retrieve

STORIES = {
    "English": "The mayor opened the new bridge on Monday, and it cost twelve million euros.",
    "German": "Die Bürgermeisterin hat am Montag die Brücke eröffnet, und sie ist nicht billig.",
    "French": "Le maire a ouvert le pont lundi, et il est plus cher que prévu dans la ville.",
    "Russian": "Мэр открыл новый мост в понедельник, и он стоил больше, чем было в плане города.",
    "Greek": "Ο δήμαρχος άνοιξε τη γέφυρα τη Δευτέρα, και το έργο είναι από τα πιο ακριβά.",
    "Chinese": "市长星期一为新桥揭幕，工程花费一千二百万。",
    "Japanese": "市長は月曜日に新しい橋を開通させた。",
    "Thai": "นายกเทศมนตรีเปิดสะพานใหม่ในวันจันทร์",
    "Arabic": "افتتح رئيس البلدية الجسر يوم الاثنين، وكان من المشاريع التي لم تنته في هذا العام.",
}


@pytest.mark.parametrize("language", STORIES)
def test_a_language_is_told_by_its_common_words_or_its_script(language: str) -> None:
    assert language_of(STORIES[language]) == language
    for other in STORIES:
        assert is_in(STORIES[language], other) == (other == language)


def test_of_names_and_numbers_no_language_is_told() -> None:
    assert language_of("4711 – 42") == ""
    for text in ("", "12 / 7", "Langlais?", "Porto 1890"):
        assert is_in(text, ENGLISH)


def test_a_question_with_foreign_names_is_in_its_own_language() -> None:
    assert is_in("谁是 Microsoft Windows Server 的作者？", "Chinese")
    assert is_in("Кто в компании Microsoft отвечает за Windows?", "Russian")
    assert not is_in("Кто был последним капитаном парома?", ENGLISH)
    assert not is_in("Who was the last captain of the ferry?", "Russian")


def test_the_embedder_follows_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    for installed in (True, False):
        monkeypatch.setattr(index.embed.choice, "is_installed", lambda now=installed: now)
        for language, text in STORIES.items():
            foreign = installed and language != ENGLISH
            assert embedder_for(text) == (MULTILINGUAL if foreign else DEFAULT_EMBEDDER)


@pytest.fixture
def embedders(monkeypatch: pytest.MonkeyPatch) -> dict[str, TinyEmbedder]:
    """Tiny embedders by the names of the two that come with an installation."""
    found = {name: TinyEmbedder(name, weights=name) for name in (DEFAULT_EMBEDDER, MULTILINGUAL)}

    def load(name: str = DEFAULT_EMBEDDER) -> Embedder:
        return found[name]

    for module in (index.library, index.contents):
        monkeypatch.setattr(module, "load_embedder", load)
    monkeypatch.setattr(index.embed.choice, "is_installed", lambda: True)
    return found


@pytest.mark.parametrize(
    ("language", "name"), [("English", DEFAULT_EMBEDDER), ("German", MULTILINGUAL)]
)
def test_a_library_gets_the_embedder_of_its_first_article_and_keeps_it(
    tmp_path: Path, embedders: dict[str, TinyEmbedder], language: str, name: str
) -> None:
    with Library.open(tmp_path / "library") as library:
        library.add_text(STORIES[language])
        library.add_text(STORIES["French"])
        library.add_text("The ferry crossed the river for years, and it was slow.")
        assert library.embedder_name == name
    with Library.open(tmp_path / "library") as library:
        assert library.embedder_name == name
        assert library.embedder is embedders[name]
    other = next(each for each in embedders if each != name)
    assert embedders[name].encoded and not embedders[other].encoded


def test_a_library_that_others_began_is_followed(
    tmp_path: Path, embedders: dict[str, TinyEmbedder]
) -> None:
    with Library.open(tmp_path / "library") as early, Library.open(tmp_path / "library") as late:
        late.add_text(STORIES["German"])
        early.add_text(STORIES["English"])
        assert early.embedder_name == MULTILINGUAL
        assert not embedders[DEFAULT_EMBEDDER].encoded


def test_an_embedder_that_is_named_is_taken(
    tmp_path: Path, embedders: dict[str, TinyEmbedder]
) -> None:
    with Library.open(tmp_path / "library", embedder=embedders[DEFAULT_EMBEDDER]) as library:
        library.add_text(STORIES["German"])
        assert library.embedder_name == DEFAULT_EMBEDDER
    with pytest.raises(EmbedderMismatch, match="pullquote reindex"):
        Library.open(tmp_path / "library", embedder=embedders[MULTILINGUAL])


class Pairs(TinyEmbedder):
    """Cuts shorter passages than the other, and so has other vectors."""

    def __init__(self) -> None:
        super().__init__("pairs", weights="other", max_tokens=14)


def _told(library: Library) -> list[tuple[str, str, str]]:
    return [(a.id, a.text, a.added) for a in library.articles]


def test_a_moved_library_is_as_if_it_had_been_made_so(tmp_path: Path) -> None:
    long = " ".join(f"Sentence {n} says a thing about bridge {n}." for n in range(9))
    texts = (
        STORIES["English"],
        long,
        "A ferry had crossed the river.\n\n| a | b |\n|---|---|\n| x | 7 |",
    )
    with Library.open(tmp_path / "moved", embedder=TinyEmbedder()) as library:
        for text in texts:
            library.add_text(text)
        before, steps = _told(library), []
        library.reindex(Pairs(), lambda done, of: steps.append((done, of)))
        assert steps == [(1, 3), (2, 3), (3, 3)]
        assert _told(library) == before
        assert library.embedder_name == "pairs"
        assert library.check().problems == ()
        assert library.check().healed == ()
    with Library.open(tmp_path / "made", embedder=Pairs()) as made:
        for text in texts:
            made.add_text(text)
        with Library.open(tmp_path / "moved", embedder=Pairs()) as moved:
            for question in ("bridge 7", "the ferry", "Who opened the bridge?"):
                ours, theirs = (
                    [(h.passage.place, h.score) for h in retrieve(question, library=each)]
                    for each in (moved, made)
                )
                assert ours == theirs


def test_who_has_a_library_open_that_is_moved_is_told_so(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", embedder=TinyEmbedder()) as reader:
        reader.add_text(STORIES["English"])
        [vector] = [each.vector for each in reader.embedder.encode(["bridge"], query=True)]
        with Library.open(tmp_path / "library", embedder=TinyEmbedder()) as other:
            other.reindex(Pairs())
        with pytest.raises(EmbedderMismatch, match="was made with pairs"):
            reader.nearest(vector, 3)


_KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tiny import TinyEmbedder
from index import Library

def step(done, of):
    if done == of - 1:
        os.kill(os.getpid(), signal.SIGKILL)

with Library.open(Path(sys.argv[1]), embedder=TinyEmbedder()) as library:
    library.reindex(TinyEmbedder("pairs", weights="other", max_tokens=14), step)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="nothing kills like that here")
def test_a_move_that_is_killed_midway_changes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    with Library.open(folder, embedder=TinyEmbedder()) as library:
        for text in STORIES.values():
            library.add_text(text)
        before = _told(library)
        hits = [h.score for h in retrieve("Who opened the bridge?", library=library)]
    done = subprocess.run(
        [sys.executable, "-c", _KILLED, folder, Path(__file__).parent], check=False, timeout=60
    )
    assert done.returncode == -signal.SIGKILL
    with Library.open(folder, embedder=TinyEmbedder()) as library:
        assert _told(library) == before
        assert [h.score for h in retrieve("Who opened the bridge?", library=library)] == hits
        assert library.check().problems == ()
        library.reindex(Pairs())
        assert library.check().problems == ()


def test_a_move_to_an_embedder_that_fails_changes_nothing(tmp_path: Path) -> None:
    class Fails(Pairs):
        def _encode(self, text: str, query: bool) -> object:  # type: ignore[override]
            raise LibraryError("no memory")

    with Library.open(tmp_path / "library", embedder=TinyEmbedder()) as library:
        library.add_text(STORIES["English"])
        before = [hit.score for hit in retrieve("bridge", library=library)]
        with pytest.raises(LibraryError, match="no memory"):
            library.reindex(Fails())
        assert library.embedder_name == "tiny"
        assert [hit.score for hit in retrieve("bridge", library=library)] == before
    with sqlite3.connect(tmp_path / "library" / "library.sqlite") as file:
        (mark,) = file.execute("SELECT value FROM meta WHERE key = 'embedder'").fetchone()
    assert json.loads(mark)["name"] == "tiny"
