"""When the lines of a document were written, as the git repository says that it lies in. The only user of git.

A repository may be anybody's: what its configuration and attributes name is never run. Beside not asking for it
(`--no-textconv`, a commit and not the working tree, which would pass through clean filters) the command line overrides
what git itself would run: hooks, monitors of the file system, and transports for objects that a partial clone lacks.
"""

from __future__ import annotations

import logging
import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

log = logging.getLogger(__name__)

_TIMEOUT = 60
"""Seconds for the history of one file: lists with thousands of commits take some."""
_KEPT = frozenset({"GIT_CEILING_DIRECTORIES", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM", "GIT_CONFIG_SYSTEM",
                   "GIT_DISCOVERY_ACROSS_FILESYSTEM", "GIT_EXEC_PATH"})  # fmt: skip
"""What is kept of git's own environment. The rest names one repository, index or configuration, which a hook or
another program that has started us has set, and not that of the document."""
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",  # the name of no protocol: nothing is fetched, and no program asked to
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
_CONFIGURATION = (
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    "safe.bareRepository=explicit",
)
_OF_LINE = re.compile(rb"([0-9a-f]{40,64}) \d+ \d+(?: \d+)?")
_TIME = b"author-time "
_OLDEST = datetime(1991, 8, 6, tzinfo=UTC)
"""The first web page: a commit that claims to be older has a wrong clock, or none."""


@dataclass(frozen=True, slots=True)
class Blame:
    """When the lines were written that a document has in its latest commit.

    A commit at which a shallow clone ends stands for all that came before it: then it is not later than that.
    """

    lines: Mapping[bytes, datetime]
    """Line without its white space → author time, aware UTC; of equal ones the earliest."""

    def written(self, line: bytes) -> datetime | None:
        """Return when this line was written; None when it is not committed as it is, white space aside."""
        return self.lines.get(_key(line))


def blame(path: Path) -> Blame | None:
    """Return when the lines of a file were written, moved lines and changes of white space looked through (-M, -w).

    None, with the reason in the debug log, when nobody can tell: it is in no work tree, not committed, or the
    repository is somebody else's (safe.directory); there is no git, or it takes over a minute.
    """
    place = path.resolve()
    options = [part for setting in _CONFIGURATION for part in ("-c", setting)]
    # The directory by -C: as that of the process, "." in PATH would be a place of the document's to run programs from.
    command = ["git", "--no-pager", *options, "-C", str(place.parent), "blame",
               "--porcelain", "--no-textconv", "-w", "-M", "HEAD", "--", place.name]  # fmt: skip
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name in _KEPT}
    environment = kept | _ENVIRONMENT
    try:
        done = subprocess.run(  # noqa: S603 (a list, and the path behind "--")
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=_TIMEOUT, check=True
        )
    except subprocess.CalledProcessError as error:
        log.debug("%s: git knows nothing of it: %r", path, error.stderr.strip()[:500])
        return None
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        log.debug("%s: git cannot be asked: %s", path, error)
        return None
    return Blame(_dates(done.stdout))


def _dates(porcelain: bytes) -> Mapping[bytes, datetime]:
    """Return when each line was written.

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
            if (written := _time(told.removeprefix(_TIME))) is not None:
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
