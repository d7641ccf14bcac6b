"""The inline rules of markdown-it, wrapped to note on their tokens where their constructs are.

A rule that succeeds when it is not silent is final, so nothing noted is ever taken back. Offsets are those in the
content of the block; in the alternative text of an image, those in this text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from markdown_it.parser_inline import RuleFuncInlineType
from markdown_it.ruler import Ruler
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from dlt_crawler.sources.markdown.bare_rule import AMBIGUOUS, is_ambiguous
from dlt_crawler.sources.markdown.place import END, PLACE, Destination, Place

INLINE: Final = "dlt_crawler.inline"
"""Key of markdown-it's environment: the `InlineNotes` of the block that is being parsed."""

ALTERNATIVE: Final = "dlt_crawler.alternative"
"""Key of an image token's meta: where its alternative text begins (an int)."""

# What the text rule stops at: where another rule may match, and what a label may end at. The markup of text matters
# only where the text itself does. "www." is of interest, and not every "w".
_SCANNED = re.compile(r"[\[\]\\`<]|!(?=\[)")
_PASSED = re.compile(r"[\[\\`<]|!(?=\[)|:(?=//)|w(?=ww\.)")
_SHOWN = re.compile(r"[\[\]\\`<&*_~\n]|!(?=\[)|:(?=//)|w(?=ww\.)")


@dataclass(slots=True)
class InlineNotes:
    """What is noted of the content of one block."""

    shown: bool
    """Whether its text is wanted as readers see it, everywhere and not only in labels."""
    alternative: int = 0
    """How many alternative texts the rules are in."""
    too_deep: bool = False
    """Whether brackets are nested more deeply than is parsed."""
    dangling: list[tuple[int, int]] = field(default_factory=list)
    """Half-open offsets of references without a definition."""


def notes_of(state: StateInline) -> InlineNotes:
    """Return the notes of the block that is being parsed."""
    notes: InlineNotes = state.env[INLINE]
    return notes


def text(state: StateInline, silent: bool) -> bool:
    """Take text up to where another rule may match, in place of markdown-it's own text rule, which stops more often."""
    if silent:
        stops = _SCANNED
    else:
        notes = notes_of(state)
        stops = _SHOWN if state.linkLevel or notes.shown or notes.alternative else _PASSED
    stop = stops.search(state.src, state.pos, state.posMax)
    end = stop.start() if stop else state.posMax
    if end == state.pos:
        return False
    if not silent:
        state.append_pending(state.src[state.pos : end])
    state.pos = end
    return True


def wrap_inline_rules(ruler: Ruler[RuleFuncInlineType]) -> None:
    """Let the rules note their constructs."""
    ruler.at("text", text)
    rules = {rule.name: rule.fn for rule in ruler.__rules__}
    ruler.at("link", _noting_link(rules["link"]))
    ruler.at("image", _noting_image(rules["image"]))
    ruler.at("bare_url", _outside_alternatives(rules["bare_url"]))
    for name in ("autolink", "html_inline", "backticks"):
        ruler.at(name, _noting_place(rules[name]))


def _noting_link(rule: RuleFuncInlineType) -> RuleFuncInlineType:
    def noting(state: StateInline, silent: bool) -> bool:
        start, before = state.pos, len(state.tokens)
        if not rule(state, silent):
            return False
        if not silent:
            token = _pushed(state, before)
            token.meta[END] = state.pos
            if is_ambiguous(state, start):
                token.meta[AMBIGUOUS] = True
            if not isinstance(token.attrs["href"], Destination):
                token.meta[PLACE] = _empty_destination(state)
        return True

    return noting


def _noting_image(rule: RuleFuncInlineType) -> RuleFuncInlineType:
    def noting(state: StateInline, silent: bool) -> bool:
        if silent:
            return rule(state, True)
        notes = notes_of(state)
        start, before = state.pos, len(state.tokens)
        notes.alternative += 1
        matched = rule(state, False)
        notes.alternative -= 1
        if matched:
            token = _pushed(state, before)
            token.meta[ALTERNATIVE] = start + len("![")
            token.meta[END] = state.pos
            if is_ambiguous(state, start):
                token.meta[AMBIGUOUS] = True
            if not isinstance(token.attrs["src"], Destination):
                token.meta[PLACE] = _empty_destination(state)
        return matched

    return noting


def _noting_place(rule: RuleFuncInlineType) -> RuleFuncInlineType:
    def noting(state: StateInline, silent: bool) -> bool:
        start, before, level = state.pos, len(state.tokens), state.linkLevel
        matched = rule(state, silent)
        # markdown-it counts <a> and </a> as a link, paired or not, with an address or without.
        state.linkLevel = level
        if matched and len(state.tokens) > before:
            _pushed(state, before).meta[PLACE] = Place(start, state.pos)
        return matched

    return noting


def _outside_alternatives(rule: RuleFuncInlineType) -> RuleFuncInlineType:
    def outside(state: StateInline, silent: bool) -> bool:
        # A bare URL in an alternative text is text, as it is in the label of a link.
        return not notes_of(state).alternative and rule(state, silent)

    return outside


def _pushed(state: StateInline, before: int) -> Token:
    """Return the first token that a rule pushed; text that was pending is pushed before it."""
    token = state.tokens[before]
    return state.tokens[before + 1] if token.type == "text" else token


def _empty_destination(state: StateInline) -> Place:
    """Return the place of the destination in `[text]( )`, which has just been read."""
    start = state.pos - len(")")
    while state.src[start - 1] in " \t\n":
        start -= 1
    return Place(start, start)
