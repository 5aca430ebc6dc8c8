"""Several visitors at once: nobody waits for another's whole answer, and the queue is told."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from browsing import ANSWER, CHIP, ask, finished, send, serving, visitor
from conftest import STORY
from gradio.state_holder import StateHolder
from tiny import TinyEmbedder

from index import Library
from index.errors import InputError, LibraryError
from index.progress import Stage
from rag import Answer
from rag import ask as ask_library
from ui.page.conversation import extractive
from ui.page.visits.visit import Exchange, Visit
from ui.page.visits.visitors import MAX_SESSIONS, Visitors

if TYPE_CHECKING:
    from playwright.sync_api import Browser

BELL = "The old bell was cast in Ghent. It rings at noon."


def _nothing(stage: Stage, done: int, total: int) -> None:
    """Somebody who does not watch."""


@pytest.fixture
def story(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "shared", embedder=TinyEmbedder()) as opened:
        opened.add_text(STORY, title="A bridge")
        yield opened


def test_a_second_visitor_does_not_wait_for_the_first(browser: Browser, story: Library) -> None:
    release = Event()

    def one_waits(question: str, *given: Any) -> Iterator[Answer]:
        if "cost" in question:
            release.wait(30)
        yield from extractive(question, *given)

    with serving(story, answers=one_waits) as address:
        with visitor(browser, address) as slow, visitor(browser, address) as quick:
            send(slow, "What did the new bridge cost?")
            slow.locator("#chat .searching").wait_for()
            ask(quick, "Who designed the arch?")
            assert "Engineers from Porto" in quick.locator(ANSWER).inner_text()
            assert slow.locator("#chat .searching").is_visible()
            release.set()
            finished(slow, 0)
            assert "12 million" in slow.locator(ANSWER).inner_text()
            assert "12 million" not in quick.locator("#chat").inner_text()


def test_who_waits_sees_the_place_and_a_full_queue_says_so(
    browser: Browser, story: Library
) -> None:
    release = Event()

    def waits(*given: Any) -> Iterator[Answer]:
        release.wait(60)
        yield from extractive(*given)

    with serving(story, max_waiting=1, answers=waits, at_once=1) as address:
        with (
            visitor(browser, address) as first,
            visitor(browser, address) as second,
            visitor(browser, address, noise=("503",)) as third,
        ):
            send(first, "Who designed the arch?")
            first.locator("#chat .searching").wait_for()
            first.wait_for_timeout(700)
            send(second, "Who designed the arch?")
            second.get_by_text("queue: 1/1").wait_for()
            send(third, "Who designed the arch?")
            third.get_by_text("busy").first.wait_for()
            third.get_by_role("button", name="Ask", exact=True).wait_for()
            release.set()
            finished(first, 0)
            finished(second, 0)
            third.get_by_role("button", name="Retry").click()
            third.locator(CHIP).first.wait_for()


def test_a_visits_articles_go_with_it(story: Library) -> None:
    visit = Visit(story)
    visit.add_text(BELL, "Bell", _nothing)
    folder = visit.library.folder
    assert folder.stat().st_mode & 0o077 == 0
    assert [entry.title for entry in visit.entries] == ["A bridge", "Bell"]
    visit.end()
    assert not folder.exists()
    with pytest.raises(InputError, match="was closed"):
        visit.add_text(BELL, "Bell", _nothing)
    assert [article.title for article in story.articles] == ["A bridge"]


def test_a_page_that_comes_back_finds_its_visit(story: Library) -> None:
    visitors = Visitors(story, kept_seconds=60)
    visit = visitors.of("one")
    assert visitors.of("one") is visit
    visitors.leave("one")
    assert visitors.of("two", visit.secret) is visit
    assert visitors.of("three", "guessed") is not visit
    assert visitors.of(None) is not visitors.of(None)
    visitors.close()


def test_a_closed_page_is_forgotten_in_time(story: Library) -> None:
    visitors = Visitors(story, kept_seconds=0)
    visit = visitors.of("one")
    visit.add_text(BELL, "Bell", _nothing)
    folder = visit.library.folder
    visitors.leave("one")
    for _ in range(500):
        if not folder.exists():
            break
        Event().wait(0.01)
    assert not folder.exists()
    assert visitors.of("two", visit.secret) is not visit


def test_two_tabs_of_one_visit_keep_it(story: Library) -> None:
    visitors = Visitors(story, kept_seconds=0)
    visit = visitors.of("one")
    assert visitors.of("two", visit.secret) is visit
    visitors.leave("one")
    Event().wait(0.05)
    assert not visit.over and visitors.of("two") is visit
    visitors.close()
    assert visit.over


def test_only_so_many_visits_are_kept(story: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.page.visits.visitors.MAX_VISITS", 3)
    visitors = Visitors(story, kept_seconds=60)
    opened = [visitors.of(str(number)) for number in range(3)]
    visitors.leave("1")
    visitors.of("3")
    assert [visit.over for visit in opened] == [False, True, False]
    assert visitors.of("3") is visitors.of("3")
    visitors.close()
    assert all(visit.over for visit in opened)


def test_made_up_sessions_push_out_no_visit_that_holds_something(
    story: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.page.visits.visitors.MAX_VISITS", 3)
    visitors = Visitors(story, kept_seconds=60)
    real = visitors.of("real")
    real.exchanges.append(Exchange("Who designed the arch?"))
    for number in range(20):
        visitors.of(f"made up {number}")
    assert not real.over and visitors.of("real") is real
    for number in range(20):
        visitors.of(f"made up and used {number}").exchanges.append(Exchange("Who?"))
    assert not real.over and visitors.of("real") is real
    visitors.close()


def test_sessions_that_a_program_makes_up_are_forgotten_and_no_page_misses_its_own(
    browser: Browser, story: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.server.serve.SESSIONS", 4)
    others = {id(each): each for each in gc.get_objects() if type(each) is StateHolder}
    with serving(story) as address, visitor(browser, address) as page:
        ask(page, "Who designed the arch?")
        config = httpx2.get(f"{address}config").json()
        event = next(each for each in config["dependencies"] if each["api_name"] == "arrive")
        for number in range(12):
            sent = {"data": ["", ""], "fn_index": event["id"], "session_hash": f"made up {number}"}
            assert httpx2.post(f"{address}gradio_api/run/arrive", json=sent).status_code == 200
        kept = [
            each
            for each in gc.get_objects()
            if type(each) is StateHolder and each.session_data and id(each) not in others
        ]
        assert max(len(each.session_data) for each in kept) <= 4
        ask(page, "What did the new bridge cost?")
        page.reload()
        page.locator(ANSWER).nth(1).wait_for()
        assert "Engineers from Porto" in page.locator(ANSWER).first.inner_text()


def test_a_removal_is_undone_or_final(story: Library) -> None:
    visit = Visit(story)
    bell, new = visit.add_text(BELL, "Bell", _nothing)
    assert new and visit.add_text(BELL, "Other", _nothing) == (bell, False)
    with pytest.raises(LibraryError, match="not an article that you have added"):
        visit.remove(story.articles[0].id)
    visit.remove(bell.id)
    assert visit.find(bell.id[:8]) is None and bell.id not in visit.chosen
    undone = visit.undo()
    assert undone and undone.id == bell.id and visit.undo() is None
    visit.remove(bell.id)
    visit.add_text("The ferry is painted green.", "Ferry", _nothing)
    assert visit.undo() is None
    assert b"Ghent" not in (visit.library.folder / "library.sqlite").read_bytes()
    visit.end()


def test_the_limits_of_one_visitor(story: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    visit = Visit(story)
    monkeypatch.setattr("ui.page.visits.visit.MAX_CHARACTERS", 60)
    visit.add_text(BELL, "Bell", _nothing)
    with pytest.raises(InputError, match="11 are left of 60"):
        visit.add_text("The ferry is painted green.", "Ferry", _nothing)
    monkeypatch.setattr("ui.page.visits.visit.MAX_ARTICLES", 1)
    with pytest.raises(InputError, match="1 articles are the limit"):
        visit.add_text("Short.", "Short", _nothing)
    visit.end()


def test_a_pasted_text_is_taken_whole_or_not_at_all(
    story: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The box takes one character more, as a browser counts them, and cuts there."""
    visit = Visit(story)
    monkeypatch.setattr("ui.page.visits.visit.MAX_PASTED", len(BELL) + 4)
    visit.add_text(f"{BELL} 🔔.", "Bell", _nothing)
    for text in (f"{BELL} 🔔..", f"{BELL} 🔔🔔", f"{BELL} 🔔.\ud83d"):
        with pytest.raises(InputError, match="the text has over 53 characters: save it as a file"):
            visit.add_text(text, "Bells", _nothing)
    visit.end()


