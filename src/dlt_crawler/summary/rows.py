"""Rows below a headline, a label before each, laid out for 80 columns."""

from __future__ import annotations

from collections.abc import Iterable

from dlt_crawler.report import discreet
from dlt_crawler.report.paper import column
from dlt_crawler.report.wrapping import wrap

_WIDTH = 80
_LABEL = 10
"""Cells of a terminal."""


class Whole(str):
    """What a row holds that stays on one line however long it is: people click, copy and search for it."""

    __slots__ = ()


def laid_out(headline: str, rows: Iterable[tuple[str, str]]) -> str:
    """Return all of it, made discreet; ends in a line feed. A row: its label, and a sentence or something `Whole`.

    The headline stays on one line: people search logs for it.
    """
    lines = [discreet(headline)]
    for label, said in rows:
        shown = discreet(said)
        first, *others = [shown] if isinstance(said, Whole) else wrap(shown, _WIDTH - _LABEL - 3)
        lines.append(f"  {column(label, _LABEL)} {first}")
        lines += (" " * (_LABEL + 3) + line for line in others)
    return "".join(f"{line}\n" for line in lines)
