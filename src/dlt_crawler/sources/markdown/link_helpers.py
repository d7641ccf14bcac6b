"""markdown-it's helpers for links: they remember where a destination was, and take the common cases quickly."""

from __future__ import annotations

import re
from dataclasses import dataclass

from markdown_it import helpers
from markdown_it.rules_inline import StateInline

from dlt_crawler.sources.markdown.inline_rules import notes_of
from dlt_crawler.sources.markdown.place import Destination

_PLAIN_DESTINATION = re.compile(r"[^\x00-\x20\x7f()<\\&][^\x00-\x20\x7f()\\&]*")
"""Nothing in it that escapes, encloses or stands for something else."""
_NEEDS_READING = "(\\&"
"""What such a destination may be followed by and go on."""

_ESCAPED_CONTROL = re.compile(r"\\[\x00-\x1f\x7f]")

_FOOTNOTE_REFERENCE = re.compile(r"\[\^[^ \n\]]+\]")

_PLAIN_LABEL = re.compile(r"[^\[\]\\`<!]*+\]")
"""Nothing in it that may hide its end."""


@dataclass(slots=True)
class DestinationResult:
    """What markdown-it's rules expect of `parseLinkDestination`."""

    ok: bool
    pos: int
    """Behind the destination and its angle bracket."""
    str: str


class LinkHelpers:
    """In place of the module `markdown_it.helpers`, with its names."""

    parseLinkTitle = staticmethod(helpers.parseLinkTitle)  # noqa: N815 (markdown-it's name)

    @staticmethod
    def parseLinkLabel(state: StateInline, start: int, disableNested: bool = False) -> int:  # noqa: N802, N803
        """Return where the label that begins at `start` with a bracket ends; -1 if it does not."""
        if plain := _PLAIN_LABEL.match(state.src, start + 1, state.posMax):
            return plain.end() - 1
        if state.level >= state.md.options.maxNesting:
            notes_of(state).too_deep = True  # from here on markdown-it takes all that follows for text
        return _label_end(state, start, disableNested)

    @staticmethod
    def parseLinkDestination(string: str, pos: int, maximum: int) -> DestinationResult:  # noqa: N802
        """Return the destination that begins at `pos`, as a `Destination` if there is one."""
        plain = _PLAIN_DESTINATION.match(string, pos, maximum)
        if plain and (plain.end() == maximum or string[plain.end()] not in _NEEDS_READING):
            return DestinationResult(True, plain.end(), Destination.at(plain[0], pos, plain.end()))
        found = helpers.parseLinkDestination(string, pos, maximum)
        enclosed = string.startswith("<", pos)
        # markdown-it takes a backslash for an escape of the line ending or the tab behind it. By CommonMark's rules the
        # destination ends there, and so it does in cmark; both read on in angle brackets.
        if found.ok and not enclosed and (escape := _ESCAPED_CONTROL.search(string, pos, found.pos)):
            found = helpers.parseLinkDestination(string, pos, escape.start() + 1)
        if not found.ok:
            return DestinationResult(False, found.pos, found.str)
        start, end = (pos + 1, found.pos - 1) if enclosed else (pos, found.pos)
        return DestinationResult(True, found.pos, Destination.at(found.str, start, end))


def _label_end(state: StateInline, start: int, holds_no_link: bool) -> int:
    """Do what markdown-it's `parseLinkLabel` does, but that the label of a link may hold a reference to a footnote.

    So it is on GitHub. For markdown-it the brackets of the reference are a link.
    """
    before, level = state.pos, 1
    state.pos = start + 1
    end = -1
    while state.pos < state.posMax:
        position, character = state.pos, state.src[state.pos]
        if character == "]":
            level -= 1
            if level == 0:
                end = position
                break
        state.md.inline.skipToken(state)
        if character != "[":
            continue
        if state.pos == position + 1:
            level += 1
        elif holds_no_link and not _FOOTNOTE_REFERENCE.fullmatch(state.src, position, state.pos):
            break
    state.pos = before
    return end
