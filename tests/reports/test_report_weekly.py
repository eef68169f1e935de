"""The numbers of the weekly inspection, against counts made another way."""

import random
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from samples import (
    MONDAY_NIGHT,
    PROFILE,
    REGISTRY,
    RULES,
    SUNDAY_NIGHT,
    WEEK,
    Sample,
    before,
    finding,
    findings,
    link,
    runs,
)

from govcrawl.model import FindingRecord, Registry, RunRecord, RunResult, Severity, Status
from reports.periods import Week
from reports.results import Standing
from reports.weekly import BODY_LIMIT, basis_of

CONFIRMED_KINDS = {"confirmed", "notified", "replied", "disputed"}
OPEN = CONFIRMED_KINDS | {"suspected"}


def plain(records) -> list[dict[str, object]]:
    """The records as a feed has them: what the independent counts are made from."""
    return [record.to_json() for record in records if record.rule != "column-unreadable"]


def city(seed: int, count: int) -> list[FindingRecord]:
    """Findings in any state, of any rule, site and unit, some of none."""
    chance = random.Random(seed)
    made = []
    for number in range(count):
        code = chance.choice(sorted(RULES))
        made.append(
            finding(
                code,
                f"subject{number}",
                site=chance.choice([site.id for site in REGISTRY.sites] + ["gone"]),
                unit=chance.choice([unit.id for unit in REGISTRY.units] + [None, "gone"]),
                severity=chance.choice(list(Severity)),
                status=chance.choice(list(Status)),
                status_since=MONDAY_NIGHT + timedelta(days=chance.randrange(-9, 6)),
                was_confirmed=chance.random() < 0.5,
                on_home=chance.random() < 0.2,
                external=chance.random() < 0.5,
                target=f"http://t.example.org/{number}",
                occurrences=chance.randrange(1, 40),
            )
        )
    return made


def test_the_sample_holds_every_rule_of_the_five_checks():
    missing = set(RULES) - {record.rule for record in findings()}
    assert not missing, f"the sample week lacks {missing}; add a finding of each to samples.py"


@pytest.mark.parametrize("seed", range(5))
def test_totals_equal_an_independent_count(seed):
    now, then = city(seed, 300), city(seed + 100, 200)
    inspection = Sample(findings=now, before=then).inspect()
    for records, side in ((now, "now"), (then, "before")):
        feed = plain(records)
        sure = Counter(f["severity"] for f in feed if f["status"] in CONFIRMED_KINDS)
        expected = {
            "veto": sure["veto"],
            "problem": sure["problem"],
            "advice": sure["advice"],
            "suspected": sum(f["status"] == "suspected" for f in feed),
            "problems": sure["veto"] + sure["problem"],
        }
        assert {key: getattr(count, side) for key, count in inspection.counts.items()} == expected


@pytest.mark.parametrize("seed", range(3))
def test_charts_add_up_to_the_totals(seed):
    inspection = Sample(findings=city(seed, 300), before=city(seed + 9, 100)).inspect()
    for bars in (inspection.by_kind, inspection.by_unit):
        assert sum(row.verified for row in bars) == inspection.tally.problems + inspection.tally.advice
        assert sum(row.suspected for row in bars) == inspection.tally.suspected
        assert [row.count.now for row in bars] == sorted((row.count.now for row in bars), reverse=True)
    by_rule = Counter(f["rule"] for f in plain(city(seed, 300)) if f["status"] in OPEN)
    assert sorted(by_rule.values()) == sorted(row.count.now for row in inspection.by_kind)


@pytest.mark.parametrize("seed", range(3))
def test_each_open_finding_is_listed_once_or_counted_as_hidden(seed):
    records = city(seed, 400)
    inspection = Sample(findings=records).inspect()
    sections = [*inspection.verified, *inspection.suspected]
    listed = [e.fingerprint for u in sections for s in u.sites for g in s.groups for e in g.entries]
    hidden = sum(site.hidden for unit in sections for site in unit.sites)
    still = [f["fingerprint"] for f in plain(records) if f["status"] in OPEN]
    assert len(listed) == len(set(listed))
    assert set(listed) <= set(still)
    assert len(listed) + hidden == len(still)


