"""Reading the site's own pages, breadth first, and storing what was seen of them as it goes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from govcrawl.store import Store
from spiders.frontier import Entry
from spiders.visits import Visit, Visitor

_RECALLED = 100
"""Pages whose memory is fetched from the store at once."""
_STORE_EVERY = 50
"""Pages after which what was read is stored: so much is lost at most when the process is killed."""


class PageRound:
    """All pages that are queued, and those that they lead to.

    Args:
        visitor: visits one page; its frontier is the queue.
        at_once: pages that are asked at the same time.
        over: is the time of the run used up; then no further page is begun.
        store: where what was seen is kept.
        run: whose pages they are.
        now: the time.
    """

    def __init__(
        self,
        visitor: Visitor,
        *,
        at_once: int,
        over: Callable[[], bool],
        store: Store,
        run: int,
        now: Callable[[], datetime],
    ) -> None:
        self._visitor = visitor
        self._at_once = at_once
        self._over = over
        self._store = store
        self._run = run
        self._now = now

    async def read(self) -> None:
        """Visit pages until none is left: as many at once as may be asked, more while reading lags behind."""
        running: set[asyncio.Task[Visit]] = set()
        ended: list[asyncio.Task[Visit]] = []
        news = asyncio.Event()
        self._visitor.desk.on_asked = news.set

        def end(task: asyncio.Task[Visit]) -> None:
            running.discard(task)
            ended.append(task)
            news.set()

        try:
            while True:
                if self._over():
                    self._visitor.frontier.stop()
                while len(running) < self._at_once + self._visitor.desk.ahead and (entry := self._next()):
                    task = asyncio.ensure_future(self._visitor.visit(entry))
                    running.add(task)
                    task.add_done_callback(end)
                if not running and not ended:
                    break
                await news.wait()
                news.clear()
                while ended:
                    ended.pop().result()  # a fault of ours must surface, not vanish in a task
                if len(self._visitor.seen) >= _STORE_EVERY:
                    self._keep()
        finally:
            for task in running:
                task.cancel()
        self._keep()

    def _next(self) -> Entry | None:
        """The next page, with what earlier runs kept of it at hand."""
        frontier, memory = self._visitor.frontier, self._visitor.memory
        entry = frontier.take()
        if entry is not None and not memory.knows(entry.url):
            memory.prepare([entry.url, *frontier.next(_RECALLED)])
        return entry

    def _keep(self) -> None:
        self._store.record_pages(self._run, self._visitor.take_seen(), self._now())
