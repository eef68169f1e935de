"""Answers that no strict parser takes and every browser shows: their pages are there."""

from __future__ import annotations

import asyncio
import gzip
import ssl
from pathlib import Path

import pytest
from loopback_servers import Authority, Heard, asking, serving

from govcrawl.model import Answer, Cause
from govcrawl.net.lenient import parse

BODY = b"<html><title>x</title>hello</html>"
CL = b"Content-Length: %d\r\n" % len(BODY)
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
SIZE = b"%x" % len(BODY)

SLOPPY = {
    "line feeds only": b"HTTP/1.1 200 OK\nContent-Type: text/html\n\n" + BODY,
    "a length twice": b"HTTP/1.1 200 OK\r\n" + CL + CL + b"\r\n" + BODY,
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n" + CL + b"\r\n" + BODY,
    "a list of lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 34, 34\r\n\r\n" + BODY,
    "a length below nought": b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n" + BODY,
    "an empty length": b"HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n" + BODY,
    "length and chunks": CHUNKED + CL + b"\r\n" + SIZE + b"\r\n" + BODY + b"\r\n0\r\n\r\n",
    "chunks with line feeds": CHUNKED + b"\r\n" + SIZE + b"\n" + BODY + b"\n0\n\n",
    "chunks with blanks": CHUNKED + b"\r\n" + SIZE + b"   \r\n" + BODY + b"\r\n0\r\n\r\n",
    "called chunked and is not": CHUNKED + b"\r\n" + BODY,
    "identity as transfer": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n" + CL + b"\r\n" + BODY,
    "a line without colon": b"HTTP/1.1 200 OK\r\nServer version 1\r\n" + CL + b"\r\n" + BODY,
    "a blank before the colon": b"HTTP/1.1 200 OK\r\nX-A : 1\r\n" + CL + b"\r\n" + BODY,
    "a header without name": b"HTTP/1.1 200 OK\r\n: 1\r\n" + CL + b"\r\n" + BODY,
    "a nought in a header": b"HTTP/1.1 200 OK\r\nX-A: a\0b\r\n" + CL + b"\r\n" + BODY,
    "a reason in GBK": "HTTP/1.1 200 成功\r\n".encode("gbk") + CL + b"\r\n" + BODY,
    "no reason": b"HTTP/1.1 200\r\n" + CL + b"\r\n" + BODY,
    "a version that is none": b"HTTP/1.2 200 OK\r\n" + CL + b"\r\n" + BODY,
    "icy": b"ICY 200 OK\r\n\r\n" + BODY,
    "an encoding that is none": b"HTTP/1.1 200 OK\r\nContent-Encoding: utf-8\r\n" + CL + b"\r\n" + BODY,
    "first a 100": b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nX A\r\n" + CL + b"\r\n" + BODY,
    "gzip in it": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nX A\r\n\r\n" + gzip.compress(BODY),
}


async def ask(raw: bytes, tls: ssl.SSLContext | None = None) -> Answer:
    async def reply(heard: Heard, writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        await writer.drain()
        writer.close()

    scheme, port = ("https", 443) if tls else ("http", 80)
    async with (
        serving(reply, tls=tls) as server,
        asking({f"www.example.gov.cn:{port}": f"127.0.0.1:{server.port}"}) as client,
    ):
        return await client.ask(f"{scheme}://www.example.gov.cn/a?b")


@pytest.mark.parametrize("raw", SLOPPY.values(), ids=SLOPPY.keys())
def test_a_sloppy_answer_is_read(raw: bytes) -> None:
    answer = asyncio.run(ask(raw))
    assert (answer.status, answer.error, answer.reason, answer.body) == (200, None, "", BODY)


def test_the_same_over_tls(tmp_path: Path) -> None:
    answer = asyncio.run(ask(SLOPPY["a line without colon"], Authority.new(tmp_path).context()))
    assert (answer.status, answer.error, answer.body) == (200, None, BODY)


@pytest.mark.parametrize("raw", [BODY, b"SSH-2.0-x\r\n\r\n", b"HTTP/1.1 2000 OK\r\n\r\n", b"\x15\x03\x01"])
def test_what_is_no_http_stays_none(raw: bytes) -> None:
    answer = asyncio.run(ask(raw))
    assert (answer.status, answer.error, answer.reason) == (None, Cause.RESET, "no http answer")


def test_headers_are_text_whatever_their_bytes() -> None:
    raw = "HTTP/1.1 302 Found\r\nX-Name: 中文\r\nLocation: /公告/a b%20c\r\n\r\n".encode("gbk")
    answer = asyncio.run(ask(raw))
    assert answer.headers["x-name"] == "中文"
    assert answer.location == "/%B9%AB%B8%E6/a b%20c"


def test_limits_hold() -> None:
    rough = parse(b"HTTP/1.1 200 OK\r\nX A\r\n\r\n" + b"x" * 10_000, 1_000)
    assert rough is not None
    assert (len(rough.body.body), rough.body.full) == (1_000, True)
    bomb = gzip.compress(b"\0" * 50_000_000)
    rough = parse(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + bomb, 1_000)
    assert rough is not None
    assert (len(rough.body.body), rough.body.full) == (1_000, True)
    flood = parse(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000, 1_000)
    assert flood is not None
    assert len(flood.headers) <= 1_000
