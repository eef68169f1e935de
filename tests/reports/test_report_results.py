"""What the week says of a site: no, yes, or not known."""

from dataclasses import replace
from datetime import timedelta

import pytest
from samples import MONDAY_NIGHT, OFFICE, REGISTRY, RULES, SUNDAY_NIGHT, finding, link

from govcrawl.model import NotTested, RunRecord, RunResult, Status
from reports.entries import Describer
from reports.results import Standing, gaps_of, refusal, run_that_counts, standing_of, unverified_of

SINCE = MONDAY_NIGHT - timedelta(hours=1)
COMPLETE = RunRecord(run=1, site="portal", started=MONDAY_NIGHT, result=RunResult.COMPLETE, pages=10)
DESCRIBER = Describer(REGISTRY, RULES, [], OFFICE.timezone)


def run(result: RunResult | None, **changes) -> RunRecord:
    return replace(COMPLETE, result=result, **changes)


def standing(*records, of=COMPLETE) -> Standing:
    return standing_of(records, of, RULES, SINCE)[0]


VETO = finding("columns-not-updated")


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([], Standing.PASSED),
        ([VETO], Standing.FAILED),
        ([replace(VETO, status=Status.NOTIFIED)], Standing.FAILED),
        ([replace(VETO, status=Status.SUSPECTED)], Standing.UNKNOWN),
        ([replace(VETO, status=Status.DISPUTED)], Standing.UNKNOWN),
        ([replace(VETO, status=Status.DISMISSED)], Standing.PASSED),
        ([replace(VETO, status=Status.EXEMPT)], Standing.PASSED),
        ([replace(VETO, status=Status.CORRECTED)], Standing.PASSED),
        ([link(1, "http", 404)], Standing.NO_VETO),
        ([finding("ipv6-differs")], Standing.NO_VETO),
        ([finding("column-unreadable", status=Status.SUSPECTED)], Standing.NO_VETO),
    ],
)
def test_a_complete_run_is_judged_by_vetoes_that_stand(records, expected):
    assert standing(*records) is expected


def test_a_unit_that_answered_since_is_not_failed_before_the_answer_was_checked():
    replied = replace(VETO, status=Status.REPLIED, status_since=SUNDAY_NIGHT + timedelta(hours=1))
    assert standing(replied) is Standing.UNKNOWN
    assert standing(replace(replied, last_seen=SUNDAY_NIGHT + timedelta(hours=2))) is Standing.FAILED


@pytest.mark.parametrize("result", [RunResult.PARTIAL, RunResult.BLOCKED, RunResult.UNREACHABLE, None])
def test_a_run_that_saw_too_little_never_passes_a_site(result):
    assert standing(of=run(result)) is Standing.UNKNOWN
    assert standing(link(1, "http", 404), of=run(result)) is Standing.UNKNOWN


def test_a_site_without_a_run_is_not_known():
    assert standing_of([], None, RULES, SINCE) == (Standing.UNKNOWN, "本期没有巡查记录")


def test_an_old_veto_fails_no_site_that_nobody_could_look_at():
    old = replace(VETO, last_seen=SINCE - timedelta(days=1))
    assert standing(old, of=run(RunResult.BLOCKED)) is Standing.UNKNOWN
    assert standing(old, of=COMPLETE) is Standing.FAILED
    assert standing(VETO, of=run(RunResult.PARTIAL)) is Standing.FAILED, "it was seen within the week"


@pytest.mark.parametrize(
    "missed", [{"not_tested": (NotTested("ipv6", "本机没有IPv6"),)}, {"limits_hit": ("已达到上限",)}]
)
def test_what_was_not_tested_keeps_a_site_from_a_clean_pass(missed):
    assert standing(of=run(RunResult.COMPLETE, **missed)) is Standing.NO_VETO


def test_a_check_that_could_have_found_a_veto_and_was_not_done_leaves_the_answer_open():
    undone = run(RunResult.COMPLETE, not_tested=(NotTested("freshness", "检查程序出错"),))
    answer, reason = standing_of([], undone, RULES, SINCE)
    assert answer is Standing.UNKNOWN
    assert "信息更新" in reason
    assert standing(VETO, of=undone) is Standing.FAILED, "what was found still stands"


def test_the_run_that_counts_is_the_latest_complete_one():
    later = timedelta(days=1)
    runs = [
        run(RunResult.COMPLETE, run=1),
        run(RunResult.COMPLETE, run=2, started=MONDAY_NIGHT + later),
        run(RunResult.BLOCKED, run=3, started=MONDAY_NIGHT + 2 * later),
        run(None, run=4, started=MONDAY_NIGHT + 3 * later),
        run(RunResult.COMPLETE, run=5, started=MONDAY_NIGHT + 4 * later, trial=True),
        run(RunResult.COMPLETE, run=6, site="jyj", started=MONDAY_NIGHT + 4 * later),
    ]
    chosen = run_that_counts(runs, "portal")
    assert chosen is not None
    assert chosen.run == 2
    assert run_that_counts(runs[2:4], "portal") == runs[2], "a run with a result before one without"
    assert run_that_counts(runs[4:5], "portal") is None, "a trial never counts"


