"""The test internet in a namespace: real host names and ports around an unmodified program, and nothing outside it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from dlt_crawler.config import NetworkSettings
from tests.internet.archive.troubles import TROUBLES
from tests.internet.behaviours import row_of
from tests.internet.client import ROOT
from tests.internet.namespace import Namespace, why_not
from tests.internet.seeds import FATES, HOSTS, Archived, world
from tests.internet.state import State
from tests.internet.tls import TLS
from tests.internet.world import CANARIES, Host, living_pages
from tests.internet.worlds import OUTAGES, load

ASK = """
import json, sys, requests
def ask(url):
    try:
        answer = requests.get(url, timeout=5)
        return [answer.status_code, answer.url]
    except requests.RequestException as error:
        return type(error).__name__
json.dump([ask(url) for url in sys.argv[1:]], sys.stdout)
"""


def ask(internet: Namespace, *urls: str) -> dict[str, Any]:
    """Ask for URLs from inside, by a program that knows nothing of the namespace."""
    done = internet.run([sys.executable, "-c", ASK, *urls], check=True)
    return dict(zip(urls, json.loads(done.stdout), strict=True))


def test_a_program_meets_the_small_world_under_its_real_names(namespace: Namespace) -> None:
    expected = {
        "https://alive.example/": [200, "https://alive.example/"],
        "http://alive.example/article": [200, "https://alive.example/article"],
        "https://alive.example/paper.pdf": [200, "https://alive.example/paper.pdf"],
        "https://alive.example/unknown": [404, "https://alive.example/unknown"],
        "http://moved.example/old": [200, "https://alive.example/article"],
        "https://dead.example/page": [404, "https://dead.example/page"],
        "https://walled.example/x": [403, "https://walled.example/x"],
        "https://robots.example/robots.txt": [200, "https://robots.example/robots.txt"],
        "https://expired.example/": "SSLError",
        "http://refused.example/": "ConnectionError",
        "https://nxdomain.example/": "ConnectionError",
        "https://servfail.example/": "ConnectionError",
        "https://web.archive.org/web/2019id_/https://dead.example/page": [
            200,
            "https://web.archive.org/web/20180601080000id_/https://dead.example/page",
        ],
        "https://archive.org/wayback/available?url=dead.example/page": [
            200,
            "https://archive.org/wayback/available?url=dead.example/page",
        ],
        "https://alive.example/web/2019/http://x": [404, "https://alive.example/web/2019/http://x"],
    }
    assert ask(namespace, *expected) == expected


def test_the_canaries_of_the_program_answer(namespace: Namespace) -> None:
    assert set(CANARIES) == set(NetworkSettings().canaries)
    assert {answer[0] for answer in ask(namespace, *CANARIES).values()} <= {200, 204}


def test_names_have_addresses_of_their_own_and_errors_of_their_own(namespace: Namespace) -> None:
    script = """
import socket
def resolve(name):
    try:
        return socket.getaddrinfo(name, 80, type=socket.SOCK_STREAM)[0][4][0]
    except socket.gaierror as error:
        return error.errno
print([resolve(name) for name in ("alive.example", "dead.example", "localhost", "nxdomain.example", "servfail.example",
    "silent.example")])
