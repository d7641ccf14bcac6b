"""The tags and comments of an HTML fragment, with their places, as the HTML standard's tokenizer reads them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.entities import html5

SPACE = r" \t\n\f\r"
"""ASCII whitespace (Infra standard, section 4.6), for a character class."""

_OPENING = re.compile(r"<(?:(?P<tag>/?[a-zA-Z])|(?P<comment>!--)|(?P<section>!\[CDATA\[|\?)|[!/](?!>))")
_SECTION_ENDS = {"?": "?>", "![CDATA[": "]]>"}
_TAG_NAME = re.compile(rf"[^{SPACE}/>]*")
_ATTRIBUTE = re.compile(
    rf"""[{SPACE}/]*+ (?P<name> =?[^{SPACE}/>=]++ | = )
    (?: [{SPACE}]*+ = [{SPACE}]*+
        (?: "(?P<double>[^"]*+)" | '(?P<single>[^']*+)' | (?P<bare>[^{SPACE}>"'][^{SPACE}>]*+)
          | (?P<open>["']) | ) )?+""",
    re.VERBOSE,
)
_TAG_END = re.compile(rf"[{SPACE}/]*+>")
_COMMENT_END = re.compile(r"(?<=<!--)-?>|--!?>")
_IN_SCRIPT = re.compile(rf"(?P<open><!--(?!-?>))|(?P<close>-->)|<(?P<end>/?)script(?=[{SPACE}/>])", re.IGNORECASE)
_END_OF_RAW_TEXT = {
    name: re.compile(rf"</{name}(?=[{SPACE}/>])", re.IGNORECASE)
    for name in ("iframe", "noembed", "noframes", "style", "textarea", "title", "xmp")
}
"""Elements besides "script" whose content is text, not markup (HTML standard, section 13.2.6.2)."""

_REFERENCE = re.compile(r"&(?:#[0-9]+;?|#[xX][0-9a-fA-F]+;?|(?P<name>[a-zA-Z][a-zA-Z0-9]*;?)(?P<equals>=?))")


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of a tag, and the offsets of its value in the fragment, without quotes."""

    name: str
    start: int
    end: int
    value: str
    """With character references decoded."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A complete start tag.

    Of several attributes of one name only the first counts; those without a value are left out.
    """

    name: str
    attributes: tuple[Attribute, ...]
    end: int

    def value(self, name: str) -> str:
        """Return the value of an attribute; an empty string if there is none."""
        return next((attribute.value for attribute in self.attributes if attribute.name == name), "")


@dataclass(frozen=True, slots=True)
class EndTag:
    """A complete end tag."""

    name: str
    end: int


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment; one without an end reaches to the end of the fragment."""

    start: int
    end: int


def scan(fragment: str) -> Iterator[Tag | EndTag | Comment]:
    """Yield tags and comments; what is in scripts and the like is passed over, and so is an unfinished tag.

    Processing instructions and CDATA sections end where CommonMark says, if they have an end, else as the comments
    that browsers take them for. Linear in the length, whatever is written there.
    """
    position = 0
    absent: set[str] = set()
    while opening := _OPENING.search(fragment, position):
        if opening["tag"]:
            tag, position = _tag(fragment, opening.end() - 1)
            if tag and opening["tag"].startswith("/"):
                yield EndTag(tag.name, tag.end)
            elif tag:
                yield tag
                position = _behind_raw_text(fragment, tag)
        elif opening["comment"]:
            end = _COMMENT_END.search(fragment, opening.end())
            position = end.end() if end else len(fragment)
            yield Comment(opening.start(), position)
        else:
            position = _behind_section(fragment, opening, absent)


def decoded(value: str) -> str:
    """Return an attribute's value with its character references decoded: in "?a=1&copy=2" there is none."""
    return _REFERENCE.sub(_character, value) if "&" in value else value


def _character(reference: re.Match[str]) -> str:
    """Apply the named character reference state as it is for attributes (HTML standard, section 13.2.5.73)."""
    name, equals = reference["name"], reference["equals"]
    if name is None:
        return html.unescape(reference[0])
    if name not in html5 or (equals and not name.endswith(";")):
        return reference[0]
    return html5[name] + equals


def _tag(fragment: str, start: int) -> tuple[Tag | None, int]:
    """Read the tag whose name begins at `start`, and return where it ends; without an end it swallows all."""
    name = _TAG_NAME.match(fragment, start)
    position = name.end() if name else start
    attributes: dict[str, Attribute | None] = {}
    while found := _ATTRIBUTE.match(fragment, position):
        kind = found.lastgroup
        if kind is None or kind == "open":
            return None, len(fragment)
        position = found.end()
        key = found["name"].lower()
        if key not in attributes:
            value = None if kind == "name" else Attribute(key, *found.span(kind), decoded(found[kind]))
            attributes[key] = value
    end = _TAG_END.match(fragment, position)
    if name is None or end is None:
        return None, len(fragment)
    return Tag(name.group().lower(), tuple(filter(None, attributes.values())), end.end()), end.end()


def _behind_section(fragment: str, opening: re.Match[str], absent: set[str]) -> int:
    """Return where a processing instruction, a CDATA section or a bogus comment ends.

    An end mark that is `absent` from the rest of the fragment is not searched for again.
    """
    for mark in (_SECTION_ENDS.get(opening["section"] or "", ">"), ">"):
        if mark not in absent:
            end = fragment.find(mark, opening.end())
            if end >= 0:
                return end + len(mark)
            absent.add(mark)
    return len(fragment)


def _behind_raw_text(fragment: str, tag: Tag) -> int:
    """Return where markup goes on after a start tag."""
    if tag.name == "plaintext":
        return len(fragment)
    if tag.name == "script":
        return _end_of_script(fragment, tag.end)
    if tag.name not in _END_OF_RAW_TEXT:
        return tag.end
    end_tag = _END_OF_RAW_TEXT[tag.name].search(fragment, tag.end)
    return end_tag.start() if end_tag else len(fragment)


def _end_of_script(fragment: str, start: int) -> int:
    """Return where the end tag of a script is; one in a comment closes only what that opened (double escaped state)."""
    in_comment = in_inner = False
    for mark in _IN_SCRIPT.finditer(fragment, start):
        if mark["open"]:
            in_comment = True
        elif mark["close"]:
            in_comment = in_inner = False
        elif not mark["end"]:
            in_inner = in_comment
        elif in_inner:
            in_inner = False
        else:
            return mark.start()
    return len(fragment)