def test_the_body_lists_fifty_of_a_site_verified_ones_first():
    many = [link(n, "http", 404, target=f"http://a.example.org/{n}") for n in range(60)]
    doubtful = [
        link(n, "http", 500, target=f"http://b.example.org/{n}", status=Status.SUSPECTED) for n in range(10)
    ]
    inspection = Sample(findings=[*doubtful, *many]).inspect()
    (unit,), (other,) = inspection.verified, inspection.suspected
    assert sum(len(g.entries) for g in unit.sites[0].groups) == BODY_LIMIT
    assert unit.sites[0].hidden == 10
    assert (other.sites[0].groups, other.sites[0].hidden) == ((), 10)
    assert len(inspection.findings) == 70, "the ledger has all"


def test_a_finding_goes_to_the_unit_that_answers_for_it():
    inspection = Sample().inspect()
    bureau = next(unit for unit in inspection.verified if unit.name == "示例市教育局")
    portal = next(site for site in bureau.sites if site.name == "示例市人民政府")
    assert [group.code for group in portal.groups] == ["column-stale"]
    assert portal.groups[0].entries[0].column == "教育动态"


def test_links_stand_home_page_first_and_inside_before_outside():
    records = [
        link(1, "http", 404, external=True),
        link(2, "http", 404),
        link(3, "http", 404, on_home=True, external=True),
        link(4, "http", 404, on_home=True),
        link(5, "http", 404, occurrences=9),
    ]
    (unit,) = Sample(findings=records).inspect().verified
    order = [entry.fingerprint for entry in unit.sites[0].groups[0].entries]
    assert order == [records[index].fingerprint for index in (3, 2, 4, 1, 0)]


def test_sites_are_judged_and_the_unknown_never_among_the_qualified():
    inspection = Sample().inspect()
    found = {line.name: line.standing for line in inspection.lines}
    assert found == {
        "示例市人民政府": Standing.FAILED,
        "示例市教育局": Standing.NO_VETO,
        "示例县人民政府": Standing.FAILED,
        "示例经济开发区": Standing.UNKNOWN,
    }
    assert (inspection.inspected, inspection.registered) == (3, 5)
    assert inspection.standings(Standing.PASSED) == 0


def test_pages_are_those_of_the_runs_that_count():
    inspection = Sample().inspect()
    assert inspection.pages == 1204 + 310 + 5000 + 2, "neither trials nor earlier runs add pages"
    assert inspection.links == 8120 + 6 + 4 + 1500 + 20400


def moved(run: RunRecord, by: timedelta) -> RunRecord:
    """A run at another time."""
    return replace(run, started=run.started + by, ended=run.ended and run.ended + by)


