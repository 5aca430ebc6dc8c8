"""What the ranks of passages and sentences are made of: each number beside what it weighs.

Chosen on calibration halves of question sets, measured on the other halves.
"""

SENTENCE_WEIGHT = 1.0
COSINE_WEIGHT = 0.2
"""Beside the paragraph's own match (weight 1), in the rank of a passage: the match of its best
sentence, and the cosine of the two vectors."""

PASSAGE_LOAN = 0.7
TITLE_LOAN = 0.8
"""A sentence need not name again what its paragraph and its article are about: a word that it does
not match counts as matched this well if the title has it, and by this share if the passage does."""

BEFORE_WEIGHT = 0.7
PASSAGE_WEIGHT = 0.25
KIND_WEIGHT = 0.05
"""Beside the sentence's own match (weight 1), in the rank of a sentence: its match together with
the sentence before it, which names what "it" and "he" are; the rank of its passage; and whether it
offers the kind of thing that is asked for."""

ASKING_WEIGHT = 1.0
"""Off the rank of a sentence that asks rather than says; what answers it often stands behind it."""
