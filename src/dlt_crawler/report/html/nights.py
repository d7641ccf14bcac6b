"""What one look saw as a mark on the page: a letter, a word, and which of few kinds, for colour and height."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from dlt_crawler.language import _
from dlt_crawler.model import Outcome
from dlt_crawler.report import wording

_MARKS: Final[Mapping[Outcome, tuple[str, str]]] = {
    Outcome.OK: ("✓", "fine"),
    Outcome.REDIRECTED: ("→", "fine"),
    Outcome.NOT_FOUND: ("✕", "gone"),
    Outcome.SOFT_404: ("S", "gone"),
    Outcome.PARKED: ("P", "gone"),
    Outcome.DNS_ERROR: ("D", "trouble"),
    Outcome.CONNECTION_ERROR: ("C", "trouble"),
    Outcome.TIMEOUT: ("T", "trouble"),
    Outcome.TLS_ERROR: ("L", "trouble"),
    Outcome.PROTOCOL_ERROR: ("H", "trouble"),
    Outcome.REDIRECT_LOOP: ("O", "trouble"),
    Outcome.SERVER_ERROR: ("5", "trouble"),
    Outcome.CLIENT_ERROR: ("4", "trouble"),
    Outcome.BLOCKED: ("B", "refused"),
    Outcome.RATE_LIMITED: ("R", "refused"),
    Outcome.ROBOTS_DENIED: ("N", "refused"),
    Outcome.UNSAFE: ("U", "refused"),
    Outcome.INVALID_URL: ("I", "gone"),
    Outcome.SKIPPED: ("–", "refused"),
}
"""Mark and kind of each outcome: what can be told apart without colours."""

_CODES: Final = {outcome: chr(ord("a") + index) for index, outcome in enumerate(Outcome)}
_NOT_CHECKED: Final = "."


def strip_code(outcomes: Iterable[Outcome | None]) -> str:
    """Return nights as a character each, by which `legend` knows them."""
    return "".join(_CODES[outcome] if outcome else _NOT_CHECKED for outcome in outcomes)


def legend() -> Mapping[str, tuple[str, str, str]]:
    """Return for each character its mark, its kind and what it means."""
    known = {_CODES[outcome]: (mark, kind, wording.outcome_word(outcome)) for outcome, (mark, kind) in _MARKS.items()}
    return {**known, _NOT_CHECKED: ("·", "none", _("not checked"))}
