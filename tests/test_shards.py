"""`run --shard` and `merge`, by the program: which links are whose, in which file, and what does not go together."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dlt_crawler.config import Settings
from dlt_crawler.errors import ConfigError, ShardMissing
from dlt_crawler.fetch.visit.owners import owner_of
from dlt_crawler.model import Network, Shard
from dlt_crawler.pipeline import open_merge
from dlt_crawler.store import Store
from dlt_crawler.urls import site_of, slot_of
from tests.internet.archive.captures import Capture
from tests.internet.client import Internet
from tests.nightly import Maintainer
from tests.test_many_nights import Watch

NOW = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)

PAGES = ("/ok", "/status/404", "/redirect-to/301?/ok", "/bot-wall/403", "/soft-404")
HOSTS = tuple(f"127.0.0.{number}" for number in range(2, 8))


@pytest.mark.parametrize("text", ["0/3", "4/3", "a/b", "1/0", "1", "1/3/5", "-1/3", "1.0/3", "", "１/３"])
def test_what_is_no_shard_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match="write 1/3, 2/3 and 3/3"):
        Shard.parse(text)


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
        (("run", "--shard", "4/3"), "write 1/3, 2/3 and 3/3"),
        (("run", "--distributed"), "--distributed and --shard exclude each other"),
        (("--database", "postgresql+psycopg://u:secret@localhost/links", "run"), "dlt-crawl run --distributed"),
    ],
)
def test_what_does_not_go_with_a_shard(
    arguments: tuple[str, ...], why: str, internet: Internet, tmp_path: Path
) -> None:
    maintainer = Maintainer.begin(tmp_path, internet)
    said = maintainer.run(*arguments, *["--shard", "1/3"] * ("--shard" not in arguments), status=2)
    assert why in " ".join(re.sub("[│╭╮╰╯─]", " ", said).split())
    assert "secret" not in said
    assert not (tmp_path / "storage").exists()


@pytest.fixture
def maintainers(internet: Internet, tmp_path: Path) -> tuple[Maintainer, Maintainer]:
    found = []
    for name in ("alone", "apart"):
        (tmp_path / name).mkdir()
        maintainer = Maintainer.begin(tmp_path / name, internet)
        urls = [internet.http_url(page, host) for host in HOSTS for page in PAGES]
        # From one site to another, which may be of another shard.
        urls += [internet.http_url(f"/redirect-to-host/{HOSTS[0]}/page/{host}", host) for host in HOSTS[1:]]
        maintainer.write("list.md", "# A list", "", *(f"- [{url}]({url})" for url in urls))
        found.append(maintainer)
    for host in HOSTS[:2]:
        internet.archive_add(Capture(internet.http_url("/status/404", host), "20190601120000"))
    return found[0], found[1]


def verdicts(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What a report says of each link, without times of day."""
    times = ("first_seen", "last_checked", "last_ok", "failing_since")
    return {link["url"]: {**link, **{name: (link[name] or "")[:10] for name in times}} for link in report["links"]}


def test_the_program_comes_to_the_same_by_shards(maintainers: tuple[Maintainer, Maintainer]) -> None:
    alone, apart = maintainers
    alone.run("run")
    own = []
    for number in (1, 2):
        said = apart.run("run", "--shard", f"{number}/2")
        assert "`dlt-crawl merge`" in said
        own.append(int(re.search(r": ([\d,]+) of 35 links", said)[1]))  # type: ignore[index]
    assert sum(own) == 35
    assert min(own) > 0
    assert not (apart.directory / "storage" / "repaired").exists()
    merged = apart.run("merge")
    assert "brought from shards 1/2, 2/2" in merged
    assert verdicts(apart.reported()) == verdicts(alone.reported())
    repaired = [(each.directory / "storage/repaired/lists/list.md").read_bytes() for each in maintainers]
    assert repaired[0] == repaired[1]
    files = sorted(path.name for path in (apart.directory / "storage").glob("*.db"))
    assert files == ["dlt-crawl.db", *(f"dlt-crawl.shard-{number}-of-2.db" for number in (1, 2))]


def test_a_shard_in_a_database_that_is_named(internet: Internet, tmp_path: Path) -> None:
    maintainer = Maintainer.begin(tmp_path, internet)
    maintainer.write("list.md", f"<{internet.http_url('/ok')}>")
    maintainer.run("fetch", "--shard", "1/1", DLT_CRAWL_DATABASE="sqlite:///mine.db")
    assert sorted(path.name for path in tmp_path.glob("*.db")) == ["mine.db"]
    assert not [*(tmp_path / "storage").glob("*shard*")]
    maintainer.run("merge", "mine.db")
    assert set(maintainer.states().values()) == {"alive"}
    assert json.loads((tmp_path / "storage/reports/report.json").read_text())["run"]["network"] == "ok"


def shard_at(file: Path, shard: str | None) -> None:
    with Store.open(f"sqlite:///{file}") as store:
        run = store.begin_run(NOW, shard=None if shard is None else Shard.parse(shard))
        store.finish_run(run.id, now=NOW, network=Network.OK)


@pytest.mark.parametrize(
    ("named", "why"),
    [
        ((), "has no databases of shards"),
        (("links.db",), "links.db is the database that shards are merged into"),
        (("nowhere.db",), "nowhere.db cannot be read: No such file"),
        (("list.md",), "list.md is no SQLite database"),
        (("empty.db",), "empty.db is no SQLite database"),
        (("lists",), "lists cannot be read: Is a directory"),
        (("plain.db",), "plain.db holds no run of a shard"),
        (("one.db", "three.db"), "one.db is shard 1/2, three.db is shard 1/3"),
        (("one.db",), "2/2: no database"),
        (("postgresql+psycopg://u:secret@host/x",), "postgresql+psycopg://***@host/x is no shard"),
    ],
)
def test_what_cannot_be_merged_is_named_and_leaves_nothing_behind(
    named: tuple[str, ...], why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("list.md").write_text("# A list\n")
    Path("empty.db").touch()
    Path("lists").mkdir()
    for file, shard in {"plain": None, "one": "1/2", "three": "1/3"}.items():
        if f"{file}.db" in named:
            shard_at(Path(f"{file}.db"), shard)
    before = {path for path in tmp_path.iterdir() if path.suffix != ".lock"}
    settings = Settings(database="sqlite:///links.db", sources=("list.md",))
    with (
        pytest.raises((ConfigError, ShardMissing), match=re.escape(why)),
        open_merge(settings, [name.replace("links", str(tmp_path / "links")) for name in named], Watch()),
    ):
        pass
    left = {path for path in tmp_path.iterdir() if path.suffix != ".lock"}
    assert left == before
    assert {path.name.removesuffix(".lock") for path in tmp_path.glob("*.lock")} <= {"plain.db", "one.db", "three.db"}
