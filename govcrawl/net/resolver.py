"""Names to addresses: by overrides, or the DNS, checked after it and remembered for minutes.

The one place in which a host name becomes addresses. What leaves here was checked, so a name that points
to this machine or into its network is refused whatever it is called (`2130706433`, `0177.0.0.1`), and a
name that is given another address between check and connection gains nothing: the connection is made to
the addresses that were checked.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
import threading
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from govcrawl.model import Cause
from govcrawl.net.connect import Addresses, Endpoint, Overrides, forbidden, host_key, literal

KNOWN_NAMES = ("a.dns.cn", "a.root-servers.net")
"""Name servers of .cn and of the root: a resolver that knows neither knows nothing."""

LOOKUP_TIMEOUT = 10.0
"""Seconds that one question to the system's resolver may take."""
_FRESH_FOR = 600.0
_FAILED_FOR = 30.0
_KEEP = 20_000
_PER_FAMILY = 16
"""Addresses of one family that are kept of a host."""


class NoSuchName(Exception):  # noqa: N818 - an answer of the DNS, not an error of ours
    """The DNS says that the name does not exist (NXDOMAIN)."""


class NoAddress(Exception):  # noqa: N818 - the same
    """The name exists and has no address of that family."""


class LookupFailed(Exception):  # noqa: N818 - the same
    """The DNS did not answer."""


Lookup = Callable[[str, int], Awaitable[list[str]]]
"""Literal addresses of a host for family 4 or 6; raises NoSuchName, NoAddress or LookupFailed."""


