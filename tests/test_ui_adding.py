"""What waits to be added, in turn, and how the list of articles is drawn; without a browser."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import pytest
from conftest import STORY
from tiny import TinyEmbedder

from index import Library
from index.errors import InputError
from index.parse.fetch import Fetching
from index.progress import Progress, Stage, unseen
from index.types import Entry
from ui.page.render.adding import show_adding
from ui.page.visits.adding import MAX_TEXTS, Adding, Done, Job, Line, State
from ui.page.visits.choice import Choice
from ui.page.visits.links import add_link
from ui.page.visits.visit import Visit


def _job(name: str, said: list[str], hold: Event | None = None) -> Job:
    def work(progress: Progress) -> Done:
        progress(Stage.EMBEDDING, 120, 583)
        if hold:
            assert hold.wait(60)
        said.append(name)
        if name == "bad":
            raise InputError("bad is empty")
        if name == "broken":
            raise KeyError(name)
        return Done(name, name, new=True)

    return Job(name, work)


def _settle(*addings: Adding) -> None:
    for _ in range(6000):
        if not any(adding.is_going for adding in addings):
            return
        Event().wait(0.01)
    raise AssertionError("it goes on and on")


def test_each_visitor_has_a_turn_and_what_fails_stops_nobody() -> None:
    hold, said = Event(), []  # type: ignore[var-annotated]
    one, other, line = Adding(), Adding(), Line()
    for name in ("first", "bad", "broken", "last"):
        job = _job(name, said, hold if name == "first" else None)
        one.take(job, "a", 4)
        line.put(one, job)
        while name == "first" and job.state is State.WAITING:
            Event().wait(0.001)
    job = _job("other's", said)
    other.take(job, "b")
    line.put(other, job)
    hold.set()
    _settle(one, other)
    assert said == ["first", "bad", "other's", "broken", "last"]
    assert [job.state for job in one.jobs] == [
        State.ADDED,
        State.REFUSED,
        State.REFUSED,
        State.ADDED,
    ]
    assert "KeyError" not in one.jobs[2].reason and "try again" in one.jobs[2].reason
    assert one.ids == {"first", "last"}


def test_too_many_texts_are_refused_in_words_instead_of_held() -> None:
    hold, said = Event(), []  # type: ignore[var-annotated]
    adding, line = Adding(), Line()
    for number in range(MAX_TEXTS + 2):
        job = _job(str(number), said, hold)
        job.in_memory = True
        adding.take(job, "a", MAX_TEXTS + 2)
        line.put(adding, job)
    refused = [job.reason for job in adding.jobs if job.state is State.REFUSED]
    assert 1 <= len(refused) <= 2 and "try again in a minute" in refused[0]
    hold.set()
    _settle(adding)


def test_rows_say_how_far_each_is_and_many_are_one_line() -> None:
    adding = Adding()
    for number in range(3):
        adding.take(Job(f"<{number}>.pdf", _job("", []).work), "a", 3)
    going, done, refused = adding.jobs
    going.state, going.stage, going.amount = State.GOING, Stage.EMBEDDING, (120, 583)
    done.state, done.done = State.ADDED, Done("1", "A <b>", new=True)
    refused.refuse("it is empty")
    shown = show_adding(adding)
    assert "120 of 583 passages" in shown and 'value="120" max="583"' in shown
    assert "“A &lt;b&gt;” was added." in shown and "Not added: it is empty." in shown
    assert "role=" not in shown  # it is drawn anew several times a second
    going.stage, going.amount = Stage.READING, (0, 0)
    assert ">reading" in show_adding(adding)
    for number in range(30):
        job = Job(f"{number}.txt", _job("", []).work, state=State.ADDED)
        job.done = Done(str(number), f"Title {number}", new=number > 0)
        adding.take(job, "a")
    assert "32 of 33, 1 not added" in show_adding(adding)
    going.state, going.done = State.ADDED, Done("x", "x", new=True)
    shown = show_adding(adding)
    assert "of 33" not in shown and "32 articles were added, 1 not added." in shown
    assert shown.count("<p ") == 2 and "Not added: it is empty." in shown


def test_a_new_batch_takes_the_place_of_what_is_over() -> None:
    adding = Adding()
    adding.take(Job("one", _job("", []).work, state=State.ADDED), "a")
    adding.take(Job("two", _job("", []).work), "b")
    assert [job.name for job in adding.jobs] == ["two"]
    adding.take(Job("three", _job("", []).work), "c")
    assert [job.name for job in adding.jobs] == ["two", "three"] and adding.size == 2


def _entry(title: str, added: str, published: str | None = None) -> Entry:
    return Entry(title, title, "", f"2026-01-0{added}T10:00:00+00:00", published, 10)


ENTRIES = (
    _entry("Zebras", "1", "2024-05"),
    _entry("Crème brûlée", "3"),
    _entry("apples", "2", "2025"),
)


@pytest.mark.parametrize(
    ("words", "order", "titles"),
    [
        ("", "added", ["Crème brûlée", "apples", "Zebras"]),
        ("", "title", ["apples", "Crème brûlée", "Zebras"]),
        ("", "published", ["apples", "Zebras", "Crème brûlée"]),
        ("BRULEE creme", "", ["Crème brûlée"]),
        ("brulée", "no order", ["Crème brûlée"]),
        ("ferry", "title", []),
    ],
)
def test_the_list_is_filtered_and_ordered(words: str, order: str, titles: list[str]) -> None:
    choice = Choice()
    choice.draw(words, order)
    assert [entry.title for entry in choice.listed(ENTRIES)] == titles


def test_one_alone_is_searched_or_what_is_listed() -> None:
    choice = Choice(front=frozenset(["apples"]))
    choice.only("no such article", ENTRIES)
    assert not choice.left_out and choice.front
    choice.only("apples", ENTRIES)
    assert choice.left_out == {"Zebras", "Crème brûlée"} and not choice.front


def test_what_is_added_is_in_front_until_something_is_chosen(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", embedder=TinyEmbedder()) as library:
        library.add_text(STORY, title="A bridge")
        visit = Visit(library)
        bell, _ = visit.add_text("The bell was cast in Ghent.", "The bell", unseen)
        visit.choice.front = frozenset([bell.id])
        assert [entry.title for entry in visit.in_front] == ["The bell"]
        visit.choose(bell.id, searched=False)
        assert [entry.title for entry in visit.in_front] == ["A bridge"]
        visit.choose(bell.id, searched=True)
        assert len(visit.in_front) == 2
        visit.end()


def test_a_link_to_a_private_address_is_never_asked(tmp_path: Path) -> None:
    with Library.open(tmp_path / "library", embedder=TinyEmbedder()) as library:
        visit = Visit(library)
        for address in ("http://127.0.0.1/", "http://10.0.0.1/a", "http://[::1]/", "file:///etc"):
            with pytest.raises(InputError, match=r"not on the open network|not an address of http"):
                add_link(visit, address, Fetching(), unseen)
        assert not visit.entries
        visit.end()
