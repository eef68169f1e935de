"""A made-up city, and short ways to say what a run saw."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from govcrawl.model import (
    Account,
    Cause,
    Column,
    ColumnType,
    Evidence,
    Finding,
    LinkVerdict,
    Registry,
    Rule,
    RunResult,
    Severity,
    Site,
    SiteKind,
    Try,
    Unit,
    UnitKind,
    Verdict,
    Version,
    fingerprint,
)
from govcrawl.store import FindingSeen, PageSeen, RunOutcome, RunScope, Store, this_owner

START = datetime(2026, 11, 16, 14, 0, tzinfo=UTC)
HOME = "http://www.example.gov.cn/"
DEAD = "http://gone.example.com/a"
RULES = frozenset({"link-broken", "column-stale", "ad-link"})


def night(number: int) -> datetime:
    """The time of the run of a night, counted from 0."""
    return START + timedelta(days=number)


CITY = Registry(
    units=(
        # The child stands before its parent: the order of an office's table is kept.
        Unit(
            id="jyj",
            name="示例市教育局",
            kind=UnitKind.CITY_DEPARTMENT,
            parent="zfb",
            emails=("a@example.gov.cn",),
        ),
        Unit(
            id="zfb",
            name="示例市人民政府办公室",
            kind=UnitKind.CITY,
            short_names=("市政府办",),
            cc=("b@example.gov.cn",),
        ),
        Unit(id="xc", name="示例县人民政府", kind=UnitKind.COUNTY, contact="张某", phone="0000-0000000"),
    ),
    sites=(
        Site(
            id="portal",
            code="0000000001",
            name="示例市人民政府",
            unit="zfb",
            url=HOME,
            kind=SiteKind.PORTAL,
            scope=(HOME,),
            exclude=(HOME + "old/",),
            aliases=("example.gov.cn",),
            versions=(Version(url="http://en.example.gov.cn/", lang="en"),),
            platform="jiyue",
            filings={"icp": "示例ICP备00000000号", "mark": "yes"},
            former_urls=("http://old.example.gov.cn/",),
            columns=(
                Column(name="要闻", url=HOME + "yw/", type=ColumnType.NEWS),
                Column(
                    name="教育动态",
                    url=HOME + "jy/",
                    type=ColumnType.NEWS,
                    unit="jyj",
                    max_age_days=30,
                    reason="约定",
                ),
            ),
            approval_reason="已批复",
        ),
        Site(id="jyj", name="示例市教育局", unit="jyj", url="http://jyj.example.gov.cn/"),
    ),
    accounts=(
        Account(
            id="jyj-wx",
            unit="jyj",
            platform="微信公众号",
            name="示例教育",
            filed=True,
            hosts=("wx.example.cn",),
            approval_reason="已批复设两个账号",
        ),
    ),
)

LINK_RULE = Rule(
    code="link-broken", title="链接错误", severity=Severity.PROBLEM, basis="示例依据", fix="改正链接。"
)


def seen(
    subject: str = DEAD, *, certain: bool = True, rule: str = "link-broken", page: str = HOME, **more: Any
) -> FindingSeen:
    """A finding of one run; `more` are fields of `Finding`."""
    state = more.pop("subject_state", "")
    more.setdefault("target", subject)
    more.setdefault("detail", {"cause": Cause.HTTP, "status": 404})
    more.setdefault(
        "evidence", Evidence(snippet="<a href>示例</a>", line=12, observed=("2026-11-16T14:00:00+00:00",))
    )
    return FindingSeen(
        finding=Finding(
            rule=rule, subject=subject, page=page, title=f"链接无法访问：{subject}", certain=certain, **more
        ),
        check="dead_links",
        rule=LINK_RULE,
        unit="jyj",
        sponsor="zfb",
        points=0.5,
        profile="tongliao-2023",
        subject_state=state,
    )


def key(subject: str = DEAD, rule: str = "link-broken", site: str = "portal") -> str:
    """The fingerprint of `seen(subject)`."""
    return fingerprint(site, rule, subject)


def outcome(*findings: FindingSeen, pages: int = 10, complete: bool = True, **more: Any) -> RunOutcome:
    """What a whole run over the home page says; `more` are fields of RunScope or RunOutcome."""
    scope = RunScope(
        rules=more.pop("rules", RULES),
        pages=more.pop("asked", frozenset({HOME})),
        unsettled=more.pop("unsettled", frozenset()),
        complete=complete,
    )
    more.setdefault("result", RunResult.COMPLETE if complete else RunResult.PARTIAL)
    return RunOutcome(pages=pages, findings=findings, scope=scope, **more)


def begin(store: Store, now: datetime, site: str = "portal", **more: Any) -> int:
    """Begins a run as the spider does."""
    values: dict[str, Any] = {
        "trial": False,
        "as_of": None,
        "profile": "tongliao-2023",
        "checks": ("dead_links",),
        "owner": this_owner(),
    }
    return store.begin_run(site, now=now, **(values | more))


def crawl(store: Store, now: datetime, result: RunOutcome, **more: Any):
    """A run from beginning to end."""
    return store.finish_run(begin(store, now, **more), result, now=now)


def page(url: str, now: datetime = START, **more: Any) -> PageSeen:
    """A page that was read."""
    values: dict[str, Any] = {
        "status": 200,
        "kind": "article",
        "title": "示例",
        "bytes": 1000,
        "content_hash": "h1",
        "etag": '"1"',
        "last_modified": "Mon, 16 Nov 2026 14:00:00 GMT",
        "reader_version": "1",
        "readings": b"\x00\xff",
        "fetched_at": now,
    }
    return PageSeen(url=url, **(values | more))


def failure(url: str, at: datetime, **more: Any) -> LinkVerdict:
    """A link that failed."""
    values: dict[str, Any] = {"verdict": Verdict.BROKEN, "cause": Cause.DNS}
    attempt = Try(method="GET", status=None, error=Cause.DNS, ms=30, at=at, reason="nxdomain")
    return LinkVerdict(url=url, tries=(attempt,), **(values | more))