def test_a_night_that_ends_on_monday_is_of_the_new_week_as_its_findings_are():
    sunday = datetime(2026, 11, 22, 23, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    across = RunRecord(
        run=1,
        site="portal",
        started=sunday,
        ended=sunday + timedelta(hours=2),
        result=RunResult.COMPLETE,
        pages=100,
    )
    old = Sample(runs=[across], findings=[], before=[]).inspect()
    assert (old.inspected, old.standings(Standing.PASSED)) == (0, 0), "what it found is not known on Sunday"
    new = Sample(runs=[across], findings=[], before=[], week=Week.parse("2026-W48")).inspect()
    assert (new.inspected, new.standings(Standing.PASSED)) == (1, 1)


def test_runs_outside_the_week_do_not_count():
    shifted = [moved(run, timedelta(days=7)) for run in runs()]
    inspection = Sample(runs=shifted).inspect()
    assert inspection.inspected == 0
    unknown = {line.reason for line in inspection.lines if line.standing is Standing.UNKNOWN}
    assert unknown == {"本期没有巡查记录"}


def test_what_changed_since_the_week_before():
    inspection = Sample().inspect()
    was = {record.fingerprint for record in before()}
    still = {f["fingerprint"] for f in plain(findings()) if f["status"] in OPEN}
    assert inspection.new == len(still - was)
    assert inspection.still == len(still & was) == 4
    assert len(inspection.corrected) == 2
    assert len(inspection.lifted) == 1, "a suspicion that was lifted is no correction"
    assert {one.unit for one in inspection.corrected} == {"示例市人民政府办公室", "示例市教育局"}
    assert (inspection.exempt, inspection.dismissed) == (1, 1)


def test_what_was_corrected_in_another_week_is_not_told_again():
    old = link(1, "http", 404, status=Status.CORRECTED, status_since=MONDAY_NIGHT - timedelta(days=1))
    inspection = Sample(findings=[old]).inspect()
    assert inspection.corrected == inspection.lifted == inspection.findings == ()


def test_marks_say_new_listed_or_come_back():
    old, new = link(1, "http", 404), link(2, "http", 404)
    back = link(3, "http", 404, recurred=True)
    inspection = Sample(findings=[old, new, back], before=[old]).inspect()
    (unit,) = inspection.verified
    marks = {entry.fingerprint: entry.mark for entry in unit.sites[0].groups[0].entries}
    assert marks == {old.fingerprint: "上周已列", new.fingerprint: "新增", back.fingerprint: "再次出现"}


def test_without_a_week_before_nothing_is_compared():
    inspection = Sample(before=[]).inspect()
    assert not inspection.compared
    assert {count.change for count in inspection.counts.values()} == {""}
    (unit, *_) = inspection.verified
    assert unit.sites[0].groups[0].entries[0].mark == ""
    earlier = moved(runs()[1], timedelta(days=-7))
    assert Sample(before=[], runs=[*runs(), earlier]).inspect().compared, "inspected, and nothing found"


def test_unreadable_columns_are_told_apart_and_not_counted():
    unread = finding("column-unreadable", status=Status.SUSPECTED, column="http://www.example.gov.cn/tzgg/")
    inspection = Sample(findings=[unread]).inspect()
    assert inspection.tally.total == 0
    assert inspection.verified == inspection.suspected == inspection.by_kind == ()
    assert "栏目“通知公告”" in {gap.what for gap in inspection.gaps}


def test_unverified_links_are_no_problems():
    inspection = Sample(findings=[]).inspect()
    assert inspection.tally.total == 0
    assert [site.count for site in inspection.unverified] == [4]


def test_an_unfinished_week_says_so():
    assert not Sample().inspect().unfinished
    assert Sample(now=SUNDAY_NIGHT).inspect().unfinished
    assert not Sample(now=WEEK.instants("Asia/Shanghai")[1]).inspect().unfinished


def test_the_basis_carries_its_article():
    assert basis_of(PROFILE, "articles.weekly") == (
        "《示例市政府网站和政务新媒体管理办法》（2026年1月1日）第十九条",
        "国办秘函〔2019〕19号",
    )
    assert basis_of(PROFILE, "articles.none")[0] == "《示例市政府网站和政务新媒体管理办法》（2026年1月1日）"


def test_an_empty_registry_gives_an_empty_paper():
    inspection = Sample(registry=Registry(), runs=[], findings=[], before=[]).inspect()
    assert inspection.lines == inspection.gaps == inspection.verified == ()
    assert inspection.to_json()["sites"] == {
        "registered": 0,
        "running": 0,
        "inspected": 0,
        "failed": 0,
        "no_veto": 0,
        "passed": 0,
        "unknown": 0,
    }


def test_the_order_of_the_records_does_not_matter():
    forward, backward = Sample().inspect(), Sample(findings=findings()[::-1], runs=runs()[::-1]).inspect()
    assert forward.verified == backward.verified
    assert forward.suspected == backward.suspected
    assert forward.lines == backward.lines
    assert forward.by_kind == backward.by_kind
    assert forward.by_unit == backward.by_unit


def test_lists_and_means_are_named_and_whose_they_are():
    shared, alone = "广告规则：随程序提供的规则。", "没有使用浏览器，由脚本加载的广告和飘窗未检查。"
    told = [replace(run, method=(shared, alone) if run.site == "jyj" else (shared,)) for run in runs()]
    assert Sample(runs=told).inspect().method == (shared, f"其中1个网站：{alone}")
    assert Sample(runs=[replace(run, method=()) for run in told]).inspect().method == ()
