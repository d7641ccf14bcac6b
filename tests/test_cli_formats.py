"""`--format-of` and what becomes of documents that are not parsed, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.internet.client import Internet
from tests.nightly import Maintainer


@pytest.fixture
def maintainer(tmp_path: Path, internet: Internet) -> Maintainer:
    return Maintainer.begin(tmp_path, internet)


@pytest.fixture
def notes(maintainer: Maintainer) -> Maintainer:
    """With two documents that tell by their first link how they are read: `inline` as markdown, else `bare`."""
    for name in ("notes.txt", "list.md"):
        maintainer.write(name, "[a](https://a.example/)")
    return maintainer


MARKDOWN, TEXT = "inline", "bare"


@pytest.mark.parametrize(
    ("arguments", "list_kind", "notes_kind"),
    [
        ([], MARKDOWN, TEXT),
        (["--format-of", "markdown"], MARKDOWN, MARKDOWN),
        (["--format-of", "text"], TEXT, TEXT),
        (["--format-of", "*.txt=markdown"], MARKDOWN, MARKDOWN),
        (["--format-of", "lists/*=text", "--format-of", "lists/n*=markdown"], TEXT, MARKDOWN),
        (["--format-of", "lists/n*=markdown", "--format-of", "lists/*=text"], TEXT, TEXT),
    ],
)
def test_a_format_is_chosen_by_option_and_the_last_word_counts(
    notes: Maintainer, arguments: list[str], list_kind: str, notes_kind: str
) -> None:
    lines = notes.run("extract", "lists", "--format", "jsonl", *arguments).splitlines()
    kinds = {link["file"]: link["kind"] for link in map(json.loads, lines)}
    assert kinds == {"lists/list.md": list_kind, "lists/notes.txt": notes_kind}


def test_an_option_outweighs_the_configuration(notes: Maintainer) -> None:
    with (notes.directory / "dlt-crawl.toml").open("a") as configuration:
        configuration.write('[extract.formats]\n"*.txt" = "markdown"\n"*.md" = "text"\n')

    def kind(name: str, *arguments: str) -> str:
        return str(json.loads(notes.run("extract", name, "--format", "jsonl", *arguments))["kind"])

    assert (kind("lists/notes.txt"), kind("lists/list.md")) == (MARKDOWN, TEXT)
    assert (kind("lists/notes.txt", "--format-of", "*.txt=text"), kind("lists/list.md")) == (TEXT, TEXT)


@pytest.mark.parametrize("command", ["run", "extract", "fetch", "repair"])
def test_a_format_that_does_not_exist_is_named_with_those_that_do(notes: Maintainer, command: str) -> None:
    said = notes.run(command, "lists", "--format-of", "*.txt=docx", status=2)
    assert "--format-of" in said
    assert "'docx' is no format; choose from markdown, html, text, notebook, rst, bibtex" in " ".join(said.split())


def test_a_document_that_is_not_parsed_says_so_although_its_first_link_stands_there(maintainer: Maintainer) -> None:
    with (maintainer.directory / "dlt-crawl.toml").open("a") as configuration:
        configuration.write('[extract]\nmax_line = "1 kB"\n')
    maintainer.write("long.md", "https://a.example/ " + "word " * 300)
    with maintainer.start("extract") as process:
        out, err = process.communicate()
    assert out.split() == ["lists/long.md:1:1", "bare", "https://a.example/"]
    assert err.startswith("lists/long.md:1:1: this document is not parsed")
    assert err.endswith(" [not_parsed]\n")


def test_a_document_that_is_not_parsed_is_checked_and_never_edited(maintainer: Maintainer) -> None:
    with (maintainer.directory / "dlt-crawl.toml").open("a") as configuration:
        configuration.write('[extract]\nmax_line = "1 kB"\n')
    gone = maintainer.internet.http_url("/status/410")
    maintainer.archive(gone, "20200102030405")
    document = maintainer.write("long.md", f"[gone]({gone})", "", "word " * 300)
    other = maintainer.write("short.md", f"[gone]({gone})")
    summary = maintainer.run("run")
    assert maintainer.states() == {"/status/410": "dead"}
    copies = maintainer.directory / "storage/repaired/lists"
    assert (copies / "long.md").read_bytes() == document.read_bytes()
    assert (copies / "short.md").read_text() != other.read_text()
    assert "the exact place of this URL in the file is not known" in " ".join(summary.split())
