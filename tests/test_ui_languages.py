"""What the command line says of a library's embedder, and how it moves one to another."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tiny import TinyEmbedder

import index.contents
import index.embed.choice
import index.embed.multilingual
import index.library
from index.embed.embedder import DEFAULT_EMBEDDER, Embedder
from index.embed.forward import MULTILINGUAL
from ui.cli.main import main
from ui.cli.options import ANSWERED, FAILED, USAGE

GERMAN = "Die Bürgermeisterin hat am Montag die Brücke eröffnet, und sie ist nicht billig."
ENGLISH = "The tower is 90 metres high. It was finished in 1931."


@pytest.fixture(autouse=True)
def _embedders(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tiny embedders by the names of the two that come with an installation."""
    found = {name: TinyEmbedder(name, weights=name) for name in (DEFAULT_EMBEDDER, MULTILINGUAL)}

    def load(name: str = DEFAULT_EMBEDDER) -> Embedder:
        return found[name]

    for module in (index.library, index.contents):
        monkeypatch.setattr(module, "load_embedder", load)
    for module in (index.embed.choice, index.embed.multilingual):
        monkeypatch.setattr(module, "is_installed", lambda: True)


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    made = {}
    for name, text in (("bruecke", GERMAN), ("tower", ENGLISH)):
        file = tmp_path / f"{name}.txt"
        file.write_text(text, encoding="utf-8")
        made[name] = str(file)
    return made


def test_a_new_library_of_german_articles_is_said_to_have_the_embedder_for_them(
    files: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ["--library", str(tmp_path / "library")]
    assert main(["add", *place, files["bruecke"]]) == ANSWERED
    said = "bruecke is in German: the library has the embedder for many languages"
    line = f"pullquote: {said}, {MULTILINGUAL}"
    assert line in capsys.readouterr().err.splitlines()
    assert main(["add", *place, files["tower"]]) == ANSWERED
    assert "embedder" not in capsys.readouterr().err
    assert main(["list", *place]) == ANSWERED
    assert capsys.readouterr().err == f"embedder: {MULTILINGUAL}\n"
    assert main(["check", *place]) == ANSWERED
    assert f"embedder: {MULTILINGUAL}\n" in capsys.readouterr().out
    assert main(["check", *place, "--json"]) == ANSWERED
    assert json.loads(capsys.readouterr().out)["embedder"] == MULTILINGUAL


def test_a_german_article_in_an_english_library_is_said_to_want_another_which_it_gets(
    files: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(tmp_path / "library")
    place = ["--library", folder]
    assert main(["add", *place, files["tower"]]) == ANSWERED
    assert "embedder" not in capsys.readouterr().err
    assert main(["add", *place, files["bruecke"]]) == ANSWERED
    said = capsys.readouterr().err
    assert "bruecke is in German" in said
    assert f"pullquote reindex {folder} --embedder {MULTILINGUAL}" in said
    assert main(["reindex", folder, "--embedder", MULTILINGUAL]) == ANSWERED
    assert f"2 articles moved from {DEFAULT_EMBEDDER} to {MULTILINGUAL}" in capsys.readouterr().err
    assert main(["check", *place]) == ANSWERED
    out = capsys.readouterr().out
    assert f"embedder: {MULTILINGUAL}\n" in out and out.endswith("all is as it was stored\n")
    assert main(["ask", *place, "--embedder", DEFAULT_EMBEDDER, "How high?"]) == FAILED
    assert "pullquote reindex" in capsys.readouterr().err


def test_where_it_is_not_installed_it_is_said_how_to_get_it(
    files: dict[str, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in (index.embed.choice, index.embed.multilingual):
        monkeypatch.setattr(module, "is_installed", lambda: False)
    place = ["--library", str(tmp_path / "library")]
    assert main(["add", *place, files["bruecke"]]) == ANSWERED
    assert "pip install 'pullquote[languages]'" in capsys.readouterr().err


def test_without_a_name_nothing_is_moved(
    files: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["add", "--library", str(tmp_path / "library"), files["tower"]]) == ANSWERED
    assert main(["reindex", str(tmp_path / "library")]) == USAGE
    assert "--embedder" in capsys.readouterr().err
    assert main(["reindex", str(tmp_path / "none"), "--embedder", MULTILINGUAL]) == FAILED
