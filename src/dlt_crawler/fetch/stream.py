"""The door for workers: one crawl that goes on for as long as there is work, in batches that come and go."""

from __future__ import annotations

import multiprocessing
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from types import TracebackType

from dlt_crawler.config import FetchSettings
from dlt_crawler.errors import CrawlError
from dlt_crawler.fetch.children import Children
from dlt_crawler.fetch.clerk import Clerk, RobotsCache
from dlt_crawler.fetch.copying import CopiedBatch, Copies
from dlt_crawler.fetch.frontier import Batch
from dlt_crawler.fetch.manners.lease import Lease
from dlt_crawler.fetch.manners.limits import SlotLimits
from dlt_crawler.fetch.starting import start, useful_processes
from dlt_crawler.fetch.streaming import Ended, OnPause, Streaming, Work
from dlt_crawler.model import Rest
from dlt_crawler.sites import Sites


class Stream:
    """Child processes that ask the web for batches of links, each of one site, for as long as the block lasts.

    All is asked under a lease: the children ask nobody before the first `renew`, nor when the latest one has run out.
    What waits then is held, turn and all, and goes on when the lease is renewed. So a process that was stopped, or does
    not hear of its database, asks nobody any more by the time at which others do its work.

    `add`, `renew`, `stop` and `kill` may be called from any thread.
    """

    def __init__(
        self,
        settings: FetchSettings,
        *,
        contact: str = "",
        sites: Sites | None = None,
        robots: RobotsCache | None = None,
        copies: Copies | None = None,
        paused: OnPause | None = None,
        flush: Callable[[], object] | None = None,
    ) -> None:
        """As `Crawler`; `robots`, `copies`, `paused` and `flush` are called in the stream's own thread.

        `flush` follows the `record`s of several batches whose observations came together, so that they can be stored
        together: until then none of them is done.
        `paused` hears at once of what `Ended.rests` say in the end, where they are longer than some seconds: this
        process may not live to see that end.
        """
        self._settings = settings
        self._contact = contact
        self._sites = Sites() if sites is None else sites
        self._robots = robots
        self._copies = copies
        self._paused = paused
        self._flush = flush
        self._lease = Lease()
        self._children: Children | None = None
        self._streaming: Streaming | None = None
        self._thread: threading.Thread | None = None
        self._hearing, self._bell = multiprocessing.Pipe(duplex=False)
        self._lock = threading.Lock()
        self._works: dict[str, Work] = {}
        """By site, from `add` on until the future is resolved."""
        self._added: deque[Work] = deque()
        self._rung = False
        self._stopped = False
        self._killed = False
        self._failure: BaseException | None = None

    def __enter__(self) -> Stream:
        """Start `fetch.processes` children, or as many as are useful on this machine, and the thread."""
        self._children = start(
            self._settings.processes or useful_processes(self._settings),
            self._settings,
            contact=self._contact,
            sites=self._sites,
            remembers_robots=self._robots is not None,
            copies=self._copies,
            lease=self._lease,
        )
        clerk = Clerk(self._children, self._robots, self._copies)
        limits = SlotLimits(self._settings, self._sites)
        streaming = Streaming(self._children, clerk, limits, self._resolve, paused=self._paused, flush=self._flush)
        self._streaming = streaming
        self._thread = threading.Thread(target=self._run, args=(self._children, streaming), name="stream", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """`stop` and wait until all batches are complete; after an exception, `kill`."""
        if kind is None:
            self.stop()
        else:
            self.kill()
        if self._thread is not None:
            self._thread.join()

    def add(self, site: str, batch: Batch, *, look: tuple[int, int], rests: Sequence[Rest] = ()) -> Future[Ended]:
        """Check the links of a batch, and resolve the future when everything that became of them is recorded.

        `site`: of all its links, or of what their trails lead to (`urls.site_of`). `look`: number of the run, and of
        the look in it: when it is another one than before, it is forgotten what went wrong before. `rests`: what slots
        of the site have from now on, as whoever asked them before has left them.

        Methods of the batch are called in the stream's own thread: `loads` and `claim` for all of it soon after this
        call, `record` and `hand_on` with at most 500 links at a time, at most about a second old. What they raise fails
        the stream: all futures get it, the children are ended, and nothing more is recorded; so does CrawlError for the
        death of a child, an error of ours, and a link with another number of outcomes than one.

        Raises CrawlError when the stream has failed, or was stopped; ValueError when a batch of this site is under way.
        """
        given = batch if self._copies is None else CopiedBatch(batch, self._copies)
        work = Work(site, given, look, tuple(rests))
        # It is under way from here on, whoever waits: nobody can cancel it.
        work.future.set_running_or_notify_cancel()
        with self._lock:
            if self._stopped or self._killed or self._failure is not None:
                raise CrawlError("the stream takes no more batches") from self._failure
            if site in self._works:
                raise ValueError(f"a batch of {site} is under way")
            self._works[site] = work
            self._added.append(work)
        self._ring()
        return work.future

    @property
    def is_laden(self) -> bool:
        """Whether its processes have as much to do as they can: what is added now is done no sooner for it.

        It is never so because servers answer slowly, or politeness waits.
        """
        return self._streaming is not None and self._streaming.is_laden

    def renew(self, seconds: float) -> None:
        """Let the lease last until so many seconds from now (math.inf: for ever), whatever it was before."""
        self._lease.renew(seconds)

    def stop(self) -> None:
        """Begin no more links, and return at once: what is under way ends, and each batch then, its rest released."""
        with self._lock:
            self._stopped = True
        self._ring()

    def kill(self) -> None:
        """End the children at once, and fail all futures with CrawlError: for work that is somebody else's by now.

        Nothing is recorded any more but for what the stream's thread is recording in this moment.
        """
        self._killed = True
        if self._children is not None:
            self._children.kill()
        self._ring()

    def _run(self, children: Children, streaming: Streaming) -> None:
        """Serve the children until they are done, in the thread."""
        try:
            self._serve(children, streaming)
        except BaseException as error:  # noqa: BLE001 - raised where the futures are waited for
            children.end(at_once=True)
            self._fail(CrawlError("the stream was killed") if self._killed else error)
        else:
            if self._works:
                self._fail(CrawlError(f"there was no end to what was asked of {next(iter(self._works))}"))
            children.end(at_once=False)

    def _serve(self, children: Children, streaming: Streaming) -> None:
        streaming.begin()
        told = False
        while not streaming.done:
            if self._take_up(streaming) and not told:
                told = True
                streaming.stop()
            for number, reply in children.replies(self._hearing):
                # What was said before the children were killed is not to be recorded either.
                if not self._killed:
                    streaming.hear(number, reply)

    def _take_up(self, streaming: Streaming) -> bool:
        """Begin the batches that were added, or give them back when the stream is stopped; return whether it is."""
        with self._lock:
            if self._rung:
                self._hearing.recv_bytes()
                self._rung = False
            added, stopped = [*self._added], self._stopped
            self._added.clear()
        for work in added:
            if stopped:
                streaming.give_back(work)
            else:
                streaming.take(work)
        return stopped

    def _ring(self) -> None:
        with self._lock:
            if not self._rung:
                self._rung = True
                self._bell.send_bytes(b"!")

    def _resolve(self, work: Work, ended: Ended) -> None:
        with self._lock:
            del self._works[work.site]
        work.future.set_result(ended)

    def _fail(self, error: BaseException) -> None:
        with self._lock:
            self._failure = error
            works = [*self._works.values()]
            self._works.clear()
        for work in works:
            work.future.set_exception(error)
