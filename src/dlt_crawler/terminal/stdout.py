"""What stdout can show: colours and hyperlinks where a person looks, plain text everywhere else."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from dlt_crawler.report import Screen

_NARROWEST, _WIDEST = 40, 100
"""Cells of a line of text: fewer break every sentence, more are hard to read."""

_KNOW_PLACES = frozenset({"vscode"})
"""Values of TERM_PROGRAM of terminals that open FILE:LINE:COLUMN by themselves at that line and column, and a hyperlink
to the file at its beginning. Terminals of JetBrains do so, too, and set TERMINAL_EMULATOR."""


def screen() -> Screen:
    """Return what stdout is: a terminal as wide as it says, or a pipe.

    Where NO_COLOR is set (no-color.org), and on a terminal that calls itself dumb, text is as plain as in a pipe.
    """
    if not sys.stdout.isatty():
        return Screen()
    width = min(max(shutil.get_terminal_size((80, 24)).columns, _NARROWEST), _WIDEST)
    if os.environ.get("NO_COLOR") or os.environ.get("TERM", "dumb") == "dumb":
        return Screen(width)
    knows_places = os.environ.get("TERM_PROGRAM") in _KNOW_PLACES or "TERMINAL_EMULATOR" in os.environ
    return Screen(width, colour=True, directory=None if knows_places else Path.cwd())
