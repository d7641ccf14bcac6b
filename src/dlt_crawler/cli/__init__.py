"""The command line: the only place that prints results or exits.

Results go to stdout, talk to stderr. Exit status: 0 done · 1 broken links and `--exit-code` · 2 wrong usage or
configuration · 3 could not do the work · 75 another run holds the lock · 130 interrupted.
"""

from __future__ import annotations

import io
import os
import sys

from typer.main import get_group

# Imported for their commands, which they add to the application; the help lists them in this order.
from dlt_crawler.cli import stages  # noqa: F401

# isort: split
from dlt_crawler.cli import merging  # noqa: F401

# isort: split
from dlt_crawler.cli import repairs  # noqa: F401

# isort: split
from dlt_crawler.cli import views  # noqa: F401

# isort: split
from dlt_crawler.cli import search  # noqa: F401

# isort: split
from dlt_crawler.cli import export  # noqa: F401

# isort: split
from dlt_crawler.cli import working  # noqa: F401

# isort: split
from dlt_crawler.cli import metrics, nights, upkeep  # noqa: F401
from dlt_crawler.cli.app import app
from dlt_crawler.cli.language import language_asked_for, run, speak, translated
from dlt_crawler.errors import DltCrawlError
from dlt_crawler.terminal import LogFormat, asked_for, configure, tell_bug, tell_error

__all__ = ["app", "main"]


def main() -> None:
    """Run the command line and exit."""
    _open_standard_streams()
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show Chinese is no reason to show nothing.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    # Until the options are understood; they may be what is wrong.
    log_format = asked_for(sys.argv[1:], os.environ)
    configure(log_format)
    speak(language_asked_for(sys.argv[1:], os.environ))
    try:
        run(translated(get_group(app)), "dlt-crawl", for_people=log_format is LogFormat.TEXT)
    except DltCrawlError as error:
        tell_error(str(error))
        sys.exit(error.exit_status)
    except Exception as error:  # noqa: BLE001 - the last resort: Python's own exit status 1 would mean "broken links"
        tell_bug(error)
        sys.exit(3)


def _open_standard_streams() -> None:
    """Fill standard streams that are closed: else the next file or pipe that is opened would take their place."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free
