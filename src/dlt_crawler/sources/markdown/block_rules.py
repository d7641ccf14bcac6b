"""The block rules of markdown-it, each wrapped to note what it found on the outline of the document.

A wrapper runs while the container state is what its rule saw: only then can be measured how the content of the block
maps to the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal

from markdown_it import MarkdownIt
from markdown_it.parser_block import ParserBlock, RuleFuncBlockType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.html_block import HTML_SEQUENCES
from markdown_it.token import Token
from markdown_it.utils import EnvType

from dlt_crawler.sources.destination import reads_as
from dlt_crawler.sources.markdown import segments
from dlt_crawler.sources.markdown.outline import Block, BlockKind, Definition, outline_of
from dlt_crawler.sources.markdown.segments import Located, Slice

_FOOTNOTE_MARKS: Final = len("[^]:")

_NO_DEFINITION = re.compile(r"\[[^\[\]\\]*+(?:\[|\](?!:))")
"""The first brackets of a line if they do not hold the label of a definition: most begin a link."""

_READ = frozenset({"inline", "heading_open", "html_block", "definition", "tr_open"})
"""The types of the tokens that are read here."""

_GOING_ON = frozenset({"reference", "lheading", "paragraph"})
"""The rules for what a paragraph may be in the end."""

_Note = Callable[[StateBlock, int, list[Token]], None]
"""Called with the first line of the block, and the tokens that its rule pushed."""


class _State(StateBlock):
    """A block state that keeps no tokens but those that are read here, and these only until they are.

    No rule looks at the tokens of another one, but for lists: they hide the paragraphs of tight ones.
    """

    def __init__(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> None:
        super().__init__(src, md, env, tokens)
        self._unread = Token("", "", 0)

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        """Return a new token, or one that all rules may write to and nobody reads."""
        if ttype in _READ:
            return super().push(ttype, tag, nesting)
        self.level += nesting
        if ttype == "tr_close":
            _note_row(self)
        return self._unread


class NotingParserBlock(ParserBlock):
    """markdown-it's block parser; its rules note what they find, and what is nested too deeply is noted, too."""

    def wrap_rules(self) -> None:
        """Let every rule that can hold a link note it. To be called once, when all rules are there."""
        going_on = []
        for rule in list(self.ruler.__rules__):
            if note := _NOTES.get(rule.name):
                self.ruler.at(rule.name, _noting(rule.fn, note), {"alt": rule.alt})
            if rule.name == "reference":
                self.ruler.at(rule.name, _passing_over_links(rule.fn), {"alt": rule.alt})
            if rule.name == "html_block":
                self.ruler.at(rule.name, _ending_tables(rule.fn), {"alt": rule.alt})
            if rule.name == "footnote_def":
                # It ends tables and quotes, too: those ask the rules that end a quote.
                self.ruler.at(rule.name, rule.fn, {"alt": [*rule.alt, "blockquote"]})
            if rule.name in _GOING_ON:
                going_on.append(rule.fn)
        self.ruler.before("table", "behind_definition", _behind_definition(going_on))

    def parse(self, src: str, md: MarkdownIt, env: EnvType, outTokens: list[Token]) -> list[Token]:  # noqa: N803
        """Parse a text that ends with a newline; what is found is on the outline."""
        state = _State(src, md, env, outTokens)
        super().tokenize(state, state.line, state.lineMax)
        return state.tokens

    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:  # noqa: N803 (markdown-it's names)
        """Parse the lines of a container: a heading in there ends with it."""
        outline = outline_of(state)
        context, outermost = outline.context, outline.outermost
        if state.tokens and state.tokens[-1].type == "footnote_reference_open":
            label = str(state.tokens.pop().meta["label"])
            end = state.bMarks[startLine]
            outline.enter_footnote(label, end - len(label) - _FOOTNOTE_MARKS, end - 1)
        outline.outermost = context.heading
        outline.definition_end = -1
        if state.level >= state.md.options.maxNesting:
            _skip(state, startLine, endLine)
        else:
            super().tokenize(state, startLine, endLine)
        outline.context, outline.outermost = context, outermost
        outline.definition_end = -1


def _skip(state: StateBlock, start_line: int, end_line: int) -> None:
    """Note the lines of a container that is nested too deeply.

    markdown-it would skip what follows the container, too.
    """
    first = last = state.skipEmptyLines(start_line)
    while last < end_line and (state.isEmpty(last) or state.sCount[last] >= state.blkIndent):
        last += 1
    state.line = max(last, start_line + 1)
    if first < last:
        outline = outline_of(state)
        start = state.bMarks[first] + state.tShift[first]
        outline.lost.append((start, state.eMarks[last - 1], outline.context))


