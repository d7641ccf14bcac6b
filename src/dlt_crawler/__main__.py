"""`python -m dlt_crawler` and the command `dlt-crawl`."""

import signal
import sys
from types import FrameType


def main() -> None:
    """Run the command line."""
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        # The crawling process, which is spawned, imports this module, too, and has no use for a command line.
        from dlt_crawler import cli  # noqa: PLC0415

        cli.main()
    except KeyboardInterrupt:
        # While modules are loaded: nothing has begun.
        sys.exit(130)
    finally:
        # What was to be done is done, and said with the exit status.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    # Ends like Ctrl-C: the crawl stops, what was recorded stays, the next run goes on from there.
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
