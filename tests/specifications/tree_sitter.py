"""What tree-sitter-markdown reads: a parser with byte offsets that shares nothing with ours."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import tree_sitter_markdown
from tree_sitter import Language, Node, Parser, Range

_AUTOLINKS = ("uri_autolink", "email_autolink")
_INLINE_CONTENT = ("inline", "pipe_table_cell")


@cache
def _blocks() -> Parser:
    return Parser(Language(tree_sitter_markdown.language()))


@cache
def _inlines() -> Parser:
    return Parser(Language(tree_sitter_markdown.inline_language()))


def destinations(data: bytes) -> list[tuple[int, int]]:
    """Return the byte range of every destination (UTF-8, LF), without angle brackets, in order."""
    found = []
    root = _blocks().parse(data).root_node
    for block in _nodes(root):
        if block.type == "link_destination":
            found.append(_without_brackets(data, block))
        elif block.type in _INLINE_CONTENT:
            _inlines().included_ranges = list(_own_ranges(block))
            found += [
                _without_brackets(data, node)
                for node in _nodes(_inlines().parse(data).root_node)
                if node.type in ("link_destination", *_AUTOLINKS)
            ]
    return sorted(found)


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _nodes(child)


def _own_ranges(block: Node) -> Iterator[Range]:
    """Yield what of a block is its content, without the marks of its containers at the start of its lines."""
    start, point = block.start_byte, block.start_point
    for child in block.named_children:
        if child.start_byte > start:
            yield Range(point, child.start_point, start, child.start_byte)
        start, point = child.end_byte, child.end_point
    if block.end_byte > start:
        yield Range(point, block.end_point, start, block.end_byte)


def _without_brackets(data: bytes, node: Node) -> tuple[int, int]:
    start, end = node.start_byte, node.end_byte
    bracketed = data[start : start + 1] == b"<" and data[end - 1 : end] == b">"
    return (start + 1, end - 1) if bracketed else (start, end)
