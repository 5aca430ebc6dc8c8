"""The converted model: the same vectors, kept in the cache, where nothing is trusted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest
from conftest import ROOT
from filelock import FileLock

from index.cache import CACHE_VARIABLE
from index.embed import converted
from index.embed.embedder import DEFAULT_EMBEDDER, TransformerEmbedder, load_embedder, model_path
from index.embed.forward import NUMERICS_VARIABLE, Numerics
from index.embed.model_cache import place_of
from index.errors import LibraryError
from index.types import Floats

TEXT = "The mayor opened the new bridge on Monday."
F32 = Numerics.OPENVINO_F32


@pytest.fixture(scope="module")
def small_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of the same kind as the default one, of one narrow layer with random weights."""
    import torch
    from transformers import BertConfig, BertModel

    folder = tmp_path_factory.mktemp("models") / "small"
    copytree(model_path(DEFAULT_EMBEDDER), folder, ignore=lambda *_: {"model.safetensors"})
    sizes = {"hidden_size": 32, "intermediate_size": 64}
    config = BertConfig(num_hidden_layers=1, num_attention_heads=2, **sizes)
    torch.manual_seed(1)
    BertModel(config).save_pretrained(folder)
    pooling = folder / "1_Pooling" / "config.json"
    settings = json.loads(pooling.read_text())
    pooling.write_text(json.dumps({**settings, "word_embedding_dimension": 32}))
    return folder


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache."""
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    monkeypatch.delenv(NUMERICS_VARIABLE, raising=False)
    return tmp_path / "cache"


def vector_of(model: Path, numerics: Numerics | None = F32) -> Floats:
    return TransformerEmbedder(str(model), numerics).encode([TEXT])[0].vector


def numerics_of(model: Path) -> str:
    return TransformerEmbedder(str(model)).fingerprint.numerics


@pytest.fixture
def no_torch(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """What makes any use of the plain model an error from here on."""

    def forbid(*_: object) -> None:
        raise AssertionError("the plain model was loaded")

    return lambda: monkeypatch.setattr(converted, "PlainForward", forbid)


def test_it_is_converted_once(
    small_model: Path, no_torch: Callable[[], None], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="pullquote.once")
    plain = TransformerEmbedder(str(small_model), Numerics.TORCH)
    assert caplog.messages == []
    first = vector_of(small_model)
    assert len(caplog.messages) == 1 and "done once" in caplog.text
    assert np.abs(first - plain.encode([TEXT])[0].vector).max() < 1e-5
    no_torch()
    again = TransformerEmbedder(str(small_model), F32)
    assert np.array_equal(again.encode([TEXT])[0].vector, first)
    assert again.fingerprint == plain.fingerprint
    assert len(caplog.messages) == 1
    assert again.fingerprint.numerics != plain.fingerprint.numerics


def flip(file: Path, place: int) -> None:
    data = bytearray(file.read_bytes())
    data[place] ^= 1
    file.write_bytes(data)


def edit(place: Path, **values: object) -> None:
    manifest = place / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), **values}))


DAMAGES: dict[str, Callable[[Path], object]] = {
    **{
        f"{name}, byte {at}": lambda place, name=name, at=at: flip(place / name, at)
        for name in ("model.bin", "model.xml", "tokenizer.json", "manifest.json")
        for at in (40, 200, -40)
    },
    "short weights": lambda place: os.truncate(place / "model.bin", 1000),
    "no graph": lambda place: (place / "model.xml").unlink(),
    "no manifest": lambda place: (place / "manifest.json").unlink(),
    "a manifest of something else": lambda place: (place / "manifest.json").write_text("[]"),
    "another version": lambda place: edit(place, openvino="2020.1"),
    "another format": lambda place: edit(place, format=0),
    "other facts": lambda place: edit(place, facts={"weights": "0"}),
    "a file in its place": lambda place: (place.rename(place.parent / "x"), place.write_text("")),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_what_is_wrong_is_made_again(
    small_model: Path, no_torch: Callable[[], None], damage: Callable[[Path], object]
) -> None:
    first = vector_of(small_model)
    damage(place_of(small_model))
    assert np.array_equal(vector_of(small_model), first)
    no_torch()
    assert np.array_equal(vector_of(small_model), first)


def test_a_model_that_has_changed_is_converted_again(small_model: Path, tmp_path: Path) -> None:
    model = Path(copytree(small_model, tmp_path / "model"))
    before = TransformerEmbedder(str(model)).fingerprint
    flip(model / "model.safetensors", -1)
    assert TransformerEmbedder(str(model)).fingerprint.weights != before.weights


def test_without_a_cache_it_is_converted_each_time(
    small_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = vector_of(small_model)
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "file"))
    assert np.abs(vector_of(small_model) - first).max() < 1e-6
    assert (tmp_path / "file").read_text() == ""


def test_what_a_killed_process_left_is_deleted(small_model: Path, cache: Path) -> None:
    final = place_of(small_model)
    left = final.with_name(f"{final.name}.left")

    def kill() -> None:
        left.mkdir(parents=True)
        (left / "model.bin").write_bytes(b"half")

    kill()
    vector_of(small_model)
    assert list(cache.iterdir()) == [final]
    kill()
    with FileLock(final.with_name(f"{final.name}.lock")):
        vector_of(small_model)
        assert left.exists(), "somebody works on it"
    vector_of(small_model)
    assert list(cache.iterdir()) == [final]


ASK = """
import sys
from index.embed.embedder import TransformerEmbedder
embedder = TransformerEmbedder(sys.argv[1], "openvino-f32")
print(embedder.encode([sys.argv[2]])[0].vector.tolist())
"""


def test_processes_that_convert_at_the_same_time_do_not_hurt_each_other(
    small_model: Path, cache: Path, no_torch: Callable[[], None]
) -> None:
    command = [sys.executable, "-W", "error", "-c", ASK, str(small_model), TEXT]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    running = [subprocess.Popen(command, cwd=ROOT, text=True, **pipes) for _ in range(3)]
    said = [process.communicate() for process in running]
    assert [errors for _, errors in said] == [""] * 3
    no_torch()
    assert {tuple(json.loads(out)) for out, _ in said} == {tuple(vector_of(small_model).tolist())}
    assert list(cache.iterdir()) == [place_of(small_model)]


@pytest.fixture
def without_openvino(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(sys.modules, "openvino", None)
    yield


@pytest.mark.usefixtures("without_openvino")
def test_without_openvino_pytorch_computes(
    small_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert numerics_of(small_model) == "torch"
    monkeypatch.setenv(NUMERICS_VARIABLE, "openvino-f32")
    with pytest.raises(LibraryError, match="PULLQUOTE_NUMERICS is openvino-f32, but OpenVINO"):
        numerics_of(small_model)


def test_what_computes_other_vectors_is_not_used(
    small_model: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(converted, "AGREEMENT", 1.1)
    assert numerics_of(small_model) == "torch"
    assert not cache.exists() or not list(cache.iterdir())


@pytest.mark.parametrize("numerics", ["torch", "openvino-f32"])
def test_the_environment_chooses(
    small_model: Path, monkeypatch: pytest.MonkeyPatch, numerics: str
) -> None:
    monkeypatch.setenv(NUMERICS_VARIABLE, numerics)
    assert numerics_of(small_model) == numerics
    monkeypatch.setenv(NUMERICS_VARIABLE, "fast")
    with pytest.raises(LibraryError, match="PULLQUOTE_NUMERICS is 'fast': choose one of torch, "):
        numerics_of(small_model)


REPORTS = """
import sys
seen = []
def watch(event, arguments):
    if event in {"socket.connect", "socket.sendto", "socket.getaddrinfo"}:
        seen.append((event, arguments))
