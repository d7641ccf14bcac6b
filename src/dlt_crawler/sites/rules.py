"""Which rule holds for a URL."""

from __future__ import annotations

from collections.abc import Iterable

from dlt_crawler.model import SiteRule


class Sites:
    """The rules of all sites that are known. Picklable."""

    def __init__(self, rules: Iterable[SiteRule] = ()) -> None:
        self._rules = tuple(rules)

    def rule_for(self, url: str) -> SiteRule | None:
        """Return the rule for a URL, the most special one where there are several; None: nothing special is known."""
        return None
