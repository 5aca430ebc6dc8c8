"""Answers, refusals and failures in the conversation, as a visitor meets them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from threading import Event
from time import sleep
from typing import TYPE_CHECKING, Any

import pytest
from browsing import ANSWER, CHIP, answers, ask, finished, send, serving, visitor
from conftest import STORY
from tiny import TinyEmbedder

from index import Library
from index.errors import PullquoteError
from rag import Answer
from rag import ask as ask_library
from rag.libraries import bundled_article
from ui.page.conversation import extractive, partial_answers
from ui.page.visits.visit import Visit
from ui.page.visits.visitors import Visitors

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

TARGET = "How many projects does OpenAI aim for?"
TWO_PARTS = "How many projects does OpenAI aim for, and who pays for the projects abroad?"
NOBODY = "What is the weight of the arch in Berlin?"

# Notes what the last answer looks like whenever it changes, and when.
WATCH = """() => {
  window.seen = [];
  new MutationObserver(() => {
    const rows = document.querySelectorAll('#chat .bot-row .prose');
    const text = rows.length ? rows[rows.length - 1].innerText : '';
    const last = window.seen[window.seen.length - 1];
    if (text && (!last || last.text !== text)) window.seen.push({
      text, at: performance.now(),
      source: document.querySelector('#viewer mark')?.textContent ?? '',
    });
  }).observe(document.body, {childList: true, subtree: true, characterData: true});
}"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("answer") / "library") as opened:
        opened.add(bundled_article())
        yield opened


@pytest.fixture(scope="module")
def address(library: Library) -> Iterator[str]:
    with serving(library) as found:
        yield found


@pytest.fixture
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("story"), embedder=TinyEmbedder()) as opened:
        opened.add_text(STORY, title="A bridge")
        yield opened


def _sentences(library: Library) -> Answer:
    """An answer of three statements, as a slow reader would give it."""
    found = [
        ask_library(question, library=library).citations[0]
        for question in ("Who designed the arch?", "What did the new bridge cost?")
    ]
    assert len({c.quote for c in found}) == 2
    whole = ask_library("Who designed the arch?", library=library)
    from dataclasses import replace

    from rag import Claim

    cited = tuple(replace(c, number=n) for n, c in enumerate([*found, found[0]], 1))
    claims = tuple(Claim(c.quote, (c,)) for c in cited)
    return replace(whole, claims=claims, citations=cited)


def test_every_statement_ends_in_a_chip(page: Page, library: Library) -> None:
    ask(page, TWO_PARTS)
    said = page.locator(f"{ANSWER} .prose > p").first.inner_text()
    found = ask_library(TWO_PARTS, library=library)
    assert len(found.claims) > 1
    assert said == " ".join(f"{c.text}\u00a0{c.citations[0].number}" for c in found.claims)
    assert page.locator(f"{ANSWER} .prose > p").first.locator("a").count() == len(found.claims)


def test_a_number_that_is_no_citation_stays_plain(browser: Browser, tmp_path: Any) -> None:
    with Library.open(tmp_path / "library", embedder=TinyEmbedder(max_tokens=99)) as library:
        library.add_text("The tower [9] is 90 metres high [1](http://x.example). See [2].")
        with serving(library) as address, visitor(browser, address) as page:
            ask(page, "tower metres high")
            first = page.locator(f"{ANSWER} .prose > p").first
            assert first.inner_text() == (
                "The tower [9] is 90 metres high [1](http://x.example).\u00a01"
            )
            assert first.locator("a").count() == 1


