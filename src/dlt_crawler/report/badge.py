"""What a README shows of the health of its links: a drawing of our own, and the data for one by shields.io.

It says how many links are broken, or that none is: not how many are alive, since what keeps robots out is no loss. What
is ignored, not to be checked (mail addresses, files beside the document) or not checked yet does not count.
"""

from __future__ import annotations

from enum import Enum
from html import escape

from rich.cells import cell_len

from dlt_crawler.language import _, language_tag, ngettext
from dlt_crawler.model import Kind, Report, State
from dlt_crawler.report.json import dump
from dlt_crawler.report.view import View

_UNCOUNTED = frozenset({State.SKIPPED, State.UNCHECKED})

_SOME, _MANY = 0.01, 0.05
"""Shares of broken links from which on a badge is orange, and red. A third of a list dies in ten years: one in a
hundred is what a few months of not looking cost."""


class _Colour(Enum):
    """Of the message: for white text on it (contrast 4.5:1, WCAG 2.2, 1.4.3), and as shields.io names it."""

    GREEN = ("#2c7a1f", "brightgreen")
    YELLOW = ("#7d6a08", "yellow")
    ORANGE = ("#b3500f", "orange")
    RED = ("#c0392b", "red")
    GREY = ("#6b6b6b", "lightgrey")


# About how wide Verdana is at 11 px, the face of shields.io's badges, in tenths of a pixel. What is drawn is fitted to
# it (`textLength`), so that it is only to look natural.
_WIDTHS = {
    **dict.fromkeys("0123456789", 70),
    **dict.fromkeys("ijl", 30),
    **dict.fromkeys(" ,.:;'|", 40),
    **dict.fromkeys("frt()-", 45),
    **dict.fromkeys("mw%", 105),
    **dict.fromkeys("MW", 108),
    **dict.fromkeys("abdeghknopqu", 67),
    **dict.fromkeys("csvxyz", 60),
}
_OTHER = 75
_WIDE = 110
_PADDING = 60


def report_badge(report: Report, _view: View) -> str:
    """Return the badge as SVG, 20 pixels high, whichever links are listed: it is about all of them."""
    label, message, colour = _words(report)
    left, right = _width(label) + 2 * _PADDING, _width(message) + 2 * _PADDING
    said = escape(_("{label}: {message}").format(label=label, message=message))
    width, edge = (left + right) / 10, left / 10
    face = "Verdana,Geneva,'DejaVu Sans','Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="20" viewBox="0 0 {width:g} 20" '
        f'role="img" aria-label="{said}" lang="{language_tag()}">\n'
        f"  <title>{said}</title>\n"
        f'  <clipPath id="round"><rect width="{width:g}" height="20" rx="3"/></clipPath>\n'
        '  <g clip-path="url(#round)">\n'
        f'    <rect width="{edge:g}" height="20" fill="#444"/>\n'
        f'    <rect x="{edge:g}" width="{right / 10:g}" height="20" fill="{colour.value[0]}"/>\n'
        "  </g>\n"
        f'  <g fill="#fff" font-family="{face}" font-size="11" aria-hidden="true">\n'
        f"    {_text(label, _PADDING)}\n"
        f"    {_text(message, left + _PADDING)}\n"
        "  </g>\n"
        "</svg>\n"
    )


def report_shields(report: Report, _view: View) -> str:
    """Return the JSON of an endpoint badge (shields.io/badges/endpoint-badge), whichever links are listed."""
    label, message, colour = _words(report)
    return dump({"schemaVersion": 1, "label": label, "message": message, "color": colour.value[1]}, indent=2) + "\n"


def _words(report: Report) -> tuple[str, str, _Colour]:
    """Return label, message and colour."""
    label, counted = _("links"), {kind: count for kind, count in report.links.kinds().items() if _counts(kind)}
    total, broken = sum(counted.values()), report.broken
    if not total:
        return label, _("not checked yet") if report.links else _("none"), _Colour.GREY
    if not broken:
        alive = all(kind.state is State.ALIVE for kind in counted)
        message = ngettext("{total} alive", "all {total} alive", total) if alive else _("none of {total} broken")
        return label, message.format(total=f"{total:,}"), _Colour.GREEN
    share = broken / total
    colour = _Colour.RED if share >= _MANY else _Colour.ORANGE if share >= _SOME else _Colour.YELLOW
    message = _("{broken} of {total} broken").format(broken=f"{broken:,}", total=f"{total:,}")
    return label, message, colour


def _counts(kind: Kind) -> bool:
    return not kind.ignored and kind.state not in _UNCOUNTED


def _width(text: str) -> int:
    """Return about how wide a text is drawn, in tenths of a pixel."""
    return sum(_WIDTHS.get(each, _WIDE if cell_len(each) == 2 else _OTHER) for each in text)


def _text(text: str, x: int) -> str:
    # The length is said, so that another face fills the same space.
    return f'<text x="{x / 10:g}" y="14" textLength="{_width(text) / 10:g}">{escape(text)}</text>'