def _noting(rule: RuleFuncBlockType, note: _Note) -> RuleFuncBlockType:
    def noting(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
        if silent:
            return rule(state, start_line, end_line, True)
        before = len(state.tokens)
        matched = rule(state, start_line, end_line, False)
        if matched:
            note(state, start_line, state.tokens[before:])
            del state.tokens[before:]
        return matched

    return noting


def _passing_over_links(rule: RuleFuncBlockType) -> RuleFuncBlockType:
    def passing(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
        start = state.bMarks[start_line] + state.tShift[start_line]
        if _NO_DEFINITION.match(state.src, start, state.eMarks[start_line]):
            return False
        return rule(state, start_line, end_line, silent)

    return passing


def _ending_tables(rule: RuleFuncBlockType) -> RuleFuncBlockType:
    """Return the rule for HTML so that any of it ends a table: what a paragraph goes on over is a row to markdown-it.

    To cmark-gfm a complete tag that is alone on its line interrupts nothing but a paragraph (CommonMark 0.31.2, section
    4.6, kind 7).
    """

    def ending(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
        if not silent or state.parentType != "table":
            return rule(state, start_line, end_line, silent)
        line = state.src[state.bMarks[start_line] + state.tShift[start_line] : state.eMarks[start_line]]
        return any(opening.search(line) for opening, _, _ in HTML_SEQUENCES)

    return ending


def _behind_definition(rules: Sequence[RuleFuncBlockType]) -> RuleFuncBlockType:
    """Return the rule for a line behind a definition that is indented like code.

    It goes on the paragraph that the definition stands in, and may define something itself: indented code cannot
    interrupt a paragraph (CommonMark 0.31.2, section 4.4). For markdown-it the paragraph ends with the definition.
    """

    def behind(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
        if silent or outline_of(state).definition_end != start_line or not state.is_code_block(start_line):
            return False
        indent = state.sCount[start_line]
        state.sCount[start_line] = state.blkIndent
        try:
            return any(rule(state, start_line, end_line, False) for rule in rules)
        finally:
            state.sCount[start_line] = indent

    return behind


def _may_hold_link(content: str) -> bool:
    """Tell whether markdown can hold a link, a reference or a URL: most of it is passed over quickly."""
    return "[" in content or "<" in content or "://" in content or "www." in content


def _add(state: StateBlock, kind: BlockKind, content: Located) -> None:
    outline = outline_of(state)
    outline.blocks.append(Block(kind, content, outline.context))


def _note_paragraph(state: StateBlock, start_line: int, tokens: list[Token]) -> None:
    content = tokens[0].content
    if _may_hold_link(content):
        _add(state, BlockKind.INLINE, segments.of_paragraph(state, start_line, state.line, content))


def _note_setext_heading(state: StateBlock, start_line: int, tokens: list[Token]) -> None:
    content = tokens[1].content
    outline_of(state).enter_heading(int(tokens[0].tag[1:]), content)
    if _may_hold_link(content):
        _add(state, BlockKind.INLINE, segments.of_paragraph(state, start_line, state.line - 1, content))


def _note_heading(state: StateBlock, start_line: int, tokens: list[Token]) -> None:
    content = tokens[1].content
    outline_of(state).enter_heading(int(tokens[0].tag[1:]), content)
    if _may_hold_link(content):
        _add(state, BlockKind.INLINE, segments.of_heading(state, start_line, content))


def _note_row(state: StateBlock) -> None:
    opening = max(index for index, token in enumerate(state.tokens) if token.type == "tr_open")
    row, *tokens = state.tokens[opening:]
    del state.tokens[opening:]
    if row.map and any(_may_hold_link(token.content) for token in tokens):
        for token, cell in zip(tokens, segments.of_cells(state, row.map[0]), strict=False):
            if _may_hold_link(token.content):
                _add(state, BlockKind.INLINE, segments.compared(cell, token.content, state.src))


def _note_html_block(state: StateBlock, start_line: int, tokens: list[Token]) -> None:
    content = tokens[0].content
    _add(state, BlockKind.HTML, segments.of_html_block(state, start_line, state.line, content))


def _note_definition(state: StateBlock, start_line: int, tokens: list[Token]) -> None:
    outline = outline_of(state)
    meta = tokens[0].meta
    url = meta["url"]
    lines = segments.of_definition(state, start_line, state.line)
    definition = Definition(
        key=meta["id"],
        label=meta["label"],
        url=url,
        span=lines.span(url.start, url.end) if reads_as(lines.content[url.start : url.end], url) else None,
        near=lines.near(url.start),
        line=start_line + 1,
        context=outline.context,
    )
    outline.definitions.append(definition)
    outline.definition_end = state.line


def _note_code(state: StateBlock, start_line: int, _: list[Token]) -> None:
    if outline_of(state).code:
        start, end = state.bMarks[start_line], state.eMarks[state.line - 1]
        _add(state, BlockKind.CODE, Slice(state.src[start:end], start))


_NOTES: Final[Mapping[str, _Note]] = {
    "paragraph": _note_paragraph,
    "lheading": _note_setext_heading,
    "heading": _note_heading,
    "html_block": _note_html_block,
    "reference": _note_definition,
    "fence": _note_code,
    "code": _note_code,
}
"""Rule → what notes its block."""
