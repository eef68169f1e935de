"""Evidence in words."""

from dataclasses import replace
from datetime import timedelta

import pytest
from samples import MONDAY_NIGHT, finding, link

from govcrawl.model import Evidence, Status
from reports.evidence import facts, seen

ZONE = "Asia/Shanghai"
TRIES = [
    {"at": "2026-11-22T15:59:59+00:00", "status": 404, "error": None},
    {"at": "2026-11-22T16:00:01+00:00", "status": None, "error": "timeout"},
]


def told(record, titles=None) -> dict[str, str]:
    return {fact.label: fact.text for fact in facts(record, titles or {}, ZONE)}


def test_each_try_is_told_with_its_time_and_answer():
    record = finding("link-broken", detail={"cause": "http", "status": 404, "tries": TRIES})
    assert told(record) == {"检测经过": "11月22日 23:59:59 返回 404；11月23日 00:00:01 连接超时"}


def test_what_the_status_does_not_show_is_said():
    record = link(1, "soft-404", 200)
    record = replace(record, detail={**record.detail, "reason": "home page"})
    assert told(record)["检测结果"] == "页面提示内容不存在（HTTP 200）"
    assert told(record)["说明"] == "跳转到了首页"


def test_a_judgement_that_the_tries_tell_is_not_told_twice():
    tries = [{"at": "2026-11-22T14:04:11+00:00", "status": 200, "error": "soft-404"}]
    record = finding("link-broken", detail={"cause": "soft-404", "status": 200, "tries": tries})
    assert told(record) == {"检测经过": "11月22日 22:04:11 页面提示内容不存在（HTTP 200）"}


def test_without_tries_the_times_are_told():
    record = finding(
        "link-broken",
        detail={"cause": "dns", "reason": "nxdomain"},
        evidence=Evidence(observed=("2026-11-22T14:04:11+00:00", "no time", "2026-11-22T14:06:13")),
    )
    assert told(record) == {
        "检测结果": "域名无法解析",
        "检测时间": "11月22日 22:04:11等3次",
        "说明": "域名不存在",
    }


@pytest.mark.parametrize(("cause", "reason"), [("refused", "connect"), ("reset", "read"), ("http", "odd")])
def test_english_phrases_that_add_nothing_are_left_out(cause, reason):
    assert "说明" not in told(finding("link-broken", detail={"cause": cause, "reason": reason}))


def test_ages_say_what_is_certain():
    detail = {"newest": "2026-10-22", "age_days": 31, "threshold_days": 14}
    assert told(finding("column-stale", detail=detail)) == {
        "更新情况": "最新一条为2026年10月22日，已31天未更新，规定期限14天"
    }
    unsure = detail | {"newest_exact": False, "threshold_verified": False}
    text = told(finding("column-stale", detail=unsure))["更新情况"]
    assert "不晚于2026年10月22日" in text
    assert "待与文件核对" in text


def test_a_veto_names_its_columns_else_its_members():
    columns = [{"name": f"栏目{n}", "url": "http://a.cn/"} for n in range(25)]
    members = [f"{n:020d}" for n in range(25)]
    text = told(finding("columns-blank", detail={"columns": columns, "members": members}))
    assert text["涉及栏目"].startswith("栏目0、栏目1、")
    assert text["涉及栏目"].endswith("栏目19等25个")
    titles = {members[0]: "甲。", members[1]: "乙(一)"}
    assert told(finding("columns-blank", detail={"members": members}), titles) == {
        "涉及问题": "甲；乙（一）；另有23项"
    }
    assert told(finding("columns-blank", detail={"members": members})) == {"涉及问题": "共25项"}


def test_shares_are_in_per_cent_and_lists_are_cut():
    detail = {"similarity": 1.0, "share": 0.854, "failed": [f"http://a.cn/{n}" for n in range(30)]}
    text = told(finding("ipv6-links-low", detail=detail))
    assert (text["首页相似度"], text["支持率"]) == ("100%", "85%")
    assert text["未通过的链接"].count("http") == 10


def test_a_dispute_is_told_with_the_unit_s_words():
    record = finding("column-empty", status=Status.DISPUTED, reason="正在改版")
    assert told(record)["单位意见"] == "正在改版"
    assert "单位意见" not in told(replace(record, status=Status.CONFIRMED))


def test_since_when():
    record = finding("column-empty", last_seen=MONDAY_NIGHT)
    assert seen(record, ZONE) == "11月16日发现"
    later = replace(record, last_seen=MONDAY_NIGHT + timedelta(days=2))
    assert seen(later, ZONE) == "11月16日首次发现，11月18日仍存在"


@pytest.mark.parametrize("odd", [None, "x", 3, {"a": 1}, [None, 7, "x", {}], {"at": 1}])
def test_odd_notes_of_other_checks_do_no_harm(odd):
    keys = ("cause", "status", "tries", "members", "columns", "newest", "age_days", "matched", "final_url")
    for key in keys:
        told(finding("link-broken", detail={key: odd}))
