"""The real model: its vectors are sentence-transformers' own, and nothing asks the network."""

from __future__ import annotations

import dataclasses
import json
import os
import random
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import numpy as np
import pytest
from tokenizers import Tokenizer

from index import Library
from index.embed.embedder import (
    DEFAULT_EMBEDDER,
    TransformerEmbedder,
    load_embedder,
    model_path,
    unit,
)
from index.embed.forward import AGREEMENT, Numerics
from index.errors import LibraryError
from index.types import Encoding, Floats

TEXTS = (
    "A",
    "The mayor opened the new bridge on Monday. It cost 12 million euros.",
    "“Democratic AI” for $500\u00a0billion — it’s long on rhetoric.",
    "Café, naïve, e\u0301cole, İstanbul, Straße.",
    "東京は晴れです。🌉 👩‍🚀 مرحبا שלום हिन्दी",
    "\u200b",
    "word " * 254,
    *(" ".join(f"number {n}" for n in range(length)) for length in range(1, 60, 6)),
)


def same(one: Encoding, other: Encoding, exact: bool = True) -> bool:
    alike = np.array_equal if exact else partial(np.allclose, atol=1e-5)
    return (
        alike(one.vector, other.vector)
        and alike(one.token_vectors, other.token_vectors)
        and np.array_equal(one.tokens.ids, other.tokens.ids)
        and np.array_equal(one.tokens.ranges, other.tokens.ranges)
    )


@pytest.fixture(scope="module", params=list(Numerics))
def embedder(request: pytest.FixtureRequest) -> TransformerEmbedder:
    """The default model by each of the passes that this machine has."""
    made = TransformerEmbedder(numerics=request.param)
    if request.param is Numerics.OPENVINO_BF16:
        try:
            _ = made.fingerprint
        except LibraryError as error:
            assert "this processor" in str(error)
            pytest.skip("this processor has no bf16")
    return made


@pytest.fixture(scope="module")
def encodings(embedder: TransformerEmbedder) -> list[Encoding]:
    return embedder.encode(TEXTS)


def test_vectors_are_those_of_sentence_transformers(
    embedder: TransformerEmbedder, encodings: list[Encoding]
) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(model_path(DEFAULT_EMBEDDER)), device="cpu")
    theirs = model.encode(list(TEXTS), normalize_embeddings=True, show_progress_bar=False)
    tokens = model.encode(list(TEXTS), output_value="token_embeddings", show_progress_bar=False)
    rounded = embedder.fingerprint.numerics == Numerics.OPENVINO_BF16
    for encoding, vector, matrix in zip(encodings, theirs, tokens, strict=True):
        kept = unit(matrix.numpy())[1 : 1 + len(encoding.token_vectors)]
        cosines = (encoding.token_vectors * kept).sum(axis=1)
        assert encoding.vector @ vector >= AGREEMENT
        assert cosines.min(initial=1.0) >= (0.999 if rounded else AGREEMENT)
        if not rounded:
            assert np.abs(encoding.vector - vector).max() < 1e-5


@pytest.mark.bitwise
def test_vectors_do_not_depend_on_what_else_is_in_the_batch(
    embedder: TransformerEmbedder, encodings: list[Encoding]
) -> None:
    exact = embedder.fingerprint.numerics != Numerics.TORCH
    shuffled = random.Random(1).sample(range(len(TEXTS)), len(TEXTS))
    for order in ([0], [3, 5], shuffled):
        found = embedder.encode([TEXTS[i] for i in order])
        assert all(same(f, encodings[i], exact) for f, i in zip(found, order, strict=True))


@pytest.mark.bitwise
def test_vectors_do_not_depend_on_what_is_computed_meanwhile(
    embedder: TransformerEmbedder, encodings: list[Encoding]
) -> None:
    exact = embedder.fingerprint.numerics != Numerics.TORCH
    with ThreadPoolExecutor(1) as other:
        adding = other.submit(embedder.encode, TEXTS)
        asked = [embedder.encode([text])[0] for text in TEXTS]
    for found in (asked, adding.result()):
        assert all(same(f, e, exact) for f, e in zip(found, encodings, strict=True))


