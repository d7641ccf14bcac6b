"""What repairs rest on: histories of links, where they have moved, and the sentences that say so."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from dlt_crawler.model import Check, NoSnapshotReason, Resource, Snapshot, State, Verdict
from dlt_crawler.pipeline.job import Job
from dlt_crawler.verdict import Move, counted, permanent_move, secure_twin

Histories = Callable[[Collection[Resource]], Mapping[Resource, Sequence[Check]]]
"""Returns the checks of resources, oldest first, that speak for what is written into documents."""

NO_ANSWER = "no archive has answered yet (dlt-crawl resolve asks them)"
WHY_NONE = {
    NoSnapshotReason.NEVER_ARCHIVED: "no archive has a copy of it",
    NoSnapshotReason.EXCLUDED: "the archive withholds what it may have of it",
    NoSnapshotReason.ONLY_BAD_CAPTURES: "no copy of it is any good",
    NoSnapshotReason.PRIVATE: "no archive was asked, because its address looks private",
}
"""Why there is no snapshot of a dead link."""
VALIDATIONS = {
    "playback": "The snapshot of {date} was played back",
    "visit": "The archive saw it on {date}",
    "live": "The page was seen to live on {date}",
}
"""How a snapshot was validated (`Snapshot.validated`)."""


def histories_of(job: Job) -> Histories:
    """Return how histories are looked up: one query each time, and none for no resources.

    Left out is what was seen in runs that are not trusted: it may have been a captive portal that answered.
    """
    now, distrusted = job.now, job.store.distrusted_runs()

    def histories(wanted: Collection[Resource]) -> Mapping[Resource, Sequence[Check]]:
        found = job.store.histories_of(wanted) if wanted else {}
        return {
            resource: [check for check in counted(checks, now, distrusted) if check.run not in distrusted]
            for resource, checks in found.items()
        }

    return histories


def moves(verdicts: Mapping[Resource, Verdict], histories: Histories) -> Mapping[Resource, Move]:
    """Return where living links have moved for good; by `https:`, too, where both links are known and show one page."""
    alive = {resource for resource, judged in verdicts.items() if judged.state is State.ALIVE and not judged.recovering}
    moved = [resource for resource in alive if verdicts[resource].moved_to is not None]
    twins = {
        resource: twin
        for resource in alive.difference(moved)
        if resource.url.startswith("http:") and (twin := Resource(f"https{resource.url[4:]}")) in alive
    }
    checks = histories(frozenset((*moved, *twins, *twins.values())))
    found = {resource: permanent_move(checks.get(resource, ())) for resource in moved}
    found |= {plain: secure_twin(checks.get(plain, ()), checks.get(twin, ())) for plain, twin in twins.items()}
    return {resource: move for resource, move in found.items() if move is not None}


def evidence_of(judged: Verdict, snapshot: Snapshot) -> str:
    """Return why a link is replaced, and by what: two or three sentences, without the last full stop."""
    date = f"{snapshot.timestamp[:4]}-{snapshot.timestamp[4:6]}-{snapshot.timestamp[6:8]}"
    shown = VALIDATIONS.get(snapshot.validated, "The snapshot is of {date}").format(date=date)
    return ". ".join(filter(None, (judged.reason.rstrip("."), shown, snapshot.evidence.rstrip("."))))
