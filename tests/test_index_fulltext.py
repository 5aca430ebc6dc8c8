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
from index.backends.sqlite.words.expressions import any_of
from index.backends.words.stems import has_stems
from index.backends.words.terms import VERSION, terms, words
from index.language import CODES

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
    assert found(library, question)[:1] == [TEXTS[place]]


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
    assert terms("Résumé: データ中心").split() == "resume 中 心 デー ータ タ中 中心".split()
    assert terms("人").split() == ["人"]
    assert any_of(words('NEAR the "bank"? NEAR')) == '"near" OR "the" OR "bank"'


STEMMED = [code for code in CODES.values() if has_stems(code)]

GERMAN = "Die Häuser der alten Stadt sind am Abend hell. In den Straßen ist das Licht gelb."
SPANISH = "Las ciudades de la costa son las que más crecen. En ellas hay un puerto y una escuela."
RUSSIAN = "На новых заводах работали инженеры из столицы. Ёлки и чай были не в тех домах."
ARABIC = "في المدينة الجديدة مكتبة كبيرة من التي كانت على النهر، أو مع المَدرسة إلى عام ١٩٧٨."
ENGLISH = "The houses of the old town are bright in the evening, and it is so in the streets."
SPOKEN = (GERMAN, SPANISH, RUSSIAN, ARABIC, ENGLISH)


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("library") / "spoken"
    with Library.open(folder, embedder=TinyEmbedder(max_tokens=200)) as opened:
        for text in SPOKEN:
            opened.add_text(text, title="-")
        yield opened


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Haus", GERMAN),
        ("Hauses", GERMAN),
        ("Strasse", GERMAN),
        ("escuelas", SPANISH),
        ("puertos", SPANISH),
        ("завод", RUSSIAN),
        ("столицу", RUSSIAN),
        ("елка", RUSSIAN),
        ("المدرسه", ARABIC),
        ("مكتـــبة", ARABIC),
        ("1978", ARABIC),
        ("house", ENGLISH),
    ],
)
def test_a_word_is_found_in_another_form_of_its_articles_language(
    spoken: Library, question: str, text: str
) -> None:
    assert found(spoken, question) == [text]


def test_letters_lose_their_marks_but_where_the_mark_makes_another_letter() -> None:
    assert terms("чай ёж") == "чай еж"
    assert terms("שָׁלוֹם") == "שלום"
    assert terms("１２３ ٤٥ ६ ＡＢＣ") == "123 45 6 abc"
    assert terms("서울은").split() == ["서울", "울은"]


def test_words_go_with_their_article_and_its_language_with_the_last_of_it(tmp_path: Path) -> None:
    with Library.open(tmp_path / "l", embedder=TinyEmbedder(max_tokens=200)) as library:
        german = library.add_text(GERMAN, title="-")
        english = library.add_text(ENGLISH, title="-")
        assert library.languages_of([german.id, english.id]) == {german.id: "de"}
        library.remove(german.id)
        assert library.languages_of([german.id]) == {}
        assert found(library, "Haus") == []
        assert library.check().problems == ()


def make_old(folder: Path) -> None:
    """Put the words of a library as they stand, as they were kept before words had stems."""
    connection = sqlite3.connect(folder / "library.sqlite")
    connection.execute("DELETE FROM meta WHERE key = 'words'")
    connection.execute("DROP TABLE word_languages")
    connection.execute("INSERT INTO terms (terms) VALUES ('delete-all')")
    rows = connection.execute("SELECT id, text FROM passages").fetchall()
    connection.executemany("INSERT INTO terms (rowid, title, text) VALUES (?, '', ?)", rows)
    connection.commit()
    connection.close()


def test_the_words_of_an_older_library_are_indexed_anew_on_opening(tmp_path: Path) -> None:
    folder = tmp_path / "l"
    with Library.open(folder, embedder=TinyEmbedder(max_tokens=200)) as library:
        for text in SPOKEN:
            library.add_text(text, title="-")
    make_old(folder)
    with Library.open(folder, embedder=TinyEmbedder(max_tokens=200)) as library:
        assert found(library, "puertos") == [SPANISH]
        checked = library.check()
        assert checked.problems == checked.healed == ()
        assert len(library.languages_of([article.id for article in library.articles])) == 4
    connection = sqlite3.connect(folder / "library.sqlite")
    query = "SELECT value FROM meta WHERE key = 'words'"
    assert connection.execute(query).fetchone() == (VERSION,)
    connection.close()


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


@given(st.text(st.characters(codec="utf-8")), st.sampled_from(["", *STEMMED]))
@example("ab c人 d", "ar")
@example("\ue000", "de")
def test_every_text_with_a_word_is_found_by_itself(text: str, language: str) -> None:
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
        connection.execute(
            "INSERT INTO terms (rowid, text) VALUES (1, ?)", (terms(text, language),)
        )
        if expression := any_of(words(text, filter(None, [language]))):
            ask = "SELECT rowid FROM terms WHERE terms MATCH ?"
            assert connection.execute(ask, (expression,)).fetchall() == [(1,)]
    finally:
        connection.close()