class Resolver:
    """Names to checked addresses.

    Args:
        overrides: hosts that are never looked up.
        allow_private: do not refuse what `forbidden` names.
        lookup: asks the DNS; default the machine's own resolver.
        known_names: names that the resolver must know before "there is no such host" is believed.
        monotonic: seconds, for what is remembered.
    """

    def __init__(
        self,
        overrides: Overrides,
        *,
        allow_private: bool = False,
        lookup: Lookup | None = None,
        known_names: Sequence[str] = (),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.overrides = overrides
        self._allow_private = allow_private
        self._lookup: Lookup = lookup or SystemLookup()
        self._known_names = tuple(known_names) or KNOWN_NAMES
        self._monotonic = monotonic
        self._memory: OrderedDict[str, tuple[float, asyncio.Task[Addresses]]] = OrderedDict()
        self._proved = float("-inf")
        """When the resolver last told an address."""
        self._told: asyncio.Task[tuple[list[str], str]] | None = None

    async def addresses(self, host: str, port: int) -> Addresses:
        """The addresses of one host and port. Never raises: what went wrong is in `error`."""
        host = host_key(host)
        listed = self.overrides.find(host, port)
        if listed is not None:
            return listed
        if host == "invalid" or host.endswith(".invalid"):
            # RFC 6761, 6.4: never exists, whatever a resolver says.
            return Addresses(host=host, port=port, error=Cause.DNS, reason="nxdomain")
        found = await self._remembered(host)
        return replace(
            found,
            port=port,
            v4=tuple(Endpoint(end.ip, port) for end in found.v4),
            v6=tuple(Endpoint(end.ip, port) for end in found.v6),
        )

    def forget(self, host: str) -> None:
        """Ask anew for this name next time: before a second try."""
        self._memory.pop(host_key(host), None)

    async def works(self) -> bool:
        """Does the resolver know a name that must exist: asked before a host is called missing."""
        if self._monotonic() - self._proved < _FRESH_FOR:
            return True
        for name in self._known_names:
            if name in self.overrides or literal(host_key(name)):
                continue  # says nothing about the DNS
            for family in (4, 6):
                found, _ = await self._ask(name, family)
                if found:
                    self._proved = self._monotonic()
                    return True
        return False

    async def _remembered(self, host: str) -> Addresses:
        until, task = self._memory.get(host, (0.0, None))
        if task is not None and (not task.done() or until > self._monotonic()):
            return await asyncio.shield(task)
        # One question at a time for a name, however many ask; it goes on when the one who asked gives up.
        task = asyncio.get_running_loop().create_task(self._resolve(host))
        self._memory[host] = (self._monotonic() + _FRESH_FOR, task)
        while len(self._memory) > _KEEP:
            self._memory.popitem(last=False)
        found = await asyncio.shield(task)
        if found.error not in {None, Cause.FORBIDDEN_ADDRESS}:
            self._memory[host] = (self._monotonic() + _FAILED_FOR, task)
        return found

    async def _resolve(self, host: str) -> Addresses:
        digits = literal(host)
        if digits is not None:
            return self._checked(host, [digits])
        (v4, four), (v6, six) = await asyncio.gather(self._ask(host, 4), self._ask(host, 6))
        if not v4 and not v6:
            if "failed" in {four, six} or not await self.works():
                return Addresses(host=host, port=0, error=Cause.LOCAL, reason="resolver", v6_known=False)
            reason = "no address" if "no address" in {four, six} else "nxdomain"
            return Addresses(host=host, port=0, error=Cause.DNS, reason=reason)
        found = self._checked(host, [*v4, *v6])
        # Names of this machine's own network come from its hosts file: there is nothing to doubt.
        if not any(map(forbidden, (*v4, *v6))) and {*v4, *v6} <= await self._lies():
            return Addresses(host=host, port=0, error=Cause.LOCAL, reason="resolver lies", v6_known=False)
        if found.error is None:
            self._proved = self._monotonic()
        return replace(found, v6_known=six != "failed")

    async def _lies(self) -> frozenset[str]:
        """Addresses that the resolver gives for names that can't exist, as some providers' do; asked once.

        A host that "has" only such addresses is missing, or is not: this machine can't know.
        """
        if self._told is None:
            name = f"{secrets.token_hex(8)}.example"  # RFC 6761, 6.5: reserved, and not treated specially
            self._told = asyncio.get_running_loop().create_task(self._ask(name, 4))
        found, _ = await asyncio.shield(self._told)
        return frozenset(found)

    async def _ask(self, host: str, family: int) -> tuple[list[str], str]:
        """Addresses; where there are none, why: "nxdomain", "no address", "failed"."""
        try:
            return await self._lookup(host, family), ""
        except NoSuchName:
            return [], "nxdomain"
        except NoAddress:
            return [], "no address"
        except LookupFailed:
            return [], "failed"

    def _checked(self, host: str, ips: list[str]) -> Addresses:
        ends = [Endpoint(ip.split("%", 1)[0], 0) for ip in ips]
        if not self._allow_private and any(forbidden(end.ip) for end in ends):
            # One bad address among good ones is a trap too: which of them is used is not the page's choice.
            return Addresses(host=host, port=0, error=Cause.FORBIDDEN_ADDRESS, reason="forbidden address")
        return Addresses(
            host=host,
            port=0,
            v4=tuple(end for end in ends if end.family == 4)[:_PER_FAMILY],
            v6=tuple(end for end in ends if end.family == 6)[:_PER_FAMILY],
        )


class SystemLookup:
    """The machine's own resolver (hosts file included) in threads of its own: a `Lookup`.

    Not in asyncio's pool: with few processors that has few threads, and slow names fill it; and the
    interpreter waits for a pool when it ends, but not for these.
    """

    def __init__(self, at_once: int = 16) -> None:
        self._places = asyncio.Semaphore(at_once)

    async def __call__(self, host: str, family: int) -> list[str]:
        """As `Lookup`."""
        async with self._places:
            try:
                async with asyncio.timeout(LOOKUP_TIMEOUT):
                    return await _in_thread(host, socket.AF_INET6 if family == 6 else socket.AF_INET)
            except socket.gaierror as error:
                if error.errno == socket.EAI_NONAME:
                    raise NoSuchName(host) from error
                if error.errno in _NO_ADDRESS:
                    raise NoAddress(host) from error
                raise LookupFailed(f"{host}: {error.strerror}") from error
            except (OSError, UnicodeError) as error:  # a timeout is one of them
                raise LookupFailed(f"{host}: {error}") from error


def _in_thread(host: str, family: socket.AddressFamily) -> asyncio.Future[list[str]]:
    loop = asyncio.get_running_loop()
    future: asyncio.Future[list[str]] = loop.create_future()

    def tell(found: list[str], error: Exception | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(found)

    def look() -> None:
        found: list[str] = []
        problem: Exception | None = None
        try:
            # Each family by itself: asked for both, the C library hides that one of them failed.
            answer = socket.getaddrinfo(host, None, family, socket.SOCK_STREAM)
            found = list(dict.fromkeys(str(entry[4][0]) for entry in answer))
        except (OSError, UnicodeError) as error:
            problem = error
        with contextlib.suppress(RuntimeError):  # the loop has ended: nobody asks any more
            loop.call_soon_threadsafe(tell, found, problem)

    threading.Thread(target=look, name=f"lookup {host}", daemon=True).start()
    return future


_NO_ADDRESS = {
    number for name in ("EAI_NODATA", "EAI_ADDRFAMILY") if (number := getattr(socket, name, None)) is not None
}
