"""The process that reads PDFs: one after the other, each within limits. Knows nothing but its pipes.

    python -m dlt_crawler.fetch.visit.document_worker SECONDS BYTES

The limits are of the processor time of each document and of the address space of the process: on a busy machine this
process comes last, and a document may take longer by the clock. A document is its length (4 bytes,
big-endian) and its bytes; the answer is its title and its authors, a line each, likewise, in UTF-8. Two empty lines are
said at first, too: the process is ready. A document that takes more time or memory than it may ends the process: that
is the answer, too.
"""

from __future__ import annotations

import os
import resource
import select
import signal
import struct
import sys
import threading
from contextlib import suppress

_NICENESS = 10
"""Behind everything that people and other pages wait for."""
LENGTH = struct.Struct("!I")


def main(seconds: float, memory: int) -> None:
    """Serve until standard input ends."""
    # Crawling processes import this module, and need not know how PDFs are read.
    from dlt_crawler.page.pdf import said_by_pdf  # noqa: PLC0415

    source = sys.stdin.buffer
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    # Ctrl-C goes to every process of the terminal; whoever started this one decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # The system ends the process then, which may be deep in a function of C.
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_AS, memory)
    os.nice(_NICENESS)
    threading.Thread(target=_end_with_caller, daemon=True).start()
    answer = b"\n"
    while True:
        answers.write(LENGTH.pack(len(answer)) + answer)
        answers.flush()
        length = source.read(LENGTH.size)
        if len(length) < LENGTH.size:
            return
        body = source.read(*LENGTH.unpack(length))
        signal.setitimer(signal.ITIMER_PROF, seconds)
        try:
            said = said_by_pdf(body)
            answer = f"{said.title or ''}\n{said.authors}".encode()
        except MemoryError:
            # What is left of it would be missing to the next one.
            os._exit(1)
        signal.setitimer(signal.ITIMER_PROF, 0)


def _limit(what: int, bound: int) -> None:
    _soft, hard = resource.getrlimit(what)
    # A system may know a limit and refuse it, as macOS does with that of the address space.
    with suppress(ValueError, OSError):
        resource.setrlimit(what, (bound if hard == resource.RLIM_INFINITY else min(bound, hard), hard))


def _end_with_caller() -> None:
    # A caller that is killed closes its end of the pipe, which is read only between two documents.
    pipe = select.poll()
    pipe.register(0, 0)
    pipe.poll()
    os._exit(1)


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]))