def test_a_quote_across_a_line_break_says_so(browser: Browser, tmp_path: Any) -> None:
    with Library.open(tmp_path / "library", embedder=TinyEmbedder()) as library:
        library.add_text("The lighthouse keeper wrote\nletters every day.", title="Keeper")
        with serving(library) as address, visitor(browser, address) as page:
            ask(page, "What did the lighthouse keeper write letters every day?")
            page.locator(f"{ANSWER} summary").click()
            assert "quoted across a line break" in page.locator(f"{ANSWER} details").inner_text()
            page.locator(CHIP).first.click()
            page.locator("#viewer mark:focus").wait_for()
            marked = page.locator("#viewer mark").evaluate("(mark) => mark.textContent")
            assert marked == "The lighthouse keeper wrote\nletters every day."


def test_a_refusal_is_seen_to_be_one(page: Page) -> None:
    ask(page, NOBODY)
    refusal = page.locator(f"{ANSWER} .refusal")
    assert refusal.inner_text().split("\n")[0] == "The articles do not say."
    assert "add an article" in refusal.inner_text()
    assert refusal.locator("a").count() == 0
    assert page.locator("#chat .failure").count() == 0
    nearest = page.locator(f"{ANSWER} details.nearest")
    assert nearest.locator("summary").inner_text() == "Nearest in the articles"
    assert not nearest.locator("blockquote").first.is_visible()
    nearest.locator("summary").click()
    places = nearest.locator("a[href^='#cite-']").all_inner_texts()
    assert places
    assert all("paragraph" in place for place in places)
    assert nearest.locator("mark").count() == 0
    assert "Berlin" in nearest.locator("em").first.inner_text()
    nearest.locator("a").first.click()
    page.locator("#viewer mark:focus").wait_for()


def test_a_failure_is_a_message_that_can_be_tried_again(browser: Browser, story: Library) -> None:
    calls = []

    def failing(*given: Any) -> Iterator[Answer]:
        calls.append(given)
        if len(calls) == 2:
            raise PullquoteError("the <model> is out of memory: restart it")
        yield from extractive(*given)

    with serving(story, answers=failing) as address, visitor(browser, address) as page:
        ask(page, "Who designed the arch?")
        ask(page, "What did the new bridge cost?")
        failure = page.locator("#chat .failure")
        assert "the <model> is out of memory: restart it" in failure.inner_text()
        assert "Engineers from Porto" in page.locator(ANSWER).first.inner_text()
        assert page.locator(f"{ANSWER} .refusal").count() == 0
        before = answers(page)
        page.get_by_role("button", name="Retry").last.click()
        finished(page, before)
        assert page.locator("#chat .failure").count() == 0
        assert "12 million euros" in page.locator(ANSWER).last.inner_text()


def test_a_bug_leaves_the_conversation_readable(browser: Browser, story: Library) -> None:
    calls = []

    def broken(*given: Any) -> Iterator[Answer]:
        calls.append(given)
        if len(calls) == 2:
            raise RuntimeError("/secret/path/of/the/server")
        yield from extractive(*given)

    noise = ("500", "RuntimeError")
    with serving(story, answers=broken) as address, visitor(browser, address, noise=noise) as page:
        ask(page, "Who designed the arch?")
        ask(page, "What did the new bridge cost?")
        assert "Something went wrong" in page.locator("#chat .failure").inner_text()
        assert page.locator(ANSWER).first.is_visible()
        page.locator(CHIP).first.click()
        page.locator("#viewer mark:focus").wait_for()
        assert "/secret" not in page.content()
        ask(page, "Who designed the arch?")
        assert page.locator(f"{CHIP}:visible").count() == 2


def test_streaming_shows_whole_sentences_and_no_markers(browser: Browser, story: Library) -> None:
    whole = _sentences(story)

    def slow(*given: Any) -> Iterator[Answer]:
        for answer in partial_answers(whole):
            yield answer
            sleep(0.4)

    with serving(story, answers=slow) as address, visitor(browser, address) as page:
        page.evaluate(WATCH)
        ask(page, "Who designed the arch?")
        seen = page.evaluate("window.seen")
    texts = [step["text"].split("\n")[0] for step in seen]
    grown = [
        " ".join(f"{c.text}\u00a0{c.citations[0].number}" for c in whole.claims[:n]) for n in (1, 2)
    ]
    assert texts[0].startswith("Searching 1 article")
    assert all(text in texts for text in grown)
    for step in seen:
        assert not re.search(r"\[\d|#cite|\]:|</?\w|&\w+;|\\", step["text"]), step["text"]
    # Never more often than ten times a second, by the page's own pace.
    times = [step["at"] for step in seen]
    assert len(times) <= 1 + (times[-1] - times[0]) / 100 + 1


