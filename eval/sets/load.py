"""A path → a ``QuestionSet``. The format is told from the content, not from the name."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import rag
from eval.sets.beir import load_beir
from eval.sets.clapnq import load_clapnq
from eval.sets.lines import read_lines
from eval.sets.mtrag import load_mtrag
from eval.sets.own import load_own
from eval.sets.settle import settle
from eval.sets.squad import load_squad
from eval.types import QuestionSet
from index.errors import InputError

OWN = Path(__file__).parents[1] / "own"
"""The set that comes with the project."""

BUNDLED = Path(str(rag.__path__[0])) / "articles"
"""The article that the product opens with."""

FORMATS = "our JSONL, SQuAD JSON, a BEIR folder, CLAPnq JSONL or MTRAG JSONL"


def own_set() -> QuestionSet:
    """Return the set that comes with the project.

    Raises:
        InputError: the installation is damaged.
    """
    paths = [*sorted(BUNDLED.glob("*.md")), *sorted(OWN.glob("*.md"))]
    return replace(load_set(OWN / "questions.jsonl", paths), name="own")


def load_set(path: Path, articles: Sequence[Path] = ()) -> QuestionSet:
    """Load the question set at ``path``, a file or a folder.

    Args:
        path: where the set is.
        articles: the files that a set in our own format is asked of; those beside it if not given.

    Raises:
        InputError: nothing is there, it has no known format, or it is malformed.
    """
    if not path.exists():
        raise InputError(f"{path} does not exist: give {FORMATS}")
    found = _load_folder(path, articles) if path.is_dir() else _load_file(path, articles)
    twice = [key for key, count in Counter(q.id for q in found.questions).items() if count > 1]
    if twice:
        raise InputError(f"{path}: the id {twice[0]!r} is used twice: every question needs its own")
    if not found.questions:
        raise InputError(f"{path} has no question")
    return settle(found)


def select(
    questions: QuestionSet, split: str | None, limit: int | None = None, seed: int = 0
) -> QuestionSet:
    """Return the set with the questions of ``split``, of these at most ``limit`` at random.

    ``split`` None is ``"test"`` where the set has such questions, else ``"all"``.

    Raises:
        InputError: the set has no question of that split.
    """
    splits = {question.split for question in questions.questions}
    wanted = split or ("test" if "test" in splits else "all")
    chosen = [q for q in questions.questions if wanted in ("all", q.split)]
    if not chosen:
        known = ", ".join(sorted(filter(None, splits))) or "none"
        raise InputError(f"{questions.name} has no questions of split {wanted!r} (known: {known})")
    if limit is not None and limit < len(chosen):
        places = sorted(random.Random(seed).sample(range(len(chosen)), limit))
        chosen = [chosen[place] for place in places]
    return replace(questions, questions=tuple(chosen))


def _load_folder(folder: Path, articles: Sequence[Path]) -> QuestionSet:
    if (folder / "corpus.jsonl").exists():
        _refuse(articles, folder)
        return load_beir(folder)
    files = sorted(folder.glob("*.jsonl"))
    if files and all(_is_clapnq(file) for file in files):
        _refuse(articles, folder)
        return load_clapnq(files, folder.name)
    if len(files) == 1:
        return _load_file(files[0], articles)
    raise InputError(f"{folder} is not a question set: give {FORMATS}")


def _load_file(file: Path, articles: Sequence[Path]) -> QuestionSet:
    if file.suffix != ".jsonl" and _opens_like_squad(file):
        _refuse(articles, file)
        return load_squad(file)
    keys = _first_keys(file)
    if {"question", "id"} <= keys:
        return load_own(file, articles or _beside(file))
    _refuse(articles, file)
    if {"passages", "output"} <= keys:
        return load_clapnq([file], file.stem)
    if {"contexts", "answerability"} <= keys:
        return load_mtrag(file)
    raise InputError(f"{file} is not a question set: give {FORMATS}")


def _beside(file: Path) -> list[Path]:
    """Return the article files in the folder of a question file."""
    found = [p for p in sorted(file.parent.iterdir()) if p.suffix in {".md", ".txt"}]
    if not found:
        raise InputError(f"{file} has no articles beside it: name them with --articles")
    return found


def _refuse(articles: Sequence[Path], path: Path) -> None:
    if articles:
        raise InputError(f"{path} brings its own articles: --articles goes with our JSONL only")


def _opens_like_squad(file: Path) -> bool:
    with file.open(encoding="utf-8", errors="replace") as opened:
        head = opened.read(100_000)
    return '"data"' in head and '"paragraphs"' in head


def _first_keys(file: Path) -> set[str]:
    return next((set(record) for _, record in read_lines(file)), set())


def _is_clapnq(file: Path) -> bool:
    return {"passages", "output"} <= _first_keys(file)
