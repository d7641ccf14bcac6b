"""How git is run: so that nothing is run which a repository names.

A repository may be anybody's: what its configuration and attributes name is never run. Beside not asking for it, the
command line overrides what git itself would run: hooks, monitors of the file system, and transports for objects that a
partial clone lacks. What no option of git's prevents, filters, is for those to avoid who ask.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from dlt_crawler.errors import GitError

TIMEOUT = 60
"""Seconds for an answer. The history of one file, or the names in a whole tree: thousands of them take some."""
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
    # Blame reads them to name authors, and might wait for them: they are any files.
    "mailmap.file=",
    "mailmap.blob=",
    # The index that we write is gone a moment later: no part of it is to be left in the repository.
    "core.splitIndex=false",
    # Commits are signed by a program.
    "commit.gpgSign=false",
    "i18n.commitEncoding=utf-8",
    "user.useConfigOnly=true",
)
NOT_OURS = b"safe.directory"
"""In what git says, in all its versions, of a repository that belongs to another user."""
_IN_NO_WORK_TREE = (
    b"fatal: not a git repository (or any ",
    b"fatal: this operation must be run in a work tree",
    b"fatal: cannot use bare repository",
)
_NOTHING: Mapping[str, str] = {}


def run(
    directory: Path,
    *arguments: str,
    given: bytes | None = None,
    more: Mapping[str, str] = _NOTHING,
    timeout: float = TIMEOUT,
) -> bytes:
    """Return what git prints, run in `directory`. `given` is what it reads, `more` is added to its environment.

    `timeout` in seconds. Raises OSError, subprocess.CalledProcessError or subprocess.TimeoutExpired.
    """
    return subprocess.run(  # noqa: S603 (a list, and what is not ours stands behind "--" or cannot begin with a hyphen)
        _command(directory, arguments),
        env=_environment(more),
        input=given or b"",
        capture_output=True,
        timeout=timeout,
        check=True,
    ).stdout


def begin(directory: Path, *arguments: str, errors: BinaryIO) -> subprocess.Popen[bytes]:
    """Return a git that goes on reading and answering, run in `directory`; what it complains of goes to `errors`.

    Raises OSError.
    """
    return subprocess.Popen(  # noqa: S603 (as above)
        _command(directory, arguments),
        env=_environment(_NOTHING),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
    )


def ask(directory: Path, *arguments: str, given: bytes | None = None, more: Mapping[str, str] = _NOTHING) -> bytes:
    """Do the same; raises GitError with what git says."""
    try:
        return run(directory, *arguments, given=given, more=more)
    except subprocess.CalledProcessError as error:
        raise GitError(f"{directory}: {said(error)}") from error
    except subprocess.TimeoutExpired as error:
        raise GitError(f"{directory}: git takes more than {TIMEOUT} seconds") from error
    except (OSError, ValueError) as error:
        raise GitError(f"{directory}: git cannot be run: {error}") from error


def said(error: subprocess.CalledProcessError) -> str:
    """Return the line in which git says what is wrong, and what to do about an owner that it does not trust."""
    told: bytes = error.stderr
    lines = told.decode(errors="replace").splitlines()
    fatal = [line.removeprefix("fatal: ") for line in lines if line.startswith("fatal: ")]
    line = next(iter([*fatal, *lines]), f"exit status {error.returncode}")
    advice = " (git config --global --add safe.directory …)" if NOT_OURS in told else ""
    return f"git: {line}{advice}"


class WorkTrees:
    """The work trees that files lie in. Git is asked once a directory."""

    def __init__(self) -> None:
        self._of_directories: dict[Path, Path | None] = {}

    def of(self, path: Path) -> Path | None:
        """Return the root of the work tree of a file, as `work_tree` does."""
        if path.parent not in self._of_directories:
            self._of_directories[path.parent] = work_tree(path)
        return self._of_directories[path.parent]


def work_tree(path: Path) -> Path | None:
    """Return the root of the work tree that a file lies in; None where it is in none. `path` is resolved.

    Raises GitError where git cannot tell, and OSError where there is no git.
    """
    try:
        told = run(path.parent, "rev-parse", "--show-toplevel")
    except subprocess.CalledProcessError as error:
        if error.stderr.startswith(_IN_NO_WORK_TREE):
            return None
        raise GitError(f"{path}: {said(error)}") from error
    except (ValueError, subprocess.TimeoutExpired) as error:
        raise GitError(f"{path}: git cannot be asked: {error}") from error
    root = Path(os.fsdecode(told.removesuffix(b"\n")))
    # A repository may say that its work tree is somewhere else.
    return root if path.is_relative_to(root) else None


def _command(directory: Path, arguments: Sequence[str]) -> list[str]:
    options = [part for setting in _CONFIGURATION for part in ("-c", setting)]
    # The directory by -C: as that of the process, "." in PATH would be a place of the document's to run programs from.
    return ["git", "--no-pager", "--literal-pathspecs", *options, "-C", str(directory), *arguments]


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name in _KEPT}
    return {**kept, **_ENVIRONMENT, **more}
