"""Whether the articles that a question names are told, and nothing is narrowed where none is.

``python -m eval.lists.naming`` asks the questions of ``own/named.jsonl`` of a library of all our
own articles, some of which get an author, a date and an address there; then the project's own
questions and, with ``--set``, a published set, none of which names an article. Exit code 1 if the
floor or the ceiling is not held.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from eval.lists.items import OWN, articles
from eval.sets.lines import Record, read_lines
from eval.sets.load import load_set, own_set
from index.library import Library
from rag.question.named import find_named

OVERVIEWS = OWN / "overviews"

FLOOR = 0.85
"""The share of questions that name articles of which exactly these are told."""

CEILING = 0.01
"""The largest share of questions that name none and are narrowed all the same."""

LIMIT = 500
"""How many questions of a published set are asked, spread over all of it."""


def shelve(library: Library, records: Sequence[Record]) -> dict[str, str]:
    """Add all our own articles, with what the records say of them; return their ids by name."""
    files = articles() | {file.stem: file for file in sorted(OVERVIEWS.glob("*.md"))}
    told = {record["article"]: record for record in records if "article" in record}
    ids = {}
    for name, file in files.items():
        more = told.get(name)
        if not more:
            ids[name] = library.add(file).id
            continue
        head = f"---\nauthor: {more['author']}\ndate: {more['date']}\n---\n\n"
        text = head + file.read_text(encoding="utf-8")
        ids[name] = library.add_text(text, source=more["source"]).id
    return ids


def measure(library: Library, records: Sequence[Record], ids: dict[str, str]) -> list[str]:
    """Return the complaints about questions: other articles are told than those that are named."""
    names = {id_: name for name, id_ in ids.items()}
    found = []
    for record in records:
        named = find_named(record["question"], library, None)
        told = sorted(names[each] for each in named.within or ())
        if told != sorted(record["named"]):
            found.append(f"{record['question']}: {told} for {record['named']}")
    return found


def narrowed(library: Library, texts: Sequence[str]) -> list[str]:
    """Return those of questions that name no article and are narrowed all the same."""
    found = [(text, find_named(text, library, None)) for text in texts]
    return [f"{text}: {named.titles}" for text, named in found if named.within is not None]


def main(argv: Sequence[str] | None = None) -> int:
    """Print the shares with what is wrong; 1 if the floor or the ceiling is not held."""
    parser = argparse.ArgumentParser(prog="python -m eval.lists.naming", description=__doc__)
    parser.add_argument("--split", choices=("test", "calibration"), default="test")
    parser.add_argument("--set", type=Path, metavar="PATH", help="a set that names no articles")
    given = parser.parse_args(argv)
    records = [record for _, record in read_lines(OWN / "named.jsonl")]
    asked = [each for each in records if each.get("split") == given.split]
    naming = [each for each in asked if each["named"]]
    plain = [each["question"] for each in asked if not each["named"]]
    own, published = own_set(), load_set(given.set) if given.set else None
    with tempfile.TemporaryDirectory() as folder, Library.open(folder) as library:
        ids = shelve(library, records)
        wrong = measure(library, naming, ids)
        _say(f"named: {1 - len(wrong) / len(naming):.3f} of {len(naming)}", wrong)
        held = 1 - len(wrong) / len(naming) >= FLOOR
        sets = {"own near misses": plain}
        for each in filter(None, (own, published)):
            texts = [question.text for question in each.questions if question.split == given.split]
            sets[each.name] = texts[:: max(len(texts) // LIMIT, 1)][:LIMIT]
        for title in {each.title for each in published.articles} if published else ():
            library.add_text(f"# {title}\n\nThis is about {title}.", source=f"{title}.md")
        for name, texts in sets.items():
            far = narrowed(library, texts)
            _say(f"{name}: {len(far)} of {len(texts)} narrowed that name none", far)
            held = held and (texts is plain or len(far) / len(texts) <= CEILING)
    return 0 if held else 1


def _say(line: str, cases: Sequence[str]) -> None:
    sys.stdout.write("\n  ".join([line, *cases]) + "\n")


if __name__ == "__main__":
    sys.exit(main())
