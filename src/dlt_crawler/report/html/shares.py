"""Survival by host and by the age of the link: a bar each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from dlt_crawler.language import _
from dlt_crawler.model import BROKEN_STATES, Report, State
from dlt_crawler.report.html.category import IGNORED, category_word, counts_as_checked
from dlt_crawler.report.html.markup import Markup, fill, joined
from dlt_crawler.report.survival import Share, by_age, by_host

_HOSTS: Final = 50
"""So many of the hosts with the most links, and of those with the most broken ones."""

_BAR: Final[Sequence[str]] = (
    State.ALIVE,
    State.BLOCKED,
    State.UNSAFE,
    State.UNCHECKED,
    State.SKIPPED,
    IGNORED,
    State.FAILING,
    State.INVALID,
    State.DEAD,
)
"""From left to right: what lives and what is broken at the ends, what is not known between."""


def survival(report: Report, now: datetime) -> Markup:
    """Return both sections; nothing where no link is checked. `now`: when links are as old as is said."""
    links = report.links.of(counts_as_checked)
    hosts = by_host(links)
    if not hosts:
        return Markup()
    return fill(
        '<div class="pair">{hosts}{ages}</div>',
        hosts=_hosts(hosts),
        ages=_section(
            _("Survival by age of the link"),
            "age",
            _("Written"),
            [share for share in by_age(links, now) if share.links],
        ),
    )


def bar(counts: Mapping[str, int]) -> Markup:
    """Return a bar of the shares of categories: decoration beside the figures that it shows."""
    total, left, parts = sum(counts.values()) or 1, 0.0, []
    for category in _BAR:
        if number := counts.get(category, 0):
            width = 100 * number / total
            parts.append(
                fill(
                    '<rect class="s-{category}" x="{left}%" width="{width}%" height="100%">'
                    "<title>{what}</title></rect>",
                    category=category,
                    left=f"{left:.2f}",
                    width=f"{width:.2f}",
                    what=_("{title}: {number}").format(title=category_word(category), number=f"{number:,}"),
                )
            )
            left += width
    return fill('<svg class="bar" aria-hidden="true">{parts}</svg>', parts=joined(parts))


def percent(part: int, whole: int) -> str:
    """Return a share with one decimal; what is not all is never rounded up to it, and nothing of nothing is a dash."""
    if part >= whole:
        return "100 %" if whole else "–"
    return f"{min(round(1000 * part / whole), 999) / 10:.1f} %"


def _hosts(shares: Sequence[Share]) -> Markup:
    worst = sorted(shares, key=lambda share: -_broken(share))[:_HOSTS]
    kept = {share.name for share in (*shares[:_HOSTS], *worst)}
    return _section(
        _("Survival by host"), "host", _("Host"), [share for share in shares if share.name in kept], of=len(shares)
    )


def _section(title: str, name: str, head: str, shares: Sequence[Share], of: int = 0) -> Markup:
    return fill(
        '<section class="card" aria-labelledby="{name}-title"><h2 id="{name}-title">{title}</h2>'
        '<table class="shares" id="{name}-shares" role="table"><thead role="rowgroup"><tr role="row">'
        '<th scope="col" role="columnheader" data-sort="name">{head}</th>'
        '<th scope="col" role="columnheader" class="number" data-sort="links">{links}</th>'
        '<th scope="col" role="columnheader" class="number" data-sort="broken">{broken}</th>'
        '<th scope="col" role="columnheader" data-sort="alive" class="wide">{alive}</th></tr></thead>'
        '<tbody role="rowgroup">{rows}</tbody></table>{rest}</section>',
        name=name,
        title=title,
        head=head,
        links=_("Links"),
        broken=_("Broken"),
        alive=_("Alive"),
        rows=joined(_row(share, is_host=name == "host") for share in shares),
        rest=fill('<p class="aside">{text}</p>', text=_rest(of - len(shares))) if of > len(shares) else Markup(),
    )


def _rest(number: int) -> str:
    return _("Hosts with fewer links, none or few of them broken, are left out: {number}.").format(number=f"{number:,}")


def _row(share: Share, *, is_host: bool) -> Markup:
    alive = share.counts.get(State.ALIVE, 0)
    name = _host_link(share.name) if is_host else fill("{name}", name=share.name)
    return fill(
        '<tr role="row" data-links="{links}" data-broken="{broken}" data-alive="{share}">'
        '<th scope="row" role="rowheader">{name}</th>'
        '<td role="cell" class="number">{links_shown}</td><td role="cell" class="number">{broken_shown}</td>'
        '<td role="cell" class="wide"><span class="measure">{bar}'
        '<span class="percent">{percent}</span></span></td></tr>',
        links=share.links,
        broken=_broken(share),
        share=f"{alive / share.links:.4f}",
        name=name,
        links_shown=f"{share.links:,}",
        broken_shown=f"{_broken(share):,}",
        bar=bar({state.value: number for state, number in share.counts.items()}),
        percent=percent(alive, share.links),
    )


def _host_link(host: str) -> Markup:
    # A name that is too long for its column breaks behind a dot.
    labels = Markup(".<wbr>").join(fill("{label}", label=label) for label in host.split("."))
    return fill('<a href="#host={host}">{labels}</a>', host=host, labels=Markup(labels))


def _broken(share: Share) -> int:
    return sum(share.counts.get(state, 0) for state in BROKEN_STATES)
