"""What parsers that are not ours make of a markdown text: its URLs in order, and everything else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote

from cmarkgfm.cmark import Options as CmarkOptions
from cmarkgfm.cmark import markdown_to_html_with_extensions
from markdown_it import MarkdownIt, helpers
from markdown_it.common.html_re import HTML_OPEN_CLOSE_TAG_RE
from markdown_it.rules_block import StateBlock, html_block
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.footnote.index import footnote_def

_URL_ATTRIBUTES = frozenset(
    {"action", "background", "cite", "data-src", "formaction", "href", "longdesc", "poster", "src", "xlink:href"}
)
_CANDIDATE_ATTRIBUTES = frozenset({"srcset", "imagesrcset"})
_CANDIDATE = re.compile(r"[\s,]*(\S*[^\s,])(?:,+|[^,]*,?)")
"""HTML standard, section 4.8.4.2.2: a URL up to white space, its descriptors up to a comma."""

_HOST = re.compile(r"(?<=://)[^/?#]*")
_PIECE = re.compile(
    r"(?P<comment><!--(?:-?>|.*?(?:--!?>|\Z)))|(?P<declaration><[?!][^>]*>?)"
    r"""|</?[a-zA-Z](?:=\s*"[^"]*"|=\s*'[^']*'|[^>])*>?""",
    re.DOTALL,
)
"""HTML standard, section 13.2.5, roughly: what ends comments and the like differs between versions of html.parser."""

Event = tuple[Any, ...]


@dataclass(slots=True)
class Page:
    """A rendered document."""

    events: list[Event] = field(default_factory=list)
    """Everything in order, with a place holder for every URL."""
    urls: list[str] = field(default_factory=list)
    """The URLs that a reader can follow, canonical, in order."""
    shown: list[bool] = field(default_factory=list)
    """For each URL whether it is shown: not in a footnote that nobody refers to."""
    places: list[int] = field(default_factory=list)
    """Where the event of each URL is."""
    labels: list[str | None] = field(default_factory=list)
    """For each URL the normalised label of its definition; None where it is written itself."""
    definitions: list[str] = field(default_factory=list)
    """The URLs of all definitions, unused and duplicate ones, too."""
    in_alternatives: list[str] = field(default_factory=list)
    """The URLs written in the alternative texts of images."""
    is_misread: bool = False
    """Whether markdown-it reads code that goes on a definition's paragraph (CommonMark 0.31.2, section 4.4)."""
    is_dropped: bool = False
    """Whether what comes now is not shown."""

    def add(self, *event: Any) -> None:
        """Append an event; text goes to text before it."""
        if event[0] == "text" and self.events and self.events[-1][0] == "text":
            event = ("text", self.events.pop()[1] + event[1])
        self.events.append(event)

    def note(self, url: str, label: str | None = None) -> None:
        """Note a URL of the event that comes next."""
        self.urls.append(canonical(url))
        self.shown.append(not self.is_dropped)
        self.labels.append(label)
        self.places.append(len(self.events))

    def look(self, number: int) -> tuple[bool, str | None]:
        """Return how a link looks to a reader: whether its text is its URL, and its title."""
        place, url = self.places[number], self.urls[number]
        text = next((event[1] for event in self.events[place + 1 : place + 2] if event[0] == "text"), "")
        attributes = self.events[place][2 if self.events[place][0] == "start" else 1]
        return canonical(text) in (url, url.removeprefix("http://")), dict(attributes).get("title")

    def events_but(self, numbers: Sequence[int], *, alternatives: bool) -> list[Event]:
        """Return the events without the visible text of these URLs, whose text is the URL itself.

        Without `alternatives` also without the alternative texts of images, which may show a URL, too.
        """
        events = list(self.events)
        for number in numbers:
            behind = self.places[number] + 1
            if events[behind][0] == "text":
                events[behind] = ("text of the link",)
        return events if alternatives else list(map(_without_alternative, events))


