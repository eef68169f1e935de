"""A year of a made-up city as a list of events, from a seeded generator.

Twelve sites on eight servers and one that is closed, twenty units, four of which only answer for columns;
faults that appear, are mended, come back, are taken for false alarms, disputed, exempted, told, overdue,
and brought by people. The list says what happened and nothing of what the program should make of it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
from year_life import Fault, Life

from govcrawl.model import Column, ColumnType, Registry, Site, SiteKind, SiteStatus, Unit, UnitKind

ZONE = ZoneInfo("Asia/Shanghai")
FIRST = date(2024, 12, 30)
"""Monday of the first ISO week of 2025, whose fifty-two weeks reach over the turn of the year."""
WEEKS = 52
PLATFORM = "shilipingtai"
SHARED_SITES = ("s05", "s06", "s07")

_UNITS = (
    [("zfb", "示例市人民政府办公室", UnitKind.CITY)]
    + [(f"b{n:02d}", f"示例市第{n}局", UnitKind.CITY_DEPARTMENT) for n in range(1, 9)]
    + [(f"x{n}", f"示例{n}县人民政府办公室", UnitKind.COUNTY) for n in range(1, 4)]
    + [(f"z{n}", f"示例{n}镇人民政府", UnitKind.TOWNSHIP) for n in range(1, 9)]
)
_SERVERS = (0, 0, 1, 1, 2, 2, 2, 3, 4, 5, 6, 7)
"""Which of the eight servers each of the twelve sites lies on."""
RULES = {
    "link-broken": ("链接错误", "problem"),
    "column-stale": ("栏目更新不及时", "problem"),
    "column-empty": ("空白栏目", "problem"),
    "home-stale": ("首页不更新", "veto"),
    "columns-blank": ("空白栏目较多", "veto"),
    "link-hijacked": ("链接指向异常网站", "veto"),
    "source-conflict": ("来源标注不一致", "advice"),
    "ipv6-no-address": ("域名无IPv6地址", "problem"),
    "column-unreadable": ("栏目未能读取", "advice"),
    "other-problem": ("其他问题", "problem"),
}
_WEIGHTS = (40, 14, 8, 3, 3, 4, 10, 4, 5, 0)
CHECKS = {
    "link": "dead_links",
    "column": "freshness",
    "columns": "freshness",
    "home": "freshness",
    "source": "attribution",
    "ipv6": "ipv6",
}


def check_of(rule: str) -> str:
    """The check that a rule belongs to."""
    return CHECKS.get(rule.split("-", 1)[0], "reported")


def moment(day: date, clock: str) -> datetime:
    """A time of a day of the office's zone, in UTC."""
    return datetime.combine(day, time.fromisoformat(clock), ZONE).astimezone(UTC)


def registry() -> Registry:
    """Units, sites and columns of the city."""
    units = tuple(
        Unit(id=key, name=name, kind=kind, parent=None if key == "zfb" else "zfb")
        for key, name, kind in _UNITS
    )
    sponsors = ["zfb", *(f"b{n:02d}" for n in range(1, 9)), "x1", "x2", "x2"]
    sites = []
    for n, sponsor in enumerate(sponsors):
        key, url = f"s{n:02d}", f"http://s{n:02d}.example.gov.cn/"
        helpers = {"zfb": [f"z{k}" for k in (1, 2, 3, 4)] + ["b03"], "x1": ["z5", "z6"], "x2": ["z7", "z8"]}
        columns = [Column(name="要闻", url=f"{url}yw/", type=ColumnType.NEWS)]
        columns += [
            Column(name=f"动态{unit}", url=f"{url}{unit}/", type=ColumnType.NEWS, unit=unit)
            for unit in helpers.get(sponsor, [])
        ]
        sites.append(
            Site(
                id=key,
                name=f"示例第{n}网站",
                unit=sponsor,
                url=url,
                code=f"15050000{n:02d}",
                kind=SiteKind.PORTAL if sponsor in {"zfb", "x1", "x2"} else SiteKind.DEPARTMENT,
                platform=PLATFORM if key in SHARED_SITES else None,
                columns=tuple(columns),
            )
        )
    closed = Site(
        id="old",
        name="示例旧网站",
        unit="zfb",
        url="http://old.example.gov.cn/",
        status=SiteStatus.CLOSED,
    )
    return Registry(units=units, sites=(*sites, closed))


