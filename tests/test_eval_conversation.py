"""What a question borrows: towns whose evidence is known, asked after one another."""

from __future__ import annotations

from dataclasses import replace

from test_eval_run import town_set
from tiny import TinyEmbedder

from eval.conversation import OURS, WAYS, measure
from eval.sets.corpus import open_corpus, quiet
from rag.types import Turn


def test_each_way_does_what_its_name_says(tiny: TinyEmbedder) -> None:
    towns = town_set()
    other, first, *_ = (question for question in towns.questions if question.evidence)
    alone = replace(other, id="alone", history=(Turn(first.text),))
    follows = replace(first, id="follows", text="And what of it?", history=(Turn(first.text),))
    found = measure([alone, follows], open_corpus(towns, quiet, tiny))
    (switch,), (follow_up,) = found["alone"], found["follows"]
    last, both = WAYS[:2]
    # A question that stands alone is asked as it is; one that does not finds nothing by itself.
    assert switch[OURS] == switch[last] and switch[last]["hit@1"] == 1
    assert follow_up[OURS]["hit@1"] == follow_up[both]["hit@1"] == 1
    assert follow_up[last]["hit@1"] == 0


def test_a_first_question_is_put_after_one_on_another_article(tiny: TinyEmbedder) -> None:
    towns = town_set()
    found = measure(towns.questions, open_corpus(towns, quiet, tiny))
    assert not found["follows"] and not found["alone"]
    assert len(found["switched"]) == 40
    assert all(row[OURS]["hit@1"] == 1 for row in found["switched"])
