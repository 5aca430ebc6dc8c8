"""Adding, choosing and removing articles on the page; what is one visitor's stays so."""

from __future__ import annotations

import json
import os
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from browsing import ANSWER, CHIP, HOSTILE, ask, serving, upload, visitor
from conftest import STORY
from tiny import TinyEmbedder

from index import Library
from index.parse.document import ENDINGS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

BELL = "The old bell rings at noon. It was cast in Ghent from 900 kilograms of bronze."


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("articles") / "library"
    with Library.open(folder, embedder=TinyEmbedder(max_tokens=60)) as library:
        library.add_text(STORY, title="A bridge")
        with serving(library) as found:
            yield found


def _file(name: str, text: str | bytes) -> dict[str, object]:
    data = text.encode() if isinstance(text, str) else text
    return {"name": name, "mimeType": "text/plain", "buffer": data}


def _titles(page: Page) -> list[str]:
    return list(page.locator("#articles .title").all_inner_texts())


def test_a_dropped_file_can_be_asked_at_once(page: Page) -> None:
    upload(page, _file("The bell.txt", BELL))
    assert page.locator("#added").inner_text().strip() == "“The bell” was added."
    assert _titles(page) == ["The bell", "A bridge"]
    assert "by you" in page.locator("#articles li").first.inner_text()
    assert re.search(
        r"added \d+ \w+ \d{4}.* 78 characters", page.locator("#articles li").first.inner_text()
    )
    assert page.locator("#scope").inner_text().strip() == "Searching all 2 articles"
    ask(page, "Where was the bell cast?")
    assert "cast in Ghent" in page.locator(ANSWER).inner_text()
    page.locator(CHIP).first.click()
    page.locator("#viewer mark:focus").wait_for()
    ask(page, "Who designed the arch?")
    assert "Engineers from Porto" in page.locator(ANSWER).last.inner_text()


def test_a_text_can_be_pasted(page: Page) -> None:
    page.locator("#tab-articles").click()
    page.locator("#paste button").first.click()
    page.get_by_label("Title").fill("Bell notes")
    page.get_by_label("Text").fill(BELL)
    page.get_by_role("button", name="Add this text").click()
    page.get_by_text("“Bell notes” was added.").wait_for()
    ask(page, "Where was the bell cast?")
    assert "cast in Ghent" in page.locator(ANSWER).inner_text()


def test_what_is_refused_is_named_and_the_rest_goes_in(page: Page) -> None:
    upload(
        page,
        _file("empty.txt", "\n"),
        _file("bell.md", BELL),
        _file("photo.txt", b"\x89PNG\0\0\xff\xfe\0"),
    )
    said = page.locator("#added").inner_text()
    assert "Not added: empty.txt is empty: there is nothing to ask about." in said
    assert "Not added: photo.txt is" in said
    assert "“bell” was added." in said
    assert "/tmp" not in said and "gradio" not in said
    assert page.locator("#added .refused").count() == 2


def test_the_limits_stand_where_files_are_dropped(page: Page) -> None:
    page.locator("#tab-articles").click()
    label = page.locator("#files").inner_text()
    assert all(ending in label for ending in ENDINGS)
    assert "50 MB" in label
    accepted = page.locator("#files input[type=file]").get_attribute("accept") or ""
    assert all(ending in accepted for ending in ENDINGS)


def test_a_file_over_the_limit_is_refused_by_the_server(address: str) -> None:
    from index.limits import DEFAULT_LIMITS

    body = b"x" * (DEFAULT_LIMITS.file_bytes + 1)
    assert _upload(address, "large.txt", body) == 413


def test_a_file_of_another_kind_is_judged_by_its_content(
    browser: Browser, address: str, page: Page
) -> None:
    page.locator("#tab-articles").click()
    # What a browser does not offer, a program can still send.
    page.locator("#files input[type=file]").evaluate("(input) => input.removeAttribute('accept')")
    page.locator("#files input[type=file]").set_input_files(
        [{"name": "virus.txt", "mimeType": "text/plain", "buffer": b"MZ\0\0\0\x01\x02\x03\x04\x05"}]
    )
    page.locator("#added .refused").wait_for()
    assert "virus.txt" in page.locator("#added").inner_text()


def test_progress_counts_passages(browser: Browser, address: str) -> None:
    text = "\n\n".join(f"Bell number {n} rings at noon in village {n}." for n in range(20_000))
    with visitor(browser, address) as page:
        page.evaluate("""() => { window.seen = new Set(); new MutationObserver(() => {
          for (const row of document.querySelectorAll('#added .job'))
            window.seen.add(`${row.querySelector('progress').ariaLabel}: ${row.innerText}`);
        }).observe(document.body, {childList: true, subtree: true, characterData: true,
          attributes: true}); }""")
        upload(page, _file("bells.txt", text))
        seen = " ".join(page.evaluate("[...window.seen]"))
        counted = set(re.findall(r"([\d,]+) of 20,000 passages", seen))
        assert len(counted) >= 3 and "bells.txt: bells.txt" in seen, seen[:500]


