"""Health over time, a line a verdict: SVG that needs no script, and the same figures as a table.

Two panels, one over the other: where ten links of a hundred are not alive, one axis for all lines would show them as
one at the bottom. The panels stretch with the page while letters and lines do not: each drawing is an SVG without a
view box, with one in it that is squeezed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from dlt_crawler.language import _
from dlt_crawler.model import State, Tally
from dlt_crawler.report.html.category import IGNORED, category_word
from dlt_crawler.report.html.markup import Markup, fill, joined

_WIDTH: Final = 1000
"""Units from the first run to the last."""
_UPPER: Final = 120
_LOWER: Final = 170
"""Heights of the panels, in pixels …"""
_MARGIN: Final = 8
_SHARE: Final = 80
"""Percent of the most that the upper panel begins at or below."""
"""… and what of them is left free above and below the lines."""
_DATES: Final = 5
"""So many along the axis; on a phone every second one has no room."""
_ORDER: Final[Sequence[str]] = (
    State.DEAD,
    State.FAILING,
    State.BLOCKED,
    State.INVALID,
    State.UNSAFE,
    State.UNCHECKED,
    IGNORED,
    State.SKIPPED,
)


def health(tallies: Sequence[Tally]) -> Markup:
    """Return the section; a sentence in place of the drawing while there are not two runs to draw a line between."""
    if len(tallies) < 2:
        drawing = fill(
            '<p class="empty">{text}</p>', text=_("Two runs on record make a line: there are not as many yet.")
        )
    else:
        drawing = _drawing(tallies)
    return fill(
        '<section class="card health" aria-labelledby="health-title"><h2 id="health-title">{title}</h2>{drawing}'
        "</section>",
        title=_("Health over time"),
        drawing=drawing,
    )


def ticks(low: float, high: float, about: int) -> Sequence[int]:
    """Return about so many whole numbers to label an axis with, the first not over `low`, the last not below `high`.

    They are multiples of 1, 2 or 5 times a power of ten (Heckbert, "Nice Numbers for Graph Labels", Graphics Gems).
    """
    rough = max((high - low) / about, 1)
    power = 10 ** math.floor(math.log10(rough))
    step = int(next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough))
    first = math.floor(low / step)
    last = max(math.ceil(high / step), first + 1)
    return [number * step for number in range(first, last + 1)]


def _count(tally: Tally, category: str) -> int:
    """Return how many links were in a category: an ignored one is in no other."""
    if category == IGNORED:
        return sum(tally.ignored.values())
    state = State(category)
    return tally.counts.get(state, 0) - tally.ignored.get(state, 0)


def _drawing(tallies: Sequence[Tally]) -> Markup:
    lower = [category for category in _ORDER if any(_count(tally, category) for tally in tallies)]
    across = _positions([tally.at for tally in tallies])
    return fill(
        '<div class="chart" id="health-chart">'
        '<p class="chart-at"><output id="health-at">{day}</output></p>'
        '<ul class="legend">{legend}</ul>'
        '<div class="plots" id="health-plots" aria-label="{label}">{upper}{lower}</div>'
        '<div class="panel dates" aria-hidden="true"><span class="axis"></span>{dates}</div>'
        "</div>{table}",
        day=_day(tallies[-1].at),
        legend=joined(_legend(category, tallies[-1]) for category in (State.ALIVE, *lower)),
        label=_("Links by verdict over time. Arrow keys move from run to run."),
        upper=_panel([State.ALIVE], tallies, across, _UPPER, from_zero=False),
        lower=_panel(lower, tallies, across, _LOWER, from_zero=True) if lower else Markup(),
        dates=_dates(tallies[0].at, tallies[-1].at),
        table=_table((State.ALIVE, *lower), tallies, across),
    )


def _positions(times: Sequence[datetime]) -> Sequence[float]:
    """Return where each run stands between the first and the last, in units of _WIDTH."""
    span = (times[-1] - times[0]).total_seconds() or 1.0
    return [round((at - times[0]).total_seconds() / span * _WIDTH, 1) for at in times]


def _panel(
    categories: Sequence[str], tallies: Sequence[Tally], across: Sequence[float], height: int, *, from_zero: bool
) -> Markup:
    numbers = [_count(tally, category) for category in categories for tally in tallies]
    # Of many links a few are lost: a scale from zero would hide it, and one of just these numbers would make it a fall.
    least = 0 if from_zero else min(*numbers, max(numbers) * _SHARE // 100)
    marks = ticks(least, max(numbers), 4)
    scale = (height - 2 * _MARGIN) / (marks[-1] - marks[0])

    def down(number: int) -> float:
        return round(height - _MARGIN - (number - marks[0]) * scale, 1)

    lines = []
    for category in categories:
        points = zip(across, (down(_count(tally, category)) for tally in tallies), strict=True)
        path = "M" + "L".join(f"{x:g},{y:g}" for x, y in points)
        lines.append(fill('<path class="line s-{category}" d="{path}"/>', category=category, path=path))
    return fill(
        '<div class="panel">'
        '<svg class="axis" height="{height}" aria-hidden="true">{labels}</svg>'
        '<svg class="plot" height="{height}" aria-hidden="true">{grid}'
        '<svg viewBox="0 0 {width} {height}" preserveAspectRatio="none" width="100%" height="{height}">{lines}</svg>'
        '<line class="cursor" y1="0" y2="{height}" x1="100%" x2="100%"/></svg></div>',
        height=height,
        width=_WIDTH,
        labels=joined(
            fill(
                '<text x="100%" dx="-8" y="{y}" text-anchor="end">{number}</text>', y=down(mark) + 4, number=f"{mark:,}"
            )
            for mark in marks
        ),
        grid=joined(fill('<line class="grid" x1="0" x2="100%" y1="{y}" y2="{y}"/>', y=down(mark)) for mark in marks),
        lines=joined(reversed(lines)),
    )


def _dates(first: datetime, last: datetime) -> Markup:
    steps = _DATES - 1
    labels = []
    for step in range(_DATES):
        anchor = "start" if step == 0 else "end" if step == steps else "middle"
        at = first + (last - first) * step / steps
        labels.append(
            fill(
                '<text x="{x}%" y="14" text-anchor="{anchor}"{between}>{day}</text>',
                x=100 * step / steps,
                anchor=anchor,
                between=Markup(' class="between"') if step % 2 else Markup(),
                # A year has to be told where the dates are months apart.
                day=at.strftime("%Y-%m") if (last - first).days > 200 else at.strftime("%m-%d"),
            )
        )
    return fill('<svg class="plot" height="20">{labels}</svg>', labels=joined(labels))


def _legend(category: str, latest: Tally) -> Markup:
    return fill(
        '<li><svg class="swatch" width="22" height="10" aria-hidden="true">'
        '<path class="line s-{category}" d="M0,5L22,5"/></svg>{word} <b data-state="{category}">{number}</b></li>',
        category=category,
        word=category_word(category),
        number=f"{_count(latest, category):,}",
    )


def _table(categories: Sequence[str], tallies: Sequence[Tally], across: Sequence[float]) -> Markup:
    rows = [
        fill(
            '<tr data-x="{x}"><th scope="row">{day}</th>{numbers}</tr>',
            x=f"{100 * x / _WIDTH:g}",
            day=_day(tally.at),
            numbers=joined(fill("<td>{number}</td>", number=f"{_count(tally, category):,}") for category in categories),
        )
        for x, tally in zip(across, tallies, strict=True)
    ]
    return fill(
        '<details class="figures"><summary>{summary}</summary><div class="scroll" tabindex="0" role="region" '
        'aria-label="{summary}"><table id="health-figures">'
        '<thead><tr><th scope="col">{when}</th>{heads}</tr></thead><tbody>{rows}</tbody></table></div></details>',
        summary=_("The same as a table"),
        when=_("Run (UTC)"),
        heads=joined(
            fill('<th scope="col" data-state="{name}">{word}</th>', name=name, word=category_word(name))
            for name in categories
        ),
        rows=joined(reversed(rows)),
    )


def _day(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
