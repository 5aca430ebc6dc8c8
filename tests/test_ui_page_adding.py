"""Adding and choosing on the page: dropped anywhere, by link, thirty at a time, 300 in the list."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import pytest
import samples
from browsing import ANSWER, ask, serving, upload, visitor
from conftest import STORY
from playwright.sync_api import expect
from tiny import TinyEmbedder

from index import Library
from index.apart.adding import add_here
from index.parse.fetch import Fetching, is_public

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

BELL = "The old bell rings at noon. It was cast in Ghent from 900 kilograms of bronze."
VILLAGES = 300

# Files as they come with a drag: by name, with what is in them.
DRAG = """(files) => {
  const held = new DataTransfer();
  for (const [name, text] of files) held.items.add(new File([text], name));
  return held;
}"""

held = Event()

expect.set_options(timeout=60_000)


class Site(BaseHTTPRequestHandler):
    """Answers with one article, whatever is asked."""

    def do_GET(self) -> None:
        body = samples.WEB_PAGE.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[int]:
    """A site on this machine; returns its port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join()


def _slowly(offer: Any, *given: Any) -> Any:
    """Add at once, but not what is slow."""
    if "slow" in offer.source:
        given[1]("reading", 0, 0)
        assert held.wait(60)
    return add_here(offer, *given)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, site: int) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("adding") / "library"
    how = Fetching(
        public=lambda found: found == "127.0.0.1" or is_public(found), ports=frozenset({site})
    )
    with Library.open(folder, embedder=TinyEmbedder(max_tokens=60)) as library:
        with library.adding():
            for number in range(VILLAGES):
                library.add_text(f"Village {number} has {number + 7} wells.", title=f"V {number}")
        with serving(library, links=how, add=_slowly) as found:
            yield found


def _file(name: str, text: str) -> dict[str, Any]:
    return {"name": name, "mimeType": "text/plain", "buffer": text.encode()}


def _titles(page: Page) -> list[str]:
    return list(page.locator("#articles .title").all_inner_texts())


def test_files_are_dropped_anywhere_and_the_page_speaks_of_them(page: Page) -> None:
    drag = page.evaluate_handle(DRAG, [["The bell.txt", BELL], ["empty.md", "\n"]])
    page.dispatch_event("#chat", "dragover", {"dataTransfer": drag})
    expect(page.locator("#veil")).to_be_visible()
    page.dispatch_event("#chat", "drop", {"dataTransfer": drag})
    expect(page.locator("#veil")).to_be_hidden()
    expect(page.locator("#added p")).to_have_text(
        ["“The bell” was added.", "Not added: empty.md is empty: there is nothing to ask about."]
    )
    expect(page.locator("#chat h2")).to_have_text("The bell")
    expect(page.locator("#chat .placeholder p")).to_contain_text("and 300 more")
    expect(page.locator("#chat .example").first).to_have_text("What is “The bell” about?")
    expect(page.locator("#card summary").first).to_contain_text("“The bell” says")
    expect(page.locator("#card")).to_contain_text("cast in Ghent")
    assert _titles(page)[0] == "The bell"


def test_thirty_files_are_one_line_and_each_error(page: Page) -> None:
    files = [_file(f"bell {n}.txt", f"{BELL} It is number {n}.") for n in range(30)]
    upload(page, *files, _file("empty.md", "\n"))
    lines = page.locator("#added p").all_inner_texts()
    assert lines[0] == "30 articles were added, 1 not added."
    assert lines[1:] == ["Not added: empty.md is empty: there is nothing to ask about."]
    expect(page.locator("#scope")).to_have_text("Searching all 330 articles")


def test_among_300_articles_adding_stays_in_sight_and_one_is_found(page: Page) -> None:
    page.locator("#scope button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-filter]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#scope button")).to_be_focused()
    page.locator("#shelf").evaluate("shelf => { shelf.scrollTop = shelf.scrollHeight }")
    expect(page.locator("#articles li").last).to_be_in_viewport()
    expect(page.locator("#files .drop")).to_be_in_viewport()
    assert page.locator("#articles li").count() == VILLAGES
    page.locator("[data-order]").select_option("title")
    expect(page.locator("#articles .title").nth(1)).to_have_text("V 1")
    page.locator("[data-filter]").fill("v 29")
    expect(page.locator("#articles li")).to_have_count(13)
    expect(page.locator("[data-filter]")).to_be_focused()
    page.get_by_role("button", name="Search none that is listed").click()
    expect(page.locator("#scope")).to_have_text("Searching 287 of 300 articles")
    page.get_by_role("button", name="Search only V 295").click()
    expect(page.locator("#scope")).to_have_text("Searching 1 of 300 articles")
    expect(page.locator("#chat h2")).to_have_text("V 295")
    box = page.get_by_label("Search V 295", exact=True)
    box.focus()
    page.keyboard.press("Space")
    expect(page.locator("#scope")).to_have_text("No article is chosen")
    expect(page.locator("#chat h2")).to_have_text("Choose an article to begin")
    expect(page.get_by_label("Search V 295", exact=True)).to_be_focused()
    page.get_by_role("button", name="Search all that are listed").click()
    expect(page.locator("#scope")).to_have_text("Searching 13 of 300 articles")


