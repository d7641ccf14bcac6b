"""The diff of a repaired document, taken by the real `git apply`."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

import pytest

from dlt_crawler.model import SourceDocument
from dlt_crawler.repair import diff


def document(path: str, data: bytes) -> SourceDocument:
    return SourceDocument(path, data, hashlib.sha256(data).hexdigest())


def git(directory: Path, *arguments: str, stdin: bytes = b"") -> None:
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", *arguments], cwd=directory, input=stdin, env=environment, check=True, capture_output=True)


LONG = b"".join(b"line %d\n" % number for number in range(40))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(b"[a](http://old/)\n", b"[a](http://new/)\n", id="one line"),
        pytest.param(b"[a](http://old/)", b"[a](http://new/)", id="no final newline"),
        pytest.param(
            b"a\n[b](http://old/)\nc", b"a\n[b](http://new/)\nc", id="change before a last line without newline"
        ),
        pytest.param(b"a\r\n[b](http://old/)\r\nc\r\n", b"a\r\n[b](http://new/)\r\nc\r\n", id="CR LF"),
        pytest.param(b"a\r[b](http://old/)\rc\r\n", b"a\r[b](http://new/)\rc\r\n", id="lone CR"),
        pytest.param(b"\xef\xbb\xbf[b](http://old/)\n", b"\xef\xbb\xbf[b](http://new/)\n", id="byte order mark"),
        pytest.param("理论 http://old/，\n".encode("gbk"), "理论 <http://new/>，\n".encode("gbk"), id="GBK"),
        pytest.param(b"\xff\x85\x0c\x1c old\n", b"\xff\x85\x0c\x1c new\n", id="broken UTF-8 and control characters"),
        pytest.param("a\u2028b old\n".encode(), "a\u2028b new\n".encode(), id="Unicode line separator"),
        pytest.param(b"old\n" + LONG + b"old\n", b"new\n" + LONG + b"new\n", id="two hunks"),
        pytest.param(b"--- a/x\n+++ b/x\n@@ old\n", b"--- a/x\n+++ b/x\n@@ new\n", id="text like a diff"),
    ],
)
@pytest.mark.parametrize(
    "path",
    ["list.md", "seeds/deep learning.md", "种子/理论.md", 'a "b".md', "tab\there.md", "back\\slash.md", "é/ü x.md"],
)
def test_git_apply_turns_the_old_document_into_the_new(tmp_path: Path, path: str, old: bytes, new: bytes) -> None:
    file = tmp_path / path
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(old)
    git(tmp_path, "init", "--quiet")
    patch = diff(document(path, old), document(path, new))
    git(tmp_path, "apply", "--check", "--whitespace=nowarn", stdin=patch)
    git(tmp_path, "apply", "--whitespace=nowarn", stdin=patch)
    assert file.read_bytes() == new


def test_several_documents_make_one_patch(tmp_path: Path) -> None:
    names = ["a.md", "b c.md", "d.md"]
    for name in names:
        (tmp_path / name).write_bytes(b"old")
    git(tmp_path, "init", "--quiet")
    patch = b"".join(diff(document(name, b"old"), document(name, b"new")) for name in names)
    assert b"--- a/b c.md\t\n+++ b/b c.md\t\n" in patch  # the tab is how git, and patch, tell where a name ends
    git(tmp_path, "apply", stdin=patch)
    assert [(tmp_path / name).read_bytes() for name in names] == [b"new"] * 3


def test_equal_documents_have_no_diff() -> None:
    same = document("a.md", b"a\r\nb")
    assert diff(same, same) == b""


def test_a_diff_reads_as_people_expect() -> None:
    old, new = document("seeds/a.md", b"x\nhttp://old\ny"), document("seeds/a.md", b"x\nhttp://new\ny")
    assert diff(old, new) == (
        b"--- a/seeds/a.md\n+++ b/seeds/a.md\n@@ -1,3 +1,3 @@\n x\n-http://old\n+http://new\n y\n"
        b"\\ No newline at end of file\n"
    )
