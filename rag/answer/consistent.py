"""Whether an exported answer holds together: all of it that follows from the rest of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index.build import ID_DIGITS
from index.speaking.words import ENGLISH, _, speaking
from index.types import Json
from rag.answer.citation import spoken, verdict_of
from rag.answer.export import CONTEXT, article_of
from rag.answer.told_rows import row_faults
from rag.certainty import certainty_of
from rag.question.purpose import UNQUOTED
from rag.types import REFUSAL, Verdict, joined, marked

_ROUNDED = 0.5e-4
"""By how much an exported confidence may differ from the one that its word was chosen for."""

_EDGES = " .,;:!?'\"-…()[]"


def find_faults(exported: Json) -> Iterator[str]:
    """Say of each part that cannot have been exported beside the others what is wrong with it.

    What a language model wrote in its own words follows from nothing here: its quotes do. So do
    neither the question nor the confidence itself.
    """
    yield from _answer_faults(exported)
    for number, claim in enumerate(exported["claims"], 1):
        if not _carried(claim, exported):
            yield f"claim {number} is not what it cites"
    for short in exported.get("short", []):
        if not _stands(short, exported["citations"]):
            yield f"the short answer {short['text']!r} is not in the quote that it names"
    yield from _shape_faults(exported)
    for places in (exported["citations"], exported["nearest"]):
        if [each["number"] for each in places] != list(range(1, len(places) + 1)):
            yield "its quotes are not numbered from 1"
    for citation in (*exported["citations"], *exported["nearest"]):
        yield from _citation_faults(citation, article_of(exported, citation))
    cited = {each["article_id"] for each in (*exported["citations"], *exported["nearest"])}
    if sorted(article["id"] for article in exported["articles"]) != sorted(cited):
        yield "it does not describe each article once that it cites"
    for article in exported["articles"]:
        if article["id"] != article["sha256"][:ID_DIGITS]:
            yield f"article {article['id']} has another hash"


def _answer_faults(exported: Json) -> Iterator[str]:
    claims, quotes = exported["claims"], exported["citations"]
    with speaking(str(exported.get("language", ENGLISH))):
        refusal = _(REFUSAL)
        said = joined([marked(c["text"], c["citations"]) for c in claims], exported["unanswered"])
    if exported["refused"]:
        if claims or quotes or exported["text"] != refusal:
            yield "it is a refusal, and says something"
    elif exported.get("purpose") in UNQUOTED:
        if claims or quotes or exported["nearest"] or exported["unanswered"]:
            yield "it is an answer that needs no evidence, and has some"
    elif not quotes:
        yield "it answers without a quote"
    elif exported["nearest"]:
        yield "it answers, and has the nearest places of a refusal"
    elif exported["text"] != said:
        yield "its text is not its claims with their marks"
    if {n for claim in claims for n in claim["citations"]} != {each["number"] for each in quotes}:
        yield "its claims do not cite its quotes"
    sure = exported["confidence"]
    words = {certainty_of(max(0.0, sure + by)) for by in (-_ROUNDED, _ROUNDED)}
    if exported["certainty"] not in words:
        yield f"its confidence of {sure} is not {exported['certainty']!r}"


def _carried(claim: Json, exported: Json) -> bool:
    """Tell whether a claim is its quote, but for how it is written, or a model's own words."""
    numbers, verdict = claim["citations"], claim.get("verdict", Verdict.EXACT)
    if verdict == Verdict.SUPPORTED:
        return bool(numbers) and exported.get("model", {}).get("passed", 0) > 0
    quotes = [each["quote"] for each in exported["citations"] if each["number"] in numbers]
    if len(numbers) != 1 or len(quotes) != 1:
        return False
    if verdict == Verdict.EXACT:
        return spoken(quotes[0]) == str(claim["text"])
    return "model" in exported and _bare(quotes[0]) == _bare(str(claim["text"]))


def _stands(short: Json, citations: Sequence[Json]) -> bool:
    """Tell whether a short answer is what its quote has at its range."""
    for citation in citations:
        if citation["number"] == short["citation"]:
            start, end = (short[key] - citation["start"] for key in ("start", "end"))
            said: str = citation["quote"][start:end]
            return 0 <= start < end and said == str(short["text"])
    return False


def _shape_faults(exported: Json) -> Iterator[str]:
    """Say which item of a list, or cell of a comparison, is not what its quotes say."""
    quotes = exported["citations"]
    for item in exported.get("items", []):
        places = item["places"]
        if spoken(places[0]["text"]).rstrip(" ,;.") != item["text"]:
            yield f"the item {item['text']!r} is called otherwise where it stands first"
        if not all(_stands(place, quotes) for place in places):
            yield f"the item {item['text']!r} is not in a quote that it names"
    numbers = {each["number"] for each in quotes}
    for cell in exported.get("cells", []):
        number, short = cell["citation"], cell["short"]
        if number is not None and number not in numbers:
            yield f"the cell of {cell['name']!r} cites a quote that is not there"
        if short and (short["citation"] != number or not _stands(short, quotes)):
            yield f"the cell of {cell['name']!r} is not in the quote that it names"


def _bare(text: str) -> str:
    """Return a text as the check of statements compares it, where it calls it normalised."""
    from rag.language.terms import fold

    return fold(text).strip(_EDGES).lower()


def _citation_faults(citation: Json, article: Json) -> Iterator[str]:
    start, end, quote = citation["start"], citation["end"], citation["quote"]
    name = f"quote {citation['number']}"
    if end - start != len(quote) or not quote.strip():
        yield f"{name} is not as long as its range"
    if any(citation[key] != article[key] for key in ("title", "source")):
        yield f"{name} is of an article that is called otherwise"
    if citation["verdict"] != verdict_of(quote):
        yield f"{name} is not {citation['verdict']!r}"
    left = article["characters"] - end
    around = (min(CONTEXT, start), min(CONTEXT, left))
    if (len(citation["prefix"]), len(citation["suffix"])) != around:
        yield f"{name} has not the words around it"
    yield from row_faults(citation, article["characters"])
