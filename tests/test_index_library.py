"""A library as its user meets it: articles go in, come out, and are found; whatever the order."""

from __future__ import annotations

import dataclasses
import gc
import itertools
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest
from conftest import STORY
from faults import row, scale
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tiny import TinyEmbedder

from index import Library
from index.backends.sqlite.database import FILE
from index.errors import EmbedderMismatch, InputError, LibraryDamaged, LibraryError, PullquoteError
from index.progress import Stage
from index.types import Fingerprint
from rag import Turn, ask, retrieve

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
QUESTIONS = ("What did the mayor open?", "Who crossed the river?", "bridge bridge arch", "river")
BRIDGES = tuple(
    f"The {name} bridge crosses the {river}. The mayor opened it in {month}.\n\n"
    "A ferry crossed the river before. Nobody knows who built the arch."
    for name, river, month in [
        ("old", "Douro", "February"),
        ("new", "Douro", "September"),
        ("high", "Tejo", "November"),
        ("long", "Tejo", "December"),
        ("red", "Mondego", "January"),
    ]
)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder in memory, where the disk's own time does not count."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as name:
        yield Path(name) / "library"


def ranking(library: Library) -> list[list[tuple[str, int, float]]]:
    """What each question finds: article, place and score, best first."""
    return [
        [
            (hit.passage.article_id, hit.passage.start, hit.score)
            for hit in retrieve(question, library=library, k=100)
        ]
        for question in QUESTIONS
    ]


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


def test_an_added_article_is_listed_found_and_holds_its_text(
    tmp_path: Path, folder: Path, tiny: TinyEmbedder
) -> None:
    file = tmp_path / "old-bridge.txt"
    file.write_text(BRIDGES[0])
    with Library.open(folder, embedder=tiny) as library:
        article = library.add(file)
        assert library.articles == (article,)
        assert library.article(article.id) == article
        assert (article.text, article.title) == (BRIDGES[0], "old bridge")
        assert article.source == str(file)
        paragraphs = [article.text[p.start : p.end] for p in library.paragraphs(article.id)]
        assert paragraphs == BRIDGES[0].split("\n\n")
        (best, *_) = retrieve("Who crossed the river before?", library=library)
        assert best.passage.text == paragraphs[1]


def test_progress_tells_the_passages_embedded_and_all(folder: Path, tiny: TinyEmbedder) -> None:
    file = folder.with_name("long.txt")
    file.write_text("\n\n".join(f"Paragraph number {n}." for n in range(150)))
    seen: list[tuple[Stage, int, int]] = []
    with Library.open(folder, embedder=tiny) as library:
        library.add(file, lambda *told: seen.append(told))
    assert seen[0] == (Stage.CUTTING, 0, len(file.read_text()))
    assert (Stage.CUTTING, *seen[0][2:] * 2) in seen
    embedded = [told[1:] for told in seen if told[0] is Stage.EMBEDDING]
    assert embedded == [(64, 150), (128, 150), (150, 150)]


def test_an_empty_library_finds_nothing_and_is_in_order(folder: Path, tiny: TinyEmbedder) -> None:
    with Library.open(folder, embedder=tiny) as library:
        assert library.articles == ()
        assert ranking(library) == [[]] * len(QUESTIONS)
        checked = library.check()
        assert (checked.problems, checked.healed) == ((), ())


def test_adding_twice_changes_nothing(folder: Path, tiny: TinyEmbedder) -> None:
    with Library.open(folder, embedder=tiny) as library:
        first = library.add_text(BRIDGES[0], title="First")
        before = ranking(library)
        assert library.add_text(BRIDGES[0], title="Second", source="elsewhere") == first
        assert library.articles == (first,)
        assert ranking(library) == before
        assert tiny.encoded == 2 + 2 * len(QUESTIONS)  # two passages, and each question twice