def test_a_question_does_not_wait_for_texts_that_are_added(
    embedder: TransformerEmbedder, monkeypatch: pytest.MonkeyPatch, encodings: list[Encoding]
) -> None:
    (alone,) = embedder.encode(["Why?"], query=True)
    forward, begun, go_on = embedder._forward, Event(), Event()

    def run(rows: Sequence[Sequence[int]]) -> Iterator[tuple[Floats, Floats]]:
        for done in forward.run(rows):
            yield done
            if len(rows) > 1:
                begun.set()
                assert go_on.wait(60)

    held = SimpleNamespace(facts=forward.facts, numerics=forward.numerics, run=run)
    monkeypatch.setattr(embedder, "_forward", held)
    with ThreadPoolExecutor(2) as threads:
        adding = threads.submit(embedder.encode, TEXTS)
        try:
            assert begun.wait(60)
            asking = threads.submit(embedder.encode, ["Why?"], query=True)
            (asked,) = asking.result(timeout=20)
        finally:
            go_on.set()
    assert np.allclose(asked.vector, alone.vector, atol=1e-5)
    assert len(adding.result()) == len(encodings)


def test_no_texts_have_no_encodings() -> None:
    assert load_embedder().encode([]) == []
    assert load_embedder().tokenize([]) == []


def test_all_vectors_are_of_unit_length(encodings: list[Encoding]) -> None:
    for encoding in encodings:
        assert np.linalg.norm(encoding.vector) == pytest.approx(1, abs=1e-5)
        assert encoding.token_vectors.shape == (len(encoding.tokens.ids), 384)
        lengths = np.linalg.norm(encoding.token_vectors, axis=1)
        assert lengths == pytest.approx(np.ones(len(lengths)), abs=1e-5)


def test_ranges_of_tokens_hold_the_letters_that_the_model_read(encodings: list[Encoding]) -> None:
    vocabulary = Tokenizer.from_file(str(model_path(DEFAULT_EMBEDDER) / "tokenizer.json"))
    for text, encoding in zip(TEXTS, encodings, strict=True):
        for token, (start, end) in zip(
            encoding.tokens.ids.tolist(), encoding.tokens.ranges.tolist(), strict=True
        ):
            piece = vocabulary.id_to_token(token).removeprefix("##")
            apart = unicodedata.normalize("NFD", text[start:end].lower())
            plain = "".join(c for c in apart if unicodedata.category(c) != "Mn")
            assert piece in (plain, "[UNK]")


def test_every_word_is_in_the_range_of_a_token(encodings: list[Encoding]) -> None:
    for text, encoding in zip(TEXTS[:4], encodings, strict=False):
        covered = {i for start, end in encoding.tokens.ranges.tolist() for i in range(start, end)}
        assert all(i in covered for i, c in enumerate(text) if c.isalnum())


def test_a_context_colours_the_vectors_and_has_no_tokens() -> None:
    (plain,) = load_embedder().encode(["It opened on Monday."])
    (coloured,) = load_embedder().encode(["It opened on Monday."], context="The bridge. ")
    assert np.array_equal(plain.tokens.ids, coloured.tokens.ids)
    assert np.array_equal(plain.tokens.ranges, coloured.tokens.ranges)
    assert not np.allclose(plain.vector, coloured.vector, atol=0.01)
    assert not np.allclose(plain.token_vectors, coloured.token_vectors, atol=0.01)


def test_a_passage_over_the_limit_is_refused_and_a_question_is_cut() -> None:
    embedder = load_embedder()
    assert len(embedder.encode(["word " * 254])[0].tokens.ids) == 254
    with pytest.raises(ValueError, match="has 255 tokens, the limit is 254"):
        embedder.encode(["word " * 255])
    with pytest.raises(ValueError, match="tokens, the limit is 254"):
        embedder.encode(["word " * 254], context="The bridge. ")
    (cut,) = embedder.encode(["word " * 400], query=True)
    assert same(cut, embedder.encode(["word " * 254])[0])


