"""The benchmark's arithmetic by hand, its tables, and its processes on something small."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

import pytest

from eval.bench import compare, growth
from eval.bench.__main__ import main
from eval.bench.charts import bar_chart, growth_chart, scatter_chart
from eval.bench.child import ChildFailed, Run, interleaved, run
from eval.bench.report import to_json, to_markdown, verdicts
from eval.bench.spread import exponent, figure, quotients, spread
from eval.bench.types import Floor, Part, Table
from eval.sets.load import load_set

WORDS = """
from collections.abc import Mapping

print("what a library says is no fact")

class System:
    def __init__(self, model: str, *, hybrid: bool) -> None:
        self.least = 2 if hybrid else 1

    def add(self, texts: Mapping[str, str]) -> None:
        self.texts = texts

    def ask(self, question: str) -> list[str]:
        shared = {n: len({*t.split()} & {*question.split()}) for n, t in self.texts.items()}
        return sorted((n for n in shared if shared[n] >= self.least), key=lambda n: -shared[n])
"""

LARGE = """
import json, sys
from pathlib import Path
sizes = [int(word) for word in sys.argv[sys.argv.index("--sizes") + 1:]]
names = ("add_s", "open_s", "ask_p50_ms", "ask_p95_ms", "rss_mb", "disk_mb")
right = {"hit10": 0.9, "exact_hit10": 0.9}
rows = [{"size": size, **dict.fromkeys(names, size / 1000), **right} for size in sizes]
Path(sys.argv[sys.argv.index("--out") + 1], "large.json").write_text(json.dumps(rows))
"""


@pytest.fixture
def squad(tmp_path: Path) -> Path:
    """Two articles of two paragraphs, a question on each."""
    facts = {
        "Bridges": [
            ("The bridge cost 12 million euros.", "12 million", "What did the bridge cost?"),
            ("A ferry crossed the river before.", "ferry", "What crossed the river before it?"),
        ],
        "Bread": [
            ("Bread is made of flour and water.", "flour", "What is bread made of?"),
            ("The baker rises at three.", "three", "When does the baker rise?"),
        ],
    }
    data = [
        {"title": title, "paragraphs": [_paragraph(*fact) for fact in of]}
        for title, of in facts.items()
    ]
    path = tmp_path / "set.json"
    path.write_text(json.dumps({"version": "1.1", "data": data}), encoding="utf-8")
    return path


def _paragraph(text: str, answer: str, question: str) -> dict[str, object]:
    answers = [{"text": answer, "answer_start": text.index(answer)}]
    return {"context": text, "qas": [{"id": question, "question": question, "answers": answers}]}


def test_a_spread_is_the_median_and_the_range() -> None:
    found = spread([3.0, 1.0, 2.0, 10.0])
    assert (found.median, found.low, found.high, found.count) == (2.5, 1.0, 10.0, 4)
    assert str(found) == "2.50 (1.00–10.0)"
    assert str(spread([3.0])) == "3.00"


def test_nothing_measured_has_no_spread() -> None:
    with pytest.raises(ValueError, match="nothing"):
        spread([])


def test_quotients_are_of_the_same_round() -> None:
    # Of the medians it would be 20 / 2 = 10, too; of the rounds it is never anything else.
    found = quotients([10.0, 20.0, 600.0], [1.0, 2.0, 60.0])
    assert (found.low, found.median, found.high) == (10.0, 10.0, 10.0)


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0, 2.0])
def test_the_exponent_of_a_power_is_the_power(power: float) -> None:
    sizes = [1_000, 10_000, 100_000]
    assert exponent(sizes, [7 * size**power for size in sizes]) == pytest.approx(power)


def test_one_size_has_no_exponent() -> None:
    assert math.isnan(exponent([1000], [5.0]))
    assert math.isnan(exponent([1000, 10_000], [5.0, 0.0]))
    assert figure(math.nan) == "–"


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1234.5, "1,234"), (99.96, "100"), (56.78, "56.8"), (9.996, "10.0"), (0.12345, "0.123")],
)
def test_three_digits_are_shown(value: float, shown: str) -> None:
    assert figure(value) == shown


def test_measuring_goes_in_turns() -> None:
    order: list[str] = []
    systems = {name: lambda name=name: order.append(name) or len(order) for name in "AB"}
    assert interleaved("x", 3, systems) == {"A": [1, 3, 5], "B": [2, 4, 6]}
    assert order == ["A", "B", "A", "B", "A", "B"]


def test_a_floor_is_reached_at_its_edge() -> None:
    assert Floor("speed", 3.0, 3.0, at_least=True).reached
    assert not Floor("speed", 2.9, 3.0, at_least=True).reached
    assert Floor("seconds", 0.8, 0.8).reached
    assert not Floor("seconds", 0.9, 0.8).reached
    assert not Floor("seconds", math.nan, 0.8).reached


def test_a_floor_that_is_nearly_reached_looks_like_it() -> None:
    (table,) = verdicts([Part("embedding", floors=(Floor("cosine", 0.9998, 0.9999, True),))])
    assert table.rows == (("cosine", "0.9998", "≥ 0.9999", "not reached"),)


def test_the_report_has_every_table_floor_and_failure() -> None:
    table = Table("Peers | all", ("", "ms"), (("a_b", "1.00"),), ("A note.",))
    floors = (Floor("ask, ms", 60.0, 50.0), Floor("speed", math.nan, 3.0, at_least=True))
    parts = [Part("peers", (table,), floors, {"ms": [1.0]}, {"peers.svg": "<svg/>"})]
    parts.append(Part("large", failed="no room"))
    machine = Table("Machine", ("", ""), (("cores", "2"),))
    text = to_markdown(machine, parts)
    assert "## Peers \\| all\n\n|  | ms |\n| --- | ---: |\n| a\\_b | 1.00 |\n\nA note." in text
    assert "| ask, ms | 60.0 | ≤ 50 | not reached |" in text
    assert "| speed | – | ≥ 3 | not reached |" in text
    assert "| large | no room |" in text
    assert "![peers.svg](peers.svg)" in text
    found = json.loads(json.dumps(to_json(machine, parts), allow_nan=False))
    assert found["floors"][1] == {"what": "speed", "found": None, "wanted": 3.0, "reached": False}
    assert found["parts"] == {"peers": {"ms": [1.0]}}
    assert found["not measured"] == {"large": "no room"}
    assert [table.title for table in verdicts(parts)] == ["Floors", "Not measured"]
    assert verdicts([Part("peers", (table,))]) == []


def test_large_libraries_are_drawn_with_their_exponents(
    squad: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "large.py").write_text(LARGE, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(growth, "MODULE", "large")
    given = ["--peers", sys.executable, "--set", str(squad), "--out", str(tmp_path / "out")]
    assert main([*given, "--parts", "large"]) == 0
    printed = capsys.readouterr().out
    assert "hit@10 lost to exact search at 100,000" in printed
    assert "not reached" in printed  # 100 s to open
    assert "ask p95: exponent 1.00" in (tmp_path / "out" / "large-ask.svg").read_text()


def test_large_libraries_show_their_exponents() -> None:
    names = ("add_s", "open_s", "ask_p50_ms", "ask_p95_ms", "rss_mb", "disk_mb")
    rows = [
        {"size": size, **dict.fromkeys(names, size / 100), "hit10": 0.9, "exact_hit10": 0.95}
        for size in (1000, 10_000)
    ]
    table = growth.to_table(rows)
    assert table.rows[0] == ("1,000", *["10.0"] * 6, "0.900", "0.950")
    assert table.rows[-1] == ("exponent", *["1.00"] * 6, "", "")


def test_charts_stand_alone() -> None:
    charts = [
        growth_chart([10, 100], {"p50": [1, 2], "p95": [2, 4]}, "ms"),
        scatter_chart({"Pullquote": (5, 0.9), "other": (9, 0.6)}, "ms", "hit@1", "Pullquote"),
        bar_chart({"Pullquote": 0.5, "other": 5.0}, "seconds", "Pullquote"),
    ]
    for chart in charts:
        assert chart.startswith("<svg") and chart.rstrip().endswith("</svg>")
        assert "--one:#" in chart and "xmlns=" in chart.split(">")[0]


def test_a_process_is_measured_from_outside() -> None:
    hundred = 'import time; x = b\'1\' * 10**8; time.sleep(0.2); print(\'{"fact": "a", "n": 1}\')'
    found = run([sys.executable, "-c", hundred])
    assert found.seconds > 0.2
    assert 100 < found.peak_mb < 200
    assert found.fact("a")["n"] == 1


def test_a_process_that_fails_says_why() -> None:
    with pytest.raises(ChildFailed, match="ValueError: no model"):
        run([sys.executable, "-c", "raise ValueError('no model')"])


def test_gold_is_the_paragraph_that_holds_the_answer(squad: Path) -> None:
    questions = load_set(squad)
    assert list(compare.texts_of(questions)) == ["0:0", "0:1", "1:0", "1:1"]
    golds = [compare.gold_of(question, questions) for question in questions.questions]
    assert golds == [{"0:0": 1}, {"0:1": 1}, {"1:0": 1}, {"1:1": 1}]


def test_figures_are_of_what_a_system_said() -> None:
    facts: list[dict[str, object]] = [
        {"fact": "import", "seconds": 2.0},
        {"fact": "load", "seconds": 1.0},
        {"fact": "add", "seconds": 4.0},
        {"fact": "ask", "ms": 10.0, "ranked": ["a", "b"]},
        {"fact": "ask", "ms": 20.0, "ranked": ["a", "b"]},
        {"fact": "ask", "ms": 30.0, "ranked": []},
    ]
    said = Run(9.0, 500.0, "\n".join(map(json.dumps, facts)))
    found = compare.figures_of(said, 100, [{"a": 1}, {"b": 1}, {"a": 1}])
    assert found["ready"] == 3.0
    assert found["paragraphs_per_second"] == 25.0
    assert found["p50"] == 20.0
    assert found["hit@1"] == pytest.approx(1 / 3)
    assert found["hit@5"] == pytest.approx(2 / 3)
    assert found["mrr@10"] == pytest.approx((1 + 1 / 2) / 3)


def test_any_file_with_a_system_is_measured(tmp_path: Path) -> None:
    file = tmp_path / "numpy.py"  # called like a package, and still itself
    file.write_text(WORDS, encoding="utf-8")
    job = tmp_path / "job.json"
    texts = {"a": "the red fox", "b": "the red car", "c": "a blue car"}
    asked = {"model": "", "hybrid": True, "texts": texts, "questions": ["the red car", "fox"]}
    job.write_text(json.dumps(asked), encoding="utf-8")
    measure = Path(compare.__file__).with_name("peers") / "measure.py"
    found = run([sys.executable, "-P", measure, file, job])
    assert [fact["fact"] for fact in found.facts] == ["import", "load", "add", "ask", "ask"]
    assert [ask["ranked"] for ask in found.every("ask")] == [["b", "a"], []]


def test_a_small_run_prints_and_writes_its_report(
    squad: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(compare, "PEERS", ())
    out = tmp_path / "out"
    given = ["--peers", sys.executable, "--set", str(squad), "--rounds", "1", "--out", str(out)]
    assert main([*given, "--parts", "embedding", "peers"]) == 0
    printed = capsys.readouterr().out
    assert "Embedding: 4 paragraphs, 4 questions" in printed
    assert "Peers: 4 paragraphs, 4 questions" in printed
    assert {path.name for path in out.iterdir()} == {"results.json", "report.md", "peers.svg"}
    found = json.loads((out / "results.json").read_text(encoding="utf-8"))
    assert found["parts"]["embedding"]["lowest_cosine"] > 0.999
    assert found["parts"]["peers"]["rounds"]["Pullquote"][0]["hit@1"] == 1.0
    assert found["not measured"] == {}


def test_what_cannot_be_measured_is_named_and_the_rest_is(
    squad: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(growth, "MODULE", "eval.bench.nothing_of_this_name")
    given = ["--peers", sys.executable, "--set", str(squad), "--out", str(tmp_path / "out")]
    assert main([*given, "--parts", "large"]) == 1
    assert "large  python -m eval.bench.nothing_of_this_name" in capsys.readouterr().out


def test_a_missing_set_is_named_with_the_cure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--peers", sys.executable, "--benchmarks", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert f"{tmp_path}/squad/dev-v1.1.json is missing" in error and "BENCHMARKS=folder" in error
