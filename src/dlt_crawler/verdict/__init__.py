"""From the history of a resource to a judgement: a pure function of (checks, policy, now).

The rules are the table of DESIGN.md, section 2. Evidence is ordered by what it proves: a page that the server says is
gone proves more than a name that does not resolve, and that more than a server in trouble (`evidence`). Each rule
counts its own evidence and all stronger evidence (`proof`), so that a link which fails in changing ways is judged by
the slowest rule it needs, and never sooner than any single rule allows. `history` replays the checks, `moves` says
where a link has moved for good, `returns` since when one lives again, `deaths` what is done when too many would die at
once.
"""

from dlt_crawler.verdict.deaths import WEEK, held, too_many_deaths
from dlt_crawler.verdict.evidence import FAILURES, SLOW, WORTH_A_SECOND_LOOK, digest, strength_of
from dlt_crawler.verdict.history import CLOCK_TOLERANCE, counted, judge, standings
from dlt_crawler.verdict.moves import Move, permanent_address, permanent_move, secure_twin
from dlt_crawler.verdict.proof import LONGEST_PAUSE
from dlt_crawler.verdict.returns import lives_again

__all__ = [
    "CLOCK_TOLERANCE",
    "FAILURES",
    "LONGEST_PAUSE",
    "SLOW",
    "WEEK",
    "WORTH_A_SECOND_LOOK",
    "Move",
    "counted",
    "digest",
    "held",
    "judge",
    "lives_again",
    "permanent_address",
    "permanent_move",
    "secure_twin",
    "standings",
    "strength_of",
    "too_many_deaths",
]
