"""A library in PostgreSQL keeps what one in a folder keeps, and answers as it does."""

from __future__ import annotations

import itertools
import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import samples
from conftest import STORY
from faults import row, scale
from postgres_server import Server
from tiny import TinyEmbedder

import index.backends.passages
import index.backends.words.ranking
import index.contents
import index.library
from eval.__main__ import main as evaluate
from index import Library
from index.backends.words import counting
from index.errors import (
    ArticleEdited,
    EmbedderMismatch,
    LibraryBusy,
    LibraryError,
    LibraryReadOnly,
    PullquoteError,
)
from index.limits import DEFAULT_LIMITS
from index.parse.document import parse_bytes
from index.upkeep.watch import WatchedFolder
from rag import retrieve
from ui.cli.main import main

psycopg = (
    pytest.importorskip("psycopg") if os.environ.get("CI") != "true" else __import__("psycopg")
)

WORDS = "mayor bridge river ferry captain arch stone euros spring Porto boat 桥 мост Brücke".split()
GERMAN = (
    "Der Bürgermeister hat am Montag die neue Brücke geöffnet, und alle Leute waren froh.\n\n"
    "Die Stadt hat viele Häuser, und in den Häusern wohnen die Leute, die über die Brücke gehen."
)
TABLE = "Year,Boats of the ferry\n1890,12 boats\n1891,15 boats\n1892,9 boats\n"
PAGES = [
    [(72, 700, f"{said} this river.")]
    for said in ("The mayor opened the bridge over", "A ferry crossed")
]
QUESTIONS = (
    "Who opened the bridge?",
    "ferry ferries river",
    "neue Brücken",
    "the",
    "12 boats",
    "桥",
)


_numbers = itertools.count(1)


@pytest.fixture
def address(server: Server) -> str:
    """Where there is no library yet: a schema for each test."""
    return server.address(f"test_{next(_numbers)}")


