"""Where a quote stands is told as its source counts: in minutes, by slides, by pages."""

from __future__ import annotations

from pathlib import Path

import pytest
import samples
from tiny import TinyEmbedder

from index import Library
from index.parse.isolated.child import end_workers
from rag import ask
from rag.answer.export import citation_json, export_answer
from rag.answer.verify import Standing, verify

FILES = Path(__file__).with_name("files")
COUNCIL = """WEBVTT

00:00:05.000 --> 00:00:09.000
<v Rui Costa>Welcome to the council.

00:12:31.000 --> 00:12:34.000
<v Ana Silva>Engineers from Porto

00:12:34.000 --> 00:12:38.000
<v Ana Silva>designed the arch.
"""


@pytest.mark.parametrize(
    ("name", "data", "question", "quote", "place", "time"),
    [
        (
            "council.vtt",
            COUNCIL.encode(),
            "Who designed the arch?",
            "Ana Silva: Engineers from Porto designed the arch.",
            "at 00:12:31, paragraph 2",
            "00:12:31",
        ),
        (
            "harbour.pptx",
            (FILES / "harbour.pptx").read_bytes(),
            "When was the bridge opened in May?",
            "The bridge opened in May.",
            "slide 2, paragraph 2",
            None,
        ),
        (
            "mail.eml",
            samples.EML,
            "When does the bridge open on Monday?",
            "The bridge opens on Monday, at ten o’clock.",
            "paragraph 2",
            None,
        ),
    ],
)
def test_a_citation_tells_its_place(
    name: str, data: bytes, question: str, quote: str, place: str, time: str | None, tmp_path: Path
) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    with Library.open(tmp_path / "library", embedder=TinyEmbedder()) as library:
        article = library.add(file)
        answer = ask(question, library=library)
    end_workers()
    citation = (answer.citations or answer.nearest)[0]
    assert article.text[citation.start : citation.end] == citation.quote == quote
    assert (citation.place, citation_json(citation)["time"]) == (place, time)
    if answer.citations:
        export_answer(answer, tmp_path / "answer.json")
        (found, *_) = verify(tmp_path / "answer.json")
        assert found.standing is Standing.EXACT
