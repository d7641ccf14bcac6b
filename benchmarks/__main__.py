"""The figures of a crawl, side by side with other checkers in the same run.

    python -m benchmarks [PART …]

docs/benchmarks.md says what is measured, how, and what came out.
"""

from __future__ import annotations

import argparse
from importlib import import_module

PARTS = {
    "world": "finishing time of a web like that of curated lists, beside lychee's and the least possible",
    "cpu": "processor time of a link, and where it goes",
    "fast": "links a second when nothing is slow, beside lychee and plain Scrapy",
    "queue": "memory of a queue of 1,000,000 links",
    "page": "processor time of a page, hostile pages, and the labelled pages",
    "hostile": "memory and time-outs when every hostile server is asked at once",
    "decade": "size of the database after ten years of nights, pruned and not",
    "report": "the page of 10,000 links in a browser, beside a bare table of them",
    "million": "every stage of a night, here of 10,000 links; python -m benchmarks.million does it with 1,000,000",
}
ONLY_WHEN_NAMED = {"million"}
"""It needs a network namespace, and says nothing beside other checkers."""


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="The parts:\n" + "\n".join(f"  {name:<9}{what}" for name, what in PARTS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help="those to run; default: all but million")
    chosen = parser.parse_args().parts or [name for name in PARTS if name not in ONLY_WHEN_NAMED]
    if unknown := [name for name in chosen if name not in PARTS]:
        parser.error(f"no such part: {', '.join(unknown)}")
    for name in chosen:
        print(f"── {name} ──", flush=True)
        # Here, because every process that is spawned imports this module again: it would count as its start-up.
        import_module(f"benchmarks.{name}").main()
        print(flush=True)


if __name__ == "__main__":
    main()
