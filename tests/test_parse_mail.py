"""Mail: who wrote what to whom and when; what is quoted is never the sender's own words."""

from __future__ import annotations

import mailbox
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
import samples

from index.errors import InputError
from index.parse.document import parse_bytes
from index.parse.isolated.child import end_workers
from index.types import Document, Role


@pytest.fixture(scope="module", autouse=True)
def _workers_end() -> Iterator[None]:
    yield
    end_workers()


def said(document: Document, role: Role = Role.TEXT) -> list[str]:
    return [document.text[start:end] for start, end, found in document.spans if found is role]


def test_a_message_is_its_senders_words() -> None:
    document = parse_bytes(samples.EML, "bridge.txt")
    assert said(document) == [
        "From: Ana Sá <ana@example.org>\nTo: Rui Costa <rui@example.org>\n"
        "Date: Tue, 7 May 2024 09:00:00 +0200",
        "The bridge opens on Monday, at ten o’clock.",
        "The region pays.",
    ]
    assert said(document, Role.BOILERPLATE) == [
        "On Mon, 6 May 2024 at 18:00, Rui Costa <rui@example.org>\nwrote:",
        "> Is it true that it opens in June?",
        "> Who pays for it?",
        "-- \nAna, treasurer",
    ]
    assert said(document, Role.HEADING) == ["Re: The bridge"]
    assert (document.title, document.author, document.published, document.media) == (
        "Re: The bridge",
        "Ana Sá",
        "2024-05-07",
        "message/rfc822",
    )
    assert document.unread == "what is attached is not read: plan.pdf"


def message(body: str, *, html: bool = False, **headers: str) -> EmailMessage:
    told = EmailMessage()
    for name, value in {
        "From": "Rui <rui@example.org>",
        "Date": "Mon, 6 May 2024 18:00:00 +0000",
    }.items():
        told[name] = value
    for name, value in headers.items():
        told[name] = value
    told.set_content(body, subtype="html" if html else "plain")
    return told


def test_a_message_in_html_is_read_by_its_nesting() -> None:
    body = (
        "<html><body><p>The ferry <s>never</s> stops in June.</p><div>On Sunday Ana wrote:</div>"
        "<blockquote><p>It never stops.</p></blockquote></body></html>"
    )
    document = parse_bytes(message(body, html=True, Subject="Ferry").as_bytes(), "x")
    assert said(document)[1:] == ["The ferry stops in June."]
    assert said(document, Role.BOILERPLATE) == ["On Sunday Ana wrote:", "It never stops."]


@pytest.mark.parametrize("first", ["Von", "De", "From"])
def test_a_message_within_a_message_is_not_the_senders(first: str) -> None:
    body = f"Please read this.\n\n{first}: Ana\nSent: today\nTo: rui@example.org\n\nIt is closed.\n"
    document = parse_bytes(message(body, Subject="Fwd").as_bytes(), "x")
    assert said(document)[1:] == ["Please read this."]
    assert said(document, Role.BOILERPLATE)[-1] == "It is closed."


def test_a_message_that_only_forwards_says_so() -> None:
    document = parse_bytes(message("> The quay is closed.\n", Subject="Fwd").as_bytes(), "x")
    assert said(document)[1:] == []
    assert document.unread.startswith("all of it is quoted or forwarded")


def test_a_mailbox_is_read_message_by_message(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "box")
    for subject, body in (
        ("One", "It opens, and\nFrom here on it is yours.\n"),
        ("Two", "It closes."),
    ):
        box.add(message(body, Subject=subject))
    box.close()
    document = parse_bytes((tmp_path / "box").read_bytes(), "council.mbox")
    assert said(document, Role.HEADING) == ["One", "Two"]
    assert said(document)[1::2] == ["It opens, and\nFrom here on it is yours.", "It closes."]
    assert (document.title, document.media) == ("council", "application/mbox")


@pytest.mark.parametrize(
    "text",
    [
        "From: the harbour office\nTo: all\nSubject: ferries\n\nThe ferry stops in June.\n",
        "Date: Monday\n\nFrom: ana@example.org it came, and there it went.\n",
        "From here it is a mile to 2024 other places.\n\nAna: hello\n",
    ],
)
def test_a_text_that_begins_like_a_letter_is_a_text(text: str) -> None:
    assert parse_bytes(text.encode(), "x").media == "text/plain"


def test_damaged_mail_costs_only_what_is_damaged() -> None:
    cut = parse_bytes(samples.EML[: samples.EML.index(b"--a--")], "x")
    assert "The region pays." in said(cut)
    strange = samples.EML.replace(b"charset=utf-8", b"charset=nonsense").replace(b"?utf-8?", b"?x?")
    assert "The region pays." in said(parse_bytes(strange, "x"))


def test_parts_within_parts_without_end_are_read_or_refused_in_one_line() -> None:
    head = samples.EML[: samples.EML.index(b"MIME")]
    deep = "".join(
        f'Content-Type: multipart/mixed; boundary="{n}"\n\n--{n}\n' for n in range(5_000)
    )
    try:
        document = parse_bytes(head + deep.encode() + b"\nEnd.\n", "the file")
    except InputError as error:
        assert str(error).startswith("the file ") and "\n" not in str(error)
    else:
        assert "Ana Sá" in document.text
