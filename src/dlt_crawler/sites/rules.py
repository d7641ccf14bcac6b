"""Which rule holds for a URL."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from dlt_crawler.config import SiteSettings, built_in_sites
from dlt_crawler.model import SiteRule
from dlt_crawler.urls import host_of, normalise

_URL = re.compile(r"https?://(?:[^/?@]*@)?(?:\[([^\]/?]*)\]|([^/?:]*))(?::[0-9]*)?([^?]*)")
"""A normalised URL: an IPv6 address, or another host, and the path."""


class Sites:
    """The rules of all sites that are known. Picklable: into a crawling process goes what `rules` says."""

    def __init__(self, rules: Iterable[SiteRule] = ()) -> None:
        """`rules`: of two that are equally special, the first one counts."""
        self.rules = tuple(rules)

    def rule_for(self, url: str) -> SiteRule | None:
        """Return the rule for a normalised URL, the most special one where there are several; None: there is none.

        The host itself is more special than all below a domain, that more than below a shorter one; with a path more
        than without.
        """
        host, path = _host_and_path(url)
        rules = self._by_host
        for name in host_patterns(host):
            for fits, rule in rules.get(name, ()):
                if fits is None or fits.match(path):
                    return rule
        return None

    @cached_property
    def _by_host(self) -> Mapping[str, list[tuple[re.Pattern[str] | None, SiteRule]]]:
        """Host or `*.domain` → its rules, those with a path first."""
        found: dict[str, list[tuple[re.Pattern[str] | None, SiteRule]]] = {}
        for rule in sorted(self.rules, key=lambda rule: rule.path is None):
            fits = None if rule.path is None else re.compile(rule.path)
            for host in rule.hosts:
                found.setdefault(host, []).append((fits, rule))
        return found

    def __getstate__(self) -> tuple[SiteRule, ...]:
        return self.rules

    def __setstate__(self, rules: tuple[SiteRule, ...]) -> None:
        self.rules = rules


def known_sites(given: Mapping[str, SiteSettings] | None = None) -> Sites:
    """Return the rules that come with the program, with what the settings add, replace and switch off.

    A rule of the settings goes before one of the program for the same hosts.
    """
    given = given or {}
    own = {name: each for name, each in given.items() if name not in built_in_sites()}
    rules = {**own, **{name: _merged(each, given.get(name)) for name, each in built_in_sites().items()}}
    return Sites(_rule(name, each) for name, each in rules.items() if each.enabled)


def host_patterns(host: str) -> Iterator[str]:
    """Yield what a rule may call a host, the most special first: a.b.org, *.b.org, *.org."""
    yield host
    dot = host.find(".")
    while dot >= 0:
        yield f"*{host[dot:]}"
        dot = host.find(".", dot + 1)


def _merged(known: SiteSettings, given: SiteSettings | None) -> SiteSettings:
    if given is None:
        return known
    return known.model_copy(update={key: getattr(given, key) for key in given.model_fields_set})


def _rule(name: str, settings: SiteSettings) -> SiteRule:
    fields = {key: value for key, value in settings if key not in {"enabled", "hosts"}}
    return SiteRule(name=name, hosts=tuple(map(_normal, settings.hosts)), **fields)


def _normal(pattern: str) -> str:
    """Return a host as it stands in normalised URLs: in lower case and Punycode."""
    star = "*." if pattern.startswith("*.") else ""
    name = pattern.removeprefix("*.")
    normal = normalise(f"http://[{name}]/" if ":" in name else f"http://{name}/")
    return star + (name.lower() if normal is None else host_of(normal))


def _host_and_path(url: str) -> tuple[str, str]:
    """Split a normalised URL. `urlsplit` takes longer, and this is done several times a link."""
    found = _URL.match(url)
    return ((found[1] or found[2]).removesuffix("."), found[3]) if found else ("", "")
