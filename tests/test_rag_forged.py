"""An export that says anything that is not so is never verified, whoever has sealed it."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, SupportsIndex

import pytest
from conftest import STORY
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stub_model import serve
from tiny import TinyEmbedder

from index import Library
from index.errors import InputError
from index.types import Json
from rag import Model, ask
from rag.answer.export import export_answer, seal
from rag.answer.find_quote import find_quote, find_spoken
from rag.answer.verify import Standing, verify, verify_answer

DATED = f"---\ntitle: A bridge\ndate: 2025-05-07\n---\n\n{STORY}"
QUESTIONS = {
    "answer": "Who designed the arch? How much did the bridge cost?",
    "refusal": "Which orchestra played Mozart?",
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("forged")
    (folder / "bridge.md").write_text(DATED)
    return folder


@pytest.fixture(scope="module")
def held(place: Path) -> Iterator[Library]:
    with Library.open(place / "library", embedder=TinyEmbedder()) as opened:
        opened.add(place / "bridge.md")
        yield opened


@pytest.fixture(scope="module")
def exports(place: Path, held: Library) -> dict[str, Json]:
    found = {}
    for kind, question in QUESTIONS.items():
        export_answer(ask(question, library=held), place / f"{kind}.json")
        found[kind] = json.loads((place / f"{kind}.json").read_text())
    return found


def resealed(file: Path, exported: Json) -> Path:
    file.write_text(json.dumps(exported | {"seal": seal(exported)}))
    return file


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place of an export, with the lists and objects themselves."""
    if path:
        yield path
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            yield from leaves(item, (*path, key))


def changed(exported: Json, path: Sequence[str | int], change: Callable[[Any], Any]) -> Json:
    whole = json.loads(json.dumps(exported))
    place: Any = whole
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = change(place[path[-1]])
    return dict(whole)


_NOT_SHOWN = set("question searched_for confidence unanswered exported added lacks link".split())
"""What follows from nothing else, or keeps its meaning: a link may only be left out."""

_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 200),
    st.sampled_from([84.0, 1e999, math.nan, 10**5000, "", "exact", "\ud800", "\0", "2024-01-01"]),
    st.text(max_size=8),
    st.just([]),
    st.just({}),
)


