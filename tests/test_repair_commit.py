"""`repair --commit`: what the latest commit holds is repaired, on a branch of its own, and all else stays as it is."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dlt_crawler import pipeline
from dlt_crawler.config import Settings
from dlt_crawler.errors import ConfigError, GitError
from dlt_crawler.git import Blobs
from dlt_crawler.model import Ending, Resource, Snapshot, State, Verdict
from dlt_crawler.pipeline import Choice, Committed, Job
from dlt_crawler.report import Format, render
from tests.git_support import NOBODY, Repository, git, set_traps
from tests.resolve_support import Onlooker

NOW = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
DEAD = "http://gone.example/paper.pdf"
COPY = f"https://web.archive.org/web/20140506070809/{DEAD}"
LIST = ("# List", "", f"- [A paper]({DEAD})", "- [Alive](https://alive.example/)")
REPAIRED = "\n".join(LIST).replace(DEAD, COPY) + "\n"


@dataclass
class Maintainer:
    """Somebody with lists in repositories, and a database that knows a dead link and its snapshot."""

    directory: Path
    onlooker: Onlooker = field(default_factory=Onlooker)

    @contextmanager
    def job(self) -> Iterator[Job]:
        settings = Settings(
            sources=(), database=f"sqlite:///{self.directory}/storage/db", storage=self.directory / "storage"
        )
        with pipeline.open_job(settings, "test", self.onlooker) as job:
            yield replace(job, clock=lambda: NOW)

    def begin(self) -> None:
        with self.job() as job:
            job.store.begin_run(NOW)
            snapshot = Snapshot(DEAD, "20140506070809", COPY, 200, "playback")
            job.store.save_verdicts([(Resource(DEAD), Verdict(State.DEAD, "gone: 404 twice"), None)], run=None, now=NOW)
            job.store.save_answer(Resource(DEAD), snapshot, now=NOW)

    def commit(self, *paths: Path, branch: str | None = None) -> Committed:
        with self.job() as job:
            return pipeline.commit(job, [str(path) for path in paths], Choice(), branch=branch)

    def log(self) -> list[str]:
        """Where the log says that something was written."""
        with self.job() as job:
            run = job.store.last_run()
            assert run is not None
            return [each.written_to for each in job.store.repairs.of_run(run.id)]


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of somebody who has just begun, to be copied: a database takes its time to make."""
    directory = tmp_path_factory.mktemp("begun")
    Maintainer(directory).begin()
    return directory


@pytest.fixture
def maintainer(begun: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Maintainer:
    for name, value in NOBODY.items():
        monkeypatch.setenv(name, value)
    return Maintainer(Path(shutil.copytree(begun, tmp_path / "state")))


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "repository")
    made.commit("2014-05-06", *LIST)
    return made


def hashed(repository: Repository, data: bytes) -> str:
    """Store a blob, and return its id."""
    command = ["git", "-C", str(repository.root), "hash-object", "-w", "--no-filters", "--stdin"]
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout.decode().strip()


def changed(root: Path, branch: str = "dlt-crawl/repair-1") -> str:
    """What a branch changes, as git says it."""
    return git(root, "diff", "--raw", "--no-abbrev", "-z", "HEAD", branch)


def state(root: Path) -> tuple[str, ...]:
    """All that a commit beside it should leave as it is."""
    index = Path(git(root, "rev-parse", "--git-path", "index").strip())
    head = git(root, "rev-parse", "HEAD")
    files = [f"{path} {path.lstat().st_mode} {path.lstat().st_mtime_ns}" for path in sorted(root.rglob("*"))
             if ".git" not in path.relative_to(root).parts]  # fmt: skip
    return (head, git(root, "status", "--porcelain"), str((root / index).read_bytes()), *files)


def test_a_commit_on_a_branch_of_its_own(maintainer: Maintainer, repository: Repository) -> None:
    before = state(repository.root)
    made = maintainer.commit(repository.root)
    assert (made.branch, made.existing) == ("dlt-crawl/repair-1", False)
    assert repository.git("rev-parse", "dlt-crawl/repair-1").strip() == made.commit
    assert repository.git("show", "dlt-crawl/repair-1:list.md") == REPAIRED
    assert repository.git("rev-parse", "dlt-crawl/repair-1^@") == repository.git("rev-parse", "main")
    assert repository.git("rev-parse", "--abbrev-ref", "HEAD").strip() == "main"
    assert state(repository.root) == before
    assert repository.git("fsck", "--strict") == ""
    assert maintainer.log() == ["dlt-crawl/repair-1:list.md"]
    told = repository.git("log", "-1", "--format=%an <%ae> %cn <%ce> %aI%n%B", "dlt-crawl/repair-1")
    assert re.fullmatch(
        r"A <a@a\.example> C <c@c\.example> 2026-11-22T02:30:00\+00:00\n"
        r"Repair 1 dead link in 1 document\n\n"
        rf"\* list\.md:3\n  old: {re.escape(DEAD)}\n  new: {re.escape(COPY)}\n  why: [Gg]one: 404 twice.*\n\n"
        r"Found by dlt-crawl, run 1\.\n\n",
        told,
        re.DOTALL,
    ), told