def test_articles_are_listed_in_the_order_of_adding(folder: Path, tiny: TinyEmbedder) -> None:
    with Library.open(folder, embedder=tiny) as library:
        for text in BRIDGES:
            library.add_text(text)
        library.remove(library.articles[1].id)
        library.add_text(BRIDGES[1])
        order = [article.text for article in library.articles]
    assert order == [BRIDGES[0], *BRIDGES[2:], BRIDGES[1]]


def test_a_removed_article_is_gone_and_can_come_back_under_its_id(
    folder: Path, tiny: TinyEmbedder
) -> None:
    with Library.open(folder, embedder=tiny) as library:
        added = [library.add_text(text) for text in BRIDGES[:2]]
        before = ranking(library)
        assert library.remove(added[0].id) == added[0]
        assert library.articles == (added[1],)
        assert {place for found in ranking(library) for place, *_ in found} == {added[1].id}
        assert library.add_text(BRIDGES[0]).id == added[0].id
        assert ranking(library) == before
        for article in library.articles:
            library.remove(article.id)
        assert ranking(library) == [[]] * len(QUESTIONS)
        assert not library.check().problems


@pytest.mark.parametrize("act", [Library.article, Library.remove])
def test_an_unknown_id_is_an_error(library: Library, act: Callable[[Library, str], object]) -> None:
    for unknown in ("nope", "", "' OR 1=1 --"):
        with pytest.raises(LibraryError, match="has no article"):
            act(library, unknown)


@pytest.mark.bitwise
def test_the_ranking_is_the_same_to_the_last_digit_in_any_order_and_after_reopening(
    folder: Path,
) -> None:
    rankings = []
    for number, order in enumerate(itertools.islice(itertools.permutations(BRIDGES), 0, 120, 17)):
        place = folder.with_name(f"library-{number}")
        with Library.open(place, embedder=TinyEmbedder()) as library:
            for text in order:
                library.add_text(text, title="A bridge")
            rankings.append(ranking(library))
        with Library.open(place, embedder=TinyEmbedder()) as library:
            rankings.append(ranking(library))
    assert len(rankings) == 16
    assert len(rankings[0][0]) == 10
    assert all(found == rankings[0] for found in rankings)


RANK = """
import json, os, random, sys
from pathlib import Path
import faiss
from test_index_library import BRIDGES, ranking
from tiny import TinyEmbedder
from index import Library
faiss.omp_set_num_threads(int(sys.argv[3]))
texts = [f"{text} It is number {n}." for n in range(40) for text in BRIDGES]
random.Random(int(sys.argv[2])).shuffle(texts)
with Library.open(Path(sys.argv[1]), embedder=TinyEmbedder()) as library:
    with library.writing():
        for text in texts: library.add_text(text, title="A bridge")
    print(json.dumps(ranking(library)))
"""


@pytest.mark.bitwise
@pytest.mark.torture
def test_the_ranking_is_the_same_with_any_threads_and_hash_seed(folder: Path) -> None:
    tally = row("shuffled adding, 1 and 2 threads, hash seeds")
    tests = Path(__file__).parent
    rankings = set()
    for seed in range(scale(4, 20)):
        threads = str(1 + seed % 2)
        done = subprocess.run(
            [sys.executable, "-c", RANK, str(folder.with_name(f"l{seed}")), str(seed), threads],
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join([str(tests.parent), str(tests)]),
                "PYTHONHASHSEED": str(seed),
                "OMP_NUM_THREADS": threads,
            },
            capture_output=True,
            text=True,
            check=True,
        )
        rankings.add(done.stdout)
        tally.injected += 1
        tally.lost = len(rankings) - 1
    assert len(rankings) == 1