def test_joined_libraries_answer_as_one_library_would(story: Library, tmp_path: Path) -> None:
    """The oracle is one library that holds both."""
    visit = Visit(story)
    bell, _ = visit.add_text(BELL, "Bell", _nothing)
    with Library.open(tmp_path / "one", embedder=TinyEmbedder()) as one:
        one.add_text(STORY, title="A bridge")
        one.add_text(BELL, title="Bell")
        for question in ("Where was the bell cast?", "Who designed the arch?", "Who reigns?"):
            joined = ask_library(question, library=visit.library)
            whole = ask_library(question, library=one)
            assert joined.text == whole.text
            assert joined.confidence == pytest.approx(whole.confidence)
            assert [(c.start, c.title) for c in joined.nearest] == [
                (c.start, c.title) for c in whole.nearest
            ]
    only = ask_library("Where was the bell cast?", library=visit.library, within=[bell.id])
    assert {c.article_id for c in only.citations} == {bell.id}
    without = ask_library("Where was the bell cast?", library=visit.library, within=[])
    assert without.refused and not without.nearest
    visit.end()


def test_what_a_visit_keeps_is_bounded(story: Library) -> None:
    visitors = Visitors(story, kept_seconds=60)
    visit = visitors.of("0")
    for number in range(100):
        assert visitors.of(str(number), visit.secret) is visit
    assert len(visitors._sessions) <= MAX_SESSIONS
    visitors.close()


def test_answers_share_the_text_of_their_article(story: Library) -> None:
    answers = [ask_library("Who designed the arch?", library=story) for _ in range(3)]
    texts = {id(citation.article.text) for answer in answers for citation in answer.citations}
    assert len(texts) == 1
