"""Failures by name: what the system calls them, and what they say about the other side."""

from __future__ import annotations

import errno
import ssl

import aiohttp
import pytest

from govcrawl.model import Cause
from govcrawl.net.failures import cause_of, tls_reason


def wrapped(number: int) -> aiohttp.ClientError:
    """As aiohttp hands on a failed connection."""
    inner = OSError(number, errno.errorcode[number])
    outer = aiohttp.ClientOSError(number, "Cannot connect")
    outer.__cause__ = inner
    return outer


@pytest.mark.parametrize(
    ("number", "cause"),
    [
        (errno.ECONNREFUSED, Cause.REFUSED),
        (errno.ECONNRESET, Cause.RESET),
        (errno.EPIPE, Cause.RESET),
        (errno.ETIMEDOUT, Cause.TIMEOUT),
        (errno.ENETUNREACH, Cause.UNROUTABLE),
        (errno.EHOSTUNREACH, Cause.UNROUTABLE),
        (errno.EADDRNOTAVAIL, Cause.UNROUTABLE),
        (errno.EAFNOSUPPORT, Cause.UNROUTABLE),
        (errno.EMFILE, Cause.LOCAL),
        (errno.EACCES, Cause.LOCAL),
        (errno.EPERM, Cause.LOCAL),
        (errno.ENOBUFS, Cause.LOCAL),
    ],
)
def test_by_number(number: int, cause: Cause) -> None:
    assert cause_of(wrapped(number))[0] is cause
    assert cause_of(OSError(number, "bare"))[0] is cause


def test_the_innermost_says_it() -> None:
    outer = aiohttp.ServerDisconnectedError()
    outer.__cause__ = ssl.SSLError(1, "[SSL: UNSUPPORTED_PROTOCOL] unsupported protocol (_ssl.c:1006)")
    assert cause_of(outer) == (Cause.TLS, "protocol too old")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[SSL: WRONG_VERSION_NUMBER] wrong version number", "not tls"),
        ("[SSL: TLSV1_ALERT_PROTOCOL_VERSION] tlsv1 alert protocol version", "protocol too old"),
        (
            "[SSL: UNSAFE_LEGACY_RENEGOTIATION_DISABLED] unsafe legacy renegotiation disabled",
            "legacy renegotiation",
        ),
        ("[SSL: DH_KEY_TOO_SMALL] dh key too small", "weak key"),
        ("[SSL: SSLV3_ALERT_HANDSHAKE_FAILURE] sslv3 alert handshake failure", "handshake failure"),
        ("[SSL: TLSV1_UNRECOGNIZED_NAME] tlsv1 unrecognized name", "name not served"),
        ("something new", "handshake"),
    ],
)
def test_handshakes(text: str, reason: str) -> None:
    assert tls_reason(ssl.SSLError(1, text)) == reason


def test_a_fault_of_our_own_blames_nobody() -> None:
    assert cause_of(RuntimeError("loop is closed")) == (Cause.LOCAL, "RuntimeError")
    assert cause_of(ValueError("x"))[0] is Cause.LOCAL


def test_a_circle_of_causes_ends() -> None:
    one, two = OSError("one"), aiohttp.ClientError("two")
    one.__cause__, two.__cause__ = two, one
    assert cause_of(two)[0] in Cause