def test_the_evidence_is_there_before_the_first_word(browser: Browser, story: Library) -> None:
    whole = _sentences(story)

    def slow(*given: Any) -> Iterator[Answer]:
        sleep(0.5)
        yield whole

    with serving(story, answers=slow) as address, visitor(browser, address) as page:
        page.evaluate(WATCH)
        ask(page, "Who designed the arch?")
        seen = page.evaluate("window.seen")
    assert seen[0]["text"].startswith("Searching 1 article")
    words = next(step for step in seen if "Engineers" in step["text"])
    assert words["source"] == whole.citations[0].quote


def test_stop_keeps_what_is_there(browser: Browser, story: Library) -> None:
    whole = _sentences(story)
    release = Event()

    def endless(*given: Any) -> Iterator[Answer]:
        yield next(partial_answers(whole))
        release.wait(30)
        yield whole

    with serving(story, answers=endless) as address, visitor(browser, address) as page:
        send(page, "Who designed the arch?")
        page.locator(f"{CHIP}").first.wait_for()
        assert page.locator('#chat [role="log"]').get_attribute("aria-busy") == "true"
        page.get_by_role("button", name="Stop").click()
        page.locator("#chat .stopped").wait_for(timeout=1_000)
        page.get_by_role("button", name="Ask", exact=True).wait_for(timeout=1_000)
        assert whole.claims[0].text in page.locator(ANSWER).first.inner_text()
        assert whole.claims[1].text not in page.locator("#chat").inner_text()
        release.set()
        page.wait_for_timeout(300)
        assert whole.claims[1].text not in page.locator("#chat").inner_text()
        assert page.locator('#chat [role="log"]').get_attribute("aria-busy") == "false"


def test_a_follow_up_borrows_from_the_question_before(page: Page) -> None:
    ask(page, "Who directs the AI Governance Lab?")
    ask(page, "What does she warn of?")
    assert page.locator(f"{ANSWER}").count() == 2
    assert page.locator(f"{ANSWER} .refusal").count() == 0
    assert "Bogen" in page.locator(ANSWER).last.inner_text()


def test_a_follow_up_can_be_asked_by_itself_and_back(page: Page) -> None:
    before = "Who directs the AI Governance Lab?"
    ask(page, before)
    ask(page, "What does she warn of?")
    taken = page.locator(f"{ANSWER} .searched")
    assert taken.count() == 1
    assert taken.inner_text() == f"Taken as a follow-up to “{before}” · ask by itself"
    for link, said in (
        ("ask by itself", "Taken by itself · ask as a follow-up"),
        ("ask as a follow-up", f"Taken as a follow-up to “{before}” · ask by itself"),
    ):
        page.get_by_role("link", name=link).click()
        page.wait_for_function(
            f"(said) => document.querySelector('{ANSWER} .searched')?.innerText.trim() === said",
            arg=said,
        )
        finished(page, 1)
        assert page.locator(".user-row").all_inner_texts() == [before, "What does she warn of?"]
        assert page.locator(ANSWER).count() == 2


def test_a_question_can_be_edited_and_what_followed_goes(page: Page) -> None:
    ask(page, TARGET)
    ask(page, NOBODY)
    page.get_by_role("button", name="Edit").first.click()
    field = page.locator("#chat textarea").first
    assert field.input_value() == TARGET
    field.fill("Who pays for the projects abroad?")
    before = answers(page)
    page.locator("#chat").get_by_role("button", name="Ask").click()
    finished(page, before)
    assert page.locator(".user-row").all_inner_texts() == ["Who pays for the projects abroad?"]
    assert page.locator(ANSWER).count() == 1
    assert "Financial Times" in page.locator(ANSWER).inner_text()


