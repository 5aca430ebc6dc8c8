"""What no reader sees is named, and what a script needs is not."""

from __future__ import annotations

import pytest
from taking import exported
from tiny import TinyEmbedder

from index import Library
from index.invisible import unseen_in
from rag import ask
from ui.page.render.messages import answered


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("It cost \u202e04\u202c euros.", ("right-to-left override", "pop directional formatting")),
        ("It cost 4\u200b0 euros.", ("zero width space",)),
        ("It cost 4\u200d0 euros.", ("zero width joiner",)),
        ("It cost \u206604\u2069.", ("left-to-right isolate", "pop directional isolate")),
        ("It cost 40\u200e euros.", ("left-to-right mark",)),
        ("a\U000e0061b", ("tag latin small letter a",)),
    ],
)
def test_what_turns_or_hides_is_named(text: str, names: tuple[str, ...]) -> None:
    assert unseen_in(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "It cost 40 euros, na\u00efve caf\u00e9, soft\u00adhyphen, no\u00a0break.",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian
        "\u0915\u094d\u200d\u0937",  # Hindi
        "\u05e9\u05dc\u05d5\u05dd\u200f 40!",  # Hebrew
        "\U0001f468\u200d\U0001f469\u200d\U0001f467 \u2764\ufe0f",
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    ],
)
def test_what_a_script_or_an_emoji_needs_is_not(text: str) -> None:
    assert unseen_in(text) == ()


def test_it_is_said_beside_the_quote(tmp_path: object) -> None:
    with Library.open(f"{tmp_path}/l", embedder=TinyEmbedder()) as library:
        library.add_text("The bridge cost \u202e04\u202c million euros.", title="Costs")
        answer = ask("What did the bridge cost?", library=library)
        (citation,) = answer.citations
        assert citation.article.text[citation.start : citation.end] == citation.quote
        for shown in (str(answer), answered(answer, library)["content"], exported([("", answer)])):
            assert "right-to-left override" in shown.replace("\\", "")
        assert "<bdi>" in answered(answer, library)["content"]
