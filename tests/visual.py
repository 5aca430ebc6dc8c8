"""How the page looks in its states, in light, in dark and on a phone, beside pictures of before.

``python tests/visual.py`` compares all of them, ``python tests/visual.py list pdf`` two states.
What differs is written to ``visual-report/``: as it is now, and with what has changed in red. If it
is meant to look so, ``--accept`` takes new pictures into ``tests/looks/``. Look at them.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import browsing
import letters
from pictures import MOST, compare
from PIL import Image
from states import STATES, Standing, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[1]
ACCEPTED = ROOT / "tests" / "looks"
REPORT = ROOT / "visual-report"

DESKTOP: Mapping[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: Mapping[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
}
LOOKS: tuple[tuple[Mapping[str, Any], tuple[tuple[str, str], ...]], ...] = (
    (DESKTOP, (("light", "light"), ("dark", "dark"))),
    (PHONE, (("phone", "light"),)),
)
"""Each visit, and what is photographed of it: its name and its colours."""

# Where the conversation is after an answer, whatever was drawn since.
AT_THE_END = """() => {
  const log = document.querySelector('#chat [role="log"]');
  if (log) log.scrollTop = log.scrollHeight;
}"""
MOST_TRIES = 50


@contextmanager
def plain_browser(browser: Browser, folder: Path) -> Iterator[Browser]:
    """Start another browser beside one: it draws the same letters on every machine."""
    opened = browser.browser_type.launch(
        executable_path=shutil.which("chromium"),
        args=[*browsing.OPTIONS, *letters.OPTIONS],
        env={**os.environ, **letters.environment(folder)},
    )
    yield opened
    opened.close()


def take(browser: Browser, address: str, state: str) -> dict[str, Image.Image]:
    """Photograph one state; returns its pictures by the names of their looks."""
    taken: dict[str, Image.Image] = {}
    for device, looks in LOOKS:
        given = {**device, "timezone_id": "UTC", "device_scale_factor": 1}
        with browsing.visitor(browser, address, **given) as page:
            STATES[state](page)
            page.mouse.move(1, 1)
            for look, scheme in looks:
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
                taken[look] = _settled(page)
            _told_of_no_other_day(page)
    return taken


def _settled(page: Page) -> Image.Image:
    """Photograph until two pictures in a row are one."""
    before = b""
    for _ in range(MOST_TRIES):
        page.evaluate(AT_THE_END)
        now = page.screenshot(animations="disabled", caret="hide")
        if now == before:
            return Image.open(io.BytesIO(now)).convert("RGB")
        before = now
        page.wait_for_timeout(100)
    raise AssertionError("the page does not come to rest")


def _told_of_no_other_day(page: Page) -> None:
    year = str(date.today().year)
    assert year == str(Standing.now().year) or year not in page.locator("body").inner_text(), (
        f"the page shows {year}: a picture of it would differ tomorrow"
    )


def differences(state: str, taken: Mapping[str, Image.Image]) -> list[str]:
    """Return a line for each picture that differs from the accepted one; writes the report."""
    lines = []
    for look, actual in taken.items():
        name = f"{state}-{look}"
        for part in ("now", "changed"):
            (REPORT / f"{name}-{part}.png").unlink(missing_ok=True)
        file = ACCEPTED / f"{name}.webp"
        if not file.exists():
            lines.append(f"{name}: nothing to compare it with")
            continue
        with Image.open(file) as expected:
            found = compare(actual, expected)
        if found.is_seen:
            REPORT.mkdir(exist_ok=True)
            actual.save(REPORT / f"{name}-now.png")
            found.drawn.save(REPORT / f"{name}-changed.png")
            lines.append(f"{name}: {found.share:.2%} of its pixels differ, at most {MOST:.2%} may")
    return lines


def told(state: str, lines: list[str]) -> str:
    """Return what is to be read of a state that looks otherwise than it was accepted."""
    return "\n".join(
        [
            *lines,
            f"Look at {REPORT.name}/{state}-*. If it is meant to look so, then",
            f"python tests/visual.py --accept {state}",
        ]
    )


def accept(state: str, taken: Mapping[str, Image.Image]) -> None:
    """Keep pictures as what is to be seen; one that looks as before stays as it is."""
    ACCEPTED.mkdir(exist_ok=True)
    for look, actual in taken.items():
        file = ACCEPTED / f"{state}-{look}.webp"
        if file.exists():
            with Image.open(file) as expected:
                if not compare(actual, expected).is_seen:
                    continue
        actual.save(file, lossless=True, quality=60, method=2)
        sys.stderr.write(f"{file.relative_to(ROOT)}\n")


def _run(states: Collection[str], *, accepting: bool) -> int:
    wrong = 0
    with tempfile.TemporaryDirectory() as name, browsing.open_browser() as started:
        folder = Path(name)
        os.environ.update(XDG_DATA_HOME=f"{folder}/data", PULLQUOTE_CACHE=f"{folder}/cache")
        with served(folder) as address, plain_browser(started, folder) as browser:
            for state in states:
                taken = take(browser, address, state)
                if accepting:
                    accept(state, taken)
                elif lines := differences(state, taken):
                    sys.stderr.write(told(state, lines) + "\n")
                    wrong = 1
    return wrong


def main() -> int:
    """Compare, or accept, the states that are named; all if none is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accept", action="store_true", help="take new pictures")
    parser.add_argument("states", nargs="*", help=", ".join(STATES))
    given = parser.parse_args()
    if unknown := [each for each in given.states if each not in STATES]:
        parser.error(f"no state is called {', '.join(unknown)}")
    if given.accept and not given.states:
        for file in ACCEPTED.glob("*.webp"):
            if file.stem.rpartition("-")[0] not in STATES:
                file.unlink()
    return _run(given.states or list(STATES), accepting=given.accept)


if __name__ == "__main__":
    sys.exit(main())
