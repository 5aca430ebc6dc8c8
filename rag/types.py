"""What the online half speaks of: from a hit to an answer. Read after ``index/types.py``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from index.boxes import Box
from index.parse.text import page_at
from index.speaking.forms import SEMICOLON, in_a_row
from index.speaking.words import ENGLISH, N_, speaking
from index.types import Article, Passage, Sentence, TableRow
from rag.certainty import certainty_of, say_certainty
from rag.lines import REFUSAL as REFUSAL
from rag.lines import dates_line, foreign_line, half_refusal, only_line
from rag.link import link_to
from rag.piece import Edit as Edit
from rag.piece import Piece as Piece
from rag.place import place_in, time_of
from rag.question.purpose import UNQUOTED, UNWEIGHED, Purpose
from rag.remarks import remarks
from rag.written import Written as Written

Span = tuple[int, int]
"""A half-open character range."""

NOT_READ = -1e4
"""What stands for the reader's score where nothing was read."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of the conversation so far, and what was answered."""

    question: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence weighed against a question.

    ``score`` is in [0, 1], higher is better: how much of what the question asks the sentence
    speaks of, every word weighed by its rarity. ``rank`` orders sentences, with what stands around
    them. ``found`` holds for each of ``Question.words`` how well it is matched, in [0, 1].
    ``read`` is what the reader thinks of it, the logit that it answers against that its passage
    does not; ``short`` is the range of the article that it takes for the answer, in the sentence.
    """

    passage: Passage
    sentence: Sentence
    score: float
    rank: float
    found: tuple[float, ...]
    read: float = NOT_READ
    short: Span | None = None

    @property
    def text(self) -> str:
        """The sentence, as it stands in the article."""
        return text_of(self.passage, self.sentence)


def text_of(passage: Passage, sentence: Sentence) -> str:
    """Return a sentence of a passage, as it stands in the article."""
    return passage.text[sentence.start - passage.start : sentence.end - passage.start]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found. ``score``: higher is better; ``sentence`` is its best one."""

    passage: Passage
    score: float
    sentence: Sentence


class Verdict(StrEnum):
    """How a statement of an answer relates to the quotes that carry it.

    ``SUPPORTED``: in other words, with every number, name, date and negation as it is there. The
    last three do not hold: changed, not carried by what is cited, resting on nothing at all.
    """

    EXACT = N_("exact")
    NORMALISED = N_("normalised")
    SUPPORTED = N_("supported")
    ALTERED = N_("altered")
    UNSUPPORTED = N_("unsupported")
    ABSENT = N_("absent")


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in an article: ``article.text[start:end] == quote``. Made only by ``cite``.

    ``table``: of the row of a table, what its table says of it; None of anything else. ``boxes``
    are where it stands on the pages of a PDF, line by line; ``recognised``: its letters were told
    from a picture.
    """

    number: int
    article: Article = field(repr=False)
    paragraph: int
    start: int
    end: int
    quote: str
    verdict: Verdict = Verdict.EXACT
    lacks: str = ""
    table: TableRow | None = field(default=None, repr=False)
    boxes: tuple[Box, ...] = field(default=(), repr=False)
    recognised: bool = False

    @property
    def article_id(self) -> str:
        """The id of the article."""
        return self.article.id

    @property
    def title(self) -> str:
        """The title of the article."""
        return self.article.title

    @property
    def source(self) -> str:
        """Where the article came from."""
        return self.article.source

    @property
    def page(self) -> int | None:
        """The 1-based page of the source, where it has pages."""
        return page_at(self.article.text, self.start)

    @property
    def time(self) -> str | None:
        """When the paragraph begins to be said, where the article is a transcript."""
        return time_of(self.article, self.start)

    @property
    def link(self) -> str:
        """Leads to the place: ``report.pdf#page=3``, or to the words on a web page."""
        return link_to(self.article, self.start, self.end)

    @property
    def place(self) -> str:
        """Where it stands, in words: ``"page 3, paragraph 6"``, ``"at 00:12:31, paragraph 2"``."""
        return place_in(self.article, self.start, self.paragraph)


@dataclass(frozen=True, slots=True)
class Short:
    """The few words that answer: the range ``[start, end)`` of the article, within the quote."""

    text: str
    start: int
    end: int
    citation: Citation

    @property
    def inside(self) -> Span:
        """Its range in the citation's quote."""
        return self.start - self.citation.start, self.end - self.citation.start


