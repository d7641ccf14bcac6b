"""The URL attributes of an HTML fragment, with their places, as the HTML standard's tokenizer reads them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

_URL_ATTRIBUTES = frozenset(
    {
        "action",
        "background",
        "cite",
        "data-src",
        "formaction",
        "href",
        "longdesc",
        "poster",
        "src",
        "xlink:href",
    },
)
"""Of the HTML standard's index of attributes those that hold one URL, obsolete ones, and the one of lazy loaders."""

_CANDIDATE_ATTRIBUTES = frozenset({"srcset", "imagesrcset"})
_RAW_TEXT = frozenset({"script", "style", "textarea", "title", "xmp", "noembed", "noframes", "iframe"})
"""Elements whose content is text, not markup (HTML standard, section 13.2.6.2)."""

_OPENING = re.compile(r"<(?:!--|[?]|!\[CDATA\[|([a-zA-Z][^\s/>]*))")
_ATTRIBUTE = re.compile(r"""[\s/]*([^\s/>=][^\s/>=]*)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s>"'][^\s>]*))?""")
_TAG_END = re.compile(r"[\s/]*>")
_CANDIDATE = re.compile(r"[^\s,]\S*[^\s,]|[^\s,]")
_DESCRIPTOR = re.compile(r"[\d.]+[wxh]")
_TAG = re.compile(r"<[^>]*>")
_MAX_LABEL = 1000
"""Characters between <a> and </a> that are read for a label."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of a tag, and the offsets of its value in the fragment, without quotes."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Tag:
    """A complete start tag."""

    name: str
    attributes: tuple[Attribute, ...]
    end: int


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment; one without an end reaches to the end of the fragment."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class UrlAttribute:
    """A URL in an attribute: its offsets in the fragment, what it says and what a reader sees of it."""

    start: int
    end: int
    url: str
    """Character references decoded, and without the line breaks and tabs that browsers drop (URL standard)."""
    label: str


def url_attributes(fragment: str) -> Iterator[UrlAttribute]:
    """Yield the URLs of all start tags of a fragment, in order."""
    for item in scan(fragment):
        if isinstance(item, Tag):
            label = _label(fragment, item)
            for attribute in item.attributes:
                for start, end in _urls(fragment, item, attribute):
                    yield UrlAttribute(start, end, _value(fragment[start:end]), label)


def scan(fragment: str) -> Iterator[Tag | Comment]:
    """Yield start tags and comments; what is in scripts and the like, and unfinished tags, are passed over."""
    position = 0
    while opening := _OPENING.search(fragment, position):
        name = opening[1]
        if opening.group() == "<!--":
            position = _after(fragment, "-->", opening.start() + 2)
            yield Comment(opening.start(), position)
        elif name is None:
            position = _after(fragment, "?>" if opening.group() == "<?" else "]]>", opening.end())
        else:
            attributes, position = _attributes(fragment, opening.end())
            if closing := _TAG_END.match(fragment, position):
                position = closing.end()
                yield Tag(name.lower(), tuple(attributes), position)
            if name.lower() in _RAW_TEXT:
                position = _raw_text_end(fragment, name, position)


def _after(fragment: str, end_mark: str, start: int) -> int:
    found = fragment.find(end_mark, start)
    return len(fragment) if found < 0 else found + len(end_mark)


def _raw_text_end(fragment: str, name: str, start: int) -> int:
    end_tag = re.compile(rf"</{re.escape(name)}", re.IGNORECASE).search(fragment, start)
    return end_tag.start() if end_tag else len(fragment)


def _attributes(fragment: str, position: int) -> tuple[list[Attribute], int]:
    attributes: list[Attribute] = []
    while (match := _ATTRIBUTE.match(fragment, position)) and match.end() > position:
        if value := match[2]:
            start, end = match.span(2)
            quoted = value[0] in "\"'"
            attributes.append(Attribute(match[1].lower(), start + quoted, end - quoted))
        position = match.end()
    return attributes, position


def _urls(fragment: str, tag: Tag, attribute: Attribute) -> Iterator[tuple[int, int]]:
    if attribute.name in _CANDIDATE_ATTRIBUTES:
        for candidate in _CANDIDATE.finditer(fragment, attribute.start, attribute.end):
            if not _DESCRIPTOR.fullmatch(candidate.group()):
                yield candidate.span()
    elif attribute.name in _URL_ATTRIBUTES or (tag.name, attribute.name) == ("object", "data"):
        value = fragment[attribute.start : attribute.end]
        start = attribute.start + len(value) - len(value.lstrip())
        yield start, start + len(value.strip())


def _value(written: str) -> str:
    return re.sub(r"[\t\n\r]", "", html.unescape(written)).strip()


def _label(fragment: str, tag: Tag) -> str:
    if tag.name == "a":
        content = fragment[tag.end : tag.end + _MAX_LABEL]
        closing = re.search(r"</?a\b", content, re.IGNORECASE)
        return html.unescape(_TAG.sub("", content[: closing.start()])) if closing else ""
    alternative = next((attribute for attribute in tag.attributes if attribute.name == "alt"), None)
    return html.unescape(fragment[alternative.start : alternative.end]) if alternative else ""
