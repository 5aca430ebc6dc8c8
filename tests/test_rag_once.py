"""A question is encoded once and searched once, whoever judges it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest

from index.embed.embedder import Embedder, load_embedder
from index.library import Library
from rag import Turn, ask, asking
from rag.answer.unquoted import small_talk
from rag.libraries import bundled_article, library_of
from rag.question.once import EncodesOnce


@pytest.fixture(scope="module")
def bundled() -> Library:
    return library_of([bundled_article()])


def test_each_text_is_encoded_once_in_an_ask(
    bundled: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask("Tell me more.", library=bundled, history=["Who pays?"])  # the examples are encoded
    counts: Counter[str] = Counter()
    kind = type(bundled.embedder)
    encode = kind.encode

    def counting(self: Embedder, texts: Sequence[str], **more: object) -> object:
        counts.update(texts)
        return encode(self, texts, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(kind, "encode", counting)
    before = Turn("How many projects does OpenAI aim for?", "10 projects.")
    for question in ("How many projects are planned abroad?", "Tell me more.", "Is it wise?"):
        counts.clear()
        ask(question, library=bundled, history=[before])
        assert counts[question] == 1
        assert set(counts.values()) == {1}


def test_what_is_kept_is_bit_for_bit_what_the_embedder_gives() -> None:
    embedder = load_embedder()
    once = EncodesOnce(embedder)
    for _ in range(2):
        [kept] = once.encode(["Who pays for it?"], query=True)
        [new] = embedder.encode(["Who pays for it?"], query=True)
        assert (kept.vector == new.vector).all()
        assert (kept.token_vectors == new.token_vectors).all()


def test_what_seems_to_need_no_evidence_is_searched_once(
    bundled: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    searches: list[str] = []
    find = asking.find_all

    def counting(question: str, *rest: object) -> object:
        searches.append(question)
        return find(question, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(asking, "find_all", counting)
    monkeypatch.setattr(
        asking, "answer_by_purpose", lambda wanted, _: small_talk(wanted.question, bundled, None)
    )
    answer = ask("How many projects does OpenAI aim for?", library=bundled)
    assert "10 projects" in answer.text and answer.citations
    assert len(searches) == 1