@dataclass(frozen=True, kw_only=True)
class Run:
    """One inspection of one site, and what it saw."""

    at: datetime
    """When it ends."""
    started: datetime
    site: str
    result: str
    seen: tuple[tuple[int, bool], ...]
    """Number of a fault, and whether the run was sure."""
    right: tuple[int, ...]
    """Faults whose place it looked at and found in order."""
    pages: int
    links: tuple[int, int, int]
    columns: tuple[int, int]
    not_tested: tuple[str, ...]
    """Ids of checks."""
    limits: tuple[str, ...]
    refused: tuple[str, ...]
    """Links whose servers refused the crawler."""
    shrunk: bool = False
    """It calls itself complete and saw under half of the site."""


@dataclass(frozen=True, kw_only=True)
class Act:
    """A step that a person takes with one finding."""

    at: datetime
    fault: int
    what: str
    """confirm, dismiss, exempt, uphold, close, reopen, report."""
    until: datetime | None = None
    origin: str = ""
    due: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Told:
    """Notices are issued to all units (`sent` false), or one that was issued goes out."""

    at: datetime
    sent: bool
    batch: int
    deadlines: tuple[tuple[int, datetime], ...]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Reply sheets come back: of each fault whether the unit disputes it."""

    at: datetime
    lines: tuple[tuple[int, bool], ...]


Event = Run | Act | Told | Answer


def apply(lives: dict[int, Life], event: Event) -> None:
    """What an event does to the findings, by the rules of `Life`."""
    if isinstance(event, Run):
        for number, certain in event.seen:
            lives[number].sighted(event.at, certain=certain)
        for number in event.right:
            if not event.shrunk:
                lives[number].right(event.at)
    elif isinstance(event, Told):
        for number, due in event.deadlines:
            lives[number].told(event.at, due)
    elif isinstance(event, Answer):
        for number, disputed in event.lines:
            lives[number].answered(event.at, disputed=disputed)
    elif event.what == "report":
        lives[event.fault].reported(event.at, event.origin, event.due)
    else:
        lives[event.fault].judged(event.at, event.what, until=event.until)


def due_of(fault: Fault, origin: str, told: datetime) -> datetime | None:
    """By when it must be mended: 24 hours, or working days of the official calendar."""
    if fault.severity == "advice":
        return None
    if fault.rule == "link-hijacked":
        return told + timedelta(hours=24)
    left = 3 if origin == "找错" or fault.severity == "veto" else 5
    day = told.astimezone(ZONE).date()
    while left:
        day += timedelta(days=1)
        left -= chinese_calendar.is_workday(day)
    return moment(day + timedelta(days=1), "00:00")


@dataclass
class Year:
    """The city, its faults and the list of what happened."""

    registry: Registry
    faults: dict[int, Fault] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    stood: dict[datetime, dict[int, Life]] = field(default_factory=dict)
    """The findings at moments for which they were counted once."""


def make_year(seed: int) -> Year:
    """The events of a year; the same seed gives the same ones."""
    return _Generator(seed).year()


class _Generator:
    """Walks through the weeks; keeps lives only to know what can be done next."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.made = Year(registry())
        self.lives: dict[int, Life] = {}
        self.there: set[int] = set()
        self.batches = 0
        self.open_batch: Told | None = None
        self.shrank = {f"s{n:02d}" for n in range(12)}
        """Sites whose next whole look must be a true one: their last one was not, or there was none."""

    def year(self) -> Year:
        for week in range(WEEKS):
            monday = FIRST + timedelta(days=7 * week)
            for event in self._week(week, monday):
                self._happens(event)
        return self.made

    def _happens(self, event: Event) -> None:
        last = self.made.events[-1].at if self.made.events else event.at
        assert event.at >= last, "the list is in order of time"
        self.made.events.append(event)
        apply(self.lives, event)

    def _week(self, week: int, monday: date) -> Iterator[Event]:
        yield from self._answers(moment(monday, "14:00"))
        self._world()
        yield from self._judgements(monday + timedelta(days=1))
        yield from self._nights(monday + timedelta(days=2), "22:00", week, every=1.0)
        if week % 2:
            yield from self._tell(moment(monday + timedelta(days=3), "10:00"))
        elif self.open_batch is not None:
            yield from self._send(moment(monday + timedelta(days=3), "10:00"))
        yield from self._answers(moment(monday + timedelta(days=4), "15:00"))
        self._world()
        # These begin on Sunday, and the last ones end when the next week has begun.
        yield from self._nights(monday + timedelta(days=6), "23:10", week, every=0.4)

    def _world(self) -> None:
        """Faults appear, are mended, and some come back."""
        for _ in range(self.chance.randint(1, 6)):
            self._new_fault()
        if self.chance.random() < 0.15:
            shared, cause = len(self.made.faults) + 1, self.chance.choice(("http", "dns"))
            for site in SHARED_SITES:
                self._new_fault(site=site, shared=shared, cause=cause)
        for number in sorted(self.there):
            life = self.lives[number]
            told = life.status in {"notified", "replied"}
            if self.chance.random() < (0.4 if life.status == "replied" else 0.25 if told else 0.06):
                self.there.discard(number)
        gone = sorted(set(self.made.faults) - self.there)
        for number in gone:
            if self.chance.random() < 0.02:
                self.there.add(number)

    def _new_fault(
        self, site: str = "", shared: int | None = None, cause: str = "http", rule: str = ""
    ) -> int:
        number = len(self.made.faults) + 1
        rule = rule or ("link-broken" if shared else self.chance.choices(list(RULES), _WEIGHTS)[0])
        title, severity = RULES[rule]
        home = self.made.registry.site(site or f"s{self.chance.randint(0, 11):02d}")
        assert home is not None
        column = self.chance.choice(home.columns)
        in_column = rule.startswith("column-") or (not shared and self.chance.random() < 0.5)
        target = None
        if rule.startswith("link"):
            target = f"http://gone.example.org/{shared or f'own{number}'}"
        page = f"{column.url if in_column else home.url}p{number}.html"
        fault = Fault(
            number=number,
            site=home.id,
            rule=rule,
            title=title,
            severity=severity,
            unit=(column.unit or home.unit) if in_column else home.unit,
            page=page,
            target=target,
            column=column.url if in_column else None,
            certain=rule != "column-unreadable" and self.chance.random() < 0.8,
            cause=cause,
            shared=shared,
        )
        self.made.faults[number] = fault
        self.lives[number] = Life(fault)
        self.there.add(number)
        return number

    def _judgements(self, day: date) -> Iterator[Event]:
        """What people at the office decide on one day, each in its own minute."""
        now = moment(day, "09:00")
        for _ in range(self.chance.randint(0, 2)):
            now += timedelta(minutes=1)
            yield self._report(now)
        for number, life in sorted(self.lives.items()):
            act = self._decision(life, day)
            if act:
                now += timedelta(minutes=1)
                life.clock(now)
                if self._possible(life, act[0]):
                    yield Act(at=now, fault=number, what=act[0], until=act[1])

    def _report(self, now: datetime) -> Event:
        """Somebody brings what nobody knew, or what the machine knows already, or knew once."""
        origin = self.chance.choice(("找错", "找错", "person", "上级通报"))
        known = [n for n, life in self.lives.items() if life.status and life.fault.severity != "advice"]
        if known and self.chance.random() < 0.5:
            number = self.chance.choice(sorted(known))
        else:
            number = self._new_fault(rule=self.chance.choice(("", "other-problem", "other-problem")))
        fault = self.made.faults[number]
        due = due_of(fault, "找错", now) if origin == "找错" and fault.rule != "link-hijacked" else None
        return Act(at=now, fault=number, what="report", origin=origin, due=due)

    def _decision(self, life: Life, day: date) -> tuple[str, datetime | None] | None:
        roll = self.chance.random()
        weeks = self.chance.randint(1, 6)
        if life.status == "suspected":
            verdict = "confirm" if roll < 0.5 else "dismiss" if roll < 0.6 else ""
        elif life.status == "disputed":
            verdict = "uphold" if roll < 0.3 else "dismiss" if roll < 0.5 else ""
        elif life.status in {"confirmed", "notified"}:
            verdict = "exempt" if roll < 0.02 else "dismiss" if roll < 0.03 else ""
        elif life.status == "exempt":
            verdict = "close" if roll < 0.05 else "reopen" if roll < 0.1 else ""
        elif life.status in {"corrected", "dismissed"}:
            verdict = "reopen" if roll < 0.01 else ""
        else:
            verdict = ""
        if not verdict and life.looks_right and life.open and roll > 0.5:
            verdict = "close"
        # Exemptions end with a day, and some of these days are the last of a week or month.
        ends = moment(day + timedelta(days=7 * weeks - day.weekday()), "00:00")
        if roll < 0.01:
            ends = moment((day.replace(day=1) + timedelta(days=32)).replace(day=1), "00:00")
        return (verdict, ends if verdict == "exempt" else None) if verdict else None

    @staticmethod
    def _possible(life: Life, what: str) -> bool:
        allowed = {
            "suspected": {"confirm", "dismiss", "exempt", "close"},
            "confirmed": {"dismiss", "exempt", "close"},
            "notified": {"dismiss", "exempt", "close"},
            "replied": {"dismiss", "exempt", "close", "reopen"},
            "disputed": {"dismiss", "exempt", "close", "uphold"},
            "corrected": {"dismiss", "reopen"},
            "dismissed": {"reopen"},
            "exempt": {"dismiss", "close", "reopen", "exempt"},
        }
        return what in allowed.get(life.status, ())

    def _nights(self, day: date, clock: str, week: int, *, every: float) -> Iterator[Event]:
        """One run a site, ten minutes apart; a server that is away takes all its sites with it."""
        away = self.chance.randrange(8) if self.chance.random() < 0.2 else None
        for n in range(12):
            started = moment(day, clock) + timedelta(minutes=10 * n)
            if self.chance.random() >= every:
                continue
            result = "unreachable" if _SERVERS[n] == away else "complete"
            roll = self.chance.random()
            if result == "complete" and roll < 0.12:
                result = "partial" if roll < 0.06 else "blocked" if roll < 0.09 else "shrunk"
            site = f"s{n:02d}"
            if result == "shrunk" and site in self.shrank:
                result = "complete"
            if result in {"complete", "shrunk"}:
                (self.shrank.add if result == "shrunk" else self.shrank.discard)(site)
            yield self._run(site, n, started, result)

    def _run(self, site: str, n: int, started: datetime, result: str) -> Run:
        ended = started + timedelta(minutes=5)
        chance = self.chance
        own = [fault for fault in self.made.faults.values() if fault.site == site]
        share = {"complete": 1.0, "shrunk": 0.3, "partial": 0.5}.get(result, 0.0)
        skipped = (
            tuple(c for c in ("ipv6", "freshness", "attribution") if chance.random() < 0.06) if share else ()
        )
        asked = [f for f in own if chance.random() < share and check_of(f.rule) not in skipped]
        asked = [f for f in asked if f.rule != "other-problem"]
        seen = tuple((f.number, f.certain or chance.random() < 0.1) for f in asked if f.number in self.there)
        right = tuple(f.number for f in asked if f.number not in self.there and self.lives[f.number].status)
        size = 100 + 10 * n
        pages = {"complete": size + chance.randint(0, 9), "shrunk": size // 3, "partial": size - 20}
        links = (chance.randint(50, 90), chance.randint(0, 9), chance.randint(0, 9)) if share else (0, 0, 0)
        unread = 2 if chance.random() < 0.1 else 0
        return Run(
            at=ended,
            started=started,
            site=site,
            result="complete" if result == "shrunk" else result,
            shrunk=result == "shrunk",
            seen=seen,
            right=right if result in {"complete", "shrunk"} else (),
            pages=pages.get(result, 1),
            links=links,
            columns=(0 if unread and chance.random() < 0.5 else 3, unread) if share else (0, 0),
            not_tested=skipped,
            limits=("已达到页面上限，其余页面未检查。",) if share and chance.random() < 0.05 else (),
            refused=tuple(
                f"http://far{chance.randint(1, 5)}.example.org/" for _ in range(chance.randint(0, 3))
            )
            if share
            else (),
        )

    def _tell(self, now: datetime) -> Iterator[Event]:
        """Notices to all units: what is confirmed and must be mended."""
        for life in self.lives.values():
            life.clock(now)
        named = [
            (number, due)
            for number, life in sorted(self.lives.items())
            if life.status == "confirmed" and (due := due_of(life.fault, life.origin, now)) is not None
        ]
        if named:
            self.batches += 1
            self.open_batch = Told(at=now, sent=False, batch=self.batches, deadlines=tuple(named))
            yield self.open_batch

    def _send(self, now: datetime) -> Iterator[Event]:
        """They went out a week later: deadlines of what still waits run from that day."""
        batch = self.open_batch
        assert batch is not None
        self.open_batch = None
        waiting = []
        for number, _ in batch.deadlines:
            life = self.lives[number]
            life.clock(now)
            if life.status == "notified":
                due = due_of(life.fault, life.origin, now)
                assert due is not None
                waiting.append((number, due))
        if waiting:
            yield Told(at=now, sent=True, batch=batch.batch, deadlines=tuple(waiting))

    def _answers(self, now: datetime) -> Iterator[Event]:
        lines = []
        for number, life in sorted(self.lives.items()):
            life.clock(now)
            if life.status == "notified" and self.chance.random() < 0.25:
                lines.append((number, self.chance.random() < 0.15))
        if lines:
            yield Answer(at=now, lines=tuple(lines))
