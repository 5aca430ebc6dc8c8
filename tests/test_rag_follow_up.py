"""What a question was taken to follow is said, and can be chosen."""

from __future__ import annotations

from pathlib import Path

import pytest
from taking import exported

from index import Library
from rag import Turn, ask
from rag.answer.export import answer_json
from rag.libraries import bundled_article
from rag.question.followup import borrow
from ui.cli.answer import print_answers
from ui.cli.main import main
from ui.page.conversation import begin, extractive, give
from ui.page.render.messages import answered
from ui.page.visits.visit import Visit

LORRIES = (
    "The mayor of Aldern opened the new bridge on Monday. It cost 12 million euros.\n\n"
    "The Harbour Board expects 400 lorries a day, half of them from the quarries of Halden. It will"
    " count them for a year, and the council of Aldern will then decide about a second lane."
)
REVENUES = """# Ferry Lines reports its second quarter

In thousands

| | Q2 2023 | Q2 2022 |
| --- | ---: | ---: |
| **Europe and the Middle East** | | |
| Passenger revenues | 8,187 | 7,970 |
| Freight revenues | 1,204 | 1,238 |
"""

BEFORE = Turn("Who designed the arch?", "Engineers from Porto designed the arch.")


def test_who_asks_chooses_whether_a_question_borrows() -> None:
    leaning, standing = "How long did it take?", "Who designed the northern harbour wall?"
    assert borrow(leaning, [BEFORE]) and not borrow(standing, [BEFORE])
    assert borrow(leaning, [BEFORE], False) == ""
    assert borrow(standing, [BEFORE], True) == BEFORE.question
    assert borrow(standing, [], True) == ""


def test_what_a_question_follows_is_said(
    library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    question = "How long did they work on it?"
    answer = ask(question, library=library, history=[BEFORE])
    assert answer.follows == BEFORE.question
    assert answer_json(answer)["follows"] == BEFORE.question
    print_answers(iter([answer]), as_json=False, failed=False)
    assert f"taken as a follow-up to “{BEFORE.question}”" in capsys.readouterr().out
    assert "Taken as a follow-up to “Who designed" in exported([(question, answer)])
    shown = answered(answer, library, again="abc")["content"]
    assert "[ask by itself](#again-abc)" in shown
    assert "[ask" not in answered(answer, library)["content"]


def test_a_question_can_be_asked_by_itself_and_as_a_follow_up(library: Library) -> None:
    question = "How long did they work on it?"
    alone = ask(question, library=library, history=[BEFORE], follow_up=False)
    assert alone.follows == alone.searched_for == ""
    assert "follows" not in answer_json(alone)
    assert alone.confidence == ask(question, library=library).confidence
    shown = answered(alone, library, again="abc", by_itself=True)["content"]
    assert "Taken by itself · [ask as a follow-up](#again-abc)" in shown
    named = "How long did the engineers from Porto work?"
    assert ask(named, library=library, history=[BEFORE]).follows == ""
    assert ask(named, library=library, history=[BEFORE], follow_up=True).follows == BEFORE.question


@pytest.mark.parametrize(("wish", "follows"), [(True, BEFORE.question), (False, ""), (None, "")])
def test_the_page_asks_as_the_visitor_wishes(
    library: Library, wish: bool | None, follows: str
) -> None:
    visit = Visit(library)
    first = begin(visit, BEFORE.question)
    assert [*give(visit, first, extractive)][-1]
    second = begin(visit, "How long did the engineers from Porto work?", follow_up=wish)
    (*_, answer) = give(visit, second, extractive)
    assert answer is not None and answer.follows == follows
    assert second.by_itself == (wish is False)


def test_what_is_answered_by_itself_alone_follows_nothing(tmp_path: Path) -> None:
    before = "What were passenger revenues in Europe in Q2 2023?"
    with Library.open(tmp_path / "library") as library:
        library.add_text(LORRIES, title="A bridge at Aldern")
        library.add_text(REVENUES)
        first = ask(before, library=library)
        question = "What does it say about the Harbour Board?"
        answer = ask(question, library=library, history=[Turn(before, first.text)])
    assert answer.follows == "" and not answer.refused
    assert "Harbour Board" in answer.citations[0].quote


def test_the_command_line_asks_as_it_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    before, named = "Who directs the AI Governance Lab?", "Which firm does Daniel Newman head?"
    asked = ["ask", named, "--article", str(bundled_article()), "--after", before]
    follows = f"taken as a follow-up to “{before}”"
    for option in ([], ["--by-itself"]):
        main([*asked, *option])
        assert follows not in capsys.readouterr().out
    main([*asked, "--follow-up"])
    assert follows in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main([*asked, "--follow-up", "--by-itself"])
