"""What Pullquote says is said in its reader's language, whole, and to that reader alone."""

from __future__ import annotations

import json
import string
from datetime import date
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from index import Library
from index.speaking.choice import of_browser, of_terminal
from index.speaking.forms import day, language_name, listed, number
from index.speaking.words import ENGLISH, FOLDER, LANGUAGES, _, in_turn, ngettext, speaking, spoken
from rag import ask
from rag.answer.export import export_answer
from rag.answer.verify import Standing, verify
from ui.cli.main import main
from ui.cli.options import ANSWERED, REFUSED
from ui.keeping.records import record_of
from ui.keeping.taking.markdown import to_markdown
from ui.keeping.taking.paper import paper_of_answers

ROOT = Path(__file__).resolve().parents[1]
OTHERS = LANGUAGES[1:]

REFUSALS = {
    "en": "The articles do not say.",
    "de": "Die Artikel sagen es nicht.",
    "fr": "Les articles ne le disent pas.",
    "es": "Los artículos no lo dicen.",
    "pt": "Os artigos não dizem.",
    "ar": "المقالات لا تذكر ذلك.",
    "zh": "文章没有提到。",
}


@pytest.fixture(scope="module")
def said() -> dict[str | tuple[str, ...], object]:
    """All messages of the code, as Babel finds them."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = {}
    for package in ("index", "rag", "ui"):
        for place in extract_from_dir(ROOT / package, methods, options):
            found[place[2]] = place
    return found


def _catalogue(language: str) -> Catalog:
    with (FOLDER / language / "LC_MESSAGES" / "pullquote.po").open("rb") as file:
        return read_po(file)


def _texts(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def _name(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_of_the_code_is_in_the_catalogue_and_no_other(
    language: str, said: dict[str | tuple[str, ...], object]
) -> None:
    catalogue = _catalogue(language)
    assert {message.id for message in catalogue if message.id} == set(said)
    for message in catalogue:
        assert not message.fuzzy, message.id
        assert all(_texts(message)), message.id
        assert [str(error) for error in message.check(catalogue)] == [], message.id


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_put_into_a_message_has_its_place_in_every_form(language: str) -> None:
    catalogue = _catalogue(language)
    for message in catalogue:
        if not message.id:
            continue
        if isinstance(message.id, str):
            assert _places(str(message.string)) == _places(message.id), message.id
            continue
        forms = _texts(message)
        assert len(forms) == catalogue.num_plurals, message.id
        for form in forms:  # a form for one or two may say the number in a word
            assert _places(message.id[1]) - {"count"} <= _places(form) <= _places(message.id[1])


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_was_translated(language: str) -> None:
    with (FOLDER / language / "LC_MESSAGES" / "pullquote.mo").open("rb") as file:
        compiled = read_mo(file)
    told = [
        {_name(m): _texts(m) for m in each if m.id} for each in (compiled, _catalogue(language))
    ]
    assert told[0] == told[1]


def test_arabic_counts_in_its_six_forms() -> None:
    with speaking("ar"):
        forms = {ngettext("1 sentence", "{count} sentences", n) for n in (0, 1, 2, 3, 11, 100)}
        assert {"جملة واحدة", "جملتان", "3 جمل", "11 جملة"} < forms
        assert ngettext("1 sentence", "{count} sentences", 1212) == "1,212 جملة"
    with speaking("zh"):
        assert ngettext("1 sentence", "{count} sentences", 1) == "1 句"


def test_numbers_days_series_and_languages_are_those_of_the_language() -> None:
    assert (number(12_345), day(date(2026, 11, 27))) == ("12,345", "27 November 2026")
    assert (listed(["a", "b", "c"]), listed(["a", "b"], either=True)) == ("a, b and c", "a or b")
    with speaking("de"):
        assert (number(12_345), day(date(2026, 11, 27))) == ("12.345", "27. November 2026")
        assert (listed(["a", "b", "c"]), language_name("Chinese")) == ("a, b und c", "Chinesisch")


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("it, pt-BR;q=0.8, en;q=0.5", "pt"),
        ("en;q=0.5, zh-Hant-TW", "zh"),
        ("ar;q=0, fr;q=0.1", "fr"),
        ("ar;q=much, fr", "fr"),
        ("ja", "en"),
        ("*", "en"),
        ("", "en"),
    ],
)
def test_a_browser_is_answered_in_the_first_language_it_wants(accepted: str, language: str) -> None:
    assert of_browser(accepted) == language


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "de_AT.UTF-8"}, "de"),
        ({"LANG": "de_AT.UTF-8", "LC_MESSAGES": "pt_BR"}, "pt"),
        ({"LANG": "de_AT.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LC_ALL": "zh_CN.UTF-8", "LANG": "fr_FR"}, "zh"),
        ({"LANG": "en_GB.UTF-8", "LANGUAGE": "en_GB:de"}, "en"),
        ({"LANG": "ja_JP.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_a_terminal_is_answered_in_the_language_of_its_environment(
    environment: dict[str, str], language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert of_terminal() == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_terminal_refuses_in_each_language_and_quotes_in_the_article_s(
    language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    note = tmp_path / "tower.txt"
    note.write_text("The tower is 90 metres high. It was finished in 1931.", encoding="utf-8")
    asked = ["ask", "Who owns the tower?", "--article", str(note), "--lang", language]
    assert main(asked) == REFUSED
    out = capsys.readouterr().out
    assert out.startswith(REFUSALS[language] + "\n")
    assert "The tower is 90 metres high." in out
    assert spoken() == ENGLISH
    assert main(["ask", "How high is the tower?", *asked[2:]]) == ANSWERED
    out = capsys.readouterr().out
    with speaking(language):
        place = _("paragraph {paragraph}", paragraph=1)
    assert out.startswith("The tower is 90 metres high. [1]\n")
    assert place in out
    assert ("paragraph 1" in out) == (language == "en")


def test_the_environment_s_language_is_spoken_and_an_option_overrides_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("LANGUAGE", "es")
    assert main(["list", "--library", str(tmp_path / "none")]) != ANSWERED
    assert main(["list"]) == ANSWERED
    assert "todavía no hay biblioteca" in capsys.readouterr().err
    assert main(["list", "--lang", "fr"]) == ANSWERED
    assert "il n’y a pas encore de bibliothèque" in capsys.readouterr().err


def test_programs_are_told_the_same_names_and_values_in_every_language(library: Library) -> None:
    asked = "When did the ferry cross the river?"
    english = json.loads(json.dumps(record_of(ask(asked, library=library))))["answer"]
    german = json.loads(json.dumps(record_of(ask(asked, library=library, lang="de"))))["answer"]
    assert german.pop("language") == "de"
    for told in (english, german):
        for key in ("exported", "seal", "text"):
            told.pop(key)
    assert german == english


def test_an_answer_is_said_in_the_language_it_was_asked_for(
    library: Library, tmp_path: Path
) -> None:
    refused = ask("Who owns the bakery?", library=library, lang="ar")
    assert refused.text == REFUSALS["ar"]
    answered = ask("Who designed the arch?", library=library, lang="fr")
    assert f"({answered.certainty})" not in str(answered)
    assert "A bridge, paragraphe 2" in str(answered)
    assert "Engineers from Porto designed the arch." in str(answered)
    assert spoken() == ENGLISH
    for answer in (refused, answered):
        export_answer(answer, tmp_path / "answer.json")
        assert all(
            each.standing is Standing.EXACT
            for each in verify(tmp_path / "answer.json", library=library)
        )


def test_what_is_taken_along_is_in_the_language_of_who_takes_it(library: Library) -> None:
    with speaking("pt"):
        record = record_of(ask("Who designed the arch?", library=library))
        paper = to_markdown(paper_of_answers([("Who designed the arch?", "", record)], ""))
    assert paper.startswith("# Perguntas e citações")
    assert "“Engineers from Porto designed the arch.”" in paper
    assert "A bridge, parágrafo 2" in paper


def test_two_answers_that_grow_by_turns_do_not_hear_each_other() -> None:
    def steps() -> object:
        for _turn in range(3):
            yield _("The articles do not say.")

    german, chinese = (in_turn(language, steps()) for language in ("de", "zh"))
    heard = [(next(german), next(chinese), spoken()) for _turn in range(3)]
    assert heard == [(REFUSALS["de"], REFUSALS["zh"], ENGLISH)] * 3
    assert next(german, None) is None
