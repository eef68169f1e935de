"""What visits to a home page over IPv6 say about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from govcrawl.model import PORT_NOT_LISTED, Answer, Cause, Ipv6State
from govcrawl.net.failures import PROXY
from govcrawl.pages.challenges import BLOCKING

REMEDY = "请为本机接入 IPv6，或用 [crawl] ipv6_proxy 设置一台有 IPv6 的代理（SOCKS5 或 HTTP）"
NO_ROUTE = f"本机没有 IPv6 路由，未检查能否通过 IPv6 访问；{REMEDY}"
NO_PROXY = "[crawl] ipv6_proxy 设置的代理不能使用，未检查能否通过 IPv6 访问；请检查该代理"
_OURS = frozenset({Cause.LOCAL, Cause.UNROUTABLE, Cause.FORBIDDEN_ADDRESS})
_CIRCLING = frozenset({Cause.REDIRECT_LOOP, Cause.TOO_MANY_REDIRECTS})
_TRANSIENT = frozenset({Cause.DNS, Cause.REFUSED, Cause.RESET, Cause.TIMEOUT, Cause.TLS})


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit over IPv6, with the one over IPv4 that was made for comparison, if any."""

    six: Answer
    four: Answer | None = None

    @property
    def good(self) -> bool | None:
        """Does the site answer over IPv6 as over IPv4, or better; None: that is not known."""
        if self.six.error in _OURS:
            return None
        status4 = None if self.four is None else self.four.status
        if stands(self.six, status4):
            return True
        if self.six.status in BLOCKING:
            return None
        if self.four is not None and self.has_four and not stands(self.four, None):
            return None  # the site was away altogether, or this machine's network was
        return False

    @property
    def has_four(self) -> bool:
        """Has the site an IPv4 address that could have been asked."""
        return self.four is not None and not (
            self.four.status is None and self.four.error is Cause.DNS and "family" in self.four.reason
        )

    def to_json(self) -> dict[str, object]:
        """For the `tries` of a reading and the evidence of a finding."""
        six = self.six
        return {
            "at": six.at.isoformat(timespec="seconds"),
            "url": six.url,
            "ip": six.ip,
            "status": six.status,
            "error": None if six.error is None else str(six.error),
            "reason": six.reason or None,
            "ms": six.ms,
            "good": self.good,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """All visits together."""

    reachable: Ipv6State
    counted: int
    """Visits that say something of the site."""
    good: int
    reason: str = ""
    """Chinese: why nothing is known."""


def stands(answer: Answer, status4: int | None) -> bool:
    """Does an answer stand for the page: below 400, or what the site answers over IPv4 too."""
    if answer.status is None or answer.error in _CIRCLING:
        return False  # a body that broke off is a page all the same: many servers announce a wrong length
    return answer.status < 400 or answer.status == status4


def is_transient(answer: Answer) -> bool:
    """Is it a failure that may pass, as of a server that is being restarted."""
    return answer.error in _TRANSIENT or (answer.status or 0) >= 500


def outcome(visits: Sequence[Visit]) -> Outcome:
    """Unreachable only where no visit was good, and at least two of them say so."""
    good = sum(visit.good is True for visit in visits)
    bad = sum(visit.good is False for visit in visits)
    state = Ipv6State.NOT_TESTED
    if good:
        state = Ipv6State.YES
    elif bad > 1:
        state = Ipv6State.NO
    reason = _why(visits) if state is Ipv6State.NOT_TESTED else ""
    return Outcome(reachable=state, counted=good + bad, good=good, reason=reason)


def _why(visits: Sequence[Visit]) -> str:
    for visit in visits:
        six = visit.six
        if six.error is Cause.UNROUTABLE:
            return NO_ROUTE
        if six.error is Cause.LOCAL and six.reason == PROXY:
            return NO_PROXY
        if six.error is Cause.LOCAL and six.reason == PORT_NOT_LISTED:
            return "首页跳转到 [crawl.resolve] 没有列出的端口，未检查能否通过 IPv6 访问"
        if six.error in _OURS:
            return "本机 IPv6 访问受限，未检查能否访问"
        if six.status in BLOCKING:
            return f"网站拒绝程序通过 IPv6 访问（返回 {six.status}），不判断能否访问"
    return "通过 IPv4 也不能稳定访问，不判断能否通过 IPv6 访问"
