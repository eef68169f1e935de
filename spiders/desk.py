"""Where pages are read: in this process, or beside it once reading is what holds up asking.

On one core, on a small site, or on a site that answers slower than its pages are read (nearly every real
one), all is read here. Elsewhere a second process reads; asking then runs ahead of it by a bounded number of
bytes, so that what answers slowly, and what has to be asked twice, is asked long before the run ends.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from govcrawl.model import Answer, Cause, Look
from spiders.reading import Reader, Wanted
from spiders.reading_process import ReadingProcess, ReadingProcessError

_log = logging.getLogger(__name__)

AHEAD = 1000
"""Pages that may be asked and not read yet, at most."""
_UNREAD = 24 * 2**20
"""Bytes of pages that may wait for the second process; what comes beyond is read here."""
_FIRST = 50
"""Pages that are read here before it is judged where time goes."""
_BUSY = 1 / 3
"""Share of the time spent on reading from which a second process reads."""


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Desk:
    """Reads pages for a run.

    Args:
        reader: how they are read.
        beside: may a second process be used.
    """

    def __init__(self, reader: Reader, *, beside: bool) -> None:
        self._reader = reader
        self._beside = beside and cores() > 1
        self._process: ReadingProcess | None = None
        self._starting: asyncio.Task[None] | None = None
        self._read = 0
        self._busy = 0.0
        self._since: float | None = None
        self._unread = 0
        self._waiting = 0
        self.on_asked: Callable[[], None] = lambda: None
        """Called when a page is asked and has only to be read: another may be asked."""

    @property
    def ahead(self) -> int:
        """Pages that were asked and wait to be read: so many may be under way beyond those being asked."""
        return min(self._waiting, AHEAD)

    def _here(
        self, url: str, answers: Sequence[Answer], *, stopped: Cause | None, home: bool, wanted: Wanted
    ) -> Look:
        """As `Reader.read`, in this process."""
        began = time.perf_counter()
        self._since = self._since or began
        look = self._reader.read(url, answers, stopped=stopped, home=home, wanted=wanted)
        ended = time.perf_counter()
        self._read += 1
        self._busy += ended - began
        if self._beside and self._read >= _FIRST and self._busy > _BUSY * (ended - self._since):
            self._beside = False
            self._starting = asyncio.ensure_future(self.start())
        return look

    async def here(
        self,
        url: str,
        answers: Sequence[Answer],
        *,
        stopped: Cause | None,
        home: bool,
        wanted: Wanted,
        asked: Callable[[], None],
    ) -> Look:
        """As `anywhere`, in this process: the `ReadPage` then holds the page itself."""
        del asked  # reading is over before anybody else could ask
        return self._here(url, answers, stopped=stopped, home=home, wanted=wanted)

    async def anywhere(
        self,
        url: str,
        answers: Sequence[Answer],
        *,
        stopped: Cause | None,
        home: bool,
        wanted: Wanted,
        asked: Callable[[], None],
    ) -> Look:
        """As `Reader.read`; `asked` is called when only reading is left to do."""
        size = len(answers[-1].body)
        full = self._unread + size > _UNREAD
        if self._process is None or full or not size or answers[-1].status != 200:
            return self._here(url, answers, stopped=stopped, home=home, wanted=wanted)
        self._unread += size
        self._waiting += 1
        asked()
        self.on_asked()
        try:
            process = self._process
            if process is not None:
                look = await process.read(url, list(answers), stopped=stopped, home=home, wanted=wanted)
                if look is not None:
                    return look
        except ReadingProcessError as error:
            if self._process is not None:
                _log.warning("the process that reads is gone (%s): pages are read in this one", error)
                await self._end()
        finally:
            self._unread -= size
            self._waiting -= 1
        return self._here(url, answers, stopped=stopped, home=home, wanted=wanted)

    async def start(self) -> None:
        """Read beside this process from now on; where that can't be the log says so, and all goes on here."""
        try:
            self._process = await ReadingProcess.start(self._reader)
        except ReadingProcessError as error:
            _log.warning("no second process to read (%s): pages are read in this one", error)

    async def close(self) -> None:
        """End the second process, if there is one."""
        if self._starting is not None:
            self._starting.cancel()
            with suppress(asyncio.CancelledError):
                await self._starting
        await self._end()

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            await process.close()
