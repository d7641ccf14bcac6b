"""The stage `load` alone: documents to links into the database, as every command begins. A process of its own."""

from __future__ import annotations

import sys

from dlt_crawler import config, pipeline
from dlt_crawler.terminal import Watch


def main() -> None:
    settings = config.load(None, {"database": sys.argv[1]})
    with Watch(quiet=True) as watch, pipeline.open_job(settings, "benchmark", watch) as job:
        pipeline.store_links(job, ())


if __name__ == "__main__":
    main()
