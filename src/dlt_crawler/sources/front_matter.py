"""The URLs of a document's front matter: YAML between "---" lines, TOML between "+++" lines."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from dlt_crawler.model import LinkKind, NoSpan
from dlt_crawler.sources.destination import resolve
from dlt_crawler.sources.found import FoundLink

_YAML = re.compile(r"---[ \t]*\n(?P<body>.*?)^(?:---|\.\.\.)[ \t]*$", re.DOTALL | re.MULTILINE)
_TOML = re.compile(r"\+\+\+[ \t]*\n(?P<body>.*?)^\+\+\+[ \t]*$", re.DOTALL | re.MULTILINE)
_TOML_URL = re.compile(r"""(?<=")https?://[^"\s\\]+(?=")|(?<=')https?://[^'\s]+(?=')""", re.IGNORECASE)
_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)+")
"""An anchor and a tag before a YAML node (YAML 1.2, section 6.9): PyYAML counts them as part of it."""

_WEB_URL = re.compile(r"https?://\S+", re.IGNORECASE)
_KEY_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_URL_WORDS = frozenset(
    {"avatar", "banner", "canonical", "cover", "homepage", "href", "icon", "image", "images", "img", "link", "links"}
    | {"logo", "photo", "picture", "src", "thumbnail", "uri", "url", "urls", "website"},
)
"""Last words of the keys that hold URLs in Jekyll, Hugo, Hexo and their themes ("header-img", "coverImage")."""

_STRING = "tag:yaml.org,2002:str"


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The front matter of a text: where it ends, and its links."""

    end: int
    links: tuple[FoundLink, ...] = ()


def front_matter(text: str) -> FrontMatter:
    """Return the front matter at the start of `text`; it ends at 0 if there is none.

    Lines between "---" that are no YAML mapping are no front matter: they are a thematic break and markdown.
    """
    if block := _TOML.match(text):
        try:
            tomllib.loads(block["body"])
        except (tomllib.TOMLDecodeError, RecursionError):
            return FrontMatter(0)
        urls = _TOML_URL.finditer(text, block.start("body"), block.end("body"))
        return FrontMatter(block.end(), tuple(_link(match.start(), match.end(), match.group()) for match in urls))
    block = _YAML.match(text)
    if block is None:
        return FrontMatter(0)
    try:
        root = yaml.compose(block["body"], Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError):
        return FrontMatter(0)
    if root is None:
        return FrontMatter(block.end())
    if not isinstance(root, yaml.MappingNode):
        return FrontMatter(0)
    return FrontMatter(block.end(), tuple(_links(text, block.start("body"), root)))


def _links(text: str, offset: int, root: yaml.Node) -> Iterator[FoundLink]:
    for key, scalar in _scalars(root):
        value = scalar.value.strip()
        if _WEB_URL.fullmatch(value) or (_holds_urls(key) and _is_address(scalar)):
            start, end = scalar.start_mark.index + offset, scalar.end_mark.index + offset
            if properties := _PROPERTIES.match(text, start, end):
                start = properties.end()
            if scalar.style in ("'", '"'):
                yield _link(start + 1, end - 1, value)
            elif scalar.style is None:
                yield _link(start, end, value)
            elif text.count(value, start, end) == 1:  # a block scalar holds its marker and indent, too
                start = text.index(value, start, end)
                yield _link(start, start + len(value), value)
            else:
                yield _link(start, start, value, located=False)


def _scalars(root: yaml.Node) -> Iterator[tuple[str, yaml.ScalarNode]]:
    """Yield each scalar with the nearest key above it, in order; what an alias repeats only once."""
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
            waiting.extend((str(name.value), value) for name, value in reversed(node.value))


def _holds_urls(key: str) -> bool:
    words = _KEY_WORDS.findall(key)
    return bool(words) and words[-1].lower() in _URL_WORDS


def _is_address(scalar: yaml.ScalarNode) -> bool:
    """Tell whether a value can be a URL or a path: one word with a dot or a slash."""
    return scalar.tag == _STRING and bool(re.fullmatch(r"\S*[./]\S*", scalar.value.strip()))


def _link(start: int, end: int, value: str, *, located: bool = True) -> FoundLink:
    no_span = None if located else NoSpan.REWRITTEN
    return FoundLink(LinkKind.FRONT_MATTER, start, end, resolve(value), "", None if located else value, no_span)
