"""When lines were written, as git says: real repositories, and hostile ones that must not run anything."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dlt_crawler.errors import GitError
from dlt_crawler.git import Blame, blame
from tests.git_support import Repository, git, program, set_traps


def days(known: Blame, *lines: str) -> list[str | None]:
    return [at and f"{at:%Y-%m-%d}" for at in (known.written(line.encode()) for line in lines)]


def days_of(repository: Repository, *lines: str) -> list[str | None]:
    """When git says that these lines were written, as days."""
    known = blame(repository.document)
    assert known is not None
    return days(known, *lines)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repository")


def link(number: int, more: str = "") -> str:
    return f"- [A paper](https://papers.example/{number}){more}"


def test_a_line_was_written_when_its_author_says(repository: Repository) -> None:
    repository.commit("2014-05-06", link(1))
    repository.commit("2016-01-02", link(1), link(2))
    repository.commit("2019-03-04", link(0), link(1), link(2, " in another place"))
    known = blame(repository.document)
    assert known is not None
    assert known.written(link(1).encode()) == datetime(2014, 5, 6, 12, tzinfo=UTC)
    assert days(known, link(0), link(2, " in another place"), link(2)) == ["2019-03-04", "2019-03-04", None]


def test_what_was_moved_or_indented_is_as_old_as_it_was(repository: Repository) -> None:
    lines = [link(number, " with a long enough text that git knows it again") for number in range(6)]
    repository.commit("2014-05-06", *lines)
    repository.commit("2020-01-01", *reversed(lines), "# New")
    repository.commit("2021-01-01", *(f"  {line}" for line in lines[3:]), "# New", *lines[:3])
    assert days_of(repository, *lines) == ["2014-05-06"] * 6
    assert days_of(repository, "# New") == ["2020-01-01"]


def test_a_renamed_document_is_as_old_as_it_was(repository: Repository) -> None:
    lines = [link(number) for number in range(9)]
    repository.commit("2014-05-06", *lines)
    repository.git("mv", "list.md", "other.md")
    repository.git("commit", "--quiet", "--message", "Rename", GIT_AUTHOR_DATE="2020-01-01T12:00:00+0000")
    repository.document = repository.root / "other.md"
    assert days_of(repository, *lines) == ["2014-05-06"] * 9


def test_what_is_not_committed_as_it_is_has_no_date(repository: Repository) -> None:
    repository.commit("2014-05-06", link(1), link(2), link(3))
    repository.document.write_text("\n".join([link(0), link(1), link(2, " changed"), "\t" + link(3)]))
    assert days_of(repository, link(0), link(1), link(2, " changed"), "\t" + link(3)) == [
        None,
        "2014-05-06",
        None,
        "2014-05-06",
    ]


def test_of_equal_lines_the_earliest_counts(repository: Repository) -> None:
    # So short that git does not take one for a copy of the other.
    for before, after in (([], ["in between", "- a.b"]), (["- a.b", "in between"], [])):
        repository.commit("2014-05-06", "- a.b", "# More")
        repository.commit("2016-01-02", *before, "- a.b", "# More", *after)
        assert days_of(repository, "- a.b") == ["2014-05-06"]
        repository.commit("2018-01-01", "all new")


def test_commits_that_only_format_are_looked_through_where_the_repository_says_so(repository: Repository) -> None:
    repository.commit("2014-05-06", link(1), link(2))
    repository.commit("2020-01-01", link(1).replace("- ", "* "), link(2).replace("- ", "* "))
    (repository.root / "ignored").write_text(repository.git("rev-parse", "HEAD"))
    assert days_of(repository, link(1).replace("- ", "* ")) == ["2020-01-01"]
    repository.git("config", "blame.ignoreRevsFile", "ignored")
    assert days_of(repository, link(1).replace("- ", "* ")) == ["2014-05-06"]


def test_a_file_of_ignored_commits_that_is_not_there_takes_no_dates_away(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    repository.commit("2014-05-06", link(1))
    settings = tmp_path / "settings of the user"
    settings.write_text("[blame]\n\tignoreRevsFile = .git-blame-ignore-revs\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    assert days_of(repository, link(1)) == ["2014-05-06"]
    (repository.root / ".git-blame-ignore-revs").write_text("no commit\n")
    assert days_of(repository, link(1)) == ["2014-05-06"]
    assert caplog.messages == []
    # In the repository's own settings nothing can be done about it, but to say so.
    repository.git("config", "blame.ignoreRevsFile", "nowhere")
    (repository.root / ".git-blame-ignore-revs").unlink()
    for _ in range(2):
        with pytest.raises(GitError):
            blame(repository.document)
    (said,) = caplog.messages
    assert "could not open object name list" in said
    assert "git config blame.ignoreRevsFile" in said


def test_nothing_is_read_that_names_authors(repository: Repository, tmp_path: Path) -> None:
    repository.commit("2014-05-06", link(1))
    endless = tmp_path / "mailmap"
    os.mkfifo(endless)
    repository.git("config", "mailmap.file", str(endless))
    assert days_of(repository, link(1)) == ["2014-05-06"]


@pytest.mark.parametrize("autocrlf", ["false", "true", "input"])
def test_line_ends_of_windows(repository: Repository, autocrlf: str) -> None:
    repository.commit("2014-05-06", link(1), end="\r\n")
    repository.commit("2016-01-02", link(1), link(2), end="\r\n")
    repository.git("config", "core.autocrlf", autocrlf)
    assert days_of(repository, link(1) + "\r", link(2) + "\r") == ["2014-05-06", "2016-01-02"]


def test_where_a_shallow_clone_ends_there_are_no_dates(repository: Repository, tmp_path: Path) -> None:
    repository.commit("2014-05-06", link(1))
    repository.commit("2016-01-02", link(1), link(2))
    repository.commit("2018-01-02", link(1), link(2), link(3))
    for depth, dates in (
        (1, [None, None, None]),
        (2, [None, None, "2018-01-02"]),
        (4, ["2014-05-06", "2016-01-02", "2018-01-02"]),
    ):
        known = blame(repository.clone(tmp_path / f"clone {depth}", f"--depth={depth}") / "list.md")
        assert known is not None
        assert days(known, link(1), link(2), link(3)) == dates


@pytest.mark.parametrize("day", ["1970-01-02", "1980-01-01"])
def test_a_commit_older_than_the_web_says_nothing(repository: Repository, day: str) -> None:
    repository.commit(day, link(1))
    repository.commit("2016-01-02", link(1), link(2))
    assert days_of(repository, link(1), link(2)) == [None, "2016-01-02"]


@pytest.mark.parametrize(
    "name",
    [
        "a list.md",
        "理论/深度学习 理论.md",
        "-list.md",
        "--output=x.md",
        "-C/list.md",
        ":(glob)*.md",
        "HEAD",
        "a\nb.md",
        "quote\"'$(touch x).md",
        "*.md",
    ],
)
def test_documents_with_any_name(tmp_path: Path, name: str) -> None:
    repository = Repository(tmp_path / "-r e p o", name)
    repository.commit("2014-05-06", link(1))
    assert days_of(repository, link(1)) == ["2014-05-06"]
    assert list(tmp_path.iterdir()) == [tmp_path / "-r e p o"]


def test_a_relative_path_is_one_from_where_we_are(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repository.commit("2014-05-06", link(1))
    monkeypatch.chdir(repository.root)
    known = blame(Path("list.md"))
    assert known is not None
    assert days(known, link(1)) == ["2014-05-06"]


def test_the_repository_is_the_innermost(repository: Repository) -> None:
    inner = Repository(repository.root / "vendored")
    inner.commit("2014-05-06", link(1))
    repository.commit("2020-01-01", link(1))
    assert days_of(inner, link(1)) == ["2014-05-06"]


def test_a_submodule_has_a_history_of_its_own(repository: Repository, tmp_path: Path) -> None:
    part = Repository(tmp_path / "part")
    part.commit("2014-05-06", link(1))
    repository.commit("2020-01-01", link(1))
    repository.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(part.root), "part")
    known = blame(repository.root / "part" / "list.md")
    assert known is not None
    assert days(known, link(1)) == ["2014-05-06"]


def test_a_linked_document_lies_where_it_leads_to(repository: Repository, tmp_path: Path) -> None:
    repository.commit("2014-05-06", link(1))
    (tmp_path / "linked.md").symlink_to(repository.document)
    known = blame(tmp_path / "linked.md")
    assert known is not None
    assert days(known, link(1)) == ["2014-05-06"]


# ── Where nobody can tell ───────────────────────────────────────────────────────────────────────────────────────────


def test_without_a_commit_of_it_there_is_no_date(
    repository: Repository, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text(link(1))
    assert blame(outside) is None
    repository.document.write_text(link(1))
    assert blame(repository.document) is None, "a repository without commits"
    repository.commit("2014-05-06", link(1))
    untracked = repository.root / "untracked.md"
    untracked.write_text(link(1))
    repository.git("rm", "--quiet", "--cached", "list.md")
    repository.git("commit", "--quiet", "--message", "Forget it")
    assert [blame(path) for path in (untracked, repository.document, repository.root / "no" / "where.md")] == [None] * 3
    assert caplog.messages == []


def test_that_git_cannot_be_asked_is_no_answer(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    repository.commit("2014-05-06", link(1))
    monkeypatch.setenv("PATH", str(repository.root))
    with pytest.raises(GitError, match="git cannot be asked"):
        blame(repository.document)
    program(tmp_path / "bin" / "git", "kill -9 $$")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    with pytest.raises(GitError, match="exit status -9"):
        blame(repository.document)
    assert caplog.messages == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_the_repository_of_somebody_else_is_not_believed(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    repository.commit("2014-05-06", link(1))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    for path in (repository.root, repository.root / ".git"):
        os.chown(path, 4711, 4711)
    for _ in range(2):
        with pytest.raises(GitError):
            blame(repository.document)
    (said,) = caplog.messages
    assert f"dubious ownership in repository at '{repository.root}'" in said
    assert "safe.directory" in said


def test_one_that_takes_for_ever_is_given_up(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit("2014-05-06", link(1))
    program(tmp_path / "bin" / "git", "exec sleep 60")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    with pytest.raises(TimeoutError):
        blame(repository.document, timeout=0.1)


# ── Whose repository it is, and what it would like to run ───────────────────────────────────────────────────────────


def test_the_environment_of_another_repository_does_not_count(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As in a hook of another repository that starts us.
    other = Repository(tmp_path / "other")
    other.commit("2020-01-01", link(1))
    repository.commit("2014-05-06", link(1))
    monkeypatch.setenv("GIT_DIR", str(other.root / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.root))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.root / ".git" / "index"))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.worktree")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", str(tmp_path))
    assert days_of(repository, link(1)) == ["2014-05-06"]


def test_nothing_is_run_that_a_repository_names(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.commit("2014-05-06", link(1))
    repository.commit("2016-01-02", link(1), link(2))
    ran = set_traps(repository, tmp_path)
    # Anything in the document's directory that is called git, with "." in PATH.
    program(repository.root / "git", f'echo "$0" >> "{tmp_path / "ran"}"')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f".:{os.environ['PATH']}")
    repository.document.write_text("\n".join([link(1), link(2), link(3)]))
    assert days_of(repository, link(1), link(2), link(3)) == ["2014-05-06", "2016-01-02", None]
    assert ran() == ""


def test_what_a_partial_clone_lacks_is_not_fetched(repository: Repository, tmp_path: Path) -> None:
    repository.commit("2014-05-06", link(1))
    repository.commit("2016-01-02", link(1), link(2))
    ran = tmp_path / "ran"
    trap = program(tmp_path / "trap", f'echo "$*" >> "{ran}"')
    repository.git("config", "uploadpack.allowFilter", "true")
    clone = repository.clone(tmp_path / "clone", "--filter=blob:none")
    for remote in ("ssh://a.example/x", f"ext::{trap} x", str(repository.root)):
        for setting in (
            ("remote.origin.url", remote),
            ("remote.origin.uploadpack", str(trap)),
            ("core.sshCommand", str(trap)),
            ("protocol.allow", "always"),
            ("protocol.ext.allow", "always"),
        ):
            git(clone, "config", *setting)
        assert blame(clone / "list.md") is None, "the older text of the document is not there"
        assert not ran.exists(), ran.read_text()
