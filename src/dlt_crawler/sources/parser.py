"""The markdown parser: markdown-it-py's own rules, each wrapped to note on its tokens where the destinations are.

The grammar is untouched. A block rule's wrapper runs while the container state is what the rule saw, and measures how
the content of the block maps to the text; an inline rule's wrapper notes offsets in that content. A rule that succeeds
when it is not silent is final in markdown-it, so nothing noted is ever taken back. Inline rules are kept pure of the
document: the one parser of this process can be used again and again.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.common.utils import unescapeAll
from markdown_it.helpers import parseLinkDestination, parseLinkLabel
from markdown_it.parser_block import RuleFuncBlockType
from markdown_it.parser_inline import RuleFuncInlineType
from markdown_it.ruler import Ruler
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from dlt_crawler.sources import segments
from dlt_crawler.sources.bare_rule import bare_url
from dlt_crawler.sources.destination import resolve
from dlt_crawler.sources.place import PLACE, Place
from dlt_crawler.sources.segments import SegmentMap

_SEGMENTS: Final = "dlt_crawler.segments"

_MAX_NESTING = 100
"""markdown-it's own default of 20 loses the links below list level 9 without a word (markdown.md, section 6)."""

_LABEL_OF_DEFINITION = re.compile(r"\[(?:[^\[\]\\]|\\.)*\]:[ \t\n]*", re.DOTALL)


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 (markdown-it's name)
        """Let every scheme pass: a link that markdown-it drops would change how the text after it reads."""
        return True

    def normalizeLink(self, url: str) -> str:  # noqa: N802 (markdown-it's name)
        """Write an href as everything else here does."""
        return resolve(url)


@functools.cache
def parser() -> MarkdownIt:
    """Return the parser: CommonMark with GFM's tables, strikethrough, bare URLs and footnotes."""
    options = {"maxNesting": _MAX_NESTING, "store_labels": True, "inline_definitions": True}
    markdown = _Parser("commonmark", options).enable(["table", "strikethrough"])
    # By default the plugin drops footnotes that nobody refers to, with their links.
    markdown.use(footnote_plugin, inline=False, move_to_end=False)
    markdown.inline.ruler.before("newline", "bare_url", bare_url)
    # Stops at every "w" are dear; only "www." is of interest.
    markdown.inline.terminator_re = re.compile(rf"{markdown.inline.terminator_re.pattern}|[wW](?=[wW]{{2}}\.)")
    _wrap_block_rules(markdown.block.ruler)
    _wrap_inline_rules(markdown.inline.ruler)
    return markdown


def place_of(token: Token) -> Place | None:
    """Return what was noted on a token; None for a token that has no destination of its own."""
    place = token.meta.get(PLACE)
    return place if isinstance(place, Place) else None


def segments_of(token: Token) -> SegmentMap | None:
    """Return how the content of a block token maps to the text."""
    found = token.meta.get(_SEGMENTS)
    return found if isinstance(found, SegmentMap) else None


# ── Block rules ─────────────────────────────────────────────────────────────────────────────────────────────────────

_BlockNote = Callable[[StateBlock, int, list[Token]], None]
"""Called with the first line of the block, and the tokens that its rule pushed."""


def _wrap_block_rules(ruler: Ruler[RuleFuncBlockType]) -> None:
    notes: dict[str, _BlockNote] = {
        "paragraph": _note_paragraph,
        "lheading": _note_paragraph,
        "heading": _note_heading,
        "table": _note_table,
        "html_block": _note_html_block,
        "reference": _note_definition,
        "fence": _note_code,
        "code": _note_code,
    }
    for rule in list(ruler.__rules__):
        if note := notes.get(rule.name):
            ruler.at(rule.name, _noting_block_rule(rule.fn, note), {"alt": rule.alt})


def _noting_block_rule(rule: RuleFuncBlockType, note: _BlockNote) -> RuleFuncBlockType:
    def noting(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
        before = len(state.tokens)
        matched = rule(state, start_line, end_line, silent)
        if matched and not silent:
            note(state, start_line, state.tokens[before:])
        return matched

    return noting


def _note_paragraph(state: StateBlock, start_line: int, tokens: list[Token]) -> None:
    inline = tokens[1]
    end_line = inline.map[1] if inline.map else state.line
    found = segments.of_lines(state, start_line, end_line, keep_last_newline=False).without_margins()
    inline.meta[_SEGMENTS] = found.compared_with(inline.content)


def _note_heading(state: StateBlock, start_line: int, tokens: list[Token]) -> None:
    inline = tokens[1]
    inline.meta[_SEGMENTS] = segments.of_heading(state, start_line, inline.content).compared_with(inline.content)


def _note_table(state: StateBlock, start_line: int, tokens: list[Token]) -> None:
    cells = iter(segments.of_cells(state, start_line))
    for token in tokens:
        if token.type == "tr_open" and token.map:
            cells = iter(segments.of_cells(state, token.map[0]))
        elif token.type == "inline" and (cell := next(cells, None)):
            token.meta[_SEGMENTS] = cell.compared_with(token.content)


def _note_html_block(state: StateBlock, start_line: int, tokens: list[Token]) -> None:
    found = segments.of_lines(state, start_line, state.line, keep_last_newline=True)
    tokens[0].meta[_SEGMENTS] = found.compared_with(tokens[0].content)


def _note_definition(state: StateBlock, start_line: int, tokens: list[Token]) -> None:
    lines = segments.of_reference_lines(state, start_line, state.line)
    place = None
    if label := _LABEL_OF_DEFINITION.match(lines.content):
        destination = _destination_at(lines.content, label.end(), len(lines.content))
        place = lines.span(destination.start, destination.end) if destination else None
    here = lines.near(0)
    tokens[0].meta[PLACE] = Place(*place) if place else Place(here, here, exact=False)


def _note_code(state: StateBlock, start_line: int, tokens: list[Token]) -> None:
    tokens[0].meta[PLACE] = Place(state.bMarks[start_line], state.eMarks[state.line - 1])


# ── Inline rules ────────────────────────────────────────────────────────────────────────────────────────────────────

_InlineNote = Callable[[StateInline, int, Token], Place]
"""Called with the offset where the construct starts, and the token that its rule pushed."""


def _wrap_inline_rules(ruler: Ruler[RuleFuncInlineType]) -> None:
    notes: dict[str, tuple[str, _InlineNote]] = {
        "link": ("link_open", _place_of_link),
        "image": ("image", _place_of_image),
        "autolink": ("link_open", lambda state, start, _: Place(start + 1, state.pos - 1)),
        "html_inline": ("html_inline", lambda state, start, _: Place(start, state.pos)),
        "backticks": ("code_inline", lambda state, start, _: Place(start, state.pos)),
    }
    for rule in list(ruler.__rules__):
        if note := notes.get(rule.name):
            ruler.at(rule.name, _noting_inline_rule(rule.fn, *note), {"alt": rule.alt})


def _noting_inline_rule(rule: RuleFuncInlineType, token_type: str, note: _InlineNote) -> RuleFuncInlineType:
    def noting(state: StateInline, silent: bool) -> bool:
        if silent:
            return rule(state, True)
        start, before = state.pos, len(state.tokens)
        matched = rule(state, False)
        if matched:
            # Text that was pending is pushed first; an unmatched backtick pushes nothing at all.
            token = next((token for token in state.tokens[before : before + 2] if token.type == token_type), None)
            # A reference link has no destination of its own: its definition has.
            if token is not None and "label" not in token.meta:
                token.meta[PLACE] = note(state, start, token)
        return matched

    return noting


def _place_of_link(state: StateInline, start: int, token: Token) -> Place:
    return _destination_behind_label(state, start, parseLinkLabel(state, start, True), token.attrs["href"])


def _place_of_image(state: StateInline, start: int, token: Token) -> Place:
    return _destination_behind_label(state, start, parseLinkLabel(state, start + 1, False), token.attrs["src"])


def _destination_behind_label(state: StateInline, start: int, label_end: int, href: object) -> Place:
    """Return the place of the destination in `](destination "title")`, read by the parser's own functions."""
    opening = position = label_end + 2
    while state.src[position] in " \t\n":
        position += 1
    found = _destination_at(state.src, position, state.posMax)
    place = found or Place(opening, opening)
    agreed = label_end >= 0 and resolve(unescapeAll(state.src[place.start : place.end])) == href
    return place if agreed else Place(start, start, exact=False)


def _destination_at(content: str, position: int, end: int) -> Place | None:
    """Return the place of a destination without its angle brackets; None if there is none."""
    found = parseLinkDestination(content, position, end)
    if not found.ok:
        return None
    return Place(position + 1, found.pos - 1) if content[position] == "<" else Place(position, found.pos)
