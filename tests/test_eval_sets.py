"""Question sets: every format, ranges that hold what they should, and complaints that help."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from eval.sets.across import asked_of
from eval.sets.load import OWN, load_set, own_set, select
from eval.types import Gold, Place, Question, QuestionSet, SetArticle
from index.errors import InputError

STORY = "The bridge opened on Monday.\n\nIt cost 12 million. It cost a lot.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "bridge.md").write_text(STORY, encoding="utf-8")
    return tmp_path


def write(folder: Path, *records: object) -> Path:
    file = folder / "questions.jsonl"
    file.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    return file


def gold_texts(questions: QuestionSet) -> list[list[str]]:
    texts = {article.key: article.text for article in questions.articles}
    return [
        [texts[p.article][p.start : p.end] for gold in question.evidence for p in gold.places]
        for question in questions.questions
    ]


def test_each_hard_question_has_a_twin_that_is_answered() -> None:
    found = load_set(OWN / "passages" / "hard.jsonl")
    hard, twins = found.questions[::2], found.questions[1::2]
    assert len(hard) == len(twins) >= 300 and len(found.articles) >= 40
    for question, twin in zip(hard, twins, strict=True):
        assert question.id.replace("-hard", "-twin") == twin.id
        assert not question.evidence and question.split == twin.split
        assert question.kind in ("attribute", "missing", "premise")
    for answers, texts in zip((q.answers for q in found.questions), gold_texts(found), strict=True):
        assert all(answer.lower() in texts[0].lower() for answer in answers)
    halves = {q.about: q.split for q in found.questions}
    assert all(halves[q.about] == q.split for q in found.questions)
    rows = (OWN / "passages" / "claims.jsonl").read_text(encoding="utf-8").splitlines()
    for claim in map(json.loads, rows):
        assert halves[claim["article"]] == claim["split"]


def test_our_own_set_keeps_its_promises() -> None:
    found = own_set()
    assert len(found.articles) == 3
    assert len(found.questions) >= 120
    unanswerable = [question for question in found.questions if not question.answerable]
    assert len(unanswerable) >= 35
    assert {question.split for question in found.questions} == {"calibration", "test"}


def test_quotes_and_ranges_are_the_same_gold(folder: Path) -> None:
    quote = {"article": "bridge", "quote": "It cost 12 million."}
    span = {"article": "bridge", "start": 30, "end": 49}
    file = write(
        folder,
        {"id": "1", "question": "How much?", "answers": ["12 million"], "evidence": [quote]},
        {"id": "2", "question": "How much?", "evidence": [span | {"also": [quote]}]},
        {"id": "3", "question": "Who paid?"},
    )
    found = load_set(file)
    assert gold_texts(found) == [["It cost 12 million."], ["It cost 12 million."] * 2, []]
    assert [question.answerable for question in found.questions] == [True, True, False]
    assert found.articles[0].paragraphs == ((0, 28), (30, 64))


@pytest.mark.parametrize(
    ("evidence", "complaint"),
    [
        (
            {"article": "bridge", "quote": "It cost 13"},
            r"\(q\): 'It cost 13' is not in .*bridge.md",
        ),
        ({"article": "bridge", "quote": "It cost"}, r"'It cost' is 2 times in .*bridge.md"),
        ({"article": "road", "quote": "It"}, r"no article 'road' was given \(known: bridge\)"),
        ({"article": "bridge", "start": 5, "end": 500}, "has no range 5–500"),
        ({"article": "bridge", "start": 0, "end": 3, "quote": "A"}, "is 'The', not 'A'"),
        ({"article": "bridge"}, "evidence.0 .* is not valid"),
        ({"article": "bridge", "quote": "The", "page": 3}, "evidence.0 .*page"),
    ],
)
def test_gold_that_does_not_hold_is_named(
    folder: Path, evidence: dict[str, object], complaint: str
) -> None:
    file = write(folder, {"id": "q", "question": "What?", "evidence": [evidence]})
    with pytest.raises(InputError, match=complaint):
        load_set(file)


def test_an_id_is_used_once(folder: Path) -> None:
    with pytest.raises(InputError, match="'q' is used twice"):
        load_set(write(folder, {"id": "q", "question": "A?"}, {"id": "q", "question": "B?"}))


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        load_set(tmp_path / "none.jsonl")
    with pytest.raises(InputError, match="is not a question set"):
        load_set(tmp_path)


def test_squad_ranges_move_with_their_paragraph(tmp_path: Path) -> None:
    answers = [{"text": "Porto", "answer_start": 3}]
    contexts = ["\ufeffFirst.", "In Porto."]
    asked = [
        {"id": "a", "question": "Where?", "answers": answers},
        {"id": "b", "question": "Who?", "is_impossible": True, "answers": []},
    ]
    paragraphs = [{"context": contexts[0], "qas": []}, {"context": contexts[1], "qas": asked}]
    file = tmp_path / "set.json"
    record = {"version": "2.0", "data": [{"title": "A_b", "paragraphs": paragraphs}]}
    file.write_text(json.dumps(record), encoding="utf-8")
    found = load_set(file)
    assert found.articles[0].text == "First.\n\nIn Porto."
    assert found.articles[0].paragraphs == ((0, 6), (8, 17))
    assert gold_texts(found) == [["Porto"], []]
    assert [question.answerable for question in found.questions] == [True, False]
    with pytest.raises(InputError, match="brings its own articles"):
        load_set(file, [file])


def test_beir_folders(tmp_path: Path) -> None:
    (tmp_path / "qrels").mkdir()
    corpus = [{"_id": "d1", "title": "T", "text": "One."}, {"_id": "d2", "title": "", "text": ""}]
    lines = "\n".join(map(json.dumps, corpus))
    (tmp_path / "corpus.jsonl").write_text(lines, encoding="utf-8")
    (tmp_path / "queries.jsonl").write_text('{"_id": "q", "text": "Which?"}', encoding="utf-8")
    table = "query-id\tcorpus-id\tscore\nq\td1\t2\n"
    (tmp_path / "qrels" / "test.tsv").write_text(table, encoding="utf-8")
    (question,) = load_set(tmp_path).questions
    assert (question.split, question.evidence[0].grade) == ("test", 2)
    (tmp_path / "qrels" / "test.tsv").write_text("q\td2\t1\n", encoding="utf-8")
    with pytest.raises(InputError, match="'d2' is not in corpus"):
        load_set(tmp_path)


def test_a_sample_is_the_same_every_time() -> None:
    whole = own_set()
    one, other = (select(whole, None, 10) for _ in range(2))
    assert one == other
    assert len(one.questions) == 10
    assert {question.split for question in one.questions} == {"test"}
    with pytest.raises(InputError, match="no questions of split 'dev'"):
        select(whole, "dev")


@pytest.mark.parametrize(
    ("path", "questions", "with_gold"),
    [
        ("squad/dev-v1.1.json", 8026, 8026),
        ("squad/dev-v2.0.json", 7894, 3933),
        ("xquad/xquad.zh.json", 889, 889),
        ("clapnq", 415, 204),
        ("mtrag-un", 358, 236),
    ],
)
def test_public_sets(path: str, questions: int, with_gold: int, shared: Path) -> None:
    found = load_set(shared / "benchmarks" / path)
    assert len(found.questions) == questions
    assert sum(bool(question.evidence) for question in found.questions) == with_gold
    assert all(re.search(r"\S", text) for texts in gold_texts(found) for text in texts)
    assert not any("\r" in article.text for article in found.articles)


def test_questions_are_asked_of_articles_in_another_language() -> None:
    gold = (Gold((Place("a", 0, 3),)),)
    english = QuestionSet(
        "en", (SetArticle("a", "A", "One.", ()),), (Question("1", "Who?", ("One",), gold),)
    )
    german = QuestionSet("de", (), (Question("1", "Wer?"), Question("2", "Was?")))
    (asked,) = asked_of(english, german).questions
    assert (asked.id, asked.text, asked.evidence) == ("1", "Wer?", gold)
    assert asked_of(english, german).articles == english.articles
