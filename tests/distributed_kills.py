"""Workers killed at moments nobody chose: the run ends as one that nobody disturbed, and no site meets two of them.

    python -m tests.distributed_kills --kills 20 --seed 7

prints what was compared. It takes some minutes, and is no part of the suite; `test_distributed` does the same once.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.distributed_support import Organisation
from tests.distributed_target import Asked, Target
from tests.postgres import server


def links(target: Target, sites: int, each: int) -> list[str]:
    """A list with everything in it that may go differently where several work on it. Asked twice, all answer alike."""
    found = []
    for site in range(sites):
        following, after = target.site((site + 1) % sites), target.site((site + 2) % sites)
        found += [target.url(site, f"/page/{number}") for number in range(each)]
        found += [target.url(site, path) for path in ("/gone/1", "/soft/1", "/slow/0.4/1")]
        found += [target.url(site, f"/to/{following}/page/x"), target.url(site, f"/to/{following}/to/{after}/page/y")]
    found += [target.url(sites - 1, "/error/1"), target.url(sites, "/busy/1"), target.url(6, "/private/1")]
    return [*found, *(target.url(4, f"/home/{number}") for number in range(8))]


def asked_again(undisturbed: Sequence[Asked], asked: Sequence[Asked], killed: set[str]) -> tuple[int, list[str]]:
    """Return how many requests there were more than in the undisturbed run, and those that no kill explains."""
    usual = Counter((each.site, each.path) for each in undisturbed)
    number, unexplained = 0, []
    for which, times in Counter((each.site, each.path) for each in asked).items():
        if which not in usual or which[1] in {"/generate_204", "/robots.txt"}:
            continue  # A name that nobody has is another one in each run; robots.txt is everybody's to ask for.
        more = times - usual[which]
        lost = sum((each.site, each.path) == which and each.contact in killed for each in asked)
        number += max(more, 0)
        if more > lost:
            unexplained.append(f"{which}: {times} times, {usual[which]} undisturbed, {lost} by those that were killed")
    return number, unexplained


class Night:
    """A distributed run, and what happens to its workers meanwhile."""

    coordinator: subprocess.Popen[str]

    def __init__(self, organisation: Organisation, workers: int, *arguments: str, coordinated: bool = True) -> None:
        self.organisation = organisation
        self.arguments = arguments
        self.names = 0
        self.killed: set[str] = set()
        self.workers: dict[str, subprocess.Popen[str]] = {}
        for _ in range(workers):
            self.join()
        if coordinated:
            self.coordinate()

    def coordinate(self) -> None:
        self.coordinator = self.organisation.start("fetch", "--distributed")

    def join(self) -> str:
        name = f"w{self.names}"
        self.names += 1
        self.workers[name] = self.organisation.worker(name, *self.arguments)
        return name

    def kill(self, name: str) -> None:
        process = self.workers.pop(name)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        self.killed.add(name)

    def at_work(self, *, since: float) -> list[str]:
        """Return who has asked something since then, and is still there."""
        asked = {each.contact for each in self.organisation.target.asked[-500:] if each.began >= since}
        return sorted(asked & self.workers.keys())

    @property
    def is_over(self) -> bool:
        return self.coordinator.poll() is not None

    def end(self, within: float) -> str:
        """Wait for the coordinator, and end the workers."""
        out, err = self.coordinator.communicate(timeout=within)
        assert self.coordinator.returncode == 0, err
        self.end_workers()
        return out

    def end_workers(self) -> set[str]:
        """End them, and return those that others had thought dead meanwhile."""
        for process in self.workers.values():
            process.terminate()
        struck = set()
        for name, process in self.workers.items():
            _, said = process.communicate(timeout=60)
            assert process.returncode == 0, said
            # After a stop the connection to the database may have timed out before the worker hears of its fate.
            if "beginning anew" in said or "waiting for it" in said:
                struck.add(name)
        return struck


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--sites", type=int, default=24)
    parser.add_argument("--links", type=int, default=40, help="on each site")
    parser.add_argument("--beat", type=float, default=1.0, help="seconds between heartbeats")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    chance = random.Random(given.seed)
    with tempfile.TemporaryDirectory() as directory, Target(250) as target:
        urls = links(target, given.sites, given.links)
        calm = Organisation(Path(directory) / "calm", server().new(), target, beat=given.beat)
        rough = Organisation(Path(directory) / "rough", server().new(), target, beat=given.beat)
        try:
            for each in (calm, rough):
                each.write(*urls)
            began = time.monotonic()
            Night(calm, given.workers, "--sites", "4").end(within=900)
            calm_took, undisturbed = time.monotonic() - began, target.asked
            meetings = list(target.meetings(calm.delay))
            target.forget()
            began = time.monotonic()
            night = Night(rough, given.workers, "--sites", "4")
            while not night.is_over and len(night.killed) < given.kills:
                time.sleep(chance.uniform(0.2, 2 * calm_took / given.kills))
                # Who has just begun and asked nothing yet is no loss.
                if at_work := night.at_work(since=time.monotonic() - 3):
                    night.kill(chance.choice(at_work))
                    night.join()
            night.end(within=900)
            rough_took = time.monotonic() - began
            again, unexplained = asked_again(undisturbed, target.asked, night.killed)
            for each in (calm, rough):
                each.run("judge", "--yes")
            differ = differences(calm.report(), rough.report())
            meetings += target.meetings(rough.delay)
        finally:
            calm.close()
            rough.close()
    told = {
        "seed": given.seed, "kills": len(night.killed), "workers in all": night.names, "links": len(urls),
        "seconds undisturbed": round(calm_took, 1), "seconds with kills": round(rough_took, 1),
        "requests undisturbed": len(undisturbed), "requests with kills": len(target.asked), "asked again": again,
        "asked again without a reason": unexplained, "two workers at one site": meetings, "links that differ": differ,
    }  # fmt: skip
    sys.stdout.write(json.dumps(told, indent=2) + "\n")
    return bool(unexplained or meetings or differ)


def differences(one: dict[str, object], other: dict[str, object]) -> list[str]:
    """Return which links of two reports differ, and how."""
    ones = {link["url"]: link for link in one["links"]}  # type: ignore[attr-defined]
    others = {link["url"]: link for link in other["links"]}  # type: ignore[attr-defined]
    found = [f"{url}: only in one" for url in ones.keys() ^ others.keys()]
    found += [
        f"{url}: {key} {ones[url][key]!r} {others[url].get(key)!r}"
        for url in ones.keys() & others.keys()
        for key in ones[url]
        if ones[url][key] != others[url].get(key)
    ]
    return sorted(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
