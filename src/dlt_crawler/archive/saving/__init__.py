"""Save Page Now 2: asking the Wayback Machine to capture living pages, and hearing what became of that."""

from dlt_crawler.archive.saving.account import Account, keys_of
from dlt_crawler.archive.saving.jobs import Accepted, Captured, Recent, SavePageNow, Submission, Unanswered, moment_of
from dlt_crawler.archive.saving.refusals import Concern, Refused

__all__ = [
    "Accepted",
    "Account",
    "Captured",
    "Concern",
    "Recent",
    "Refused",
    "SavePageNow",
    "Submission",
    "Unanswered",
    "keys_of",
    "moment_of",
]
