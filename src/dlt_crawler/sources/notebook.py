r"""From a Jupyter notebook to its links: those of its markdown cells, each with its place in the JSON.

A destination that holds escapes of JSON has its place, too, if it is written in one string: `raw` is what the file
says (`https:\/\/a.example`), the URL what a reader is led to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from dlt_crawler.errors import SourceError
from dlt_crawler.model import NoSpan
from dlt_crawler.sources.found import Found, FoundDirective, FoundLint, LinkEnds, Reading
from dlt_crawler.sources.implied import with_implied
from dlt_crawler.sources.json_strings import (
    Decoded,
    JsonError,
    JsonScalar,
    JsonString,
    JsonValue,
    decoded,
    read_json,
    value_of,
)
from dlt_crawler.sources.markdown.document import MarkdownLinks
from dlt_crawler.sources.markdown.link_ends import markdown_ends
from dlt_crawler.sources.markdown.outline import Heading
from dlt_crawler.sources.scan import links_in_code

_WHAT_TO_DO = "save it again in Jupyter, or name another format with --format-of"


def find(reading: Reading) -> Iterator[Found]:
    """Yield the links of the markdown cells of a notebook (nbformat 3 and 4); with `code`, of the code cells, too.

    Each cell is a document of its own, as Jupyter shows it: its references are defined in it, and it has no front
    matter. Its headings go on over the cells behind. Raises SourceError if the text is no notebook.
    """
    text = reading.text
    heading: Heading | None = None
    path: tuple[str, ...] = ()
    for cell in _cells(text):
        kind = _string(text, cell.get("cell_type"))
        if kind in ("markdown", "heading"):
            content = decoded(text, _strings(cell.get("source")), _marker(cell) if kind == "heading" else "")
            links = MarkdownLinks.of(
                content.text, double_encoded=reading.double_encoded, code=reading.code, under=heading
            )
            yield from _located(content, with_implied(links.find(), content.text, implied=reading.implied))
            heading = links.last_heading()
            path = links.parsed.headings(heading)
        elif kind == "code" and reading.code:
            content = decoded(text, _strings(cell.get("source", cell.get("input"))))
            found = links_in_code(content.text, 0, len(content.text))
            yield from _located(content, (replace(link, headings=path) for link in found))


def link_ends(reading: Reading) -> LinkEnds:
    """Return for the places of the URLs in the markdown cells where the constructs of their links end."""
    text = reading.text
    ends: dict[tuple[int, int], list[int]] = {}
    for cell in _cells(text):
        if _string(text, cell.get("cell_type")) == "markdown":
            content = decoded(text, _strings(cell.get("source")))
            for url, behind in markdown_ends(content.text, double_encoded=reading.double_encoded).items():
                last = [span for end in behind if (span := content.span(end - 1, end))]
                if (place := content.span(*url)) and last:
                    ends[place] = [end for _, end in last]
    return ends


def _cells(text: str) -> Iterator[dict[str, JsonValue]]:
    try:
        notebook = read_json(text)
    except JsonError as error:
        line = text.count("\n", 0, error.offset) + 1
        column = error.offset - (text.rfind("\n", 0, error.offset) + 1) + 1
        raise SourceError(f"is no notebook: in line {line}, column {column}, {error}; {_WHAT_TO_DO}") from error
    if not isinstance(notebook, dict) or not ("cells" in notebook or "worksheets" in notebook):
        raise SourceError(f"is no notebook: it has no cells; {_WHAT_TO_DO}")
    # Format 3 has its cells in worksheets; as a rule there is one.
    for holder in (notebook, *_items(notebook.get("worksheets"))):
        for cell in _items(holder.get("cells")) if isinstance(holder, dict) else ():
            if isinstance(cell, dict):
                yield cell


def _items(value: JsonValue | None) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _string(text: str, value: JsonValue | None) -> str:
    return value_of(text, value) if isinstance(value, JsonString) else ""


def _strings(source: JsonValue | None) -> list[JsonString]:
    """Return the strings of a cell's source, which is one or a list of them (nbformat's "multiline string")."""
    parts = source if isinstance(source, list) else [source]
    return [part for part in parts if isinstance(part, JsonString)]


def _marker(cell: dict[str, JsonValue]) -> str:
    """Return what makes a heading of a heading cell (format 3)."""
    level = cell.get("level")
    number = level.written if isinstance(level, JsonScalar) else "1"
    return "#" * (int(number) if number in set("123456") else 1) + " "


def _located(content: Decoded, found: Iterable[Found]) -> Iterator[Found]:
    """Yield what was found in a cell with its places in the file."""
    for item in found:
        span = content.span(item.start, item.end)
        near = content.near(item.start)
        if isinstance(item, FoundLint):
            start, end = span or (near, near)
            yield replace(item, start=start, end=end)
        elif isinstance(item, FoundDirective):
            end = content.near(item.end - 1) + 1 if item.start < item.end else near
            yield replace(item, start=near, end=end, comment=content.near(item.comment))
        elif item.no_span is not None:
            yield replace(item, start=near, end=near)
        elif span is None:
            written = content.text[item.start : item.end]
            yield replace(item, start=near, end=near, written=written, no_span=NoSpan.INTERRUPTED)
        else:
            yield replace(item, start=span[0], end=span[1])
