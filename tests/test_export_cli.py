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
            '[[ignore]]\nurl = "/nothing-here"\nreason = "It comes back."\nuntil = 2999-01-01\n'
        )
    return made


def test_bibliography_of_a_night(maintainer: Maintainer, tmp_path: Path) -> None:
    page, image = maintainer.internet.http_url("/article"), maintainer.internet.http_url("/image")
    maintainer.write("papers.md", "# Papers", f"- [A]({PAPER}), [PDF]({PDF})", f"- [B]({ARTICLE})", f"![]({image})")
    ignored = maintainer.internet.http_url("/nothing-here")
    maintainer.write("pages.md", f"- [C]({page})")
    maintainer.write("others.md", f"- [D]({ignored})")
    maintainer.run("run")

    entries = dict(parse_string(maintainer.run("export"), "bibtex").entries).values()
    _, site, preprint, journal = entries
    assert [each.type for each in entries] == ["misc", "misc", "misc", "article"]
    assert [each.fields["url"] for each in entries] == [ignored, page, PAPER, ARTICLE]
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
    assert "no such file" in maintainer.run("export", "nowhere.md", status=2)
    below_a_file = str(output / "x.bib")
    assert "the bibliography cannot be written" in maintainer.run("export", "--output", below_a_file, status=3)
    table = maintainer.run("export", "--format", "csv", "lists/pages.md", "lists/others.md")
    assert [(row["url"], row["file"], row["state"]) for row in csv.DictReader(io.StringIO(table, newline=""))] == [
        (ignored, "lists/others.md", "ignored"),
        (page, "lists/pages.md", "alive"),
    ]


def test_nothing_is_known_before_the_first_run(maintainer: Maintainer) -> None:
    maintainer.write("a.md", "[A](https://a.example/)")
    assert "start with dlt-crawl run" in maintainer.run("export", status=3)