def marked(text: str, numbers: Sequence[int]) -> str:
    """Return a statement with the numbers of its citations: ``"Ten are planned. [1]"``."""
    return text + "".join(f" [{number}]" for number in numbers)


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of an answer, and the places that carry it.

    Of a statement that a model wrote and that does not hold, ``faults`` say why, and ``difference``
    holds its words and those of the nearest place, in order.
    """

    text: str
    citations: tuple[Citation, ...]
    verdict: Verdict = Verdict.EXACT
    faults: tuple[str, ...] = ()
    difference: tuple[Piece, ...] = ()

    @property
    def marked(self) -> str:
        """The statement with the numbers of its citations: ``"Ten are planned. [1]"``."""
        return marked(self.text, [citation.number for citation in self.citations])


def answer_text(claims: Sequence[Claim], unanswered: Sequence[str]) -> str:
    """Return an answer as people read it: statements with their marks, then what is not said."""
    return joined([claim.marked for claim in claims], unanswered)


def joined(statements: Sequence[str], unanswered: Sequence[str]) -> str:
    """Return what ``answer_text`` does, of statements that have their marks."""
    return " ".join([*statements, *map(half_refusal, unanswered)])


@dataclass(frozen=True, slots=True)
class Answer:
    """What ``ask`` returns.

    ``text`` is for people, with marks like ``[1]``; ``confidence`` is the probability in [0, 1]
    that the articles answer the question; a refusal has no claims and no citations but ``nearest``,
    the closest places; ``unanswered`` are the parts of the question that the articles do not
    answer; ``timings`` are milliseconds by stage, of which ``embedding`` is the embedder's own.
    ``searched_for`` is what a follow-up was taken to ask, "" if it was taken as it is,
    ``follows`` the question that it borrows from, "" if it was taken by itself; ``written`` is
    None unless a language model was named. ``several_dates``: articles of different dates say
    different things, and are cited newest first. ``short`` are the few words that answer each
    part of the question, where a reader found some; they stand in the quotes. ``purpose`` is what
    the question was taken to want; some need no evidence (``UNQUOTED``). ``suggested`` are
    questions that the articles do answer, where they do not answer this one. ``foreign`` are the
    languages of cited articles that the question is not in. ``note`` is a line on the table that it
    is of: which periods it has, or that nothing was computed. ``only`` are the titles of the
    articles that were searched because the question names them, () if it names none.
    ``lang`` is the language of all words in it that are of no article.
    """

    question: str
    text: str
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    refused: bool
    confidence: float
    nearest: tuple[Citation, ...]
    timings: Mapping[str, float]
    unanswered: tuple[str, ...] = ()
    searched_for: str = ""
    written: Written | None = None
    several_dates: bool = False
    short: tuple[Short, ...] = ()
    purpose: Purpose = Purpose.FACT
    follows: str = ""
    suggested: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    note: str = ""
    only: tuple[str, ...] = ()
    lang: str = ENGLISH

    @property
    def unquoted(self) -> bool:
        """Whether it needs no evidence, has no quotes, and nothing says how sure it is."""
        return self.purpose in UNQUOTED

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be shown below the answer, a line each."""
        only = (only_line(self.only),) if self.only else ()
        dates = dict.fromkeys(c.article.published for c in self.citations if c.article.published)
        dated = (dates_line([*dates]),) if self.several_dates else ()
        tongues = (foreign_line(self.foreign),) if self.foreign else ()
        noted = (self.note,) if self.note else ()
        return (*only, *dated, *tongues, *noted, *(self.written.lines if self.written else ()))

    @property
    def certainty(self) -> str:
        """How sure it is: ``"sure"``, ``"fairly sure"``, ``"unsure"``; "" if not weighed."""
        return "" if self.purpose in UNWEIGHED else certainty_of(self.confidence)

    def __str__(self) -> str:
        """The text and how sure it is, then each quote with its article, paragraph and range."""
        places = self.nearest if self.refused else self.citations
        with speaking(self.lang):
            certain = "" if self.refused else say_certainty(self.certainty)
            said = f"{self.text} ({certain})" if certain else self.text
            return "\n".join([said, *self.notes, "", *map(_line, places)]).rstrip()


def _line(citation: Citation) -> str:
    place = f"{citation.title}, {citation.place}"
    said = in_a_row(remarks(citation), SEMICOLON)
    lacks = f" ({said})" if said else ""
    quote = " ".join(citation.quote.split())
    return f'[{citation.number}] {place}, {citation.start}–{citation.end}: "{quote}"{lacks}'
