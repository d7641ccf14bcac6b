"""What is noted while a document is read: its links, where they stand, and what they are called."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from dlt_crawler.model import MAX_HEADING, DocumentFormat, LinkKind, LintKind, NoSpan
from dlt_crawler.sources import html
from dlt_crawler.sources.bare import url_at, urls_in_code
from dlt_crawler.sources.destination import resolve
from dlt_crawler.sources.directives import Comments, mentioned
from dlt_crawler.sources.found import Found, FoundDirective, FoundLink, FoundLint, LinkEnds, Reading
from dlt_crawler.sources.rst.addresses import mail_at, runs_into_foreign_text
from dlt_crawler.sources.rst.characters import NAME, address, escaped, normalised, unescaped
from dlt_crawler.sources.rst.constructs import Anchor, Inline, Literal, Reference, Substitution, Url
from dlt_crawler.sources.rst.inline import read_inline
from dlt_crawler.sources.rst.lines import Block, Line, Passage, passage
from dlt_crawler.sources.rst.link_ends import EndNotes
from dlt_crawler.sources.rst.names import Names, Target
from dlt_crawler.sources.scan import scan
from dlt_crawler.sources.text import on_one_line

_WEB = re.compile(r"(?:https?|ftp)://", re.IGNORECASE)
_REFERENCE = re.compile(rf"(?:(?P<simple>{NAME})_|`(?! )(?P<phrase>.+?)(?<![\s\0])`_)$")
_TOO_DEEP = "nested too deeply to be parsed: its links were found by a plain scan"


@dataclass(slots=True)
class _Noted:
    """A link, and what it takes for a reader to see it."""

    link: FoundLink
    target: Target | None = None
    """A reference to this."""
    substitution: str | None = None
    """A reference to this substitution."""


class Notes:
    """Collects the links of one document, block by block."""

    def __init__(self, reading: Reading) -> None:
        self.includes_others = False
        """Whether it includes other documents, which may define names and refer to them."""
        self._reading = reading
        self._names = Names()
        self._noted: list[_Noted] = []
        self._lints: list[FoundLint | FoundDirective] = []
        self._comments = Comments(reading.text)
        self._ends = EndNotes()
        self._headings: list[str] = []
        self._styles: list[str] = []
        """The styles of titles, by level."""
        self._substitution: str | None = None
        self._substitutions_used: set[str] = set()
        self._waiting: list[Target] = []
        """Targets that say nothing: they stand for the target behind them, if there is one."""

    def found(self) -> Iterator[Found]:
        """Yield all that was noted."""
        yield from self._lints
        yield from self._names.resolve(is_complete=not self.includes_others)
        for noted in self._noted:
            is_shown = noted.target is None or noted.target.is_shown
            if noted.substitution is not None and noted.substitution not in self._substitutions_used:
                is_shown = False
            yield noted.link if is_shown else replace(noted.link, renders=False)

    def link_ends(self) -> LinkEnds:
        """Return where the constructs of the links end; to be asked when all is noted."""
        return self._ends.all(self._names)

    # ── Text ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def text(self, text: Passage) -> str:
        """Note the links in a paragraph, and return how it reads without its markup."""
        self._waiting.clear()
        paragraph = read_inline(text.text)
        end = len(text.text)
        ends = []
        for found in reversed(paragraph.found):
            ends.append(end)
            end = found.start if isinstance(found, Url | Literal | Reference) else end
        for found in paragraph.found:
            self._inline(text, found, ends.pop())
        return "".join(paragraph.plain)

    def _inline(self, text: Passage, found: Inline, end: int) -> None:
        """Note a construct; before `end` nothing else begins."""
        match found:
            case Anchor():
                self.anchor(found.name, is_explicit=True)
            case Substitution():
                self._substitutions_used.add(normalised(found.name))
            case Url(alone=True):
                self._alone(text, found, end)
            case Url():
                noted = self._link(LinkKind.INLINE, text, (found.start, found.end), found.url, found.label)
                self._ends.embedded(noted.link, text, found.end)
                if found.names:
                    self._define(Target(found.names, 0, 0, found.url, is_explicit=False))
            case Reference():
                start, stop = text.place(found.start, found.end)
                self._names.refer(found.name, start, stop, self._ends.behind(text, found.end))
                if found.names:
                    self._define(Target(found.names, start, stop, refers_to=found.name, is_explicit=False))
            case Literal() if self._reading.code:
                self._in_code(text, found.start, found.end)

    def _alone(self, text: Passage, found: Url, end: int) -> None:
        """Note an address in text.

        In front of a letter of another script docutils goes back to punctuation. A reader takes the address there for
        what it is in all other formats.
        """
        start, stop = found.start, found.end
        url, other = found.url, None
        if _WEB.match(url):
            whole = url_at(text.text, start, end, double_encoded=self._reading.double_encoded) or ""
            if len(whole) > stop - start and runs_into_foreign_text(text.text, stop):
                url, other, stop = unescaped(escaped(whole)), resolve(url), start + len(whole)
        noted = self._link(LinkKind.BARE, text, (start, stop), url, "", other=other, renders=found.is_linked)
        self._ends.alone(noted.link, text, stop)

    def heading(self, text: Passage, style: str) -> bool:
        """Note a section title; return False for one that skips a level, which docutils shows as an error."""
        level = self._styles.index(style) if style in self._styles else len(self._styles)
        if level > len(self._headings):
            return False
        if level == len(self._styles):
            self._styles.append(style)
        del self._headings[level:]
        # A title stands in the section that it begins.
        first = len(self._noted)
        self._ends.is_in_title = True
        title = on_one_line(self.text(text))
        self._ends.is_in_title = False
        self._headings.append(title[:MAX_HEADING])
        for noted in self._noted[first:]:
            noted.link = replace(noted.link, headings=tuple(self._headings))
        self._define(Target(normalised(title), 0, 0, is_explicit=False))
        return True

    def literal(self, block: Block) -> None:
        """Note the links in what is shown as it is written, or not at all, if they are wanted."""
        self._waiting.clear()
        if self._reading.code:
            for line in block:
                self._in_code(passage([line]), 0, len(line.text))

    def comment(self, first: Line, block: Block) -> None:
        """Note what a comment says, which begins on the line `first`, and the links in it."""
        self.literal(block)
        said = "\n".join(line.text for line in block)
        if mentioned(said):
            last = next(line for line in reversed(block) if line.text)
            self._lints += self._comments.read(first.origins[0], last.origins[-1] + 1, said, alone=True)

    def html(self, block: Block) -> None:
        """Note the links in raw HTML, and what its comments say."""
        self._waiting.clear()
        text = passage(block)
        for found in html.url_attributes(text.text):
            self._link(LinkKind.HTML, text, (found.start, found.end), found.url, found.label)
        for item in html.scan(text.text) if mentioned(text.text) else ():
            if isinstance(item, html.Comment):
                start, end = text.near(item.start), text.near(item.end - 1) + 1
                self._lints += self._comments.of_html(start, end, text.text[item.start : item.end])

    def too_deep(self, block: Block) -> None:
        """Note the links of a block that is not parsed."""
        origins = [origin for line in block for origin in (line.origins[:1], line.origins[-1:]) if origin]
        start, end = origins[0][0], origins[-1][-1] + 1
        self._lints.append(FoundLint(LintKind.NESTING_LIMIT, start, end, _TOO_DEEP))
        self._lints += self._comments.in_plain_text(start, end, DocumentFormat.RST)
        for found in scan(self._reading.text, start, end, double_encoded=self._reading.double_encoded):
            self._noted.append(_Noted(replace(found, headings=tuple(self._headings))))

    def _in_code(self, text: Passage, start: int, end: int) -> None:
        for first, last in urls_in_code(text.text, start, end):
            self._link(LinkKind.CODE, text, (first, last), text.text[first:last], "", renders=False)

    # ── Targets ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def target(self, name: str, block: list[Line], near: int) -> None:
        """Note a hyperlink target; an anonymous one has no name. `near`: where it begins in the document."""
        text = passage(block or [Line("", range(near, near))])
        url, place = _address_in(text)
        target = Target(normalised(name), near, near, refers_to=_reference_in(text.text))
        if target.refers_to is None and url:
            target.url = f"mailto:{url}" if name and mail_at(url) == len(url) else url
            noted = self._link(LinkKind.REFERENCE, text, place, target.url, name)
            noted.target = target
            target.start, target.end = noted.link.start, noted.link.end
        if target.url is None and target.refers_to is None:
            self._define(target, is_empty=True)
        else:
            self._define(target)

    def anchor(self, name: str, *, is_explicit: bool) -> None:
        """Note a place in the document that has a name; an empty one is none."""
        if name:
            self._names.define(Target(normalised(name), 0, 0, is_explicit=is_explicit))

    def _define(self, target: Target, *, is_empty: bool = False) -> None:
        if target.is_explicit:
            for waiting in self._waiting:
                waiting.following = target
            self._waiting = [target] if is_empty else []
        self._names.define(target)

    # ── Images and substitutions ────────────────────────────────────────────────────────────────────────────────────

    def image(self, source: Sequence[Line], alternative: Sequence[Line], target: Sequence[Line]) -> None:
        """Note an image; its target, if it has one, is a link around it."""
        self._waiting.clear()
        label = " ".join(line.text for line in alternative) or self._substitution or ""
        if source:
            text = passage(source)
            url, place = _address_in(text)
            self._link(LinkKind.IMAGE, text, place, url, label)
        if target:
            text = passage(target)
            url, place = _address_in(text)
            if (name := _reference_in(text.text)) is not None:
                self._names.refer(name, *text.place(*place))
            elif url:
                self._link(LinkKind.INLINE, text, place, url, label)

    @contextmanager
    def within_substitution(self, name: str) -> Iterator[None]:
        """Note what is read in this context as the meaning of a substitution."""
        outer, self._substitution = self._substitution, normalised(name)
        yield
        self._substitution = outer

    # ── Places ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _link(
        self,
        kind: LinkKind,
        text: Passage,
        place: tuple[int, int],
        url: str,
        label: str,
        *,
        other: str | None = None,
        renders: bool = True,
    ) -> _Noted:
        span = text.span(*place)
        near = text.near(place[0])
        first, last = span or (near, near)
        written, no_span = (None, None) if span else (url, NoSpan.INTERRUPTED)
        link = FoundLink(
            kind, first, last, resolve(url), label, written, no_span, other, renders, tuple(self._headings)
        )
        self._noted.append(_Noted(link, substitution=self._substitution))
        return self._noted[-1]


def _address_in(text: Passage) -> tuple[str, tuple[int, int]]:
    """Return the address that a passage consists of, without white space, and where it is written."""
    written = text.text.rstrip()
    start = len(written) - len(written.lstrip())
    return address(escaped(written)), (start, max(start, len(written)))


def _reference_in(text: str) -> str | None:
    """Return the name that a target or an image refers to; None if it is an address."""
    if not text.rstrip().endswith("_"):
        return None
    found = _REFERENCE.match(" ".join(escaped(text).split()))
    return normalised(unescaped(found["simple"] or found["phrase"])) if found else None
