"""Looking names up: once for all who ask, never for ever, and with the name server's troubles told from ours."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from tests.internet.enclosure import network_namespace
from tests.internet.namespace import Namespace

ROOT = Path(__file__).parents[1]

START = """
import asyncio, json, sys
from ipaddress import ip_network
from time import monotonic
from dlt_crawler.fetch.wire.guard import AddressGuard
from tests.own_names import OwnNames

def guard(threads=8):
    return AddressGuard([ip_network("127.0.0.0/8")], frozenset({80}), threads)

def shown(resolved):
    return resolved.found if isinstance(resolved.found, tuple) else resolved.found.name

with OwnNames(sys.argv[1], json.loads(sys.argv[2])) as names:
"""


def inside(namespace: Namespace, script: str, answers: object) -> Any:
    """Return what a script prints as JSON that has `names` and `guard()`."""
    code = START + "\n".join(f"    {line}" for line in script.strip().splitlines())
    command = ["unshare", "--mount", sys.executable, "-c", code, network_namespace(), json.dumps(answers)]
    done = namespace.run(command, ROOT, timeout=20)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_names_and_what_is_wrong_with_them(namespace: Namespace) -> None:
    answers = {
        "one.example": [["127.1.1.1"]],
        "two.example": [["127.1.1.1", "127.1.1.2"]],
        "private.example": [["10.1.1.1"]],
        "mixed.example": [["10.1.1.1", "127.1.1.1", "169.254.169.254"]],
        "servfail.example": ["servfail"],
        "silent.example": ["silent"],
        "nothing.example": [[]],
    }
    script = """
async def main():
    hosts = [*names.answers, "ONE.example", "one.example.", "nxdomain.example", "a..example", "b" * 64 + ".example"]
    return {host: shown(await guard().resolve(host, 80)) for host in hosts}
print(json.dumps(asyncio.run(main())))
"""
    two = {"127.1.1.1", "127.1.1.2"}

    seen = inside(namespace, script, answers)

    assert set(seen.pop("two.example")) == two
    assert seen == {
        "one.example": ["127.1.1.1"], "ONE.example": ["127.1.1.1"], "one.example.": ["127.1.1.1"],
        "private.example": "FORBIDDEN", "mixed.example": ["127.1.1.1"],
        "servfail.example": "TROUBLE", "silent.example": "TROUBLE",
        "nothing.example": "DENIED", "nxdomain.example": "DENIED",
        "a..example": "INVALID", "b" * 64 + ".example": "INVALID",
    }  # fmt: skip


def test_a_name_is_looked_up_once_for_all_who_ask_and_failures_again_on_the_next_question(namespace: Namespace) -> None:
    script = """
async def main():
    asked = guard()
    counts = []
    for _ in range(2):
        for _ in range(2):
            for host in ("good.example", "bad.example", "sick.example"):
                await asyncio.gather(*(asked.resolve(host, 80) for _ in range(50)))
            counts.append([names.asked[host] for host in ("good.example", "bad.example")])
        asked.forget_failures()
    return counts, shown(await asked.resolve("sick.example", 80))
print(json.dumps(asyncio.run(main())))
"""
    # getaddrinfo asks a name server that fails twice.
    sick = ["servfail", "servfail", ["127.1.1.1"]]

    counts, sick_later = inside(namespace, script, {"good.example": [["127.1.1.1"]], "sick.example": sick})

    assert counts == [[1, 1], [1, 1], [1, 2], [1, 2]]
    assert sick_later == ["127.1.1.1"]


def test_hanging_name_servers_keep_nobody_else_waiting(namespace: Namespace) -> None:
    script = """
async def main():
    asked = guard(threads=8)
    hanging = [asyncio.create_task(asked.resolve(f"{n}.hanging.example", 80)) for n in range(50)]
    try:
        async with asyncio.timeout(0.2):
            await asked.resolve("one.hanging.example", 80)
    except TimeoutError:
        async with asyncio.timeout(3):
            return shown(await asked.resolve("good.example", 80))
print(json.dumps([asyncio.run(main()), monotonic()]))
"""
    answers = {"hanging.example": ["silent"], "good.example": [["127.1.1.1"]]}

    found, done = inside(namespace, script, answers)

    assert found == ["127.1.1.1"]
    assert monotonic() - done < 3, "the end of the process waited for a name server"


def test_who_stops_waiting_stops_nobody_else(namespace: Namespace) -> None:
    script = """