def test_the_report_describes_what_was_committed_as_long_as_nobody_takes_it_back(
    maintainer: Maintainer, repository: Repository
) -> None:
    maintainer.commit(repository.root)
    with maintainer.job() as job:
        assert f"| `list.md:3` | <{DEAD}> | <{COPY}> |" in render(
            pipeline.report_of(job, Format.MARKDOWN), Format.MARKDOWN
        )
        assert pipeline.report_of(job, Format.JSON).repairs == (), "only that one tells of them"
        (logged,) = job.store.repairs.of(str(repository.document))
        job.store.repairs.keep([replace(logged, stood=NOW, ended=NOW, ending=Ending.REVERTED)])
        assert DEAD not in render(pipeline.report_of(job, Format.MARKDOWN), Format.MARKDOWN)


def test_a_branch_that_is_made_once_more_is_described_as_it_is_now(
    maintainer: Maintainer, repository: Repository
) -> None:
    maintainer.commit(repository.root, branch="fix")
    repository.git("branch", "-D", "fix")
    repository.commit("2015-01-01", *LIST, f"- [Again]({DEAD})")
    with maintainer.job() as job:
        job.store.begin_run(NOW + timedelta(days=1))
    maintainer.commit(repository.root, branch="fix")
    with maintainer.job() as job:
        told = render(pipeline.report_of(job, Format.MARKDOWN), Format.MARKDOWN)
    assert [line.split("`")[1] for line in told.splitlines() if line.startswith("| `")] == ["list.md:3", "list.md:5"]


def test_the_second_time_it_says_that_it_is_there(maintainer: Maintainer, repository: Repository) -> None:
    first = maintainer.commit(repository.root)
    second = maintainer.commit(repository.root)
    assert (second.commit, second.existing) == (first.commit, True)
    assert maintainer.log() == ["dlt-crawl/repair-1:list.md"]


def test_a_branch_with_something_else_is_never_moved(maintainer: Maintainer, repository: Repository) -> None:
    repository.git("branch", "dlt-crawl/repair-1")
    with pytest.raises(GitError, match="--branch"):
        maintainer.commit(repository.root)
    assert repository.git("rev-parse", "dlt-crawl/repair-1") == repository.git("rev-parse", "main")
    assert maintainer.log() == []
    assert maintainer.commit(repository.root, branch="another/name").branch == "another/name"
    # What was committed since would be taken back by it.
    repository.commit("2015-01-01", *LIST, "more")
    with pytest.raises(GitError, match="--branch"):
        maintainer.commit(repository.root, branch="another/name")


def test_names_that_no_branch_can_have(maintainer: Maintainer, repository: Repository) -> None:
    with maintainer.job() as job:
        for name in ["-b", "HEAD", "a..b", "a b", "a~1", "a:b", "x.lock", "@{-1}", "ends/", "\n", "a\0b"]:
            with pytest.raises(GitError, match="is no name that git lets a branch have"):
                pipeline.commit(job, [str(repository.root)], Choice(), branch=name)


def test_a_branch_that_is_in_the_way(maintainer: Maintainer, repository: Repository) -> None:
    repository.git("branch", "dlt-crawl")
    with pytest.raises(GitError, match="cannot lock ref 'refs/heads/dlt-crawl/repair-1'"):
        maintainer.commit(repository.root)


