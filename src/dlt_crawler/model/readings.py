"""How a written link may be read, and which of its readings it is judged by. Reports and repairs agree by this."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dlt_crawler.model.documents import LinkKind, LinkOccurrence, Resource, SkipReason
from dlt_crawler.model.states import State
from dlt_crawler.model.verdicts import Verdict

_CHARACTER_REFERENCE = re.compile(r"&#?\w+;", re.ASCII)
_WENT_WRONG = frozenset({State.INVALID, State.DEAD, State.FAILING})


def has_gfm_reading(link: LinkOccurrence) -> bool:
    """Tell whether the other reading of a link is that of GitHub, which reads a bare URL on into the text behind it.

    GFM takes escapes in one as they are written, too: its reading is longer than ours. And it decodes character
    references in an autolink. Any other alternative says what may have been meant, and nobody reads it so.
    """
    if link.alternative is None:
        return False
    if link.kind is LinkKind.AUTOLINK:
        return _CHARACTER_REFERENCE.search(link.raw) is not None
    if link.kind is not LinkKind.BARE:
        return False
    return not isinstance(link.target, Resource) or len(link.alternative.url) > len(link.target.url)


def best_reading(link: LinkOccurrence, verdicts: Mapping[Resource, Verdict]) -> Resource | SkipReason:
    """Return the reading that a written link is judged by: its target, or, where that goes wrong, what GFM reads.

    Who clicks on such a URL at GitHub gets to GFM's reading: while that one may work, the link is not dead. One that
    fails and has never worked counts for nothing: mostly there is no such page, and servers refuse such addresses in
    many ways that prove nothing.
    """
    if link.alternative is None or not has_gfm_reading(link):
        return link.target
    if isinstance(link.target, Resource):
        goes_wrong = link.target in verdicts and verdicts[link.target].state in _WENT_WRONG
    else:
        goes_wrong = link.target is SkipReason.INVALID
    return link.alternative if goes_wrong and _may_work(verdicts.get(link.alternative)) else link.target


def _may_work(verdict: Verdict | None) -> bool:
    if verdict is None or verdict.state in (State.ALIVE, State.BLOCKED, State.UNCHECKED):
        return True
    return verdict.state is State.FAILING and verdict.last_ok is not None
