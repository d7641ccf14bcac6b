"""The URLs of a document's front matter: YAML between "---" lines, TOML between "+++" lines.

Listed are values that are a URL, URLs inside of longer values, and paths under keys that hold addresses.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import yaml

from dlt_crawler.model import LinkKind, NoSpan
from dlt_crawler.sources.destination import resolve
from dlt_crawler.sources.directives import Comments, mentioned
from dlt_crawler.sources.found import FoundDirective, FoundLink, FoundLint
from dlt_crawler.sources.scan import scan

_MAX_LENGTH = 65_536
"""Characters of a block that are parsed as YAML, at some 4 µs each, 110 µs at worst ("["); a longer one is no front
matter."""

_YAML = re.compile(rf"---[ \t]*\n(?P<body>.{{0,{_MAX_LENGTH}}}?)^(?:---|\.\.\.)[ \t]*$", re.DOTALL | re.MULTILINE)
_TOML = re.compile(rf"\+\+\+[ \t]*\n(?P<body>.{{0,{_MAX_LENGTH}}}?)^\+\+\+[ \t]*$", re.DOTALL | re.MULTILINE)
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What PyYAML refuses to read (YAML 1.1, section 5.1)."""

_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)+")
"""An anchor and a tag before a YAML node (YAML 1.2, section 6.9): PyYAML counts them as part of it."""

# TOML 1.0: keys, comments and the four kinds of strings of a text that is known to be TOML.
_TOML_TOKEN = re.compile(
    r"""\#[^\n]*+
    | (?P<key>[A-Za-z0-9_-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')(?=[ \t]*+=)
    | (?P<string>
        \"{3}(?P<long_basic>(?:[^"\\]|\\.|"{1,2}(?!"))*+"{0,2})\"{3}
      | '{3}(?P<long_literal>(?:[^']|'{1,2}(?!'))*+'{0,2})'{3}
      | "(?P<basic>(?:[^"\\\n]|\\.)*+)"
      | '(?P<literal>[^'\n]*+)' )""",
    re.VERBOSE | re.DOTALL,
)

_COMMENT = re.compile(r"(?<![^\s\"'])#+(?P<said>[^\n]*)")
"""A comment of YAML or TOML, unless it begins in a string."""

_TOML_STRINGS = ("long_basic", "long_literal", "basic", "literal")

_WEB_URL = re.compile(r"https?://\S+", re.IGNORECASE)
_ADDRESS = re.compile(r"\S*[./]\S*")
_KEY_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_URL_WORDS = frozenset(
    {"avatar", "banner", "canonical", "cover", "homepage", "href", "icon", "image", "images", "img", "link", "links"}
    | {"logo", "photo", "picture", "src", "thumbnail", "uri", "url", "urls", "website"},
)
"""Last words of the keys that hold URLs in Jekyll, Hugo, Hexo and their themes ("header-img", "coverImage")."""

