"""`run --shard` and `merge`, by the program: which links are whose, in which file, and what does not go together."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from dlt_crawler.fetch.visit.owners import owner_of
from dlt_crawler.model import Shard
from dlt_crawler.urls import site_of, slot_of
from tests.internet.client import Internet
from tests.nightly import Maintainer

PAGES = ("/ok", "/status/404", "/redirect-to/301?/ok", "/bot-wall/403", "/soft-404", "/switchable/dies")
HOSTS = tuple(f"127.0.0.{number}" for number in range(2, 8))


@pytest.mark.parametrize("text", ["0/3", "4/3", "a/b", "1/0", "1", "1/3/5", "-1/3", "1.0/3", "", "１/３"])
def test_what_is_no_shard_is_refused_with_what_to_write(text: str, internet: Internet, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="write 1/3, 2/3 and 3/3"):
        Shard.parse(text)
    said = Maintainer.begin(tmp_path, internet).run("run", f"--shard={text}", status=2)
    assert "write 1/3, 2/3 and 3/3" in " ".join(said.replace("│", " ").split())


def test_every_site_is_in_one_shard_and_all_hosts_of_a_slot_with_it() -> None:
    shards = [Shard(number, 5) for number in range(1, 6)]
    hosts = [f"{sub}site-{number}.co.uk" for number in range(500) for sub in ("", "www.", "a.b.")]
    held = Counter(shard for host in hosts for shard in shards if shard.holds(site_of(host)))
    assert sum(held.values()) == len(hosts)
    assert max(held.values()) < 1.4 * min(held.values())
    for host in ("alice.github.io", "bob.github.io", "en.wikipedia.org", "bucket.s3.eu-west-1.amazonaws.com"):
        assert site_of(slot_of(host)) == site_of(host)
    # The same for ever: databases of shards outlive versions of the program.
    assert [number for number in range(1, 6) if Shard(number, 5).holds("example.org")] == [3]


def test_the_processes_of_one_shard_all_have_something_to_do() -> None:
    hosts = [host for number in range(2_000) if Shard(1, 4).holds(host := f"site-{number}.org")]
    shares = Counter(owner_of(host, 4) for host in hosts)
    assert min(shares.values()) > 0.6 * len(hosts) / 4


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("run", "lists"), "not together with PATHS"),
        (("run", "--since", "HEAD"), "not together with --since"),
        (("run", "--exit-code"), "give it to `dlt-crawl merge`"),
        (("run", "--yes"), "deaths are judged over the whole list"),
        (("fetch", "--since", "HEAD"), "not together with --since"),
        (("--database", "postgresql+psycopg://u:secret@localhost/links", "run"), "dlt-crawl run --distributed"),
    ],
)
def test_what_does_not_go_with_a_shard(
    arguments: tuple[str, ...], why: str, internet: Internet, tmp_path: Path
) -> None:
    maintainer = Maintainer.begin(tmp_path, internet)
    said = maintainer.run(*arguments, "--shard", "1/3", status=2)
    assert why in " ".join(re.sub("[│╭╮╰╯─]", " ", said).split())
    assert "secret" not in said
    assert not (tmp_path / "storage").exists()


@pytest.fixture
def maintainers(internet: Internet, tmp_path: Path) -> tuple[Maintainer, Maintainer]:
    internet.switch("dies", "/ok")
    found = []
    for name in ("alone", "apart"):
        (tmp_path / name).mkdir()
        maintainer = Maintainer.begin(tmp_path / name, internet)
        urls = [internet.http_url(page, host) for host in HOSTS for page in PAGES]
        # From one site to another, which may be of another shard.
        urls += [internet.http_url(f"/redirect-to-host/{HOSTS[0]}/page/{host}", host) for host in HOSTS[1:]]
        maintainer.write("list.md", "# A list", "", *(f"- [{url}]({url})" for url in urls))
        found.append(maintainer)
    return found[0], found[1]


def verdicts(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What a report says of each link, without times of day."""
    times = ("first_seen", "last_checked", "last_ok", "failing_since")
    return {link["url"]: {**link, **{name: (link[name] or "")[:10] for name in times}} for link in report["links"]}


def test_the_program_comes_to_the_same_by_shards(
    maintainers: tuple[Maintainer, Maintainer], internet: Internet
) -> None:
    alone, apart = maintainers
    for night in range(2):
        if night:
            internet.switch("dies", "/status/404")
            alone.nights_pass(1.5)
            for file in (apart.directory / "storage").glob("*.db"):
                _Older(apart.directory, internet, file).nights_pass(1.5)
        alone.run("run")
        own = []
        for number in (1, 2, 3):
            said = apart.run("run", "--shard", f"{number}/3")
            assert "`dlt-crawl merge`" in said
            own.append(int(re.search(r": ([\d,]+) of 41 links", said)[1]))  # type: ignore[index]
            assert not (apart.directory / "storage" / "repaired").exists() or night
        assert sum(own) == 41
        assert min(own) < 41
        merged = apart.run("merge")
        assert "brought from shards 1/3, 2/3, 3/3" in merged
        assert verdicts(apart.reported()) == verdicts(alone.reported())
        repaired = [(each.directory / "storage/repaired/lists/list.md").read_bytes() for each in maintainers]
        assert repaired[0] == repaired[1]
    files = sorted(path.name for path in (apart.directory / "storage").glob("*.db"))
    assert files == ["dlt-crawl.db", *(f"dlt-crawl.shard-{number}-of-3.db" for number in (1, 2, 3))]


class _Older(Maintainer):
    """Time passes for one database of several."""

    def __init__(self, directory: Path, internet: Internet, file: Path) -> None:
        super().__init__(directory, internet)
        object.__setattr__(self, "file", file)

    @property
    def database(self) -> Path:
        return self.file  # type: ignore[attr-defined,no-any-return]


def test_a_shard_in_a_database_that_is_named_and_what_cannot_be_merged(internet: Internet, tmp_path: Path) -> None:
    maintainer = Maintainer.begin(tmp_path, internet)
    maintainer.write("list.md", f"<{internet.http_url('/ok')}>")
    assert "storage has no databases of shards" in maintainer.run("merge", status=2)
    maintainer.run("fetch", "--shard", "1/1", DLT_CRAWL_DATABASE="sqlite:///mine.db")
    assert sorted(path.name for path in tmp_path.glob("*.db")) == ["mine.db"]
    assert not [*(tmp_path / "storage").glob("*shard*")]
    maintainer.run("merge", "mine.db")
    assert set(maintainer.states().values()) == {"alive"}
    assert "only files are merged" in maintainer.run("merge", "storage/dlt-crawl.db", status=2)
    assert "holds no run of a shard" in maintainer.run(
        "--database", "sqlite:///x.db", "merge", "storage/dlt-crawl.db", status=2
    )
    assert json.loads((tmp_path / "storage/reports/report.json").read_text())["run"]["network"] == "ok"
