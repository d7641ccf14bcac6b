"""What markdown shows, by markdown-it-py as it comes: with GFM's tables, strikethrough and bare URLs, and footnotes."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from typing import Any

from markdown_it import MarkdownIt, helpers
from markdown_it.rules_block import StateBlock, code, html_block
from markdown_it.rules_block.html_block import HTML_SEQUENCES
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.footnote.index import footnote_def

from dlt_crawler.model import MARK, url_shown
from dlt_crawler.sources.rendering.gfm_urls import BEGIN, URL, bare_url
from dlt_crawler.sources.rendering.markup import html_shown
from dlt_crawler.sources.rendering.metadata import metadata
from dlt_crawler.sources.rendering.pieces import closing, opening, text

_MAX_NESTING = 100
"""As deep as links are looked for: those that are nested more deeply are never edited."""

_MARKUP = re.compile(rf"[!&*:<\[\\\]_`~\n{BEGIN}]")
"""What inline rules begin at."""
_LAST_BRACKET = "last closing bracket"
"""In the environment of an inline parser: where its text has the last one, or the text that this one is a part of."""


_NOTE = re.compile(r"\[\^[^ \n\]]+\]")


class _Helpers:
    """In place of the module `markdown_it.helpers`."""

    parseLinkDestination = staticmethod(helpers.parseLinkDestination)  # noqa: N815 (markdown-it's name)
    parseLinkTitle = staticmethod(helpers.parseLinkTitle)  # noqa: N815 (markdown-it's name)

    @staticmethod
    def parseLinkLabel(state: StateInline, start: int, disableNested: bool = False) -> int:  # noqa: N802, N803
        """Return where the label that begins at `start` ends; -1 if it does not, or if it may not hold a link and does.

        To markdown-it a reference to a footnote is one, and to cmark-gfm it is not. Where no bracket is closed any more
        none is looked for: markdown-it would go through `_MAX_NESTING` levels behind each bracket.
        """
        if start > state.env[_LAST_BRACKET]:
            return -1
        end = helpers.parseLinkLabel(state, start)
        if end < 0 or not disableNested:
            return end
        position, state.pos = state.pos, start + 1
        while state.pos < end:
            begun = state.pos
            state.md.inline.skipToken(state)
            if state.src[begun] == "[" and state.pos > begun + 1 and not _NOTE.fullmatch(state.src, begun, state.pos):
                end = -1
        state.pos = position
        return end


class _Plain(MarkdownIt):
    helpers: Any

    def __init__(self, options: dict[str, Any]) -> None:
        super().__init__("commonmark", options)
        self.helpers = _Helpers

    def validateLink(self, url: str) -> bool:  # noqa: N802 (markdown-it's name)
        """Let every scheme pass: GitHub drops such a link later, and not while it reads the text around it."""
        return True

    def normalizeLink(self, url: str) -> str:  # noqa: N802 (markdown-it's name)
        """Leave a destination as the document says it."""
        return url

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802 (markdown-it's name)
        """Leave the text of an autolink as it is."""
        return link


@functools.cache
def _parser() -> MarkdownIt:
    parser = _Plain({"maxNesting": _MAX_NESTING, "inline_definitions": True}).enable(["table", "strikethrough"])
    parser.use(footnote_plugin, inline=False)
    parser.inline.ruler.before("newline", URL, bare_url)
    parser.inline.add_terminator_char(BEGIN)
    parser.block.ruler.at("code", _indented_code)
    # What ends a quote ends a table, too. With cmark-gfm the definition of a footnote ends both.
    ends = ["paragraph", "reference", "blockquote"]
    parser.block.ruler.at("html_block", _html_block, {"alt": ends})
    parser.block.ruler.at("footnote_def", footnote_def, {"alt": ends})
    parser.inline.ruler2.disable("fragments_join")  # texts are joined when renderings are compared
    return parser


def _indented_code(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read indented code, which no paragraph goes on with: not one whose first lines were a definition, either.

    There markdown-it differs from CommonMark (0.31.2, section 4.4) and from GitHub.
    """
    last = state.tokens[-1] if state.tokens else None
    if last is not None and last.type == "definition" and last.map is not None and last.map[1] == start:
        return False
    return code(state, start, end, silent)


def _html_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read a block of HTML, whose every kind ends a table: one is no paragraph (CommonMark 0.31.2, section 4.6)."""
    if silent and state.parentType == "table":
        line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
        return any(begin.search(line) for begin, _, _ in HTML_SEQUENCES)
    return html_block(state, start, end, silent)


def markdown_shown(source: str, *, front_matter: bool = True) -> Iterator[str]:
    """Yield what a markdown text shows (LF line endings, no NUL); `front_matter` may stand at its start."""
    body = source
    if front_matter:
        values, end = metadata(source)
        yield from values
        body = source[end:]
    tokens: list[Token] = []
    environment: dict[str, Any] = {}
    # Without a final newline markdown-it-py 4.3.0 fails on a text that ends in quote, list and open HTML
    # ("> - <!--").
    _parser().block.parse(body if body.endswith("\n") else body + "\n", _parser(), environment, tokens)
    for token in tokens:
        if token.type == "inline":
            yield from _content(token.content, environment)
        elif token.type == "html_block":
            yield from html_shown(token.content)
        elif not token.hidden and token.type != "definition":
            yield from _block(token)


def _content(content: str, environment: dict[str, Any]) -> Iterator[str]:
    if not _MARKUP.search(content):
        yield content
        return
    tokens: list[Token] = []
    environment[_LAST_BRACKET] = content.rfind("]")
    _parser().inline.parse(content, _parser(), environment, tokens)
    yield from _inline(tokens)


def _block(token: Token) -> Iterator[str]:
    name = token.tag or token.type.removesuffix("_open").removesuffix("_close")
    if token.nesting < 0:
        yield closing(name)
        return
    yield from opening(name, {**token.attrs, **_of_footnote(token), **({"info": token.info} if token.info else {})})
    if token.content:
        yield text(token.content)
        yield closing(name)


def _of_footnote(token: Token) -> dict[str, object]:
    return {key: token.meta[key] for key in ("label", "id") if key in token.meta}


def _inline(tokens: Sequence[Token]) -> Iterator[str]:
    label: str | None = None
    """What kind of link the tokens are the label of."""
    for token in tokens:
        if token.type == "link_open":
            label = token.markup
            if label == "autolink":
                yield from url_shown(text(str(token.attrs["href"])))
                continue
        elif token.type == "link_close" and label == "autolink":
            label = None
            continue
        elif token.type == "link_close":
            label = None
        if label != "autolink":
            yield from _inline_token(token, is_label=label is not None)


def _inline_token(token: Token, *, is_label: bool) -> Iterator[str]:
    match token.type:
        case "text" | "text_special":
            yield token.content
        case "bare_url" if is_label:
            yield token.content
        case "bare_url":
            is_web = token.content[: len("www.")].lower() != "www."
            yield from url_shown(token.content if is_web else f"http://{token.content}")
        case "softbreak":
            yield "\n"
        case "html_inline":
            yield from html_shown(token.content)
        case "image":
            yield from opening("img", {name: value for name, value in token.attrs.items() if name != "alt"})
            yield from _inline(token.children or [])
            yield closing("img")
        case "code_inline":
            yield from (f"{MARK}<code>", token.content, closing("code"))
        case _ if token.nesting < 0:
            yield closing(token.tag)
        case _:
            yield from opening(token.tag or token.type, {**token.attrs, **_of_footnote(token)})