_STRING = "tag:yaml.org,2002:str"
_EXCEPT_LINE_ENDINGS = re.compile(r"[^\n]")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The front matter of a text: where it ends, its links, and what its comments say of them."""

    end: int
    links: tuple[FoundLink, ...] = ()
    directives: tuple[FoundDirective | FoundLint, ...] = ()


@dataclass(frozen=True, slots=True)
class _Value:
    """A string in the front matter: the key above it, what it says, and where it is written, without quotes."""

    key: str
    value: str
    start: int
    end: int


def front_matter(text: str) -> FrontMatter:
    """Return the front matter at the start of `text`; it ends at 0 if there is none.

    Lines between "---" that are no YAML mapping are no front matter: they are a thematic break and markdown.
    """
    if block := _TOML.match(text):
        values = _toml(text, block.start("body"), block.end("body"))
    elif block := _YAML.match(text):
        values = _yaml(text, block.start("body"), block.end("body"))
    else:
        return FrontMatter(0)
    if values is None:
        return FrontMatter(0)
    links = tuple(link for value in values for link in _links(text, value))
    return FrontMatter(block.end(), links, tuple(_directives(text, *block.span("body"), values)))


def without_front_matter(text: str, front: FrontMatter) -> str:
    """Return the text with blanks in place of its front matter: the offsets of what follows stay what they are."""
    return _EXCEPT_LINE_ENDINGS.sub(" ", text[: front.end]) + text[front.end :]


def _yaml(text: str, start: int, end: int) -> list[_Value] | None:
    try:
        root = yaml.compose(_UNPRINTABLE.sub("\ufffd", text[start:end]), Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
    if root is None:
        return []
    if not isinstance(root, yaml.MappingNode):
        return None
    return [_value_of(text, start, key, scalar) for key, scalar in _scalars(root)]


def _scalars(root: yaml.Node) -> Iterator[tuple[str, yaml.ScalarNode]]:
    """Yield each scalar with the nearest key above it, in order, keys as well; what an alias repeats only once."""
    waiting: list[tuple[str, yaml.Node]] = [("", root)]
    seen: set[int] = set()
    while waiting:
        key, node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            yield key, node
        elif isinstance(node, yaml.SequenceNode):
            waiting.extend((key, item) for item in reversed(node.value))
        elif isinstance(node, yaml.MappingNode):
            for name, value in reversed(node.value):
                waiting += [(str(name.value), value), ("", name)]


def _value_of(text: str, offset: int, key: str, scalar: yaml.ScalarNode) -> _Value:
    start, end = scalar.start_mark.index + offset, scalar.end_mark.index + offset
    if properties := _PROPERTIES.match(text, start, end):
        start = properties.end()
    match scalar.style:
        case "'" | '"':
            start, end = start + 1, end - 1
        case "|" | ">":  # the header, with a comment perhaps, has a line of its own
            start = text.find("\n", start, end) + 1
    return _Value(key if scalar.tag == _STRING else "", scalar.value, start, end)


def _toml(text: str, start: int, end: int) -> list[_Value] | None:
    try:
        tomllib.loads(text[start:end])
    except (tomllib.TOMLDecodeError, RecursionError):
        return None
    values: list[_Value] = []
    key = ""
    for token in _TOML_TOKEN.finditer(text, start, end):
        if token["key"]:
            key = token["key"].strip("\"'")
        elif token["string"]:
            value = str(tomllib.loads(f"value = {token['string']}")["value"])
            content = next(name for name in _TOML_STRINGS if token[name] is not None)
            values.append(_Value(key, value, *token.span(content)))
    return values


def _directives(text: str, start: int, end: int, values: Sequence[_Value]) -> Iterator[FoundDirective | FoundLint]:
    """Yield what the comments say: what "#" begins that stands in no string."""
    if not mentioned(text[start:end]):
        return
    comments = Comments(text)
    strings = sorted((value.start, value.end) for value in values)
    while comment := _COMMENT.search(text, start, end):
        before = bisect_right(strings, (comment.start(), end)) - 1
        string_end = strings[before][1] if before >= 0 else 0
        if comment.start() < string_end:
            start = string_end
        else:
            start = comment.end()
            # An HTML comment in one of YAML or TOML is what people write who know it from the text below.
            yield from comments.of_html(*comment.span(), comment["said"].strip())


def _links(text: str, found: _Value) -> Iterator[FoundLink]:
    value = found.value.strip()
    is_address = _holds_urls(found.key) and _ADDRESS.fullmatch(value)
    if is_address or (_WEB_URL.fullmatch(value) and value.isascii()):
        written = text[found.start : found.end]
        start = found.start + len(written) - len(written.lstrip())
        link = FoundLink(LinkKind.FRONT_MATTER, start, start + len(value), resolve(value), "", renders=False)
        yield link if written.strip() == value else _rewritten(link, found.start, value)
    elif "://" in value or "www." in value:
        # The same URLs in the same order are written there: each at its place, whatever is escaped between them.
        links = [replace(link, kind=LinkKind.FRONT_MATTER, renders=False) for link in scan(value, 0, len(value))]
        places = list(scan(text, found.start, found.end))
        is_exact = [link.written for link in links] == [place.written for place in places]
        for index, link in enumerate(links):
            if is_exact:
                place = places[index]
                yield replace(link, start=place.start, end=place.end, written=None, no_span=None)
            else:
                yield _rewritten(link, found.start, link.written)


def _rewritten(link: FoundLink, near: int, written: str | None) -> FoundLink:
    return replace(link, start=near, end=near, written=written, no_span=NoSpan.REWRITTEN)


def _holds_urls(key: str) -> bool:
    words = _KEY_WORDS.findall(key)
    return bool(words) and words[-1].lower() in _URL_WORDS
