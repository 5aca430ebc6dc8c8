"""Measuring: question sets → scores, intervals, a report, and a gate that holds a line."""

from eval.evaluate import Plan, evaluate
from eval.gate.judge import Rules, judge, read_rules
from eval.result import Mode, Result
from eval.run import System
from eval.sets.load import load_set, own_set
from eval.types import Gold, Place, Question, QuestionSet, Row

__all__ = [
    "Gold",
    "Mode",
    "Place",
    "Plan",
    "Question",
    "QuestionSet",
    "Result",
    "Row",
    "Rules",
    "System",
    "evaluate",
    "judge",
    "load_set",
    "own_set",
    "read_rules",
]
