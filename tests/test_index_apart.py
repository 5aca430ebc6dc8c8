"""Adding in a process of its own: the same as here, and nothing half added however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from conftest import STORY
from tiny import TinyEmbedder

from index import Library
from index.apart.adder import Adder
from index.apart.adding import Offer, Read, add_here
from index.embed.embedder import load_embedder
from index.errors import InputError, LibraryError
from index.progress import Stage, unseen
from rag import retrieve
from ui.page.visits.visit import Visit

ROOT = Path(__file__).resolve().parents[1]

TINY = """
from tiny import TinyEmbedder
from index.apart.worker import main
main(lambda name: TinyEmbedder())
"""

HELD_UP = """
import os, time
from pathlib import Path
from tiny import TinyEmbedder
from index.apart.worker import main
class HeldUp(TinyEmbedder):
    def encode(self, texts, **options):
        while not Path(os.environ["GO_ON"]).exists():
            time.sleep(0.01)
        return super().encode(texts, **options)
main(lambda name: HeldUp())
"""

ABANDON = """
import os, sys
from tiny import TinyEmbedder
from index import Library
from index.apart.adding import Offer
from index.apart.adder import Adder
from test_index_apart import HELD_UP
library = Library.open(sys.argv[1], embedder=TinyEmbedder())
adder = Adder(TinyEmbedder(), start=HELD_UP)
def progress(stage, done, total):
    if stage == "cutting":
        print(adder.process_id, flush=True)