async def main():
    asked = guard()
    first, second = (asyncio.create_task(asked.resolve("good.example", 80)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    return shown(await second), names.asked["good.example"]
print(json.dumps(asyncio.run(main())))
"""
    assert inside(namespace, script, {"good.example": [["127.1.1.1"]]}) == [["127.1.1.1"], 1]


def test_a_name_that_was_there_is_still_there_while_its_name_servers_are_in_trouble(namespace: Namespace) -> None:
    script = """
async def main():
    loop, asked, offset = asyncio.get_running_loop(), guard(), 0
    clock = loop.time
    loop.time = lambda: clock() + offset
    found = []
    for offset in (0, 59, 61, 100, 3600):
        found.append([offset, shown(await asked.resolve("wavering.example", 80)), names.asked["wavering.example"]])
    return found
print(json.dumps(asyncio.run(main())))
"""
    answers = {"wavering.example": [["127.1.1.1"], "servfail", "servfail", "nxdomain"]}

    found = inside(namespace, script, answers)

    assert found == [
        [0, ["127.1.1.1"], 1],
        [59, ["127.1.1.1"], 1],
        [61, ["127.1.1.1"], 3],
        [100, ["127.1.1.1"], 3],
        [3600, "DENIED", 4],
    ]


def test_a_name_that_was_denied_is_not_called_so_while_its_name_servers_are_in_trouble(namespace: Namespace) -> None:
    script = """
async def main():
    loop, asked, offset = asyncio.get_running_loop(), guard(), 0
    clock = loop.time
    loop.time = lambda: clock() + offset
    found = []
    for offset in (0, 299, 301):
        found.append(shown(await asked.resolve("leaving.example", 80)))
    return found
print(json.dumps(asyncio.run(main())))
"""
    answers = {"leaving.example": ["nxdomain", "servfail", "servfail"]}

    assert inside(namespace, script, answers) == ["DENIED", "DENIED", "TROUBLE"]


@pytest.mark.at_length
@pytest.mark.alone
def test_waiting_for_a_thread_is_not_held_against_a_name(namespace: Namespace) -> None:
    script = """
async def main():
    asked = guard(threads=2)
    began = monotonic()
    hanging = [asyncio.create_task(asked.resolve(f"a.hanging{n}.example", 80, 1)) for n in range(2)]
    await asyncio.sleep(0)
    good = await asked.resolve("good.example", 80, 1)
    return shown(good), good.elapsed, monotonic() - began, [shown(await each) for each in hanging]
print(json.dumps(asyncio.run(main())))
"""
    answers = {"hanging0.example": ["silent"], "hanging1.example": ["silent"], "good.example": [["127.1.1.1"]]}

    found, elapsed, waited, hanging = inside(namespace, script, answers)

    assert (found, hanging) == (["127.1.1.1"], ["TROUBLE", "TROUBLE"])
    assert elapsed < 1 < waited


@pytest.mark.alone
def test_names_are_given_up_with_those_that_hang_at_the_same_name_servers_and_only_with_all_of_them(
    namespace: Namespace,
) -> None:
    script = """
from dlt_crawler.fetch.wire import lookups
lookups._HANGING_SECONDS = 0.5

async def main():
    asked, found = guard(threads=50), []
    for hanging in (4, 3):
        began = monotonic()
        hosts = [f"{n}.hanging.example" for n in range(hanging)] + [f"www{n}.good.hanging.example" for n in range(5)]
        seen = await asyncio.gather(*(asked.resolve(host, 80, 1) for host in hosts))
        found.append(([shown(each) for each in seen][hanging:], monotonic() - began))
        asked = guard(threads=50)
    return found
print(json.dumps(asyncio.run(main())))
"""
    answers = {"hanging.example": ["silent"], "good.hanging.example": [["127.1.1.1"]]}

    (given_up, soon), (found, _) = inside(namespace, script, answers)

    assert given_up == ["TROUBLE"] * 5
    assert soon < 2, "they waited until the resolver gave up"
    assert found == [["127.1.1.1"]] * 5
