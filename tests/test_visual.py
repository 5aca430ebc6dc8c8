"""The page looks as it did when its pictures were accepted: ``tests/visual.py``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pytest
import visual
from pictures import compare
from PIL import Image, ImageDraw, ImageFont
from states import STATES, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROW = "The mayor of Aldern opened the new bridge on Monday, before a crowd."


def _page(
    chip: tuple[int, int] = (300, 360), colour: str = "#1f4e79", aside: float = 0.0, text: str = ROW
) -> Image.Image:
    """Rows of text and one chip; ``aside``: drawn that part of a pixel further right."""
    fine = 4
    drawn = Image.new("RGB", (640 * fine, 400 * fine), "#fdfcfa")
    pen = ImageDraw.Draw(drawn)
    font = ImageFont.load_default(16 * fine)
    for row in range(9):
        pen.text(((40 + aside) * fine, (40 + 36 * row) * fine), text, "#22201d", font)
    x, y = chip
    pen.rounded_rectangle([x * fine, y * fine, (x + 26) * fine, (y + 24) * fine], 12 * fine, colour)
    return drawn.resize((640, 400), Image.Resampling.BOX)


def _noisy(picture: Image.Image) -> Image.Image:
    values = np.asarray(picture, dtype=np.int16)
    noise = np.random.default_rng(0).integers(-8, 9, values.shape)
    return Image.fromarray((values + noise).clip(0, 255).astype(np.uint8))


def test_letters_drawn_a_little_otherwise_are_no_change() -> None:
    assert compare(_page(), _page()).share == 0
    assert not compare(_page(aside=0.25), _page()).is_seen
    assert not compare(_noisy(_page(aside=0.25)), _page()).is_seen


@pytest.mark.parametrize(
    "other",
    [
        _page(chip=(304, 360)),
        _page(colour="#5f4e79"),
        _page(colour="#fdfcfa"),
        _page(text=ROW.replace("Monday", "Sunday")),
        _page(aside=2),
        _page().resize((640, 401)),
    ],
    ids=["moved", "other colour", "missing", "other word", "two pixels aside", "taller"],
)
def test_what_a_reader_would_notice_is_a_change(other: Image.Image) -> None:
    found = compare(other, _page())
    assert found.is_seen
    if other.size == _page().size:  # and it is shown in red where it is
        red = (np.asarray(found.drawn) == (220, 0, 0)).all(axis=2)
        assert red.mean() == pytest.approx(found.share)


def test_a_change_is_written_down_and_accepted(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("visual")
    monkeypatch.setattr(visual, "ROOT", folder)
    monkeypatch.setattr(visual, "ACCEPTED", folder / "states")
    monkeypatch.setattr(visual, "REPORT", folder / "report")
    assert "nothing to compare" in visual.differences("list", {"dark": _page()})[0]
    visual.accept("list", {"dark": _page()})
    kept = (folder / "states" / "list-dark.webp").read_bytes()
    assert visual.differences("list", {"dark": _page(aside=0.25)}) == []
    visual.accept("list", {"dark": _page(aside=0.25)})
    assert (folder / "states" / "list-dark.webp").read_bytes() == kept
    changed = {"dark": _page(chip=(400, 360))}
    (line,) = visual.differences("list", changed)
    assert line.startswith("list-dark: ")
    assert "tests/visual.py --accept list" in visual.told("list", [line])
    assert {file.name for file in (folder / "report").iterdir()} == {
        "list-dark-now.png",
        "list-dark-changed.png",
    }
    visual.accept("list", changed)
    assert visual.differences("list", changed) == []
    assert not [*(folder / "report").iterdir()]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("states")) as found:
        yield found


@pytest.fixture(scope="module")
def plain(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with visual.plain_browser(browser, tmp_path_factory.mktemp("letters")) as opened:
        yield opened


@pytest.mark.skipif(sys.platform != "linux", reason="needs fontconfig to choose the letters")
@pytest.mark.parametrize("state", STATES)
def test_a_state_looks_as_it_was_accepted(plain: Browser, address: str, state: str) -> None:
    lines = visual.differences(state, visual.take(plain, address, state))
    assert not lines, visual.told(state, lines)


def test_every_picture_belongs_to_a_state() -> None:
    pictures = {file.stem for file in visual.ACCEPTED.glob("*.webp")}
    looks = [name for _, looks in visual.LOOKS for name, _ in looks]
    assert pictures == {f"{state}-{look}" for state in STATES for look in looks}
    assert sum(file.stat().st_size for file in visual.ACCEPTED.iterdir()) < 2_500_000
