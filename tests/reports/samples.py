"""A week of a made-up city: four sites in operation, three units, thirty findings of all rules.

Used by the tests and for looking at the papers: `python -m tests.reports.samples FOLDER` writes them.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from govcrawl.model import (
    Column,
    ColumnType,
    Evidence,
    FindingRecord,
    NotTested,
    Origin,
    Profile,
    Registry,
    Rule,
    RunRecord,
    RunResult,
    Site,
    SiteKind,
    SiteStatus,
    Status,
    Unit,
    UnitKind,
    Value,
    fingerprint,
)
from govcrawl.rules.catalogue import load_catalogue
from reports.documents import write_weekly
from reports.monthly import MonthlyCorrection, Numbers, correct_month
from reports.periods import Month, Quarter, Week
from reports.quarterly import Quarterly, notice_of_quarter
from reports.site import write_site_report
from reports.weekly import WeeklyInspection, inspect_week

WEEK = Week.parse("2026-W47")
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
MONDAY_NIGHT = datetime(2026, 11, 16, 14, 0, tzinfo=UTC)
SUNDAY_NIGHT = datetime(2026, 11, 22, 14, 4, tzinfo=UTC)


@dataclass(frozen=True)
class SampleOffice:
    """An office as `[office]` gives it."""

    name: str = "示例市人民政府办公室"
    region: str = "示例市"
    timezone: str = "Asia/Shanghai"
    contact: str = "市政府办政务公开科 张某"
    phone: str = "0000-0000000"


OFFICE = SampleOffice()

REGISTRY = Registry(
    units=(
        Unit(id="zfb", name="示例市人民政府办公室", short_names=("市政府办",), kind=UnitKind.CITY),
        Unit(id="jyj", name="示例市教育局", short_names=("市教育局",), kind=UnitKind.CITY_DEPARTMENT),
        Unit(id="xq", name="示例县人民政府办公室", kind=UnitKind.COUNTY),
    ),
    sites=(
        Site(
            id="portal",
            name="示例市人民政府",
            unit="zfb",
            url="http://www.example.gov.cn/",
            kind=SiteKind.PORTAL,
            code="1505000001",
            columns=(
                Column(name="示例要闻", url="http://www.example.gov.cn/zwyw/", type=ColumnType.NEWS),
                Column(
                    name="教育动态",
                    url="http://www.example.gov.cn/bmdt/jy/",
                    type=ColumnType.NEWS,
                    unit="jyj",
                ),
                Column(name="通知公告", url="http://www.example.gov.cn/tzgg/", type=ColumnType.NOTICES),
            ),
        ),
        Site(id="jyj", name="示例市教育局", unit="jyj", url="http://jyj.example.gov.cn/", code="1505000012"),
        Site(id="xian", name="示例县人民政府", unit="xq", url="http://www.shilixian.example.gov.cn/"),
        Site(id="kfq", name="示例经济开发区", unit="xq", url="http://kfq.example.gov.cn/"),
        Site(
            id="old",
            name="示例市旧网站",
            unit="zfb",
            url="http://old.example.gov.cn/",
            status=SiteStatus.CLOSED,
        ),
    ),
)

RULES: Mapping[str, Rule] = load_catalogue().rules

PROFILE = Profile(
    name="example-2026",
    title="《示例市政府网站和政务新媒体管理办法》",
    basis=("《示例市政府网站和政务新媒体管理办法》(2026年1月1日)", "国办秘函〔2019〕19号"),
    values={
        "articles.weekly": Value("第十九条", "《示例市政府网站和政务新媒体管理办法》第十九条", verified=True),
        "days.动态要闻": Value(14, "国办秘函〔2019〕19号", verified=True, unit="days"),
        "days.政策解读": Value(184, "推定", verified=False, unit="days"),
    },
)


def finding(rule: str, subject: str = "", **changes: Any) -> FindingRecord:
    """One record of a rule, confirmed, of the portal, unless told otherwise."""
    known = RULES[rule]
    site = changes.get("site", "portal")
    page = changes.get("page", "http://www.example.gov.cn/")
    values: dict[str, Any] = {
        "fingerprint": fingerprint(str(site), rule, subject or page),
        "check": known.check,
        "rule": rule,
        "severity": known.severity,
        "basis": known.basis,
        "fix": known.fix,
        "site": site,
        "unit": "zfb",
        "sponsor": "zfb",
        "page": page,
        "title": f"{known.title}。",
        "status": Status.CONFIRMED,
        "status_since": MONDAY_NIGHT,
        "first_seen": MONDAY_NIGHT,
        "last_seen": SUNDAY_NIGHT,
        "was_confirmed": changes.get("status") is not Status.SUSPECTED,
        "run": 1,
        "profile": PROFILE.name,
    }
    return FindingRecord(**(values | changes))


def link(number: int, cause: str, code: int | None = None, **changes: Any) -> FindingRecord:
    """One broken link of the portal."""
    target = changes.pop("target", f"http://www.example.gov.cn/zwgk/fj/2025{number:02d}.pdf")
    page = changes.pop(
        "page", f"http://www.example.gov.cn/zwyw/202511/t202511{number:02d}_{1000 + number}.html"
    )
    answer = f"返回HTTP {code}" if code else "两次访问均未成功"
    values: dict[str, Any] = {
        "target": target,
        "page": page,
        "title": f"链接“附件{number}:示例表格”无法访问,{answer}。",
        "detail": {
            "cause": cause,
            "status": code,
            "final_url": target,
            "tries": [
                {"method": "GET", "status": code, "error": None if code else cause, "ms": 40, "at": at}
                for at in ("2026-11-22T14:04:11+00:00", "2026-11-22T14:06:13+00:00")
            ],
        },
        "evidence": Evidence(
            snippet=f'<a href="{target}" target="_blank">附件{number}:示例表格</a>',
            line=180 + number,
            selector=f"div.content > p:nth-child({number}) > a",
            observed=("2026-11-22T14:04:11+00:00", "2026-11-22T14:06:13+00:00"),
        ),
    }
    return finding("link-broken", target, **(values | changes))


def findings() -> list[FindingRecord]:
    """Thirty open findings of the week, all rules among them, and five that are no longer open."""
    stale = finding(
        "column-stale",
        "http://www.example.gov.cn/bmdt/jy/",
        unit="jyj",
        column="http://www.example.gov.cn/bmdt/jy/",
        page="http://www.example.gov.cn/bmdt/jy/",
        title="栏目“教育动态”已31天未更新,最新一条为2026年10月22日。",
        detail={"newest": "2026-10-22", "age_days": 31, "threshold_days": 14},
        evidence=Evidence(
            snippet='<li><span>2026-10-22</span><a href="./t20261022_9.html">全市教育工作会议召开</a></li>',
            line=214,
            selector="ul.list > li:nth-child(1)",
        ),
        status=Status.NOTIFIED,
        deadline=datetime(2026, 11, 27, 9, 0, tzinfo=UTC),
    )
    xian_stale = [
        finding(
            "column-stale",
            f"http://www.shilixian.example.gov.cn/lm{n}/",
            site="xian",
            unit="xq",
            column=f"http://www.shilixian.example.gov.cn/lm{n}/",
            page=f"http://www.shilixian.example.gov.cn/lm{n}/",
            title=f"栏目“示例栏目{n}”已{40 + n}天未更新。",
            detail={"newest": f"2026-10-{13 - n:02d}", "age_days": 40 + n, "threshold_days": 14},
        )
        for n in range(1, 6)
    ]
    hijacked = "http://bad-example.test/promo?id=1"
    xian_home = "http://www.shilixian.example.gov.cn/"
    records = [
        stale,
        *xian_stale,
        finding(
            "columns-not-updated",
            xian_home,
            site="xian",
            unit="xq",
            page=xian_home,
            title="动态要闻类等栏目合计5个未按期更新,达到单项否决标准(5个)。",
            detail={"members": [r.fingerprint for r in xian_stale]},
        ),
        link(
            1,
            "http",
            404,
            on_home=True,
            page="http://www.example.gov.cn/",
            occurrences=12,
            more_pages=tuple(f"http://www.example.gov.cn/zwyw/p{n}.html" for n in range(8)),
        ),
        link(2, "http", 404),
        link(3, "timeout"),
        link(4, "soft-404", 200, title="链接“附件4:示例表格”打开后提示页面不存在。"),
        link(
            5,
            "dns",
            target="http://www.closed-unit.invalid/",
            external=True,
            on_home=True,
            page="http://www.example.gov.cn/",
            title="友情链接“某单位网站”无法访问,域名无法解析。",
        ),
        link(6, "tls", target="https://files.example.org/a.doc", external=True),
        link(7, "http", 500, status=Status.SUSPECTED),
        finding(
            "link-hijacked",
            hijacked,
            page="http://www.example.gov.cn/yqlj/",
            target=hijacked,
            external=True,
            title=f"友情链接“某协会”指向的网站 {hijacked} 已变为赌博网站。",
            detail={"final_url": "http://bad-example.test/casino", "target_title": "(已略)"},
            evidence=Evidence(
                snippet=f'<a href="{hijacked}">某协会</a>',
                line=77,
                selector="ul.links > li > a",
                observed=("2026-11-22T14:04:11+00:00", "2026-11-22T14:06:13+00:00"),
            ),
        ),
        finding(
            "home-stale",
            "http://kfq.example.gov.cn/",
            site="kfq",
            unit="xq",
            status=Status.SUSPECTED,
            page="http://kfq.example.gov.cn/",
            title="首页疑似超过两周没有更新。",
            detail={"newest": "2026-11-01", "age_days": 21, "threshold_days": 14},
        ),
        finding(
            "column-empty",
            "http://www.example.gov.cn/tzgg/",
            column="http://www.example.gov.cn/tzgg/",
            page="http://www.example.gov.cn/tzgg/",
            title="栏目“通知公告”没有内容,页面显示“共0条”。",
        ),
        finding(
            "column-unreadable",
            "http://jyj.example.gov.cn/dt/",
            site="jyj",
            unit="jyj",
            sponsor="jyj",
            status=Status.SUSPECTED,
            column="http://jyj.example.gov.cn/dt/",
            page="http://jyj.example.gov.cn/dt/",
            title="栏目列表由脚本生成,未能读取。",
            detail={"reason": "列表由脚本生成,本次未能读取"},
        ),
        finding(
            "date-missing",
            "http://www.example.gov.cn/a1.html",
            status=Status.SUSPECTED,
            page="http://www.example.gov.cn/a1.html",
            title="文章《示例工作动态》没有标注发布日期。",
        ),
        finding(
            "columns-long-stale",
            xian_home,
            site="xian",
            unit="xq",
            status=Status.SUSPECTED,
            page=xian_home,
            title="疑似有10个栏目长期不更新。",
            detail={"members": ["0" * 20] * 10},
        ),
        finding(
            "columns-blank",
            xian_home,
            site="xian",
            unit="xq",
            status=Status.DISPUTED,
            page=xian_home,
            title="空白栏目5个,达到单项否决标准(5个)。",
            reason="其中两个栏目正在改版,已报备",
        ),
        finding(
            "ad-network",
            "http://ads.example.com/unit.js",
            target="http://ads.example.com/unit.js",
            external=True,
            page="http://www.example.gov.cn/zwyw/1.html",
            title="页面加载了广告网络 ads.example.com 的脚本。",
            detail={"network": "示例广告联盟"},
        ),
        finding(
            "ad-link",
            "http://shop.example.com/item",
            target="http://shop.example.com/item",
            external=True,
            page="http://www.example.gov.cn/zwyw/2.html",
            title="正文链接到商品销售页面。",
        ),
        finding(
            "ad-floating",
            "http://estate.example.com/",
            target="http://estate.example.com/",
            external=True,
            on_home=True,
            title="首页飘窗指向房地产广告。",
        ),
        finding(
            "source-missing",
            "http://jyj.example.gov.cn/x1.html",
            site="jyj",
            unit="jyj",
            sponsor="jyj",
            page="http://jyj.example.gov.cn/x1.html",
            status=Status.SUSPECTED,
            title="文章《示例转载报道》疑似转载,未注明来源。",
            detail={"reprint_by": "dateline"},
        ),
        finding(
            "source-vague",
            "http://jyj.example.gov.cn/x2.html",
            site="jyj",
            unit="jyj",
            sponsor="jyj",
            page="http://jyj.example.gov.cn/x2.html",
            title="文章来源标为“网络”,没有指明具体来源。",
            detail={"source": "网络"},
        ),
        finding(
            "ipv6-no-address",
            "http://jyj.example.gov.cn/",
            site="jyj",
            unit="jyj",
            sponsor="jyj",
            page="http://jyj.example.gov.cn/",
            title="域名 jyj.example.gov.cn 没有IPv6地址(AAAA记录)。",
        ),
        finding(
            "ipv6-unreachable",
            xian_home,
            site="xian",
            unit="xq",
            page=xian_home,
            title="域名有IPv6地址,但通过IPv6无法打开首页。",
            detail={"addresses": ["2001:db8::1"]},
        ),
        finding(
            "ipv6-differs",
            "http://www.example.gov.cn/",
            title="IPv6与IPv4下的首页内容不一致。",
            detail={"similarity": 0.62, "status4": 200, "status6": 200},
        ),
        finding(
            "ipv6-links-low",
            "http://www.example.gov.cn/",
            title="二、三级链接的IPv6支持率为70%。",
            detail={"links_tested": 50, "links_reachable": 35},
        ),
        finding(
            "source-conflict",
            "http://jyj.example.gov.cn/x3.html",
            site="jyj",
            unit="jyj",
            sponsor="jyj",
            page="http://jyj.example.gov.cn/x3.html",
            title="文章“示例工作推进会召开”来源标注为“示例市教育局”，正文显示来自“示例日报”",
            detail={"source": "示例市教育局", "credit": "示例日报", "credit_snippet": "示例日报记者报道"},
            status=Status.SUSPECTED,
        ),
        finding(
            "source-not-authoritative",
            "http://jyj.example.gov.cn/x4.html",
            site="jyj",
            unit="jyj",
            sponsor="jyj",
            page="http://jyj.example.gov.cn/x4.html",
            title="文章“示例经验”转载自“示例自媒体”，不在规范的转载来源名单内",
            detail={"source": "示例自媒体"},
            status=Status.SUSPECTED,
        ),
        finding(
            "title-altered",
            "http://jyj.example.gov.cn/x5.html",
            site="jyj",
            unit="jyj",
            sponsor="jyj",
            page="http://jyj.example.gov.cn/x5.html",
            title="文章“示例意见印发”的标题与原文标题“关于示例工作的意见”不一致",
            detail={"original_title": "关于示例工作的意见", "title_similarity": 0.5},
            status=Status.SUSPECTED,
        ),
        finding(
            "ipv6-name-servers",
            "example.gov.cn",
            title="域名example.gov.cn的2台域名服务器中1台没有IPv6地址",
            site="jyj",
            unit="jyj",
            sponsor="jyj",
            page="http://jyj.example.gov.cn/",
            detail={"zone": "example.gov.cn", "without": ["ns2.example.net"], "silent": []},
            status=Status.SUSPECTED,
        ),
        finding(
            "ipv6-outside-resources",
            "http://www.example.gov.cn/#resources",
            title="首页引用的1个站外域名没有IPv6地址：static.example.org",
            site="jyj",
            unit="jyj",
            sponsor="jyj",
            page="http://jyj.example.gov.cn/",
            detail={"hosts": ["static.example.org"], "hosts_tested": 4},
        ),
        finding(
            "link-part-missing",
            "http://www.example.gov.cn/zn/#cailiao",
            target="http://www.example.gov.cn/zn/#cailiao",
            page="http://www.example.gov.cn/zn/",
            title="链接指向的页内位置“cailiao”不存在。",
            status=Status.SUSPECTED,
        ),
    ]
    return [*records, *closed()]


def closed() -> list[FindingRecord]:
    """Three corrected in the week (one of them a suspicion that was lifted), a false alarm, an exemption."""
    during = MONDAY_NIGHT + timedelta(days=2)
    earlier = MONDAY_NIGHT - timedelta(days=7)
    gone: dict[str, Any] = {"status": Status.CORRECTED, "status_since": during, "first_seen": earlier}
    return [
        link(21, "http", 404, **gone),
        link(22, "http", 410, unit="jyj", **gone),
        link(23, "http", 503, was_confirmed=False, **gone),
        link(24, "http", 404, status=Status.DISMISSED, status_since=during),
        link(25, "http", 404, status=Status.EXEMPT, status_since=during, origin=Origin.PERSON),
    ]


def before() -> list[FindingRecord]:
    """What stood at the end of the week before: fewer links, and what was corrected since."""
    earlier = MONDAY_NIGHT - timedelta(days=7)
    old = {"status_since": earlier, "first_seen": earlier, "last_seen": earlier}
    return [
        *(replace(record, **old) for record in findings()[:4]),
        link(21, "http", 404, **old),
        link(22, "http", 410, unit="jyj", **old),
        link(23, "http", 503, status=Status.SUSPECTED, **old),
    ]


def runs() -> list[RunRecord]:
    """The portal and the bureau complete, the county in part, the zone blocked; and a trial."""
    start = SUNDAY_NIGHT - timedelta(minutes=4)
    end = SUNDAY_NIGHT + timedelta(minutes=6)
    refused = tuple(
        {
            "url": f"https://outside{n}.example.org/wz/{n}.html",
            "status": status,
            "page": "http://www.example.gov.cn/yqlj/",
            "text": f"友情链接{n}",
        }
        for n, status in enumerate((403, 412, 521, 429), 1)
    )
    return [
        RunRecord(run=1, site="portal", started=MONDAY_NIGHT, ended=MONDAY_NIGHT + timedelta(minutes=9),
                  result=RunResult.BLOCKED, pages=1),
        RunRecord(run=5, site="portal", started=start, ended=end, result=RunResult.COMPLETE, pages=1204,
                  columns_read=3, links_ok=8120, links_broken=6, links_unverified=4, unverified=refused,
                  not_tested=(NotTested("ipv6", "本机没有IPv6网络,未检测IPv6访问。"),)),
        RunRecord(run=6, site="jyj", started=start, ended=end, result=RunResult.COMPLETE, pages=310,
                  columns_read=4, columns_unreadable=1, links_ok=1500),
        RunRecord(run=7, site="xian", started=start, ended=end, result=RunResult.PARTIAL, pages=5000,
                  columns_read=9, links_ok=20400, limits_hit=("已达到每站5000页的上限,其余页面未检查。",)),
        RunRecord(run=8, site="kfq", started=start, ended=end, result=RunResult.BLOCKED, pages=2),
        RunRecord(run=9, site="portal", started=start, ended=end, result=RunResult.COMPLETE, pages=999999,
                  trial=True),
    ]  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """What `inspect_week` takes."""

    registry: Registry = REGISTRY
    runs: Sequence[RunRecord] = field(default_factory=runs)
    findings: Sequence[FindingRecord] = field(default_factory=findings)
    before: Sequence[FindingRecord] = field(default_factory=before)
    rules: Mapping[str, Rule] = field(default_factory=lambda: RULES)
    profile: Profile = PROFILE
    office: SampleOffice = OFFICE
    week: Week = WEEK
    now: datetime = NOW

    def inspect(self) -> WeeklyInspection:
        """The paper of this sample."""
        return inspect_week(
            week=self.week,
            office=self.office,
            registry=self.registry,
            runs=self.runs,
            findings=self.findings,
            before=self.before,
            profile=self.profile,
            rules=self.rules,
            now=self.now,
        )


def monthly(records: list[FindingRecord]) -> MonthlyCorrection:
    """The monthly paper of November, of findings that nothing happened to."""
    month = Month(2026, 11)
    first, end = month.instants(OFFICE.timezone)
    numbers = Numbers(before=records, after=records, trails={}, first=first, end=end)
    return correct_month(
        month=month,
        office=OFFICE,
        registry=REGISTRY,
        numbers=numbers,
        last=None,
        profile=PROFILE,
        rules=RULES,
        now=end,
    )


def quarterly(records: list[FindingRecord]) -> Quarterly:
    """The quarterly paper of a quarter in which the week's runs were all."""
    quarter = Quarter(2026, 4)
    first, end = quarter.instants(OFFICE.timezone)
    numbers = Numbers(before=records, after=records, trails={}, first=first, end=end)
    return notice_of_quarter(
        quarter=quarter,
        office=OFFICE,
        registry=REGISTRY,
        runs=runs(),
        numbers=numbers,
        last=None,
        profile=PROFILE,
        rules=RULES,
        now=end,
    )


def write(folder: Path) -> list[Path]:
    """Write the sample's papers into a folder."""
    sample = Sample()
    portal = REGISTRY.site("portal")
    assert portal is not None
    paths = write_weekly(sample.inspect(), folder)
    own = [record for record in sample.findings if record.site == "portal"]
    paths.append(
        write_site_report(
            site=portal,
            unit=REGISTRY.unit("zfb"),
            run=sample.runs[1],
            findings=own,
            registry=REGISTRY,
            profile=PROFILE,
            rules=RULES,
            office=OFFICE,
            out_dir=folder,
        )
    )
    return paths


if __name__ == "__main__":
    for written in write(Path(sys.argv[1])):
        print(written)