def test_an_example_is_asked_by_a_click(page: Page) -> None:
    assert page.locator("#chat .example").count() == 4
    assert page.locator("#chat h2").inner_text().startswith("OpenAI wants to build AI abroad")
    before = answers(page)
    page.get_by_role("button", name=TARGET).click()
    finished(page, before)
    assert page.locator(CHIP).count() == 2


def test_new_begins_a_new_conversation(page: Page) -> None:
    ask(page, TARGET)
    page.get_by_role("button", name="New").click()
    page.locator("#chat .example").first.wait_for()
    assert page.locator(ANSWER).count() == 0


def test_a_reload_brings_the_conversation_back(page: Page) -> None:
    ask(page, TARGET)
    page.reload()
    page.wait_for_selector("body[data-ready]")
    page.locator(CHIP).first.click()
    page.locator("#viewer mark:focus").wait_for()
    assert page.locator(".user-row").inner_text() == TARGET


@pytest.mark.parametrize("question", ["?!", "   "])
def test_a_question_without_words_is_declined_beside_the_box(page: Page, question: str) -> None:
    send(page, question)
    page.locator("#note").get_by_text("write one with at least one word").wait_for()
    finished(page, 0)
    assert page.locator("#chat .user-row").count() == 0
    ask(page, TARGET)
    assert page.locator("#note p").count() == 0


@pytest.mark.parametrize("question", ["", "???"])
def test_no_question_leaves_the_conversation_even_where_the_visit_is_forgotten(
    page: Page, library: Library, monkeypatch: pytest.MonkeyPatch, question: str
) -> None:
    ask(page, TARGET)
    monkeypatch.setattr(Visitors, "of", lambda *_, **__: Visit(library))
    before = answers(page)
    send(page, question)
    finished(page, before)
    assert "at least one word" in page.locator("#note").inner_text()
    assert page.locator(".user-row").inner_text() == TARGET
    assert page.locator(CHIP).count() == 2
    assert page.locator("#viewer mark").count() == 1
    assert page.locator("#box textarea").evaluate("box => box === document.activeElement")


def test_asking_with_no_article_chosen_says_so_and_leaves_the_conversation(page: Page) -> None:
    ask(page, TARGET)
    page.locator("#tab-articles").click()
    page.locator("[data-choose]").uncheck()
    page.get_by_text("No article is chosen").wait_for()
    before = answers(page)
    send(page, NOBODY)
    finished(page, before)
    assert "choose at least one" in page.locator("#note").inner_text()
    assert page.locator(".user-row").inner_text() == TARGET


def test_after_a_refusal_nothing_is_marked_in_the_source(page: Page) -> None:
    ask(page, TARGET)
    assert page.locator("#viewer mark").count() == 1
    ask(page, NOBODY)
    assert page.locator("#viewer mark").count() == 0


def test_the_paragraphs_of_an_overview_are_folded(page: Page) -> None:
    ask(page, "What is this article about?")
    assert page.locator(f"{ANSWER} details summary").inner_text().endswith("cited paragraphs")
    assert page.locator(f"{ANSWER} details blockquote").count() > 0
    assert not page.locator(f"{ANSWER} details blockquote").first.is_visible()


def test_a_hostile_question_is_shown_literally(page: Page) -> None:
    asked = "<img src=x onerror=alert(1)> ![x](https://evil.example/x.png) *who* pays?"
    ask(page, asked)
    assert page.locator(".user-row").inner_text() == asked
    assert page.locator("#chat :is(img, em)").count() == page.locator(f"{ANSWER} em").count()
