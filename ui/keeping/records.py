"""An answer as it is kept: as it is exported, and what its articles and the reader need beside."""

from __future__ import annotations

from index.speaking.forms import SEMICOLON, in_a_row
from index.speaking.words import N_, _
from index.types import Article, Json
from rag.answer.export import export_json
from rag.remarks import remarks
from rag.types import Answer, Citation, Verdict

_VERDICTS = {Verdict.NORMALISED: N_("quoted across a line break")}


def record_of(answer: Answer) -> Json:
    """Return all of an answer that is kept or taken along.

    ``answer`` is what ``pullquote ask --export`` writes, ``articles`` what it does not tell of
    them, ``notes`` the lines below it, ``remarks`` what is to be said of a quote, by its number.
    """
    places = answer.nearest if answer.refused else answer.citations
    return {
        "answer": export_json(answer),
        "articles": {each.article_id: _known_of(each.article) for each in places},
        "certainty": answer.certainty,
        "notes": list(answer.notes),
        "remarks": {str(each.number): remark_on(each) for each in places if remark_on(each)},
        "places": {str(each.number): each.place for each in places},
    }


def clip_of(record: Json, number: int) -> Json | None:
    """Return one citation of a kept answer as a clipping; None if it has no such citation."""
    exported = record["answer"]
    for citation in exported["citations"]:
        if citation["number"] == number:
            article = next(
                each for each in exported["articles"] if each["id"] == citation["article_id"]
            )
            return {
                "citation": citation,
                "article": article | record["articles"].get(article["id"], {}),
                "place": record["places"].get(str(number), ""),
                "remark": record["remarks"].get(str(number), ""),
                "question": exported["question"],
            }
    return None


def remark_on(citation: Citation) -> str:
    """Return what keeps a quote from being the answer, or from being byte for byte the same."""
    verdict = citation.verdict
    whole = verdict is Verdict.EXACT or bool(citation.table)
    differs = "" if whole else _(_VERDICTS.get(verdict, verdict.value))
    return in_a_row([*filter(None, (*remarks(citation), differs))], SEMICOLON)


def _known_of(article: Article) -> Json:
    return {"author": article.author, "language": article.language, "media": article.media}
