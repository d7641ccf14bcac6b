"""What the script of the page says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dlt_crawler.language import _, chosen, ngettext


def words() -> Mapping[str, str | Sequence[str]]:
    """Return each message by the name that the script has for it; those that count: for one and for many."""
    return {
        "language": chosen().replace("_", "-"),
        "results": _counting("{number} link", "{number} links"),
        "resultsOf": _("{number} of {total} links"),
        "noResults": _("No link is like that."),
        "shown": _("{shown} of {number} shown"),
        "showMore": _("Show {number} more"),
        "showAll": _("Show all {number}"),
        "printed": _("Printed: the first {shown} of {number} links."),
        "open": _("Details of {link}"),
        "more": _counting("and {number} more place", "and {number} more places"),
        "reason": _("Reason"),
        "abstract": _("Abstract"),
        "places": _("Written in"),
        "history": _("History"),
        "failingSince": _("failing since"),
        "checks": _counting("{number} check", "{number} checks"),
        "firstSeen": _("known since {day}"),
        "lastChecked": _("last checked {time} UTC"),
        "lastWorked": _("last seen working {day}"),
        "neverWorked": _("never seen working"),
        "writtenOn": _("written {day}"),
        "status": _("last status {status}"),
        "noHistory": _("No night is on record."),
        "nightsOf": _("{first} to {last}"),
        "night": _("{time}: {what}"),
        "colon": _(": "),
        "chartAt": _("{day}: {figures}"),
        "showHosts": _("Show all {number} hosts"),
        "fewerHosts": _("Show fewer hosts"),
    }


def _counting(one: str, many: str) -> Sequence[str]:
    # Both forms as they are; neither of our languages has a third.
    return [ngettext(one, many, 1), ngettext(one, many, 2)]
