"""How much a word of a question tells, when a library is too small to say so by itself."""

from __future__ import annotations

FUNCTION_WORDS = frozenset(
    """
    a about above after again against all also am an and any are as at be because been before being
    below between both but by can could did do does doing down during each else ever every few for
    from further had has have having he her here hers herself him himself his how i if in into is
    it its itself just may me might more most much must my myself no nor not now of off on once
    only or other our ours ourselves out over own per shall she should so some such than that the
    their theirs them themselves then there these they this those through to too under until up
    upon us very was we were what when where whether which while who whom whose why will with
    within without would yet you your yours yourself
    s t re ve ll d m
    tell describe explain give name list please know many long called
    """.split()
)
"""English words that join others, and those that only say "please answer". They weigh little."""

POINTS_BACK = frozenset(
    "he him his she her hers it its they them their theirs that this those these there then one"
    " ones such same others former latter".split()
)
"""English words that stand for something that was named before."""

FUNCTION_SHARE = 0.3
CONTENT_SHARE = 0.01
"""The share of passages that has such a word, as far as nothing is known of the library."""

PRIOR_PASSAGES = 100
"""The shares above count as much as this many passages of the library's own."""


def passage_share(word: str, passages_with: int, passages: int) -> float:
    """Return the smoothed share of passages that have a word, in (0, 1).

    ``("the", 26, 26)`` → 0.44, ``("stargate", 5, 26)`` → 0.05.
    """
    known = FUNCTION_SHARE if word in FUNCTION_WORDS or not word.isalnum() else CONTENT_SHARE
    return (passages_with + PRIOR_PASSAGES * known) / (passages + PRIOR_PASSAGES)
