"""`make demo`: the nightly job on seeds/, by the unmodified program, in a small internet of its own."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import typer

from tests.internet.client import ROOT
from tests.internet.namespace import Namespace, why_not
from tests.internet.seeds import FATES, HOSTS

CONFIG = Path("tests/internet/demo.toml")
STORAGE = Path("storage/demo")
COMMAND = ("-m", "dlt_crawler", "--config", str(CONFIG), "run")

WHAT = f"""\
dlt-crawl checks every link of seeds/ under its real name, in a small internet that exists on this machine only:
a name server, web servers on ports 80 and 443, and a stand-in for the Wayback Machine.
{len(FATES)} links and {len(HOSTS)} hosts moved, died or fallen ill; the rest lives (tests/internet/seeds.py).
"""

WHERE = f"""
The results of the demo:
  {STORAGE}/repaired/        the documents, repaired; diff -r seeds {STORAGE}/repaired/seeds
  {STORAGE}/reports/         the report
  {STORAGE}/dlt-crawl.db     every check; ask it with  .venv/bin/dlt-crawl --config {CONFIG} report --all
"""


def main() -> int:
    if reason := why_not():
        typer.echo(f"The demo needs a network namespace of its own, and {reason}. Try: sudo make demo", err=True)
        return 3
    os.chdir(ROOT)
    # Every demo starts from nothing, so that it shows the same thing each time.
    shutil.rmtree(STORAGE, ignore_errors=True)
    STORAGE.mkdir(parents=True)
    typer.echo(WHAT)
    with Namespace("seeds") as internet:
        status = internet.attend([sys.executable, *COMMAND])
    if status == 0:
        typer.echo(WHERE)
    return status


if __name__ == "__main__":
    sys.exit(main())
