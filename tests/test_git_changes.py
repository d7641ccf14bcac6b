"""Whether a file has uncommitted changes: real repositories, and hostile ones that must not run anything."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dlt_crawler.errors import GitError
from dlt_crawler.git import Changes, blame
from tests.git_support import NOBODY, Repository, git, set_traps


def has_changes(path: Path) -> bool:
    return Changes([path]).has(path)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "repository")
    made.commit("2014-05-06", "one", "two")
    return made


def touched(repository: Repository) -> None:
    repository.document.write_bytes(repository.document.read_bytes())
    os.utime(repository.document, (1, 1))


def edited(repository: Repository) -> None:
    repository.document.write_text("one\ntwO\n")


def staged(repository: Repository) -> None:
    edited(repository)
    repository.git("add", "list.md")


def staged_and_put_back(repository: Repository) -> None:
    staged(repository)
    repository.document.write_text("one\ntwo\n")


def made_executable(repository: Repository) -> None:
    repository.document.chmod(0o755)


def forgotten(repository: Repository) -> None:
    repository.git("rm", "--quiet", "--cached", "list.md")


def announced(repository: Repository) -> None:
    repository.git("rm", "--quiet", "--cached", "list.md")
    repository.git("commit", "--quiet", "--message", "forget it")
    repository.git("add", "--intent-to-add", "list.md")


def in_conflict(repository: Repository) -> None:
    repository.git("checkout", "--quiet", "-b", "other")
    repository.commit("2015-01-01", "theirs")
    repository.git("checkout", "--quiet", "main")
    repository.commit("2015-01-01", "ours")
    with pytest.raises(subprocess.CalledProcessError):
        repository.git("merge", "other")


@pytest.mark.parametrize(
    ("meanwhile", "expected"),
    [
        (touched, False),
        (edited, True),
        (staged, True),
        (staged_and_put_back, True),
        (made_executable, True),
        (forgotten, True),
        (announced, True),
        (in_conflict, True),
    ],
)
def test_what_happened_to_a_file(
    repository: Repository, meanwhile: Callable[[Repository], None], expected: bool
) -> None:
    assert not has_changes(repository.document)
    meanwhile(repository)
    assert has_changes(repository.document) is expected


def test_only_this_file_counts(repository: Repository) -> None:
    (repository.root / "list.md.orig").write_text("new")
    (repository.root / "other.md").write_text("new")
    (repository.root / "new").mkdir()
    (repository.root / "new" / "list.md").write_text("new")
    assert not has_changes(repository.document)
    assert has_changes(repository.root / "other.md")
    assert has_changes(repository.root / "new" / "list.md")
    # However little of that people want to see.
    repository.git("config", "status.showUntrackedFiles", "no")
    assert has_changes(repository.root / "new" / "list.md")


def test_what_is_ignored_was_never_to_be_committed(repository: Repository, tmp_path: Path) -> None:
    (repository.root / ".gitignore").write_text("storage/\n*.tmp.md\nlist.md\n")
    (repository.root / "storage").mkdir()
    for name in ("storage/copy.md", "a.tmp.md"):
        (repository.root / name).write_text("new")
        assert not has_changes(repository.root / name)
    edited(repository)
    assert has_changes(repository.document), "it is committed all the same"


def test_where_there_is_no_work_tree_nothing_is_uncommitted(repository: Repository, tmp_path: Path) -> None:
    outside = tmp_path / "list.md"
    outside.write_text("new")
    (repository.root / ".git" / "list.md").write_text("new")
    bare = repository.clone(tmp_path / "bare", "--bare")
    (bare / "list.md").write_text("new")
    assert [has_changes(path) for path in (outside, repository.root / ".git" / "list.md", bare / "list.md")] == [
        False
    ] * 3
    repository.git("config", "core.worktree", str(tmp_path / "elsewhere"))
    assert not has_changes(repository.document), "its work tree is somewhere else"
    repository.git("--git-dir=.git", "config", "--unset", "core.worktree")
    edited(repository)
    assert has_changes(repository.document)


def test_without_git_nobody_can_tell_in_a_repository(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = repository.root / "deep" / "list.md"
    deep.parent.mkdir()
    linked = tmp_path / "linked" / "list.md"
    linked.parent.mkdir()
    (linked.parent / ".git").write_text("gitdir: elsewhere\n")
    outside = tmp_path / "list.md"
    monkeypatch.setenv("PATH", str(tmp_path))
    for path in (repository.document, deep, linked):
        with pytest.raises(GitError, match="git cannot be run"):
            has_changes(path)
    assert not has_changes(outside)


def test_before_the_first_commit_everything_is_new(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.document.write_text("new")
    assert has_changes(repository.document)
    repository.git("add", "list.md")
    assert has_changes(repository.document)


@pytest.mark.parametrize("options", [(), ("--object-format=sha256",)])
def test_documents_with_any_name(tmp_path: Path, options: tuple[str, ...]) -> None:
    names = [
        "a list.md",
        "理论/深度学习.md",
        "-list.md",
        "--all",
        ":(glob)*.md",
        ":!x",
        "a\nb.md",
        "q\"'\\$(x).md",
        "*.md",
    ]
    repository = Repository(tmp_path / "-r e p o", "list.md", *options)
    documents = [repository.root / name for name in names]
    for document in documents:
        document.parent.mkdir(exist_ok=True)
        document.write_text("one\n")
    repository.commit("2014-05-06", "one")
    for document in documents:
        assert not has_changes(document)
        document.write_text("two\n")
        assert has_changes(document)


def test_a_name_that_is_no_text(repository: Repository) -> None:
    path = Path(os.fsdecode(os.fsencode(repository.root) + b"/\xff.md"))
    path.write_text("new")
    assert has_changes(path)


@pytest.mark.parametrize(("autocrlf", "end"), [("true", "\r\n"), ("input", "\n"), ("false", "\r\n")])
def test_line_ends_that_git_converts_are_no_change(tmp_path: Path, autocrlf: str, end: str) -> None:
    repository = Repository(tmp_path)
    repository.git("config", "core.autocrlf", autocrlf)
    repository.commit("2014-05-06", "one", "two", end=end)
    os.utime(repository.document, (1, 1))
    assert not has_changes(repository.document)
    repository.document.write_bytes(b"one\ntwo\nthree" + end.encode())
    assert has_changes(repository.document)


def test_directories_links_and_worktrees(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = repository.root / "deep" / "er"
    deep.mkdir(parents=True)
    (deep / "list.md").write_text("one\n")
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "--message", "deep")
    repository.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "tree"))
    (tmp_path / "way in").symlink_to(deep)
    places = [tmp_path / "tree" / "deep" / "er" / "list.md", tmp_path / "way in" / "list.md"]
    monkeypatch.chdir(deep)
    assert [has_changes(path) for path in (*places, Path("list.md"))] == [False] * 3
    for path in places:
        path.write_text("two\n")
    assert [has_changes(path) for path in (*places, Path("list.md"))] == [True] * 3


def test_a_submodule_is_a_repository_of_its_own(repository: Repository, tmp_path: Path) -> None:
    part = Repository(tmp_path / "part")
    part.commit("2014-05-06", "one")
    repository.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(part.root), "part")
    document = repository.root / "part" / "list.md"
    assert not has_changes(document)
    document.write_text("two")
    assert has_changes(document)


@pytest.mark.parametrize("way", ["index", "hook"])
def test_the_environment_of_another_repository_does_not_count(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    other = Repository(tmp_path / "other")
    other.commit("2014-05-06", "other")
    if way == "hook":
        monkeypatch.setenv("GIT_DIR", str(other.root / ".git"))
        monkeypatch.setenv("GIT_WORK_TREE", str(other.root))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.root / ".git" / "index"))
    monkeypatch.setenv("GIT_LITERAL_PATHSPECS", "0")
    assert not has_changes(repository.document)
    edited(repository)
    assert has_changes(repository.document)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_of_somebody_elses_repository_git_tells_nothing(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, NOBODY[name])
    for path in (repository.root, repository.root / ".git"):
        os.chown(path, 4711, 4711)
    with pytest.raises(GitError, match=r"dubious ownership .*safe\.directory"):
        has_changes(repository.document)


@pytest.mark.parametrize("damage", ["index", "HEAD", "config"])
def test_of_a_damaged_repository_git_tells_nothing(repository: Repository, damage: str) -> None:
    (repository.root / ".git" / damage).write_bytes(b"[damaged\n")
    if damage == "HEAD":
        # To git, that is no repository at all.
        assert not has_changes(repository.document)
        return
    with pytest.raises(GitError, match="git: "):
        has_changes(repository.document)


def test_a_work_tree_whose_repository_is_gone_is_not_taken_for_none(repository: Repository, tmp_path: Path) -> None:
    git(repository.root, "worktree", "add", "--quiet", "--detach", str(tmp_path / "tree"))
    repository.root.rename(tmp_path / "moved")
    with pytest.raises(GitError, match="not a git repository"):
        has_changes(tmp_path / "tree" / "list.md")


def test_nothing_is_run_that_a_repository_names(repository: Repository, tmp_path: Path) -> None:
    other = repository.root / "other.txt"
    other.write_text("one")
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "--message", "other")
    ran = set_traps(repository, tmp_path, "*.txt")
    # So new that git has to look into them: their size and their times tell nothing.
    for path in (repository.document, other):
        path.write_bytes(path.read_bytes())
    os.utime(repository.root / ".git" / "index", (1, 1))
    assert not has_changes(repository.document)
    edited(repository)
    assert has_changes(repository.document)
    with pytest.raises(GitError, match="by a program \\('evil'\\), which is not run"):
        has_changes(other)
    assert ran() == ""


def test_a_directory_that_is_made_to_look_like_a_repository_is_none(repository: Repository) -> None:
    # As in a commit of somebody else's: its configuration would be read, and its index believed.
    bare = repository.clone(repository.root / "evil", "--bare")
    for name, value in (("core.bare", "false"), ("core.worktree", str(bare))):
        repository.git("config", "--file", str(bare / "config"), name, value)
    (bare / "list.md").write_text("new")
    assert not has_changes(bare / "list.md")
    assert blame(bare / "list.md") is None


def test_of_many_files_git_is_asked_little_more_than_of_each(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["list.md", *(f"{number}.md" for number in range(5)), "filtered.txt"]
    for name in names:
        (repository.root / name).write_text("one\n")
    repository.commit("2014-05-06", "one")
    (repository.root / ".gitattributes").write_text("*.txt filter=evil\n")
    (repository.root / "0.md").write_text("two\n")
    asked: list[str] = []
    run = subprocess.run

    def counted(command: list[str], **options: Any) -> subprocess.CompletedProcess[bytes]:
        asked.append(next(word for word in command if word in ("rev-parse", "check-attr", "status")))
        return run(command, **options)

    changes = Changes([repository.root / name for name in (*names, "gone.md")])
    with monkeypatch.context() as patched:
        patched.setattr(subprocess, "run", counted)
        assert [changes.has(repository.root / name) for name in names[:-1]] == [False, True, False, False, False, False]
        with pytest.raises(GitError, match="by a program"):
            changes.has(repository.root / "filtered.txt")
    assert sorted(asked) == ["check-attr", "rev-parse", *["status"] * 6]
    edited(repository)
    assert changes.has(repository.document), "each is looked at when it is asked about"


@pytest.mark.parametrize(
    "attribute",
    ["filter=evil", "filter=a=b", "filter=set", "filter=unset", "filter", "-filter", "!filter", "text ident"],
)
def test_a_file_that_a_program_filters(repository: Repository, tmp_path: Path, attribute: str) -> None:
    ran = tmp_path / "ran"
    for driver in ("evil", "a=b", "true", "set", "unset", "unspecified"):
        repository.git("config", f"filter.{driver}.clean", f"touch '{ran}'; cat")
        repository.git("config", f"filter.{driver}.required", "true")
    (repository.root / ".gitattributes").write_text(f"*.md {attribute}\n")
    os.utime(repository.root / ".git" / "index", (1, 1))
    edited(repository)
    if attribute in ("filter=evil", "filter=a=b"):
        with pytest.raises(GitError, match="which is not run"):
            has_changes(repository.document)
    else:
        assert has_changes(repository.document)
    assert not ran.exists()
