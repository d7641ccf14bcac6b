"""The front matter of a markdown document, by its values."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any

import yaml

from dlt_crawler.model import MARK, VALUE
from dlt_crawler.sources.rendering.pieces import text

_MAX_LENGTH = 65_536
"""Characters: a longer block is no front matter, and YAML takes its time."""

_BLOCK = re.compile(
    rf"(?P<mark>---|\+\+\+)[ \t]*\n(?P<body>.{{0,{_MAX_LENGTH}}}?)^(?:(?P=mark)|\.\.\.)[ \t]*$",
    re.DOTALL | re.MULTILINE,
)
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What PyYAML refuses to read (YAML 1.1, section 5.1)."""


def metadata(source: str) -> tuple[list[str], int]:
    """Return the values of the front matter at the start of a text, and where it ends: at 0 if there is none."""
    block = _BLOCK.match(source)
    if block is None:
        return [], 0
    try:
        values = list(_of_toml(block["body"]) if block["mark"] == "+++" else _of_yaml(block["body"]))
    except (yaml.YAMLError, tomllib.TOMLDecodeError, RecursionError, ValueError, OverflowError):
        return [], 0
    return [f"{MARK}<front matter>", *values], block.end()


def _of_yaml(body: str) -> Iterator[str]:
    """Yield the nodes with their types, each once: an alias is named, and not followed."""
    root = yaml.compose(_UNPRINTABLE.sub("\ufffd", body), Loader=yaml.SafeLoader)
    if root is not None and not isinstance(root, yaml.MappingNode):
        raise ValueError("is no mapping")
    waiting: list[yaml.Node | None] = [root]
    numbers: dict[int, int] = {}
    while waiting:
        node = waiting.pop()
        if node is None:
            continue
        if id(node) in numbers:
            yield f"{MARK}*{numbers[id(node)]}"
            continue
        numbers[id(node)] = len(numbers)
        if isinstance(node, yaml.ScalarNode):
            yield from (f"{MARK}<{text(node.tag)}>", VALUE + text(node.value))
            continue
        items = node.value if isinstance(node, yaml.SequenceNode) else [one for pair in node.value for one in pair]
        yield f"{MARK}<{text(node.tag)} {len(items)}>"
        waiting.extend(reversed(items))


def _of_toml(body: str) -> Iterator[str]:
    waiting: list[Any] = [tomllib.loads(body)]
    while waiting:
        value = waiting.pop()
        match value:
            case dict():
                yield f"{MARK}<table {len(value)}>"
                waiting.extend(one for pair in reversed(value.items()) for one in reversed(pair))
            case list():
                yield f"{MARK}<array {len(value)}>"
                waiting.extend(reversed(value))
            case _:
                yield from (f"{MARK}<{type(value).__name__}>", VALUE + text(str(value)))
