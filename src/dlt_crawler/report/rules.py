"""What is found about links, as the rules that code scanning and CI servers know findings by.

The ids are a contract: alerts are recognised by them from run to run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dlt_crawler.language import N_
from dlt_crawler.model import BROKEN_STATES, LinkStatus, LinkWarning, LintKind, State
from dlt_crawler.report.view import View
from dlt_crawler.report.wording import LINTS


class Level(StrEnum):
    """How bad a finding is, in SARIF's words (2.1.0, section 3.27.10)."""

    ERROR = "error"
    """Broken: proven, and for the owner of the list to mend."""
    WARNING = "warning"
    """A person should look."""
    NOTE = "note"
    """Good to know."""


class Precision(StrEnum):
    """How often a finding is right, in GitHub's words ("SARIF support for code scanning")."""

    VERY_HIGH = "very-high"
    HIGH = "high"
    MEDIUM = "medium"


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of finding. Texts are English; `title` is translated where people are talked to."""

    id: str
    level: Level
    precision: Precision
    title: str
    """What is found, in two or three words."""
    about: str
    """What that means, in a sentence or two."""
    advice: str
    """What to do about it."""


_BY_STATE: Final[Mapping[State, Rule]] = {
    State.DEAD: Rule(
        "dead-link",
        Level.ERROR,
        Precision.VERY_HIGH,
        N_("Dead link"),
        "The page is gone. It was asked for often enough, over enough time, to be sure.",
        "Write the archived copy or the new address that is proposed (`dlt-crawl repair` does it), or remove the link.",
    ),
    State.INVALID: Rule(
        "invalid-link",
        Level.ERROR,
        Precision.VERY_HIGH,
        N_("Invalid link"),
        "No browser could open this URL.",
        "Correct how the URL is written.",
    ),
    State.FAILING: Rule(
        "failing-link",
        Level.WARNING,
        Precision.MEDIUM,
        N_("Failing link"),
        "The page could not be had, and it is not proven yet that it is gone: servers have bad days.",
        "Wait. Later runs either see it work again or call it dead.",
    ),
    State.BLOCKED: Rule(
        "blocked-link",
        Level.NOTE,
        Precision.MEDIUM,
        N_("Blocked link"),
        "The site keeps robots out: a person may still open the page.",
        "Open it in a browser now and then.",
    ),
    State.UNSAFE: Rule(
        "unsafe-link",
        Level.NOTE,
        Precision.HIGH,
        N_("Unsafe link"),
        "The address is one that is never asked for, such as one of a private network.",
        "Nobody outside can open it: write a public address, or exclude the link from being checked.",
    ),
}
"""Of the others there is nothing to say: alive, skipped, not checked yet."""

_BY_WARNING: Final[Mapping[LinkWarning, Rule]] = {
    LinkWarning.TLS_UNVERIFIED: Rule(
        "tls-unverified",
        Level.NOTE,
        Precision.HIGH,
        N_("Certificate not verified"),
        "The page answers, but its certificate could not be verified: browsers warn of it.",
        "Tell the owner of the site, or look for another page.",
    ),
    LinkWarning.FRAGMENT_MISSING: Rule(
        "fragment-missing",
        Level.WARNING,
        Precision.MEDIUM,
        N_("Section not found"),
        "The page answers, but has no such section: the part of the URL behind the number sign leads nowhere.",
        "Look for the section under another name, or remove the number sign and what is behind it.",
    ),
    LinkWarning.ALTERNATIVE_ADDRESS: Rule(
        "alternative-address",
        Level.WARNING,
        Precision.HIGH,
        N_("Answers elsewhere"),
        "The link does not answer as it is written. With the other scheme, or with or without `www.`, it does.",
        "Write the address that answers.",
    ),
    LinkWarning.DRIFTED: Rule(
        "page-drifted",
        Level.WARNING,
        Precision.MEDIUM,
        N_("Page has changed"),
        "The page answers, and seems to be about something else than it was before.",
        "Read it. Where it is no longer what was cited, write an archived copy of what it was.",
    ),
    LinkWarning.WITHDRAWN: Rule(
        "paper-withdrawn",
        Level.WARNING,
        Precision.HIGH,
        N_("Paper withdrawn"),
        "The paper is still shown, and its authors have taken it back.",
        "Say so beside the link, or remove it.",
    ),
    LinkWarning.ARCHIVED: Rule(
        "repository-archived",
        Level.NOTE,
        Precision.VERY_HIGH,
        N_("Repository archived"),
        "The repository is still shown, and nobody works on it any more.",
        "Say so beside the link, or name a successor.",
    ),
}

MOVED: Final = Rule(
    "moved-link",
    Level.NOTE,
    Precision.VERY_HIGH,
    N_("Moved link"),
    "The page has moved for good: its permanent redirects were seen on two days.",
    "Write the new address (`dlt-crawl repair --redirects` does it).",
)

DISPUTED: Final = Rule(
    "disputed-repair",
    Level.NOTE,
    Precision.VERY_HIGH,
    N_("Disputed repair"),
    "The link was repaired, and somebody has put the old URL back.",
    "Look at both. `dlt-crawl repair --disputed` repairs it all the same.",
)


def rules() -> tuple[Rule, ...]:
    """Return every rule there is, always in this order."""
    return (*_BY_STATE.values(), *_BY_WARNING.values(), MOVED, DISPUTED, *map(lint_rule, LintKind))


def lint_rule(kind: LintKind) -> Rule:
    """Return the rule that lints of a kind are findings of."""
    words = kind.value.replace("_", " ").capitalize()
    about = LINTS[kind]
    return Rule(
        f"lint-{kind.value.replace('_', '-')}",
        Level.NOTE,
        Precision.HIGH,
        words,
        f"What is oddly written, whatever becomes of the link: {about}.",
        "Look at how it is written.",
    )


def findings(link: LinkStatus, view: View) -> Iterator[Rule]:
    """Yield what is found about a link, of that which the view lists; nothing for one that is fine."""
    if not view.lists(link):
        return
    verdict, seen = link.verdict, link.last.seen if link.last else None
    rule = _BY_STATE.get(verdict.state)
    if rule is not None and (view.all_links or verdict.state in BROKEN_STATES | view.states):
        yield rule
    if seen is not None and verdict.state is State.ALIVE and (view.all_links or view.warnings):
        yield from (_BY_WARNING[warning] for warning in seen.warnings)
    if verdict.moved_to is not None and (view.all_links or view.moved):
        yield MOVED
    if link.dispute is not None:
        yield DISPUTED


def warning_of(rule: Rule) -> LinkWarning | None:
    """Return which warning about a living link a rule is about; None: it is about something else."""
    return next((warning for warning, each in _BY_WARNING.items() if each is rule), None)


def level_of(rule: Rule, link: LinkStatus) -> Level:
    """Return how bad a finding is about this link: what somebody asked to ignore is no more than good to know."""
    return Level.NOTE if link.ignored is not None else rule.level
