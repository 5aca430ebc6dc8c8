"""Ten seconds of the page as a GIF: a question, its answer, a chip, the words in the source.

Frames are taken where something has happened, never by the clock, so that a slow machine makes the
same film. ``tests/screenshots.py`` runs it.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from browsing import ANSWER, CHIP, finished, ready
from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

QUESTION = "How many projects does OpenAI aim for?"
SIZE = {"width": 1200, "height": 720}
SHOWN = (960, 576)
COLOURS = 128
MOST_BYTES = 1_500_000

# A screenshot has no pointer: this one is drawn, and moved along.
POINTER = """([x, y]) => {
  let pointer = document.getElementById('film-pointer');
  if (!pointer) {
    pointer = document.createElement('div');
    pointer.id = 'film-pointer';
    pointer.style.cssText = 'position:fixed;z-index:99999;width:22px;height:22px;'
      + 'border-radius:50%;pointer-events:none;background:#1a73e855;border:2px solid #1a73e8;'
      + 'transform:translate(-50%,-50%)';
    document.body.append(pointer);
  }
  pointer.style.left = `${x}px`;
  pointer.style.top = `${y}px`;
}"""


class Film:
    """Frames, each with the milliseconds for which it is shown."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.frames: list[Image.Image] = []
        self.durations: list[int] = []

    def show(self, milliseconds: int) -> None:
        """Take what is on the page now."""
        taken = Image.open(io.BytesIO(self.page.screenshot()))
        self.frames.append(taken.convert("RGB").resize(SHOWN, Image.Resampling.LANCZOS))
        self.durations.append(milliseconds)

    def save(self, file: Path) -> None:
        """Write the film, all frames in the colours that they have in common."""
        few = [self.frames[0], *self.frames[-4:]]  # the page, the pointer, the source
        strip = Image.new("RGB", (SHOWN[0], SHOWN[1] * len(few)))
        for place, frame in enumerate(few):
            strip.paste(frame, (0, place * SHOWN[1]))
        colours = strip.quantize(COLOURS)
        drawn = [each.quantize(palette=colours, dither=Image.Dither.NONE) for each in self.frames]
        drawn[0].save(file, save_all=True, append_images=drawn[1:], duration=self.durations, loop=0)


def shoot(browser: Browser, address: str, file: Path) -> None:
    """Take the film as a new visitor, and write it.

    Raises:
        SystemExit: it has become larger than a README's picture should be.
    """
    context = browser.new_context(locale="en-US", viewport=SIZE, reduced_motion="reduce")  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.goto(address)
    ready(page)
    page.wait_for_timeout(500)
    film = Film(page)
    _play(film)
    film.save(file)
    context.close()
    if file.stat().st_size > MOST_BYTES:
        raise SystemExit(f"{file} has {file.stat().st_size} bytes, at most {MOST_BYTES}")


def _play(film: Film) -> None:
    page = film.page
    film.show(1000)
    page.locator("#box textarea").click()
    for start in range(0, len(QUESTION), 3):
        page.keyboard.type(QUESTION[start : start + 3])
        film.show(100)
    film.show(500)
    before = int(page.evaluate("Number(document.body.dataset.answers ?? 0)"))
    page.keyboard.press("Enter")
    page.locator("#chat .user-row").first.wait_for()
    film.show(400)
    finished(page, before)
    page.locator(ANSWER).first.wait_for()
    page.wait_for_timeout(500)
    film.show(2000)
    _point_at(film, CHIP)
    page.locator(CHIP).first.click()
    page.locator("#viewer mark").first.wait_for()
    page.wait_for_timeout(500)
    film.show(3500)


def _point_at(film: Film, selector: str) -> None:
    """Move the drawn pointer from the middle of the page to what is clicked next."""
    box = film.page.locator(selector).first.bounding_box()
    assert box, selector
    begin = (SIZE["width"] * 0.45, SIZE["height"] * 0.75)
    end = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for step in range(1, 9):
        part = step / 8
        part = part * part * (3 - 2 * part)
        film.page.evaluate(POINTER, [a + (b - a) * part for a, b in zip(begin, end, strict=True)])
        film.show(90)
    film.show(300)
