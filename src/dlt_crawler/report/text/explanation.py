"""The evidence for a verdict: what was seen last, what of it counts, and what the snapshot rests on."""

from __future__ import annotations

from dlt_crawler.language import N_, _, ngettext, told
from dlt_crawler.model import (
    Check,
    Explanation,
    LinkStatus,
    Observation,
    Snapshot,
    Standing,
    State,
    Strength,
)
from dlt_crawler.report import wording
from dlt_crawler.report.paper import Paper, minute
from dlt_crawler.urls import authority_of

_DAY = 86_400

_RULES = {
    Strength.GONE: (
        N_("404 and 410 are proof after {needed} look; {looks} counted"),
        N_("404 and 410 are proof after {needed} looks; {looks} counted"),
    ),
    Strength.SOFT: (
        N_(
            "error pages that answer 200, and parked ones, are proof after {needed} looks over {over} day; {looks} "
            "counted, over {lasted} days"
        ),
        N_(
            "error pages that answer 200, and parked ones, are proof after {needed} looks over {over} days; {looks} "
            "counted, over {lasted} days"
        ),
    ),
    Strength.NO_SUCH_NAME: (
        N_(
            "a name that does not exist is proof after {needed} checks on different days over {over} day; {looks} "
            "counted, over {lasted} days"
        ),
        N_(
            "a name that does not exist is proof after {needed} checks on different days over {over} days; {looks} "
            "counted, over {lasted} days"
        ),
    ),
    Strength.TROUBLE: (
        N_(
            "time-outs, refused connections and server errors are proof after {needed} checks on different days over "
            "{over} day; {looks} counted, over {lasted} days"
        ),
        N_(
            "time-outs, refused connections and server errors are proof after {needed} checks on different days over "
            "{over} days; {looks} counted, over {lasted} days"
        ),
    ),
}
"""The table of DESIGN.md, section 2, and where a link stands in it: for one look or day, and for several."""

_WITHOUT_RULE = {
    State.ALIVE: N_("one look that shows the page is proof that it lives"),
    State.FAILING: N_("what was seen is no proof of death, however often it is seen"),
    State.BLOCKED: N_("what keeps robots out is no proof of anything: such a link is never called dead"),
    State.UNSAFE: N_("it was not asked for, and will not be: its address is not one of the public web"),
    State.INVALID: N_("nothing was asked for: no browser could do it"),
}

_WEIGHTS = ((2.0, N_("proof by itself")), (1.5, N_("a strong sign")), (1.0, N_("a sign")), (0.0, N_("a weak sign")))
"""From which weight on (science.md, B2): two points of different families are proof."""


def write_explanation(paper: Paper, link: LinkStatus, explanation: Explanation | None) -> None:
    """Write why a link is in its state, as far as that is known; nothing of one that is not checked."""
    _write_rules(paper, link, explanation)
    if explanation is not None and explanation.latest:
        _write_checks(paper, link, explanation)
    if link.last is not None:
        _write_signals(paper, link.last.seen)
        _write_redirects(paper, link.last.seen)
    if isinstance(link.snapshot, Snapshot) and link.snapshot.evidence:
        paper.prose(_("the snapshot: {evidence}").format(evidence=told(link.snapshot.evidence)), 4)


def _write_rules(paper: Paper, link: LinkStatus, explanation: Explanation | None) -> None:
    state = link.verdict.state
    standings = explanation.standings if explanation is not None else ()
    if state is State.DEAD:
        standings = tuple(each for each in standings if each.is_met)[:1]
    if standings and state in (State.DEAD, State.FAILING):
        paper.prose(_("the rule:") if len(standings) == 1 else _("the rules:"), 4)
        for standing in standings:
            paper.prose(_rule(standing), 6)
    elif state in _WITHOUT_RULE and (explanation is not None or state is State.INVALID):
        paper.prose(_("the rule:"), 4)
        paper.prose(_(_WITHOUT_RULE[state]), 6)


def _rule(standing: Standing) -> str:
    over = standing.over.total_seconds() / _DAY
    one, many = _RULES[standing.strength]
    sentence = ngettext(one, many, 1 if (over or standing.needed) == 1 else 2)
    return sentence.format(
        needed=standing.needed,
        looks=standing.looks,
        over=f"{over:g}",
        # Never more than it was: 6.99 days are not 7.
        lasted=f"{int(standing.lasted.total_seconds() / _DAY * 10) / 10:g}",
    )


def _write_checks(paper: Paper, link: LinkStatus, explanation: Explanation) -> None:
    paper.prose(_("the last checks (UTC):"), 4)
    said = ""
    for check in explanation.latest:
        paper.prose(_seen(check), 6)
        # The verdict's reason says what the last failure was, and most nights see what the one before saw.
        if check.seen.detail != said and not link.verdict.reason.startswith(check.seen.detail.rstrip(".")):
            paper.prose(told(check.seen.detail), 8)
        said = check.seen.detail
    if (more := link.verdict.checks - sum(check.times for check in explanation.latest)) > 0:
        sentence = ngettext("and {number} before; all of them by:", "and {number} before; all of them by:", more)
        paper.prose(sentence.format(number=f"{more:,}"), 6)
        paper.line(f"dlt-crawl history {wording.quoted(link.url)}", 6)


def _seen(check: Check) -> str:
    seen = check.seen
    outcome = wording.outcome_word(seen.outcome)
    sentence = _("{at}, run {run}: {outcome}, {host}, {seconds} s").format(
        at=minute(seen.at),
        run=check.run,
        outcome=outcome if seen.status is None else f"{outcome} {seen.status}",
        host=authority_of(seen.final_url or seen.resource.url),
        seconds=f"{seen.elapsed:.1f}",
    )
    if check.times > 1:
        return _("{check} (the last of {number} that saw the same)").format(check=sentence, number=f"{check.times:,}")
    return sentence


def _write_signals(paper: Paper, seen: Observation) -> None:
    if seen.signals:
        paper.prose(_("what speaks against the page:"), 4)
    for signal in seen.signals:
        weight = next(word for least, word in _WEIGHTS if signal.weight >= least)
        sign = _("{sign} ({weight})").format(sign=wording.signal_words(signal.kind), weight=_(weight))
        what = wording.signal_what(signal)
        paper.prose(_("{sign}: {what}").format(sign=sign, what=what) if what else sign, 6)


def _write_redirects(paper: Paper, seen: Observation) -> None:
    if seen.redirects:
        paper.prose(_("the redirects:"), 4)
    for hop in seen.redirects:
        paper.line(f"{hop.status} {hop.location}", 6)