def test_tokenize_never_truncates() -> None:
    assert len(load_embedder().tokenize(["word " * 5_000])[0].ids) == 5_000


@pytest.fixture
def model_copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(model_path(DEFAULT_EMBEDDER), tmp_path / "a model"))


def test_any_folder_with_a_model_will_do(model_copy: Path, tmp_path: Path) -> None:
    copied = TransformerEmbedder(str(model_copy))
    ours = load_embedder().fingerprint
    assert copied.fingerprint == dataclasses.replace(ours, name=str(model_copy))
    assert same(copied.encode(["A bridge."])[0], load_embedder().encode(["A bridge."])[0])
    with Library.open(tmp_path / "library", embedder=str(model_copy)) as library:
        library.add_text("The bridge opened.")
        assert not library.check().problems
    weights = model_copy / "model.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    assert TransformerEmbedder(str(model_copy)).fingerprint.weights != ours.weights


def refusal(name: str) -> str:
    with pytest.raises(LibraryError) as caught:
        _ = TransformerEmbedder(name).fingerprint
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(f"the embedder {name!r} cannot be loaded (")
    assert message.endswith("give the name or folder of a sentence-transformers model")
    return message


def test_a_wrong_name_is_refused_in_one_line(tmp_path: Path) -> None:
    assert "there is no such folder" in refusal(str(tmp_path / "absent"))
    refusal(str(tmp_path))
    refusal("no/such/model")
    refusal("x" * 300)


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("model.safetensors", b"\x40\0\0\0\0\0\0\0{"),
        ("model.safetensors", None),
        ("config.json", b"{"),
        ("modules.json", b"{}"),
        ("1_Pooling/config.json", None),
    ],
)
def test_a_broken_model_is_refused_in_one_line(
    tmp_path: Path, file: str, content: bytes | None
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(model_path(DEFAULT_EMBEDDER), folder, copy_function=os.symlink)
    (folder / file).unlink()
    if content is not None:
        (folder / file).write_bytes(content)
    refusal(str(folder))


@pytest.fixture
def hub_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of the hub's, on a machine that is offline."""
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    return tmp_path / "hub"


def test_a_model_that_was_downloaded_before_is_found_by_its_name(hub_cache: Path) -> None:
    place = hub_cache / "models--sentence-transformers--some-model"
    snapshot = place / "snapshots" / ("0" * 40)
    shutil.copytree(model_path(DEFAULT_EMBEDDER), snapshot, copy_function=os.symlink)
    (place / "refs").mkdir()
    (place / "refs" / "main").write_text("0" * 40)
    ours = load_embedder().fingerprint
    assert TransformerEmbedder("some-model").fingerprint.weights == ours.weights


@pytest.mark.usefixtures("hub_cache")
def test_a_name_that_is_not_at_hand_is_refused_when_offline() -> None:
    refusal("no-such-model")


WATCH = """
import json, socket, sys
calls = []
def watch(event, arguments):
    if event in {"socket.connect", "socket.sendto", "socket.getaddrinfo"}:
        calls.append([event, repr(arguments[1:] if event != "socket.getaddrinfo" else arguments)])
sys.addaudithook(watch)
from index import Library
from rag import retrieve
with Library.open(sys.argv[1]) as library:
    library.add_text("The bridge opened on Monday. It cost 12 million euros.", title="A bridge")
    hits = retrieve("What did the bridge cost?", library=library)
    problems = library.check().problems
seen = list(calls)
with socket.socket() as control:
    control.settimeout(0.01)
    try: control.connect(("192.0.2.1", 9))
    except OSError: pass
print(json.dumps({"hits": len(hits), "problems": problems, "seen": seen, "control": calls}))
"""


def test_from_import_to_ranking_nothing_asks_the_network(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "error", "-c", WATCH, str(tmp_path / "library")]
    root = Path(__file__).resolve().parents[1]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert found["hits"] == 1
    assert found["problems"] == []
    assert [c for c in found["seen"] if "127.0.0.1" not in c[1] and "::1" not in c[1]] == []
    assert found["control"][-1][0] == "socket.connect"
