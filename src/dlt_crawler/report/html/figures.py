"""The head of the page: which run, how much of the list lives, and what has changed since the run before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dlt_crawler.language import _, ngettext, told
from dlt_crawler.model import (
    BROKEN_STATES,
    Change,
    Links,
    Network,
    Report,
    Run,
    Snapshot,
    StaleIgnore,
    State,
    Transition,
)
from dlt_crawler.report import wording
from dlt_crawler.report.changes import Changed, changes_of, held_back, is_first, with_links
from dlt_crawler.report.html.category import CATEGORIES, category_meaning, category_word, counted, counts_as_checked
from dlt_crawler.report.html.earlier import Earlier
from dlt_crawler.report.html.markup import LONG, Markup, fill, joined, prose, web_link
from dlt_crawler.report.html.shares import bar, percent
from dlt_crawler.report.paper import minute
from dlt_crawler.report.place import place
from dlt_crawler.report.work import work

_NEWS = 20
"""Links of one kind of change that are told one by one; the table has them all."""


def run_line(run: Run | None) -> str:
    """Say which run the page shows."""
    if run is None:
        return _("No run has been made yet.")
    if run.finished is None:
        return _("Run {run}, begun {start} UTC, not finished").format(run=run.id, start=minute(run.started))
    start, end = minute(run.started), minute(run.finished)
    if start[:10] == end[:10]:
        end = end[11:]
    return _("Run {run}, {start} to {end} UTC").format(run=run.id, start=start, end=end)


def earlier_runs(earlier: Sequence[Earlier], latest: str) -> Markup:
    """Return the way to the latest page, where this is an earlier one, and the list of earlier pages, if any."""
    to_latest = fill('<a href="{name}">{text}</a>', name=latest, text=_("The latest run")) if latest else Markup()
    return joined([to_latest, _list_of(earlier)]) if earlier else to_latest


def notices(report: Report) -> Markup:
    """Return what somebody has to know before the figures: trouble, deaths held back, a narrowed report."""
    said = [fill('<p class="notice {kind}">{text}</p>', kind=kind, text=prose(text)) for kind, text in _notices(report)]
    return joined([*said, _stale(report.ignores)])


def headline(report: Report) -> Markup:
    """Return how many links live, and how many are in each category: links to the table of those."""
    counts = counted(report.links)
    alive = counts[State.ALIVE.value]
    checked = sum(count for kind, count in report.links.kinds().items() if counts_as_checked(kind))
    if not report.links:
        return fill(
            '<section class="card headline"><p class="empty">{text}</p></section>',
            text=prose(_("No links are known yet. `dlt-crawl run` finds the links of your documents and checks them.")),
        )
    return fill(
        '<section class="card headline" aria-label="{label}">'
        '<p class="hero"><strong>{share}</strong> {of}{broken}</p>{bar}{work}'
        '<ul class="tiles">{tiles}</ul></section>',
        label=_("Headline figures"),
        share=percent(alive, checked),
        of=ngettext("of {number} checked link is alive", "of {number} checked links are alive", checked).format(
            number=f"{checked:,}"
        ),
        broken=_hero(sum(counts[state] for state in BROKEN_STATES)),
        bar=bar(counts),
        work=_work(report, checked),
        tiles=joined(
            _tile(category, counts[category]) for category in (CATEGORIES[-1], *CATEGORIES[:-1]) if counts[category]
        ),
    )


def changes(report: Report) -> Markup:
    """Return what has changed since the run before, or that nothing has; nothing after the first run."""
    if is_first(report):
        return Markup()
    found = changes_of(report.links, report.transitions)
    title = _("Changed since the run before")
    groups = [_group(kind, some, report.links) for kind, some in found.items() if some]
    if groups:
        body = fill('<div class="news">{groups}</div>', groups=joined(groups))
    else:
        body = fill('<p class="empty">{text}</p>', text=_("Nothing changed."))
    return fill(
        '<section class="card" aria-labelledby="news-title"><h2 id="news-title">{title}</h2>{body}</section>',
        title=title,
        body=body,
    )


def _list_of(earlier: Sequence[Earlier]) -> Markup:
    return fill(
        '<details class="earlier"><summary>{summary}</summary><ol>{items}</ol></details>',
        summary=_("Earlier runs"),
        items=joined(
            fill(
                '<li><a href="{name}">{at}</a> <span>{broken}</span></li>',
                name=each.name,
                at=minute(each.at),
                broken="" if each.broken is None else _broken(each.broken),
            )
            for each in earlier
        ),
    )


def _notices(report: Report) -> Iterator[tuple[str, str]]:
    run = report.run
    if run is not None and run.network is Network.DOWN:
        trouble = told(run.trouble) if run.trouble else _("Our own network was down in that run.")
        yield "trouble", _("{trouble} What failed in that run is not counted against any link.").format(trouble=trouble)
    if report.held:
        yield "trouble", held_back(report.held)
    if report.only:
        yield "narrowed", told(report.only)


def _work(report: Report, checked: int) -> Markup:
    """Return what there is to do next."""
    if not checked and report.counts[State.UNCHECKED]:
        said = [_("None has been checked yet: `dlt-crawl run` does it.")]
    else:
        said = list(work(report.links.of(lambda kind: kind.is_broken)))
    return joined(fill('<p class="work">{text}</p>', text=prose(text)) for text in said)


def _hero(broken: int) -> Markup:
    if not broken:
        return fill(' <span class="of-broken">{text}</span>', text=_("No broken links."))
    words = ngettext("{number} link is broken", "{number} links are broken", broken)
    before, _number, after = words.partition("{number}")
    return fill(
        ' <a class="of-broken" href="#state={broken}">{before}<strong>{number}</strong>{after}</a>',
        broken=",".join(category for category in CATEGORIES if is_broken(category)),
        before=before,
        number=f"{broken:,}",
        after=after,
    )


def _stale(ignores: Sequence[StaleIgnore]) -> Markup:
    if not ignores:
        return Markup()
    number = len(ignores)
    words = ngettext(
        "{number} request to ignore links is out of date", "{number} requests to ignore links are out of date", number
    )
    return fill(
        '<details class="notice stale"{open}><summary>{summary}</summary><ul>{items}</ul></details>',
        open=Markup(" open") if number <= 3 else Markup(),
        summary=words.format(number=f"{number:,}"),
        items=joined(
            fill("<li><bdi>{where}</bdi>: {text}</li>", where=each.ignore.where, text=told(each.sentence))
            for each in ignores
        ),
    )


def _tile(category: str, number: int) -> Markup:
    return fill(
        '<li><a class="tile c-{category}" href="#state={category}" title="{meaning}">'
        "<b>{number}</b> <span>{word}</span></a></li>",
        category=category,
        meaning=category_meaning(category),
        number=f"{number:,}",
        word=category_word(category),
    )


def _group(change: Change, found: Sequence[Transition], links: Links) -> Markup:
    heads = {
        Change.DEAD: (_("Newly dead"), State.DEAD),
        Change.RECOVERED: (_("Works again"), State.ALIVE),
        Change.MOVED: (_("Newly moved"), State.ALIVE),
        Change.BLOCKED: (_("Newly blocked"), State.BLOCKED),
    }
    title, state = heads[change]
    more = len(found) - _NEWS
    return fill(
        '<details class="group c-{state}"{open}><summary><span class="pill">{title}</span> {number}</summary>'
        "<ul>{items}</ul>{more}</details>",
        state=state.value,
        # Many good or doubtful news would push the table out of sight.
        open=Markup(" open") if change is Change.DEAD or len(found) <= 3 else Markup(),
        title=title,
        number=f"{len(found):,}",
        items=joined(map(_news, with_links(links, found[:_NEWS]))),
        more=fill('<p><a href="#is=changed">{text}</a></p>', text=_("and {number} more").format(number=f"{more:,}"))
        if more > 0
        else Markup(),
    )


def _news(told_of: Changed) -> Markup:
    link, transition = told_of.link, told_of.transition
    lines = [_line(web_link(link.url, link.page.title or None), link.page.title or link.url, kind="name")]
    if link.page.title:
        lines.append(_line(fill("<bdi>{url}</bdi>", url=link.url), link.url))
    lines.append(_line(fill("<bdi>{reason}</bdi>", reason=told(transition.reason)), transition.reason))
    if transition.moved_to is not None:
        moved = fill("{to} {url}", to=_("moved for good to"), url=web_link(transition.moved_to))
        lines.append(_line(moved, transition.moved_to))
    if transition.after is State.DEAD and isinstance(link.snapshot, Snapshot):
        words = wording.snapshot_words(link.snapshot)
        lines.append(_line(web_link(link.snapshot.url, words), words))
    if link.occurrences:
        where = place(link.occurrences[0])
        lines.append(_line(fill("<bdi>{place}</bdi>", place=where), where, kind="place"))
    return fill("<li>{lines}</li>", lines=joined(lines))


def _line(shown: Markup, text: str, kind: str = "soft") -> Markup:
    """Return a line of which no more than a few show, however long it is; who points at it reads the whole."""
    title = fill(' title="{text}"', text=text) if len(text) > LONG else Markup()
    return fill('<p class="{kind} clipped"{title}>{shown}</p>', kind=kind, title=title, shown=shown)


def _broken(number: int) -> str:
    return ngettext("{number} broken", "{number} broken", number).format(number=f"{number:,}")


def is_broken(category: str) -> bool:
    """Tell whether links of a category are broken, and not ignored."""
    return category in {state.value for state in BROKEN_STATES}
