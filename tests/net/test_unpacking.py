"""Bodies undone piece by piece: the same whatever the pieces, never more than the limit, never a crash."""

from __future__ import annotations

import gzip
import zlib

from hypothesis import given
from hypothesis import strategies as st

from govcrawl.net.cookies import Cookies
from govcrawl.net.lenient import parse
from govcrawl.net.wire import Unpacker

ENCODINGS = st.sampled_from(["", "identity", "gzip", "x-gzip", "deflate", "br", "gzip, gzip", "none", "GZIP"])


def pieces(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


@given(st.binary(max_size=3000), st.integers(1, 700), st.sampled_from(["gzip", "deflate", "bare", "two"]))
def test_the_pieces_do_not_matter(data: bytes, size: int, how: str) -> None:
    half = len(data) // 2
    packed = {
        "gzip": gzip.compress(data),
        "deflate": zlib.compress(data),
        "bare": zlib.compress(data)[2:-4],
        "two": gzip.compress(data[:half]) + gzip.compress(data[half:]),
    }[how]
    unpacker = Unpacker("gzip" if how in {"gzip", "two"} else "deflate", 1_000_000)
    for piece in pieces(packed, size):
        unpacker.feed(piece)
    unpacker.end()
    assert bytes(unpacker.body) == data
    assert (unpacker.full, unpacker.problem) == (False, "")


@given(st.binary(max_size=3000), st.integers(1, 700), st.integers(0, 2000), ENCODINGS)
def test_whatever_comes_the_limit_holds(data: bytes, size: int, limit: int, encoding: str) -> None:
    for body in (data, gzip.compress(data), gzip.compress(data)[:-5] + data):
        unpacker = Unpacker(encoding, limit)
        for piece in pieces(body, size):
            unpacker.feed(piece)
        unpacker.end()
        assert len(unpacker.body) <= limit


@given(st.binary(max_size=2000), st.integers(0, 500))
def test_whatever_a_server_says_is_read_or_refused(data: bytes, limit: int) -> None:
    for raw in (
        data,
        b"HTTP/1.1 200 OK\r\n" + data,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + data,
    ):
        rough = parse(raw, limit)
        assert rough is None or len(rough.body.body) <= limit


@given(st.text(max_size=200))
def test_whatever_a_cookie_says_a_header_stays_one_line(text: str) -> None:
    cookies = Cookies()
    cookies.take("http://www.example.gov.cn/", f"{text}\na={text}\na=1; Domain={text}")
    assert not set(cookies.header("http://www.example.gov.cn/")) & {"\r", "\n", "\0"}


def test_a_gzip_body_that_ends_early_is_noticed() -> None:
    """What is missing may be the very thing that is asked for: such a page is not whole."""
    whole = gzip.compress("更新的内容".encode() * 1000)
    for cut in (len(whole) - 4, len(whole) // 2, 12):
        unpacker = Unpacker("gzip", 1_000_000)
        unpacker.feed(whole[:cut])
        unpacker.end()
        assert unpacker.problem == "content-encoding cut short", f"cut after {cut} bytes of {len(whole)}"
    complete = Unpacker("gzip", 1_000_000)
    complete.feed(whole)
    complete.end()
    assert complete.problem == ""
