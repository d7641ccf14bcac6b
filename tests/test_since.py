"""What was added to the documents since a git revision: real repositories, and no web."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from dlt_crawler import pipeline
from dlt_crawler.errors import ConfigError, GitError
from dlt_crawler.pipeline.since import added_since
from dlt_crawler.report import Added
from tests.git_support import Repository, git, set_traps
from tests.repairs_support import Owner

A, B, C, D = (f"https://{name}.example/" for name in "abcd")
LIST = f"# List\n\n- [a]({A})\n- [b]({B}#top)\n- [c][c]\n\n[c]: {C}\n"


class Author(Owner):
    """Somebody whose lists are in a git repository, with a branch `main` and one to work on."""

    def __init__(self, directory: Path, **files: str) -> None:
        super().__init__(directory)
        (directory / ".gitignore").write_text("storage/\n")
        git(directory, "init", "--quiet", "--initial-branch=main")
        for name, text in files.items():
            self.write(f"lists/{name}.md", text)
        self.commit()
        git(directory, "checkout", "--quiet", "-b", "topic")

    def commit(self) -> None:
        git(self.directory, "add", "--all")
        git(self.directory, "commit", "--quiet", "--allow-empty", "--message", "x")

    def added(self, revision: str = "main", *paths: str) -> Added:
        with self.job() as job:
            return added_since(job, pipeline.store_links(job, paths).documents, revision, paths)


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def shown(added: Added) -> list[tuple[str, int, str]]:
    return sorted((Path(link.file).stem, link.line, str(link.url)) for link in added.links)


CHANGES: dict[str, tuple[dict[str, str | None], list[tuple[str, int, str]]]] = {
    "nothing": ({}, []),
    "a link more": ({"list": LIST.replace("- [b]", f"- [d]({D})\n- [b]")}, [("list", 4, D)]),
    "text, and links in another order": (
        {"list": f"# Long\n\nText, text.\n\n- <{B}#top>, [c][]\n- ![a]({A})\n\n[c]: {C}\n"},
        [],
    ),
    "another fragment": ({"list": LIST.replace("#top", "#end")}, [("list", 4, f"{B}#end")]),
    "a definition that leads elsewhere": ({"list": LIST.replace(C, D)}, [("list", 7, D)]),
    "one that is used once more": ({"list": LIST.replace("- [c][c]", "- [c][c], [more][c]")}, []),
    "a link that stands there once more": ({"list": LIST + f"\n[a]({A})\n"}, [("list", 9, A)]),
    "the same before it, with another label": (
        {"list": LIST.replace("- [a]", f"- [copy]({A})\n- [a]")},
        [("list", 3, A)],
    ),
    "a link that was moved to another document": (
        {"list": LIST.replace(f"- [a]({A})\n", ""), "more": f"# More\n\n[a]({A}) [d]({D})\n"},
        [("more", 3, D)],
    ),
    "a new document": ({"new": f"[d]({D}) [a]({A})\n"}, [("new", 1, A), ("new", 1, D)]),
    "a document with another name": ({"list": None, "renamed": LIST}, []),
    "another name, and a link more": ({"list": None, "renamed": LIST + f"\n{D}\n"}, [("renamed", 9, D)]),
    "a document that is gone, its links in another": ({"list": None, "more": f"{LIST}\n# More\n"}, []),
    "a document that is gone": ({"list": None}, []),
    "no comment any more that leaves it alone": ({"ignored": f"<{A}>\n"}, [("ignored", 1, A)]),
    "what is no web link": ({"list": LIST + "\n[x](other.md)\n"}, [("list", 9, "other.md")]),
}
FILES = {"list": LIST, "more": "# More\n", "ignored": f"<{A}> <!-- dlt-crawl: ignore -->\n"}


@pytest.mark.parametrize("committed", [True, False], ids=["committed", "in the work tree"])
@pytest.mark.parametrize("change", CHANGES)
def test_links_that_were_added_or_changed(directory: Path, change: str, committed: bool) -> None:
    files, expected = CHANGES[change]
    author = Author(directory, **FILES)
    for name, text in files.items():
        if text is None:
            (directory / f"lists/{name}.md").unlink()
        else:
            author.write(f"lists/{name}.md", text)
    if committed:
        author.commit()
    assert shown(author.added()) == expected


def test_what_main_has_got_meanwhile_is_no_change_of_ours(directory: Path) -> None:
    author = Author(directory, list=LIST)
    author.write("lists/ours.md", D)
    author.commit()
    git(directory, "checkout", "--quiet", "main")
    author.write("lists/list.md", LIST.replace(A, D))
    author.commit()
    git(directory, "checkout", "--quiet", "topic")
    assert shown(author.added("main")) == [("ours", 1, D)]
    # By whatever name.
    for revision in ("HEAD~1", git(directory, "rev-parse", "HEAD~1").strip(), "HEAD^{/x}~1"):
        assert shown(author.added(revision)) == [("ours", 1, D)]
    assert shown(author.added("HEAD")) == []


def test_lints_are_new_as_links_are(directory: Path) -> None:
    author = Author(directory, list=f"# List\n\n[a]({A}) [again]({A}) [b](({B}))\n")
    author.write("lists/list.md", f"# List\n\nText\n\n[a]({A}) [again]({A})\n\n[b](({B})) [c](({C})) [](x)\n")
    added = author.added()
    assert [(lint.line, lint.kind.value) for lint in added.lints] == [(7, "wrapped_destination")]
    assert {str(link.url) for link in added.links} == {C, "x"}


def test_a_document_in_place_of_a_hidden_or_foreign_one_is_new(directory: Path) -> None:
    author = Author(directory, list=LIST)
    author.write("lists/.drafts/draft.md", D)
    author.write("notes/note.md", B)
    author.write("lists/code.py", A)
    author.commit()
    git(directory, "branch", "before")
    shutil.move(directory / "lists/.drafts/draft.md", directory / "lists/draft.md")
    shutil.move(directory / "notes/note.md", directory / "lists/note.md")
    shutil.move(directory / "lists/code.py", directory / "lists/code.md")
    assert shown(author.added("before")) == [("code", 1, A), ("draft", 1, D), ("note", 1, B)]


def test_only_the_documents_that_were_asked_for(directory: Path) -> None:
    author = Author(directory, list=LIST, more="# More\n")
    author.write("lists/list.md", LIST + D)
    author.write("lists/more.md", D)
    assert shown(author.added("main", "lists/more.md")) == [("more", 1, D)]
    # The name that it had before is looked for among all.
    shutil.move(directory / "lists/list.md", directory / "lists/other.md")
    assert shown(author.added("main", "lists/other.md")) == [("other", 8, D)]


def test_what_a_link_is_checked_by(directory: Path) -> None:
    author = Author(directory, list="# List\n")
    copy = f"https://web.archive.org/web/2020/{A}"
    author.write("lists/list.md", f"[copy]({copy}) {B}x,中文 [m](mailto:a@b.example)\n")
    resources = {each.url for each in author.added().resources}
    assert {copy, A, f"{B}x"} < resources
    # The other reading of the bare URL.
    assert len(resources) == 4


def test_each_document_in_its_own_repository(directory: Path) -> None:
    author = Author(directory, list=LIST)
    inner = Repository(directory / "lists/inner", "other.md")
    inner.commit("2024-01-01", f"[a]({A})")
    author.write("lists/list.md", LIST + D)
    author.write("lists/inner/other.md", f"[a]({A}) [b]({B})\n")
    assert shown(author.added("HEAD")) == [("list", 8, D), ("other", 1, B)]
    with pytest.raises(ConfigError, match=r"lists/inner: git knows no revision 'topic' here; `git branch --all`"):
        author.added("topic")


def test_a_document_behind_a_symbolic_link(directory: Path) -> None:
    author = Author(directory, list=LIST)
    author.write("real.md", A)
    (directory / "lists/link.md").symlink_to("../real.md")
    author.commit()
    git(directory, "branch", "before")
    author.write("real.md", f"{A} {B}")
    assert shown(author.added("before", "lists/link.md")) == [("link", 1, B)]


@pytest.mark.parametrize(
    "revision", ["nowhere", "main..topic", "^main", "main topic", "HEAD~99", "HEAD:lists", "ａ" * 300]
)
def test_revisions_that_there_are_not(directory: Path, revision: str) -> None:
    with pytest.raises(ConfigError, match=r"git knows no revision '.{1,101}' here; ") as error:
        Author(directory, list=LIST).added(revision)
    assert len(str(error.value)) < 400


def test_all_zeros_stand_for_a_new_branch(directory: Path) -> None:
    with pytest.raises(ConfigError, match="all zeros stand for a branch that was not there before: name the one"):
        Author(directory, list=LIST).added(40 * "0")


def test_a_submodule_is_compared_with_what_was_around_it(directory: Path) -> None:
    inner = Repository(directory / "elsewhere", "other.md")
    inner.commit("2024-01-01", f"[a]({A})")
    author = Author(directory, list=LIST)
    before = git(directory, "rev-parse", "HEAD").strip()
    allowed = ("-c", "protocol.file.allow=always")
    git(directory, *allowed, "submodule", "--quiet", "add", "./elsewhere", "lists/sub")
    author.commit()
    git(directory, "branch", "base")
    author.write("lists/sub/other.md", f"[a]({A}) [b]({B})\n")
    git(directory / "lists/sub", "commit", "--quiet", "--all", "--message", "x")
    author.write("lists/sub/other.md", f"[a]({A}) [b]({B}) [c]({C})\n")
    author.commit()
    assert shown(author.added("base", "lists")) == [("other", 1, B), ("other", 1, C)]
    # There was none then.
    assert shown(author.added(before, "lists/sub")) == [("other", 1, A), ("other", 1, B), ("other", 1, C)]


@pytest.mark.parametrize("revision", ["", " ", "-q", "--output=x", "--all"])
def test_options_are_no_revisions(directory: Path, revision: str) -> None:
    with pytest.raises(ConfigError, match="is no git revision: name a branch"):
        Author(directory, list=LIST).added(revision)
    assert not (directory / "x").exists()


@pytest.mark.parametrize("known", [False, True])
def test_a_shallow_clone(directory: Path, monkeypatch: pytest.MonkeyPatch, known: bool) -> None:
    author = Author(directory, list=LIST)
    author.write("lists/list.md", LIST + D)
    author.commit()
    git(directory, "clone", "--quiet", "--depth=1", f"file://{directory}", "shallow")
    clone = directory / "shallow"
    if known:
        # The tip of main, and not how the two hang together.
        git(clone, "fetch", "--quiet", "--depth=1", "origin", "main:main")
    monkeypatch.chdir(clone)
    with pytest.raises(ConfigError, match=r"this is a shallow clone, .*: give `fetch-depth: 0` to actions/checkout"):
        author.added()
    git(clone, "fetch", "--quiet", "--unshallow", "origin", "main:refs/remotes/origin/main")
    assert shown(author.added("origin/main")) == [("list", 8, D)]


def test_histories_that_have_nothing_in_common(directory: Path) -> None:
    author = Author(directory, list=LIST)
    git(directory, "checkout", "--quiet", "--orphan", "other")
    git(directory, "commit", "--quiet", "--message", "another beginning")
    with pytest.raises(ConfigError, match="'main' and what is checked out have no commit in common; `git branch"):
        author.added()


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_everything_is_new_since_the_empty_tree(directory: Path, algorithm: str) -> None:
    owner = Owner(directory)
    owner.write("lists/list.md", f"<{A}>\n")
    git(directory, "init", "--quiet", "--initial-branch=main", f"--object-format={algorithm}")
    empty = git(directory, "hash-object", "-t", "tree", os.devnull).strip()
    with owner.job() as job:
        names = pipeline.store_links(job, ()).documents
        # Before the first commit HEAD is nothing, too, and afterwards it is what was committed.
        assert shown(added_since(job, names, "HEAD")) == shown(added_since(job, names, empty)) == [("list", 1, A)]
        git(directory, "add", "--all")
        git(directory, "commit", "--quiet", "--message", "x")
        assert shown(added_since(job, names, "HEAD")) == []
        assert shown(added_since(job, names, empty)) == [("list", 1, A)]


def test_a_repository_without_commits_and_none_at_all(directory: Path) -> None:
    owner = Owner(directory)
    owner.write("lists/list.md", LIST)
    with owner.job() as job:
        names = pipeline.store_links(job, ()).documents
        with pytest.raises(ConfigError, match=r"lists/list.md: lies in no git repository.*leave --since out"):
            added_since(job, names, "main")
        git(directory, "init", "--quiet", "--initial-branch=main")
        with pytest.raises(ConfigError, match="git knows no revision 'main'"):
            added_since(job, names, "main")


def test_without_git(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    author = Author(directory, list=LIST)
    with author.job() as job:
        names = pipeline.store_links(job, ()).documents
        monkeypatch.setenv("PATH", os.fspath(directory))
        with pytest.raises(GitError, match="git cannot be run, to tell what was added since main"):
            added_since(job, names, "main")


def test_no_program_is_run_that_the_repository_names(directory: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    author = Author(directory, list=LIST)
    repository = Repository(directory)
    ran = set_traps(repository, tmp_path_factory.mktemp("elsewhere"))
    author.write("lists/list.md", LIST + D)
    assert shown(author.added()) == [("list", 8, D)]
    assert ran() == ""


def test_many_documents_and_links(directory: Path) -> None:
    many = {
        f"list{number}": "".join(f"- <https://{number}.example/{link}>\n" for link in range(50)) for number in range(40)
    }
    author = Author(directory, **many)
    for number in range(0, 40, 4):
        author.write(f"lists/list{number}.md", f"- <https://new.example/{number}>\n" + many[f"list{number}"])
    found: Sequence[tuple[str, int, str]] = shown(author.added())
    assert Counter(url.split("/")[2] for _, _, url in found) == {"new.example": 10}
