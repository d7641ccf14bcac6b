"""`dlt-crawl export`: a night of the whole program, and the bibliography of its lists."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from pybtex.database import parse_string

from tests.internet.client import Internet
from tests.internet.interfaces import title_of_paper
from tests.internet.pages import ARTICLE_TITLE
from tests.lookup_support import AGENCY, DOI, OTHER_AGENCY, PAPERS
from tests.nightly import Maintainer

PAPER, PDF, ARTICLE = (
    "https://arxiv.org/abs/2401.00001",
    "https://arxiv.org/pdf/2401.00001v2",
    "https://doi.org/10.1000/one",
)


@pytest.fixture
def maintainer(tmp_path: Path, internet: Internet) -> Maintainer:
    made = Maintainer.begin(tmp_path, internet)
    with (tmp_path / "dlt-crawl.toml").open("a") as configuration:
        configuration.write(
            f'[lookups]\narxiv_url = "{internet.http_url("/api/query", PAPERS)}"\narxiv_delay = 0\n'
            f'doi_url = "{internet.http_url("/", DOI)}"\ndoi_agencies = ["{AGENCY}", "{OTHER_AGENCY}"]\n'
        )
    return made


def test_bibliography_of_a_night(maintainer: Maintainer, tmp_path: Path) -> None:
    page, image = maintainer.internet.http_url("/article"), maintainer.internet.http_url("/image")
    maintainer.write("papers.md", "# Papers", f"- [A]({PAPER}), [PDF]({PDF})", f"- [B]({ARTICLE})", f"![]({image})")
    maintainer.write("pages.md", f"- [C]({page})")
    maintainer.run("run")

    entries = dict(parse_string(maintainer.run("export"), "bibtex").entries).values()
    site, preprint, journal = entries
    assert [each.type for each in entries] == ["misc", "misc", "article"]
    assert [each.fields["url"] for each in entries] == [page, PAPER, ARTICLE]
    assert (site.fields["title"], site.fields["year"]) == (ARTICLE_TITLE, "2019")
    assert [str(each) for each in site.persons["author"]] == ["Du, Simon S."]
    assert (preprint.fields["title"], preprint.fields["eprint"]) == (title_of_paper("2401.00001"), "2401.00001")
    assert [str(each) for each in preprint.persons["author"]] == ["van der Berg, Ada", "{周志华}"]
    assert (journal.fields["journal"], journal.fields["doi"]) == ("Annals of L", "10.1000/one")
    assert preprint.fields["keywords"] == "Papers"

    output = tmp_path / "made" / "refs.json"
    assert maintainer.run("export", "lists/papers.md", "--format", "csl", "--output", str(output)) == ""
    assert [item["title"] for item in json.loads(output.read_text())] == [
        preprint.fields["title"],
        "The L Theory of 10.1000/one",
    ]
    rows = list(csv.DictReader(io.StringIO(maintainer.run("export", "--format", "csv", "lists/pages.md"), newline="")))
    assert [(row["url"], row["file"], row["line"]) for row in rows] == [(page, "lists/pages.md", "1")]


def test_what_cannot_be_exported(maintainer: Maintainer, tmp_path: Path) -> None:
    maintainer.write("a.md", f"[A]({maintainer.internet.http_url('/ok')})")
    assert "start with dlt-crawl run" in maintainer.run("export", status=3)
    maintainer.run("run")
    assert "no such file" in maintainer.run("export", "nowhere.md", status=2)
    (tmp_path / "file").write_text("")
    assert "the bibliography cannot be written" in maintainer.run("export", "--output", "file/x.bib", status=3)
