"""Measure a list of a million links, stage by stage; what is measured already is not measured again.

    python -m benchmarks.million DIRECTORY [--links N] [--fill] [--only PART …]

The parts: sqlite (every stage of a night, and later nights), night (the simulation of a polite night, and its
rehearsal), postgresql (a night of two workers), workers (two workers beside one, on work bound by the processor).
Everything is in DIRECTORY, results.json among it; the table is printed at the end, as markdown.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks.million import documents, namespace, rehearsal, table, workers
from benchmarks.million.law import List
from benchmarks.million.measuring import Failed
from benchmarks.million.results import Results
from benchmarks.million.stages import DUE_EACH, Database, EnoughSeen, Site, whole_night
from benchmarks.million.truth import Wrong
from tests.internet.namespace import why_not

MODULE = "benchmarks.million"


def measure(arguments: Sequence[str]) -> int:
    """Measure what the command line says, in a namespace of its own; return the exit status."""
    options = _parser().parse_args(arguments)
    if namespace.entered():
        namespace.settle()
        return _inside(options)
    if reason := why_not():
        print(f"a network namespace of its own is needed, and {reason}: nothing is measured", file=sys.stderr)
        return 3
    return namespace.attend(MODULE, arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"python -m {MODULE}", description=__doc__, formatter_class=_Formatter)
    parser.add_argument("directory", type=Path, help="where everything is kept")
    parser.add_argument("--links", type=int, default=1_000_000, help="default: a million")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--speed", type=float, default=10.0, help="how much faster the target is than its law (10)")
    parser.add_argument("--delay", type=float, default=0.0, help="fetch.delay (0: bound by the processor)")
    parser.add_argument("--fill", action="store_true", help="write the first night down, and ask nobody")
    parser.add_argument("--due-each", type=int, default=DUE_EACH, metavar="N", help="last night: each Nth link is due")
    parser.add_argument("--only", nargs="+", choices=[*PARTS], default=[*PARTS], metavar="PART")
    parser.add_argument("--stop-after", metavar="STAGE", help="a stage by its name, such as 'sqlite: judge'")
    return parser


class _Formatter(argparse.RawDescriptionHelpFormatter, argparse.ArgumentDefaultsHelpFormatter):
    """Keeps the words of the description as they stand."""


def _inside(options: argparse.Namespace) -> int:
    directory = options.directory.resolve()
    directory.mkdir(parents=True, exist_ok=True)
    listed = List(options.links, options.seed)
    parameters = {name: getattr(options, name) for name in ("links", "seed", "speed", "delay")}
    results = Results(directory, parameters | {"hosts": listed.hosts})
    site = Site(directory, listed, results, options.speed, options.delay, options.stop_after)
    site.filled, site.due_each = options.fill, options.due_each
    status = 0
    try:
        size = documents.write(listed, directory)
        site.run("list", lambda: {"document_mb": size / 1e6, **listed.quantiles()})
        for part in options.only:
            PARTS[part](site)
    except EnoughSeen:
        pass
    except (Failed, Wrong) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        status = 1
    print(table.markdown(results))
    return status


def _sqlite(site: Site) -> None:
    file = site.directory / "sqlite.db"
    whole_night(Database(site, "sqlite", f"sqlite:///{file}", lambda: _bytes_of(file)))


def _bytes_of(file: Path) -> int:
    return sum(each.stat().st_size for each in file.parent.glob(f"{file.name}*") if each.suffix != ".lock")


PARTS: Mapping[str, Callable[[Site], None]] = {
    "sqlite": _sqlite,
    "night": rehearsal.measure,
    "postgresql": workers.night,
    "workers": workers.compare,
}

if __name__ == "__main__":
    sys.exit(measure(sys.argv[1:]))
