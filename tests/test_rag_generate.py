"""What a language model writes, on a stub that plays models and endpoints of many kinds."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
from stub_model import Fault, excerpts, honest, serve

from index import Library
from index.errors import ModelError
from rag import Model, Turn, ask, ask_stream
from rag.llm.endpoint import model_from
from rag.types import Verdict

KEY = "sk-very-secret"
STORY_SAYS = "Engineers from Porto designed the arch"
QUESTION = "Who designed the arch?"

Script = Callable[[str], str]


def _says(text: str) -> Script:
    return lambda prompt: text


def test_an_honest_model_is_heard_with_its_citations(library: Library) -> None:
    with serve(_says("The arch was designed by engineers from Porto [1].")) as stub:
        answer = ask(QUESTION, library=library, model=Model(stub.url, "honest"))
    assert answer.text == "The arch was designed by engineers from Porto. [1]"
    (claim,) = answer.claims
    assert claim.verdict is Verdict.SUPPORTED
    assert claim.citations == answer.citations
    assert answer.citations[0].quote == f"{STORY_SAYS}."
    assert answer.written and answer.written.failed == () and answer.written.read_tokens > 0


@pytest.mark.parametrize(
    "mark", ["[{}]", "[{}, 1]", "【{}】", "({})", "[^{}]", "[Excerpt {}]", "[{}].", "", "[9]", "²"]
)
def test_marks_of_any_form_are_read(library: Library, mark: str) -> None:
    def script(prompt: str) -> str:
        number = next(n for n, text in excerpts(prompt).items() if "Porto" in text)
        return f"{STORY_SAYS} {mark.format(number)}"

    with serve(script) as stub:
        answer = ask(QUESTION, library=library, model=Model(stub.url, "m"))
    assert answer.text == f"{STORY_SAYS} [1]" + ("." if mark == "[{}]." else "") or (
        answer.text == f"{STORY_SAYS}. [1]"
    )
    assert answer.citations[0].paragraph == 2


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("Engineers from Lyon designed the arch [1].", Verdict.ALTERED),
        ("Engineers from Porto did not design the arch [1].", Verdict.ALTERED),
        ("Engineers from Porto designed the arch in 12 years [1].", Verdict.ALTERED),
        ("The arch is “a marvel of steel” [1].", Verdict.ABSENT),
        ("Visit www.arch.example.com for who designed the arch.", Verdict.UNSUPPORTED),
        ("Its designers were, as everyone knows, Roman emperors [9].", Verdict.UNSUPPORTED),
    ],
)
def test_what_does_not_hold_is_dropped_and_counted(
    library: Library, said: str, verdict: Verdict
) -> None:
    with serve(_says(f"{said} {STORY_SAYS} [1].")) as stub:
        answer = ask(QUESTION, library=library, model=Model(stub.url, "m"))
    assert answer.text == f"{STORY_SAYS}. [1]"
    assert answer.written
    assert [(claim.text, claim.verdict) for claim in answer.written.failed] == [
        (said.replace(" [1]", "").replace(" [9]", ""), verdict)
    ]
    assert "1 of 2 statements by m did not pass the check" in str(answer)


def test_if_nothing_holds_the_answer_is_the_extractive_one(library: Library) -> None:
    without = ask(QUESTION, library=library)
    with serve(_says("Romans designed the arch in 80 BC [1].")) as stub:
        answer = ask(QUESTION, library=library, model=Model(stub.url, "m"))
    assert (answer.text, answer.claims) == (without.text, without.claims)
    assert "Nothing that m wrote passed the check" in str(answer)


def test_what_is_true_but_no_answer_is_not_one(library: Library) -> None:
    question, true = "What did the new bridge cost?", "The new bridge is red."
    library.add_text(f"{true} Its railing is blue.", title="Colours")

    def script(prompt: str) -> str:
        number = next(n for n, text in excerpts(prompt).items() if true in text)
        return f"{true} [{number}]"

    with serve(script) as stub:
        *grown, answer = ask_stream(question, library=library, model=Model(stub.url, "m"))
    assert answer.claims == ask(question, library=library).claims
    assert "12 million euros" in answer.text
    assert answer.written and answer.written.note.startswith("What m wrote misses the answer")
    assert all(each.claims == () for each in grown)


def test_what_only_repeats_the_prompt_is_not_counted(library: Library) -> None:
    again = "Keep numbers, names and dates exactly as they are. Question: Who designed the arch?"
    with serve(_says(f"{again} {STORY_SAYS} [1].")) as stub:
        answer = ask(QUESTION, library=library, model=Model(stub.url, "m"))
    assert answer.text == f"{STORY_SAYS}. [1]"
    assert answer.written and answer.written.failed == ()


def test_links_and_images_are_gone(library: Library) -> None:
    said = f"![x](http://evil.example/x.png) [{STORY_SAYS}](http://evil.example) <b>[1]</b>."
    with serve(_says(said)) as stub:
        answer = ask(QUESTION, library=library, model=Model(stub.url, "m"))
    assert "evil" not in answer.text and "<" not in answer.text and "![" not in answer.text
    assert STORY_SAYS in answer.text


def test_a_statement_is_released_only_after_its_check(library: Library) -> None:
    said = f"{STORY_SAYS} [1]. Engineers from Lyon designed the arch [1]. They worked on it [1]."
    with serve(_says(said)) as stub:
        grown = list(ask_stream(QUESTION, library=library, model=Model(stub.url, "m")))
    assert [len(answer.claims) for answer in grown][:2] == [1, 1] or len(grown) >= 2
    assert not any("Lyon" in answer.text for answer in grown)


def test_what_is_refused_is_not_asked_unless_told_to(library: Library) -> None:
    question = "Which orchestra played Mozart?"
    with serve(_says("Vienna's own orchestra played Mozart.")) as stub:
        model = Model(stub.url, "m")
        answer = ask(question, library=library, model=model)
        assert answer.refused and stub.prompts == []
        assert "m was not asked" in str(answer)
        answer = ask(question, library=library, model=model, always_ask=True)
        assert answer.refused and len(stub.prompts) == 1
    with serve(_says("A ferry had crossed the river since 1890.")) as stub:
        answer = ask(
            "Since when was there an orchestra of the ferry?",
            library=library,
            model=Model(stub.url, "m"),
            always_ask=True,
        )
    assert "ferry" in answer.text


FAULTS = {
    "refuses the key": (Fault(401, b"{}"), "does not take the key: set PULLQUOTE_KEY (401)", 1),
    "unknown model": (Fault(404, b"{}"), "has no model 'm', or speaks another protocol (404)", 1),
    "busy": (Fault(429, b"{}"), "has too much to do", 2),
    "broken": (Fault(500, b"boom"), "failed (500)", 2),
    "cut": (Fault(cut_after=6), "broke off", 1),
    "cut later": (Fault(cut_after=14), "broke off", 1),
    "empty": (Fault(200, b""), "is empty", 1),
    "a web page": (Fault(200, b"<html>"), "is empty", 1),
    "malformed": (Fault(200, b"data: {nope\n\n"), "is malformed", 1),
    "misshapen": (Fault(200, b'data: {"choices": 3}\n\n'), "is malformed", 1),
    "endless": (Fault(endless=True), "did not end", 1),
    "silent": (Fault(silent=True), "took too long (at most 2 seconds", 1),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_failing_endpoint_costs_one_line(
    library: Library, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    fault, says, tries = FAULTS[name]
    without = ask(QUESTION, library=library)
    with caplog.at_level(logging.DEBUG), serve(honest, fault) as stub:
        model = Model(stub.url, "m", key=KEY, seconds=2, retries=1)
        answer = ask(QUESTION, library=library, model=model)
        assert len(stub.prompts) == tries
    assert (answer.text, answer.citations) == (without.text, without.citations)
    assert answer.written and says in answer.written.note
    assert "\n" not in answer.written.note
    assert KEY not in repr(model) + repr(answer) + str(answer) + caplog.text


def test_nobody_listens(library: Library) -> None:
    answer = ask(QUESTION, library=library, model=Model("http://127.0.0.1:9/v1", "m", retries=0))
    assert answer.text and answer.written and "cannot be reached" in answer.written.note


def test_a_short_failure_is_tried_again(library: Library) -> None:
    with serve(_says(f"{STORY_SAYS} [1]."), Fault(500, b"", fails=1)) as stub:
        answer = ask(QUESTION, library=library, model=Model(stub.url, "m", key=KEY))
        assert len(stub.prompts) == 2
        assert stub.headers[0]["authorization"] == f"Bearer {KEY}"
    assert answer.written and not answer.written.note


def test_the_key_of_another_service_is_never_sent(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-somebody-else")
    with serve(honest) as stub:
        ask(QUESTION, library=library, model=Model(stub.url, "m"))
    assert all("somebody" not in value for head in stub.headers for value in head.values())


def test_the_excerpts_are_marked_as_data_by_another_word_each_time(library: Library) -> None:
    with serve(honest) as stub:
        for _ in range(2):
            ask(QUESTION, library=library, model=Model(stub.url, "m"))
    first, second = stub.prompts
    assert first != second
    assert excerpts(first) == excerpts(second)
    assert "Porto" in excerpts(first)[1]


def test_the_prompt_keeps_to_its_budget(library: Library) -> None:
    from rag.llm.prompt import count_tokens

    with serve(honest) as stub:
        ask(QUESTION, library=library, model=Model(stub.url, "m"))
        room = count_tokens(stub.prompts[0]) - 12
        ask(QUESTION, library=library, model=Model(stub.url, "m", read_tokens=room))
    # The mark is another one each time, and its tokens are some more or fewer.
    assert count_tokens(stub.prompts[1]) <= room + 8
    assert len(excerpts(stub.prompts[1])) < len(excerpts(stub.prompts[0]))


def test_costs_are_shown_only_with_prices(library: Library) -> None:
    with serve(_says(f"{STORY_SAYS} [1].")) as stub:
        free = ask(QUESTION, library=library, model=Model(stub.url, "m"))
        paid = ask(QUESTION, library=library, model=Model(stub.url, "m", prices=(1.0, 2.0)))
    assert free.written and free.written.cost is None and "cost" not in str(free)
    assert paid.written and paid.written.cost
    tokens = paid.written.read_tokens, paid.written.written_tokens
    assert paid.written.cost == pytest.approx((tokens[0] + 2 * tokens[1]) / 1e6)


HISTORY = [Turn("Who designed the arch?", "Engineers from Porto designed the arch.")]


def test_a_follow_up_shows_what_was_searched_for(library: Library) -> None:
    answer = ask("How long did they work on it?", library=library, history=HISTORY)
    assert answer.searched_for.endswith("How long did they work on it?")
    assert "Who designed the arch?" in answer.searched_for
    assert ask(QUESTION, library=library).searched_for == ""


@pytest.mark.parametrize(
    ("rewritten", "searched"),
    [
        ("How long did the engineers from Porto work on the arch?", True),
        ("How long did the engineers from Lyon work on the arch?", False),
        ("Ignore this. See www.example.com?", False),
        ("It took them three years.", False),
    ],
)
def test_a_model_rewrites_a_follow_up_with_words_that_were_said(
    library: Library, rewritten: str, searched: bool
) -> None:
    def script(prompt: str) -> str:
        return rewritten if "Rewrite" in prompt else "They worked on it for three years."

    with serve(script) as stub:
        answer = ask(
            "How long did they work on it?",
            library=library,
            history=HISTORY,
            model=Model(stub.url, "m"),
        )
    assert (answer.searched_for == rewritten) is searched
    assert answer.question == "How long did they work on it?"
    assert answer.searched_for


def test_the_settings_come_from_arguments_or_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("LLM", "MODEL", "KEY", "PRICES"):
        monkeypatch.delenv(f"PULLQUOTE_{name}", raising=False)
    assert model_from() is None
    with pytest.raises(ModelError, match="--llm URL and --model NAME"):
        model_from("http://localhost:1/v1")
    with pytest.raises(ModelError, match="http:// or https://"):
        model_from("localhost:1", "m")
    monkeypatch.setenv("PULLQUOTE_LLM", "http://user:pass@localhost:1/v1")
    monkeypatch.setenv("PULLQUOTE_MODEL", "m")
    monkeypatch.setenv("PULLQUOTE_KEY", KEY)
    monkeypatch.setenv("PULLQUOTE_PRICES", "0.15,0.6")
    model = model_from(None, "other")
    assert model and (model.name, model.key, model.prices) == ("other", KEY, (0.15, 0.6))
    assert KEY not in repr(model) and "pass" not in model.host
    monkeypatch.setenv("PULLQUOTE_PRICES", "cheap")
    with pytest.raises(ModelError, match="read,written"):
        model_from()
