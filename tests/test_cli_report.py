"""`dlt-crawl report` from the command line: what is listed, where it goes, and what it ends with."""

from __future__ import annotations

import pytest

from tests.internet.client import Internet
from tests.nightly import Maintainer


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory, internet: Internet) -> Maintainer:
    """After a night that found one link dead and one alive."""
    maintainer = Maintainer.begin(tmp_path_factory.mktemp("maintainer"), internet)
    maintainer.write("列表.md", f"[论文]({internet.http_url('/status/404')})", f"[b]({internet.http_url('/ok')})")
    maintainer.run("run")
    return maintainer


def test_the_report_lists_and_explains_what_is_asked_for(checked: Maintainer) -> None:
    broken = checked.run("report")
    assert "\nlists/列表.md:1:6: dead\n" in broken
    assert "--list alive\n" in broken
    assert "lists/列表.md:2:5: alive" not in broken
    assert "\nlists/列表.md:2:5: alive\n" in checked.run("report", "--list", "alive", "--list", "lints")
    explained = checked.run("report", "--explain", FORCE_COLOR="1", COLUMNS="200")
    assert "      404 and 410 are proof after 2 looks; 2 counted\n" in explained
    assert explained.count("run 1: not found 404, ") == 2
    assert "\x1b" not in explained
    assert "'dead' is not one of 'broken', 'failing'" in checked.run("report", "--list", "dead", status=2)


def test_a_report_takes_the_place_of_the_one_before_as_a_whole_or_not_at_all(checked: Maintainer) -> None:
    kept, link = checked.directory / "kept.txt", checked.directory / "link.txt"
    kept.write_text("before")
    kept.chmod(0o640)
    link.symlink_to(kept.name)
    checked.run("report", "--output", "link.txt")
    assert (kept.read_text(), link.is_symlink()) == (checked.run("report"), True)
    assert kept.stat().st_mode & 0o777 == 0o640
    assert not [path for path in checked.directory.iterdir() if path.suffix == ".tmp"]
    said = checked.run("report", "--output", "lists", status=3)
    assert said == "dlt-crawl: lists: the report cannot be written: Is a directory\n"
    said = checked.run("report", "--output", "kept.txt/below", status=3)
    assert said.startswith("dlt-crawl: kept.txt/below: the report cannot be written: ")
    assert checked.run("report", "--output", "/dev/stdout") == checked.run("report")


def test_an_ignored_broken_link_is_no_exit_status(checked: Maintainer) -> None:
    checked.run("report", "--exit-code", status=1)
    usual, lenient = checked.directory / "dlt-crawl.toml", checked.directory / "lenient.toml"
    ignore = '[[ignore]]\nurl = "/status/404$"\nreason = "we know"\nuntil = 2199-12-31\n'
    lenient.write_text(usual.read_text() + ignore)
    said = checked.run("--config", lenient.name, "report", "--exit-code", "--list", "ignored")
    assert "No broken links.\n" in said
    assert ": we know\n" in said
