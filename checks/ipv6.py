"""The check of IPv6: address, reachability, sameness, links, name servers, what a page is made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar
from urllib.parse import urlsplit

from govcrawl.model import (
    AppHostReading,
    Check,
    Context,
    Evidence,
    Finding,
    Ipv6Reading,
    Ipv6State,
    PortReading,
    Rule,
    Severity,
    SiteReading,
    ZoneReading,
)

_BASIS = "国办秘函〔2019〕19号“功能设计：IPv6改造”"
_APPS = "中央网信办等《关于加快推进互联网协议第六版（IPv6）规模部署和应用工作的通知》（适用条款待核实）"
_MANDATED = ("conac.cn", "www.gov.cn")
"""Hosts of marks that every government site must carry (党政机关标识, 我为政府网站找错)."""
_SHOWN = 3
"""Hosts that a title names."""


class Ipv6(Check):
    """IPv6 (IPv6支持情况): can the site be reached by those who have IPv6 only?

    `ipv6-no-address`, `ipv6-outside-resources` and the addresses of `ipv6-name-servers` rest on the DNS
    alone. The others need a route from this machine that is proven by a known host that answers; without it
    nothing is found and the run says "not tested". Unreachable is a home page of which no visit of several,
    spread over the run, was answered; where most failed it is a suspicion. A home page that differs over
    IPv6, a low share of links and few name servers are advice, for none has an established threshold: while
    the number that judges them is not verified, they are only suspected. A page that differs from itself
    over IPv4 is not called different. Name servers are told to the site at the head of their zone (its host
    is the zone or www of it), never to those that only lie in it.

    The back-end hosts of an app (移动客户端) are judged in the run of a site of its unit, the portal first,
    else of the nearest unit above it, by address and by the ports that are open over IPv4.
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
            fix="请确认 IPv6 访问到的是同一网站，开放的端口也相同（虚拟主机、证书、缓存、防火墙配置一致）。",
        ),
        Rule(
            code="ipv6-links-low",
            title="IPv6站内链接支持率偏低",
            severity=Severity.ADVICE,
            basis=_BASIS,
            fix="请为所列域名启用 IPv6，保证二、三级页面在 IPv6 下可访问。",
        ),
        Rule(
            code="ipv6-name-servers",
            title="域名服务器IPv6支持不足",
            severity=Severity.ADVICE,
            basis=_BASIS,
            fix="请联系域名服务商，使至少两台权威域名服务器有 IPv6 地址并能通过 IPv6 应答。",
        ),
        Rule(
            code="ipv6-outside-resources",
            title="首页引用的站外资源无IPv6地址",
            severity=Severity.ADVICE,
            basis=_BASIS,
            fix="只有 IPv6 的用户看不到这些资源。请改用支持 IPv6 的域名或放到本站，不再需要的请删除。",
        ),
    )

    def site(self, reading: SiteReading, ctx: Context) -> Iterator[Finding]:
        """From the DNS down to the links; what could not be tested finds nothing."""
        if reading.ipv6 is not None:
            yield from self._names(reading.ipv6, ctx)
            yield from self._site(reading.ipv6, ctx)
        for app in reading.apps:
            yield from _app(app)

    def _site(self, probe: Ipv6Reading, ctx: Context) -> Iterator[Finding]:
        if probe.has_address is Ipv6State.NO:
            yield _finding("ipv6-no-address", probe, "网站域名没有IPv6地址（AAAA记录）")
            return
        if probe.has_address is Ipv6State.YES:
            yield from self._outside(probe)
        if probe.reachable is Ipv6State.NO:
            status = f"返回 {probe.status6}" if probe.status6 else "连接失败"
            tries = f"，{probe.visits}次访问均未成功" if probe.visits else ""
            yield _finding(
                "ipv6-unreachable", probe, f"网站有IPv6地址，但通过IPv6无法访问首页（{status}{tries}）"
            )
            return
        least = ctx.profile.number("ipv6.visits_ratio")
        if probe.visits and probe.visits_good / probe.visits < least:
            yield _finding(
                "ipv6-unreachable",
                probe,
                f"通过IPv6访问首页不稳定，{probe.visits}次访问中成功{probe.visits_good}次",
                {"threshold": least},
                certain=False,
            )
        yield from self._differs(probe, ctx)
        yield from self._links(probe, ctx)

    def undecided(self, reading: SiteReading, ctx: Context) -> Iterator[tuple[str, str]]:
        """Every rule whose probe was not made, or brought nothing to judge."""
        # Where apps are judged by the same rules, only the site itself is left open.
        whole = reading.url if reading.apps else ""
        yield from ((rule, whole) for rule in self._open(reading.ipv6, ctx))
        for app in reading.apps:
            if app.has_address is Ipv6State.NOT_TESTED:
                yield "ipv6-no-address", app.page
            if app.has_address is not Ipv6State.NO and app.reachable is Ipv6State.NOT_TESTED:
                yield "ipv6-unreachable", app.page

    def _open(self, probe: Ipv6Reading | None, ctx: Context) -> Iterator[str]:
        if probe is None or probe.has_address is Ipv6State.NOT_TESTED:
            yield from (rule.code for rule in self.rules if rule.code != "ipv6-name-servers")
        elif probe.has_address is Ipv6State.YES:
            if probe.reachable is Ipv6State.NOT_TESTED:
                yield "ipv6-unreachable"
            if probe.similarity is None or _restless(probe, ctx):
                yield "ipv6-differs"
            if not probe.links_tested:
                yield "ipv6-links-low"
            if probe.outside_tested is None:
                yield "ipv6-outside-resources"
        if probe is None or probe.zone is None or _unasked(probe.zone):
            yield "ipv6-name-servers"

    def _differs(self, probe: Ipv6Reading, ctx: Context) -> Iterator[Finding]:
        least = ctx.profile.number("ipv6.similarity")
        lost = [port for port in probe.ports if port.lost]
        differs = probe.similarity is not None and probe.similarity < least and not _restless(probe, ctx)
        said = [_lost(port) for port in lost]
        if differs and probe.similarity is not None:
            said.append(
                f"通过IPv6与IPv4看到的首页不一致，内容相似度{probe.similarity:.0%}（参考值{least:.0%}）"
            )
        if said:
            more: dict[str, object] = {"threshold": least} if differs else {}
            more["ports"] = [_port_json(port) for port in probe.ports]
            certain = bool(lost) or ctx.profile["ipv6.similarity"].verified
            yield _finding("ipv6-differs", probe, "；".join(said), more, certain=certain)

    def _links(self, probe: Ipv6Reading, ctx: Context) -> Iterator[Finding]:
        ratio = ctx.profile.number("ipv6.links_ratio")
        if not probe.links_tested or probe.links_reachable / probe.links_tested >= ratio:
            return
        share = probe.links_reachable / probe.links_tested
        hosts = list(dict.fromkeys(urlsplit(url).hostname or "" for url in probe.links_failed))
        yield _finding(
            "ipv6-links-low",
            probe,
            f"站内二、三级链接的IPv6支持率为{share:.0%}（参考值{ratio:.0%}），不支持的有{_named(hosts)}",
            {
                "share": round(share, 4),
                "threshold": ratio,
                "tested": probe.links_tested,
                "failed": list(probe.links_failed),
                "hosts": hosts,
            },
            certain=ctx.profile["ipv6.links_ratio"].verified,
        )

    def _outside(self, probe: Ipv6Reading) -> Iterator[Finding]:
        hosts = [host for host in probe.outside_without if not _mandated(host)]
        if hosts:
            yield _finding(
                "ipv6-outside-resources",
                probe,
                f"首页引用的{len(hosts)}个站外域名没有IPv6地址：{_named(hosts)}",
                {"hosts": hosts, "hosts_tested": probe.outside_tested},
            )

    def _names(self, probe: Ipv6Reading, ctx: Context) -> Iterator[Finding]:
        zone, host = probe.zone, urlsplit(probe.url).hostname or ""
        if zone is None or not zone.servers or host not in {zone.zone, f"www.{zone.zone}"}:
            return
        least = ctx.profile.number("ipv6.name_servers")
        without = [server.name for server in zone.servers if not server.addresses]
        silent = [server.name for server in zone.servers if server.answers is Ipv6State.NO]
        having = len(zone.servers) - len(without)
        said = []
        if having < least:
            said.append(f"{len(zone.servers)}台域名服务器中有IPv6地址的{having}台（参考值{least:.0f}台）")
        if silent:
            said.append(f"{_named(silent)}有IPv6地址，但不通过IPv6应答")
        if said:
            yield _finding(
                "ipv6-name-servers",
                probe,
                f"域名{zone.zone}的" + "；".join(said),
                {"zone": zone.zone, "threshold": least, "without": without, "silent": silent},
                subject=zone.zone,
                certain=ctx.profile["ipv6.name_servers"].verified,
            )


