"""What a visitor sees of a page: its text, and how much of it is prose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from lxml import etree  # type: ignore[import-untyped] # its stubs are a package of their own

ALL_OF_IT = 1_500
"""Characters: a page with no more visible text than this is kept whole …"""
BEGINNING = 500
"""… of others this much, and of their prose …"""
PASSAGE = 1_000
LITTLE = 3_000
"""Characters of visible text above which the source is not asked: error pages, parked pages and walls have less."""
_SOME = 5_000
"""Characters of visible text up to which it is asked what of it is hidden, or stands around the content …"""
_FEW = 100
"""… unless there is so little prose that it makes no difference."""
_SHELL_LENGTH = 1_000
_HEADINGS = 5
_HEADING_LENGTH = 200
_HEADING_TAGS = 400
"""Of which each beginning and each end counts."""
_NODES = 20_000
"""Pieces of text that are looked at for the beginning of a page: most may be white space."""

_UNSEEN = ("script", "style", "noscript", "template", "svg", "title", "object", "iframe", "textarea", "datalist")
_NO_PROSE = ("a", "nav", "header", "footer", "aside", "button", "select", "menu", "dialog", "option", "label")
_HIDDEN = etree.XPath(
    "//body//@hidden/.. | //body//@aria-modal[.='true']/.."
    " | //body//@style[contains(translate(., 'DISPLAYNOE ', 'displaynoe'), 'display:none')]/.."
)
_FRAME = etree.XPath(
    "(//body//@role[.='navigation' or .='contentinfo' or .='banner' or .='search' or .='dialog']/.."
    " | //body//@id[contains(., 'ooter') or contains(., 'cookie') or contains(., 'sidebar')]/.."
    " | //body//@class[contains(., 'ooter') or contains(., 'cookie') or contains(., 'sidebar')"
    " or contains(., 'breadcrumb') or contains(., 'consent')]/..)"
    "[not(self::body or descendant::h1 or descendant::main or descendant::article)]"
)
"""What stands around the content, by the names that themes give it."""
_MOUNT = etree.XPath(
    "boolean(//body//*[@id='root' or @id='app' or @id='__next' or @id='__nuxt' or @id='___gatsby' or @id='svelte'"
    " or @id='react-root' or @id='app-root' or @id='main-app' or @id='q-app' or self::app-root or @ng-app"
    " or @ng-version or @data-reactroot or @data-server-rendered][string-length(normalize-space(.)) < 40])"
)
"""Where the usual frameworks put what their scripts make, with no more in it than "Loading …"."""
_WHOLE = etree.XPath("normalize-space(.)", smart_strings=False)
_SHELL_PROSE = 400
"""Characters: beside it stands a note on JavaScript at most."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What there is to see of a page."""

    headings: tuple[str, ...]
    text: str
    passage: str
    """The beginning of the prose where it is not the same as `text`; else empty."""
    length: int
    prose: int
    whole: str
    """All visible text, without a blank between elements: for comparing it with another page's."""
    shell: bool
    """Whether a script is to fill the page, so that its own text says nothing about how much it has."""


def seen(root: etree._Element) -> Seen:
    """Return what is visible of a parsed page. Takes elements out of the tree: nothing else can be asked of it after.

    Nothing here looks at every element in Python: 50 KB of HTML have a thousand.
    """
    scripted = next(root.iter("script"), None) is not None
    etree.strip_elements(root, *_UNSEEN, etree.Comment, etree.ProcessingInstruction, with_tail=False)
    whole = str(_WHOLE(root))
    mount = scripted and len(whole) <= _SHELL_LENGTH and bool(_MOUNT(root))
    if len(whole) <= _SOME and (hidden := _HIDDEN(root)):
        _clear(hidden)
        whole = str(_WHOLE(root))
    headings = tuple(_headings(root))
    length = len(whole)
    text = _beginning(root, ALL_OF_IT if length <= ALL_OF_IT else BEGINNING)
    etree.strip_elements(root, *_NO_PROSE, with_tail=False)
    prose = len(_WHOLE(root))
    if prose > _FEW and length <= _SOME and (frame := _FRAME(root)):
        _clear(frame)
        prose = len(_WHOLE(root))
    passage = _beginning(root, PASSAGE)
    return Seen(
        headings, text, "" if passage == text else passage, length, prose, whole, mount and prose < _SHELL_PROSE
    )


def _clear(elements: Iterable[etree._Element]) -> None:
    for element in elements:
        element.clear(keep_tail=True)


def _headings(root: etree._Element) -> Iterator[str]:
    """Yield the first headings that have a text: <h1> and <h2>, or those below where there are none."""
    found = 0
    tags = ("h1", "h2") if next(root.iter("h1", "h2"), None) is not None else ("h3", "h4")
    for element in islice(root.iter(*tags), 4 * _HEADINGS):
        text = " ".join("".join(_pieces(element)).split())[:_HEADING_LENGTH]
        if text:
            yield text
            found += 1
        if found == _HEADINGS:
            return


def _pieces(element: etree._Element) -> Iterator[str]:
    """Yield a heading's pieces of text. Not by `itertext`: of 2,000 nested ones each has the tags of the others."""
    for event, node in islice(etree.iterwalk(element, events=("start", "end")), _HEADING_TAGS):
        if event == "start":
            yield node.text or ""
        elif node is not element:
            yield node.tail or ""


def _beginning(root: etree._Element, limit: int) -> str:
    """Return the first `limit` characters of the text below an element, with a blank between elements."""
    words: list[str] = []
    length = 0
    for piece in islice(root.itertext(), _NODES):
        if line := " ".join(piece[: 2 * limit].split()):
            words.append(line)
            length += len(line) + 1
            if length > limit:
                break
    return " ".join(words)[:limit]
