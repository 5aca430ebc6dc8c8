"""Where visits are kept: in one process, or as rows that any process goes on with."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import STORY
from postgres_server import Server
from tiny import TinyEmbedder

from index import Library
from index.errors import LibraryError
from index.progress import unseen
from rag import Turn
from ui.feedback.opinions import record
from ui.feedback.question_set import write_set
from ui.keeping.clips import Clips
from ui.keeping.rows import RowStore
from ui.keeping.store import KeepError, Storage, Store
from ui.keeping.talks import Talks
from ui.page import conversation
from ui.page.conversation import extractive
from ui.page.keeping.keeper import Keeper, taken
from ui.page.visits.visit import Visit
from ui.page.visits.visitors import Visitors

SECRET = """\
The Vasalind orchard was sold in secret for nine thousand crowns.

Its buyer, Odalys Brenneke, wants to keep bees there.
"""

Process = Callable[..., Visitors]
"""Starts another process that serves the same library, as far as visits know."""


@pytest.fixture(params=["folder", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "folder":
        return str(tmp_path / "library")
    server = request.getfixturevalue("server")
    return str(server.address(f"visits_{abs(hash(request.node.name)) % 10**12}"))


@pytest.fixture
def lasting(place: str) -> bool:
    return place.startswith("postgresql:")


@pytest.fixture
def process(place: str) -> Iterator[Process]:
    """Libraries of their own over the same place, as two processes have them."""
    opened: list[tuple[Library, Visitors]] = []

    def start(kept_seconds: float = 900.0) -> Visitors:
        library = Library.open(place, embedder=TinyEmbedder(), lock_wait=1.0)
        if not library.entries:
            library.add_text(STORY, title="A bridge")
        visitors = Visitors(library, kept_seconds, lasting=True)
        opened.append((library, visitors))
        return visitors

    yield start
    for library, visitors in opened:
        visitors.close()
        library.close()


def ask(visit: Visit, question: str) -> None:
    exchange = conversation.begin(visit, question)
    list(conversation.give(visit, exchange, extractive))


def told(visit: Visit) -> list[str]:
    return [str(message["content"]) for message in conversation.messages(visit)]


def test_a_reload_finds_everything_and_nobody_else_does(process: Process) -> None:
    visitors = process()
    visit = visitors.of("one", owner="me")
    ask(visit, "Who opened the bridge?")
    visit.add_text(SECRET, "Orchard", unseen)
    ask(visit, "Who is the buyer of the orchard?")
    visitors.keep("one")
    again = visitors.of("two", visit.secret, "me")
    assert again is visit
    assert "Odalys Brenneke" in told(again)[-1]
    stranger = visitors.of("three", owner="other")
    assert [entry.title for entry in stranger.entries] == ["A bridge"]
    assert stranger.exchanges == []
    ask(stranger, "Who is the buyer of the orchard?")
    assert "Odalys" not in " ".join(told(stranger))


def test_another_process_goes_on_with_a_visit(process: Process, lasting: bool) -> None:
    first, second = process(), process()
    visit = first.of("one", owner="me")
    ask(visit, "Who opened the bridge?")
    visit.add_text(SECRET, "Orchard", unseen)
    ask(visit, "Who is the buyer of the orchard?")
    (shared,) = [entry.id for entry in visit.entries if entry.title == "A bridge"]
    visit.choose(shared, searched=False)
    visit.begin_anew()
    ask(visit, "For how many crowns was it sold?")
    first.keep("one")

    # Without a reload: the page's session comes with the same browser.
    moved = second.of("one", owner="me")
    assert (moved.exchanges != []) is lasting
    if not lasting:
        return
    assert moved.secret == ""
    assert told(moved) == told(visit)
    assert [e.title for e in moved.entries] == ["A bridge", "Orchard"]
    assert moved.choice.left_out == {shared}
    assert moved.brought == visit.brought
    assert moved.turns(1) == visit.turns(1)
    (before,) = moved.past.values()
    assert [e.answer for e in before.exchanges] == [
        e.answer for e in visit.past[before.id].exchanges
    ]
    record_here = taken(before.exchanges[1])
    assert record_here is not None
    assert record_here["answer"]["citations"][0]["quote"] in SECRET
    ask(moved, "Who is the buyer of the orchard?")
    assert "Odalys Brenneke" in told(moved)[-1]
    second.keep("one")

    # With a reload, and back in the first process: both say the same.
    assert second.of("two", visit.secret, "me") is moved
    assert moved.secret == visit.secret
    assert told(first.of("one", owner="me")) == told(moved)

    # Whoever knows the session has not that browser, and another secret is another visit.
    assert second.of("one-of-another", owner="you").entries == second.of("x").entries
    third = process()
    assert third.of("one", owner="you").exchanges == []
    assert third.of("three", visit.secret + "x", "me").exchanges == []


def test_who_was_overtaken_overwrites_nothing(process: Process, lasting: bool) -> None:
    first, second = process(), process()
    visit = first.of("one", owner="me")
    ask(visit, "Who opened the bridge?")
    first.keep("one")
    moved = second.of("one", owner="me")
    ask(moved, "Who designed the arch?")
    if not lasting:
        assert len(moved.exchanges) == 1
        return
    conversation.begin(visit, "What did it cost?")  # a process that hung wakes up
    second.keep("one")
    first.keep("one")
    assert [e.question for e in first.of("one", owner="me").exchanges] == [
        "Who opened the bridge?",
        "Who designed the arch?",
    ]
    # What was being answered when a process died is there, and says so.
    conversation.begin(moved, "What did it cost?")
    second.keep("one")
    assert first.of("one", owner="me").exchanges[-1].state == "stopped"
    assert conversation.STOPPED.split(".")[0] in told(first.of("one", owner="me"))[-1]


def test_what_is_over_is_gone_with_all_its_bytes(
    request: pytest.FixtureRequest, process: Process, lasting: bool
) -> None:
    visitors = process(kept_seconds=900.0)
    visit = visitors.of("one", owner="me")
    visit.add_text(SECRET.replace("Odalys Brenneke", "Perpetua Quillon"), "Orchard", unseen)
    ask(visit, "Who is the buyer of the orchard?")
    visitors.keep("one")
    secret, opened = visit.secret, visitors.of("open", owner="me2")
    opened.add_text("A kite flew over the Merrow hills at noon.", "Kite", unseen)
    visitors.keep("open")
    if not lasting:
        visitors.close()
        assert visitors.of("two", secret).entries == opened.entries[:1]
        return
    server: Server = request.getfixturevalue("server")
    assert files_with(server, b"Perpetua Quillon")
    beside = visitors._shared.beside
    assert beside is not None
    with beside.changing() as link:  # a quarter of an hour later
        link.execute("UPDATE visits SET expires = now() - interval '1 s' WHERE id = ?", (visit.id,))
        assert len(beside.each_apart(link)) == 2
    # From then on it is not found, even before anybody sweeps; its own process lets go of it.
    assert process().of("two", secret, "me").exchanges == []
    other = process()
    other.look_after()
    with beside.reading() as link:
        assert beside.each_apart(link) == [opened.id]
        assert link.execute("SELECT count(*) FROM visits").fetchone() == (1,)
        assert link.execute("SELECT count(*) FROM visit_talks").fetchone() == (0,)
    assert visitors.of("one", owner="me").exchanges == []
    server.execute("CHECKPOINT")
    assert files_with(server, b"Perpetua Quillon") == []
    assert files_with(server, b"Merrow hills")


def files_with(server: Server, words: bytes) -> list[str]:
    """The files of all databases that have these bytes: all but the log."""
    server.execute("CHECKPOINT")
    return [
        str(file)
        for file in (server.data / "base").rglob("*")
        if file.is_file() and words in file.read_bytes()
    ]


def test_a_library_that_was_left_behind_is_swept(process: Process, lasting: bool) -> None:
    visitors = process()
    beside = visitors._shared.beside
    assert (beside is not None) is lasting
    if beside is None:
        return
    beside.apart("a" * 32, create=True).close()
    with beside.sweeping("sweep visits") as mine:  # one process does so at a time
        assert mine is not None
        other = process()
        other.look_after()
        assert beside.each_apart(mine) == ["a" * 32]
    other.look_after()
    with beside.reading() as link:
        assert beside.each_apart(link) == []


def test_a_visit_goes_on_while_the_database_is_away(process: Process, lasting: bool) -> None:
    visitors = process()
    visit = visitors.of("one", owner="me")
    ask(visit, "Who opened the bridge?")
    if not lasting:
        return
    beside = visitors._shared.beside
    assert beside is not None
    with pytest.raises(LibraryError):
        with beside.changing() as link:
            link.execute("ALTER TABLE visits RENAME TO hidden")
            visitors.keep("one")
            link.execute("SELECT nothing")
    visitors.keep("one")
    assert process().of("one", owner="me").exchanges != []


@pytest.fixture
def storage(place: str, process: Process, tmp_path: Path) -> Iterator[Storage]:
    beside = process()._shared.beside
    store: Storage = RowStore(beside) if beside else Store(tmp_path / "kept.sqlite")
    yield store
    store.close()


def test_conversations_and_clippings_are_kept_alike(storage: Storage) -> None:
    talks = Talks(storage, most=2)
    first, revision = talks.save("me", "a", 0, [{"question": "Où est le pont?"}], "Le fleuve, 50 %")
    assert talks.save("me", first, revision, [{"question": "Wo?"}], "Brücke") == ("a", 2)
    assert talks.save("me", first, 1, [{"question": "Older"}], "x")[0] != "a"
    assert {each.title for each in talks.listed("me")} == {"Wo?", "Older"}
    talks.rename("me", "a", "Über den Fluß")
    assert talks.save("me", "a", 2, [{"question": "Wo?"}, {"question": "\0?"}], "\0 100 %")[1] == 3
    for search in ("uber fluss", "100 %", "FLUSS 100"):
        assert [each.id for each in talks.listed("me", search)] == ["a"]
    assert talks.listed("me", "_") == []
    assert talks.listed("you") == []
    loaded = talks.load("me", "a")
    assert loaded is not None
    assert loaded[1][1]["question"] == "\0?"
    assert talks.load("you", "a") is None
    talks.save("me", "c", 0, [{"question": "Third"}], "")
    assert len(talks.listed("me")) == 2
    assert talks.delete("me", "c") == "Third"
    assert talks.deleted("me") == "Third"
    talks.undo("me")
    assert talks.listed("me")[0].title == "Third"

    clips = Clips(storage, most=2)
    clip = {"citation": {"quote": "Q"}, "article": {}}
    clips.pin("me", "1", clip)
    clips.pin("me", "1", clip)
    clips.pin("me", "2", clip)
    with pytest.raises(KeepError, match="holds 2"):
        clips.pin("me", "3", clip)
    one, two = clips.board("me")
    clips.annotate("me", two.id, "noted")
    clips.move("me", two.id, -1)
    assert [(each.mark, each.note) for each in clips.board("me")] == [("2", "noted"), ("1", "")]
    clips.remove("me", one.id)
    assert clips.removed("me")
    clips.undo("me")
    assert len(clips.board("me")) == 2
    assert clips.board("you") == []


def test_a_conversation_that_is_kept_says_nothing_of_what_is_private(
    storage: Storage, process: Process, lasting: bool
) -> None:
    first = process()
    keeper, visit = Keeper(storage), first.of("one", owner="me")
    visit.add_text(SECRET, "Orchard", unseen)
    ask(visit, "Who is the buyer of the orchard?")
    keeper.save(visit, visit.talk, "me")
    first.keep("one")
    moved = process().of("one", owner="me") if lasting else visit
    ask(moved, "Who opened the bridge?")
    keeper.save(moved, moved.talk, "me")
    loaded = keeper.talks.load("me", moved.talk.id)
    assert loaded is not None
    assert [each["hidden"] for each in loaded[1]] == [True, True]
    assert "Odalys" not in str(loaded)
    assert len(keeper.talks.listed("me")) == 1  # not one for each process


def test_opinions_become_a_question_set(process: Process, tmp_path: Path) -> None:
    visitors = process()
    visit = visitors.of("one", owner="me")
    ask(visit, "Who opened the bridge?")
    visit.add_text(SECRET, "Orchard", unseen)
    ask(visit, "Who is the buyer of the orchard?")
    where = visitors._shared.beside or tmp_path / "feedback"
    for number, exchange in enumerate(visit.exchanges):
        assert exchange.answer is not None
        turns = [Turn("Before?", "So.")]
        record("bad", str(number), exchange.answer, turns, where, private=visit.brought)
        record("good", str(number), exchange.answer, turns, where, private=visit.brought)
    written = write_set(tmp_path / "set" / "set.jsonl", where)
    assert (written.questions, written.articles, written.open_questions) == (1, 1, 1)
    kept = "".join(file.read_text() for file in (tmp_path / "set").iterdir())
    assert "The mayor opened the new bridge" in kept
    assert "Odalys" not in kept


def test_pools_are_not_kept_for_each_visit(process: Process, lasting: bool) -> None:
    visitors = process()
    visits = [visitors.of(f"s{number}", owner="me") for number in range(12)]
    for number, visit in enumerate(visits):
        visit.add_text(f"Only visitor {number} knows the word zeta{number}.", "Own", unseen)
    for number, visit in enumerate(visits):
        ask(visit, f"Who knows the word zeta{number}?")
        assert f"zeta{number}" in told(visit)[-1]
        others = {f"zeta{other}" for other in range(12)} - {f"zeta{number}"}
        assert not [word for word in others if f"{word}." in told(visit)[-1]]
    gc.collect()
    beside = visitors._shared.beside
    if beside is not None:
        with beside.reading() as link:
            count = link.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
            ).fetchone()[0]
        assert count < 12
