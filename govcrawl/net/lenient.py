"""Answers that a strict parser refuses and a browser shows: read once more, with a browser's patience.

Old servers repeat Content-Length, put blanks before colons, send lines without any, or call a plain body
chunked. Their pages open in every browser, so a link to them is no dead link.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from govcrawl.net.connect import Endpoint
from govcrawl.net.wire import Unpacker, Wire

_HEAD_LIMIT = 256 * 1024
"""Bytes of a status line and headers, as in Chromium."""
_STATUS = re.compile(rb"\s*(?:HTTP/\d+(?:\.\d+)?|ICY)[ \t]+(\d{3})(?!\d)", re.IGNORECASE)
_END = re.compile(rb"\r?\n\r?\n")
_LENGTH = re.compile(rb"\ncontent-length[ \t]*:[ \t]*(\d{1,12})[ \t]*\r?\n", re.IGNORECASE)
_SILENCE = 2.0
"""Seconds without a byte after which an answer that has begun is taken for whole."""
_CHUNK = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,1000})?\r?\n")


@dataclass(frozen=True, slots=True)
class Rough:
    """What could be read of such an answer."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    """Names in lower case, in their order."""
    body: Unpacker


async def ask_roughly(
    place: Wire, end: Endpoint, method: str, headers: Mapping[str, str], limit: int, context: ssl.SSLContext
) -> Rough | None:
    """One request on a connection of its own; None: no HTTP at all.

    Args:
        place: what is asked.
        end: where it is asked.
        method: without a body of its own.
        headers: to be sent beside Host and Connection.
        limit: bytes of the body to keep.
        context: for https.

    Raises:
        OSError: the connection failed. The caller sets the time.
    """
    secure = place.scheme == "https"
    reader, writer = await asyncio.open_connection(
        end.ip, end.port, ssl=context if secure else None, server_hostname=place.host if secure else None
    )
    try:
        writer.write(_request(place, method, headers))
        await writer.drain()
        raw = await _read(reader, limit * 2 + _HEAD_LIMIT)
    finally:
        writer.close()
    return parse(raw, limit, bodiless=method == "HEAD")


def parse(raw: bytes, limit: int, *, bodiless: bool = False) -> Rough | None:
    """Read the bytes of one answer as a browser would; None: no HTTP at all."""
    while match := _STATUS.match(raw):
        end = _END.search(raw, match.end(), _HEAD_LIMIT)
        lines = raw[match.end() : end.start() if end else _HEAD_LIMIT].split(b"\n")[1:]
        raw = raw[end.end() :] if end else b""
        status = int(match[1])
        if 100 <= status < 200 and _STATUS.match(raw):
            continue  # "100 Continue", before the answer itself
        headers = _headers(lines)
        return Rough(status, headers, _body(b"" if bodiless else raw, dict(headers), limit))
    return None


def _request(place: Wire, method: str, headers: Mapping[str, str]) -> bytes:
    parts = urlsplit(place.url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    lines = [f"{method} {path} HTTP/1.1", f"host: {parts.netloc}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "connection: close", "", ""]).encode("utf-8", "replace")


async def _read(reader: asyncio.StreamReader, most: int) -> bytes:
    """Until the other side ends, the length it named is there, or nothing comes any more."""
    raw = bytearray()
    while len(raw) < most and not _complete(raw):
        try:
            async with asyncio.timeout(_SILENCE if raw else None):
                piece = await reader.read(65_536)
        except (OSError, TimeoutError):
            break  # what came before is still an answer
        if not piece:
            break
        raw += piece
    return bytes(raw[:most])


def _complete(raw: bytearray) -> bool:
    if len(raw) >= 32 and not _STATUS.match(raw):
        return True  # no HTTP, and nothing to wait for
    end = _END.search(raw)
    if end is None:
        return False
    length = _LENGTH.search(raw, 0, end.end())
    return length is not None and len(raw) >= end.end() + int(length[1])


def _headers(lines: list[bytes]) -> tuple[tuple[bytes, bytes], ...]:
    found: list[tuple[bytes, bytes]] = []
    for line in lines[:1000]:
        name, colon, value = line.partition(b":")
        if line[:1] in b" \t" and found:
            found[-1] = (found[-1][0], found[-1][1] + b" " + line.strip())
        elif colon and name.strip():
            found.append((name.strip().lower(), value.strip(b" \t\r\0")))
    return tuple(found)


def _body(raw: bytes, headers: Mapping[bytes, bytes], limit: int) -> Unpacker:
    unpacker = Unpacker(headers.get(b"content-encoding", b"").decode("latin-1"), limit)
    length = headers.get(b"content-length", b"").split(b",")[0].strip()
    if b"chunked" in headers.get(b"transfer-encoding", b"").lower():
        raw = _unchunked(raw)
    elif length.isdigit() and len(length) < 16:
        raw = raw[: int(length)]
    unpacker.feed(raw)
    unpacker.end()
    return unpacker


def _unchunked(raw: bytes) -> bytes:
    """The body of a chunked answer; as it stands where it is not chunked after all."""
    body = bytearray()
    at = 0
    while (match := _CHUNK.match(raw, at)) and (size := int(match[1], 16)):
        body += raw[match.end() : match.end() + size]
        at = match.end() + size
        at += len(raw[at : at + 2]) - len(raw[at : at + 2].lstrip(b"\r\n"))
    return bytes(body) if at or match else raw
