"""What is kept, without a browser: whole after a crash, bounded, its owner's alone, checked."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import docx
import pytest
from conftest import STORY
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from taking import DAY, paper_of
from tiny import TinyEmbedder

from index import Library
from index.parse.content import HTML
from rag import ask
from rag.answer.verify import Standing
from rag.styles.styled import Style
from ui.keeping.clips import Clips
from ui.keeping.owner import new_key, owner_of
from ui.keeping.recheck import Recheck
from ui.keeping.records import clip_of, record_of
from ui.keeping.store import KeepError, Store
from ui.keeping.taking.markdown import plain_markdown, to_html, to_markdown, to_text
from ui.keeping.taking.paper import Paper, paper_of_answers, paper_of_clips
from ui.keeping.taking.references import to_bibtex, to_csl
from ui.keeping.taking.word import to_docx
from ui.keeping.talks import LONGEST_TITLE, Talks, title_of
from ui.page.conversation import begin, extractive, give
from ui.page.keeping.keeper import Keeper
from ui.page.visits.visit import Visit

ANN, BEN = owner_of(new_key()), owner_of(new_key())
ARCH = "Who designed the arch?"
COST = "What did the new bridge cost?"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "kept.sqlite"


@pytest.fixture
def store(file: Path) -> Iterator[Store]:
    opened = Store(file)
    yield opened
    opened.close()


def _told(*questions: str) -> list[dict[str, object]]:
    return [{"question": question, "hidden": False} for question in questions]


def _titles(talks: Talks, owner: str = ANN, search: str = "") -> list[str]:
    return [each.title for each in talks.listed(owner, search)]


def _ask(visit: Visit, question: str) -> None:
    exchange = begin(visit, question)
    for _ in give(visit, exchange, extractive):
        pass


def test_a_key_is_long_and_only_its_hash_is_known() -> None:
    key = new_key()
    assert len(key) == 43 and key not in owner_of(key) and len(owner_of(key)) == 64
    assert owner_of(key) != owner_of(new_key())
    for no_key in ("", "a" * 42, "a" * 44, "' OR 1=1 --", None, 7):
        assert owner_of(no_key) == ""


def test_the_file_is_its_users_alone(store: Store, file: Path) -> None:
    Talks(store).save(ANN, "a", 0, _told(ARCH), ARCH)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_what_is_kept_is_there_after_a_restart(store: Store, file: Path) -> None:
    Talks(store).save(ANN, "a", 0, _told(ARCH, COST), f"{ARCH} {COST}")
    store.close()
    again = Store(file)
    (kept,) = Talks(again).listed(ANN)
    assert (kept.title, kept.questions, kept.revision) == (ARCH, 2, 1)
    loaded = Talks(again).load(ANN, "a")
    assert loaded and [each["question"] for each in loaded[1]] == [ARCH, COST]
    again.close()


def test_a_process_that_dies_while_writing_loses_nothing(store: Store, file: Path) -> None:
    Talks(store).save(ANN, "a", 0, _told(ARCH), ARCH)
    store.close()
    dies = (
        "import os, sys; from pathlib import Path; from ui.keeping.store import Store\n"
        "store = Store(Path(sys.argv[1]))\n"
        "with store.changing() as link:\n"
        "    link.execute(\"UPDATE talks SET title = 'half', body = 'half'\")\n"
        "    os._exit(9)\n"
    )
    root = str(Path(__file__).resolve().parents[1])
    ended = subprocess.run([sys.executable, "-c", dies, str(file)], cwd=root, check=False)
    assert ended.returncode == 9
    assert _titles(Talks(store)) == [ARCH]


def test_nobody_sees_anothers(store: Store) -> None:
    talks, clips = Talks(store), Clips(store)
    talks.save(ANN, "a", 0, _told(ARCH), ARCH)
    clips.pin(ANN, "x-1", {"citation": {"quote": "q"}, "article": {}})
    (clip,) = clips.board(ANN)
    for other in (BEN, ""):
        assert _titles(talks, other) == [] and talks.load(other, "a") is None
        talks.rename(other, "a", "mine")
        assert talks.delete(other, "a") == ""
        assert clips.board(other) == []
        clips.annotate(other, clip.id, "mine")
        clips.remove(other, clip.id)
        clips.move(other, clip.id, 1)
    assert _titles(talks) == [ARCH] and clips.board(ANN) == [clip]
    # An id that is somebody else's takes nothing from them.
    with pytest.raises(KeepError):
        talks.save(BEN, "a", 0, _told(COST), COST)
    assert _titles(talks) == [ARCH]


def test_two_pages_of_one_conversation_lose_nothing(store: Store) -> None:
    talks = Talks(store)
    id_, revision = talks.save(ANN, "a", 0, _told(ARCH), ARCH)
    one = talks.save(ANN, id_, revision, _told(ARCH, COST), "")
    other = talks.save(ANN, id_, revision, _told(ARCH, "And the ferry?"), "")
    assert one == ("a", 2) and other[0] != "a"
    asked = {each.id: talks.load(ANN, each.id) for each in talks.listed(ANN)}
    said = [[e["question"] for e in found[1]] for found in asked.values() if found]
    assert sorted(said) == [[ARCH, "And the ferry?"], [ARCH, COST]]


def test_search_rename_delete_and_undo(store: Store) -> None:
    talks = Talks(store)
    talks.save(ANN, "a", 0, _told("Wer entwarf die Brücke?"), "Wer entwarf die Brücke? Porto")
    talks.save(ANN, "b", 0, _told(COST), f"{COST} 12 million")
    assert _titles(talks, search="brucke PORTO") == ["Wer entwarf die Brücke?"]
    assert _titles(talks, search="porto million") == []
    talks.rename(ANN, "a", "  The  arch ")
    talks.rename(ANN, "b", " ")
    assert _titles(talks, search="arch") == ["The arch"] and COST in _titles(talks)
    _, revision = talks.save(ANN, "a", 1, _told("Wer entwarf die Brücke?", COST), "")
    assert revision == 2 and "The arch" in _titles(talks)
    assert talks.delete(ANN, "a") == "The arch"
    assert _titles(talks) == [COST] and talks.deleted(ANN) == "The arch"
    talks.undo(ANN)
    assert sorted(_titles(talks)) == ["The arch", COST] and talks.deleted(ANN) == ""
    talks.delete(ANN, "a")
    talks.delete(ANN, "b")
    talks.undo(ANN)
    assert _titles(talks) == [COST]


def test_what_was_deleted_is_not_in_the_file(store: Store, file: Path) -> None:
    talks = Talks(store)
    talks.save(ANN, "a", 0, _told("Where is the safe?"), "Where is the safe?")
    talks.save(ANN, "b", 0, _told(COST), COST)
    talks.delete(ANN, "a")
    talks.delete(ANN, "b")
    store.close()
    assert all(b"the safe" not in path.read_bytes() for path in file.parent.iterdir())


def test_it_is_bounded_in_number_and_bytes(store: Store) -> None:
    talks = Talks(store, most=3)
    for number in range(5):
        talks.save(ANN, f"t{number}", 0, _told(f"Question {number}?"), "")
    talks.save(BEN, "other", 0, _told(ARCH), "")
    assert _titles(talks) == ["Question 4?", "Question 3?", "Question 2?"]
    assert _titles(talks, BEN) == [ARCH]
    small = Talks(store, most_bytes=400)
    with pytest.raises(KeepError, match="too long"):
        small.save(ANN, "long", 0, _told("?" * 500), "")
    with store.changing() as link, pytest.raises(KeepError, match="delete some"):
        store.refuse_full(link, most=1000)
    clips = Clips(store, most=2)
    record = {"citation": {"quote": "q"}, "article": {}}
    for mark in ("a-1", "a-2", "a-2"):
        clips.pin(ANN, mark, record)
    with pytest.raises(KeepError, match="holds 2"):
        clips.pin(ANN, "a-3", record)


def test_a_damaged_file_is_one_line_and_stays_as_it_is(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b"no database at all" * 100)
    store = Store(file)
    for call in (Talks(store).listed, Clips(store).board):
        with pytest.raises(KeepError) as raised:
            call(ANN)
        assert "\n" not in str(raised.value) and "kept.sqlite" in str(raised.value)
        assert str(file.parent) not in str(raised.value)
    assert file.read_bytes() == b"no database at all" * 100


def test_one_damaged_conversation_leaves_the_others(store: Store, file: Path) -> None:
    talks = Talks(store)
    for id_ in ("a", "b"):
        talks.save(ANN, id_, 0, _told(f"{id_}?"), "")
    with sqlite3.connect(file) as link:
        link.execute("UPDATE talks SET body = '[{\"question\": 7}]' WHERE id = 'a'")
    link.close()
    assert sorted(_titles(talks)) == ["a?", "b?"]
    with pytest.raises(KeepError, match="“a\\?” is damaged"):
        talks.load(ANN, "a")
    assert talks.load(ANN, "b") is not None


def test_clippings_have_notes_an_order_and_an_undo(store: Store) -> None:
    clips = Clips(store)
    for number in (1, 2, 3):
        clips.pin(ANN, f"a-{number}", {"citation": {"quote": f"q{number}"}, "article": {}})

    def order() -> list[str]:
        return [clip.mark for clip in clips.board(ANN)]

    first, second, third = (clip.id for clip in clips.board(ANN))
    clips.move(ANN, third, -1)
    clips.move(ANN, first, -1)
    assert order() == ["a-1", "a-3", "a-2"]
    clips.annotate(ANN, third, "Ask again.\n<b>")
    clips.remove(ANN, third)
    assert order() == ["a-1", "a-2"] and clips.removed(ANN)
    clips.undo(ANN)
    assert order() == ["a-1", "a-3", "a-2"]
    assert [clip.note for clip in clips.board(ANN)] == ["", "Ask again.\n<b>", ""]
    clips.move(ANN, first, 1)
    clips.move(ANN, second, 1)
    assert order() == ["a-3", "a-1", "a-2"]


def test_a_quote_is_exact_moved_edited_or_gone(library: Library) -> None:
    library.remove(library.entries[0].id)
    article = library.add_text(STORY, title="A bridge", source="bridge")
    record = record_of(ask(ARCH, library=library))
    now = Recheck(library).answer(record)[1]
    assert now.standing is Standing.EXACT and not now.said
    library.add_text(f"News of today.\n\n{STORY}", title="A bridge", source="bridge")
    now = Recheck(library).answer(record)[1]
    assert now.standing is Standing.MOVED and "now in paragraph 3" in now.said
    moved_id, number, start, end = now.place or ("", 0, 0, 0)
    assert library.article(moved_id).text[start:end] == "Engineers from Porto designed the arch."
    assert (number, moved_id != article.id) == (3, True)
    library.add_text(STORY.replace("Porto", "Braga"), title="A bridge", source="bridge")
    now = Recheck(library).answer(record)[1]
    assert now.standing is Standing.EDITED and now.place is None
    assert "now it says “Engineers from Braga designed the arch.”" in now.said
    for each in library.entries:
        library.remove(each.id)
    now = Recheck(library).answer(record)[1]
    assert now.standing is Standing.MISSING and "gone" in now.said


def test_a_private_articles_words_are_not_written_down(
    library: Library, store: Store, file: Path
) -> None:
    keeper, visit = Keeper(store), Visit(library)
    _ask(visit, ARCH)
    visit.add_text("The safe stands behind the stove. It is green.", "Safe", _unseen)
    for question in ("Where does the safe stand?", "Is it green?", ARCH):
        _ask(visit, question)
    visit.choose(visit.entries[-1].id, searched=False)
    _ask(visit, COST)  # may follow from what the private article said
    exchange = begin(visit, COST, follow_up=False)
    for _ in give(visit, exchange, extractive):
        pass
    keeper.save(visit, visit.talk, ANN)
    loaded = keeper.talks.load(ANN, visit.talk.id)
    assert loaded and [each["hidden"] for each in loaded[1]] == [False, *[True] * 4, False]
    data = b"".join(path.read_bytes() for path in file.parent.iterdir())
    assert b"behind the stove" not in data and b"Where does the safe stand?" in data
    # In the visit itself nothing is lost.
    id_ = visit.talk.id
    visit.begin_anew()
    assert keeper.open(visit, id_, ANN)
    assert "behind the stove" in str(visit.exchanges[1].shown)
    other = Visit(library)
    assert not keeper.open(other, id_, BEN)
    assert keeper.open(other, id_, ANN)
    assert "stove" not in str([each.shown for each in other.exchanges])
    assert "Not kept" in str(other.exchanges[1].shown)
    visit.end()


def _unseen(*_: object) -> None:
    """Somebody who does not watch."""


def test_a_conversation_goes_on_where_it_stopped(library: Library, store: Store) -> None:
    keeper, visit = Keeper(store), Visit(library)
    _ask(visit, ARCH)
    keeper.save(visit, visit.talk, ANN)
    again = Visit(library)
    assert keeper.open(again, visit.talk.id, ANN)
    assert [turn.question for turn in again.turns(1)] == [ARCH]
    assert "Porto" in again.turns(1)[0].answer
    _ask(again, "How long did they work on it?")
    answer = again.exchanges[-1].answer
    assert answer and answer.follows == ARCH
    keeper.save(again, again.talk, ANN)
    (kept,) = keeper.talks.listed(ANN)
    assert (kept.questions, kept.revision) == (2, 2)


def test_a_conversation_that_was_changed_by_hand_is_one_line(
    library: Library, store: Store
) -> None:
    keeper, visit = Keeper(store), Visit(library)
    keeper.talks.save(ANN, "a", 0, _told(ARCH), "")
    with pytest.raises(KeepError, match="damaged"):
        keeper.open(visit, "a", ANN)
    assert visit.exchanges == []


def test_an_article_is_kept_in_the_library_or_in_the_users_own(
    library: Library, tmp_path: Path
) -> None:
    bell = "The old bell was cast in Ghent."
    visit = Visit(library, keep_in=lambda: library)
    first, new = visit.add_text(bell, "Bell", _unseen)
    assert new and visit.rests_on_own(ask("Where was the bell cast?", library=visit.library))
    kept, _ = visit.add_text(bell, "Bell", _unseen, keep=True)
    assert kept.id == first.id and not visit.owns(kept.id)
    assert [entry.title for entry in library.entries] == ["A bridge", "Bell"]
    assert [entry.title for entry in visit.entries] == ["A bridge", "Bell"]
    assert not visit.rests_on_own(ask("Where was the bell cast?", library=visit.library))
    visit.end()
    with Library.open(tmp_path / "home", embedder=TinyEmbedder()) as home:
        apart = Visit(library, keep_in=lambda: home)
        apart.add_text("The crane lifts ninety tons.", "Crane", _unseen, keep=True)
        assert [entry.title for entry in home.entries] == ["Crane"]
        assert [entry.title for entry in apart.entries] == ["A bridge", "Bell", "Crane"]
        apart.end()
    assert [entry.title for entry in library.entries] == ["A bridge", "Bell"]
    closed = Visit(library)
    closed.add_text("The gate is of oak.", "Gate", _unseen, keep=True)
    assert not closed.can_keep and closed.owns(closed.entries[-1].id)
    closed.end()


def test_an_answer_from_what_is_kept_in_the_users_own_library_is_kept_too(
    library: Library, store: Store, tmp_path: Path
) -> None:
    keeper = Keeper(store)
    with Library.open(tmp_path / "home", embedder=TinyEmbedder()) as home:
        visit = Visit(library, keep_in=lambda: home)
        visit.add_text("The crane lifts ninety tons.", "Crane", _unseen, keep=True)
        _ask(visit, "How many tons does the crane lift?")
        keeper.save(visit, visit.talk, ANN)
        visit.end()
        later = Visit(home)  # from the next start on the page is over it
        assert keeper.open(later, visit.talk.id, ANN)
        said = str(later.exchanges[0].shown)
        assert "ninety tons" in said and "word for word where cited" in said


def test_without_history_nothing_is_kept(library: Library) -> None:
    keeper, visit = Keeper(Store(None), history=False), Visit(library)
    _ask(visit, ARCH)
    keeper.save(visit, visit.talk, ANN)
    assert keeper.talks.listed(ANN) == [] and not keeper.open(visit, visit.talk.id, ANN)
    keeper.close()


def _lines(text: str) -> list[str]:
    """What a reader of a Markdown text sees, and nothing but text may be in it."""
    shown = []
    for token in MarkdownIt("gfm-like", {"linkify": False}).parse(text):
        for child in token.children or ():
            assert child.type in {"text", "text_special", "softbreak"}, (text, child.type)
        if token.type == "inline":
            shown.append("".join(child.content for child in token.children or ()))
    return shown


@given(st.text(alphabet="ab1 .)(#*_`~[]<>&;!\\|-+=:/@\"'$^{}?é\U0001f600中", max_size=20))
def test_any_line_is_read_as_it_was_written(text: str) -> None:
    line = " ".join(text.split())
    assert "".join(_lines(plain_markdown(line))) == line


def test_what_is_no_mark_is_not_escaped() -> None:
    for plain in ("A & B", "[1]", "R&D (2025)", "snake_case", "It cost 3.5 % – “yes”!"):
        assert plain_markdown(plain) == plain
    assert plain_markdown("&lt;b>") == r"\&lt;b>"


@pytest.fixture
def paper(tmp_path: Path) -> Iterator[Paper]:
    with Library.open(tmp_path / "papers", embedder=TinyEmbedder(max_tokens=99)) as library:
        library.add_text(STORY, title="A bridge")
        library.add_text("The vault <b>of</b> R&D cost *9* million.", title="Vaults & {doors}")
        asked = (ARCH, "What did the vault cost?", "What is the weight of the arch in Berlin?")
        yield paper_of([(question, ask(question, library=library)) for question in asked])


def test_a_conversation_as_markdown_text_and_html(paper: Paper) -> None:
    file = to_markdown(paper)
    assert "&amp;" not in file and "\\[" not in file and "&lt;" not in file
    assert f"## {ARCH}\n\n*{DAY}*\n\nEngineers from Porto designed the arch. [1]\n\nSure" in file
    assert "> [1] “The vault \\<b>of\\</b> R&D cost \\*9\\* million.”" in file
    assert "**The articles do not say.**" in file and "Nearest in the articles:" in file
    assert "[1] “The vault <b>of</b> R&D cost *9* million.”" in to_text(paper)
    html = to_html(paper)
    assert "&lt;b&gt;of&lt;/b&gt; R&amp;D" in html and "<b>of" not in html


def test_a_conversation_as_docx(paper: Paper) -> None:
    document = docx.Document(BytesIO(to_docx(paper)))
    said = [paragraph.text for paragraph in document.paragraphs]
    assert ARCH in said and "Sure" in said and DAY in said
    assert "[1] “The vault <b>of</b> R&D cost *9* million.”\nVaults & {doors}, paragraph 1" in said
    assert document.core_properties.author == ""


def test_clippings_as_files_and_references(library: Library, store: Store) -> None:
    clips = Clips(store)
    library.add_text("The bell hangs in Ghent.", title="Bells_100% {sure}", source="bell")
    for mark, question in (("a-1", ARCH), ("b-1", "Where does the bell hang?")):
        record = clip_of(record_of(ask(question, library=library)), 1)
        assert record is not None
        record["article"] |= {"author": "Ann Lee & Son", "published": "2025-05-07"}
        record["citation"]["link"] = "https://example.org/a_b?c=1#:~:text=bell"
        clips.pin(ANN, mark, record)
    clips.annotate(ANN, clips.board(ANN)[0].id, "Ask *Ann*.\nTwice.")
    paper = paper_of_clips(clips.board(ANN), DAY)
    file = to_markdown(paper)
    assert "A bridge, Ann Lee & Son, 2025-05-07, paragraph 2 <https://example.org/" in file
    assert "Ask \\*Ann\\*.\nTwice." in file
    document = docx.Document(BytesIO(to_docx(paper)))
    links = [link.address for each in document.paragraphs for link in each.hyperlinks]
    assert links == ["https://example.org/a_b?c=1#:~:text=bell"] * 2
    assert "Ask *Ann*." in [each.text for each in document.paragraphs]
    (bridge, bell) = json.loads(to_csl(paper.articles))
    assert bridge["author"] == [{"literal": "Ann Lee & Son"}]
    assert bell["issued"] == {"date-parts": [[2025, 5, 7]]} and bell["type"] == "webpage"
    assert bell["URL"] == "https://example.org/a_b?c=1"
    entries = to_bibtex(paper.articles)
    assert "title = {{Bells\\_100\\% \\{sure\\}}}" in entries and "month = may" in entries
    assert "author = {{Ann Lee \\& Son}}" in entries and entries.count("@misc{") == 2


@pytest.mark.parametrize(
    ("style", "cited", "entry", "heading"),
    [
        (
            Style.APA,
            "(Lee & The Porto Trust, 2025, para. 2) <https://example.org/b#",
            "Lee, A., & The Porto Trust. (2025, May 7). *A bridge*. example.org. "
            "https://example.org/b",
            "References",
        ),
        (
            Style.CHICAGO,
            "Ann Lee and The Porto Trust, “A bridge,” example.org, May 7, 2025, para. 2, "
            "https://example.org/b.\n",
            "Lee, Ann, and The Porto Trust. “A bridge.” example.org, May 7, 2025. "
            "https://example.org/b.",
            "Bibliography",
        ),
    ],
)
def test_a_style_of_citations_in_every_file(
    style: Style, cited: str, entry: str, heading: str, library: Library, store: Store
) -> None:
    record = record_of(ask(ARCH, library=library))
    (told,) = record["answer"]["articles"]
    told |= {"author": "Lee, Ann; The Porto Trust", "published": "2025-05-07", "media": HTML}
    record["articles"].clear()
    record["answer"]["citations"][0]["link"] = "https://example.org/b#:~:text=arch"
    clips = Clips(store)
    clips.pin(ANN, "a-1", clip_of(record, 1) or {})
    for paper in (
        paper_of_clips(clips.board(ANN), DAY, style),
        paper_of_answers([(ARCH, DAY, record)], DAY, style),
    ):
        file = to_markdown(paper)
        assert f"arch.”  \n> {cited}" in file
        assert file.endswith(f"\n\n## {heading}\n\n{entry}\n")
        assert file.count("https://example.org/b") == 2
        plain = entry.replace("*", "")
        assert to_text(paper).endswith(f"\n\n{heading}\n\n{plain}\n")
        said = docx.Document(BytesIO(to_docx(paper))).paragraphs
        assert (said[-2].text, said[-1].text) == (heading, plain)
        slanted = [run.text for run in said[-1].runs if run.italic]
        assert slanted == ["A bridge"] * ("*" in entry)
        html = to_html(paper)
        assert ("<em>A bridge</em>. example.org" in html) is ("*" in entry)
        assert '<a href="https://example.org/b#:~:text=arch">' in html
        (item,) = json.loads(to_csl(paper.articles))
        assert item["author"] == [{"family": "Lee", "given": "Ann"}, {"literal": "The Porto Trust"}]
        assert len(item["accessed"]["date-parts"][0]) == 3
        assert "author = {Lee, Ann and {The Porto Trust}}," in to_bibtex(paper.articles)


def test_a_long_question_is_a_short_title() -> None:
    assert title_of("Who\n pays?") == "Who pays?"
    assert len(title_of("word " * 100)) <= LONGEST_TITLE
    assert title_of("word " * 100).endswith("word …")
