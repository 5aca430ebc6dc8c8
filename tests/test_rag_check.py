"""Statements against sentences, on an embedder whose cosines can be computed by hand."""

from __future__ import annotations

import pytest
from tiny import TinyEmbedder

from index.types import Encoding
from rag.check.evidence_selection import Source
from rag.check.statement import HOLDS, Checked, check_against
from rag.language.quantities import read_dates, read_numbers
from rag.types import Edit, Verdict

SENTENCES = (
    "On 23 March 2021 the Ever Given ran aground in the Suez Canal.",
    "She is almost 59 metres wide and can take more than 20,000 containers.",
    "Westbound traffic was worth $5.1 billion a day and eastbound traffic $4.5 billion.",
    "Huawei sold its stake to the cable maker Hengtong, and the company was renamed.",
    "Nobody was hurt, and no oil was spilled.",
    "The club called the sum “largely unsupported”.",
    "About a quarter of the traffic was affected, and prices rose by six per cent.",
    "The ship went from Asia to Rotterdam.",
)
SOURCES = [Source(sentence, f"The Ever Given\n{sentence}") for sentence in SENTENCES]


def _encode(text: str) -> Encoding:
    return TinyEmbedder(max_tokens=200).encode([text])[0]


def _check(said: str) -> Checked:
    return check_against(said, SOURCES, _encode)


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("Nobody was hurt, and no oil was spilled.", Verdict.EXACT),
        ("The club called  the sum \"largely unsupported\".", Verdict.NORMALISED),
        ("No oil was spilled.", Verdict.SUPPORTED),
        ("The Ever Given ran aground in the Suez Canal on March 23, 2021.", Verdict.SUPPORTED),
        ("The Ever Given is 59 meters wide.", Verdict.SUPPORTED),
        ("Prices rose by 6%.", Verdict.SUPPORTED),
        ("25% of the traffic was affected.", Verdict.SUPPORTED),
        ("Its stake was sold to Hengtong by Huawei.", Verdict.SUPPORTED),
        ("The sum was \"largely unfounded\".", Verdict.ABSENT),
        ("The Ever Given ran aground in the Suez Canal on 24 March 2021.", Verdict.ALTERED),
        ("The Ever Given ran aground in the Suez Canal in May 2021.", Verdict.ALTERED),
        ("She is almost 59 feet wide.", Verdict.ALTERED),
        ("She can take more than 20 million containers.", Verdict.ALTERED),
        ("She can take fewer than 20,000 containers.", Verdict.ALTERED),
        ("Oil was spilled.", Verdict.ALTERED),
        ("The Ever Given did not run aground in the Suez Canal.", Verdict.ALTERED),
        ("Prices fell by six per cent.", Verdict.ALTERED),
        ("Westbound traffic was worth $4.5 billion a day.", Verdict.ALTERED),
        ("Hengtong sold its stake to the cable maker Huawei.", Verdict.ALTERED),
        ("The ship went from Rotterdam to Asia.", Verdict.ALTERED),
        ("The Ever Given ran aground in the Panama Canal.", Verdict.ALTERED),
        ("Photosynthesis turns light into sugar.", Verdict.ABSENT),
    ],
)  # fmt: skip
def test_verdicts(said: str, verdict: Verdict) -> None:
    checked = _check(said)
    assert checked.verdict == verdict, checked


def test_the_difference_shows_what_was_put_in_and_left_out() -> None:
    checked = _check("The ship went from Asia to Hamburg.")
    edits = [(piece.edit, piece.text) for piece in checked.difference]
    assert edits == [
        (Edit.SAME, "The ship went from Asia to"),
        (Edit.LEFT_OUT, "Rotterdam."),
        (Edit.ADDED, "Hamburg."),
    ]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("$9.6 billion", 9.6e9, "$"),
        ("9.6 billion dollars", 9.6e9, "$"),
        ("two hundred and fifty million euros", 2.5e8, "€"),
        ("an 827-kilometre line", 827, "km"),
        ("45,000 km", 45_000, "km"),
        ("six per cent", 0.06, "%"),
        ("70%", 0.7, "%"),
        ("two thirds", 2 / 3, ""),
        ("half a million", 500_000, ""),
        ("half a trillion dollars", 5e11, "$"),
        ("two trillion", 2e12, ""),
        ("7:40", 7.4, ""),
        ("the 1970s", 1970, "10a"),
    ],
)
def test_numbers_in_words_and_digits(text: str, value: float, unit: str) -> None:
    (number,) = read_numbers(text)
    assert number.value == pytest.approx(value)
    assert number.unit == unit


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("120 m", "120 metres"), ("120m", "120 meters"), ("12 t", "12 tonnes"), ("8 g", "8 grams"),
        ("5 L", "5 litres"), ("5 l", "5 liters"), ("20 ml", "20 millilitres"), ("4 h", "4 hours"),
        ("15 mins", "15 minutes"), ("31 s", "31 seconds"), ("5 yrs", "5 years"),
        ("3 mi", "3 miles"), ("60 km/h", "60 kilometres per hour"), ("40 mph", "40 miles an hour"),
        ("3 m/s", "3 metres per second"), ("5 m²", "5 square metres"), ("5 sq km", "5 km²"),
        ("9 m³", "9 cubic metres"), ("5 ha", "5 hectares"), ("20 °C", "20 degrees Celsius"),
        ("50 Hz", "50 hertz"), ("2 GHz", "2 gigahertz"), ("7 kWh", "7 kilowatt hours"),
        ("5 MW", "5 megawatts"), ("5 µg", "5 micrograms"), ("120 nm", "120 nanometres"),
        ("10 Mbit/s", "10 megabits per second"), ("6 ft", "6 feet"), ("£5", "5 pounds"),
        ("12 t", "12 Tonnen"), ("140 m", "140 Meter"), ("9 km", "9 kilomètres"),
        ("6 %", "6 Prozent"),
    ],
)  # fmt: skip
def test_a_unit_and_its_abbreviation_are_one(short: str, long: str) -> None:
    (one,), (other,) = read_numbers(f"It is {short} now."), read_numbers(f"It is {long} now.")
    assert one.unit and (one.value, one.unit) == (other.value, other.unit)
    for said, told in ((short, long), (long, short)):
        sources = [Source(f"The tower of Hallen measures {told} today.", "")]
        checked = check_against(f"The tower of Hallen measures {said} today.", sources, _encode)
        assert checked.verdict in HOLDS, checked


@pytest.mark.parametrize("text", ["the 80s", "a 5G network", "20 in ten", "3 a day", "16 a.m."])
def test_a_letter_that_is_no_unit_is_none(text: str) -> None:
    assert not any(number.unit for number in read_numbers(text))


@pytest.mark.parametrize(("one", "other"), [("5 mW", "5 MW"), ("5 m", "5 mm"), ("5 m", "5 m²")])
def test_other_units_are_others(one: str, other: str) -> None:
    assert read_numbers(one)[0].unit != read_numbers(other)[0].unit


def test_dates_in_their_forms_are_one() -> None:
    forms = ["on 23 March 2021", "on March 23, 2021", "on 2021-03-23", "the 23rd of March 2021"]
    assert {(d.year, d.month, d.day) for form in forms for d in read_dates(form)} == {(2021, 3, 23)}