@pytest.mark.bitwise
def test_of_many_equal_passages_the_same_are_found_in_any_order(folder: Path) -> None:
    texts = [f"The mayor opened the bridge.\n\nNumber {n}." for n in range(70)]
    rankings = []
    for seed in range(2):
        with Library.open(folder.with_name(f"l{seed}"), embedder=TinyEmbedder()) as library:
            with library.writing():
                for text in random.Random(seed).sample(texts, len(texts)):
                    library.add_text(text, title="-")
            rankings.append(ranking(library)[0])
    assert len({score for _, _, score in rankings[0][:50]}) == 1
    assert rankings[0] == rankings[1]


@pytest.mark.bitwise
def test_articles_that_were_removed_leave_no_trace_in_the_ranking(folder: Path) -> None:
    with Library.open(folder, embedder=TinyEmbedder()) as library:
        for text in BRIDGES:
            library.add_text(text, title="A bridge")
        for article in library.articles[1::2]:
            library.remove(article.id)
        changed = ranking(library)
    with Library.open(folder.with_name("fresh"), embedder=TinyEmbedder()) as library:
        for text in BRIDGES[::2]:
            library.add_text(text, title="A bridge")
        assert ranking(library) == changed


def test_nothing_of_a_removed_article_is_left_in_any_file(folder: Path) -> None:
    secret = "Zyxgrommet paid quofflebard in Brabblewick. " * 3 + "文字化け秘密."
    words = ["xgrommet", "fflebard", "abblewick", "秘密", "ecret-title", "ecret-source", "化け"]
    with Library.open(folder, embedder=TinyEmbedder()) as library:
        for text in BRIDGES[:3]:
            library.add_text(text)
        article = library.add_text(secret, title="Secret-title", source="secret-source")
        library.add_text(BRIDGES[3])
        held = b"".join(files(folder).values()).lower()
        assert all(word.encode() in held for word in words)
        library.remove(article.id)
        for moment in ("open", "closed"):
            left = {
                (name, word)
                for name, data in files(folder).items()
                for word in words
                if word.encode() in data.lower() or word.encode("utf-16-le") in data.lower()
            }
            assert not left, moment
            library.close()


def test_many_changes_in_one_go_are_published_once(folder: Path, tiny: TinyEmbedder) -> None:
    with Library.open(folder, embedder=tiny) as library:
        with library.writing():
            for text in BRIDGES:
                library.add_text(text, title="A bridge")
            assert len(library.articles) == 5
        assert len(ranking(library)[3]) == 10
        assert [place.name for place in folder.glob("generation-*")] == ["generation-5"]


def test_a_failure_in_the_middle_keeps_what_was_added_before(
    folder: Path, tiny: TinyEmbedder
) -> None:
    with Library.open(folder, embedder=tiny) as library:
        with pytest.raises(InputError, match="headings but no text"):
            with library.writing():
                library.add_text(BRIDGES[0], title="A bridge")
                library.add_text("# Only\n\n## Headings")
        assert [article.text for article in library.articles] == [BRIDGES[0]]
        assert len(ranking(library)[3]) == 2
        assert not library.check().problems


def test_a_file_that_is_refused_changes_nothing(
    tmp_path: Path, folder: Path, tiny: TinyEmbedder
) -> None:
    (tmp_path / "binary.txt").write_bytes(b"\0\1\2")
    with Library.open(folder, embedder=tiny) as library:
        library.add_text(BRIDGES[0])
        before = files(folder)
        for name in ("binary.txt", "absent.txt", "."):
            with pytest.raises(InputError):
                library.add(tmp_path / name)
        assert files(folder) == before


def test_names_that_are_not_utf8_are_kept_readable_and_apart(
    tmp_path: Path, folder: Path, tiny: TinyEmbedder
) -> None:
    names = ["caf\udce9.txt", "caf\udcea.txt"]
    try:
        for name, text in zip(names, BRIDGES, strict=False):
            (tmp_path / name).write_text(text)
    except OSError:
        pytest.skip("this file system keeps UTF-8 names only")
    with Library.open(folder, embedder=tiny) as library:
        sources = [library.add(tmp_path / name).source for name in names]
        assert sources == [str(tmp_path / r"caf\xe9.txt"), str(tmp_path / r"caf\xea.txt")]
        assert len(library.articles) == 2


