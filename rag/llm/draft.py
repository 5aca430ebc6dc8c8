"""The generative reader: a model's draft → statements that were checked, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from index.errors import ModelError
from index.library import Library
from index.speaking.words import _
from index.types import Encoding, Passage
from rag.check.injection import RELEVANT, has_address, instructs, relevance
from rag.check.statement import HOLDS, Checked, check_against
from rag.llm.endpoint import Model, Reply
from rag.llm.prompt import NOT_SAID, answer_prompt, choose_excerpts, count_tokens, repeats_prompt
from rag.llm.statements import Statement, read_statements
from rag.proofreading.places import Place, places_of
from rag.question.encode import Question
from rag.retrieval.candidates import Places
from rag.retrieval.late_interaction import ScoredEvidence
from rag.types import Answer, Citation, Claim, Verdict, Written, answer_text

_ENDS = '.!?"”’)'

MOST_STATEMENTS = 20
"""A reply of more statements than this is not read on."""


class Draft:
    """An answer as a model writes it. All that it needs of the library is read when it is made."""

    def __init__(
        self,
        extractive: Answer,
        found: Sequence[tuple[Question, ScoredEvidence]],
        library: Library,
        model: Model,
        note: str = "",
    ) -> None:
        """``found`` are the parts to answer; ``note`` is shown whatever the model writes."""
        self.question = " ".join(dict.fromkeys(asked.text for asked, _ in found))
        self.answering = {(c.article_id, c.paragraph) for c in extractive.citations}
        self.excerpts = _excerpts(self.question, self.answering, found, model)
        self.reply = Reply(model, answer_prompt(self.question, self.excerpts))
        self.extractive = extractive
        self.found = found
        self.note = note
        self.places = tuple(places_of(self.excerpts, library))
        self.embedder = library.embedder
        # All sentences are weighed for each statement: encoding them at once takes a third.
        texts = list(dict.fromkeys(place.source.text for place in self.places))
        self.encoded = dict(zip(texts, self.embedder.encode(texts, query=True), strict=True))
        self.claims: list[Claim] = []
        self.failed: list[Claim] = []
        self.citations: dict[tuple[str, int], Citation] = {}
        self.seen: set[str] = set()
        self.silent = False
        self.written = ""

    def grow(self) -> Iterator[Answer]:
        """Yield the answer, each time with one more statement that holds.

        The first one says nothing yet, it only cites what answers without a model. The last is
        whole. It is the extractive one if the model fails or if nothing that it
        wrote holds; ``Answer.written`` says so.
        """
        name = self.reply.model.name
        yield replace(self.extractive, text="", claims=(), refused=False, written=Written(name))
        failure = ""
        try:
            for statement in read_statements(self.reply, len(self.excerpts)):
                if self.full:
                    break
                if self.reply.cut and statement.text[-1] not in _ENDS:
                    continue
                if self.take(statement) and self.to_the_point:
                    yield self.answer(Written(name, self.note))
        except ModelError as error:
            failure = _("{why}: this is the answer without a language model.", why=error)
        yield self.finish(failure)

    @property
    def full(self) -> bool:
        """Whether no more statements are read."""
        return len(self.claims) + len(self.failed) >= MOST_STATEMENTS

    @property
    def to_the_point(self) -> bool:
        """Whether a statement rests on a paragraph that answers without a model.

        What is true and on the question's subject need not answer it.
        """
        return not self.answering or any(
            (c.article_id, c.paragraph) in self.answering for c in self.citations.values()
        )

    def take(self, statement: Statement) -> bool:
        """Check a statement and keep it; tell whether the answer has grown."""
        self.written += f"{statement.text} "
        key = statement.text.lower().strip(" .")
        if key == NOT_SAID.lower():
            self.silent = True
            return False
        if key in self.seen or repeats_prompt(statement.text, self.question):
            return False
        self.seen.add(key)
        fault = self._fault(statement.text)
        checked, places = self._check(statement)
        if not fault and checked.verdict in HOLDS and not self._on_question(statement.text, places):
            fault = _("it is beside the question")
        if fault:
            verdict = Verdict.UNSUPPORTED
            checked = replace(checked, verdict=verdict, faults=(fault,), difference=())
        holds = checked.verdict in HOLDS
        citations = tuple(map(self._cite, places)) if holds else ()
        claim = Claim(
            statement.text, citations, checked.verdict, checked.faults, checked.difference
        )
        (self.claims if holds else self.failed).append(claim)
        return holds

    def _of_several_dates(self) -> bool:
        """Tell whether what it cites is of several dates, where those say different things."""
        dates = {citation.article.published for citation in self.citations.values()}
        return self.extractive.several_dates and len(dates) > 1

    def answer(self, written: Written) -> Answer:
        """Return the answer as far as it has come."""
        unanswered = () if self.extractive.refused else self.extractive.unanswered
        return replace(
            self.extractive,
            text=answer_text(self.claims, unanswered),
            unanswered=unanswered,
            claims=tuple(self.claims),
            citations=tuple(self.citations.values()),
            refused=False,
            nearest=(),
            several_dates=self._of_several_dates(),
            short=(),
            written=replace(written, failed=tuple(self.failed), passed=len(self.claims)),
        )

    def finish(self, failure: str) -> Answer:
        """Return the whole answer; without a statement that holds, the extractive one."""
        reply = self.reply
        read = reply.read_tokens or (count_tokens(reply.prompt) if self.written else 0)
        wrote = reply.written_tokens or count_tokens(self.written)
        model = reply.model
        written = Written(model.name, "", (), 0, read, wrote, model.cost(read, wrote))
        if self.claims and self.to_the_point and not failure:
            cut = _("{model} ran out of tokens: the answer may not be whole.", model=model.name)
            return self.answer(replace(written, note=self.note or (cut if reply.cut else "")))
        reason = _("Nothing that {model} wrote passed the check", model=model.name)
        if self.claims:
            reason = _("What {model} wrote misses the answer", model=model.name)
        elif self.silent and not self.failed:
            reason = _("{model} found no answer in the excerpts", model=model.name)
        failure = failure or _("{why}: this is the answer without a language model.", why=reason)
        failed, passed = tuple(self.failed), len(self.claims)
        written = replace(written, note=failure, failed=failed, passed=passed)
        return replace(self.extractive, written=written)

    def _fault(self, said: str) -> str:
        if has_address(said):
            return _("it has an address of the web or of mail")
        return _("it asks or tells to do something") if instructs(said) else ""

    def _check(self, statement: Statement) -> tuple[Checked, list[Place]]:
        """Check against the excerpts that are named; if that fails, against all: a right statement
        with a wrong number gets the right one."""
        named = [place for place in self.places if place.excerpt in statement.marks]
        best: tuple[Checked, list[Place]] | None = None
        for places in (named, self.places) if named else (self.places,):
            sources = [place.source for place in places]
            checked = check_against(statement.text, sources, self.encode)
            carriers = [places[number] for number in checked.carriers]
            if checked.verdict in HOLDS:
                return checked, carriers
            best = best or (checked, carriers)
        assert best is not None
        return best

    def _on_question(self, said: str, places: Sequence[Place]) -> bool:
        texts = [said, *(place.source.text for place in places)]
        return any(
            relevance(asked, self.encode(text)) >= RELEVANT * weighed.sentences[0].score
            for asked, weighed in self.found
            for text in texts
            if weighed.sentences
        )

    def _cite(self, place: Place) -> Citation:
        found = place.citation
        key = (found.article_id, found.start)
        if key not in self.citations:
            self.citations[key] = replace(found, number=len(self.citations) + 1)
        return self.citations[key]

    def encode(self, text: str) -> Encoding:
        """Return the encoding of a text, made once."""
        if text not in self.encoded:
            self.encoded[text] = self.embedder.encode([text], query=True)[0]
        return self.encoded[text]


def _excerpts(
    question: str,
    answering: Places,
    found: Sequence[tuple[Question, ScoredEvidence]],
    model: Model,
) -> tuple[Passage, ...]:
    """Choose the passages that the model reads, those of the paragraphs ``answering`` first."""
    ranked = [hit.passage for _, weighed in found for hit in weighed.hits[:10]]
    ranked.sort(key=lambda passage: (passage.article_id, passage.paragraph) not in answering)
    room = model.read_tokens - count_tokens(answer_prompt(question, ()))
    return choose_excerpts(list({passage.place: passage for passage in ranked}.values()), room)
