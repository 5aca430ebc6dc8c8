"""The FAISS cache: it finds what numpy finds, comes back as it was, and never lies when damaged."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from faults import mutations
from hypothesis import given
from hypothesis import strategies as st

import index.backends.sqlite.vectors.generation
from index.backends.sqlite.vectors.generation import (
    MANIFEST,
    VECTORS,
    StaleGeneration,
    build,
    load,
    path,
    publish,
    sweep,
)
from index.embed.embedder import unit
from index.types import Floats

DIMENSION = 16


def unit_rows(seed: int, rows: int) -> Floats:
    return unit(np.random.default_rng(seed).normal(size=(rows, DIMENSION)).astype(np.float32))


@given(st.integers(0, 1_000), st.integers(1, 200), st.integers(1, 250))
def test_search_equals_brute_force(seed: int, rows: int, limit: int) -> None:
    vectors, (question,) = unit_rows(seed, rows), unit_rows(seed + 1, 1)
    ids = np.random.default_rng(seed).permutation(10 * rows)[:rows].tolist()
    cosines = vectors @ question
    best = np.argsort(-cosines)[:limit]
    found = build(1, ids, vectors).search(question, limit)
    assert [number for number, _ in found] == [ids[i] for i in best]
    assert [score for _, score in found] == pytest.approx(cosines[best].tolist(), abs=1e-6)


@pytest.mark.bitwise
@given(st.integers(0, 1_000), st.integers(2, 100))
def test_scores_are_the_same_to_the_last_digit_in_any_order_and_company(
    seed: int, rows: int
) -> None:
    vectors, (question,) = unit_rows(seed, rows), unit_rows(seed + 1, 1)
    everything = dict(build(1, range(rows), vectors).search(question, rows))
    some = np.random.default_rng(seed).permutation(rows)[: rows // 2 + 1].tolist()
    for number, score in build(1, some, vectors[some]).search(question, rows):
        assert score == everything[number]


@pytest.mark.bitwise
def test_equal_scores_are_found_in_the_order_of_the_rows() -> None:
    vectors = unit_rows(1, 1).repeat(100, axis=0)
    forwards = build(1, range(100), vectors).search(vectors[0], 10)
    assert {number for number, _ in forwards} == set(range(10))
    again = build(1, [7 * n % 100 for n in range(100)], vectors).search(vectors[0], 10)
    assert [7 * number % 100 for number, _ in forwards] == [number for number, _ in again]


def test_an_empty_generation_finds_nothing(tmp_path: Path) -> None:
    empty = build(1, [], unit_rows(1, 0))
    assert empty.search(unit_rows(1, 1)[0], 5) == []
    assert load(tmp_path, 1, publish(tmp_path, empty)).search(unit_rows(1, 1)[0], 5) == []


@pytest.fixture
def published(tmp_path: Path) -> tuple[Path, str]:
    """The folder of a library with generation 3 in it, and the hash of its manifest."""
    return tmp_path, publish(tmp_path, build(3, range(100, 140), unit_rows(1, 40)))


def test_a_generation_comes_back_as_it_was(published: tuple[Path, str]) -> None:
    folder, manifest = published
    question = unit_rows(2, 1)[0]
    found = load(folder, 3, manifest)
    assert found.number == 3
    assert found.ids.tolist() == list(range(100, 140))
    assert found.search(question, 9) == build(3, range(100, 140), unit_rows(1, 40)).search(
        question, 9
    )


def test_a_generation_of_another_format_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr(index.backends.sqlite.vectors.generation, "FORMAT", 1)
        manifest = publish(tmp_path, build(3, range(4), unit_rows(1, 4)))
    with pytest.raises(StaleGeneration, match="another version"):
        load(tmp_path, 3, manifest)


def test_publishing_again_replaces_what_is_there_and_leaves_nothing_unfinished(
    published: tuple[Path, str],
) -> None:
    folder, manifest = published
    (path(folder, 3) / VECTORS).write_bytes(b"damaged")
    (folder / "generation-3.tmp").mkdir()
    assert publish(folder, build(3, range(100, 140), unit_rows(1, 40))) == manifest
    assert load(folder, 3, manifest).ids.tolist() == list(range(100, 140))
    assert [place.name for place in folder.iterdir()] == ["generation-3"]


def test_sweeping_leaves_the_generation_in_force_and_other_files(
    published: tuple[Path, str],
) -> None:
    folder, manifest = published
    for name in ("generation-2", "generation-4.tmp", "notes"):
        shutil.copytree(path(folder, 3), folder / name)
    sweep(folder, 3)
    assert sorted(place.name for place in folder.iterdir()) == ["generation-3", "notes"]
    load(folder, 3, manifest)


@pytest.mark.parametrize("name", [VECTORS, MANIFEST])
def test_every_damage_to_a_file_is_noticed(published: tuple[Path, str], name: str) -> None:
    folder, manifest = published
    file = path(folder, 3) / name
    data = file.read_bytes()
    injected = 0
    for damaged in mutations(data):
        file.write_bytes(damaged)
        injected += 1
        with pytest.raises(StaleGeneration):
            load(folder, 3, manifest)
    assert injected >= 200
    file.write_bytes(data)
    load(folder, 3, manifest)


def remove_vectors(place: Path, _: Path) -> None:
    (place / VECTORS).unlink()


def remove_manifest(place: Path, _: Path) -> None:
    (place / MANIFEST).unlink()


def remove_all(place: Path, _: Path) -> None:
    shutil.rmtree(place)


def take_the_vectors_of_another(place: Path, other: Path) -> None:
    assert (place / VECTORS).stat().st_size == (other / VECTORS).stat().st_size
    shutil.copy(other / VECTORS, place)


def take_the_manifest_of_another(place: Path, other: Path) -> None:
    assert (place / MANIFEST).stat().st_size == (other / MANIFEST).stat().st_size
    shutil.copy(other / MANIFEST, place)


def take_all_of_another(place: Path, other: Path) -> None:
    take_the_vectors_of_another(place, other)
    take_the_manifest_of_another(place, other)


def swap_both_files(place: Path, _: Path) -> None:
    (place / VECTORS).rename(place / "aside")
    (place / MANIFEST).rename(place / VECTORS)
    (place / "aside").rename(place / MANIFEST)


def put_a_folder_in_place(place: Path, _: Path) -> None:
    (place / VECTORS).unlink()
    (place / VECTORS).mkdir()


@pytest.mark.parametrize(
    "damage",
    [
        remove_vectors,
        remove_manifest,
        remove_all,
        take_the_vectors_of_another,
        take_the_manifest_of_another,
        take_all_of_another,
        swap_both_files,
        put_a_folder_in_place,
    ],
)
def test_missing_and_exchanged_files_are_noticed(
    published: tuple[Path, str], tmp_path: Path, damage: Callable[[Path, Path], None]
) -> None:
    folder, manifest = published
    other = tmp_path / "other"
    other.mkdir()
    publish(other, build(3, range(100, 140), unit_rows(9, 40)))
    damage(path(folder, 3), path(other, 3))
    with pytest.raises(StaleGeneration):
        load(folder, 3, manifest)


@pytest.mark.parametrize("name", ["generation-3", "generation-3.tmp"])
def test_a_stray_file_under_the_name_of_a_generation_is_no_obstacle(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_text("stray")
    manifest = publish(tmp_path, build(3, range(4), unit_rows(1, 4)))
    assert load(tmp_path, 3, manifest).ids.tolist() == list(range(4))
