"""A large library finds what a small one would, and keeps nothing of what was removed."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from functools import partialmethod
from pathlib import Path

import numpy as np
import pytest
from faiss import serialize_index
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import TinyEmbedder

import index.backends.passages
import index.backends.sqlite.vectors.nearest
import index.backends.words.ranking
from index import Library
from index.backends.signs import pack_signs, unpack_signs
from index.backends.sqlite.reading import all_vectors
from index.backends.sqlite.store import Store
from index.backends.sqlite.vectors.generation import VECTORS, encode, follow
from index.embed.embedder import unit
from index.types import Encoding, Fingerprint, Floats
from rag import ask

DIMENSION = 64


class NarrowEmbedder(TinyEmbedder):
    """The tiny one with its axes folded, since an index of codes holds (dim, dim) numbers."""

    @property
    def fingerprint(self) -> Fingerprint:
        return replace(super().fingerprint, dimension=DIMENSION)

    def _encode(self, text: str, query: bool) -> Encoding:
        found = super()._encode(text, query)
        rows = found.token_vectors.reshape(len(found.token_vectors), -1, DIMENSION).sum(axis=1)
        return Encoding(unit(rows.sum(axis=0)), found.tokens, rows)


WORDS = [f"{stem}{ending}" for stem in "bamikopaselotu" for ending in ("ra", "ne", "si", "do", "v")]
SMALL = 12
"""Passages that a library of these tests may have before it is large."""


MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=MEMORY) as name:
        yield Path(name) / "library"


@pytest.fixture
def low_border(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index.backends.passages, "LARGE", SMALL)


def text(seed: int, paragraphs: int = 4) -> str:
    draw = random.Random(seed)
    return "\n\n".join(" ".join(draw.choices(WORDS, k=8)) + "." for _ in range(paragraphs))


def opened(folder: Path) -> Library:
    return Library.open(folder, embedder=NarrowEmbedder())


def vector(question: str) -> Floats:
    return NarrowEmbedder().encode([question], query=True)[0].vector


def cosines(folder: Path, question: Floats) -> dict[int, float]:
    """What numpy makes of the vectors that are stored."""
    store = Store(folder, read_only=False)
    ids, vectors = all_vectors(store)
    store.close()
    return dict(zip(ids, (vectors @ question).tolist(), strict=True))


def is_nearest(library: Library, question: Floats, limit: int) -> bool:
    """Tell whether the library finds those of the highest cosines, and says which they are."""
    found = library.nearest(question, limit)
    known = cosines(library.folder, question)
    best = sorted(known.values(), reverse=True)[:limit]
    said = [score for _, score in found]
    return said == pytest.approx(best, abs=1e-6) and said == pytest.approx(
        [known[number] for number, _ in found], abs=1e-6
    )


def index_bytes(folder: Path) -> bytes:
    (place,) = folder.glob("generation-*")
    return (place / VECTORS).read_bytes()


@pytest.mark.usefixtures("low_border")
@pytest.mark.parametrize("articles", [2, 3, 4, 30])
def test_on_both_sides_of_the_border_the_nearest_are_those_of_brute_force(
    folder: Path, articles: int
) -> None:
    with opened(folder) as library:
        with library.writing():
            for seed in range(articles):
                library.add_text(text(seed), title="-")
        for seed in range(20):
            asked = vector(" ".join(random.Random(seed).choices(WORDS, k=5)))
            assert is_nearest(library, asked, 20)


@pytest.mark.bitwise
@pytest.mark.usefixtures("low_border")
def test_equal_passages_are_found_in_one_order_however_they_came_in(tmp_path: Path) -> None:
    texts = [f"{WORDS[0]} {WORDS[1]}.\n\n{text(seed)}" for seed in range(10)]
    orders = []
    for name, order in (("forwards", texts), ("backwards", texts[::-1])):
        with opened(tmp_path / name) as library:
            for each in order:
                library.add_text(each, title="-")
            nearest = library.nearest(vector(f"{WORDS[0]} {WORDS[1]}"), 10)
            passages = library.passages([number for number, _ in nearest])
            orders.append([passages[n][0].article_id for n, _ in nearest])
    assert orders[0] == orders[1] == sorted(orders[0])


@pytest.mark.bitwise
@pytest.mark.usefixtures("low_border")
@pytest.mark.parametrize("seed", range(5))
def test_what_follows_the_changes_is_what_is_made_anew(folder: Path, seed: int) -> None:
    """To the last byte: so nothing of what was removed is left in the file."""
    steps = random.Random(seed).choices(range(10), k=20)
    held: dict[int, str] = {}
    with opened(folder) as library:
        with library.writing():
            for step in range(10, 16):
                library.add_text(text(step), title="-")
        for step in steps:  # add it, or remove it if it is there
            if step in held:
                library.remove(held.pop(step))
            else:
                held[step] = library.add_text(text(step), title="-").id
        assert library.check().problems == ()
    followed = index_bytes(folder)
    shutil.rmtree(next(folder.glob("generation-*")))
    with opened(folder) as library:
        library.nearest(vector(WORDS[0]), 1)
    assert index_bytes(folder) == followed


@pytest.mark.usefixtures("low_border")
def test_a_library_that_shrinks_is_exact_again(folder: Path) -> None:
    with opened(folder) as library:
        ids = [library.add_text(text(seed), title="-").id for seed in range(5)]
        large = index_bytes(library.folder)
        for article_id in ids[1:]:
            library.remove(article_id)
        asked = vector(WORDS[3])
        assert is_nearest(library, asked, 4)
        assert len(library.nearest(asked, 50)) == 4
        assert index_bytes(library.folder)[:60] != large[:60]


@pytest.mark.usefixtures("low_border")
def test_a_reader_sees_what_another_adds_and_removes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Store, "checkpoint", partialmethod(Store.checkpoint, wait_ms=0))
    with opened(tmp_path / "l") as writer, opened(tmp_path / "l") as reader:
        for seed in range(10):
            last = writer.add_text(text(seed), title="-")
        asked = vector(text(9, 1))
        with reader.reading():
            before = reader.nearest(asked, 3)
            writer.remove(last.id)
            assert {n for n, _ in before} == set(reader.passages([n for n, _ in before]))
        assert {n for n, _ in before} != {n for n, _ in reader.nearest(asked, 3)}
        assert is_nearest(reader, asked, 3)


@pytest.mark.usefixtures("low_border")
@pytest.mark.parametrize("few", [0, 1_000])
def test_a_question_of_some_articles_finds_none_of_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(index.backends.sqlite.vectors.nearest, "FEW", few)
    with opened(tmp_path / "l") as library:
        ids = [library.add_text(text(seed), title="-").id for seed in range(12)]
        asked = vector(text(7, 1))
        chosen = library.nearest(asked, 4, within=[ids[3]])
        passages = library.passages([number for number, _ in chosen])
        assert [p.article_id for p, _ in passages.values()] == [ids[3]] * 4
        assert library.nearest(asked, 4, within=[]) == []


@pytest.mark.usefixtures("low_border")
def test_an_answer_from_signs_is_the_answer(tmp_path: Path) -> None:
    question = "Who opened the bridge?"
    with opened(tmp_path / "l") as library:
        library.add_text("The mayor opened the bridge. It was wet.", title="-")
        before = ask(question, library=library)
    with opened(tmp_path / "m") as library:
        for seed in range(6):
            library.add_text(text(seed), title="-")
        library.add_text("The mayor opened the bridge. It was wet.", title="-")
        numbers = [number for number, _ in library.nearest(vector(question), 1)]
        assert library.passages(numbers)[numbers[0]][1].lengths is not None
        after = ask(question, library=library)
    assert [c.quote for c in after.citations] == [c.quote for c in before.citations]


@given(st.integers(0, 10_000), st.integers(1, 40))
@settings(max_examples=20)
def test_signs_give_the_dot_product_without_bias(seed: int, count: int) -> None:
    draw = np.random.default_rng(seed)
    rows = draw.normal(size=(count, 384)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    blob = pack_signs(rows)
    assert len(blob) == count * (384 // 8 + 2)
    signs, lengths = unpack_signs(blob, count)
    assert (signs == np.where(rows > 0, 1, -1)).all()
    # Of a row with itself it is 1, but for the rounding of what is divided by.
    assert np.einsum("ij,ij->i", signs, rows) / lengths == pytest.approx(1.0, abs=2e-3)
    many = draw.normal(size=(500, 384)).astype(np.float32)
    error = (many @ (signs[0] / lengths[0]) - many @ rows[0]) / np.linalg.norm(many, axis=1)
    assert abs(error.mean()) < 0.02


@pytest.mark.bitwise
@given(st.integers(0, 1_000), st.integers(2, 100), st.sampled_from([48, 64, 384]))
@settings(max_examples=20)
def test_a_vectors_code_does_not_depend_on_what_else_is_there(
    seed: int, rows: int, dimension: int
) -> None:
    draw = np.random.default_rng(seed)
    vectors = draw.normal(size=(rows, dimension)).astype(np.float32)
    ids = np.arange(rows, dtype=np.int64)
    half = rows // 2
    kept = (ids[half:], vectors[half:])
    cuts = np.split(np.arange(half, rows), sorted(draw.integers(0, rows - half, 3)))
    for made in (
        encode(1, [(ids[cut], vectors[cut]) for cut in cuts if len(cut)]),
        follow(encode(1, [(ids, vectors)]), 1, ids[:half].tolist(), []),
        follow(encode(1, [(ids[:half], vectors[:half])]), 1, ids[:half].tolist(), [kept]),
    ):
        assert (
            serialize_index(made.index).tobytes()
            == serialize_index(encode(1, [kept]).index).tobytes()
        )


FILLER = "The council met again in the town hall."


@pytest.fixture(params=[0, 3])
def matches(request: pytest.FixtureRequest) -> int:
    """How many passages are scored by BM25: none, or as many as are read."""
    return int(request.param)


@pytest.fixture
def words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, matches: int) -> Iterator[Library]:
    """Ten passages of which three may be read: two with a rare word, five with a common one."""
    monkeypatch.setattr(index.backends.words.ranking, "MATCHES", matches)
    monkeypatch.setattr(index.backends.words.ranking, "READ", 3)
    with Library.open(tmp_path / "words", embedder=NarrowEmbedder(max_tokens=100)) as library:
        for number in range(10):
            rare = " A zeppelin landed." * (number in (2, 7))
            common = " The mayor slept." * (number < 5) + " The bridge fell." * (number > 3)
            library.add_text(f"{FILLER}{rare}{common} {number}.", title="-")
        yield library


def matched(library: Library, question: str) -> list[str]:
    numbers = [number for number, _ in library.match(question, 50)]
    passages = library.passages(numbers)
    return sorted(passages[n][0].text.split()[-1] for n in numbers)


@pytest.mark.parametrize(
    ("question", "places"),
    [
        ("Where did the council see a zeppelin?", "27"),
        ("zeppelin", "27"),
        ("the council", ""),  # nothing tells them apart
        ("submarine", ""),
        ("a submarine or the zeppelin", "27"),
    ],
)
def test_of_many_passages_the_rarest_words_choose(
    words: Library, question: str, places: str
) -> None:
    assert matched(words, question) == [f"{place}." for place in places]


def test_a_library_of_few_passages_is_searched_for_every_word(
    words: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index.backends.words.ranking, "MATCHES", 10)
    assert len(matched(words, "the zeppelin")) == 10
