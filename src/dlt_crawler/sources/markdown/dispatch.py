"""Asks only those of markdown-it's rules that can match at a character.

markdown-it asks every rule in turn, and most look at one character and decline. Here they are sorted by that character
once. Their order, and what they match, stay as they are: a rule that is not named here is asked everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from markdown_it.parser_block import RuleFuncBlockType
from markdown_it.parser_inline import RuleFuncInline2Type, RuleFuncInlineType
from markdown_it.ruler import RuleFuncTv, Ruler
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

INLINE: Final[Mapping[str, str]] = {
    "newline": "\n",
    "escape": "\\",
    "backticks": "`",
    "strikethrough": "~",
    "emphasis": "*_",
    "link": "[",
    "image": "!",
    "footnote_ref": "[",
    "dangling_reference": "[",
    "autolink": "<",
    "html_inline": "<",
    "entity": "&",
    "bare_url": ":w",
}
"""Inline rule → the characters that it can match at."""

BLOCK: Final[Mapping[str, str]] = {
    "fence": "`~",
    "blockquote": ">",
    "hr": "*-_",
    "list": "*-+0123456789",
    "footnote_def": "[",
    "reference": "[",
    "html_block": "<",
    "heading": "#",
}
"""Block rule → the characters that its first line can begin with, behind its indent."""


class InlineRuler(Ruler[RuleFuncInlineType]):
    """A ruler whose chain is one rule that asks the others."""

    def __init__(self, ruler: Ruler[RuleFuncInlineType]) -> None:
        super().__init__()
        self.__rules__ = ruler.__rules__
        by_character, others = _sorted(ruler, "", INLINE)

        def ask(state: StateInline, silent: bool) -> bool:
            for rule in by_character.get(state.src[state.pos], others):  # noqa: SIM110 (a generator is a frame more)
                if rule(state, silent):
                    return True
            return False

        self._chain: list[RuleFuncInlineType] = [ask]

    def getRules(self, chainName: str = "") -> list[RuleFuncInlineType]:  # noqa: N802, N803 (markdown-it's names)
        """Return the one rule."""
        return self._chain


class PairRuler(Ruler[RuleFuncInline2Type]):
    """A ruler whose chain is one rule that asks the others where there are marks to pair."""

    def __init__(self, ruler: Ruler[RuleFuncInline2Type]) -> None:
        super().__init__()
        self.__rules__ = ruler.__rules__
        rules = tuple(rule.fn for rule in ruler.__rules__ if rule.enabled)

        def ask(state: StateInline) -> None:
            if state.delimiters or any(meta and meta["delimiters"] for meta in state.tokens_meta):
                for rule in rules:
                    rule(state)

        self._chain: list[RuleFuncInline2Type] = [ask]

    def getRules(self, chainName: str = "") -> list[RuleFuncInline2Type]:  # noqa: N802, N803 (markdown-it's names)
        """Return the one rule."""
        return self._chain


class BlockRuler(Ruler[RuleFuncBlockType]):
    """A ruler each of whose chains is one rule that asks the others."""

    def __init__(self, ruler: Ruler[RuleFuncBlockType]) -> None:
        super().__init__()
        self.__rules__ = ruler.__rules__
        chains = {"", *(chain for rule in ruler.__rules__ for chain in rule.alt)}
        self._chains = {chain: [_asking(*_sorted(ruler, chain, BLOCK))] for chain in chains}

    def getRules(self, chainName: str = "") -> list[RuleFuncBlockType]:  # noqa: N802, N803 (markdown-it's names)
        """Return the one rule of a chain."""
        return self._chains[chainName]


_Sorted = tuple[dict[str, tuple[RuleFuncTv, ...]], tuple[RuleFuncTv, ...]]
"""The rules to ask by character, and those to ask at any other character."""


def _sorted(ruler: Ruler[RuleFuncTv], chain: str, characters: Mapping[str, str]) -> _Sorted[RuleFuncTv]:
    rules = [rule for rule in ruler.__rules__ if rule.enabled and (not chain or chain in rule.alt)]

    def matching(character: str) -> tuple[RuleFuncTv, ...]:
        return tuple(rule.fn for rule in rules if character in characters.get(rule.name, character))

    others = tuple(rule.fn for rule in rules if rule.name not in characters)
    return {character: matching(character) for character in "".join(characters.values())}, others


def _asking(
    by_character: Mapping[str, tuple[RuleFuncBlockType, ...]], others: tuple[RuleFuncBlockType, ...]
) -> RuleFuncBlockType:
    def ask(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
        position = state.bMarks[start_line] + state.tShift[start_line]
        for rule in by_character.get(state.src[position : position + 1], others):
            if rule(state, start_line, end_line, silent):
                return True
        return False

    return ask
