"""What units submitted (报送信息): lines of an office's spreadsheet as the store takes them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from govcrawl.model import Level, Registry, Submission
from govcrawl.office.sheet_rows import Headings, rows_of
from govcrawl.registry.lookup import units_called

_TITLE = 300
_ADOPTER = 100
_HEADINGS: Headings = {
    "unit": ("报送单位", "单位名称", "单位", "供稿单位", "来稿单位"),
    "title": ("信息标题", "标题", "稿件标题", "信息名称", "题目"),
    "submitted": ("报送日期", "报送时间", "上报日期", "上报时间", "日期", "时间"),
    "level": ("采用层级", "采用级别", "采用等级"),
    "adopter": ("采用单位", "采用媒体", "采用平台", "采用渠道"),
    "adopted": ("采用日期", "采用时间", "刊发日期", "发布日期"),
}
_DAY = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?"
)
_NONE = frozenset({"", "无", "未采用", "否", "/", "-", "—"})
_LEVELS: tuple[tuple[str, Level | None], ...] = (
    (r"国家|中央|国务院|全国", Level.NATION),
    (r"自治区|省", Level.REGION),
    (r"市|盟|本级|门户", None),
)
"""By words of the cell; what a city's own portal adopted is read off its pages, and not counted from here."""


class SubmissionError(Exception):
    """A line that can't be taken; one Chinese sentence."""


def read_submissions(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The lines of a spreadsheet (.xlsx, .xls, .csv) with their row numbers.

    Raises:
        SheetError: no spreadsheet, or no sheet with unit, title and day.
    """
    yield from rows_of(path, _HEADINGS, [("unit",), ("title",), ("submitted",)])


def to_submission(cells: Mapping[str, str], registry: Registry, *, today: date) -> Submission:
    """What the store takes in.

    Args:
        cells: of one line, by field.
        registry: units by which the name is understood.
        today: nothing is submitted or adopted later.

    Raises:
        SubmissionError: the unit is not known, the title is empty, a day or a level can't be read.
    """
    title = " ".join(cells["title"].split())[:_TITLE]
    if not title:
        raise SubmissionError("没有写标题")
    submitted = _day(cells["submitted"], "报送日期", today)
    if submitted is None:
        raise SubmissionError("没有写报送日期")
    level = _level(cells.get("level", ""))
    adopted = _day(cells.get("adopted", ""), "采用日期", today)
    if level is not None and adopted is not None and adopted < submitted:
        raise SubmissionError(f"采用日期{adopted}早于报送日期{submitted}")
    return Submission(
        unit=_unit(cells["unit"], registry),
        title=title,
        submitted=submitted,
        level=level,
        adopter=" ".join(cells.get("adopter", "").split())[:_ADOPTER] if level else "",
        adopted=adopted if level else None,
    )


def _unit(name: str, registry: Registry) -> str:
    if not name:
        raise SubmissionError("没有写报送单位")
    found = units_called(registry.units, name)
    if len(found) != 1:
        said = "没有登记名称" if not found else "不止一个单位名称"
        raise SubmissionError(f"{said}为“{name[:40]}”的单位")
    return found[0].id


def _day(text: str, what: str, today: date) -> date | None:
    if text.strip() in _NONE:
        return None
    found = _DAY.fullmatch(text.strip())
    try:
        day = None if found is None else date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        day = None
    if day is None:
        raise SubmissionError(f"{what}应写作 2026-11-05，现为“{text[:20]}”")
    if day > today:
        raise SubmissionError(f"{what}{day}晚于今天")
    return day


def _level(text: str) -> Level | None:
    word = re.sub(r"\s", "", text)
    if word in _NONE:
        return None
    for pattern, level in _LEVELS:
        if re.search(pattern, word):
            return level
    raise SubmissionError(f"采用层级应为国家级、自治区（省）级或市级，现为“{text[:20]}”")
