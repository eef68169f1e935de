"""What came back for a request, and what was concluded about a link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

HOST_NOT_REACHABLE = "host not reachable"
"""Reason of a verdict on a link of a host that gave no answer to any of its links: said once, for all."""

PORT_NOT_LISTED = "port not listed"
"""Reason of an answer that was not asked for: `[crawl.resolve]` has the host, and not this port of it."""


class Cause(StrEnum):
    """Why a link is broken (or, for an answer, why there is none)."""

    DNS = "dns"
    REFUSED = "refused"
    RESET = "reset"
    TIMEOUT = "timeout"
    TLS = "tls"
    HTTP = "http"
    REDIRECT_LOOP = "redirect-loop"
    TOO_MANY_REDIRECTS = "too-many-redirects"
    SOFT_404 = "soft-404"
    EMPTY = "empty"
    WRONG_TYPE = "wrong-type"
    FORBIDDEN_ADDRESS = "forbidden-address"
    """The address must not be asked (private, loopback, metadata …): a reason to skip, never a fault."""
    UNROUTABLE = "unroutable"
    """This machine has no route of that family: says nothing about the other side."""
    LOCAL = "local"
    """Something of this machine failed (its resolver, its network): says nothing about the other side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back for one request on one connection, redirects not followed.

    Exactly one of `status` and `error` is not None, except for a body that broke off
    after the headers: then both are there.
    """

    url: str
    method: str = "GET"
    at: datetime
    """When it was asked, UTC."""
    ms: int
    """Milliseconds from the start of the connection to the end of what was read."""
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case; of a repeated one the last, `set-cookie` excepted (joined by newlines)."""
    body: bytes = b""
    """Content-encoding undone; at most the limit that was asked for."""
    truncated: bool = False
    """The body was longer than the limit (bytes), before or after decompression."""
    ip: str | None = None
    family: int | None = None
    """4 or 6, of the connection that was made or tried last."""
    error: Cause | None = None
    reason: str = ""
    """A short English phrase that tells kinds of one cause apart: "nxdomain", "connect", "read",
    "expired", "name mismatch", "unknown issuer", "protocol too old" …"""
    tls_weakness: str = ""
    """What a browser would have complained of though the page was fetched, by the same phrases."""

    @property
    def location(self) -> str | None:
        """The raw Location header of a redirect (301, 302, 303, 307, 308), else None."""
        if self.status in {301, 302, 303, 307, 308}:
            return self.headers.get("location")
        return None

    @property
    def retry_after(self) -> float | None:
        """Seconds that a Retry-After header asks for (RFC 9110, 10.2.3); None: none that can be read."""
        value = self.headers.get("retry-after", "").strip()
        if value.isdecimal() and len(value) < 8:
            return float(value)
        try:
            moment = parsedate_to_datetime(value)
        except (ValueError, TypeError):
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return max(0.0, (moment - self.at).total_seconds())


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One attempt at a link, from the first request to the last redirect."""

    method: str
    status: int | None
    error: Cause | None
    ms: int
    at: datetime
    reason: str = ""
    final_url: str = ""
    redirects: int = 0
    ip: str | None = None

    def to_json(self) -> dict[str, object]:
        """As in the `tries` of `check-links --json`, with the time of the attempt."""
        return {
            "method": self.method,
            "status": self.status,
            "error": None if self.error is None else str(self.error),
            "ms": self.ms,
            "at": self.at.isoformat(),
            "reason": self.reason or None,
        }


class Verdict(StrEnum):
    """What is concluded about a link."""

    OK = "ok"
    BROKEN = "broken"
    SUSPECT = "suspect"
    HIJACKED = "hijacked"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkVerdict:
    """The conclusion about one link, with everything it rests on."""

    url: str
    verdict: Verdict
    cause: Cause | None = None
    status: int | None = None
    final_url: str = ""
    redirects: int = 0
    tries: tuple[Try, ...] = ()
    blocked: bool = False
    """`suspect` because the answer speaks of the robot: never to be called dead."""
    reason: str = ""
    """A short English phrase (see `Answer.reason`), or what was matched for soft-404 and hijacked."""
    title: str = ""
    """Title of the target where it was read."""
    retry_after: float | None = None
    """Seconds after the last try from which a further one would settle a suspect; None: it won't."""
    advice: str = ""
    """A weakness of a living link (`Answer.tls_weakness`)."""

    def to_json(self) -> dict[str, object]:
        """One line of `govcrawl check-links --json` (INTERFACES, section 6)."""
        return {
            "url": self.url,
            "verdict": str(self.verdict),
            "cause": None if self.cause is None else str(self.cause),
            "status": self.status,
            "final_url": self.final_url or self.url,
            "redirects": self.redirects,
            "tries": [attempt.to_json() for attempt in self.tries],
            "reason": self.reason or None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one attempt at a link showed, its page read: more than a `Try` keeps."""

    attempt: Try
    """Its `error` also says what the page says: soft-404, empty, wrong-type, redirect-loop.
    Its `reason` begins with "robot" where the answer speaks of the robot and not of the page."""
    title: str = ""
    text: str = ""
    """The beginning of the visible text, for comparison with the answer to a made-up address."""
    is_home: bool = False
    compare: bool = False
    """It could be what the host answers to any address: ask for a made-up one, and compare."""
    hijacked: str = ""
    """What says that the address was taken over: kind and terms."""
    follow: str | None = None
    """Where the page sends its visitor at once, by meta refresh or script."""
    advice: str = ""
    """`Answer.tls_weakness` of any hop."""
    retry_after: float | None = None
    """Seconds for which the last answer asks to be left alone (Retry-After)."""
    page: object = field(default=None, repr=False, compare=False)
    """The `govcrawl.pages.Page` that was read, for who reads on: no page is parsed twice."""