def _without_alternative(event: Event) -> Event:
    match event:
        case ("image", attributes, _):
            return "image", attributes
        case ("start", "img", attributes):
            return "start", "img", tuple(attribute for attribute in attributes if attribute[0] != "alt")
        case _:
            return event


def canonical(url: str) -> str:
    """Return a URL in one form, whatever of it is percent-encoded, and with its host in letters."""
    stripped = re.sub(r"[\t\n\r]", "", url).strip()
    return unquote(_HOST.sub(lambda host: _letters(host[0]), stripped))


def _letters(host: str) -> str:
    try:
        return host.encode("ascii").decode("idna").lower() if "xn--" in host else host.lower()
    except UnicodeError:
        return host.lower()


class _Elements(HTMLParser):
    """Adds the events of HTML to a page."""

    def __init__(self, page: Page) -> None:
        super().__init__(convert_charrefs=True)
        self._page = page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        written: list[tuple[str, str | None]] = []
        for name, value in dict(reversed(attrs)).items():  # the first of two with one name counts (HTML standard)
            urls = _urls_of(tag, name, value or "")
            for url in urls:
                self._page.note(url)
            written.append((name, f"{len(urls)} URLs" if urls else value))
        self._page.add("start", tag, tuple(written))

    def handle_endtag(self, tag: str) -> None:
        self._page.add("end", tag)

    def handle_data(self, data: str) -> None:
        self._page.add("text", data)


def _urls_of(tag: str, name: str, value: str) -> list[str]:
    if name in _CANDIDATE_ATTRIBUTES:
        return [match[1] for match in _CANDIDATE.finditer(value)]
    if value.strip() and (name in _URL_ATTRIBUTES or (tag, name) == ("object", "data")):
        return [value]
    return []


def _add_html(page: Page, html: str) -> None:
    comments = tuple(piece["comment"] for piece in _PIECE.finditer(html) if piece["comment"])
    if comments:
        page.add("comments", comments)
    elements = _Elements(page)
    elements.feed(_PIECE.sub(lambda piece: piece[0] if piece.lastgroup is None else "", html))
    elements.close()


_NOTE = re.compile(r"(?<!\\)\[\^[^ \n\[\]]+\](?!\()")
_ENDS_CONTAINERS = ["paragraph", "reference", "blockquote"]
"""What is asked before a line goes on a paragraph, a table or a quote."""


class _Helpers:
    """As in cmark-gfm, the label of a link may hold a reference to a footnote."""

    parseLinkDestination = staticmethod(helpers.parseLinkDestination)  # noqa: N815 (markdown-it's name)
    parseLinkTitle = staticmethod(helpers.parseLinkTitle)  # noqa: N815 (markdown-it's name)

    @staticmethod
    def parseLinkLabel(state: StateInline, start: int, disableNested: bool = False) -> int:  # noqa: N802, N803
        source, known = state.src, state.cache
        if disableNested:
            label = _NOTE.sub(lambda note: "-" * len(note[0]), source[start + 1 :])
            state.src, state.cache = source[: start + 1] + label, {}
        end = helpers.parseLinkLabel(state, start, disableNested)
        state.src, state.cache = source, known
        return end


def _html_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """As in cmark-gfm, a complete tag alone on its line ends a table."""
    line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    tag = HTML_OPEN_CLOSE_TAG_RE.match(line) if silent and state.parentType == "table" else None
    return (tag is not None and not line[tag.end() :].strip()) or html_block(state, start, end, silent)


@cache
def _markdown_it() -> MarkdownIt:
    options = {"maxNesting": 100, "store_labels": True, "inline_definitions": True}
    markdown = MarkdownIt("commonmark", options).enable(["table", "strikethrough"])
    markdown.use(footnote_plugin, inline=False, move_to_end=False)
    markdown.helpers = _Helpers
    markdown.block.ruler.at("html_block", _html_block, {"alt": _ENDS_CONTAINERS})
    markdown.block.ruler.at("footnote_def", footnote_def, {"alt": _ENDS_CONTAINERS})
    markdown.validateLink = lambda url: True  # type: ignore[method-assign]
    return markdown


