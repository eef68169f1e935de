"""An address as it goes over the wire, and bodies undone within limits."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

import idna

_LONGEST = 8000
"""Characters of an address that servers commonly take (RFC 9110, 4.1)."""
_PATH_SAFE = "/%:@!$&'()*+,;=~[]|"
_QUERY_SAFE = "/%:@!$&'()*+,;=~[]|?{}^`\\"
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_\-]{0,62})(?:\.[a-z0-9_\-]{1,63})*\.?")
_PORTS = {"http": 80, "https": 443}


_ENCODINGS: dict[str, str] = {
    "gzip": "gzip",
    "x-gzip": "gzip",
    "deflate": "deflate",
    **dict.fromkeys(("br", "zstd", "compress", "x-compress", "dcb", "dcz"), "unknown"),
}
"""Content codings (RFC 9110, 8.4.1, and IANA's registry); those that we do not ask for are unknown here."""


class BadAddressError(ValueError):
    """Not an http or https address that could be asked."""


@dataclass(frozen=True, slots=True)
class Wire:
    """An http or https address, taken apart, in ASCII."""

    url: str
    scheme: str
    host: str
    """Lower case, IDNA; IPv6 without brackets."""
    port: int


def wire(url: str) -> Wire:
    """What is sent for an address: what is percent-encoded stays as it is, the rest becomes ASCII.

    Characters beyond ASCII are encoded as UTF-8 (bytes that a server sent undeclared, kept as surrogates, as
    those bytes); user, password and fragment are dropped.

    Raises:
        BadAddressError: no http or https address.
    """
    if len(url) > _LONGEST:
        raise BadAddressError("too long")
    try:
        parts = urlsplit(url.strip().replace("\\", "/"))
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise BadAddressError(str(error)) from error
    if parts.scheme not in _PORTS:
        raise BadAddressError("scheme")
    host = _ascii_host(host)
    if not host or port == 0:
        raise BadAddressError("host")
    place = f"[{host}]" if ":" in host else host
    if port is not None and port != _PORTS[parts.scheme]:
        place += f":{port}"
    path = quote(parts.path.encode("utf-8", "surrogateescape"), safe=_PATH_SAFE) or "/"
    query = quote(parts.query.encode("utf-8", "surrogateescape"), safe=_QUERY_SAFE)
    return Wire(
        url=f"{parts.scheme}://{place}{path}" + (f"?{query}" if query else ""),
        scheme=parts.scheme,
        host=host,
        port=port or _PORTS[parts.scheme],
    )


def join(base: str, location: str) -> str:
    """The absolute form of a Location header; as it stands where that can't be made. Never raises."""
    location = location.strip().replace("\\", "/")
    try:
        joined = urljoin(base, location)
    except ValueError:
        return location
    try:
        return wire(joined).url
    except BadAddressError:
        return joined


def ascii_location(value: bytes) -> str:
    """A Location header as ASCII: bytes beyond it are percent-encoded as they are, UTF-8 or GBK."""
    return quote(value.strip(), safe="".join(map(chr, range(0x20, 0x7F))))


def _ascii_host(host: str) -> str:
    if ":" in host:
        return host if re.fullmatch(r"[0-9a-f:.]{2,45}(%25?[a-z0-9]+)?", host) else ""
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return ""
    return host if len(host) <= 253 and _HOST.fullmatch(host) else ""


_MEMBERS = 1000
"""Parts of one gzip body that are undone at most; honest ones have one."""


class Unpacker:
    """Undoes a content encoding piece by piece, never holding more than a limit.

    Args:
        encoding: the Content-Encoding header.
        limit: bytes that `body` may hold; what is beyond is dropped and `full` says so.
    """

    def __init__(self, encoding: str, limit: int) -> None:
        self.body = bytearray()
        self.limit = limit
        self.full = False
        self.problem = ""
        """Why the body is not what the server meant: "unknown content-encoding", "bad content-encoding"."""
        # What is no encoding at all ("none", "utf-8") is passed over, as browsers do.
        names = [name for part in encoding.lower().split(",") if (name := part.strip()) in _ENCODINGS]
        self._kind = _ENCODINGS[names[0]] if names else "plain"
        if len(names) > 1 or self._kind == "unknown":
            self._kind, self.problem = "unknown", "unknown content-encoding"
        self._undo: zlib._Decompress | None = None
        self._head = b""
        self._members = 0

    def feed(self, data: bytes) -> None:
        """Take the next piece; nothing more is kept once `full`."""
        if self.full or self._kind in {"unknown", "done"}:
            return
        if self._kind == "plain":
            self._keep(data)
            return
        try:
            self._inflate(self._head + data)
        except zlib.error:
            self.problem, self._kind = "bad content-encoding", "done"

    def end(self) -> None:
        """The body is over: keep what was too short to tell, and note an encoding that was cut short."""
        if not self._members:
            self._keep(self._head)
        self._head = b""
        if self._undo is not None and not self.full:
            self.problem = self.problem or "content-encoding cut short"

    def _inflate(self, data: bytes) -> None:
        self._head = b""
        while data and not self.full:
            if self._undo is None:
                if len(data) < 2:
                    self._head = data
                    return
                if not self._begin(data):
                    return
            assert self._undo is not None
            self._keep(self._undo.decompress(data, self.limit - len(self.body) + 1))
            if not self._undo.eof:
                data = self._undo.unconsumed_tail
                continue
            data, self._undo = self._undo.unused_data, None
            self._members += 1
            if self._kind != "gzip":
                self._kind = "done"
            if self._members > _MEMBERS:
                self.full = True
            if self._kind == "done":
                return

    def _begin(self, data: bytes) -> bool:
        """Open the next member; False where none begins here."""
        if self._kind == "gzip":
            if data[:2] == b"\x1f\x8b":
                self._undo = zlib.decompressobj(16 + zlib.MAX_WBITS)
                return True
            if self._members:
                self._kind = "done"  # what hangs on behind a complete body is none of it
            else:
                self._kind = "plain"  # declared and not done: seen on old servers
                self._keep(data)
            return False
        # "deflate" is zlib by RFC 9110; some servers send it bare.
        wrapped = data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
        self._undo = zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)
        return True

    def _keep(self, data: bytes) -> None:
        room = self.limit - len(self.body)
        if len(data) > room:
            self.full = True
        self.body += data[: max(room, 0)]