def test_a_link_is_added_and_what_is_refused_is_said_in_one_line(page: Page, site: int) -> None:
    page.locator("#tab-articles").click()
    link = page.get_by_label("Link to an article")
    link.fill(f"http://10.0.0.1:{site}/secret")
    link.press("Enter")
    refused = page.locator("#added .refused")
    expect(refused).to_contain_text("10.0.0.1, which is not on the open network: refused")
    assert "\n" not in refused.inner_text().strip()
    expect(link).to_have_value(f"http://10.0.0.1:{site}/secret")  # to be mended
    link.fill(f"http://127.0.0.1:{site}/news/bridge")
    page.get_by_role("button", name="Add this link").click()
    expect(page.locator("#added p")).to_have_text("“A bridge for the town” was added.")
    expect(link).to_have_value("")
    ask(page, "Who designed the arch?")
    assert "Engineers from Porto" in page.locator(ANSWER).inner_text()


def test_without_the_switch_nothing_is_fetched_for_anybody(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("closed") / "library"
    with Library.open(folder, embedder=TinyEmbedder()) as library:
        library.add_text(STORY, title="A bridge")
        with serving(library) as address:
            with urllib.request.urlopen(f"{address}config") as answer:
                events = json.load(answer)["dependencies"]
            assert "put_file" in {event["api_name"] for event in events}
            assert "put_link" not in {event["api_name"] for event in events}
            with visitor(browser, address) as page:
                page.locator("#tab-articles").click()
                assert page.get_by_label("Link to an article").count() == 0
                expect(page.locator("#choosing")).to_be_hidden()  # of one there is no choice


def test_adding_goes_on_beside_questions_and_through_a_reload(
    browser: Browser, address: str
) -> None:
    held.clear()
    # A reload breaks off what follows the adding, which the browser says.
    with visitor(browser, address, noise=("AbortError", "errored out")) as page:
        page.locator("#files input[type=file]").set_input_files(
            [_file("slow bell.txt", BELL), _file("ferry.txt", "The ferry is painted green.")]
        )
        rows = page.locator("#added .job")
        expect(rows.nth(0)).to_contain_text("slow bell.txt")
        expect(rows.nth(0)).to_contain_text("reading")
        expect(rows.nth(1)).to_contain_text("waiting")
        ask(page, "How many wells has Village 5?")
        page.reload()
        page.wait_for_selector("body[data-ready]")
        expect(rows.nth(0)).to_contain_text("slow bell.txt")
        expect(page.locator(".user-row")).to_have_text("How many wells has Village 5?")
        held.set()
        expect(page.locator("#added p")).to_have_text(
            ["“slow bell” was added.", "“ferry” was added."]
        )
        assert {"slow bell", "ferry"} == set(_titles(page)[:2])
        expect(page.locator(".user-row")).to_have_text("How many wells has Village 5?")


def test_what_is_too_large_is_named_before_it_is_sent(page: Page) -> None:
    page.locator("#files .drop").evaluate("drop => { drop.dataset.bytes = '1000' }")
    drag = page.evaluate_handle(DRAG, [["long.txt", "x" * 1001], ["The bell.txt", BELL]])
    page.dispatch_event("#talk", "drop", {"dataTransfer": drag})
    expect(page.locator("#added p")).to_have_text(
        ["Not added: long.txt has over 50 MB, which is the limit.", "“The bell” was added."]
    )


def test_on_a_phone_the_choice_is_a_sheet_that_takes_no_room_while_closed(
    browser: Browser, address: str
) -> None:
    with visitor(browser, address, viewport={"width": 390, "height": 844}) as page:
        scope = page.locator("#scope button")
        box = scope.bounding_box()
        assert box and box["y"] > 844 - 60
        scope.click()
        expect(page.locator("[data-choose]").first).to_be_focused()
        sheet = page.locator("#side").bounding_box()
        assert sheet and round(sheet["y"] + sheet["height"]) == 844
        page.keyboard.press("Escape")
        expect(scope).to_be_focused()
