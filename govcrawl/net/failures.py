"""Failures of the network, named by their innermost cause."""

from __future__ import annotations

import errno
import ssl
from collections.abc import Iterator

import aiohttp
from aiohttp.http_exceptions import LineTooLong

from govcrawl.model import Cause

NO_HTTP = "no http answer"
"""The reason of an answer that could not be read as HTTP."""
PROXY = "proxy"
"""The reason of what failed in our own proxy: it says nothing about the other side."""
_LOCAL = {
    errno.EMFILE,
    errno.ENFILE,
    errno.ENOBUFS,
    errno.ENOMEM,
    errno.EACCES,
    errno.EPERM,
    errno.EADDRINUSE,
}
_UNROUTABLE = {
    errno.ENETUNREACH,
    errno.EHOSTUNREACH,
    errno.EADDRNOTAVAIL,
    errno.EAFNOSUPPORT,
    errno.ENETDOWN,
}
_RESET = {errno.ECONNRESET, errno.EPIPE, errno.ECONNABORTED, errno.ESHUTDOWN, errno.ENOTCONN}
_TLS_REASONS: tuple[tuple[str, str], ...] = (
    # parts of OpenSSL's reason codes, in capitals; the first that fits
    ("WRONG_VERSION_NUMBER", "not tls"),
    ("HTTP_REQUEST", "not tls"),
    ("UNSUPPORTED_PROTOCOL", "protocol too old"),
    ("PROTOCOL_VERSION", "protocol too old"),
    ("NO_PROTOCOLS_AVAILABLE", "protocol too old"),
    ("LEGACY_RENEGOTIATION", "legacy renegotiation"),
    ("DH_KEY_TOO_SMALL", "weak key"),
    ("EE_KEY_TOO_SMALL", "weak key"),
    ("CA_KEY_TOO_SMALL", "weak key"),
    ("CA_MD_TOO_WEAK", "weak key"),
    ("NO_SHARED_CIPHER", "no common cipher"),
    ("NO_CIPHERS", "no common cipher"),
    ("HANDSHAKE_FAILURE", "handshake failure"),
    ("CERTIFICATE_REQUIRED", "client certificate required"),
    ("UNRECOGNIZED_NAME", "name not served"),
)
_VERIFY_REASONS = {
    10: "expired",
    9: "not yet valid",
    18: "unknown issuer",
    19: "unknown issuer",
    20: "unknown issuer",
    21: "unknown issuer",
    62: "name mismatch",
    64: "name mismatch",
    66: "weak key",
    67: "weak key",
    68: "weak key",
}
"""By OpenSSL's X509_V_ERR numbers."""


class ProxyFailedError(OSError):
    """Our own proxy could not be used, or did not say that the other side refused."""


def cause_of(error: BaseException) -> tuple[Cause, str]:
    """Cause and reason of a failed request (`Answer.error`, `Answer.reason`).

    Read from the innermost exception that says something: what lies above only says "connection failed".
    """
    chain = list(_chain(error))
    if any(isinstance(each, ProxyFailedError) for each in chain):
        return Cause.LOCAL, PROXY
    for each in chain:
        if isinstance(each, aiohttp.ConnectionTimeoutError):
            return Cause.TIMEOUT, "connect"
        if isinstance(each, aiohttp.SocketTimeoutError):
            return Cause.TIMEOUT, "read"
    for each in reversed(chain):
        if isinstance(each, ssl.SSLError):
            return Cause.TLS, tls_reason(each)
        if isinstance(each, ConnectionRefusedError):
            return Cause.REFUSED, "connect"
        number = each.errno if isinstance(each, OSError) else None
        if number == errno.ECONNREFUSED:
            return Cause.REFUSED, "connect"
        if number == errno.ETIMEDOUT:
            return Cause.TIMEOUT, "connect"
        if number in _UNROUTABLE:
            return Cause.UNROUTABLE, errno.errorcode.get(number or 0, "").lower()
        if number in _LOCAL:
            return Cause.LOCAL, errno.errorcode.get(number or 0, "").lower()
        if isinstance(each, ConnectionResetError) or number in _RESET:
            return Cause.RESET, _phase(chain)
    for each in chain:
        if isinstance(each, aiohttp.ServerDisconnectedError):
            return Cause.RESET, "no answer"
        if isinstance(each, aiohttp.ClientPayloadError):
            return Cause.RESET, "body broke off"
        if isinstance(each, aiohttp.ClientResponseError):
            if "Too many headers" in each.message or any(isinstance(e, LineTooLong) for e in chain):
                return Cause.LOCAL, "headers too large"
            return Cause.RESET, NO_HTTP
        if isinstance(each, TimeoutError):
            return Cause.TIMEOUT, "read"
    if isinstance(error, OSError):
        return Cause.REFUSED if "Connect call failed" in str(error) else Cause.RESET, "connect"
    return Cause.LOCAL, type(error).__name__


def tls_reason(error: ssl.SSLError) -> str:
    """A failed handshake in one of the phrases of `Answer.reason`."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _VERIFY_REASONS.get(error.verify_code, "certificate not valid")
    text = f"{getattr(error, 'reason', None) or ''} {error}".upper().replace(" ", "_")
    return next((reason for part, reason in _TLS_REASONS if part in text), "handshake")


def _phase(chain: list[BaseException]) -> str:
    return "connect" if any(isinstance(each, aiohttp.ClientConnectorError) for each in chain) else "read"


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in seen and len(seen) < 20:
        seen.add(id(each))
        yield each
        inner = getattr(each, "os_error", None)
        each = each.__cause__ or (inner if isinstance(inner, BaseException) else None) or each.__context__
