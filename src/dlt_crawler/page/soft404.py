"""Pages that say that there is no page, with a status that says that there is one. Pure.

The weights are those of science.md, B2, with which no one of 1,515 articles was called dead: two signals of different
families are needed, and 2 points.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dlt_crawler.model import Sibling, Signal, SignalKind
from dlt_crawler.page.crowds import CROWD
from dlt_crawler.page.drift import lost_title
from dlt_crawler.page.landing import error_address, is_same_site, landing, says_error
from dlt_crawler.page.markers import ERROR, SHELL
from dlt_crawler.page.phrases import (
    error_mention,
    error_phrase,
    error_sentence,
    is_bare_code,
    is_error,
    leads_home,
    parts_of,
    plain,
)

if TYPE_CHECKING:
    from dlt_crawler.page.interpretation import Shown

_THIN = 800
"""Characters of prose below which there is hardly any. Of 130 real error pages all but two have less than 400."""
_THIN_HAN = 400
"""Likewise in Chinese, Japanese and Korean, in which a character says more."""
_LITTLE = 1_500
"""Characters of prose below which sentences for visitors count beside other signals …"""
_LITTLE_HAN = 700
_HARDLY_ANY = 400
"""… and below which they are what the page is about."""
_HARDLY_ANY_HAN = 150
_LINE = 160
"""Characters of a page that is nothing but its message."""
_FIRST = 2
"""Headings that can be the message of a page whose title is another one. Of instructions it is one of many."""
_REFUSAL = re.compile(r"Cannot (?:GET|HEAD) /\S*")
"""Of Express."""
_HAN = frozenset({"Hani", "Jpan", "Kore", "Hans", "Hant"})
_SAYS_SO = frozenset({SignalKind.ERROR_WORDS, SignalKind.ERROR_TEXT, SignalKind.ERROR_TEMPLATE})
"""What little text makes worse."""


def error_signals(shown: Shown) -> tuple[Signal, ...]:
    """Return what speaks for an error page.

    A link whose own address says "404" leads to a page about that: it takes more than such a title on a short page.
    """
    signals = [*_words(shown), *_template(shown), *_places(shown)]
    signals += _text(shown, beside=bool(signals))
    if shown.evidence.sibling is Sibling.SAME and signals and SHELL not in shown.evidence.markers:
        signals.append(Signal(SignalKind.SIBLING, 2.0, ""))
    if signals and is_thin(shown) and not says_error(shown.url):
        if any(signal.kind in _SAYS_SO for signal in signals):
            signals.append(Signal(SignalKind.THIN, 0.5, f"{shown.evidence.prose} characters"))
        if shown.evidence.noindex:
            signals.append(Signal(SignalKind.NOINDEX, 0.5, "noindex"))
    return tuple(signals)


def is_thin(shown: Shown) -> bool:
    """Return whether there is hardly any text, as far as that can be known."""
    evidence = shown.evidence
    limit = _THIN_HAN if shown.page.script in _HAN else _THIN
    return evidence.complete and evidence.prose < limit and SHELL not in evidence.markers


def _words(shown: Shown) -> Iterator[Signal]:
    """Yield the title or heading that is an error message: headings say less than titles, and numbers less still."""
    evidence = shown.evidence
    title = error_phrase(evidence.title or "")
    # "Not Found: a novel" has the heading "Not Found".
    headings = [line for line in evidence.headings if title or not _goes_on(evidence.title or "", line)]
    found = [phrase for line in headings if (phrase := error_phrase(line))]
    first = any(error_phrase(line) for line in headings[:_FIRST]) and evidence.prose < _HARDLY_ANY
    if evidence.length <= _LINE and (_REFUSAL.match(evidence.text) or error_phrase(evidence.text)):
        found, first = [*found, evidence.text], True
    phrases = [title, *found] if title else found
    if not phrases:
        return
    said = next((phrase for phrase in phrases if not is_bare_code(phrase)), None)
    # A number may be a name, unless visitors are shown the way out beside it.
    is_number = said is None and not (evidence.prose < _HARDLY_ANY and leads_home(evidence.text))
    is_sure = not is_number and (said is None or title is not None or first)
    yield Signal(SignalKind.ERROR_WORDS, 1.5 if is_sure else 1.0, said or phrases[0])


def _goes_on(title: str, heading: str) -> bool:
    words, first = plain(title), plain(heading)
    return bool(first) and words.startswith(f"{first} ")


def _text(shown: Shown, *, beside: bool) -> Iterator[Signal]:
    """Yield what the text says. On a page with some prose it is only looked at `beside` other signals."""
    evidence = shown.evidence
    is_han = shown.page.script in _HAN
    alone = evidence.prose < (_HARDLY_ANY_HAN if is_han else _HARDLY_ANY)
    if not alone and not (beside and evidence.prose < (_LITTLE_HAN if is_han else _LITTLE)):
        return
    # What is said twice is said once.
    text = evidence.passage or evidence.text
    for line in (*evidence.headings, *parts_of(evidence.title or "")):
        if is_error(line):
            text = text.replace(line, " . ")
    found = error_sentence(text)
    if found is not None:
        yield Signal(SignalKind.ERROR_TEXT, 1.5 if alone else 1.0, found)
    elif beside and alone and not says_error(shown.url) and (found := error_mention(text)):
        yield Signal(SignalKind.ERROR_TEXT, 1.0, found)


def _template(shown: Shown) -> Iterator[Signal]:
    name = next((name for name in shown.evidence.markers if name.startswith(ERROR)), None)
    if name is not None:
        yield Signal(SignalKind.ERROR_TEMPLATE, 1.0, name.removeprefix(ERROR))


def _places(shown: Shown) -> Iterator[Signal]:
    address = error_address(shown)
    if address is not None:
        yield Signal(SignalKind.ERROR_URL, 1.0, address)
    home = landing(shown)
    if home is not None:
        yield Signal(SignalKind.LANDING, 1.0, home)
    lost = lost_title(shown)
    # Short links of another site, and three pages that were made one, end on the same page, too: those had no title of
    # their own before, and these have another one because of that.
    crowd = shown.converging >= CROWD
    if crowd and (lost is not None or is_same_site(shown.url, shown.final_url)):
        yield Signal(SignalKind.CONVERGING, 1.0, f"{shown.converging} links")
    if lost is not None and is_thin(shown) and not (crowd and home is None):
        yield Signal(SignalKind.LOST_TITLE, 1.0, lost)
