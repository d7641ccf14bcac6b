"""Explicit markup: what begins with two dots, and anonymous targets.

The rules are those of docutils' `states.Body.explicit_markup`. Directives that docutils does not know, as Sphinx's, are
read as if they held text: most do. What a directive would fetch (include, raw with a file or a URL) is not followed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from dlt_crawler.sources.rst.cells import csv_cells
from dlt_crawler.sources.rst.characters import NAME, escaped, unescaped
from dlt_crawler.sources.rst.lines import FIELD, Block, Line, fields, indented, passage, without_blank_end
from dlt_crawler.sources.rst.notes import Notes

_NOTE = re.compile(rf"\.\. +\[(?:(?P<footnote>[0-9]+|\#{NAME}?|\*)|(?P<citation>{NAME}))\](?: +|$)")
_TARGET_MARK = re.compile(r"\.\. +_(?! |$)")
_SUBSTITUTION_MARK = re.compile(r"\.\. +\|(?! |$)")
_DIRECTIVE = re.compile(rf"\.\. +(?P<name>{NAME}) ?::(?: +|$)")
_EMBEDDED_DIRECTIVE = re.compile(rf"(?P<name>{NAME}) ?::(?: +|$)")

_TARGET = re.compile(
    r"(?:_|(?!_)(?P<quote>`?)(?![ `])(?P<name>.+?)(?<![\s\0])(?P=quote))(?<!(?<!\0):)(?<![\s\0]) ?:(?: +|$)",
)
"""The name of a target, behind its underscore, in escaped text."""
_SUBSTITUTION = re.compile(r"(?! )(?P<name>.+?)(?<![\s\0])\|(?: +|$)")

_LONGEST_NAME = 10
"""Lines: docutils has no limit, and needs time with their square."""

ReadNested = Callable[[Block], None]


class _Holds(Enum):
    """How a directive is read."""

    BODY = auto()
    """Any text."""
    TITLE = auto()
    """An argument that is shown, and any text."""
    ARGUMENT = auto()
    """An argument that is not shown, and any text."""
    INLINE = auto()
    """One paragraph."""
    IMAGE = auto()
    HTML = auto()
    CODE = auto()
    NOTHING = auto()


_DIRECTIVES: Mapping[str, _Holds] = {
    **dict.fromkeys(("attention", "caution", "danger", "error", "hint", "important", "note", "tip"), _Holds.BODY),
    **dict.fromkeys(("warning", "compound", "footer", "header"), _Holds.BODY),
    **dict.fromkeys(("admonition", "contents", "csv-table", "list-table", "rubric", "sidebar"), _Holds.TITLE),
    **dict.fromkeys(("table", "topic"), _Holds.TITLE),
    **dict.fromkeys(("class", "container", "cssclass", "rst-class"), _Holds.ARGUMENT),
    **dict.fromkeys(("line-block", "parsed-literal", "replace"), _Holds.INLINE),
    **dict.fromkeys(("figure", "image"), _Holds.IMAGE),
    "raw": _Holds.HTML,
    **dict.fromkeys(("code", "code-block", "sourcecode", "math", "literalinclude", "highlight"), _Holds.CODE),
    # Sphinx and its extensions.
    **dict.fromkeys(("digraph", "graph", "graphviz", "mermaid", "plantuml", "productionlist", "uml"), _Holds.CODE),
    **dict.fromkeys(("doctest", "testcleanup", "testcode", "testoutput", "testsetup", "prompt"), _Holds.CODE),
    **dict.fromkeys(("command-output", "ipython", "jupyter-execute", "plot", "program-output", "tikz"), _Holds.CODE),
    **dict.fromkeys(("date", "default-role", "include", "meta", "role", "sectnum", "target-notes"), _Holds.NOTHING),
    **dict.fromkeys(("title", "unicode"), _Holds.NOTHING),
}
"""What directives hold (docutils, "reStructuredText Directives"; Sphinx, "Directives"); any other one: text."""


_WITH_BODY = frozenset({_Holds.BODY, _Holds.TITLE, _Holds.ARGUMENT, _Holds.IMAGE})


@dataclass(frozen=True, slots=True)
class _Parts:
    """A directive's block, taken apart."""

    arguments: list[Line]
    options: Mapping[str, list[Line]]
    content: list[Line]