@pytest.fixture(params=["folder", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The same tests over both."""
    if request.param == "folder":
        return str(tmp_path / "library")
    return str(request.getfixturevalue("address"))


def opened(place: str, **options: object) -> Library:
    return Library.open(place, embedder=TinyEmbedder(), **options)  # type: ignore[arg-type]


def some_text(seed: int) -> str:
    draw = random.Random(seed)
    return "\n\n".join(" ".join(draw.choices(WORDS, k=9)) + "." for _ in range(3))


def test_articles_go_in_come_out_and_give_way_to_newer_ones(place: str) -> None:
    with opened(place) as library:
        first = library.add_text(STORY, title="A bridge", source="/a/bridge.txt")
        assert library.add_text(STORY, title="A bridge", source="/a/bridge.txt") == first
        other = library.add_text(GERMAN, title="Brücke")
        assert library.articles == (first, other)
        assert [entry.characters for entry in library.entries] == [len(STORY), len(GERMAN)]
        assert library.article(first.id) == first
        assert library.find(title="BRÜ") == (other,)
        assert [library.article(p.article_id).text[p.start : p.end]
                for p in library.paragraphs(first.id)] == STORY.strip().split("\n\n")  # fmt: skip
        library.add_text(STORY, title="A bridge", source="/a/copy.txt")
        library.stamp("/a/bridge.txt", "12 34")
        assert library.sources("/a") == {"/a/bridge.txt": "12 34", "/a/copy.txt": None}
        newer = library.add_text(some_text(1), title="A bridge", source="/a/bridge.txt")
        assert library.article(first.id).source == "/a/copy.txt"
        library.drop("/a/copy.txt")
        with pytest.raises(LibraryError, match="has no article"):
            library.article(first.id)
        last = library.add_text(some_text(2), title="A bridge", source="/a/bridge.txt")
        with pytest.raises(ArticleEdited, match=f"it is article {last.id} now"):
            library.article(newer.id)
        assert library.newer(newer.id) == last
        assert library.remove(other.id) == other
        assert library.articles == (last,)
        assert library.check().problems == ()
    with opened(place, create=False) as again:
        assert again.articles == (last,)
        with pytest.raises(LibraryError, match="has no article 'none'"):
            again.remove_all(["none"])


def test_what_is_refused_is_refused_in_both(place: str) -> None:
    with pytest.raises(LibraryError, match="is not a library: add an article to it first"):
        opened(place, create=False)
    with opened(place) as library:
        with pytest.raises(PullquoteError, match="half of a character"):
            library.stamp("/a/\ud800.txt", "1")
        library.add_text(STORY, title="A bridge")
    with pytest.raises(EmbedderMismatch, match="was made with tiny"):
        Library.open(place, embedder=TinyEmbedder("other"))
    with Library.open(place, embedder=TinyEmbedder(weights="other")) as library:
        with pytest.raises(EmbedderMismatch, match="reindex"):
            retrieve("bridge", library=library)


def test_other_vectors_for_all_articles_and_what_was_damaged_is_made_again(place: str) -> None:
    with opened(place) as library:
        library.add_text(STORY, title="A bridge")
        library.add_text(GERMAN, title="Brücke")
        moved = TinyEmbedder("other", max_tokens=12)
        library.reindex(moved)
        assert library.check().problems == ()
        assert retrieve("ferry", library=library)[0].passage.text.startswith("A ferry")
    with Library.open(place, embedder=moved, create=False) as library:
        assert library.check().problems == ()


def both(tmp_path: Path, address: str) -> tuple[Library, Library]:
    """The same articles in a folder and in PostgreSQL: prose, a table, pages, two languages."""
    libraries = opened(str(tmp_path / "library")), opened(address)
    for library in libraries:
        library.add_text(STORY, title="A bridge", source="/a/bridge.txt")
        library.add_text(GERMAN, title="Die Brücke")
        library.add_document(parse_bytes(TABLE.encode(), "ferries.csv", DEFAULT_LIMITS))
        library.add_document(parse_bytes(samples.pdf(PAGES), "pages.pdf", DEFAULT_LIMITS))
        for seed in range(12):
            library.add_text(some_text(seed), title=f"Text {seed}")
    return libraries


def near(library: Library, within: list[str] | None = None) -> list[object]:
    """What is found by vectors and by words; what has nothing in common comes in any order."""
    vectors = [each.vector for each in TinyEmbedder().encode(QUESTIONS, query=True)]
    found = [library.nearest(vector, 7, within) for vector in vectors]
    found += [library.match(question, 7, within) for question in QUESTIONS]
    return [[hit for hit in hits if hit[1] > 0] for hits in found]


def rankings(library: Library, within: list[str] | None = None) -> list[object]:
    vectors = [each.vector for each in TinyEmbedder().encode(QUESTIONS, query=True)]
    return [
        *(library.match(question, 7, within) for question in QUESTIONS),
        *(library.nearest(vector, 7, within) for vector in vectors),
        *(
            [(hit.passage.place, hit.score) for hit in retrieve(question, library=library, k=50)]
            for question in QUESTIONS
        ),
    ]


def test_both_hold_the_same_and_find_the_same_to_the_last_bit(tmp_path: Path, address: str) -> None:
    folder, database = both(tmp_path, address)
    with folder, database:
        ids = [entry.id for entry in folder.entries]
        assert [entry.id for entry in database.entries] == ids
        undated = [replace(article, added="") for article in folder.articles]
        assert [replace(article, added="") for article in database.articles] == undated
        for read in (
            lambda library: [library.tables(each) for each in ids],
            lambda library: [library.page_boxes(each, 0, 60) for each in ids],
            lambda library: [(library.original(each), library.original_seal(each)) for each in ids],
            lambda library: [library.passages_of(each) for each in ids],
            lambda library: library.languages_of(ids),
            lambda library: library.titles([*ids, "none"]),
            lambda library: library.frequencies(range(1024)),
            lambda library: library.check(),
        ):  # fmt: skip
            assert read(database) == read(folder)
        (table,) = next(filter(None, map(folder.tables, ids)))
        (held,) = [each for each in ids if folder.tables(each)]
        assert database.table_row(held, table.rows[1].start) == folder.table_row(
            held, table.rows[1].start
        )
        assert any(map(database.original, ids))
        assert rankings(database) == rankings(folder)
        assert rankings(database, ids[::2]) == rankings(folder, ids[::2])
        with database.reading():
            assert rankings(database) == rankings(folder)


def test_a_large_library_is_indexed_and_finds_what_a_folder_finds(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index.backends.passages, "LARGE", 20)
    monkeypatch.setattr(index.backends.words.ranking, "MATCHES", 10)
    monkeypatch.setattr(index.backends.words.ranking, "READ", 12)
    monkeypatch.setattr("index.backends.postgres.reading.FEW", 3)
    folder, database = both(tmp_path, address)
    with folder, database:
        with database.writing():
            pass
        made = database._backend.one(
            "SELECT count(*) FROM pg_indexes WHERE indexname LIKE 'nearest%'"
        )
        assert made == (1,)
        ids = [entry.id for entry in folder.entries]
        assert near(database) == near(folder)
        assert near(database, ids[::2]) == near(folder, ids[::2])
        database.reindex(TinyEmbedder("other"))
        assert database.check().problems == ()


def test_a_copy_finds_the_same_to_the_last_bit_there_and_back(
    tmp_path: Path, address: str, server: Server
) -> None:
    folder, again = str(tmp_path / "library"), str(tmp_path / "again")
    elsewhere = server.address(f"test_{next(_numbers)}")
    with opened(folder) as library:
        replaced = library.add_text(some_text(20), title="Old", source="/s/1")
        library.add_text(some_text(21), title="New", source="/s/1")
        library.stamp("/s/1", "12 34")
        library.add_text(STORY, title="A bridge", source="/a/bridge.txt")
        library.add_document(parse_bytes(TABLE.encode(), "ferries.csv", DEFAULT_LIMITS))
        library.add_document(parse_bytes(samples.pdf(PAGES), "pages.pdf", DEFAULT_LIMITS))
        library.add_text(GERMAN, title="Die Brücke")
        before, entries, newer = rankings(library), library.entries, library.newer(replaced.id)
    for source, target in [(folder, address), (address, elsewhere), (elsewhere, again)]:
        assert main(["copy", source, target]) == 0
    assert main(["copy", folder, address]) == 0  # what is there already stays
    for place in (address, again):
        with opened(place, create=False) as library:
            assert library.entries == entries
            assert rankings(library) == before
            assert library.newer(replaced.id) == newer
            assert library.sources("/s") == {"/s/1": "12 34"}
            assert library.check().problems == ()
            added = library.add_text(some_text(30), title="Later")
            assert library.passages_of(added.id)
            assert library.check().problems == ()
    assert main(["copy", folder, address]) == 1  # it has another article now


def test_the_command_line_takes_an_address_wherever_a_folder_can_stand(
    address: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in (index.library, index.contents):
        monkeypatch.setattr(module, "load_embedder", lambda name="tiny": TinyEmbedder(name))
    file = tmp_path / "bridge.txt"
    file.write_text(STORY)
    library = ["--library", address]
    assert main(["add", str(file), *library, "--json"]) == 0
    (article,) = json.loads(capsys.readouterr().out)
    main(["ask", "Who from Porto designed the arch?", *library, "--json"])
    assert "Engineers from Porto designed the arch." in capsys.readouterr().out
    assert main(["list", *library]) == 0
    assert article["id"] in capsys.readouterr().out
    assert main(["check", *library]) == 0
    capsys.readouterr()
    assert main(["remove", article["id"], *library]) == 0
    told = capsys.readouterr().out
    assert "nothing of it is left" in told
    assert "not searched: the server's write-ahead log and its archive, replicas, backups" in told
    assert main(["list", "--library", "postgresql://me@/x?host=/nowhere"]) == 1
    failed = capsys.readouterr().err
    assert failed.startswith("pullquote: postgresql://me@/x?library=pullquote cannot be opened")
    assert failed.count("\n") == 1


def test_a_set_is_asked_and_a_folder_followed_in_both(place: str, tmp_path: Path) -> None:
    gold, notes = tmp_path / "gold", tmp_path / "notes"
    for folder in (gold, notes):
        folder.mkdir()
        (folder / "bridge.md").write_text(STORY, encoding="utf-8")
    asked = {
        "id": "1",
        "question": "Who designed the arch?",
        "answers": ["Engineers from Porto designed the arch."],
        "evidence": [{"article": "bridge", "quote": "Engineers from Porto designed the arch."}],
    }
    (gold / "questions.jsonl").write_text(json.dumps(asked), encoding="utf-8")
    given = ["--set", str(gold), "--compare", "--library", place, "--out", str(tmp_path / "out")]
    assert evaluate(given, embedder=TinyEmbedder()) == 0
    result = json.loads((tmp_path / "out" / "results.json").read_text())
    assert result["metrics"]["hit@1"]["value"] == 1 and len(result["rivals"]) == 3
    with opened(place, create=False) as library:
        assert [entry.source for entry in library.entries] == [str(gold / "bridge.md")]
        watched = WatchedFolder(notes, library)
        (notes / "boat.txt").write_text("A boat was sold in Porto.", encoding="utf-8")
        assert len(watched.step().added) == 2
        (notes / "boat.txt").write_text("A boat was bought in Porto.", encoding="utf-8")
        (notes / "bridge.md").rename(notes / "arch.md")
        done = watched.step()
        assert [article.text for article in done.added] == [STORY, "A boat was bought in Porto."]
        assert done.removed == [str(notes / "bridge.md")]
        assert watched.step().added == []
        assert len(library.entries) == 2
        assert library.check().problems == ()
    assert evaluate(given, embedder=TinyEmbedder()) == 2  # it has other articles now


def test_words_are_what_sqlite_makes_of_them() -> None:
    schema = Path(counting.__file__).parents[1] / "sqlite" / "schema.sql"
    assert f'tokenize="{counting.TOKENIZE}"' in schema.read_text(encoding="utf-8")
    found = counting.count_terms([("bridges", "the bridge, bridging"), ("", "Ärzte 12")])
    assert found == [{"bridg": 3, "the": 1}, {"arzt": 1, "12": 1}]
    assert counting.stems_of(["ferries", "the"]) == [["ferri"], ["the"]]


def test_any_order_of_changes_ends_as_in_a_folder(tmp_path: Path, address: str) -> None:
    draw = random.Random(7)
    with opened(str(tmp_path / "library")) as folder, opened(address) as database:
        for _ in range(scale(40, 200)):
            seed, source = draw.randrange(8), f"/s/{draw.randrange(5)}"
            act = draw.choice(["add", "add", "add", "paste", "drop", "remove"])
            for library in (folder, database):
                if act == "add":
                    library.add_text(some_text(seed), title=f"T{seed % 2}", source=source)
                elif act == "paste":
                    library.add_text(some_text(seed), title="Pasted")
                elif act == "drop":
                    library.drop(source)
                elif entries := library.entries:
                    library.remove(entries[seed % len(entries)].id)
            assert [(e.id, e.source) for e in database.entries] == [
                (e.id, e.source) for e in folder.entries
            ]
            assert database.sources("/s") == folder.sources("/s")
        assert database.frequencies(range(1024)) == folder.frequencies(range(1024))
        assert rankings(database) == rankings(folder)
        assert database.check() == folder.check()


def damaged(library: str) -> list[str]:
    first = f"(SELECT min(id) FROM {library}.passages)"
    return [
        f"UPDATE {library}.passages SET text = 'x' || text WHERE id = {first}",
        f"DELETE FROM {library}.passages WHERE id = {first}",
        f"UPDATE {library}.passage_tokens SET vectors = 'x' WHERE passage = {first}",
        f"DELETE FROM {library}.postings WHERE term = 'bridg'",
        f"UPDATE {library}.postings SET times = times + 1 WHERE passage = {first}",
        f"DELETE FROM {library}.frequencies WHERE token = -1",
        f"UPDATE {library}.frequencies SET passages = passages + 1",
        f"UPDATE {library}.page_boxes SET words = 'x'",
        f"UPDATE {library}.originals SET packed = 'x'",
        f"UPDATE {library}.articles SET text = 'x' || text WHERE title = 'A bridge'",
    ]


def test_what_is_damaged_is_found_and_made_again(
    server: Server, address: str, tmp_path: Path
) -> None:
    name = address.rpartition("=")[2]
    file = tmp_path / "pages.pdf"
    file.write_bytes(samples.pdf(PAGES))
    told = row("damaged rows of PostgreSQL")
    with opened(address) as library:
        library.add_text(STORY, title="A bridge")
        library.add(file)
        before = rankings(library)
        for statement in damaged(name)[:-1]:
            server.execute(statement)
            told.injected += 1
            found = library.check()
            assert found.healed, statement
            assert found.problems == (), statement
            assert library.check().healed == ()
        assert [len(each) for each in rankings(library)] == [len(each) for each in before]
        server.execute(damaged(name)[-1])
        assert any("its text is not what was added" in each for each in library.check().problems)


def test_removal_searches_the_files_of_the_server(server: Server, address: str) -> None:
    from index.backends.pieces import pieces_of
    from index.backends.postgres.removal import _searched

    secret = (
        "Zyxgrommet paid quofflebard in Brabblewick, and nobody was told. 文字化け秘密は誰にも。"
    )
    with opened(address) as library:
        library.add_text(STORY, title="A bridge")
        article = library.add_text(
            f"{secret}\n\n{STORY}", title="A secret title", source="/me/s.txt"
        )
        backend = library._backend
        with backend.connection() as connection:
            pieces = pieces_of(article, [], [])
            control = _searched(connection, [article], pieces, 0)
            assert any("Zyxgrommet paid" in each for each in control.left)
        found = library.remove_all([article.id])
        assert (found.articles, found.left) == ((article,), ())
        assert found.files > 10 and found.size > 100_000 and found.pieces > 3 and found.shared > 1
        assert "backups" in found.unseen
        assert library.check().problems == ()
    held = b"".join(
        file.read_bytes() for file in (server.data / "base").rglob("*") if file.is_file()
    )
    assert b"xgrommet" not in held and "秘密".encode() not in held


def test_a_reader_sees_one_state_whatever_is_written(address: str) -> None:
    with opened(address) as library, opened(address) as other:
        article = library.add_text(STORY, title="A bridge")
        with library.reading():
            before = rankings(library)
            other.add_text(some_text(1), title="New")
            other.remove(article.id)
            assert rankings(library) == before
            assert library.article(article.id) == article
        assert [entry.title for entry in library.entries] == ["New"]


def test_who_waits_too_long_for_another_writer_is_told(address: str) -> None:
    with opened(address) as library, opened(address, lock_wait=0.05) as other:
        with library._backend.transaction():
            with pytest.raises(LibraryBusy, match="is being changed by another process"):
                other.add_text(STORY, title="A bridge")
        other.add_text(STORY, title="A bridge")


def test_a_lost_connection_is_one_line_and_nothing_is_lost(server: Server, address: str) -> None:
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    with opened(address) as library:
        article = library.add_text(STORY, title="A bridge")
        server.execute(cut)
        assert library.articles == (article,)
        with pytest.raises(LibraryError, match="what was committed is kept"):
            with library.reading():
                server.execute(cut)
                retrieve("bridge", library=library)
        with pytest.raises(LibraryError, match="what was committed is kept"):
            with library._backend.transaction() as connection:
                connection.execute("DELETE FROM articles")
                server.execute(cut)
                library._backend.entries()
        assert library.articles == (article,)


LINES: dict[str, Callable[[Server, str], str]] = {
    "'Über' cannot be a library's name": lambda server, _: server.address("Über"),
    "see that the server runs": lambda server, _: "postgresql://me@/x?host=/nowhere&library=a",
    "the codes (%40 for @)": lambda *_: "postgresql://me:wrong%zz@localhost/x",
    "PGPASSWORD": lambda server, _: server.address("a", user="guest:wrong"),
    "has other tables in it": lambda server, _: server.address("public", database="bare"),
    "run CREATE EXTENSION vector": lambda server, _: server.address(
        "a", user="guest:right", database="bare"
    ),
    'database "none" does not exist': lambda server, _: server.address("a", database="none"),
}


@pytest.fixture(scope="module")
def guests(server: Server) -> None:
    server.execute("CREATE ROLE guest LOGIN PASSWORD 'right'")
    server.execute("CREATE DATABASE bare")
    server.execute("CREATE TABLE other (x integer)", database="bare")


@pytest.mark.parametrize("line", LINES)
@pytest.mark.usefixtures("guests")
def test_what_is_in_the_way_is_said_in_one_line(server: Server, line: str) -> None:
    with pytest.raises(LibraryError) as told:
        opened(LINES[line](server, line))
    assert line in str(told.value)
    assert "\n" not in str(told.value) and "wrong" not in str(told.value).replace("wrong pass", "")


@pytest.mark.usefixtures("guests")
def test_who_may_only_read_asks_and_adds_nothing(server: Server, address: str) -> None:
    name = address.rpartition("=")[2]
    with opened(address) as library:
        library.add_text(STORY, title="A bridge")
        asked = rankings(library)
    guest = server.address(name, user="guest:right")
    with pytest.raises(LibraryError, match="have its owner grant"):
        opened(guest)
    server.execute(f"GRANT USAGE ON SCHEMA {name} TO guest")
    server.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {name} TO guest")
    with opened(guest) as library:
        assert rankings(library) == asked
        assert "right" not in library.place
        with pytest.raises(LibraryReadOnly, match="cannot be written"):
            library.add_text(GERMAN, title="Brücke")
    with opened(f"{address}&options=-c%20default_transaction_read_only%3Don") as library:
        assert library.read_only  # as a replica is
        assert rankings(library) == asked


def test_an_owner_without_the_servers_files_is_told_what_was_not_searched(
    server: Server, guests: None
) -> None:
    server.execute("CREATE EXTENSION IF NOT EXISTS vector")
    server.execute("GRANT CREATE ON DATABASE postgres TO guest")
    with opened(server.address("of_guest", user="guest:right")) as library:
        article = library.add_text(STORY, title="A bridge", source="/x.txt")
        found = library.remove_all([article.id])
        assert (found.files, found.left) == (0, ())
        assert "may not read them" in found.unseen[0]
        assert library.articles == ()


def test_an_older_schema_is_brought_up_to_date_and_a_newer_one_refused(
    server: Server, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from index.backends.postgres import making

    newest = making.steps()
    with opened(address) as library:
        article = library.add_text(STORY, title="A bridge")
    later = "CREATE TABLE later (x integer)"
    with monkeypatch.context() as patch:
        patch.setattr(making, "steps", lambda: [*newest, later])
        with opened(address) as library:
            assert library.articles == (article,)
            assert library._backend.all("SELECT * FROM later") == []
    with pytest.raises(LibraryError, match=f"has version {len(newest) + 1}, this Pullquote reads"):
        opened(address)


def test_without_the_extra_a_line_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in [name for name in sys.modules if name.startswith("index.backends.postgres.lib")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(LibraryError, match=r"pip install 'pullquote\[postgres\]'"):
        opened("postgresql://host/db?library=a")


WRITER = """
import sys
sys.path.insert(0, {tests!r})
from tiny import TinyEmbedder
from test_index_postgres import opened, some_text
with opened({address!r}, lock_wait=60) as library:
    for seed in range({first}, {first} + {count}):
        article = library.add_text(some_text(seed), title=f"Text {{seed}}", source=f"/s/{{seed}}")
        print(article.id, flush=True)
"""


def writer(address: str, first: int, count: int) -> subprocess.Popen[bytes]:
    tests = str(Path(__file__).parent)
    code = WRITER.format(tests=tests, address=address, first=first, count=count)
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)


def test_nothing_that_was_acknowledged_is_lost_when_a_writer_is_killed(address: str) -> None:
    draw, told = random.Random(3), row("kill -9 of a writer to PostgreSQL")
    opened(address).close()
    known: set[str] = set()
    for round_ in range(scale(3, 60)):
        process = writer(address, 100 * round_, 90)
        assert process.stdout is not None
        for _ in range(draw.randrange(1, 30)):
            known.add(process.stdout.readline().decode().strip())
        process.send_signal(signal.SIGKILL)
        known |= {line.decode().strip() for line in process.stdout if line.endswith(b"\n")}
        process.wait()
        process.stdout.close()
        told.injected += 1
        with opened(address) as library:
            held = {entry.id for entry in library.entries}
            told.lost += len(known - held)
            assert known <= held
            assert library.check().problems == ()


def test_writers_and_readers_at_once_lose_and_double_nothing(address: str) -> None:
    opened(address).close()
    writers = [writer(address, 100 * number, 15) for number in range(3)]
    with opened(address) as library:

        def read() -> int:
            while any(process.poll() is None for process in writers):
                with library.reading():
                    for hit in retrieve("mayor bridge", library=library, k=20):
                        article = library.article(hit.passage.article_id)
                        start, end = hit.passage.start, hit.passage.end
                        assert article.text[start:end] == hit.passage.text
            return 1

        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(lambda _: read(), range(2))) == [1, 1]
        ids = [line.decode().strip() for each in writers for line in each.stdout or ()]
        assert [each.wait() for each in writers] == [0, 0, 0]
        for each in writers:
            assert each.stdout is not None
            each.stdout.close()
        assert len(ids) == 45
        assert sorted(entry.id for entry in library.entries) == sorted(set(ids))
        assert library.check().problems == ()