@settings(max_examples=300, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_changed_field_is_never_exact(
    data: st.DataObject, place: Path, held: Library, exports: dict[str, Json]
) -> None:
    exported = exports[data.draw(st.sampled_from(sorted(exports)))]
    path = data.draw(st.sampled_from([p for p in leaves(exported) if p[0] != "seal"]))
    other = data.draw(_VALUES)

    def change(old: Any) -> Any:
        ways = [other]
        if isinstance(old, str) and old:
            ways += [f"{old} not", old.swapcase(), old[1:], f"\u200b{old}"]
        if type(old) is int:
            ways += [old + 1, old - 1, float(old), str(old)]
        if isinstance(old, list) and old:
            ways += [old[:-1], [*old, old[0]]]
        return data.draw(st.sampled_from(ways))

    forged = changed(exported, path, change)
    if forged == exported and repr(forged) == repr(exported):
        return
    try:
        file = resealed(place / "forged.json", forged)
    except ValueError:
        return  # such a number cannot be written
    sources = data.draw(st.sampled_from(["original", "library", "named"]))
    named = [place / "bridge.md"] if sources == "named" else []
    try:
        found = verify(file, library=held if sources == "library" else None, articles=named)
    except InputError as error:
        assert "\n" not in str(error)
        return
    if _NOT_SHOWN.intersection(path) or path == ("nearest",):
        return
    assert any(each.standing is not Standing.EXACT for each in found), (path, forged)


IN_OTHER_WORDS = {"text": "It fell.", "citations": [1, 2], "verdict": "supported"}

FORGERIES: dict[str, Callable[[Json], Json]] = {
    "an answer without a quote": lambda e: e | {"citations": [], "claims": [], "articles": []},
    "text": lambda e: e | {"text": e["text"].replace("Porto", "Lyon")},
    "text and claim": lambda e: json.loads(json.dumps(e).replace("Porto", "Lyon", 2)),
    "more text": lambda e: e | {"text": f"{e['text']} It fell in 1999."},
    "certainty": lambda e: e | {"certainty": "unsure", "confidence": 0.99},
    "a name twice": lambda e: e | {"question": 'Who?", "text": "It fell.'},
    "a claim in other words": lambda e: (
        e | {"claims": [IN_OTHER_WORDS], "text": f"{IN_OTHER_WORDS['text']} [1] [2]"}
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_what_does_not_hold_together_is_refused(
    name: str, place: Path, exports: dict[str, Json]
) -> None:
    file = resealed(place / "forged.json", FORGERIES[name](exports["answer"]))
    if name == "a name twice":
        file.write_text(file.read_text().replace('\\"', '"'))
    with pytest.raises(InputError, match=r"does not hold together|is not JSON"):
        verify(file)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("title", "The Times", "its title is “A bridge”"),
        ("published", "2026-01-01", "it is of 2025-05-07"),
        ("published", None, "it is of 2025-05-07"),
        ("paragraph", 9, "it stands in paragraph"),
        ("page", 3, "it has no pages"),
        ("time", "00:12:31", "no time stands over it"),
        ("prefix", "x" * 999, "other words stand before or after it"),
        ("link", "https://example.org/", "its link leads elsewhere"),
    ],
)
@pytest.mark.parametrize("sources", ["original", "library", "named"])
def test_what_is_told_of_a_quote_is_compared_with_its_source(
    field: str,
    value: object,
    says: str,
    sources: str,
    place: Path,
    held: Library,
    exports: dict[str, Json],
) -> None:
    forged = json.loads(json.dumps(exports["answer"]))
    for told in (*forged["citations"], *forged["articles"]):
        if field in told:
            told[field] = value[: len(told[field])] if field == "prefix" else value
    file = resealed(place / "forged.json", forged)
    original = place / "bridge.md"
    if sources == "library":
        original = original.rename(place / "away.md")
    try:
        found = verify(file, library=held, articles=[original] if sources == "named" else [])
    finally:
        original.rename(place / "bridge.md")
    assert {each.standing for each in found} == {Standing.EDITED}
    assert all(says in " ".join(each.differs) for each in found)


def test_an_edited_article_with_another_title_is_not_exact(
    place: Path, exports: dict[str, Json], tmp_path: Path
) -> None:
    other = tmp_path / "bridge.md"
    other.write_text(DATED.replace("A bridge", "A tower").replace("Last", "Best"))
    found = verify(place / "answer.json", articles=[other])
    assert {each.standing for each in found} == {Standing.MOVED}
    assert all(each.differs == ("its title is “A tower”",) for each in found)


def test_a_renamed_source_is_named(place: Path, held: Library, exports: dict[str, Json]) -> None:
    forged = json.loads(json.dumps(exports["answer"]))
    for told in (*forged["citations"], *forged["articles"]):
        told["source"] = "https://times.example/story"
        told["link"] = told["source"]
    found = verify(resealed(place / "forged.json", forged), library=held)
    assert {each.standing for each in found} == {Standing.MOVED}
    assert f"its source is {place / 'bridge.md'} now" in found[0].differs


def test_what_a_model_wrote_in_its_own_words_is_named(place: Path, held: Library) -> None:
    said = "The arch was designed by engineers from Porto"
    with serve(lambda prompt: f"{said} [1].") as stub:
        answer = ask("Who designed the arch?", library=held, model=Model(stub.url, "m"))
    export_answer(answer, place / "model.json")
    found = verify_answer(place / "model.json")
    assert [each.standing for each in found.quotes] == [Standing.EXACT]
    assert found.reworded == (f"{said}.",)


class Counted(str):
    """A text that counts how many characters of it were handed out or searched."""

    work = 0

    def find(self, sub: str, start: SupportsIndex = 0, end: SupportsIndex | None = None) -> int:  # type: ignore[override]
        Counted.work += len(self)
        return super().find(sub, start, len(self) if end is None else end)

    def __getitem__(self, key: SupportsIndex | slice) -> str:
        found = Counted(super().__getitem__(key))
        Counted.work += len(found)
        return found

    def __contains__(self, key: str) -> bool:  # type: ignore[override]
        Counted.work += len(self)
        return super().__contains__(key)


@pytest.mark.parametrize("find", [find_quote, find_spoken])
@pytest.mark.parametrize(
    ("text", "quote", "before", "after"),
    [
        ("tide " * 400_000, "tide", "No such words ", " stand here"),
        ("tide " * 400_000, "tide", "tide " * 24, " tide" * 24),
        ("a" * 2_000_000, "a" * 50_000, "b", "b"),
        (" " * 2_000_000, "a b", " ", " "),
    ],
)
def test_however_often_a_quote_stands_there_the_text_is_searched_a_few_times(
    find: Callable[..., int | None], text: str, quote: str, before: str, after: str
) -> None:
    Counted.work = 0
    found = find(Counted(text), quote, before, after, len(text) // 2)
    assert found is None or abs(found - len(text) // 2) <= 5
    assert Counted.work < 50 * len(text)


_WORDS = st.text(st.sampled_from("ab \n\u00a0"), min_size=1, max_size=12)


@given(before=_WORDS, quote=_WORDS.filter(str.strip), after=_WORDS, start=st.integers(0, 40))
def test_a_quote_is_found_where_it_stands_with_any_white_space(
    before: str, quote: str, after: str, start: int
) -> None:
    text = f"{before}{quote}{after}"
    at = find_quote(text, quote, before, after, start)
    assert at is not None and text.startswith(quote, at)
    loose = find_spoken(f"{before}{quote}{after}".replace(" ", " \t "), quote, "", "", start)
    there = "".join(text.split())
    assert loose is not None and "".join(quote.split()) in there