def test_of_two_at_once_one_makes_the_branch(
    maintainer: Maintainer, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Somebody else makes it after we have looked.
    monkeypatch.setattr("dlt_crawler.git.branch", lambda _root, _name: None)
    repository.git("branch", "mine")
    with pytest.raises(GitError, match="cannot lock ref 'refs/heads/mine'"):
        maintainer.commit(repository.root, branch="mine")
    assert repository.git("rev-parse", "mine") == repository.git("rev-parse", "main")


def test_what_is_not_committed_is_neither_repaired_nor_lost(maintainer: Maintainer, repository: Repository) -> None:
    repository.document.write_text(f"# Staged\n\n{DEAD}\n")
    repository.git("add", "list.md")
    repository.document.write_text(f"# Edited\n\n{DEAD}\n")
    (repository.root / "new.md").write_text(f"{DEAD}\n")
    before = state(repository.root)
    made = maintainer.commit(repository.root)
    assert changed(repository.root).count("list.md") == 1
    assert repository.git("show", f"{made.branch}:list.md") == REPAIRED
    assert "new.md" not in changed(repository.root)
    assert state(repository.root) == before
    assert any("new.md" in said and "passed over" in said for said in maintainer.onlooker.said)


def test_a_repair_that_is_not_committed_yet_is_no_refusal(maintainer: Maintainer, repository: Repository) -> None:
    with maintainer.job() as job:
        list(pipeline.repair(job, [str(repository.document)], pipeline.in_place, Choice()))
    assert repository.document.read_text() == REPAIRED
    assert repository.git("show", f"{maintainer.commit(repository.document).branch}:list.md") == REPAIRED
    with maintainer.job() as job:
        (logged, _committed) = job.store.repairs.of(str(repository.document))
    assert (logged.ended, logged.ending) == (None, None)


def test_nothing_to_commit(maintainer: Maintainer, repository: Repository) -> None:
    repository.git("checkout", "--quiet", "--detach", str(maintainer.commit(repository.root).commit))
    made = maintainer.commit(repository.root, branch="again")
    assert (made.commit, made.existing, len(made.repaired)) == (None, False, 1)
    assert "again" not in repository.git("branch")


@pytest.mark.parametrize("options", [(), ("--object-format=sha256",)])
def test_documents_with_any_name(maintainer: Maintainer, tmp_path: Path, options: tuple[str, ...]) -> None:
    names = [
        "a list.md",
        "理论/深度学习.md",
        "-list.md",
        "--help",
        "a\nb.md",
        "q\"'\\$(x).md",
        "*.md",
        ":(glob)x",
        "a\tb.md",
    ]
    repository = Repository(tmp_path / "-r e p o", "list.md", *options)
    for name in names:
        (repository.root / name).parent.mkdir(exist_ok=True)
        (repository.root / name).write_text("\n".join(LIST) + "\n")
    repository.commit("2014-05-06", "nothing")
    maintainer.commit(*(repository.root / name for name in names))
    assert sorted(changed(repository.root).split("\0")[1::2]) == sorted(names)
    assert {repository.git("show", f"dlt-crawl/repair-1:{name}") for name in names} == {REPAIRED}


def test_modes_stay_and_what_is_no_regular_file_is_passed_over(maintainer: Maintainer, repository: Repository) -> None:
    repository.document.chmod(0o755)
    (repository.root / "link.md").symlink_to("list.md")
    repository.commit("2014-05-06", *LIST)
    part = Repository(repository.root.parent / "part")
    part.commit("2014-05-06", *LIST)
    repository.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(part.root), "part")
    repository.git("commit", "--quiet", "--message", "part")
    maintainer.commit(repository.root, repository.root / "part" / "list.md")
    told = changed(repository.root)
    assert told.startswith(":100755 100755 ")
    assert told.count(":") == 1
    assert any("part/list.md" in said for said in maintainer.onlooker.said)
    # Named alone it is a repository like any other.
    assert maintainer.commit(repository.root / "part" / "list.md", branch="own").commit is not None
    assert "own" not in repository.git("branch")


def test_repositories_side_by_side_or_one_in_another_are_several(
    maintainer: Maintainer, repository: Repository, tmp_path: Path
) -> None:
    beside = Repository(tmp_path / "beside")
    inside = Repository(repository.root / "inside")
    for other in (beside, inside):
        other.commit("2014-05-06", *LIST)
        with pytest.raises(ConfigError, match="several"):
            maintainer.commit(repository.document, other.document)
    (tmp_path / "outside.md").write_text(DEAD)
    assert maintainer.commit(repository.document, tmp_path / "outside.md").commit is not None
    assert any("outside.md" in said for said in maintainer.onlooker.said)


