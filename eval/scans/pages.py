"""Twenty scanned pages whose text is known: clean, tilted, noisy, in two columns, a table."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

DOTS = 200
"""Dots an inch of the scan."""

SIZE = 1654, 2339
"""A4 at ``DOTS``."""

MARGIN = 180
TILT = 2.0
"""Degrees."""

NOISE = 40.0
"""Standard deviation of the noise, of 255."""

FACES = ("DejaVuSans", "DejaVuSerif", "DejaVuSansMono", "DejaVuSerif-Italic")

Font = ImageFont.FreeTypeFont


@dataclass(frozen=True, slots=True)
class Page:
    """A page as a PDF of one picture, and the text that was drawn on it, in reading order."""

    kind: str
    data: bytes
    text: str


def pages() -> Iterator[Page]:
    """Yield four pages of each kind: each in another face, of another text."""
    for number, face in enumerate(FACES):
        font = _font(face, 32)
        words = _words(number)
        picture, text = _draw(words, font, columns=1)
        yield _page("clean", picture, text)
        tilt = TILT if number % 2 else -TILT
        yield _page("tilted", picture.rotate(tilt, Image.Resampling.BICUBIC, fillcolor=255), text)
        yield _page("noisy", _noisy(picture, number), text)
        yield _page("two columns", *_draw(words, _font(face, 27), columns=2))
        yield _page("table", *_table(number, font))


def _font(face: str, size: int) -> Font:
    import matplotlib

    return ImageFont.truetype(Path(matplotlib.get_data_path(), "fonts/ttf", f"{face}.ttf"), size)


def _words(number: int) -> list[str]:
    """Return some hundred words of an article of the project's own, from another place each."""
    texts = (
        files("rag") / "articles/openai-for-countries.md",
        files("eval") / "own/submarine-cables.md",
        files("eval") / "own/ever-given.md",
        files("eval") / "own/further/cheese-cave.md",
    )
    lines = texts[number].read_text(encoding="utf-8").splitlines()
    prose = [line for line in lines if line.strip().endswith((".", "”"))]
    return " ".join(prose).split()[:240]


def _draw(words: list[str], font: Font, columns: int) -> tuple[Image.Image, str]:
    """Return a page with these words set in columns, and those that found room."""
    picture = Image.new("L", SIZE, 255)
    draw = ImageDraw.Draw(picture)
    gutter = 80
    width = (SIZE[0] - 2 * MARGIN - (columns - 1) * gutter) / columns
    leading = round(1.4 * font.size)
    rest, drawn = list(words), []
    share = -(-len(words) // columns)
    for column in range(columns):
        own, rest = rest[:share], rest[share:]
        x, y = MARGIN + column * (width + gutter), MARGIN
        while own and y < SIZE[1] - MARGIN:
            line = _line(own, lambda said: font.getlength(said) <= width)
            draw.text((x, y), line, font=font, fill=0)
            drawn.append(line)
            y += leading
    return picture, " ".join(drawn)


def _line(words: list[str], fits: Callable[[str], bool]) -> str:
    """Take as many words as fit from the front, at least one, and return them."""
    line = words.pop(0)
    while words and fits(f"{line} {words[0]}"):
        line += f" {words.pop(0)}"
    return line


def _table(number: int, font: Font) -> tuple[Image.Image, str]:
    """Return a page with a table of made-up figures, in the form of a filing's."""
    chance = random.Random(number)
    picture = Image.new("L", SIZE, 255)
    draw = ImageDraw.Draw(picture)
    labels = "Products,Services,Cost of sales,Research,Operating income,Taxes,Net income".split(",")
    rows = [["", "2023", "2022", "Change"]]
    for label in labels * 3:
        values = [f"{chance.randint(1_000, 99_999):,}" for _ in range(2)]
        rows.append([label, *values, f"({chance.randint(1, 99)})%"])
    for place, row in enumerate(rows):
        y = MARGIN + round(1.7 * font.size) * place
        for cell, right in zip(row, (0, 850, 1150, SIZE[0] - MARGIN), strict=True):
            x = right - font.getlength(cell) if right else MARGIN
            draw.text((x, y), cell, font=font, fill=0)
    return picture, " ".join(" ".join(filter(None, row)) for row in rows)


def _noisy(picture: Image.Image, seed: int) -> Image.Image:
    """Return a picture as a bad copier makes it: blurred, grey, with noise on it."""
    blurred = np.asarray(picture.filter(ImageFilter.GaussianBlur(1.2)), dtype=np.float32)
    noise = np.random.default_rng(seed).normal(0.0, NOISE, blurred.shape)
    return Image.fromarray(np.clip(40 + 0.75 * blurred + noise, 0, 255).astype(np.uint8))


def _page(kind: str, picture: Image.Image, text: str) -> Page:
    data = io.BytesIO()
    picture.save(data, "PDF", resolution=DOTS)
    return Page(kind, data.getvalue(), text)
