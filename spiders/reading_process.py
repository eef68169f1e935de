"""A process that only reads: asking goes on in this one, reading in that one, on two cores.

    python -P -m spiders.reading_process     what `ReadingProcess.start` runs

Frames go through its standard input and output: four bytes of length, then msgpack. Answers come in the
order of the questions. It ends when its input does, so that it never outlives who started it; it holds no
database, no connection and no clock. An empty answer says that it could not read a page.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import BinaryIO

import msgspec

from govcrawl.model import Answer, Cause, Evidence, Look, SiteNames
from spiders.facts import PageFacts, pack
from spiders.reading import Reader, ReadPage, Wanted

_SENT_AHEAD = 4
"""Questions that are under way at once: enough that it never waits for the next one."""
_LENGTH = 4
"""Bytes of a frame's length."""


class ReadingProcessError(Exception):
    """The process is gone."""


@dataclass(frozen=True, slots=True)
class _Settings:
    today: date
    names: SiteNames
    parts: bool


@dataclass(frozen=True, slots=True)
class _Question:
    """As the arguments of `Reader.read`."""

    url: str
    answers: list[Answer]
    stopped: Cause | None
    home: bool
    wanted: Wanted


@dataclass(frozen=True, slots=True)
class _Told:
    """A look, and its page taken apart."""

    look: Look
    facts: PageFacts | None = None
    packed: bytes | None = None
    content_hash: str = ""
    evidence: dict[int, Evidence] | None = None
    """By index, of links whose address this process had not shown before, and of those that float."""


_encode = msgspec.msgpack.Encoder().encode
_settings = msgspec.msgpack.Decoder(_Settings)
_questions = msgspec.msgpack.Decoder(_Question)
_tellings = msgspec.msgpack.Decoder(_Told)


class ReadingProcess:
    """The other process, seen from the one that asks."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self._to, self._from = process.stdin, process.stdout
        self._unsent: deque[tuple[bytes, asyncio.Future[bytes]]] = deque()
        self._sent: deque[asyncio.Future[bytes]] = deque()
        self._receiving: asyncio.Task[None] | None = None

    @classmethod
    async def start(cls, reader: Reader) -> ReadingProcess:
        """A process that reads as this reader does; it is ready when this returns.

        Raises:
            ReadingProcessError: it could not be started.
        """
        try:
            # -P: modules that lie in the office's folder are no part of the program.
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", __name__),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
            )
        except OSError as error:
            raise ReadingProcessError(str(error)) from error
        made = cls(process)
        try:
            made._write(_encode(_Settings(reader.today, reader.names, reader.parts)))
            await made._frame()
        except (OSError, EOFError) as error:
            await made.close()
            raise ReadingProcessError("it ended while starting") from error
        except BaseException:
            await made.close()
            raise
        made._receiving = asyncio.ensure_future(made._receive())
        return made

    async def read(
        self, url: str, answers: list[Answer], *, stopped: Cause | None, home: bool, wanted: Wanted
    ) -> Look | None:
        """As `Reader.read`; None: it can't be read there.

        Raises:
            ReadingProcessError: the process is gone.
        """
        try:
            question = _encode(_Question(url, answers, stopped, home, wanted))
        except UnicodeEncodeError:
            return None  # bytes of an address that are no text
        if self._receiving is None or self._receiving.done():
            raise ReadingProcessError("it has ended")
        told: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._unsent.append((question, told))
        self._send()
        frame = await told
        return _look(_tellings.decode(frame)) if frame else None

    async def close(self) -> None:
        """End the process, and wait until it has ended."""
        if self._receiving is not None:
            self._receiving.cancel()
        self._to.close()
        if self._sent and self._process.returncode is None:
            self._process.kill()  # nobody takes what it still reads
        await self._process.wait()

    def _send(self) -> None:
        while self._unsent and len(self._sent) < _SENT_AHEAD:
            question, told = self._unsent.popleft()
            self._write(question)
            self._sent.append(told)

    def _write(self, frame: bytes) -> None:
        self._to.write(len(frame).to_bytes(_LENGTH))
        self._to.write(frame)

    async def _frame(self) -> bytes:
        return await self._from.readexactly(int.from_bytes(await self._from.readexactly(_LENGTH)))

    async def _receive(self) -> None:
        try:
            while True:
                frame = await self._frame()
                told = self._sent.popleft()
                self._send()
                if not told.done():  # whoever waited for it may have been cancelled
                    told.set_result(frame)
        except (OSError, EOFError):
            return
        finally:  # however it ends, nobody waits for ever
            for told in (*self._sent, *(waiting for _, waiting in self._unsent)):
                if not told.done():
                    told.set_exception(ReadingProcessError("it ended while it read"))


def _look(told: _Told) -> Look:
    if told.facts is None:
        return told.look
    evidence = told.evidence or {}
    read = ReadPage(
        facts=told.facts,
        content_hash=told.content_hash,
        prove=lambda link: evidence.get(link.index),
        packed=told.packed,
    )
    return replace(told.look, page=read)


# ---------------------------------------------------------------------------------------------
# Below: the other side.


def main() -> None:
    """Read what comes in until nothing more does."""
    # Ctrl-C reaches every process of a terminal; the one that asks decides what becomes of the run.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    come, go = sys.stdin.buffer, sys.stdout.buffer
    first = _take(come)
    if first is None:
        return
    settings = _settings.decode(first)
    reader = Reader(settings.today, settings.names, settings.parts)
    shown: set[str] = set()
    with suppress(BrokenPipeError):  # who asked was killed
        _put(go, b"")
        while (frame := _take(come)) is not None:
            _put(go, _tell(reader, frame, shown))


def _tell(reader: Reader, frame: bytes, shown: set[str]) -> bytes:
    """The answer to one question; empty where reading failed, for the other side then meets the error."""
    question = _questions.decode(frame)
    try:
        look = reader.read(
            question.url,
            question.answers,
            stopped=question.stopped,
            home=question.home,
            wanted=question.wanted,
        )
        read = look.page
        if not isinstance(read, ReadPage):
            return _encode(_Told(look))
        return _encode(
            _Told(
                look=replace(look, page=None),
                facts=read.facts,
                packed=pack(read.facts) if read.facts.lasting else None,
                content_hash=read.content_hash,
                evidence=_evidence(read, shown),
            )
        )
    except Exception:  # it is met again, and said, where the page is then read
        return b""


def _evidence(read: ReadPage, shown: set[str]) -> dict[int, Evidence]:
    floating = frozenset(read.facts.floating)
    found = {}
    for link in read.facts.links:
        if link.url not in shown or link.index in floating:
            shown.add(link.url)
            if (proof := read.prove(link)) is not None:
                found[link.index] = proof
    return found


def _take(come: BinaryIO) -> bytes | None:
    length = come.read(_LENGTH)
    if len(length) < _LENGTH:
        return None
    frame = come.read(int.from_bytes(length))
    return frame if len(frame) == int.from_bytes(length) else None


def _put(go: BinaryIO, frame: bytes) -> None:
    go.write(len(frame).to_bytes(_LENGTH) + frame)
    go.flush()


if __name__ == "__main__":
    main()