def test_a_megabyte_is_added_asked_and_shown(browser: Browser, address: str) -> None:
    lines = [f"Village {n} has {n + 7} wells and a mayor called Person {n}." for n in range(19_000)]
    lines[15_321] = "The windmill of the heath was built by Johanna in spring."
    text = "\n\n".join(lines)
    assert len(text) > 1_000_000
    with visitor(browser, address) as page:
        upload(page, _file("wells.txt", text))
        ask(page, "Who built the windmill of the heath?")
        assert "Johanna" in page.locator(ANSWER).inner_text()
        page.locator(CHIP).first.click()
        page.locator("#viewer mark:focus").wait_for()
        assert page.locator("#viewer mark").inner_text() == lines[15_321]
        assert page.locator("#viewer .where").inner_text().startswith("Paragraph 15322 of 19000")


def test_what_one_visitor_adds_another_never_sees(browser: Browser, address: str) -> None:
    with visitor(browser, address) as one, visitor(browser, address) as other:
        upload(one, _file("The bell.txt", BELL))
        ask(one, "Where was the bell cast?")
        one.locator(CHIP).first.click()
        place = one.evaluate("location.hash")
        ask(other, "Where was the bell cast?")
        assert other.locator(f"{ANSWER} .refusal").count() == 1
        assert "Ghent" not in other.content()
        other.locator("#tab-articles").click()
        assert _titles(other) == ["A bridge"]
        with visitor(browser, address, where=place) as stranger:
            stranger.get_by_text("in none of the articles that you see").wait_for()
            assert "Ghent" not in stranger.content()
        # The same text in another visitor's hands is that visitor's, under that visitor's name.
        upload(other, _file("Mine.txt", BELL))
        assert _titles(other) == ["Mine", "A bridge"]
        assert _titles(one) == ["The bell", "A bridge"]


def test_the_uploaded_file_is_gone_after_it_was_taken_in(page: Page, address: str) -> None:
    with page.expect_response(lambda r: "/upload" in r.url and r.request.method == "POST") as found:
        upload(page, _file("The bell.txt", BELL))
    (path,) = found.value.json()
    assert not Path(path).exists()
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{address}gradio_api/file={quote(path)}")
    assert refused.value.code in {403, 404}
    refused.value.close()
    assert Path(os.environ["GRADIO_TEMP_DIR"]).stat().st_mode & 0o077 == 0


def test_only_the_chosen_articles_are_searched(page: Page) -> None:
    upload(page, _file("The bell.txt", BELL))
    page.get_by_label("Search The bell").uncheck()
    page.get_by_text("Searching 1 of 2 articles").wait_for()
    ask(page, "Where was the bell cast?")
    assert page.locator(f"{ANSWER} .refusal").count() == 1
    page.locator("#tab-articles").click()
    page.get_by_label("Search The bell").check()
    page.get_by_label("Search A bridge").uncheck()
    page.get_by_text("Searching 1 of 2 articles").wait_for()
    ask(page, "Where was the bell cast?")
    assert "cast in Ghent" in page.locator(ANSWER).last.inner_text()
    page.locator("#tab-articles").click()
    page.get_by_label("Search The bell").uncheck()
    page.get_by_text("No article is chosen", exact=True).wait_for()
    page.fill("#box textarea", "Who designed the arch?")
    page.keyboard.press("Enter")
    page.locator("#note").get_by_text("choose at least one").wait_for()


def test_a_removed_article_can_be_brought_back(page: Page) -> None:
    upload(page, _file("The bell.txt", BELL))
    page.get_by_role("button", name="Remove The bell").click()
    page.get_by_text("“The bell” was removed.").wait_for()
    assert _titles(page) == ["A bridge"]
    ask(page, "Where was the bell cast?")
    assert page.locator(f"{ANSWER} .refusal").count() == 1
    page.locator("#tab-articles").click()
    page.get_by_role("button", name="Undo").click()
    page.get_by_label("Search The bell").wait_for()
    ask(page, "Where was the bell cast?")
    assert "cast in Ghent" in page.locator(ANSWER).last.inner_text()


def test_a_hostile_upload_is_shown_literally(page: Page) -> None:
    upload(page, _file("<img src=x onerror=alert(1)>.txt", HOSTILE))
    ask(page, "How many metres high is the tower?")
    page.locator(CHIP).first.click()
    page.locator("#viewer mark:focus").wait_for()
    marked = page.locator("#viewer mark").inner_text()
    assert marked == "The <b>key</b> fact is that the tower is 90 metres high."
    hostile = ":is(form, script, iframe, img, a[href*=evil])"
    for part in ("#chat", "#viewer", "#articles", "#added"):
        assert page.locator(f"{part} {hostile}").count() == 0
    assert page.title() == "img src=x onerror=alert(1) · Pullquote"  # Gradio names the file so


def test_the_bundled_articles_twin_is_added_and_answers(
    browser: Browser, address: str, shared: Path
) -> None:
    with visitor(browser, address) as page:
        upload(page, shared / "articles" / "openai-for-countries.txt")
        ask(page, "Stargate data centre")
        assert page.locator(CHIP).count() > 0


def _upload(address: str, name: str, body: bytes) -> int:
    edge = "edge"
    head = (
        f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n'
        "Content-Type: text/plain\r\n\r\n"
    )
    request = urllib.request.Request(
        f"{address}gradio_api/upload",
        data=head.encode() + body + f"\r\n--{edge}--\r\n".encode(),
        headers={"Content-Type": f"multipart/form-data; boundary={edge}"},
    )
    try:
        with urllib.request.urlopen(request) as response:
            json.load(response)
            return int(response.status)
    except urllib.error.HTTPError as error:
        with error:
            return int(error.code)
