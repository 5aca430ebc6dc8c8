"""Words find what has them, in any script, however the question is typed."""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tiny import TinyEmbedder

from index import Library
from index.backends.sqlite.words.fulltext import any_of, terms, words

TEXTS = (
    "L'école de Paris reçoit 30 élèves.",
    "北京的数据中心很大。",
    "東京タワーに行きました。",
    "İstanbul köprüsü açıldı.",
    "हिन्दी भाषा का इतिहास।",
    "ภาษาไทยเป็นภาษาที่สวยงาม",
    "안녕하세요 세계.",
    "Η Αθήνα είναι πρωτεύουσα.",
    "Die Straße ist lang.",
    "The bank is NEAR the river OR the sea; NOT c++ but data_center.",
    "They were running.",
    "ｶﾀｶﾅ and the ﬁnance of H₂O.",
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    embedder = TinyEmbedder(max_tokens=200)
    with Library.open(tmp_path_factory.mktemp("library") / "words", embedder=embedder) as opened:
        with opened.writing():
            for text in TEXTS:
                opened.add_text(text, title="-")
        yield opened


def found(library: Library, question: str) -> list[str]:
    ids = [number for number, _ in library.match(question, 50)]
    passages = library.passages(ids)
    return [passages[number][0].text for number in ids]


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("ecole", 0),
        ("ÉCOLE", 0),
        (unicodedata.normalize("NFD", "école"), 0),
        ("eleves", 0),
        ("数据", 1),
        ("数据中心在哪里？", 1),
        ("東京", 2),
        ("タワー", 2),
        ("istanbul", 3),
        ("İSTANBUL", 3),
        ("हिन्दी", 4),
        ("ไทย", 5),
        ("세계", 6),
        ("αθηνα", 7),
        ("ΑΘΉΝΑ", 7),
        ("STRASSE", 8),
        ("run", 10),
        ("カタカナ", 11),
        ("finance", 11),
        ("h2o", 11),
    ],
)
def test_a_word_is_found_whatever_its_script_case_and_accents(
    library: Library, question: str, place: int
) -> None:
    assert found(library, question) == [TEXTS[place]]


@pytest.mark.parametrize(
    "question",
    [
        '"bank"',
        "bank*",
        "^bank",
        "-bank",
        "text:bank",
        "NEAR(bank river)",
        "bank NEAR/2 river",
        "bank AND",
        "NOT bank",
        "(bank",
        'bank"',
        "bank; DROP TABLE articles",
        "{text} : bank",
        "c++ bank",
        "bank\0",
        "bank \ud83d",
    ],
)
def test_the_syntax_of_queries_is_read_as_words(library: Library, question: str) -> None:
    assert TEXTS[9] in found(library, question)


@pytest.mark.parametrize("question", ["", "?", '"', "*", "()", "_", "\u0301", "🌉", "\ud83d", "\0"])
def test_a_question_without_words_finds_nothing(library: Library, question: str) -> None:
    assert found(library, question) == []


def test_a_word_of_the_title_counts(tmp_path: Path) -> None:
    with Library.open(tmp_path / "l", embedder=TinyEmbedder()) as library:
        library.add_text("It opened.", title="The bridge")
        assert found(library, "bridge") == ["It opened."]


def test_a_thousand_words_can_be_asked(library: Library) -> None:
    assert found(library, " ".join(f"w{n}" for n in range(1_000)) + " ecole") == [TEXTS[0]]


def test_runs_of_unspaced_script_become_pairs() -> None:
    assert terms("Résumé: 数据中心").split() == ["resume", "数据", "据中", "中心"]
    assert terms("人").split() == ["人"]
    assert any_of(words('NEAR the "bank"? NEAR')) == '"near" OR "the" OR "bank"'


@given(st.text())
@example('"" OR ""')
@example("\u00b2 \u0e33 \u1d2c")
def test_any_question_is_a_valid_query(question: str) -> None:
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE terms USING fts5 (text)")
        if expression := any_of(words(question)):
            connection.execute("SELECT * FROM terms WHERE terms MATCH ?", (expression,)).fetchall()
    finally:
        connection.close()


@given(st.text(st.characters(codec="utf-8")))
def test_every_text_with_a_word_is_found_by_itself(text: str) -> None:
    connection = sqlite3.connect(":memory:")
    schema = (
        Path(__file__)
        .resolve()
        .parents[1]
        .joinpath("index", "backends", "sqlite", "schema.sql")
        .read_text()
    )
    try:
        connection.executescript(schema[schema.index("CREATE VIRTUAL TABLE") :])
        connection.execute("INSERT INTO terms (rowid, text) VALUES (1, ?)", (terms(text),))
        if expression := any_of(words(text)):
            ask = "SELECT rowid FROM terms WHERE terms MATCH ?"
            assert connection.execute(ask, (expression,)).fetchall() == [(1,)]
    finally:
        connection.close()