adder.add(Offer(text="The tower is 90 metres high."), lambda read: library, progress)
"""

BELL = "The old bell was cast in Ghent.\n\nIt rings at noon."


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library", embedder=TinyEmbedder()) as opened:
        yield opened


@pytest.fixture
def adder() -> Iterator[Adder]:
    made = Adder(TinyEmbedder(), start=TINY)
    yield made
    made.close()


@pytest.fixture
def held_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Adder]:
    """One whose embedder waits for the file ``go on``."""
    monkeypatch.setenv("GO_ON", str(tmp_path / "go on"))
    made = Adder(TinyEmbedder(), start=HELD_UP)
    yield made
    made.close()


def _until(holds: Callable[[], bool]) -> None:
    for _ in range(6000):
        if holds():
            return
        time.sleep(0.01)
    pytest.fail("that never came about")


def _stored(library: Library) -> list[tuple[object, ...]]:
    """All that the library has of its articles, vectors to the last bit."""
    rows: list[tuple[object, ...]] = []
    for article in library.articles:
        rows.append((article.id, article.title, article.source, article.text, article.media))
        ids = library.passages_of(article.id)
        for passage, tokens in library.passages(ids).values():
            vector = library.embedder.encode([passage.read])[0].vector
            (nearest, *_) = library.nearest(vector, 1)
            rows.append((passage, tokens.ids.tobytes(), tokens.vectors.tobytes(), nearest))
    return rows


def test_what_is_added_apart_is_what_is_added_here(
    library: Library, adder: Adder, tmp_path: Path
) -> None:
    file = tmp_path / "table.md"
    file.write_text("# Prices\n\n| | 2023 | 2024 |\n|---|---|---|\n| Tea | 3 | 4 |\n\nTea is dear.")
    offers = (Offer("table.md", file), Offer(text=STORY, title="Bridge"))
    seen: list[tuple[Stage, int, int]] = []
    with Library.open(tmp_path / "here", embedder=TinyEmbedder()) as here:
        for offer in offers:
            apart = adder.add(offer, lambda read: library, lambda *told: seen.append(told))
            assert apart == add_here(offer, lambda read: here, unseen)
        assert _stored(library) == _stored(here)
    assert [a.title for a in library.articles] == ["Prices", "Bridge"]
    stages = [stage for stage, _, _ in seen]
    assert stages.index(Stage.READING) < stages.index(Stage.CUTTING) < stages.index(Stage.EMBEDDING)
    assert library.check().problems == ()


@pytest.mark.bitwise
def test_the_model_computes_the_same_bits_in_either_process(tmp_path: Path) -> None:
    text = "\n\n".join(f"{STORY} The bridge has {n} lamps." * (n % 4 + 1) for n in range(8))
    embedder = load_embedder()
    made = Adder(embedder)
    blobs = []
    try:
        for name, add in (("apart", made.add), ("here", add_here)):
            with Library.open(tmp_path / name, embedder=embedder) as opened:
                read, _ = add(Offer(text=text), lambda read, to=opened: to, unseen)  # type: ignore[misc]
                ids = opened.passages_of(read.id)
                query = embedder.encode(["Who opened it?"], query=True)[0].vector
                found = [tokens.vectors for _, tokens in opened.passages(ids).values()]
                scores = np.array([score for _, score in opened.nearest(query, 99)], np.float32)
                blobs.append((np.vstack(found).tobytes(), scores.tobytes()))
    finally:
        made.close()
    assert blobs[0] == blobs[1]


def test_what_cannot_be_added_is_told_and_the_process_stays(
    library: Library, adder: Adder, tmp_path: Path
) -> None:
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.7 cut short")
    for offer in (Offer("bad.pdf", tmp_path / "bad.pdf"), Offer(text="# Only\n\n## headings")):
        with pytest.raises(InputError) as here:
            add_here(offer, lambda read: library, unseen)
        with pytest.raises(InputError) as apart:
            adder.add(offer, lambda read: library, unseen)
        assert str(apart.value) == str(here.value)
    first = adder.process_id

    def refuse(read: Read) -> Library:
        raise InputError(f"{read.characters} characters are too many")

    with pytest.raises(InputError, match="31 characters are too many"):
        adder.add(Offer(text=BELL[:31]), refuse, unseen)
    assert adder.add(Offer(text=BELL), lambda read: None, unseen)[1] is False
    assert library.articles == ()
    assert adder.add(Offer(text=BELL), lambda read: library, unseen)[1] is True
    assert [article.text for article in library.articles] == [BELL]
    assert adder.process_id == first


def test_a_question_is_answered_while_a_text_is_held_up(
    library: Library, held_up: Adder, tmp_path: Path
) -> None:
    library.add_text(STORY)
    answers: list[str] = []

    def ask_meanwhile(stage: Stage, done: int, total: int) -> None:
        if stage is not Stage.CUTTING or (tmp_path / "go on").exists():
            return
        (best, *_) = retrieve("Who opened the new bridge?", library=library)
        answers.append(best.passage.text)
        assert len(library.articles) == 1
        if len(answers) == 4:  # told twice while it cut, and again for nothing has changed since
            (tmp_path / "go on").touch()

    held_up.add(Offer(text=BELL), lambda read: library, ask_meanwhile)
    assert answers == [f"{STORY.split('. ')[0]}."] * 4
    (best, *_) = retrieve("Where was the old bell cast?", library=library)
    assert best.passage.text == BELL.split("\n\n")[0]


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_killed_process_leaves_one_error_and_nothing_half_added(
    library: Library, held_up: Adder, tmp_path: Path
) -> None:
    library.add_text(STORY)
    killed: list[int | None] = []

    def kill(stage: Stage, done: int, total: int) -> None:
        if stage is Stage.CUTTING and not killed:
            killed.append(held_up.process_id)
            os.kill(held_up.process_id or 0, signal.SIGKILL)

    with pytest.raises(LibraryError, match=r"bell\.txt was not added, and nothing of it is kept"):
        held_up.add(Offer("bell.txt", text=BELL), lambda read: library, kill)
    assert [article.text for article in library.articles] == [STORY]
    assert library.check().problems == ()
    (tmp_path / "go on").touch()
    assert held_up.add(Offer("bell.txt", text=BELL), lambda read: library, kill)[1]
    assert held_up.process_id not in killed
    assert len(library.articles) == 2


def test_who_goes_away_ends_the_process_in_the_middle(
    library: Library, held_up: Adder, tmp_path: Path
) -> None:
    def closed(stage: Stage, done: int, total: int) -> None:
        if stage is Stage.CUTTING and done == total:
            raise InputError("the page was closed")

    with pytest.raises(InputError, match="the page was closed"):
        held_up.add(Offer(text=BELL), lambda read: library, closed)
    assert held_up.process_id is None
    assert library.articles == ()
    (tmp_path / "go on").touch()
    assert held_up.add(Offer(text=BELL), lambda read: library, unseen)[1]


def test_a_visitor_adds_apart(
    library: Library, adder: Adder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The visitor's own library is written there and read here; what it refuses is not cut."""
    library.add_text(STORY)
    visit = Visit(library, adder.add)
    file = tmp_path / "bell.txt"
    file.write_text(BELL)
    bell, new = visit.add_file(file, unseen)
    assert (bell.text, bell.source, new) == (BELL, "bell.txt", True)
    assert visit.owns(bell.id)
    assert visit.add_file(file, unseen) == (bell, False)
    assert visit.add_text(STORY, "Again", unseen)[1] is False
    (best, *_) = retrieve("Where was the old bell cast?", library=visit.library)
    assert best.passage.text == BELL.split("\n\n")[0]
    file.write_bytes(b"%PDF-1.7 cut short")
    with pytest.raises(InputError, match=r"^bell\.txt is damaged"):
        visit.add_file(file, unseen)
    stages: list[Stage] = []
    file.write_text("It rings. " * 20)
    monkeypatch.setattr("ui.page.visits.visit.MAX_CHARACTERS", 200)
    with pytest.raises(InputError, match=r"bell\.txt has 200 characters, 150 are left of 200"):
        visit.add_file(file, lambda *told: stages.append(told[0]))
    assert set(stages) == {Stage.READING}
    visit.remove(bell.id)
    later, _ = visit.add_text("A new tower is 90 metres high.", "", unseen)
    assert [entry.id for entry in visit.entries] == [library.articles[0].id, later.id]
    visit.end()
    assert len(library.entries) == 1


def test_it_ends_when_nothing_comes_for_a_while(library: Library) -> None:
    adder = Adder(TinyEmbedder(), start=TINY, idle_seconds=0.2)
    assert adder.process_id is None
    adder.add(Offer(text=BELL), lambda read: library, unseen)
    _until(lambda: adder.process_id is None)
    assert adder.add(Offer(text=STORY), lambda read: library, unseen)[1]
    adder.close()


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks a process up in /proc")
def test_it_ends_with_a_server_that_was_killed(tmp_path: Path) -> None:
    server = subprocess.Popen(
        [sys.executable, "-c", ABANDON, str(tmp_path / "library")],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")]),
            "GO_ON": str(tmp_path / "never"),
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    child = Path("/proc") / server.stdout.readline().strip()
    assert child.exists()
    server.kill()
    server.communicate()
    _until(lambda: not child.exists() or "Z" in (child / "stat").read_text().split()[2])
    with Library.open(tmp_path / "library", embedder=TinyEmbedder()) as library:
        assert library.articles == ()
        assert library.check().problems == ()