sys.addaudithook(watch)
from index.embed.embedder import TransformerEmbedder
from index.embed.forward import Numerics
for _ in range(2):
    TransformerEmbedder(sys.argv[1], Numerics.OPENVINO_F32).encode(["A bridge."])
assert not seen, seen
assert "openvino_telemetry" not in sys.modules
import openvino_telemetry
"""


def test_openvino_reports_nothing_to_its_maker(
    small_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Imported as it comes, it does; and writes a number for the machine to the home folder."""
    (tmp_path / "home").mkdir()
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    command = [sys.executable, "-c", REPORTS, str(small_model)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "home" / "intel").exists()


SLIM = """
import sys
from rag import ask
assert not ask("How many projects does OpenAI aim for?").refused
heavy = {"torch", "transformers", "sentence_transformers", "filelock", "rich"}
print(sorted(heavy & set(sys.modules)))
"""


def test_asking_does_not_import_what_made_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    from rag import ask

    ask("How many projects does OpenAI aim for?")
    if load_embedder().fingerprint.numerics == "torch":
        pytest.skip("PyTorch is what computes here")
    command = [sys.executable, "-c", SLIM]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr


def test_one_text_and_several_share_no_request_on_one_core_either(
    small_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(converted, "_cores", lambda: 1)
    forward = TransformerEmbedder(str(small_model), F32)._forward
    assert isinstance(forward, converted.ConvertedForward)
    one, several = forward._requests(False), forward._requests(True)
    assert not {*map(id, one)} & {*map(id, several)}