def test_a_tilde_is_a_home_or_the_beginning_of_a_name(
    tmp_path: Path, tiny: TinyEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "~draft.txt").write_text(BRIDGES[0])
    (tmp_path / "story.txt").write_text(BRIDGES[1])
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    with Library.open("~/library", embedder=tiny) as library:
        assert library.add("~draft.txt").source == str(tmp_path / "~draft.txt")
        assert library.add("~/story.txt").source == str(tmp_path / "story.txt")
        assert library.folder == tmp_path / "library"


SOURCES = ("a.txt", "b.txt", "c.txt")


class Model(RuleBasedStateMachine):
    """A library and a dict of what each source holds, the same after any changes."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(dir=MEMORY))
        self.expected: dict[str, str] = {}
        self.ids: dict[str, str] = {}
        self.library = Library.open(self.folder / "library", embedder=TinyEmbedder())
        self.tally = row("add, update, remove, re-add, reopen in random order, against a dict")

    @initialize()
    def begin(self) -> None:
        assert self.library.articles == ()

    @rule(source=st.sampled_from(SOURCES), text=st.sampled_from(BRIDGES))
    def add(self, source: str, text: str) -> None:
        article = self.library.add_text(text, title="A bridge", source=source)
        self.ids[text] = article.id
        self.expected[source] = text

    @rule(texts=st.lists(st.sampled_from(BRIDGES), min_size=1, max_size=3))
    def add_several(self, texts: list[str]) -> None:
        with self.library.writing():
            for source, text in zip(SOURCES, texts, strict=False):
                self.add(source, text)

    @precondition(lambda self: self.expected)
    @rule(place=st.integers(0, 4))
    def remove(self, place: int) -> None:
        texts = sorted(set(self.expected.values()))
        chosen = texts[place % len(texts)]
        assert self.library.remove_all([self.ids[chosen]]).left == ()
        self.expected = {s: text for s, text in self.expected.items() if text != chosen}

    @rule(source=st.sampled_from(SOURCES))
    def drop(self, source: str) -> None:
        self.library.drop(source)
        self.expected.pop(source, None)

    @rule()
    def reopen(self) -> None:
        self.library.close()
        self.library = Library.open(self.folder / "library", embedder=TinyEmbedder())

    @rule()
    def lose_the_cache(self) -> None:
        for place in (self.folder / "library").glob("generation-*"):
            shutil.rmtree(place)

    @invariant()
    def holds_the_same(self) -> None:
        self.tally.injected += 1
        self.tally.lost += 1
        texts = set(self.expected.values())
        held = {article.id: article.text for article in self.library.articles}
        assert held == {self.ids[text]: text for text in texts}
        for article in self.library.articles:
            assert self.expected[article.source] == article.text
        hits = retrieve("river", library=self.library, k=100)
        found = sorted((h.passage.article_id, h.passage.text) for h in hits)
        paragraphs = ((self.ids[text], p) for text in texts for p in text.split("\n\n"))
        assert found == sorted(paragraphs)
        assert not self.library.check().problems
        held_bytes = b"".join(files(self.library.folder).values())
        for name in ("ebruar", "eptemb", "ovemb", "ecemb", "anuar"):  # case and stem apart
            assert (name.encode() in held_bytes) == any(name in text for text in texts)
        self.tally.lost -= 1

    def teardown(self) -> None:
        self.library.close()
        shutil.rmtree(self.folder)


TestModel = pytest.mark.torture(Model.TestCase)
TestModel.settings = settings(
    max_examples=scale(20, 250),
    stateful_step_count=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def refusal(folder: Path, **options: object) -> PullquoteError:
    with pytest.raises(PullquoteError) as caught:
        Library.open(folder, **{"embedder": TinyEmbedder(), **options})  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)
    assert str(folder) in str(caught.value)
    return caught.value


def test_what_is_no_library_is_refused_and_left_alone(tmp_path: Path) -> None:
    absent, other, file = tmp_path / "absent", tmp_path / "other", tmp_path / "file"
    other.mkdir()
    (other / "thesis.docx").write_text("mine")
    file.write_text("mine")
    assert "add an article to it first" in str(refusal(absent, create=False))
    assert not absent.exists()
    assert "has other files in it: name a new or empty folder" in str(refusal(other))
    assert "is a file" in str(refusal(file))
    assert files(tmp_path) == {"other/thesis.docx": b"mine", "file": b"mine"}


def test_the_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "library.sqlite")
    connection.execute("CREATE TABLE books (title)")
    connection.close()
    before = files(tmp_path)
    assert "was not made by Pullquote: name another folder" in str(refusal(tmp_path))
    assert files(tmp_path) == before


@pytest.mark.parametrize(
    "content", [b"my diary, day one\n" * 99, b"SQLite format 3\0" + b"x" * 999]
)
def test_a_file_that_is_no_database_is_refused_and_left_alone(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "library.sqlite").write_bytes(content)
    error = refusal(tmp_path)
    assert isinstance(error, LibraryDamaged)
    assert "restore it from a copy, or add the articles to a new library" in str(error)
    assert (tmp_path / "library.sqlite").read_bytes() == content


def test_a_library_of_another_version_is_refused(folder: Path, tiny: TinyEmbedder) -> None:
    Library.open(folder, embedder=tiny).close()
    connection = sqlite3.connect(folder / "library.sqlite")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    assert "has format 99, this version reads 3" in str(refusal(folder))


@pytest.mark.torture
def test_another_embedder_is_refused_at_opening(folder: Path) -> None:
    with Library.open(folder, embedder=TinyEmbedder()) as library:
        library.add_text(BRIDGES[0])
    error = refusal(folder, embedder=TinyEmbedder("other"))
    row("another embedder: name, weights, dimension, limit").injected += 1
    assert isinstance(error, EmbedderMismatch)
    assert "was made with tiny (weights none, 1024 dimensions, 24 tokens), not with other" in str(
        error
    )


class Wider(TinyEmbedder):
    """Another dimension under the same name."""

    @property
    def fingerprint(self) -> Fingerprint:
        return dataclasses.replace(super().fingerprint, dimension=2048)


@pytest.mark.torture
@pytest.mark.parametrize(
    "other", [TinyEmbedder(weights="new"), TinyEmbedder(max_tokens=99), Wider()]
)
def test_an_embedder_of_the_same_name_that_differs_is_refused_before_it_is_used(
    folder: Path, other: TinyEmbedder
) -> None:
    with Library.open(folder, embedder=TinyEmbedder()) as library:
        library.add_text(BRIDGES[0])
    with Library.open(folder, embedder=other) as library:
        for act in (lambda: library.add_text(BRIDGES[1]), lambda: retrieve("x", library=library)):
            with pytest.raises(EmbedderMismatch) as caught:
                act()
            assert f"not with {other.fingerprint}" in str(caught.value)
        assert len(library.articles) == 1
        assert other.encoded == 0
    row("another embedder: name, weights, dimension, limit").injected += 1


def test_an_embedder_that_was_never_used_does_not_bind_the_library(folder: Path) -> None:
    with Library.open(folder, embedder=TinyEmbedder("first")) as library:
        with pytest.raises(InputError):
            library.add_text("# Only a heading")
    with Library.open(folder, embedder=TinyEmbedder("second")) as library:
        library.add_text(BRIDGES[0], title="A bridge")
        assert not library.check().problems
    with Library.open(folder, embedder=TinyEmbedder("second")) as library:
        assert len(ranking(library)[3]) == 2


def test_every_field_of_the_fingerprint_tells_embedders_apart() -> None:
    mark = TinyEmbedder().fingerprint
    for field in dataclasses.fields(mark):
        if field.name == "numerics":
            continue
        value = getattr(mark, field.name)
        changed = not value if isinstance(value, bool) else value * 2 or "query: "
        assert dataclasses.replace(mark, **{field.name: changed}) != mark


def test_a_library_is_opened_whatever_computed_its_vectors(tmp_path: Path) -> None:
    """The same weights on another machine, or before that was recorded."""

    class Elsewhere(TinyEmbedder):
        @property
        def fingerprint(self) -> Fingerprint:
            return dataclasses.replace(super().fingerprint, numerics="openvino-bf16")

    with Library.open(tmp_path / "library", embedder=TinyEmbedder()) as library:
        library.add_text(BRIDGES[0], title="A bridge")
    with Library.open(tmp_path / "library", embedder=Elsewhere()) as library:
        library.add_text(BRIDGES[1], title="Another bridge")
        assert not library.check().problems
        assert len(library.articles) == 2
    with closing(sqlite3.connect(tmp_path / "library" / FILE)) as file, file:
        (stored,) = file.execute("SELECT value FROM meta WHERE key = 'embedder'").fetchone()
        mark = json.loads(stored)
        assert mark.pop("numerics") == ""
        file.execute("UPDATE meta SET value = ? WHERE key = 'embedder'", (json.dumps(mark),))
    with Library.open(tmp_path / "library", embedder=Elsewhere()) as library:
        assert library.embedder.fingerprint.numerics == "openvino-bf16"


ODD = ["\ud800", "a\udfffb", "\x00", "a\x00b", "\ufffe", "x" * 3_000, "'; --", "%_", "\U000e0041"]


@pytest.mark.parametrize("odd", ODD)
def test_half_characters_and_nothings_are_no_damage(tmp_path: Path, odd: str) -> None:
    """What cannot be stored or looked for is told as such, and nothing stays behind."""
    with Library.open(tmp_path / "l", embedder=TinyEmbedder()) as library:
        library.add_text(STORY, title="A bridge")
        calls: list[Callable[[], object]] = [
            lambda: library.article(odd),
            lambda: library.remove(odd),
            lambda: library.remove_all([odd]),
            lambda: library.drop(odd),
            lambda: library.stamp(odd, odd),
            lambda: library.newer(odd),
            lambda: library.titles([odd]),
            lambda: library.paragraphs(odd),
            lambda: library.find(title=odd, source=odd),
            lambda: library.add_text(f"The ferry {odd} sails.", title=odd, source=odd),
            lambda: ask(f"Who designed {odd} the arch?", library=library),
            lambda: ask("Who?", library=library, history=[odd], within=[odd]),
            lambda: ask("And who designed it?", library=library, history=[Turn(odd, odd)]),
        ]
        for call in calls:
            try:
                call()
            except LibraryDamaged:
                raise
            except PullquoteError as error:
                assert str(tmp_path) not in str(error) or isinstance(error, LibraryError)
        found = ask("Who designed the arch?", library=library)
        assert found.citations and not library.check().problems


def test_connections_are_closed_with_their_threads(tmp_path: Path) -> None:
    folder = Path("/proc/self/fd")
    if not folder.exists():
        pytest.skip("descriptors are counted in /proc")
    with Library.open(tmp_path / "l", embedder=TinyEmbedder()) as library:
        library.add_text(STORY, title="A bridge")

        def burst() -> int:
            asked = {"args": ("Who?",), "kwargs": {"library": library}}
            asking = [Thread(target=ask, **asked) for _ in range(20)]
            for thread in asking:
                thread.start()
            for thread in asking:
                thread.join()
            gc.collect()
            return len(list(folder.iterdir()))

        first = burst()
        # SQLite puts off closing a descriptor while another connection holds a lock.
        assert burst() < first + 20
