"""Back-end hosts of apps (移动客户端) over IPv6: in whose run they are asked, and asking them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from govcrawl.model import (
    Account,
    AppHostReading,
    Ipv6State,
    PortReading,
    Registry,
    Site,
    SiteKind,
    SiteStatus,
)
from govcrawl.registry.check import APP_PLATFORMS
from spiders.ipv6 import CRASHED, Ipv6Probe

_log = logging.getLogger(__name__)
_PORTS = (443, 80)
_MOST = 20
"""Hosts of apps that one run asks."""
_TOO_MANY = f"移动客户端的后台域名较多，每次巡查最多检查{_MOST}个，其余未检查"


def apps_of(site: Site, registry: Registry) -> Iterator[Account]:
    """The apps that are judged in a site's run.

    An app has no run of its own. It is asked in the run of one site in operation of its unit, the portal
    first; of a unit without a site, in that of the nearest unit above it. An app for which there is none is
    not asked.
    """
    for account in registry.accounts:
        is_app = account.platform.strip().lower() in APP_PLATFORMS
        running = account.status is SiteStatus.RUNNING
        if is_app and account.hosts and running and _judge_of(account, registry) == site.id:
            yield account


def _judge_of(account: Account, registry: Registry) -> str | None:
    unit, been = registry.unit(account.unit), set[str]()
    while unit is not None and unit.id not in been:
        been.add(unit.id)
        sites = [s for s in registry.sites if s.unit == unit.id and s.status is SiteStatus.RUNNING]
        if sites:
            return min(sites, key=lambda site: site.kind is not SiteKind.PORTAL).id
        unit = registry.unit(unit.parent)
    return None


async def read_apps(
    probe: Ipv6Probe, apps: list[Account], now: Callable[[], datetime]
) -> tuple[AppHostReading, ...]:
    """Ask the hosts of apps: addresses, and the ports 443 and 80 over both families.

    An app's server need not answer to a browser: what counts is that a port which takes connections over
    IPv4 takes them over IPv6. What does not is asked once more, after the time a dead link is given.
    """
    # The Android and the iOS edition of an app have one server: it is asked once.
    hosts = list(dict.fromkeys(host for app in apps for host in app.hosts))
    asked = await asyncio.gather(*(_read(probe, host, now) for host in hosts[:_MOST]), return_exceptions=True)
    readings = {host: _told(host, reading) for host, reading in zip(hosts, asked, strict=False)}
    return tuple(
        replace(
            readings.get(host) or _not_tested(host, _TOO_MANY),
            account=app.id,
            unit=app.unit,
            name=app.name,
        )
        for app in apps
        for host in dict.fromkeys(app.hosts)
    )


def _told(host: str, reading: AppHostReading | BaseException) -> AppHostReading:
    """A fault of ours must not end the run: it is said instead."""
    if isinstance(reading, AppHostReading):
        return reading
    if not isinstance(reading, Exception):
        raise reading
    _log.error("the IPv6 probe of %s failed", host, exc_info=reading)
    return _not_tested(host, CRASHED)


def _not_tested(host: str, reason: str) -> AppHostReading:
    return AppHostReading(
        account="", unit="", name="", host=host, has_address=Ipv6State.NOT_TESTED, reason=reason
    )


async def _read(probe: Ipv6Probe, host: str, now: Callable[[], datetime]) -> AppHostReading:
    found = [await probe.addresses(host, port) for port in _PORTS]
    known = [each for each in found if each.error is None and each.v6_known]
    v6 = tuple(dict.fromkeys(end.ip for each in known for end in each.own_v6))
    has = Ipv6State.YES if v6 else Ipv6State.NO if known else Ipv6State.NOT_TESTED
    times = [now()]
    ports: tuple[PortReading, ...] = ()
    overridden = any(each.overridden for each in found)
    reason = ""
    if has is Ipv6State.YES and not (reason := await probe.route.lacks(overridden=overridden)):
        ports = await _knock(probe, host)
        if _reached(ports) is Ipv6State.NO:
            await asyncio.sleep(probe.patience)
            times.append(now())
            ports = await _knock(probe, host)
            reason = await probe.route.lacks(overridden=overridden, anew=True)
    return AppHostReading(
        account="",
        unit="",
        name="",
        host=host,
        has_address=has,
        addresses=v6,
        reachable=Ipv6State.NOT_TESTED if reason else _reached(ports),
        ports=ports,
        observed=tuple(time.isoformat(timespec="seconds") for time in times),
        reason=reason,
    )


async def _knock(probe: Ipv6Probe, host: str) -> tuple[PortReading, ...]:
    readings = []
    for port in _PORTS:
        (open4, tls4), (open6, tls6) = await asyncio.gather(
            *(probe.connects(host, port, family) for family in (4, 6))
        )
        readings.append(PortReading(port=port, open4=open4, open6=open6, tls4=tls4, tls6=tls6))
    return tuple(readings)


def _reached(ports: tuple[PortReading, ...]) -> Ipv6State:
    """Yes: some port takes connections over IPv6. No: none does, and one does over IPv4."""
    if any(port.open6 is Ipv6State.YES for port in ports):
        return Ipv6State.YES
    if any(port.open4 is Ipv6State.YES and port.open6 is Ipv6State.NO for port in ports):
        return Ipv6State.NO
    return Ipv6State.NOT_TESTED
