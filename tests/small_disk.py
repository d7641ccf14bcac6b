"""The program on a disk of its own that is really full, or really read-only. Inside a mount namespace:

    python -m tests.small_disk BEGINNING MOUNT WEB KILOBYTES...

puts a copy of the directory BEGINNING on a file system of its own at MOUNT, with as many KILOBYTES left, runs the job
there, then gives it room and runs it again; 0 is a disk with room that cannot be written meanwhile. Prints a JSON list
of what is wrong.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from tests.forks import Done, Forks
from tests.wholeness import End, end_of, half_written, integrity

_SIZE = 8_000_000


def objections(forks: Forks, begin: Path, mount: Path, left: int, web: dict[str, str], undisturbed: End) -> list[str]:
    """Return what is wrong with a job on a disk with so many kilobytes left, and with the one after it."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_SIZE}", "none", mount], check=True)
    try:
        directory = mount / "home"
        shutil.copytree(begin, directory)
        before = end_of(directory)
        _fill(mount / "filler", left)
        if not left:
            subprocess.run(["mount", "-o", "remount,ro", mount], check=True)
        done = forks.run(directory, "run", web=web)
        subprocess.run(["mount", "-o", "remount,rw", mount], check=True)
        found = _wrong(done, (0, 3) if left else (3,))
        (mount / "filler").unlink()
        if (whole := integrity(directory / "storage/dlt-crawl.db")) != "ok":
            found.append(whole)
        if half := half_written(directory, before, undisturbed):
            found.append(f"half written: {half}")
        found += _wrong(forks.run(directory, "run", web=web), (0,))
        found += filter(None, [end_of(directory).differences(undisturbed)])
    finally:
        subprocess.run(["umount", mount], check=True)
    return [f"{left} kB left: {each}" for each in found]


def _wrong(done: Done, expected: tuple[int, ...]) -> list[str]:
    is_bad = done.status not in expected or "this is a bug" in done.said or "Traceback" in done.said
    return [f"exit status {done.status}: {done.said}"] if is_bad else []


def _fill(path: Path, left: int) -> None:
    room = shutil.disk_usage(path.parent).free - left * 1024
    path.write_bytes(bytes(room if left else 1))


def main() -> None:
    begin, mount, web, *sizes = sys.argv[1:]
    with Forks() as forks:
        undisturbed = Path(mount).with_name("undisturbed")
        shutil.copytree(begin, undisturbed)
        assert forks.run(undisturbed, "run", web=json.loads(web)).status == 0
        end = end_of(undisturbed)
        found: list[str] = []
        for left in map(int, sizes):
            found += objections(forks, Path(begin), Path(mount), left, json.loads(web), end)
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
