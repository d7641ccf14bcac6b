"""Pages that say that there is no page, with a status that says that there is one. Pure.

The weights are those of science.md, B2, with which no one of 1,515 articles was called dead: two signals of different
families are needed, and 2 points.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dlt_crawler.model import Sibling, Signal, SignalKind
from dlt_crawler.page.crowds import CROWD
from dlt_crawler.page.drift import lost_title
from dlt_crawler.page.landing import (
    error_address,
    is_about_error,
    is_same_host,
    is_same_site,
    landing,
    own_error_address,
)
from dlt_crawler.page.markers import ERROR, LIKE_ERROR, NUMBER, SHELL, SURE
from dlt_crawler.page.phrases import (
    begins_with_code,
    error_hint,
    error_mention,
    error_phrase,
    error_sentence,
    error_words_in,
    has_code_at_an_end,
    is_about_errors,
    is_bare_code,
    is_error,
    is_error_line,
    leads_home,
    parts_of,
    plain,
    says_code,
)
from dlt_crawler.page.talk import letters_beside

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
_FEW = 600
"""Characters of visible text, menus and all, below which a word in jest beside the number is a message …"""
_JEST = 200
"""… and of prose, where menus are long …"""
_ALONE = 20
"""… and below which the number is, when it is the whole title."""
_TINY = 300
"""Characters of visible text, menus and all, below which the way home says what the number means."""
_NEIGHBOUR = re.compile(r"(?<!\d)(?:403|405|409|411)(?!\d)")
"""Where a page of this number is one of a row."""
_BESIDE = 30
"""Letters that a page may say beside what error pages say: a name, an address, a joke."""
_LINE = 160
"""Characters of a page that is nothing but its message."""
_FIRST = 2
"""Headings that can be the message of a page whose title is another one. Of instructions it is one of many."""
_REFUSAL = re.compile(r"Cannot (?:GET|HEAD) /\S*")
"""Of Express."""
_IN_JSON = re.compile(r'"(?:message|error|detail|msg|reason|title)"\s*:\s*"([^"]{1,100})"')
_HAN = frozenset({"Hani", "Jpan", "Kore", "Hans", "Hant"})
_SAID = frozenset({SignalKind.ERROR_WORDS, SignalKind.ERROR_TEXT})


def error_signals(shown: Shown) -> tuple[Signal, ...]:
    """Return what speaks for an error page.

    A link whose own address says "404" leads to a page about that: it takes more than such a title on a short page.
    """
    signals = [*_words(shown), *_template(shown), *_places(shown)]
    signals += _text(shown, signals)
    signals += _likeness(shown, signals)
    if shown.evidence.sibling is Sibling.SAME and signals and SHELL not in shown.evidence.markers:
        signals.append(Signal(SignalKind.SIBLING, 2.0, ""))
    if signals and is_thin(shown) and not is_about_error(shown.url):
        is_marked = own_error_address(shown) is not None or any(
            signal.kind is SignalKind.ERROR_TEMPLATE for signal in signals
        )
        if is_marked or (any(signal.kind in _SAID for signal in signals) and _says_nothing_else(shown)):
            signals.append(Signal(SignalKind.THIN, 0.5, f"{shown.evidence.prose} characters"))
        if shown.evidence.noindex:
            signals.append(Signal(SignalKind.NOINDEX, 0.5, "noindex"))
    return tuple(signals)


def _says_nothing_else(shown: Shown) -> bool:
    """Return whether hardly anything stands on a page but what error pages say."""
    text = _unsaid(shown)
    about = f"{shown.evidence.title or ''} {text}"
    return not is_about_errors(about) and letters_beside(text, error_words_in) <= _BESIDE


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
    if evidence.length <= _LINE and (_REFUSAL.match(evidence.text) or is_error_line(_message(evidence.text))):
        found, first = [*found, evidence.text], True
    phrases = [title, *found] if title else found
    if _NEIGHBOUR.search(evidence.text):
        phrases = [phrase for phrase in phrases if not is_bare_code(phrase)]
    phrases = [phrase for phrase in phrases if not phrase.startswith("#")]
    if not phrases:
        if (line := _number_and_hint(shown)) is not None:
            yield Signal(SignalKind.ERROR_WORDS, 1.0, line)
        return
    said = next((phrase for phrase in phrases if not is_bare_code(phrase)), None)
    # A number may be a name, unless visitors are shown the way out beside it.
    is_number = said is None and not (evidence.prose < _HARDLY_ANY and (leads_home(evidence.text) or _is_all(shown)))
    is_sure = not is_number and (said is None or title is not None or first)
    yield Signal(SignalKind.ERROR_WORDS, 1.5 if is_sure else 1.0, said or phrases[0])


def _message(text: str) -> str:
    """Return what a text says, or what the JSON object says that it is."""
    found = _IN_JSON.search(text) if text.startswith("{") else None
    return found[1] if found else text


def _is_all(shown: Shown) -> bool:
    """Return whether the number is the whole title, and hardly anything is beside it."""
    evidence = shown.evidence
    return (
        is_bare_code(evidence.title or "")
        and evidence.length < _FEW
        and evidence.prose < _ALONE
        and not is_about_error(shown.url)
        and all(begins_with_code(line) for line in evidence.headings)
    )


def _number_and_hint(shown: Shown) -> str | None:
    """Return a line that begins or ends with the number, on a page of a few words of which one is a hint."""
    evidence = shown.evidence
    if evidence.prose >= _HARDLY_ANY or is_about_error(shown.url) or _NEIGHBOUR.search(evidence.text):
        return None
    text = _unsaid(shown)
    if evidence.length <= _FEW:
        lines = (*parts_of(evidence.title or ""), *evidence.headings[:_FIRST])
        line = next((line for line in lines if has_code_at_an_end(line)), None)
        if line is not None and (error_hint(evidence.text) or _shows_out(shown)):
            return line
        heading = next((line for line in evidence.headings if begins_with_code(line)), None)
        if heading is not None:
            return heading if error_hint(heading) else None
        if begins_with_code(text) and (error_hint(text) or _shows_out(shown)):
            return text[:_LINE]
    if NUMBER in evidence.markers and evidence.prose < _JEST and (error_mention(text) or _shows_out(shown)):
        return NUMBER.removeprefix(LIKE_ERROR)
    return None


def _shows_out(shown: Shown) -> bool:
    """Return whether hardly more is said than the way home."""
    return shown.evidence.prose < _LINE and shown.evidence.length < _TINY and leads_home(shown.evidence.text)


def _goes_on(title: str, heading: str) -> bool:
    words, first = plain(title), plain(heading)
    return bool(first) and words.startswith(f"{first} ")


def _text(shown: Shown, others: Sequence[Signal]) -> Iterator[Signal]:
    """Yield what the text says. On a page with some prose it is only looked at beside `others`."""
    evidence, beside = shown.evidence, bool(others)
    is_han = shown.page.script in _HAN
    alone = evidence.prose < (_HARDLY_ANY_HAN if is_han else _HARDLY_ANY)
    if not alone and not (beside and evidence.prose < (_LITTLE_HAN if is_han else _LITTLE)):
        return
    text = _unsaid(shown)
    found = error_sentence(text)
    if found is not None:
        yield Signal(SignalKind.ERROR_TEXT, 1.5 if alone else 1.0, found)
    elif beside and alone and not is_about_error(shown.url):
        is_coded = any(signal.kind is SignalKind.ERROR_WORDS and says_code(signal.what) for signal in others)
        found = error_mention(text) or (error_hint(text) if is_coded and evidence.prose < _JEST else None)
        if found:
            yield Signal(SignalKind.ERROR_TEXT, 1.0, found)


def _unsaid(shown: Shown) -> str:
    """Return the text without what its title and headings say: what is said twice is said once."""
    evidence = shown.evidence
    text = evidence.passage or (evidence.text if evidence.prose else "")
    for said in (*evidence.headings, *parts_of(evidence.title or "")):
        if is_error(said):
            text = text.replace(said, " . ")
    return text


def _template(shown: Shown) -> Iterator[Signal]:
    names = [name for name in shown.evidence.markers if name.startswith(ERROR)]
    if names:
        name = next((name for name in names if name in SURE), names[0])
        yield Signal(SignalKind.ERROR_TEMPLATE, 1.5 if name in SURE else 1.0, name.removeprefix(ERROR))


def _likeness(shown: Shown, others: Sequence[Signal]) -> Iterator[Signal]:
    """Yield what is named as on error pages, beside words that say so: much is named like that, and never shown."""
    if not is_thin(shown) or not any(signal.kind in _SAID for signal in others):
        return
    if not any(signal.kind is SignalKind.ERROR_TEMPLATE for signal in others):
        names = (name for name in shown.evidence.markers if name.startswith(LIKE_ERROR) and name != NUMBER)
        name = next(names, None)
        if name is not None:
            yield Signal(SignalKind.ERROR_TEMPLATE, 1.0, name.removeprefix(LIKE_ERROR))


def _places(shown: Shown) -> Iterator[Signal]:
    address = error_address(shown)
    if address is not None:
        yield Signal(SignalKind.ERROR_URL, 1.0, address)
    elif (named := own_error_address(shown)) is not None:
        yield Signal(SignalKind.ERROR_URL, 1.5, named)
    home = landing(shown)
    lost = lost_title(shown)
    # What moved to a host of its own has its home page there.
    if home is not None and (is_same_host(shown.url, home) or is_thin(shown) or lost is not None):
        yield Signal(SignalKind.LANDING, 1.0, home)
    # Short links of another site, and three pages that were made one, end on the same page, too: those had no title of
    # their own before, and these have another one because of that.
    crowd = shown.converging >= CROWD
    if crowd and (lost is not None or is_same_site(shown.url, shown.final_url)):
        yield Signal(SignalKind.CONVERGING, 1.0, f"{shown.converging} links")
    if lost is not None and is_thin(shown) and not (crowd and home is None):
        yield Signal(SignalKind.LOST_TITLE, 1.0, lost)
