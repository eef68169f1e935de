"""What is read as a date, and (as important) what is not."""

from __future__ import annotations

import time as clock
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govcrawl.pages.dates import date_in_address, find_dates, latest_possible

TODAY = date(2026, 5, 30)


def read(text: str) -> list[str]:
    """All dates of a text in short form: 2025-10-14T08:05, --10-14 without a year."""
    shown = []
    for found in find_dates(text, TODAY):
        day = str(found.day) if found.day else "--{:02d}-{:02d}".format(*(found.month_day or (0, 0)))
        shown.append(day + (f"T{found.time:%H:%M}" if found.time else ""))
    return shown


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("2025-10-14", ["2025-10-14"]),
        ("发布时间：2025/1/5 8:05", ["2025-01-05T08:05"]),
        ("2025.10.14", ["2025-10-14"]),
        ("2025年1月5日", ["2025-01-05"]),
        ("2025 年 1 月 5 日 09时30分", ["2025-01-05T09:30"]),
        ("二〇二五年十月十四日", ["2025-10-14"]),
        ("二○二五年三月三十一日", ["2025-03-31"]),
        ("２０２５－０５－０６", ["2025-05-06"]),
        ("20251014", ["2025-10-14"]),
        ("20251014103000", ["2025-10-14T10:30"]),
        ("20-12-06", ["2020-12-06"]),
        ("[07-10]", ["--07-10"]),
        ("06/03", ["--06-03"]),
        ("12月7日", ["--12-07"]),
        ("7-5", ["--07-05"]),
        ("2月29日", ["--02-29"]),
        ("示例项目公示2023/12/18", ["2023-12-18"]),
        ("2020-12-04139个产品抽检合格", ["2020-12-04"]),
        ("工作指南20222022-05-06", ["2022-05-06"]),
        ("12-18关于示例的通知", ["--12-18"]),
        ("2-8-18 示例标题 11-07", ["--11-07"]),
        ("2024年05月10日06:58 | 来源", ["2024-05-10T06:58"]),
        ("2014/10/15 10:54:11", ["2014-10-15T10:54"]),
        ("2020-12-0410:30", ["2020-12-04T10:30"]),
        ("2024-05-06  10:20∶30", ["2024-05-06T10:20"]),
        ("2024-05-06 星期一 下午3:20", ["2024-05-06T15:20"]),
        ("2024-05-06 12:05 AM", ["2024-05-06T00:05"]),
        ("2024 / 07/22 10:20:30", ["2024-07-22T10:20"]),
        ("13 2020-12", ["2020-12-13"]),
        ("10/23 2020", ["2020-10-23"]),
        ("2024-05-01至2024-05-31", ["2024-05-01", "2024-05-31"]),
        ("2024-13-05 2024-05-06", ["2024-05-06"]),
        ("昨天 10:20", ["2026-05-29T10:20"]),
        ("[今天]", ["2026-05-30"]),
        ("3天前", ["2026-05-27"]),
        ("5小时前", ["2026-05-30"]),
    ],
)
def test_dates_that_are_there_are_read(text: str, dates: list[str]) -> None:
    assert read(text) == dates, f"look at the pattern that should have read {text!r}"


@pytest.mark.parametrize(
    "text",
    [
        "2021年第101号",
        "示政发〔2024〕12号",
        "69-70",
        "0475-8835123",
        "0475-10-15",
        "电话20150312",
        "编号：20150312号",
        "11-11-11",
        "V2024.1.5",
        "192.168.1.1",
        "2024.1.5.3",
        "2005-12/26",
        "第10/12页",
        "1/2",
        "(1/2)",
        "3.14",
        "12.27",
        "10-15岁",
        "10:20-11:30",
        "1995-2025",
        "2024-2025-1学期",
        "2023年11月",
        "2023年5月12家企业",
        "提前3天前往",
        "今天上午",
        "2023-02-30",
        "http://www.example.gov.cn/2024/05/06/",
        "GB2024-05-06",
        "30-12-06",
    ],
)
def test_what_only_looks_like_a_date_is_left_alone(text: str) -> None:
    assert read(text) == [], f"{text!r} is no date of publication that anyone could be sure of"


def test_an_offset_is_turned_into_the_time_of_shanghai() -> None:
    assert read("2024-06-13T23:30:00+08:00") == ["2024-06-13T23:30"], "+08:00 is Shanghai: not shifted"
    assert read("2024-06-13T16:30:00Z") == ["2024-06-14T00:30"], "16:30 UTC is past midnight in Shanghai"
    assert read("2024-06-13 10:20-11:30") == ["2024-06-13T10:20"], "a range of hours is no offset"


def test_the_place_of_a_date_is_its_own() -> None:
    text = "来源：示例市教育局　时间：2024年5月6日 08:00 浏览"
    found = find_dates(text, TODAY)[0]
    assert text[found.start : found.end] == "2024年5月6日 08:00"
    assert found.time == time(8, 0)


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("http://www.example.gov.cn/zwyw/202406/t20240613_1234.html", date(2024, 6, 13)),
        ("http://www.example.gov.cn/art/2024/10/14/art_60085_11394426.html", date(2024, 10, 14)),
        ("/zwyw/2024-06/13/content_1.htm", date(2024, 6, 13)),
        ("/n1/2024/0517/c1.html", date(2024, 5, 17)),
        ("/2024/5/6/x.html", date(2024, 5, 6)),
        ("/a/20240613/1.html", date(2024, 6, 13)),
        ("/c/2018-07-16/440643.html", date(2018, 7, 16)),
        ("/content/post_3122727.html", None),
        ("/col/col20240/index.html", None),
        ("/2024/13/05/", None),
        ("/19991345/1.html", None),
        ("/index.html?d=2024-05-06", None),
        ("http://[bad", None),
    ],
)
def test_dates_in_addresses(url: str, day: date | None) -> None:
    assert date_in_address(url) == day


def test_a_date_without_year_is_at_latest_the_last_one_that_was() -> None:
    assert latest_possible((5, 30), TODAY) == TODAY
    assert latest_possible((5, 31), TODAY) == date(2025, 5, 31)
    assert latest_possible((2, 29), TODAY) == date(2024, 2, 29)


@given(st.text(alphabet="0123456789-/.年月日号 :TZ一二十〇[]()今天前am下午\u200b", max_size=120))
def test_mangled_text_never_raises_and_places_are_true(text: str) -> None:
    end = 0
    for found in find_dates(text, TODAY):
        assert (found.day is None) != (found.month_day is None)
        assert end <= found.start < found.end <= len(text)
        end = found.end


@pytest.mark.parametrize(
    "piece", ["1 ", "1/1 ", "2020-12-", "1月", "2", "2020 年 ", "二二二二年", "[1-1", "今天"]
)
def test_a_megabyte_of_near_dates_takes_under_a_second(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    begun = clock.process_time()
    find_dates(text, TODAY)
    assert clock.process_time() - begun < 1, f"a pattern backtracks on {piece!r}"