"""
    done = namespace.run([sys.executable, "-c", script], check=True)
    alive, dead, localhost, *errors = json.loads(done.stdout.replace("'", '"'))
    assert alive.startswith("127.")
    assert len({alive, dead, localhost}) == 3
    assert errors == [socket.EAI_NONAME, socket.EAI_AGAIN, socket.EAI_AGAIN]


def test_the_next_night_can_be_another(namespace: Namespace) -> None:
    url = "https://alive.example/"
    nights = [ask(namespace, url)[url]]
    namespace.page(url, "/status/404")
    nights.append(ask(namespace, url)[url])
    namespace.host("alive.example", Host(connect="refused"))
    nights.append(ask(namespace, url)[url])
    namespace.host("alive.example", Host(dns="nxdomain"))
    nights.append(ask(namespace, url)[url])
    namespace.reset()
    nights.append(ask(namespace, url)[url])
    assert nights == [[200, url], [404, url], "ConnectionError", "ConnectionError", [200, url]]
    assert [entry.url for entry in namespace.requests()] == [url]


def test_nothing_changes_outside_and_nothing_stays(namespaces: type[Namespace]) -> None:
    files = [path for path in map(Path, ("/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf")) if path.exists()]
    before = [path.read_bytes() for path in files]
    with namespaces("small") as internet:
        assert [path.read_bytes() for path in files] == before
        inside = internet.run(["cat", "/etc/resolv.conf"]).stdout if files else ""
        assert inside.startswith("nameserver 127.0.0.1\n")
        sleeper = subprocess.Popen(internet.command(["cat"]), stdin=subprocess.PIPE)
        directory = internet.ca_file.parent
    assert not directory.exists()
    sleeper.communicate(timeout=5)
    assert [path.read_bytes() for path in files] == before


@pytest.mark.usefixtures("namespaces")
def test_the_command_keeps_its_directory_arguments_and_exit_status(tmp_path: Path) -> None:
    script = 'pwd; echo "$1"; exit 7'
    command = [
        sys.executable,
        "-m",
        "tests.internet.namespace",
        "--world",
        "small",
        "--",
        "sh",
        "-c",
        script,
        "sh",
        "a b",
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == (f"{tmp_path}\na b\n", 7)


def test_a_child_refuses_to_furnish_the_system_itself() -> None:
    outside = str(Path("/proc/self/ns/net").readlink())
    command = [sys.executable, "-m", "tests.internet", "--world", "small", "--enclosed", outside]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert done.returncode == 1
    assert "not in a namespace of its own" in done.stderr


def test_why_not_is_a_reason_or_nothing() -> None:
    assert why_not() is None or "namespaces" in str(why_not())


def test_a_world_can_be_read_from_json(tmp_path: Path, namespaces: type[Namespace]) -> None:
    (tmp_path / "list.md").write_text("* [A page that lives](https://a.example/x_(1)), <http://b.example:8080/y>\n")
    table = {
        "living": ["list.md"],
        "pages": {"https://a.example/z": "/status/410"},
        "hosts": {"c.example": {"always": "/bot-wall/403"}},
        "captures": [{"url": "https://a.example/z", "timestamp": "20200101000000"}],
        "troubled": {"https://a.example/q": "excluded-403"},
    }
    file = tmp_path / "world.json"
    file.write_text(json.dumps(table))
    with namespaces(str(file)) as internet:
        urls = ("https://a.example/x_(1)", "http://b.example:8080/y", "https://a.example/z", "https://c.example/",
                "https://web.archive.org/web/20200101000000/https://a.example/z",
                "https://web.archive.org/web/2020/https://a.example/q")  # fmt: skip
        codes = [answer[0] for answer in ask(internet, *urls).values()]
    assert codes == [200, 200, 410, 403, 200, 403]


def test_offline_no_name_resolves(namespaces: type[Namespace]) -> None:
    with namespaces("offline") as internet:
        assert set(ask(internet, *CANARIES).values()) == {"ConnectionError"}


def test_every_end_that_a_reader_could_see_lives(tmp_path: Path) -> None:
    document = tmp_path / "list.md"
    document.write_text(
        "[one](http://a.example/1) http://a.example/2, (see http://a.example/3).\n"
        "[http://a.example/4](http://a.example/4) http://a.example/5，中文 http://a.example/6?a=1&amp;b=2\n"
        r"http://a.example/7\_x" + "\n"
    )
    living = set(living_pages([document]))
    wanted = {f"http://a.example/{number}" for number in range(1, 6)}
    assert wanted | {"http://a.example/6?a=1&b=2", "http://a.example/7_x"} <= living


@pytest.mark.parametrize("name", ["loopback", "small", "seeds", "hosts", *OUTAGES])
def test_a_world_names_only_rows_that_exist(name: str) -> None:
    loaded = load(name)
    rows = [*loaded.pages.values(), *(capture.page for capture in loaded.captures)]
    hosts = (*loaded.hosts.values(), loaded.other_hosts)
    rows += [row for host in hosts for row in (host.robots, host.always) if row is not None]
    assert [row for row in rows if row_of(row) is None] == []
    assert {host.tls for host in hosts} <= TLS.keys()
    saving = {"save-refused", "save-fails", "save-recent"}
    assert set(loaded.troubled.values()) <= TROUBLES.keys() | saving


def test_the_fates_are_those_of_links_in_seeds() -> None:
    living = living_pages(sorted((ROOT / "seeds").glob("**/*.md")))
    assert FATES.keys() - living.keys() == set()
    assert HOSTS.keys() - {urlsplit(url).hostname for url in living} == set()


def test_in_the_world_of_the_seeds_fates_come_true_and_the_rest_lives() -> None:
    state = State(world())
    assert {url: state.page(url) for url in FATES} == {url: fate.page for url, fate in FATES.items()}
    lives = ("/titled/", "/pdf", "/png", "/redirect-to/301?https")
    others = {url: state.page(url) for url in world().pages if url not in FATES}
    assert [url for url, row in others.items() if not str(row).startswith(lives)] == []
    good = [url for url, fate in FATES.items() if fate.archived in (Archived.GOOD, Archived.GOOD_THEN_BAD)]
    assert [url for url in good if not state.archive.of(url)] == []
