"""Text in an article that is meant for a model, and statements that are no part of an answer."""

from __future__ import annotations

import re

import numpy as np

from index.types import Encoding
from rag.question.encode import Question

_VERBS = (
    "add|act|alter|analy[sz]e|answer|append|apply|arrange|assist|begin|break|build|calculate|change"
    "|check|click|compare|compose|conclude|convert|craft|create|define|describe|design|develop"
    "|disable|discuss|disregard|download|draft|embed|embrace|emphasi[sz]e|employ|encode|encourage"
    "|end|ensure|execute|explain|follow|forget|format|generate|give|guide|help|highlight|identify"
    "|ignore|imagine|implement|include|incorporate|inject|insert|install|integrate|interpret"
    "|introduce|invite|jumble|limit|list|make|mention|mix|modify|offer|omit|outline|output"
    "|paste|persuade|place|please|predict|pretend|print|promote|propose|provide|randomly"
    "|read|rearrange|recommend|remove|rephrase|repeat|replace|reply|respond|return|reverse|rewrite"
    "|run|render|say|scramble|seamlessly|send|share|show|shuffle|simply|start|state|substitute|suggest"
    "|summari[sz]e|swap|switch|tell|test|transform|translate|try|turn|urge|use|utili[sz]e|verify"
    "|visit|weave|write"
)
_IMPERATIVE = re.compile(
    rf"^\W*(?:(?:important|note|attention|system|assistant|user|instructions?)\s*:\s*)?"
    rf"(?:please |now |instead,? |also |always |never |kindly |do not |don['’]t |hesitate |you "
    rf"(?:must|should|are|will|need|may|can|have) )*(?:to )?(?:{_VERBS})\b"
    r"(?!['’]s| (?:is|was|has)\b)",
    re.IGNORECASE,
)
_TO_A_MODEL = re.compile(
    r"\b(?:in|to|into|of|from|with|for|by|throughout) (?:your|the final|this) "
    r"(?:answer|response|reply|output|solution|code(?:base)?|implementation|project|program|text)\b"
    r"|\byour (?:answer|response|reply|output|code(?:base)?|solution|implementation)\b"
    r"|\b(?:previous|prior|above|earlier|these|all|system) (?:instructions?|prompts?)\b"
    r"|\b(?:as an ai|language model|system prompt|you are (?:now|an? )|code (?:section|snippet"
    r"|block|excerpt|segment)|do not hesitate|don['’]t hesitate)\b",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"```|\w\(\)|\w+\.\w+\(|^\s*(?:import|from|def|class|with|for|return|print)\b.*[.:(=]|[{};]\s*$"
    r"|\w+ = \S+\(|^\s*[#$>]"
)
_ADDRESS = re.compile(
    r"(?:https?|ftp|data|javascript|mailto|file):|\bwww\.|//\w"
    r"|\b[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|info|biz|xyz|io|co|ai|app|dev|site|online|gov|edu|eu|uk"
    r"|de|ru|cn)\b(?:/\S*)?|\S@\S+\.\w",
    re.IGNORECASE,
)

RELEVANT = 0.45
"""A statement that speaks of the question less than this, as a share of what the best sentence
does, is beside the question. On the project's own questions 5 of 100 instructions of BIPIA reach
it, and 95 of 100 sentences that answer."""


def asks(sentence: str) -> bool:
    """Tell whether a sentence is a question, so that it states nothing."""
    return sentence.rstrip("\"”’') ").endswith(("?", "？"))


def instructs(sentence: str) -> bool:
    """Tell whether a sentence of an article asks or tells its reader to do something, or is code.

    Such a sentence says nothing about the world, so that no statement of an answer can rest on it.
    """
    if asks(sentence):
        return True
    return any(pattern.search(sentence) for pattern in (_IMPERATIVE, _TO_A_MODEL, _CODE))


def has_address(statement: str) -> bool:
    """Tell whether a statement has an address of the web or of mail; models make them up."""
    return _ADDRESS.search(statement) is not None


def relevance(question: Question, encoding: Encoding) -> float:
    """Return how much of a question a text speaks of, in [0, 1]: late interaction, as evidence is
    weighed (``Evidence.score``)."""
    if not len(encoding.token_vectors):
        return 0.0
    best = (encoding.token_vectors @ question.token_vectors.T).max(axis=0)
    return float(np.maximum(best, 0.0) @ question.weights)
