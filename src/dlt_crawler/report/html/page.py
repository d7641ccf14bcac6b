"""The page, put together: the template with its parts in it, and a policy that lets nothing else in."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from string import Template
from typing import Final

from dlt_crawler.language import _, language_tag
from dlt_crawler.model import LinksAtHand, Report
from dlt_crawler.report.html.data import data_of, listed
from dlt_crawler.report.html.earlier import Earlier
from dlt_crawler.report.html.figures import changes, earlier_runs, headline, notices, run_line
from dlt_crawler.report.html.health import health
from dlt_crawler.report.html.listing import listing
from dlt_crawler.report.html.markup import fill, prose
from dlt_crawler.report.html.shares import survival
from dlt_crawler.report.view import View

_STYLES: Final = ("base.css", "figures.css", "table.css", "print.css")
_DARK: Final = ("dark.css",)
_DARK_MEDIA: Final = "screen and (prefers-color-scheme: dark)"
"""When a page is dark, until somebody chooses; paper never is. `early.js` puts other words in its place."""
_SCRIPTS: Final = (
    "dom.js",
    "data.js",
    "query.js",
    "strip.js",
    "detail.js",
    "table.js",
    "controls.js",
    "charts.js",
    "main.js",
)
"""In the order in which they are needed."""
_EARLY: Final = ("early.js",)
"""What runs before anything is drawn."""


def pages(report: Report, view: View) -> Callable[[Sequence[Earlier], str], str]:
    """Return what makes the whole document, given the earlier pages and the latest one that it is to lead to.

    All else, which is nearly all of the work, is done once for however many documents.
    """
    template, parts = Template(_read("page.html")), _parts(report, view)

    def page(earlier: Sequence[Earlier], latest: str) -> str:
        return template.substitute(parts, earlier=earlier_runs(earlier, latest))

    return page


def _parts(report: Report, view: View) -> Mapping[str, str]:
    """Return all parts of the template but the way to other pages."""
    links = LinksAtHand(listed(report, view))
    style, dark = _asset("style", _STYLES), _asset("style", _DARK)
    early, script = _asset("script", _EARLY), _asset("script", _SCRIPTS)
    return {
        "lang": language_tag(),
        "policy": _policy([early, script], [style, dark]),
        "title": fill("{title}", title=_title(report)),
        "heading": fill("{heading}", heading=_("Link report")),
        "skip": fill("{text}", text=_("Skip to the links")),
        "theme": fill("{text}", text=_("Dark or light")),
        "run": fill("{text}", text=run_line(report.run)),
        "notices": notices(report),
        "headline": headline(report),
        "changes": changes(report),
        "health": _health(report),
        "survival": survival(report, _now(report)),
        "listing": listing(report, links),
        "lints": _lints(report),
        "keys": _keys() if report.links else "",
        "made": fill("{text}", text=_("Made by dlt-crawl. This page loads nothing from anywhere.")),
        "style": style,
        "dark": dark,
        "dark_media": _DARK_MEDIA,
        "early": early,
        "script": script,
        "data": data_of(report, links),
    }


def _health(report: Report) -> str:
    # A report that was narrowed down has no course: the runs counted all links.
    if not report.links or report.only:
        return ""
    return health(report.trends.tallies if report.trends else ())


def _title(report: Report) -> str:
    if report.run is None:
        return _("Link report")
    return _("Link report, {day}").format(day=report.run.started.astimezone(UTC).strftime("%Y-%m-%d"))


def _now(report: Report) -> datetime:
    """Return when the report speaks of: when its run began, or when the latest link was seen first."""
    if report.run is not None:
        return report.run.started
    return max((link.first_seen for link in report.links.outlines()), default=datetime.fromtimestamp(0, UTC))


def _lints(report: Report) -> str:
    if not report.lints:
        return ""
    text = _("Oddly written links and documents: {number}. `dlt-crawl extract --lints` lists them.")
    return fill("<p>{text}</p>", text=prose(text.format(number=f"{len(report.lints):,}")))


def _keys() -> str:
    return fill(
        '<p class="scripted keys" hidden><span><kbd>/</kbd> {search}</span> '
        "<span><kbd>↑</kbd> <kbd>↓</kbd> {move}</span> "
        "<span><kbd>Enter</kbd> {open}</span> <span><kbd>Esc</kbd> {close}</span></p>",
        search=_("search"),
        move=_("from link to link"),
        open=_("details"),
        close=_("close"),
    )


def _policy(scripts: Sequence[str], styles: Sequence[str]) -> str:
    """Return the Content-Security-Policy (CSP 3): what is written into this page acts, and nothing else does.

    Nor does a script of ours make markup of a text (Trusted Types), where a browser knows how to forbid it.
    """
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {' '.join(map(_hash, scripts))}",
            f"style-src {' '.join(map(_hash, styles))}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _asset(folder: str, names: Sequence[str]) -> str:
    return "\n".join(_read(f"{folder}/{name}") for name in names)


@cache
def _read(name: str) -> str:
    return (files("dlt_crawler.report.html") / "assets" / name).read_text(encoding="utf-8")
