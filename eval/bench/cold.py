"""Part ``cold``: from the start of a process to the answer; what it imports, how large it gets."""

from __future__ import annotations

import re
import socket
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.error import URLError

from eval.bench.charts import bar_chart
from eval.bench.child import ChildFailed, Run, each, interleaved, run, say, started
from eval.bench.compare import PEERS, PULLQUOTE, run_peer
from eval.bench.spread import Spread, figure, quotients, spread
from eval.bench.types import Floor, Part, Plan, Table
from index.cache import CACHE_VARIABLE
from rag.libraries import bundled_article

QUESTION = "How many projects does OpenAI aim for?"

HEAVY = ("torch", "transformers", "sentence_transformers")
"""What asking should not need."""

WATCHED = (
    *HEAVY,
    "openvino",
    "faiss",
    "numpy",
    "scipy",
    "sklearn",
    "pandas",
    "gradio",
    "matplotlib",
)

SERVER_PATIENCE = 60
"""Seconds in which the page has to answer."""

IMPORT = "import time; t = time.perf_counter(); import rag; print(time.perf_counter() - t)"


def measure(plan: Plan) -> Part:
    """Ask the bundled article with the command, and with each peer, from nothing."""
    with TemporaryDirectory(dir=plan.scratch) as folder:
        home = environment(Path(folder))
        say("cold, with an empty cache")
        first = run(ask_command(), environment=home)
        found = _first_answers(plan, home)
        imported = _imported(home)
        imports = [float(run([sys.executable, "-c", IMPORT]).output) for _ in range(plan.rounds)]
        say("cold: the page's server")
        served = [_serve(home) for _ in range(plan.rounds)]
    seconds = each(found, lambda run: run.seconds)
    peaks = each(found, lambda run: run.peak_mb)
    peers = {name: runs for name, runs in found.items() if name != PULLQUOTE.name}
    bare = each(peers, lambda run: run.seconds - float(run.fact("add")["seconds"]))
    fastest = min(bare, key=lambda name: median(bare[name]))
    faster = quotients(bare[fastest], seconds[PULLQUOTE.name])
    figures = {
        "seconds": seconds,
        "without_adding": bare,
        "peak_mb": peaks,
        "empty_cache": first.seconds,
        "imported": imported,
        "import_rag": imports,
        "server": served,
    }
    tables = (
        _answers_table(first, seconds, bare, peaks),
        _rest_table(imported, spread(imports), spread(served)),
    )
    floors = _floors(found[PULLQUOTE.name], imported, faster, spread(imports), spread(served))
    chart = bar_chart(
        {name: median(all_) for name, all_ in seconds.items()},
        "seconds from nothing to the first answer",
        PULLQUOTE.name,
    )
    return Part("cold", tables, floors, figures, {"cold.svg": chart})


def ask_command() -> list[str]:
    """Return the command that asks the bundled article."""
    return [*command(), "ask", QUESTION]


def command() -> list[str]:
    """Return ``pullquote`` of this environment; the module, where it is not installed."""
    installed = Path(sys.executable).with_name("pullquote")
    return [str(installed)] if installed.exists() else [sys.executable, "-m", "ui.cli.main"]


def environment(folder: Path) -> dict[str, str]:
    """Return variables that keep the user's own library, cache and settings out of it."""
    home = str(folder)
    mine = {"HOME": home, "XDG_DATA_HOME": home, CACHE_VARIABLE: str(folder / "cache")}
    return {**mine, "PULLQUOTE_LIBRARY": "", "PULLQUOTE_EMBEDDER": ""}


def _first_answers(plan: Plan, home: Mapping[str, str]) -> dict[str, list[Run]]:
    """Run the command and the peers in turns; these read, embed and ask the same paragraphs."""
    paragraphs = bundled_article().read_text(encoding="utf-8").split("\n\n")
    texts = {f"0:{number}": text for number, text in enumerate(paragraphs) if text.strip()}
    systems: dict[str, Callable[[], Run]] = {
        PULLQUOTE.name: partial(run, ask_command(), environment=home)
    }
    systems |= {peer.name: partial(run_peer, peer, plan, texts, [QUESTION]) for peer in PEERS}
    for measure_once in systems.values():
        measure_once()  # so that all files are in memory, for all alike
    return interleaved("cold", plan.rounds, systems)


def _imported(home: Mapping[str, str]) -> list[str]:
    """Return which of ``WATCHED`` the command imports."""
    program = f"import sys; from ui.cli.main import main; main({ask_command()[-2:]!r})"
    program += f"; print([name for name in {WATCHED!r} if name in sys.modules])"
    last = run([sys.executable, "-c", program], environment=home).output.splitlines()[-1]
    return re.findall(r"\w+", last)


def _serve(home: Mapping[str, str]) -> float:
    """Return the seconds from the start of ``pullquote chat`` to its page.

    Raises:
        ChildFailed: there is no page.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    start = time.perf_counter()
    with started([*command(), "chat", "--no-browser", "--port", str(port)], home) as process:
        while time.perf_counter() - start < SERVER_PATIENCE and process.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as page:
                    page.read()
                    return time.perf_counter() - start
            except (URLError, ConnectionError, TimeoutError):
                time.sleep(0.02)
    raise ChildFailed(f"pullquote chat showed no page within {SERVER_PATIENCE} s")


def _answers_table(
    first: Run,
    seconds: Mapping[str, Sequence[float]],
    bare: Mapping[str, Sequence[float]],
    peaks: Mapping[str, Sequence[float]],
) -> Table:
    ours = seconds[PULLQUOTE.name]
    rows = [
        (
            name,
            str(spread(times)),
            str(spread(bare.get(name, times))),
            str(quotients(bare.get(name, times), ours)),
            str(spread(peaks[name])),
        )
        for name, times in seconds.items()
    ]
    cells = (figure(first.seconds), "", "", figure(first.peak_mb))
    rows.insert(1, ("Pullquote, the very first time", *cells))
    return Table(
        "First answer on the bundled article, from the start of the process",
        ("", "seconds", "without adding", "times Pullquote", "peak memory, MB"),
        tuple(rows),
        (
            "Pullquote keeps what it indexed the first time; the others embed the article each "
            "time, so the multiple is of their import, load and answer alone.",
        ),
    )


def _rest_table(imported: Sequence[str], imports: Spread, served: Spread) -> Table:
    rows = (
        ("import rag, s", str(imports)),
        ("page's server up, s", str(served)),
        ("imported by asking", ", ".join(imported)),
    )
    return Table("Cold start", ("", ""), rows, words=True)


def _floors(
    ours: Sequence[Run], imported: Sequence[str], faster: Spread, imports: Spread, served: Spread
) -> tuple[Floor, ...]:
    heavy = [name for name in HEAVY if name in imported]
    return (
        Floor("cold: seconds to the first answer", median(r.seconds for r in ours), 0.8),
        Floor("cold: fastest peer's seconds over ours", faster.median, 6.0, True),
        Floor("cold: peak memory of asking, MB", max(r.peak_mb for r in ours), 300.0),
        Floor(f"cold: imports of {', '.join(HEAVY)}", len(heavy), 0),
        Floor("cold: import rag, s", imports.median, 0.1),
        Floor("cold: page's server up, s", served.median, 4.0),
    )
