"""An answer with its evidence as one small file, which ``rag.answer.verify`` checks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from index.errors import InputError
from index.speaking.words import ENGLISH
from index.types import Article, Json
from rag.answer.shapes import place_json, row_json
from rag.certainty import certainty_of
from rag.question.purpose import Purpose
from rag.types import Answer, Citation, Written

FORMAT = "pullquote answer 1"

CONTEXT = 120
"""Characters kept before and after a quote: to read it by, and to find it again in an edited text.

As prefix and suffix of a TextQuoteSelector, W3C Web Annotation Data Model (2017).
"""

MAX_EXPORT_BYTES = 10_000_000


def answer_json(found: Answer) -> Json:
    """Return an answer as an object for programs.

    ``model`` is there only if one was named, ``several_dates`` only if it is true, ``note`` only if
    a table's cells need one, ``only`` only if the question names articles, ``follows`` only if it
    borrows from that question, ``purpose`` only if the question did not want a fact, ``suggested``
    only where it has no evidence; ``items`` are those of a list, ``cells`` of a comparison.
    ``language`` is there only if what it says of its own is not in English; names and values of
    this object always are.
    """
    special: Json = {"several_dates": True} if found.several_dates else {}
    if found.note:
        special["note"] = found.note
    if found.only:
        special["only"] = list(found.only)
    if found.follows:
        special["follows"] = found.follows
    if found.purpose is not Purpose.FACT:
        special["purpose"] = found.purpose.value
    if found.lang != ENGLISH:
        special["language"] = found.lang
    if found.suggested:
        special["suggested"] = list(found.suggested)
    return {
        "question": found.question,
        "searched_for": found.searched_for,
        "text": found.text,
        "refused": found.refused,
        "confidence": round(found.confidence, 4),
        "certainty": certainty_of(found.confidence),
        "short": [place_json(short) for short in found.short],
        "claims": [
            {
                "text": claim.text,
                "verdict": claim.verdict.value,
                "citations": [c.number for c in claim.citations],
            }
            for claim in found.claims
        ],
        "citations": [citation_json(citation) for citation in found.citations],
        "nearest": [citation_json(citation) for citation in found.nearest],
        "unanswered": list(found.unanswered),
        "timings": dict(found.timings),
        **special,
        **getattr(found, "shape", {}),
    } | ({"model": _written(found.written)} if found.written else {})


def _written(written: Written) -> Json:
    return {
        "name": written.model,
        "note": written.note,
        "passed": written.passed,
        "failed": [
            {"text": claim.text, "verdict": claim.verdict.value, "faults": list(claim.faults)}
            for claim in written.failed
        ],
        "tokens": {"read": written.read_tokens, "written": written.written_tokens},
        "cost": written.cost,
    }


def export_json(found: Answer) -> Json:
    """Return an answer with its evidence as an object, as ``export.schema.json`` describes it."""
    exported = answer_json(found)
    del exported["timings"]
    exported.pop("suggested", None)
    places = {"citations": found.citations, "nearest": found.nearest}
    for key, citations in places.items():
        exported[key] = [
            citation_json(each) | context(each.article.text, each.start, each.end)
            for each in citations
        ]
    articles = {c.article_id: c.article for c in (*found.citations, *found.nearest)}
    whole = {
        "format": FORMAT,
        "exported": datetime.now(UTC).isoformat(timespec="seconds"),
        **exported,
        "articles": [_article(article) for article in articles.values()],
    }
    return whole | {"seal": seal(whole)}


def export_answer(found: Answer, path: Path) -> None:
    """Write an answer with its evidence to a file: see ``export_json``.

    Raises:
        InputError: the file cannot be written.
    """
    data = json.dumps(export_json(found), ensure_ascii=False, indent=2)
    try:
        path.write_text(f"{data}\n", encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be written ({error.strerror}): name another") from error


def read_export(path: Path) -> Json:
    """Read an exported answer back.

    Raises:
        InputError: it is missing, no exported answer, or was changed after it was written.
    """
    from jsonschema import ValidationError

    try:
        with path.open("rb") as file:
            data = file.read(MAX_EXPORT_BYTES + 1)
        if len(data) > MAX_EXPORT_BYTES:
            raise InputError(f"{path} has over {MAX_EXPORT_BYTES:,} bytes: no answer is that long")
        exported: Json = json.loads(data, object_pairs_hook=_object, parse_constant=_no_number)
        _schema().validate(exported)
        changed = seal(exported) != exported["seal"]
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}): check the name") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is not JSON: name a file that ask --export wrote") from error
    except ValidationError as error:
        where = error.json_path.removeprefix("$").removeprefix(".") or "the whole"
        raise InputError(
            f"{path} is no exported answer ({where} is not as it should be): "
            "name a file that ask --export wrote"
        ) from error
    if changed:
        raise InputError(f"{path} was changed after it was written: export the answer again")
    return exported


def seal(exported: Json) -> str:
    """Return the sha256 of an export without its seal: against accidents, it is no signature."""
    content = {key: value for key, value in exported.items() if key != "seal"}
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode(errors="surrogatepass")).hexdigest()


def _object(pairs: list[tuple[str, Any]]) -> Json:
    """Return a JSON object, whose names every reader has to read alike."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is there twice")
    return found


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


@lru_cache(maxsize=1)
def _schema() -> Any:
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    # JSON Schema calls 84.0 an integer; it is none to cut a text with.
    types = Draft202012Validator.TYPE_CHECKER.redefine("integer", lambda _, it: type(it) is int)
    schema = json.loads(files("rag.answer").joinpath("export.schema.json").read_text())
    return extend(Draft202012Validator, type_checker=types)(schema)  # type: ignore[no-untyped-call]


def citation_json(citation: Citation) -> Json:
    """Return a citation as an object for programs.

    ``table`` is there only of a table's row, ``boxes`` only where it is known where its words stand
    on their page, ``recognised`` only if it is true.
    """
    special: Json = {"boxes": [box._asdict() for box in citation.boxes]} if citation.boxes else {}
    if citation.recognised:
        special["recognised"] = True
    if citation.table:
        special["table"] = row_json(citation.article.text, citation.table)
    return {
        "number": citation.number,
        "article_id": citation.article_id,
        "title": citation.title,
        "source": citation.source,
        "paragraph": citation.paragraph,
        "page": citation.page,
        "time": citation.time,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "verdict": citation.verdict.value,
        "lacks": citation.lacks,
        "link": citation.link,
        **special,
    }


def context(text: str, start: int, end: int) -> Json:
    """Return what an export keeps of the text around a quote at ``[start, end)``."""
    return {
        "prefix": text[max(0, start - CONTEXT) : start],
        "suffix": text[end : end + CONTEXT],
    }


def _article(article: Article) -> Json:
    return {
        "id": article.id,
        "title": article.title,
        "source": article.source,
        "added": article.added,
        "published": article.published,
        "characters": len(article.text),
        "sha256": article.sha256,
    }


def article_of(exported: Json, citation: Json) -> Json:
    """Return what an export says of the article of one of its citations.

    Raises:
        InputError: it does not speak of it.
    """
    articles: Iterable[Json] = exported["articles"]
    for article in articles:
        if article["id"] == citation["article_id"]:
            return article
    raise InputError(f"the export does not describe article {citation['article_id']}")
