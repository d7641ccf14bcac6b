"""The table of links: its controls, and the broken links as rows that are there before any script is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dlt_crawler.language import _, ngettext
from dlt_crawler.model import LinkStatus, Report, Snapshot, kind_of
from dlt_crawler.report import wording
from dlt_crawler.report.html.category import CATEGORIES, category_meaning, category_of, category_word, counted
from dlt_crawler.report.html.markup import Markup, fill, joined, prose, web_link
from dlt_crawler.report.paper import day
from dlt_crawler.report.place import place

_ROWS: Final = 500
"""Broken links that are told without a script."""


def listing(report: Report, links: Sequence[LinkStatus]) -> Markup:
    """Return the section; `links` are those that the page holds."""
    if not report.links:
        return Markup()
    return fill(
        '<section class="card listing" id="links" aria-labelledby="links-title"><h2 id="links-title">{title}</h2>'
        '{left}{controls}<p id="results" class="results" role="status" aria-live="polite">{results}</p>'
        '<div class="rows"><table id="table" role="table" aria-labelledby="links-title" aria-describedby="results">'
        '<thead role="rowgroup"><tr role="row">{heads}</tr></thead><tbody id="rows" role="rowgroup">{rows}</tbody>'
        '</table></div><p class="more scripted" id="more" hidden></p></section>',
        title=_("Links"),
        left=_left_out(len(report.links), len(links)),
        controls=_controls(report),
        results=_("Without scripts this page lists only the first {number} broken links.").format(number=_ROWS),
        heads=joined(_head(name, words) for name, words in _heads()),
        rows=joined(_row(link) for link in [link for link in links if link.is_broken][:_ROWS]),
    )


def _heads() -> Sequence[tuple[str, str]]:
    return (
        ("state", _("State")),
        ("title", _("Link")),
        ("place", _("Written in")),
        ("since", _("Failing since")),
        ("nights", _("Last nights")),
    )


def _head(name: str, words: str) -> Markup:
    return fill(
        '<th role="columnheader" scope="col" class="{name}" data-sort="{name}">{words}</th>', name=name, words=words
    )


def _left_out(total: int, kept: int) -> Markup:
    if total <= kept:
        return Markup()
    text = _(
        "This page has room for {kept} of the {total} links: all that need a look come first. "
        "`dlt-crawl report --all --format csv` lists the others, too."
    )
    return fill('<p class="notice">{text}</p>', text=prose(text.format(kept=f"{kept:,}", total=f"{total:,}")))


def _controls(report: Report) -> Markup:
    counts = counted(report.links)
    states = [category for category in CATEGORIES if counts[category]]
    files = report.links.files()
    return fill(
        '<form class="controls scripted" id="controls" role="search" hidden>'
        '<label class="search"><span>{search}</span><input id="search" type="search" autocomplete="off" '
        'spellcheck="false" placeholder="{hint}" aria-keyshortcuts="/"><kbd aria-hidden="true">/</kbd></label>'
        '<label><span>{host}</span><input id="host" list="hosts" autocomplete="off" spellcheck="false" '
        'placeholder="{any_host}"><datalist id="hosts"></datalist></label>'
        '<label><span>{file}</span><select id="file"><option value="">{any_file}</option>{files}</select></label>'
        '<label><span>{sort}</span><select id="sort">{orders}</select></label>'
        '<div class="chips" role="group" aria-label="{by_state}">{states}</div>'
        '<div class="chips" role="group" aria-label="{by_flag}">{flags}'
        '<button type="button" class="chip clear" id="clear">{clear}</button></div></form>',
        search=_("Search"),
        hint=_("title, address, abstract, file"),
        host=_("Host"),
        any_host=_("any"),
        file=_("Document"),
        any_file=_("all"),
        files=joined(fill('<option value="{file}">{file}</option>', file=file) for file in files),
        sort=_("Order"),
        orders=joined(
            fill('<option value="{name}">{words}</option>', name=name, words=words) for name, words in _orders()
        ),
        by_state=_("By state"),
        states=joined(
            _chip("state", name, category_word(name), category_meaning(name), counts[name]) for name in states
        ),
        by_flag=_("Only those that are"),
        flags=joined(_chip("is", name, words, meaning) for name, words, meaning in _flags()),
        clear=_("Clear all"),
    )


def _orders() -> Sequence[tuple[str, str]]:
    return (
        ("", _("needs a look first")),
        ("state", _("state")),
        ("title", _("title")),
        ("host", _("host")),
        ("place", _("document")),
        ("since", _("failing since")),
        ("nights", _("bad nights")),
        ("checked", _("last checked")),
    )


def _flags() -> Sequence[tuple[str, str, str]]:
    return (
        ("changed", _("changed"), _("since the run before")),
        ("warnings", _("with warnings"), _("living links that something is odd about")),
        ("moved", _("moved"), _("for good, to another address")),
        ("disputed", _("disputed"), _("somebody has taken a repair back")),
    )


def _chip(kind: str, name: str, words: str, meaning: str, number: int | None = None) -> Markup:
    count = Markup() if number is None else fill(" <b>{number}</b>", number=f"{number:,}")
    return fill(
        '<button type="button" class="chip c-{name}" data-{kind}="{name}" aria-pressed="false" title="{meaning}">'
        "{words}{count}</button>",
        kind=kind,
        name=name,
        meaning=meaning,
        words=words,
        count=count,
    )


def _row(link: LinkStatus) -> Markup:
    verdict, category = link.verdict, category_of(kind_of(link))
    snapshot = Markup()
    if isinstance(link.snapshot, Snapshot):
        words = wording.snapshot_words(link.snapshot)
        snapshot = fill('<p class="soft clipped">{link}</p>', link=web_link(link.snapshot.url, words))
    return fill(
        '<tr class="link" role="row"><td role="cell" class="state"><span class="pill c-{category}">{word}</span></td>'
        '<td role="cell" class="title"><p class="name clipped"><bdi>{title}</bdi></p>'
        '<p class="address clipped">{url}</p><p class="reason clipped">{reason}</p>{snapshot}</td>'
        '<td role="cell" class="place">{places}</td><td role="cell" class="since">{since}</td>'
        '<td role="cell" class="nights"></td></tr>',
        category=category,
        word=category_word(category),
        title=link.page.title or _label(link),
        url=web_link(link.url),
        reason=wording.reason(verdict),
        snapshot=snapshot,
        places=_places(link),
        since=day(verdict.failing_since) if verdict.failing_since else "",
    )


def _label(link: LinkStatus) -> str:
    return next((written.text for written in link.occurrences if written.text not in (written.raw, link.url)), "")


def _places(link: LinkStatus) -> Markup:
    more = len(link.occurrences) - 3
    places = [
        fill('<p class="clipped"><bdi>{place}</bdi></p>', place=place(written)) for written in link.occurrences[:3]
    ]
    if more > 0:
        words = ngettext("and {number} more place", "and {number} more places", more)
        places.append(fill("<p>{more}</p>", more=words.format(number=f"{more:,}")))
    return joined(places)
