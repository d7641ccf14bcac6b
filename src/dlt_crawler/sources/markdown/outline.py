"""What a markdown document consists of, as the block rules note it: blocks, headings, footnotes, definitions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from markdown_it.common.utils import normalizeReference
from markdown_it.ruler import StateBase

from dlt_crawler.model import MAX_HEADING
from dlt_crawler.sources.markdown.place import Destination
from dlt_crawler.sources.markdown.segments import Located
from dlt_crawler.sources.text import on_one_line

OUTLINE: Final = "dlt_crawler.outline"
"""Key of markdown-it's environment."""


@dataclass(slots=True, eq=False)
class Heading:
    """A heading, and the one it stands under. A heading in a quote or a list item stands under those before it."""

    level: int
    content: str
    """Its markdown."""
    above: Heading | None
    texts: tuple[str, ...] | None = None
    """The path, once it was asked for."""

    def path(self, plain_text: Callable[[str], str]) -> tuple[str, ...]:
        """Return the texts from the outermost heading to this one, each on one line; headings without text left out.

        `plain_text` makes the text of a heading from its markdown. The tuple is shared by all who ask.
        """
        unknown: list[Heading] = []
        heading: Heading | None = self
        while heading is not None and heading.texts is None:
            unknown.append(heading)
            heading = heading.above
        path = heading.texts or () if heading else ()
        for heading in reversed(unknown):
            text = on_one_line(plain_text(heading.content))[:MAX_HEADING]
            heading.texts = path = (*path, text) if text else path
        return path


@dataclass(slots=True, eq=False)
class Footnote:
    """The definition of a footnote, and the half-open offsets of its label in the text, with brackets."""

    label: str
    start: int
    end: int
    first: Footnote | None
    """The earlier definition of the same label: that one is shown, this one is not."""
    referred_to: bool = False

    @property
    def renders(self) -> bool:
        """Whether it is shown. GitHub leaves out footnotes that nothing refers to."""
        return self.referred_to and self.first is None


@dataclass(frozen=True, slots=True)
class Context:
    """Where a block stands."""

    heading: Heading | None = None
    footnote: Footnote | None = None


class BlockKind(Enum):
    """How a block is read."""

    INLINE = auto()
    """Markdown within a paragraph, a heading, a cell."""
    HTML = auto()
    CODE = auto()


@dataclass(frozen=True, slots=True)
class Block:
    """A block that may hold links."""

    kind: BlockKind
    content: Located
    context: Context


@dataclass(frozen=True, slots=True)
class Definition:
    """A link reference definition."""

    key: str
    """Its label, normalised."""
    label: str
    url: Destination
    span: tuple[int, int] | None
    """Half-open offsets of the destination in the text; None if it is not in one piece."""
    near: int
    line: int
    """1-based."""
    context: Context


@dataclass(slots=True)
class Outline:
    """All that was noted of one document."""

    code: bool
    """Whether links in code and comments are wanted."""
    blocks: list[Block] = field(default_factory=list)
    definitions: list[Definition] = field(default_factory=list)
    footnotes: list[Footnote] = field(default_factory=list)
    lost: list[tuple[int, int, Context]] = field(default_factory=list)
    """Half-open offsets of lines that are nested too deeply to be parsed."""
    definition_end: int = -1
    """The line behind the latest definition of the container that the block rules are in."""
    context: Context = Context()
    """Where the block rules are now."""
    outermost: Heading | None = None
    """The heading that the innermost container stands under: none in it ends the section of this one."""
    _footnotes: dict[str, Footnote] = field(default_factory=dict)

    def enter_heading(self, level: int, content: str) -> None:
        """Note a heading: what follows stands under it."""
        above = self.context.heading
        while above is not self.outermost and above is not None and above.level >= level:
            above = above.above
        self.context = Context(Heading(level, content, above), self.context.footnote)

    def enter_footnote(self, label: str, start: int, end: int) -> None:
        """Note the definition of a footnote: what follows stands in it."""
        key = normalizeReference(label)
        footnote = Footnote(label, start, end, self._footnotes.get(key))
        self._footnotes.setdefault(key, footnote)
        self.footnotes.append(footnote)
        self.context = Context(self.context.heading, footnote)

    def footnote(self, label: str) -> Footnote | None:
        """Return the first definition of a footnote."""
        return self._footnotes.get(normalizeReference(label))


def outline_of(state: StateBase) -> Outline:
    """Return the outline of the document that is being parsed."""
    outline: Outline = state.env[OUTLINE]
    return outline
