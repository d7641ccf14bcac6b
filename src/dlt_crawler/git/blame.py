"""When the lines of a document were written, as the git repository says that it lies in.

Asked with `--no-textconv`, and of a commit and not of the work tree, which would pass through clean filters.
"""

from __future__ import annotations

import logging
import os
import re
import subprocess
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from dlt_crawler.errors import GitError
from dlt_crawler.git.running import NOT_OURS, TIMEOUT, run, said

log = logging.getLogger(__name__)

_NO_CONFIGURATION = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
"""Of the user and the system; that of the repository is read all the same."""
_LACKS_IGNORED = re.compile(b"fatal: (?:could not open object name list|invalid object name): ")
"""What git says of a file of `blame.ignoreRevsFile` that is not there, or holds something else. Many have set one for
all their repositories, and git gives up where it is missing; an empty value on the command line does not prevent that
(git 2.39, builtin/blame.c: they are all read, in the order of their names)."""
_OF_LINE = re.compile(rb"([0-9a-f]{40,64}) \d+ \d+(?: \d+)?")
_TIME = b"author-time "
_OLDEST = datetime(1991, 8, 6, tzinfo=UTC)
"""The first web page: a commit that claims to be older has a wrong clock, or none."""


@dataclass(frozen=True, slots=True)
class Blame:
    """When the lines were written that a document has in its latest commit."""

    lines: Mapping[bytes, datetime]
    """Line without its white space → author time, aware UTC; of equal ones the earliest."""

    def written(self, line: bytes) -> datetime | None:
        """Return when this line was written; None when it is not committed as it is, white space aside."""
        return self.lines.get(_key(line))


def blame(path: Path, timeout: float = TIMEOUT) -> Blame | None:
    """Return when the lines of a file were written, moved lines and changes of white space looked through (-M, -w).

    Those of a commit at which a shallow clone ends have none: it stands for all that came before it. None, with the
    reason in the debug log, when git knows nothing of the file: it is in no work tree, or not committed.

    Raises TimeoutError when git takes longer than `timeout` seconds, GitError when it cannot be asked for another
    reason; that is said aloud, once for each reason, where git would tell whoever mends its configuration.
    """
    try:
        told = _told(path, timeout)
        return Blame(_dates(told, _ends(path) if b"\nboundary\n" in told else frozenset()))
    except subprocess.CalledProcessError as error:
        complaint = error.stderr.strip()
        if NOT_OURS in complaint or _LACKS_IGNORED.search(complaint):
            _complain(complaint.partition(b"\n")[0].decode(errors="replace"), is_ownership=NOT_OURS in complaint)
        elif error.returncode > 0:
            log.debug("%s: git knows nothing of it: %r", path, complaint[:500])
            return None
        raise GitError(f"{path}: {said(error)}") from error
    except subprocess.TimeoutExpired as error:
        raise TimeoutError(f"{path}: git cannot be asked: {error}") from error
    except (OSError, ValueError) as error:
        raise GitError(f"{path}: git cannot be asked: {error}") from error


def _told(path: Path, timeout: float) -> bytes:
    """Return what git prints; raises what `subprocess.run` does."""
    try:
        return _blame(path, {}, timeout)
    except subprocess.CalledProcessError as error:
        if not _LACKS_IGNORED.search(error.stderr):
            raise
        try:
            return _blame(path, _NO_CONFIGURATION, timeout)
        except subprocess.CalledProcessError:
            # It may trust the owner of the repository no more: that was in what was left out.
            raise error from None


def _blame(path: Path, more: Mapping[str, str], timeout: float) -> bytes:
    place = path.resolve()
    told = ("blame", "--porcelain", "--no-textconv", "-w", "-M", "HEAD", "--", place.name)
    return run(place.parent, *told, more=more, timeout=timeout)


def _ends(path: Path) -> Collection[bytes]:
    """Return the commits whose parents a shallow clone lacks ("shallow" in gitrepository-layout(5)).

    Git calls the first commit of all a boundary as well.
    """
    place = path.resolve().parent
    file = place / os.fsdecode(run(place, "rev-parse", "--git-path", "shallow").removesuffix(b"\n"))
    return frozenset(file.read_bytes().split()) if file.exists() else frozenset()


@cache
def _complain(said: str, *, is_ownership: bool) -> None:
    """Say once in a process what git says of a repository: it would of each of its documents."""
    advice = "git config --global --add safe.directory …" if is_ownership else "git config blame.ignoreRevsFile"
    log.warning(
        "git does not say when links were written: %s. Until then it is when they were seen first (%s).",
        said.removeprefix("fatal: "),
        advice,
    )


def _dates(porcelain: bytes, ends: Collection[bytes]) -> Mapping[bytes, datetime]:
    """Return when each line was written, without those of commits at which the history ends.

    A line is told of by its commit, by what is to be known of that (the first time only), and, after a tab, itself.
    """
    commit = b""
    of_commits: dict[bytes, datetime] = {}
    lines: dict[bytes, datetime] = {}
    for told in porcelain.split(b"\n"):
        if told.startswith(b"\t"):
            if (at := of_commits.get(commit)) is not None:
                key = _key(told)
                lines[key] = min(at, lines.get(key, at))
        elif told.startswith(_TIME):
            if (written := _time(told.removeprefix(_TIME))) is not None and commit not in ends:
                of_commits[commit] = written
        elif (found := _OF_LINE.fullmatch(told)) is not None:
            commit = found[1]
    return lines


def _time(seconds: bytes) -> datetime | None:
    try:
        at = datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return at if at >= _OLDEST else None


def _key(line: bytes) -> bytes:
    """Return a line without white space: that is not looked at by -w, and line ends may be converted."""
    return b"".join(line.split())