def read_explicit(lines: Block, position: int, marker: re.Match[str], notes: Notes, read_nested: ReadNested) -> int:
    """Note what begins with the two dots on a line, and return the line behind it."""
    text = lines[position].text
    if note := _NOTE.match(text):
        block, end = indented(lines, position, first=note.end())
        notes.anchor((note["footnote"] or note["citation"]).lstrip("#*"), is_explicit=True)
        read_nested(block)
    elif (mark := _TARGET_MARK.match(text)) and (target_end := _read_target(lines, position, mark.end(), notes)):
        end = target_end
    elif (mark := _SUBSTITUTION_MARK.match(text)) and (
        definition_end := _read_substitution(lines, position, mark.end(), notes, read_nested)
    ):
        end = definition_end
    elif directive := _DIRECTIVE.match(text):
        block, end = indented(lines, position, first=directive.end(), keep_top=True)
        _read_directive(directive["name"].lower(), block, notes, read_nested)
    elif not text[marker.end() :] and (position + 1 == len(lines) or not lines[position + 1].text):
        end = position + 1  # An empty comment does not reach over a blank line.
    else:
        block, end = indented(lines, position, first=marker.end())
        notes.comment(lines[position], block)
    return end


def read_anonymous_target(lines: Block, position: int, indent: int, notes: Notes) -> int:
    """Note the target whose two underscores begin a line, and return the line behind it."""
    block, end = indented(lines, position, first=indent, until_blank=True)
    notes.target("", block, lines[position].origins[0])
    return end


def _read_target(lines: Block, position: int, indent: int, notes: Notes) -> int | None:
    """Note a target; return None if its name does not end."""
    block, end = indented(lines, position, first=indent, until_blank=True)
    named = _named(_TARGET, block)
    if named is None:
        return None
    notes.target(named[0], named[1], lines[position].origins[0])
    return end


def _read_substitution(lines: Block, position: int, indent: int, notes: Notes, read_nested: ReadNested) -> int | None:
    """Note what a substitution stands for; return None if its name does not end."""
    block, end = indented(lines, position, first=indent, keep_indent=True)
    named = _named(_SUBSTITUTION, block)
    if named is None:
        return None
    name, rest = named
    if not rest[0].text:
        del rest[0]
    if rest and not rest[0].text:
        read_nested(rest)  # Behind a blank line it is no definition any more.
    elif rest:
        rest[0] = rest[0].stripped()
        if directive := _EMBEDDED_DIRECTIVE.match(rest[0].text):
            body, _ = indented(rest, 0, first=directive.end(), keep_top=True)
            with notes.within_substitution(name):
                _read_directive(directive["name"].lower(), body, notes, read_nested)
    return end


def _named(pattern: re.Pattern[str], block: list[Line]) -> tuple[str, list[Line]] | None:
    """Return the name that a block begins with, perhaps over lines, and the block behind it."""
    written = ""
    for index, line in enumerate(block[:_LONGEST_NAME]):
        piece = line.stripped()
        before = len(written) + bool(index)
        written = f"{written} {escaped(piece.text)}" if index else escaped(piece.text)
        if found := pattern.match(written):
            rest = piece.cut(max(0, found.end() - before)).stripped()
            return unescaped(found["name"] or ""), [rest, *block[index + 1 :]]
    return None


def _read_directive(name: str, block: list[Line], notes: Notes, read_nested: ReadNested) -> None:
    block = without_blank_end(block)
    holds = _DIRECTIVES.get(name)
    if holds is None:
        read_nested(block)
        return
    parts = _parts(block, has_argument=holds in (_Holds.TITLE, _Holds.ARGUMENT, _Holds.IMAGE, _Holds.HTML))
    for line in parts.options.get("name", [])[:1]:
        notes.anchor(line.text, is_explicit=True)
    _note_own(name, holds, parts, block, notes)
    if name == "csv-table":
        for cell in csv_cells(parts.content, parts.options):
            read_nested(cell)
    elif holds in _WITH_BODY:
        read_nested(parts.content)


def _note_own(name: str, holds: _Holds, parts: _Parts, block: list[Line], notes: Notes) -> None:
    """Note what a directive holds beside other blocks."""
    match holds:
        case _Holds.TITLE if parts.arguments:
            notes.text(passage(parts.arguments))
        case _Holds.IMAGE:
            notes.image(parts.arguments, parts.options.get("alt", []), parts.options.get("target", []))
        case _Holds.INLINE if parts.content:
            notes.text(passage(parts.content))
        case _Holds.HTML if parts.content and "html" in passage(parts.arguments).text.lower().split():
            notes.html(parts.content)
        case _Holds.CODE | _Holds.HTML:
            notes.literal(block)
        case _Holds.NOTHING if name == "include":
            notes.includes_others = True


def _parts(block: list[Line], *, has_argument: bool) -> _Parts:
    """Take a block apart: arguments and options reach to the first blank line, options from the first field on."""
    if block and not block[0].text:
        block = block[1:]
    end = next((index for index, line in enumerate(block) if not line.text), len(block))
    first_option = next((index for index in range(end) if FIELD.match(block[index].text)), end)
    options = dict(fields(block[first_option:end]))
    if has_argument:
        return _Parts(block[:first_option], options, block[end + 1 :])
    return _Parts([], options, [*block[:first_option], *block[end:]])