def test_without_a_repository_or_a_commit_there_is_nothing_to_build_on(
    maintainer: Maintainer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "list.md").write_text(DEAD)
    with pytest.raises(GitError, match="none of the documents lies in"):
        maintainer.commit(tmp_path / "list.md")
    bare = Repository(tmp_path / "bare", "list.md", "--bare")
    bare.document.write_text(DEAD)
    with pytest.raises(GitError, match="none of the documents lies in"):
        maintainer.commit(bare.document)
    unborn = Repository(tmp_path / "unborn")
    unborn.document.write_text(DEAD)
    unborn.git("add", "list.md")
    with pytest.raises(GitError, match="has no commit yet"):
        maintainer.commit(unborn.document)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GitError, match="git cannot be run"):
        maintainer.commit(unborn.document)


@pytest.mark.parametrize("how", ["worktree", "shallow", "partial", "sparse", "detached", "crlf"])
def test_ways_to_check_out(maintainer: Maintainer, repository: Repository, tmp_path: Path, how: str) -> None:
    (repository.root / "deep").mkdir()
    (repository.root / "deep" / "other.md").write_text("\n".join(LIST) + "\n")
    repository.commit("2015-01-01", *LIST)
    root = tmp_path / "tree"
    match how:
        case "worktree":
            repository.git("worktree", "add", "--quiet", "-b", "other", str(root))
        case "detached":
            repository.git("worktree", "add", "--quiet", "--detach", str(root), "main")
        case "shallow":
            repository.clone(root, "--depth=1")
        case "partial":
            repository.git("config", "uploadpack.allowFilter", "true")
            repository.clone(root, "--filter=blob:none")
        case "sparse":
            git(repository.clone(root), "sparse-checkout", "set", "--sparse-index", "nowhere")
            (root / "deep").mkdir()
            (root / "deep" / "other.md").write_text("not committed")
        case "crlf":
            repository.clone(root, "--config", "core.autocrlf=true")
            assert b"\r\n" in (root / "list.md").read_bytes()
    before = state(root)
    made = maintainer.commit(root / "list.md", *([root / "deep" / "other.md"] if how == "sparse" else []))
    assert git(root, "show", f"{made.branch}:list.md") == REPAIRED
    if how == "sparse":
        assert git(root, "show", f"{made.branch}:deep/other.md") == REPAIRED
    assert git(root, "ls-tree", "-r", "--name-only", made.branch) == git(root, "ls-tree", "-r", "--name-only", "HEAD")
    assert state(root) == before


def test_what_a_partial_clone_lacks_is_said(maintainer: Maintainer, repository: Repository, tmp_path: Path) -> None:
    repository.git("config", "uploadpack.allowFilter", "true")
    root = repository.clone(tmp_path / "tree", "--filter=blob:none", "--no-checkout")
    (root / "list.md").write_text(DEAD)
    assert maintainer.commit(root / "list.md").commit is None
    (said,) = maintainer.onlooker.said
    assert "from promisor remote" in said


def test_what_was_committed_may_be_no_document(maintainer: Maintainer, repository: Repository) -> None:
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 12\n# {DEAD}\n"
    repository.document.write_text(pointer)
    repository.git("commit", "--quiet", "--all", "--message", "to LFS")
    repository.document.write_text(REPAIRED)
    assert maintainer.commit(repository.document).commit is None
    assert "git LFS" in maintainer.onlooker.said[0]


def test_where_we_are_and_what_a_hook_has_set_do_not_count(
    maintainer: Maintainer, repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Repository(tmp_path / "other")
    other.commit("2014-05-06", *LIST)
    for name in ("GIT_DIR", "GIT_COMMON_DIR"):
        monkeypatch.setenv(name, str(other.root / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.root))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.root / ".git" / "index"))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(tmp_path / "objects"))
    (repository.root / "deep").mkdir()
    monkeypatch.chdir(repository.root / "deep")
    made = maintainer.commit(Path("../list.md"))
    assert repository.git("show", f"{made.branch}:list.md") == REPAIRED
    assert "dlt-crawl" not in other.git("branch")


def test_nothing_is_run_that_a_repository_names(maintainer: Maintainer, repository: Repository, tmp_path: Path) -> None:
    ran = set_traps(repository, tmp_path)
    made = maintainer.commit(repository.document)
    assert repository.git("-c", "log.showSignature=false", "cat-file", "blob", f"{made.branch}:list.md") == REPAIRED
    assert ran() == ""
    assert not list((repository.root / ".git").glob("sharedindex.*"))


