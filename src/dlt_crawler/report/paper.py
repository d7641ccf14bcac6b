"""A page of text that is laid out for a terminal: plain, 80 columns wide, unless somebody looks at a better one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from pathlib import PurePath

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console
from rich.style import Style
from rich.table import Table
from rich.text import Text

from dlt_crawler.model import LinkOccurrence, Lint
from dlt_crawler.report.inert import discreet, inert
from dlt_crawler.report.place import place
from dlt_crawler.report.wrapping import wrap


@dataclass(frozen=True, slots=True)
class Screen:
    """What a page is laid out for. By default a pipe or a file: nothing in it acts on anything."""

    width: int = 80
    """Cells of a line."""
    colour: bool = False
    """Whether headings and states stand out, by the eight colours that every palette has (ECMA-48, SGR)."""
    directory: PurePath | None = None
    """Absolute: where the names of documents start from. Places are then hyperlinks to the files (OSC 8)."""


PLAIN = Screen()


class Paper:
    """Lines are written from the top down; everything written is made discreet first."""

    def __init__(self, screen: Screen = PLAIN) -> None:
        self._screen = screen
        self._lines = StringIO()
        self._console = Console(
            file=self._lines,
            width=screen.width,
            color_system="standard" if screen.colour else None,
            force_terminal=screen.colour,
            no_color=False,
            markup=False,
            highlight=False,
            emoji=False,
            legacy_windows=False,
        )

    @property
    def text(self) -> str:
        """What was written, or what was written since it was taken, without the blanks that fill up columns."""
        return "".join(line.rstrip() + "\n" for line in self._lines.getvalue().split("\n")[:-1])

    def take(self) -> str:
        """Return `text`, and forget it: a page of a million links is taken in parts."""
        text = self.text
        self._lines.seek(0)
        self._lines.truncate()
        return text

    def blank(self) -> None:
        """Leave a line empty."""
        self._lines.write("\n")

    def heading(self, text: str) -> None:
        """Write a line above a part, that is told from all others without colour, too."""
        shown = f"── {discreet(text)} "
        self._lines.write(self._styled(shown + "─" * (self._screen.width - cell_len(shown)), "bold") + "\n")

    def line(self, text: str, indent: int = 0, style: str = "") -> None:
        """Write one line as long as it is: a URL or a place, which people copy, is never broken."""
        self._lines.write(" " * indent + self._styled(discreet(text), style) + "\n")

    def place(self, written: LinkOccurrence | Lint, said: str, style: str = "", aside: str = "") -> None:
        """Write where something is written, as compilers do, with what is said of it, coloured, and an aside."""
        shown = self._linked(discreet(place(written)), written)
        self._lines.write(f"{shown}: {self._styled(discreet(said), style)}{discreet(aside)}\n")

    def prose(self, text: str, indent: int = 0, style: str = "") -> None:
        """Write a sentence, wrapped between words; wide characters count as the two cells that they take."""
        for line in wrap(discreet(text), self._screen.width - indent):
            self._lines.write(" " * indent + self._styled(line, style) + "\n")

    def title(self, text: str, indent: int = 0) -> None:
        """Write as much of a title as one line holds."""
        title = Text(discreet(text))
        title.truncate(self._screen.width - indent, overflow="ellipsis")
        self._lines.write(" " * indent + title.plain + "\n")

    def table(self, table: Table) -> None:
        """Write a table; its cells must be made with `cell`."""
        self._console.print(table)

    def _styled(self, text: str, style: str) -> str:
        if not (self._screen.colour and style and text):
            return text
        return Style.parse(style).render(text, color_system=ColorSystem.STANDARD)

    def _linked(self, shown: str, written: LinkOccurrence | Lint) -> str:
        if self._screen.directory is None:
            return shown
        try:
            # In percent-encoded ASCII, in which nothing ends the sequence.
            address = (self._screen.directory / written.file).as_uri()
        except ValueError:
            # A name that no file can have.
            return shown
        return f"\x1b]8;;{address}#{written.line}\x1b\\{shown}\x1b]8;;\x1b\\"


def cell(text: str, *, right: bool = False, style: str = "") -> Text:
    """Return the contents of a table cell."""
    return Text(discreet(text), justify="right" if right else "left", overflow="fold", style=style)


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
