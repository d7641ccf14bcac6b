"""The links of a markdown document, block by block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Self

from dlt_crawler.model import DocumentFormat, LinkKind, LintKind
from dlt_crawler.sources.directives import Comments
from dlt_crawler.sources.found import Found, FoundLink, FoundLint, Reading
from dlt_crawler.sources.implied import with_implied
from dlt_crawler.sources.markdown.front_matter import front_matter, without_front_matter
from dlt_crawler.sources.markdown.inline import InlineReader
from dlt_crawler.sources.markdown.outline import Block, BlockKind, Context, Footnote, Heading
from dlt_crawler.sources.markdown.parser import MAX_NESTING, Parsed, parse
from dlt_crawler.sources.markdown.references import dangling_lint, definitions_of
from dlt_crawler.sources.scan import scan

_TOO_DEEP = f"nested more deeply than {MAX_NESTING} levels, which is not parsed: its links were found by a plain scan"


def find(reading: Reading) -> Iterator[Found]:
    """Yield the links of a markdown document with its front matter."""
    front = front_matter(reading.text)
    body = without_front_matter(reading.text, front)
    links = markdown_links(body, double_encoded=reading.double_encoded, code=reading.code)
    return with_implied(chain(front.links, front.directives, links), reading.text, implied=reading.implied)


def markdown_links(text: str, *, double_encoded: bool = False, code: bool = False) -> Iterator[Found]:
    """Yield the links of a markdown text (LF line endings) and what is odd about them, not quite in order.

    A link in the alternative text of an image, in code, in a definition or a footnote that nothing refers to, does not
    render. It stands under the headings before it, whose sections it is in; a heading in a quote or in a list item
    ends with that. With `code`, URLs in code and comments are links, too.
    """
    yield from MarkdownLinks.of(text, double_encoded=double_encoded, code=code).find()


@dataclass(slots=True)
class MarkdownLinks:
    """The links of a markdown text whose blocks have been read."""

    text: str
    parsed: Parsed
    double_encoded: bool
    comments: Comments
    referred_to: set[str] = field(default_factory=set)
    shown: set[str] = field(default_factory=set)
    in_footnotes: list[tuple[Footnote, FoundLink]] = field(default_factory=list)
    shown_in_footnotes: list[tuple[Footnote, set[str]]] = field(default_factory=list)

    @classmethod
    def of(cls, text: str, *, double_encoded: bool, code: bool, under: Heading | None = None) -> Self:
        """Read the blocks of a text (LF line endings), which stands under a heading."""
        # Without a final newline markdown-it-py 4.3.0 fails on a text that ends in quote, list and open HTML
        # ("> - <!--").
        lines = text if text.endswith("\n") else text + "\n"
        parsed = parse(lines, double_encoded=double_encoded, code=code, under=under)
        return cls(lines, parsed, double_encoded, Comments(lines))

    def last_heading(self) -> Heading | None:
        """Return the heading that what follows the text stands under."""
        return self.parsed.outline.context.heading

    def find(self) -> Iterator[Found]:
        """Yield what `markdown_links` says."""
        outline = self.parsed.outline
        for block in outline.blocks:
            yield from self._in_block(block)
        for start, end, context in outline.lost:
            yield FoundLint(LintKind.NESTING_LIMIT, start, end, _TOO_DEEP)
            yield from self._scanned(start, end, context)
            yield from self.comments.in_plain_text(start, end, DocumentFormat.MARKDOWN)
        # Which footnotes are shown is known only after the last reference to one.
        for footnote, link in self.in_footnotes:
            yield link if footnote.renders else replace(link, renders=False)
        for footnote, labels in self.shown_in_footnotes:
            if footnote.renders:
                self.shown |= labels
        yield from definitions_of(outline, self.shown, self.referred_to, self.parsed.headings)

    def _in_block(self, block: Block) -> Iterator[Found]:
        footnote = block.context.footnote
        reader = InlineReader(block.content, self.parsed.headings(block.context.heading), self.parsed.outline.code)
        for found in self._read(block, reader):
            if footnote and isinstance(found, FoundLink):
                self.in_footnotes.append((footnote, found))
            else:
                yield found
        for start, end, written in reader.comments:
            yield from self.comments.of_html(start, end, written)
        self.referred_to |= reader.referred_to
        if footnote:
            self.shown_in_footnotes.append((footnote, reader.shown))
        else:
            self.shown |= reader.shown
        for label in reader.footnotes:
            if defined := self.parsed.outline.footnote(label):
                defined.referred_to = True

    def _read(self, block: Block, reader: InlineReader) -> Iterator[Found]:
        content = block.content
        match block.kind:
            case BlockKind.HTML:
                yield from reader.in_html_block()
            case BlockKind.CODE:
                yield from reader.in_code(0, len(content.content))
            case BlockKind.INLINE:
                tokens, notes = self.parsed.inline(content.content)
                links = reader.links(tokens)
                yield from self._with_what_is_lost(block, list(links)) if notes.too_deep else links
                for start, end in notes.dangling:
                    yield dangling_lint(content, start, end)

    def _with_what_is_lost(self, block: Block, links: list[FoundLink]) -> Iterator[Found]:
        """Yield the links of a block whose brackets are nested too deeply, and beside them what a plain scan finds.

        A bare URL may be the destination of a link there, so that it is left to the scan, too.
        """
        content = block.content
        start, end = content.near(0), content.near(len(content.content) - 1) + 1
        parsed = [link for link in links if link.kind is not LinkKind.BARE]
        yield from parsed
        lost = [
            link
            for link in self._scanned(start, end, block.context)
            if not any(known.start <= link.start < known.end for known in parsed)
        ]
        if lost:
            yield FoundLint(LintKind.NESTING_LIMIT, start, end, _TOO_DEEP)
            yield from lost

    def _scanned(self, start: int, end: int, context: Context) -> Iterator[FoundLink]:
        headings = self.parsed.headings(context.heading)
        for link in scan(self.text, start, end, double_encoded=self.double_encoded, marked_up=True):
            yield replace(link, headings=headings)
