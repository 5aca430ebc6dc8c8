"""Whether what was quoted once still stands in the articles at hand: ``verify``, at once."""

from __future__ import annotations

from dataclasses import dataclass

from index.library import Library
from index.speaking.forms import SEMICOLON, in_a_row
from index.speaking.words import _
from index.types import Json
from rag.answer.origin import Origin, held_origin
from rag.answer.verify import Standing, check_held

LONGEST = 300
"""Characters that are shown of what has taken a quote's place."""


@dataclass(frozen=True, slots=True)
class Found:
    """How a quote stands today.

    ``said`` says it in words, "" where nothing changed; ``article_id``, ``paragraph`` and
    ``[start, end)`` are where it stands now, None where it does not.
    """

    standing: Standing
    said: str = ""
    place: tuple[str, int, int, int] | None = None


class Recheck:
    """Checks quotes against one library. Each article is looked up once."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._held: dict[str, Origin | None] = {}

    def citation(self, citation: Json, article: Json) -> Found:
        """Return how an exported citation stands; ``article`` is what was told of its own."""
        held = self._origin(citation["article_id"])
        found = check_held(citation, article, held)
        if found.standing is Standing.MISSING or held is None or held.article is None:
            return Found(Standing.MISSING, _("gone: its article is not among those here any more"))
        if found.standing is Standing.EDITED:
            now = found.now if len(found.now) <= LONGEST else f"{found.now[:LONGEST]} …"
            why = in_a_row(found.differs, SEMICOLON)
            why = _("now it says “{text}”", text=now) if now else why
            why = why or _("these words are not there")
            return Found(Standing.EDITED, _("edited since: {why}", why=why))
        at = int(citation["start"]) if found.start is None else found.start
        end = at + len(citation["quote"])
        inside = [p for p in held.paragraphs if p.start <= at < p.end]
        if not inside or end > inside[0].end:
            return Found(Standing.EDITED, _("edited since: these words stand apart now"))
        place = (held.article.id, inside[0].number, at, end)
        if found.standing is Standing.EXACT:
            return Found(Standing.EXACT, "", place)
        number = inside[0].number
        moved = _("moved: now in paragraph {paragraph}", paragraph=number)
        told = _("it stands in paragraph {paragraph}", paragraph=number)
        differs = [each for each in found.differs if each != told]
        return Found(Standing.MOVED, in_a_row([moved, *differs], SEMICOLON), place)

    def answer(self, record: Json) -> dict[int, Found]:
        """Return how each quote of a kept answer stands, by its number; of a refusal, none."""
        exported = record["answer"]
        told = {each["id"]: each for each in exported["articles"]}
        return {
            each["number"]: self.citation(each, told[each["article_id"]])
            for each in exported["citations"]
        }

    def _origin(self, article_id: str) -> Origin | None:
        if article_id not in self._held:
            self._held[article_id] = held_origin(article_id, self._library)
        return self._held[article_id]