def test_somebody_has_to_say_in_whose_name(
    maintainer: Maintainer, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"):
        monkeypatch.delenv(name)
    # With which git would commit as whoever the system says we are.
    monkeypatch.setenv("EMAIL", "root@machine.example")
    with pytest.raises(GitError, match=r"git config user\.name"):
        maintainer.commit(repository.document)
    assert maintainer.log() == []
    repository.git("config", "user.name", "Mary")
    repository.git("config", "user.email", "mary@lists.example")
    made = maintainer.commit(repository.document)
    assert "committer Mary <mary@lists.example>" in repository.git("cat-file", "commit", made.branch)


def test_what_takes_the_place_of_a_commit_s_files_is_not_read(maintainer: Maintainer, repository: Repository) -> None:
    (repository.root / "other.md").write_text(f"# Other\n\n{DEAD}\n")
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "--message", "other")
    repository.git(
        "replace", *(repository.git("rev-parse", f"HEAD:{name}").strip() for name in ("list.md", "other.md"))
    )
    made = maintainer.commit(repository.document)
    assert repository.git("--no-replace-objects", "show", f"{made.branch}:list.md") == REPAIRED


def test_messages_are_in_utf_8_whatever_the_repository_says(maintainer: Maintainer, repository: Repository) -> None:
    (repository.root / "列表.md").write_text(f"{DEAD}\n")
    repository.git("add", "--all")
    repository.git("commit", "--quiet", "--message", "other")
    repository.git("config", "i18n.commitEncoding", "ISO-8859-1")
    repository.git("config", "i18n.logOutputEncoding", "UTF-8")
    made = maintainer.commit(repository.root)
    assert "* 列表.md:1\n" in repository.git("log", "-1", "--format=%B", made.branch)


def test_what_git_cannot_read_is_named_and_the_next_is_read(repository: Repository) -> None:
    gone, damaged, good = (hashed(repository, data) for data in (b"gone", b"damaged", b"good"))
    for blob in (gone, damaged):
        path = repository.root / ".git/objects" / blob[:2] / blob[2:]
        path.unlink()
        if blob == damaged:
            path.write_bytes(b"no object")
    with Blobs(repository.root) as blobs:
        for blob in (gone, damaged, gone):
            with pytest.raises(GitError, match=blob):
                blobs.content(blob, 99)
            assert blobs.content(good, 99) == b"good"


def test_what_is_too_large_is_not_returned_and_the_next_is(repository: Repository) -> None:
    repository.git("config", "core.autocrlf", "true")
    contents = [b"x" * 2_500_000, b"one\r\ntwo\n", b"", b"last"]
    ids = [hashed(repository, data) for data in contents]
    with Blobs(repository.root) as blobs:
        with pytest.raises(GitError, match="more than 2,499,999 bytes"):
            blobs.content(ids[0], 2_499_999)
        assert [blobs.content(each, 2_500_000) for each in ids] == contents


def test_git_is_not_asked_anew_for_each_document(
    maintainer: Maintainer, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    def processes(of: int, branch: str) -> int:
        for number in range(of):
            (repository.root / f"{number}.md").write_text(f"{DEAD}\n")
        repository.commit("2014-05-06", *LIST)
        begun = 0
        popen = subprocess.Popen.__init__

        def counted(*arguments: Any, **options: Any) -> None:
            nonlocal begun
            begun += 1
            popen(*arguments, **options)

        with monkeypatch.context() as patched:
            patched.setattr(subprocess.Popen, "__init__", counted)
            assert len(maintainer.commit(repository.root, branch=branch).repaired) == of + 1
        return begun

    assert processes(1, "few") == processes(9, "many")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_the_repository_of_somebody_else_is_left_alone(maintainer: Maintainer, repository: Repository) -> None:
    for path in (repository.root, repository.root / ".git"):
        os.chown(path, 4711, 4711)
    with pytest.raises(GitError, match=r"safe\.directory"):
        maintainer.commit(repository.document)


def test_a_hostile_tree_is_refused_whole(maintainer: Maintainer, repository: Repository) -> None:
    blob = repository.git("rev-parse", "HEAD:list.md").strip()
    listing = f"100644 blob {blob}\tlist.md\n100644 blob {blob}\t.git\n"
    made = subprocess.run(
        ["git", "-C", str(repository.root), "mktree"], input=listing, capture_output=True, text=True, check=True
    )
    commit = repository.git("commit-tree", "-m", "evil", made.stdout.strip()).strip()
    repository.git("update-ref", "HEAD", commit)
    with pytest.raises(GitError):
        maintainer.commit(repository.document)
    assert "dlt-crawl" not in repository.git("branch")
