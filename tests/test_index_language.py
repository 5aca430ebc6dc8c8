"""Which language a text is in: told where it says enough, and never guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.backends.words.stems import has_stems, stem
from index.language import CODES, code_of


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The bridge was opened in the spring, and it is the longest of them all."),
        ("de", "Die Brücke wurde im Frühling eröffnet und ist die längste von allen."),
        ("es", "El puente se abrió en la primavera y es el más largo de todos los de la zona."),
        ("fr", "Le pont a été ouvert dans la ville et il est le plus long de tous les ponts."),
        (
            "it",
            "Il ponte è stato aperto in primavera ed è il più lungo di tutti quelli che ha.",
        ),
        ("pt", "A ponte foi aberta na primavera e é a mais longa de todas as que há no país."),
        ("nl", "De brug is in het voorjaar geopend en het is de langste van het land."),
        ("ru", "Мост открыли в мае, и он был самым длинным из всех, что есть на этой реке."),
        ("uk", "Міст відкрили у травні, і він є найдовшим з усіх, що були на цій річці та за нею."),
        ("ar", "تم افتتاح الجسر في الربيع وهو من أطول الجسور التي كانت على النهر أو بعد ذلك."),
        ("hi", "पुल वसंत में खोला गया और यह इस नदी पर सबसे लंबा है।"),
        ("tr", "Köprü ilkbaharda açıldı ve bu nehir için en uzun olan bir köprü olarak bilinir."),
        (
            "vi",
            "Cây cầu được mở vào mùa xuân và là cây cầu dài nhất của các cầu trong vùng.",
        ),
    ],
)
def test_a_language_is_told_by_its_commonest_words(language: str, text: str) -> None:
    assert code_of(text) == language


@pytest.mark.parametrize("text", ["", "Paris", "1 2 3 4", "大桥在春天开通。", "สะพานเปิดแล้ว"])
def test_what_is_too_short_or_has_no_spaces_is_told_no_language(text: str) -> None:
    assert code_of(text) == ""


@given(st.text())
def test_any_text_has_one_of_the_languages_or_none(text: str) -> None:
    assert code_of(text) in {"", *CODES.values()}


def test_english_words_are_stemmed_elsewhere_and_chinese_ones_nowhere() -> None:
    assert not has_stems("en") and not has_stems("zh") and not has_stems("")
    assert stem("puertos", "es") == stem("puerto", "es") != stem("puertos", "de")
