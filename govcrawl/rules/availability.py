"""Can a site be reached (站点无法访问): a week of spaced visits against the share that may fail. Pure.

国办秘函〔2019〕19号: a site is watched for a week, more than twenty times a day; where the visits that fail
make five per cent of all, that is a veto. A single failure is nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from govcrawl.model import Evidence, Finding, Probe, ProbeState, Profile, Rule, Severity, Site

CHECK = "availability"
RULE = Rule(
    code="site-unavailable",
    title="站点无法访问",
    severity=Severity.VETO,
    basis="国办秘函〔2019〕19号 单项否决指标“站点无法访问”（监测1周，每天访问20次以上，失败占比5%及以上）",
    fix="请核查服务器、网络和域名解析，恢复稳定访问；如限制了巡查程序的访问，请将其加入白名单。",
    check=CHECK,
)
_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """What a week of visits says of one site."""

    first: date
    last: date
    visits: int
    """That count: spaced, and with an answer to the question."""
    failed: int
    reason: str = ""
    """Chinese: why it is not judged; empty: it is."""
    over: bool = False
    """Judged, and the share of failures reaches the limit."""
    failures: tuple[Probe, ...] = ()
    """The last ones, for the evidence."""

    @property
    def share(self) -> float | None:
        """Failed visits to all; None without any."""
        return self.failed / self.visits if self.visits else None


def availability_of(probes: Iterable[Probe], *, today: date, zone: str, profile: Profile) -> Availability:
    """Judge one site by the week before a day.

    Args:
        probes: of the site, from rounds that count, in any order; others than of that week are left out.
        today: of the office; the week ends the day before.
        zone: of the office, in which days are counted.
        profile: `availability.days`, `.visits` (a day), `.spacing` (seconds), `.share`.
    """
    days = profile.count("availability.days")
    last, first = today - timedelta(days=1), today - timedelta(days=days)
    counted = _spaced(probes, profile.number("availability.spacing"))
    within = [probe for probe in counted if first <= _day(probe.at, zone) <= last]
    by_day = Counter(_day(probe.at, zone) for probe in within)
    failures = [probe for probe in within if probe.state is ProbeState.DOWN]
    least = profile.count("availability.visits")
    short = [day for n in range(days) if by_day[day := first + timedelta(days=n)] < least]
    reason = f"有{len(short)}天的有效访问不足{least}次" if short else ""
    over = not reason and len(failures) >= profile.number("availability.share") * len(within)
    return Availability(
        first=first,
        last=last,
        visits=len(within),
        failed=len(failures),
        reason=reason,
        over=over and bool(failures),
        failures=tuple(failures[-_SHOWN:]),
    )


def finding_of(site: Site, judged: Availability, profile: Profile) -> Finding:
    """The finding of a site whose failures reach the limit.

    Never certain: a firewall that shuts this program out looks alike, so a person has to look from elsewhere.
    """
    share = 100 * (judged.share or 0)
    limit = 100 * profile.number("availability.share")
    when = f"{judged.first.month}月{judged.first.day}日至{judged.last.month}月{judged.last.day}日"
    return Finding(
        rule=RULE.code,
        subject="availability",
        page=site.url,
        title=f"{when}访问首页{judged.visits}次，失败{judged.failed}次，占{share:.1f}%（限值{limit:g}%）",
        certain=False,
        on_home=True,
        detail={
            "visits": judged.visits,
            "failed": judged.failed,
            "share": round(judged.share or 0, 4),
            "first": str(judged.first),
            "last": str(judged.last),
            "failures": [
                {"at": one.at.isoformat(timespec="seconds"), "status": one.status, "cause": one.cause or None}
                for one in judged.failures
            ],
        },
        evidence=Evidence(observed=tuple(one.at.isoformat(timespec="seconds") for one in judged.failures)),
    )


def _spaced(probes: Iterable[Probe], seconds: float) -> list[Probe]:
    """Visits that say something, each at least so long after the one before it that counts."""
    kept: list[Probe] = []
    for probe in sorted(probes, key=lambda one: one.at):
        if probe.state is ProbeState.UNKNOWN:
            continue
        if not kept or (probe.at - kept[-1].at).total_seconds() >= seconds:
            kept.append(probe)
    return kept


def _day(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()