def _app(app: AppHostReading) -> Iterator[Finding]:
    rule = ""
    if app.has_address is Ipv6State.NO:
        rule, said = "ipv6-no-address", "没有IPv6地址（AAAA记录）"
    elif app.reachable is Ipv6State.NO:
        rule, said = "ipv6-unreachable", "有IPv6地址，但通过IPv6无法连接"
    if rule:
        yield Finding(
            rule=rule,
            subject=f"{app.account} {app.host}",
            page=app.page,
            title=f"移动客户端“{app.name}”的后台域名{app.host}{said}",
            certain=True,
            basis=_APPS,
            account=app.account,
            detail={"addresses": list(app.addresses), "ports": [_port_json(port) for port in app.ports]},
            evidence=Evidence(observed=app.observed),
        )


def _restless(probe: Ipv6Reading, ctx: Context) -> bool:
    """Does the page differ as much from itself: then nothing is known."""
    return probe.steadiness is not None and probe.steadiness < ctx.profile.number("ipv6.similarity")


def _unasked(zone: ZoneReading) -> bool:
    return not zone.servers or any(
        server.addresses and server.answers is Ipv6State.NOT_TESTED for server in zone.servers
    )


def _mandated(host: str) -> bool:
    return any(host == name or host.endswith(f".{name}") for name in _MANDATED)


