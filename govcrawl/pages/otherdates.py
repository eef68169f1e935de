"""Words that say that a date is none of publication: of today, an event, a deadline, a copyright."""

from __future__ import annotations

import re

from govcrawl.pages.dates import FoundDate
from govcrawl.pages.lines import Line, Lines

TODAY = re.compile(
    r"今天|今日|现在|当前|北京时间|农历|欢迎|截[至止]|有效期|版权|©|copyright|ICP", re.IGNORECASE
)
"""A line that speaks of the day it is, of an end, or of who made the site."""
_RANGE_BEHIND = re.compile(r"\s{0,3}(?:至|到|起|[—–~～]|--|-\s?[0-9])")
_RANGE_BEFORE = re.compile(r"(?:[0-9日号]\s{0,3}(?:至|到|[—–~～]|--?)|[于至到在])\s{0,3}$")
_OTHER_LABEL = re.compile(r"[\u4e00-\u9fff]{1,8}(?:时间|日期|期限|时限|截止|截至|期)\s?[:：∶]?\s?$")
_COLONS = ("：", ":", "∶")
_EVENT_WORDS = (
    r"(?:会议|活动|考试|讲座|报名|比赛|上课)?(?:地\s{0,4}点|主\s?讲|主\s?持|出\s?席|参\s?加|会\s?场|对\s?象|考\s?场)"
    r"[\u4e00-\u9fff]{0,2}\s?[:：∶]"
)
_EVENT = re.compile(_EVENT_WORDS)
_EVENT_LINE = re.compile(rf"\W{{0,3}}[一二三四五六七八九十0-9]{{0,2}}[、.．]?\s?{_EVENT_WORDS}")


def begins_range(text: str, end: int) -> bool:
    """Does a range of days begin with the date that ends there."""
    return _RANGE_BEHIND.match(text, end) is not None


def has_other_label(lines: Lines, line: Line, before: str) -> bool:
    """Does a label of its own (报名时间, 实施日期, 截止 …) end where the date begins, or in the line above.

    Above it must end with a colon: a title may end with 第十二期.
    """
    if before:
        return _OTHER_LABEL.search(before) is not None
    above = lines[line.number - 1].text if line.number else ""
    return above.endswith(_COLONS) and _OTHER_LABEL.search(above) is not None


def speaks_of_event(lines: Lines, line: Line) -> bool:
    """Is it the line of an event: beside the place, the speakers, those who take part."""
    near = lines[max(0, line.number - 2) : line.number + 4]
    return bool(_EVENT.search(line.text)) or any(_EVENT_LINE.match(other.text) for other in near)


def is_of_something_else(lines: Lines, line: Line, found: FoundDate) -> bool:
    """Is a date in a line, by the words around it, that of a deadline, an event, a number, a copyright."""
    text = line.text
    before = text[: found.start].rstrip()
    return bool(
        TODAY.search(text)
        or has_other_label(lines, line, before)
        or begins_range(text, found.end)
        or _RANGE_BEFORE.search(text[: found.start])
        or text[found.end : found.end + 1] == "号"
        or speaks_of_event(lines, line)
    )
