"""What a short page says beside what error pages, or parked pages, say. Pure.

An error page talks of its address, of what its visitor looked for and of where he may go. A T-shirt called "404 Error",
a band called "Not Found", or the reference of a status say something else as well, be it in a few words.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_CLAUSES = re.compile(r"[.!?;:,|。！？；：，、·•…()（）\[\]{}\"“”<>»«\n]+|\s[-–—]\s")
_WORDS_WITH_DIGITS = re.compile(r"\S*\d\S*|\S*/\S*")
"""Numbers, addresses, codes."""
_IDEOGRAPH = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_IDEOGRAPH_WEIGHT = 3
"""Letters of a word that is written with one character."""
_EXPLAINED = 30
"""Letters of a clause that each such word stands for."""


def letters_in(text: str) -> int:
    """Return how many letters a text has; a character that is a word counts for several."""
    return sum(map(str.isalpha, text)) + (_IDEOGRAPH_WEIGHT - 1) * len(_IDEOGRAPH.findall(text))


def letters_beside(text: str, words_in: Callable[[str], int]) -> int:
    """Return how many letters of a text stand in clauses that no such page would say.

    `words_in` tells how many words there are in a clause that such pages use.
    """
    beside = 0
    for clause in filter(None, _CLAUSES.split(text)):
        letters = letters_in(_WORDS_WITH_DIGITS.sub("", clause))
        if letters:
            beside += max(0, letters - _EXPLAINED * words_in(clause))
    return beside
