"""A page of plain text, 80 columns wide, that is laid out by rich and coloured by nobody."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from dlt_crawler.report.inert import discreet, inert

WIDTH = 80


class Paper:
    """Lines are written from the top down; everything written is made discreet first."""

    def __init__(self) -> None:
        self._lines = StringIO()
        self._console = Console(
            file=self._lines,
            width=WIDTH,
            color_system=None,
            force_terminal=False,
            markup=False,
            highlight=False,
            emoji=False,
            legacy_windows=False,
        )

    @property
    def text(self) -> str:
        """What was written, without the blanks that fill up columns."""
        return "".join(line.rstrip() + "\n" for line in self._lines.getvalue().split("\n")[:-1])

    def blank(self) -> None:
        """Leave a line empty."""
        self._lines.write("\n")

    def line(self, text: str, indent: int = 0) -> None:
        """Write one line as long as it is: a URL or a place, which people copy, is never broken."""
        self._lines.write(" " * indent + discreet(text) + "\n")

    def prose(self, text: str, indent: int = 0) -> None:
        """Write a sentence, wrapped between words; wide characters count as the two cells that they take."""
        self._write(Text(discreet(text)), indent)

    def title(self, text: str, indent: int = 0) -> None:
        """Write as much of a title as one line holds."""
        self._write(Text(discreet(text), no_wrap=True, overflow="ellipsis"), indent)

    def table(self, table: Table) -> None:
        """Write a table; its cells must be made with `cell`."""
        self._console.print(table)

    def _write(self, text: Text, indent: int) -> None:
        # Most texts fit on a line; rich would need a third of a millisecond to find that out.
        if indent + text.cell_len <= WIDTH:
            self._lines.write(" " * indent + text.plain + "\n")
        else:
            self._console.print(Padding(text, (0, 0, 0, indent)))


def cell(text: str, *, right: bool = False) -> Text:
    """Return the contents of a table cell."""
    return Text(discreet(text), justify="right" if right else "left", overflow="fold")


def column(text: str, width: int) -> str:
    """Return the text made inert and padded to a width in cells of a terminal; longer text stays whole."""
    shown = inert(text)
    return shown + " " * (width - cell_len(shown))


def day(at: datetime) -> str:
    """Return a date for people, UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%d")


def minute(at: datetime) -> str:
    """Return a date and time for people, UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
