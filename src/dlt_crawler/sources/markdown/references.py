"""References and their definitions: which are used, which are not, and which have none."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable, Container, Iterator
from typing import TypeAlias

from markdown_it.common.utils import normalizeReference
from markdown_it.rules_inline import StateInline

from dlt_crawler.model import LinkKind, LintKind, NoSpan
from dlt_crawler.sources.destination import unwrapped
from dlt_crawler.sources.found import Found, FoundLink, FoundLint
from dlt_crawler.sources.markdown.inline_rules import notes_of
from dlt_crawler.sources.markdown.link_helpers import LinkHelpers
from dlt_crawler.sources.markdown.outline import Definition, Footnote, Heading, Outline, outline_of
from dlt_crawler.sources.markdown.segments import Located
from dlt_crawler.sources.text import on_one_line

_REFERENCE = re.compile(
    r"\[(?P<text>(?:[^\[\]\\]|\\.)+)\]\[(?P<label>(?:[^\[\]\\]|\\.)*)\](?![(\[:])",
    re.DOTALL,
)
"""The full and the collapsed form. The shortcut `[text]` is as a rule no reference but text in brackets."""

_FOOTNOTE = re.compile(r"\[\^(?P<label>[^\s\[\]^]+)\](?![(\[:*+?{])")
"""Not what goes on like a regular expression."""

_GLUED = re.compile(r"[A-Za-z0-9_)\]\[]")
"""Before a bracket that is no reference: an index as in `matrix[row][column]`, an Org link `[[url][text]]`."""
_RANGES = re.compile(r"\^?(?:\w-\w)+[\W_]*")
"""A class of characters in a regular expression: `[a-z][0-9]`."""
_WORD = re.compile(r"[^\W\d_]{2}|[^\W\d_\x00-\x7f]")
_LONGEST_LABEL = 80
"""Characters of a label in a message."""

_NOWHERE = ("", "#")
"""Destinations of definitions that are comments: `[//]: # (…)`, `[comment]: <> (…)`."""

Path: TypeAlias = tuple[str, ...]
"""The headings that something stands under, outermost first."""


def dangling_reference(state: StateInline, silent: bool) -> bool:
    """Note a reference without a definition, as the last rule at a bracket. Never matches: it is text."""
    if silent:
        return False
    notes = notes_of(state)
    found = _FOOTNOTE.match(state.src, state.pos, state.posMax)
    if found and (footnote := outline_of(state).footnote(found["label"])):
        footnote.referred_to = True  # GitHub compares labels without case, the parser with it
    elif state.linkLevel or notes.alternative:
        return False
    elif found:
        if not _RANGES.fullmatch(found["label"]):
            notes.dangling.append(found.span())
    elif (found := _REFERENCE.match(state.src, state.pos, state.posMax)) and _is_meant(state, found):
        notes.dangling.append(found.span())
    return False


def _is_meant(state: StateInline, found: re.Match[str]) -> bool:
    """Tell whether brackets without a definition are meant as a reference: rather no than a wrong yes."""
    written, label = found["text"], found["label"]
    if found.start() and _GLUED.match(state.src, found.start() - 1):
        return False
    if written.startswith("^") or label.startswith("^") or not _WORD.search(written):
        return False
    if _RANGES.fullmatch(written) or _RANGES.fullmatch(label):
        return False
    if normalizeReference(label or written) in state.env.get("references", ()):
        return False
    # Brackets in code or HTML are none: only the parser's own labels count.
    return all(
        LinkHelpers.parseLinkLabel(state, found.start(part) - 1) == found.end(part) for part in ("text", "label")
    )


def definitions_of(
    outline: Outline, shown: Container[str], referred_to: Container[str], path: Callable[[Heading | None], Path]
) -> Iterator[Found]:
    """Yield the definitions as links, with their lints, and the lints of the footnotes.

    `referred_to` holds the normalised labels of the definitions that something refers to, `shown` those whose links a
    reader of the rendered document sees. Of several definitions of a label the first one counts.
    """
    first: dict[str, Definition] = {}
    for definition in outline.definitions:
        used = first.setdefault(definition.key, definition)
        link = _link(definition, used is definition and definition.key in shown, path(definition.context.heading))
        yield link
        name = f"[{_name(definition.label)}]"
        if used is not definition:
            message = f"{name} is defined in line {used.line} already: this definition is never used"
            yield FoundLint(LintKind.DUPLICATE_REFERENCE, link.start, link.end, message)
        elif definition.key not in referred_to and link.url not in _NOWHERE:
            yield FoundLint(LintKind.UNUSED_REFERENCE, link.start, link.end, f"nothing refers to {name}")
    yield from map(_footnote_lint, (footnote for footnote in outline.footnotes if not footnote.renders))


def dangling_lint(content: Located, start: int, end: int) -> FoundLint:
    """Return the lint of a reference without a definition, at these offsets in the content of its block."""
    span = content.span(start, end) or (content.near(start), content.near(start))
    message = f"{_name(content.content[start:end])} refers to nothing: its label is not defined"
    return FoundLint(LintKind.DANGLING_REFERENCE, *span, message)


def _link(definition: Definition, renders: bool, headings: Path) -> FoundLink:
    href = str(definition.url)
    url = unwrapped(href)
    start, end = definition.span or (definition.near, definition.near)
    return FoundLink(
        LinkKind.REFERENCE,
        start,
        end,
        url,
        entities.unescape(definition.label),
        written=None if definition.span else href,
        no_span=None if definition.span else NoSpan.INTERRUPTED,
        renders=renders,
        headings=headings,
        lints=(LintKind.WRAPPED_DESTINATION,) if url != href else (),
    )


def _footnote_lint(footnote: Footnote) -> FoundLint:
    name = f"[^{_name(footnote.label)}]"
    if footnote.first is None:
        message = f"nothing refers to the footnote {name}: it is not shown"
        return FoundLint(LintKind.UNUSED_REFERENCE, footnote.start, footnote.end, message)
    message = f"the footnote {name} is defined before already: this one is not shown"
    return FoundLint(LintKind.DUPLICATE_REFERENCE, footnote.start, footnote.end, message)


def _name(label: str) -> str:
    return on_one_line(label)[:_LONGEST_LABEL]