def _lost(port: PortReading) -> str:
    if port.lost == "tls":
        return f"端口{port.port}在IPv6上不能建立加密连接（IPv4可以）"
    return f"端口{port.port}在IPv4上开放，在IPv6上不通"


def _port_json(port: PortReading) -> dict[str, object]:
    names = ("open4", "open6", "tls4", "tls6")
    return {"port": port.port, **{name: str(getattr(port, name)) for name in names}}


def _named(hosts: list[str]) -> str:
    return "、".join(hosts[:_SHOWN]) + (f"等{len(hosts)}个" if len(hosts) > _SHOWN else "")


def _finding(
    rule: str,
    probe: Ipv6Reading,
    title: str,
    more: dict[str, object] | None = None,
    *,
    subject: str = "",
    certain: bool = True,
) -> Finding:
    tries = [dict(attempt) for attempt in probe.tries]
    return Finding(
        rule=rule,
        subject=subject or probe.url,
        page=probe.url,
        title=title,
        certain=certain,
        on_home=True,
        detail={
            "addresses": list(probe.addresses),
            "status4": probe.status4,
            "status6": probe.status6,
            "similarity": probe.similarity,
            "visits": probe.visits,
            "visits_good": probe.visits_good,
            "tries": tries,
            **(more or {}),
        },
        evidence=Evidence(observed=tuple(str(t["at"]) for t in tries if "at" in t)),
    )