def test_gaps_name_the_site_the_checks_the_limits_and_the_columns():
    seen = run(
        RunResult.PARTIAL,
        not_tested=(NotTested("ipv6", "本机没有IPv6网络"), NotTested("own_check", "未启用")),
        limits_hit=("已达到5000页上限",),
    )
    unread = finding(
        "column-unreadable",
        column="http://www.example.gov.cn/tzgg/",
        status=Status.SUSPECTED,
        detail={"reason": "列表由脚本生成"},
    )
    gone = replace(unread, fingerprint="x", status=Status.CORRECTED)
    other = replace(unread, fingerprint="y", site="jyj")
    gaps = gaps_of("portal", "示例市人民政府", seen, [unread, gone, other], DESCRIBER)
    assert [gap.what for gap in gaps] == ["整个网站", "IPv6支持", "own_check", "巡查范围", "栏目“通知公告”"]
    assert gaps[-1].reason == "列表由脚本生成"
    assert gaps_of("portal", "示例市人民政府", COMPLETE, [], DESCRIBER) == []


def test_a_run_that_saw_nothing_tells_its_reason_once():
    reason = "本机未能发出访问（network is unreachable）"
    away = run(
        RunResult.BLOCKED,
        not_tested=tuple(NotTested(check, reason) for check in ("freshness", "ads", "ipv6")),
    )
    (gap,) = gaps_of("portal", "示例市人民政府", away, [], DESCRIBER)
    assert (gap.what, gap.reason) == ("整个网站", f"{reason}。")
    assert standing_of([], away, RULES, SINCE) == (Standing.UNKNOWN, reason)
    (general,) = gaps_of("portal", "示例市人民政府", run(RunResult.UNREACHABLE), [], DESCRIBER)
    assert "复查" in general.reason


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ({"status": 403}, "对方服务器拒绝程序访问（HTTP 403）"),
        ({"cause": "local", "reason": "resolver"}, "本机网络原因未能访问，与对方无关"),
        ({"cause": "timeout"}, "连接超时，尚未复测确认"),
        ({"cause": "http", "status": 503}, "对方返回 HTTP 503，不能据此认定链接有错"),
        ({"reason": "页面要求验证", "status": 200}, "页面要求验证"),
        ({"reason": "robots.txt"}, "对方网站声明（robots.txt）不允许程序访问"),
        ({}, "没有得到明确答复，尚未复测确认"),
    ],
)
def test_why_a_link_could_not_be_verified(link, words):
    assert refusal(link) == words


def test_unverified_links_are_one_a_target_with_their_reason():
    places = [
        {
            "url": "https://o.example.org/",
            "status": 403,
            "page": "http://www.example.gov.cn/",
            "text": "",
            "occurrences": 4,
        },
        {"url": "https://o.example.org/", "status": 403, "page": "http://www.example.gov.cn/2", "text": "甲"},
        {"url": "https://p.example.org/", "status": 200, "page": None, "text": None},
        {"url": "https://q.example.org/", "status": None},
    ]
    found = unverified_of("站", run(RunResult.COMPLETE, unverified=tuple(places)), DESCRIBER, 2)
    assert found is not None
    assert (found.count, found.hidden) == (3, 1)
    assert found.links[0].places == 5
    assert found.links[0].text == "甲"
    assert "拒绝" in found.links[0].reason
    assert "403" in found.links[0].reason
    assert "拒绝" not in found.links[1].reason
    assert unverified_of("站", COMPLETE, DESCRIBER, 2) is None


def test_a_look_at_one_check_by_day_does_not_displace_the_night():
    left_out = tuple(
        NotTested(check, "本次巡查未选择该检查项") for check in ("freshness", "dead_links", "ipv6")
    )
    by_day = replace(COMPLETE, run=9, started=COMPLETE.started + timedelta(hours=9), not_tested=left_out)
    assert run_that_counts([COMPLETE, by_day], "portal") == COMPLETE


def test_a_site_without_one_column_read_is_not_called_free_of_vetoes():
    blind = replace(COMPLETE, columns_read=0, columns_unreadable=7)
    assert standing_of([], blind, RULES, SINCE) == (Standing.UNKNOWN, "栏目均未能读取")
    assert standing_of([], replace(blind, columns_read=1), RULES, SINCE)[0] is not Standing.UNKNOWN
