"""The markdown parser: markdown-it-py's own rules, each wrapped to note where the destinations are.

The grammar is untouched: every rule decides what it always did. What is left out is what links do not need (levels of
tokens, joined texts), and asking rules that cannot match. All that is noted belongs to one document and travels in
markdown-it's environment: the one parser of this process can be used again and again.
"""

from __future__ import annotations

import functools
import re
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from dlt_crawler.sources.destination import resolve
from dlt_crawler.sources.markdown.bare_rule import DOUBLE_ENCODED, bare_url
from dlt_crawler.sources.markdown.block_rules import NotingParserBlock
from dlt_crawler.sources.markdown.dispatch import BlockRuler, InlineRuler, PairRuler
from dlt_crawler.sources.markdown.inline import plain_text
from dlt_crawler.sources.markdown.inline_rules import INLINE, InlineNotes, wrap_inline_rules
from dlt_crawler.sources.markdown.link_helpers import LinkHelpers
from dlt_crawler.sources.markdown.outline import OUTLINE, Context, Heading, Outline
from dlt_crawler.sources.markdown.place import Destination
from dlt_crawler.sources.markdown.references import dangling_reference

MAX_NESTING = 100
"""markdown-it's own default of 20 loses the links below list level 9 without a word (markdown.md, section 6)."""

_MARKUP = re.compile(r"[!&*:<\[\\_`~\n]")
"""A text without any of these is what its reader sees."""


class _Parser(MarkdownIt):
    helpers: Any
    block: NotingParserBlock

    def __init__(self, options: dict[str, Any]) -> None:
        super().__init__("zero")
        self.helpers = LinkHelpers
        self.block = NotingParserBlock()
        self.configure("commonmark", options)

    def validateLink(self, url: str) -> bool:  # noqa: N802 (markdown-it's name)
        """Let every scheme pass: a link that markdown-it drops would change how the text after it reads."""
        return True

    def normalizeLink(self, url: str) -> str:  # noqa: N802 (markdown-it's name)
        """Write an href as everything else here does; it goes on knowing its place."""
        href = resolve(url)
        if isinstance(url, Destination) and href is not url:
            return Destination.at(href, url.start, url.end)
        return href

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802 (markdown-it's name)
        """Show an autolink as it is written."""
        return link


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document whose blocks have been read. Their inline content is read when it is asked for."""

    outline: Outline
    environment: MutableMapping[str, Any]

    def inline(self, content: str, *, shown: bool = False) -> tuple[list[Token], InlineNotes]:
        """Read the content of a block; with `shown`, for its text, too.

        The text of links and of HTML links can always be told.
        """
        notes = InlineNotes(shown or "<a" in content or "<A" in content)
        self.environment[INLINE] = notes
        tokens: list[Token] = []
        parser().inline.parse(content, parser(), self.environment, tokens)
        return tokens, notes

    def headings(self, heading: Heading | None) -> tuple[str, ...]:
        """Return the texts of a heading and of those that it stands under, outermost first."""
        return heading.path(self._text) if heading else ()

    def _text(self, content: str) -> str:
        return plain_text(self.inline(content, shown=True)[0]) if _MARKUP.search(content) else content


def parse(text: str, *, double_encoded: bool, code: bool, under: Heading | None = None) -> Parsed:
    """Read the blocks of a text (LF line endings, the last line ended). With `code`, those of code are noted, too.

    What comes before its first heading stands under the heading `under`.
    """
    environment: dict[str, Any] = {OUTLINE: Outline(code, context=Context(under)), DOUBLE_ENCODED: double_encoded}
    parser().block.parse(text, parser(), environment, [])
    return Parsed(environment[OUTLINE], environment)


@functools.cache
def parser() -> MarkdownIt:
    """Return the parser: CommonMark with GFM's tables, strikethrough, bare URLs and footnotes."""
    options = {"maxNesting": MAX_NESTING, "store_labels": True, "inline_definitions": True}
    markdown = _Parser(options)
    markdown.enable(["table", "strikethrough"])
    # By default the plugin drops footnotes that nobody refers to, with their links.
    markdown.use(footnote_plugin, inline=False, move_to_end=False)
    markdown.inline.ruler.before("newline", "bare_url", bare_url)
    markdown.inline.ruler.push("dangling_reference", dangling_reference)
    markdown.disable("fragments_join")
    wrap_inline_rules(markdown.inline.ruler)
    markdown.block.wrap_rules()
    markdown.inline.ruler = InlineRuler(markdown.inline.ruler)
    markdown.inline.ruler2 = PairRuler(markdown.inline.ruler2)
    markdown.block.ruler = BlockRuler(markdown.block.ruler)
    return markdown