def markdown_it(text: str) -> Page:
    """Return what markdown-it-py reads: its tokens as events, and the HTML in them parsed fragment by fragment.

    Its rules are those that we wrap, here without a wrapper, and right where cmark-gfm reads otherwise. It reads no
    bare URLs.
    """
    page = Page()
    env: dict[str, Any] = {}
    # A text that ends in quote, list and open HTML makes markdown-it-py 4.3.0 fail without a final newline.
    dropped: list[bool] = []
    defined: set[str] = set()
    previous: Token | None = None
    for token in _markdown_it().parse(text.removesuffix("\n") + "\n", env):
        if token.type == "footnote_reference_open":
            # cmark-gfm drops a second definition, too.
            label = token.meta["label"]
            dropped.append(env["footnotes"]["refs"].get(f":{label}", -1) < 0 or label in defined)
            defined.add(label)
        elif token.type == "footnote_reference_close":
            dropped.pop()
        page.is_dropped = any(dropped[-1:])
        page.is_misread |= token.type == "code_block" and _are_adjacent(previous, token)
        previous = token
        if token.type == "inline":
            for child in token.children or []:
                _add_inline(page, child)
        elif token.type == "html_block":
            _add_html(page, token.content)
        elif token.type != "definition":
            page.add(token.type, token.tag, token.info, token.content, tuple(token.attrs.items()))
    definitions = [*env.get("references", {}).values(), *env.get("duplicate_refs", [])]
    page.definitions = [canonical(definition["href"]) for definition in definitions]
    return page


def _are_adjacent(definition: Token | None, code: Token) -> bool:
    is_definition = definition is not None and definition.type == "definition"
    return is_definition and definition.map is not None and code.map is not None and definition.map[1] == code.map[0]


def _add_inline(page: Page, token: Token) -> None:
    match token.type:
        case "text" | "text_special":
            page.add("text", token.content)
        case "link_open" | "image":
            attributes = dict(token.attrs)
            page.note(str(attributes.pop("href", attributes.pop("src", ""))), token.meta.get("label"))
            children = token.children or []
            page.add(
                token.type, tuple(attributes.items()), _markdown_it().renderer.renderInlineAsText(children, {}, {})
            )
            page.in_alternatives += _urls_written(children)
        case "html_inline":
            _add_html(page, token.content)
        case _:
            page.add(token.type, token.content)


def _urls_written(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "html_inline":
            fragment = Page()
            _add_html(fragment, token.content)
            yield from fragment.urls
        if token.type in ("link_open", "image") and "label" not in token.meta:
            yield canonical(str(token.attrs.get("href", token.attrs.get("src", ""))))
        yield from _urls_written(token.children or [])


_CMARK_OPTIONS = CmarkOptions.CMARK_OPT_UNSAFE | CmarkOptions.CMARK_OPT_FOOTNOTES
_CMARK_EXTENSIONS = ("table", "strikethrough", "autolink")
_FOOTNOTE_LINK = re.compile(r" ?<a [^>]*data-footnote-(?:back)?ref[^>]*>[^<]*(?:<sup[^>]*>\d+</sup>)?</a>")
"""Its own links between a footnote and its references."""


def cmark(text: str) -> Page:
    """Return what cmark-gfm renders, with its bare URLs; a footnote that nobody refers to is dropped."""
    page = Page()
    _add_html(page, _FOOTNOTE_LINK.sub("", cmark_html(text)))
    return page


def cmark_html(text: str) -> str:
    """Return the HTML that cmark-gfm makes of a text."""
    html: str = markdown_to_html_with_extensions(text, _CMARK_OPTIONS, _CMARK_EXTENSIONS)
    return html
