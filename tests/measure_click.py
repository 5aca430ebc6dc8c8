"""From a click on a chip to the focused mark, in ms: ``python tests/measure_click.py``."""

from __future__ import annotations

import statistics
import sys
import tempfile

from browsing import CHIP, answers, ask, finished, open_browser, serving, visitor
from tiny import TinyEmbedder

from index import Library

ROUNDS = 20

CLICK = """(chip) => new Promise((done) => {
  const start = performance.now();
  const source = () => document.querySelector('#viewer article')?.dataset.cite;
  const there = () => source() === chip.getAttribute('href')
    && document.activeElement?.matches('#viewer mark');
  const look = () => there()
    ? requestAnimationFrame(() => done(performance.now() - start)) : setTimeout(look, 1);
  chip.click();
  look();
})"""

ASK = """() => new Promise((done) => {
  const rows = document.querySelectorAll('#chat .bot-row').length;
  const start = performance.now();
  const look = () => document.querySelectorAll('#chat .bot-row').length > rows
    ? requestAnimationFrame(() => done(performance.now() - start)) : setTimeout(look, 1);
  document.querySelector('#box button').click();
  look();
})"""


def text_of(characters: int) -> str:
    """A text of about so many characters, with one sentence to be found in its middle."""
    lines = [f"Village {n} has {n + 7} wells and one mayor." for n in range(characters // 42)]
    lines = [" ".join(lines[first : first + 8]) for first in range(0, len(lines), 8)]
    lines[len(lines) // 2] = "The windmill of the heath was built by Johanna in spring."
    return "\n\n".join(lines)


def main() -> None:
    """Print the median and the longest of ``ROUNDS`` clicks for articles of three sizes."""
    with open_browser() as browser:
        for characters in (8_000, 280_000, 1_000_000):
            with (
                tempfile.TemporaryDirectory() as folder,
                Library.open(f"{folder}/library", embedder=TinyEmbedder()) as library,
            ):
                library.add_text(text_of(characters), title="Wells")
                library.add_text("The old bell was cast in Ghent.", title="Bell")
                with serving(library) as address, visitor(browser, address) as page:
                    ask(page, "Who built the windmill of the heath?")
                    ask(page, "Where was the bell cast?")
                    times = []
                    for _ in range(ROUNDS):
                        times.append(page.locator(CHIP).first.evaluate(CLICK))
                        page.locator(CHIP).last.evaluate(CLICK)
                    before = answers(page)
                    page.fill("#box textarea", "Who built the windmill?")
                    sign = page.evaluate(ASK)
                    finished(page, before)
                    line = f"{characters:>9,} characters: median {statistics.median(times):.0f} ms"
                    sys.stdout.write(f"{line}, longest {max(times):.0f} ms")
                    sys.stdout.write(f"; first sign of an answer after {sign:.0f} ms\n")


if __name__ == "__main__":
    main()
