"""The pages that a run read, as they came, compressed on disk, for those that turn out to be at fault."""

from __future__ import annotations

import tempfile
import zlib
from contextlib import suppress
from pathlib import Path
from typing import IO

import msgspec

from govcrawl.model import Answer

_MOST_BYTES = 256 * 2**20
"""Of one run, compressed; what comes later is fetched again where it is needed."""
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Answer)


class Spool:
    """Answers by address. The file has no name and is gone when the run is, however it ends.

    Args:
        folder: where the file is made (a disk: the machine's own temporary folder may be memory); None, or
            where that can't be written: the machine's own.
        most: bytes, compressed, that are kept.
    """

    def __init__(self, folder: Path | None = None, *, most: int = _MOST_BYTES) -> None:
        self._folder = folder
        self._most = most
        self._file: IO[bytes] | None = None
        self._end = 0
        self._places: dict[str, tuple[int, int]] = {}

    def put(self, answer: Answer, *urls: str) -> None:
        """Keep an answer under its address and those given; nothing where the spool is full or fails."""
        if answer.status is None or self._end >= self._most:
            return
        # Level 1: a page of 30 kB takes 0.4 ms, and most are never looked at again.
        try:
            content = zlib.compress(_encoder.encode(answer), 1)
            if self._file is None:
                self._file = self._opened()
            self._file.seek(self._end)
            self._file.write(content)
        except UnicodeEncodeError:  # a header that no text holds
            return
        except OSError:
            self._most = 0  # a full disk: pages are fetched again where they are needed
            return
        place = (self._end, len(content))
        self._end += len(content)
        for url in (answer.url, *urls):
            self._places[url] = place

    def get(self, url: str) -> Answer | None:
        """The answer that was kept for an address; None: it has to be fetched."""
        place = self._places.get(url)
        if place is None or self._file is None:
            return None
        with suppress(OSError, zlib.error, msgspec.MsgspecError):
            self._file.seek(place[0])
            return _decoder.decode(zlib.decompress(self._file.read(place[1])))
        return None

    def close(self) -> None:
        """Give the disk back."""
        self._places.clear()
        if self._file is not None:
            self._file.close()
            self._file = None

    def _opened(self) -> IO[bytes]:
        if self._folder is not None:
            with suppress(OSError):
                self._folder.mkdir(parents=True, exist_ok=True)
                return tempfile.TemporaryFile(dir=self._folder)
        return tempfile.TemporaryFile()
