"""The check of IPv6: address, reachability, sameness, links."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from govcrawl.model import (
    Check,
    Context,
    Evidence,
    Finding,
    Ipv6Reading,
    Ipv6State,
    Rule,
    Severity,
    SiteReading,
)

_BASIS = "国办秘函〔2019〕19号“功能设计：IPv6改造”"


class Ipv6(Check):
    """IPv6 (IPv6支持情况): can the site be reached by those who have IPv6 only?

    `ipv6-no-address` rests on the DNS alone. The others need a route from this machine that is proven by
    a known host that answers; without it nothing is found and the run says "not tested". A home page
    that differs over IPv6 and a low share of links are advice, for neither has an established threshold;
    while the number that judges them is not verified, they are only suspected.
    """

    id: ClassVar[str] = "ipv6"
    title: ClassVar[str] = "IPv6支持"
    rules: ClassVar[tuple[Rule, ...]] = (
        Rule(
            code="ipv6-no-address",
            title="域名无IPv6地址",
            severity=Severity.PROBLEM,
            basis=_BASIS,
            fix="请在域名解析中增加 AAAA 记录，并确认服务器（或云防护、CDN）已启用 IPv6。",
        ),
        Rule(
            code="ipv6-unreachable",
            title="IPv6无法访问",
            severity=Severity.PROBLEM,
            basis=_BASIS,
            fix="域名已有 AAAA 记录，但 IPv6 访问不通。请检查服务器监听、防火墙和云防护对 IPv6 的放行。",
        ),
        Rule(
            code="ipv6-differs",
            title="IPv6与IPv4内容不一致",
            severity=Severity.ADVICE,
            basis=_BASIS,
            fix="请确认 IPv6 访问到的是同一网站（虚拟主机、证书、缓存配置一致）。",
        ),
        Rule(
            code="ipv6-links-low",
            title="IPv6站内链接支持率偏低",
            severity=Severity.ADVICE,
            basis=_BASIS,
            fix="请为所列域名启用 IPv6，保证二、三级页面在 IPv6 下可访问。",
        ),
    )

    def site(self, reading: SiteReading, ctx: Context) -> Iterator[Finding]:
        """From the DNS down to the links; what could not be tested finds nothing."""
        probe = reading.ipv6
        if probe is None:
            return
        if probe.has_address is Ipv6State.NO:
            yield self._finding("ipv6-no-address", probe, "网站域名没有IPv6地址（AAAA记录）")
            return
        if probe.reachable is Ipv6State.NO:
            status = f"返回 {probe.status6}" if probe.status6 else "连接失败"
            yield self._finding(
                "ipv6-unreachable", probe, f"网站有IPv6地址，但通过IPv6无法访问首页（{status}）"
            )
            return
        alike = ctx.profile.number("ipv6.similarity")
        if probe.similarity is not None and probe.similarity < alike:
            yield self._finding(
                "ipv6-differs",
                probe,
                f"通过IPv6与IPv4看到的首页不一致，内容相似度{probe.similarity:.0%}（参考值{alike:.0%}）",
                {"threshold": alike},
                certain=ctx.profile["ipv6.similarity"].verified,
            )
        ratio = ctx.profile.number("ipv6.links_ratio")
        if probe.links_tested and probe.links_reachable / probe.links_tested < ratio:
            share = probe.links_reachable / probe.links_tested
            yield self._finding(
                "ipv6-links-low",
                probe,
                f"站内二、三级链接的IPv6支持率为{share:.0%}（参考值{ratio:.0%}）",
                {
                    "share": round(share, 4),
                    "threshold": ratio,
                    "tested": probe.links_tested,
                    "failed": list(probe.links_failed),
                },
                certain=ctx.profile["ipv6.links_ratio"].verified,
            )

    def undecided(self, reading: SiteReading, ctx: Context) -> Iterator[tuple[str, str]]:
        """Every rule whose probe was not made, or brought nothing to judge."""
        probe = reading.ipv6
        if probe is None or probe.has_address is Ipv6State.NOT_TESTED:
            yield from ((rule.code, "") for rule in self.rules)
        elif probe.has_address is Ipv6State.YES:
            if probe.reachable is Ipv6State.NOT_TESTED:
                yield "ipv6-unreachable", ""
            if probe.similarity is None:
                yield "ipv6-differs", ""
            if not probe.links_tested:
                yield "ipv6-links-low", ""

    @staticmethod
    def _finding(
        rule: str,
        probe: Ipv6Reading,
        title: str,
        more: dict[str, object] | None = None,
        *,
        certain: bool = True,
    ) -> Finding:
        tries = [dict(attempt) for attempt in probe.tries]
        return Finding(
            rule=rule,
            subject=probe.url,
            page=probe.url,
            title=title,
            certain=certain,
            on_home=True,
            detail={
                "addresses": list(probe.addresses),
                "status4": probe.status4,
                "status6": probe.status6,
                "similarity": probe.similarity,
                "tries": tries,
                **(more or {}),
            },
            evidence=Evidence(observed=tuple(str(t["at"]) for t in tries if "at" in t)),
        )
