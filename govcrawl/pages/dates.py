"""Dates as Chinese government pages write them: text in, dates and their places out.

A number that only looks like a date is worse than none: a unit would be blamed for it. So each
shape below is read where it is unmistakable, and left alone elsewhere: no telephone numbers, document numbers
(2021年第101号), versions, pages (69-70), clock ranges, nor a two-digit year that may be a month (11-11-11).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from urllib.parse import urlsplit

SHANGHAI = timezone(timedelta(hours=8))
"""The zone of all sites that are read; China has had no summer time since 1991."""

LONGEST_TEXT = 200_000
"""Characters that are read at most: no page's list or article is longer, and a hostile one may be."""


@dataclass(frozen=True, slots=True)
class FoundDate:
    """One date in a text, with the time of day that stands behind it."""

    day: date | None
    """None: the text gives no year, see `month_day`."""
    month_day: tuple[int, int] | None
    """Month and day of a date without a year; None where `day` is known."""
    time: time | None
    start: int
    end: int
    """`text[start:end]` is the date with its time."""


def find_dates(text: str, today: date, *, limit: int = 50) -> list[FoundDate]:
    """Read all dates of a text, from left to right.

    `today` resolves 今天, 昨天, N天前 and two-digit years; dates later than today are returned like others,
    for what they mean is for the caller to say. At most `limit` dates are returned, from the first
    `LONGEST_TEXT` characters; time grows linearly with the text. Raises nothing.
    """
    plain = text[:LONGEST_TEXT]
    if _OTHER_FORMS.search(plain):
        plain = _OTHER_FORMS.sub(_plain_form, plain)
    found: list[FoundDate] = []
    position = 0
    while len(found) < limit:
        begin = _BEGINS.search(plain, position)
        if begin is None:
            break
        match = _DATE.match(plain, begin.start())
        if match is None:
            position = begin.end()
            continue
        read = _resolve(match, plain, today)
        if read is None:
            # What was refused may hide a date further right: go on behind its first number.
            first = _FIRST_NUMBER.match(plain, match.start())
            position = max(match.start() + 1, first.end() if first else 0)
            continue
        found.append(read)
        position = read.end
    return found


def date_in_address(url: str) -> date | None:
    """Read the date in an article's address: t20240613_, /art/2024/10/14/, /2024-06/13/, /20240613/.

    Of several the one of the file's name (TRS), else the last. None where there is none or it is no
    day of the calendar. The address tells when the page was filed, which may be long after it was published.
    """
    try:
        path = urlsplit(url).path[:2000]
    except ValueError:
        return None
    for pattern in (_TRS_NAME, *_PATH_DATES):
        days = [_day(*match.groups()) for match in pattern.finditer(path)]
        known = [day for day in days if day is not None and day.year >= 1990]
        if known:
            return known[-1]
    return None


def latest_possible(month_day: tuple[int, int], today: date) -> date | None:
    """Give the latest day not after `today` that has this month and day (29 February included)."""
    for year in range(today.year, today.year - 9, -1):
        day = _day(year, *month_day)
        if day is not None and day <= today:
            return day
    return None


# ---------------------------------------------------------------------------------------------
# Below: how it is done.

_PLAIN: Mapping[int, str] = {
    **{ord("０") + digit: str(digit) for digit in range(10)},
    **dict.fromkeys(map(ord, "－–—‐‑−"), "-"),
    **dict.fromkeys(map(ord, "：∶﹕"), ":"),
    **dict.fromkeys(map(ord, "／∕"), "/"),
    **dict.fromkeys(map(ord, "．。"), "."),
    **dict.fromkeys(map(ord, "○Ｏ零Ο"), "〇"),  # what typists take for a nought
    **dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\xa0\u3000\t\r\n"), " "),
}
"""One character for one, so that places in the text stay what they are."""

_OTHER_FORMS = re.compile(f"[{''.join(re.escape(chr(code)) for code in _PLAIN)}]")


def _plain_form(other: re.Match[str]) -> str:
    return _PLAIN[ord(other[0])]


_NUMERALS = {character: value for value, character in enumerate("〇一二三四五六七八九")}

_CLOCK = r"""
    (?P<gap>\s{0,8}[,，|]?\s{0,4}T?)
    (?:[(（]?(?:星期|周)[一二三四五六日天][)）]?\s{0,4})?
    (?P<half>上午|下午|晚上|凌晨|中午|[AaPp][Mm])?\s{0,2}
    (?P<hour>[01]?[0-9]|2[0-3])\s?(?:[:时点])\s?(?P<minute>[0-5][0-9]|[0-9](?=\s?分))(?![0-9])(?:\s?[:分]\s?(?P<second>[0-5][0-9])(?![0-9])秒?|分)?
    (?:\.[0-9]{1,9})?
    (?:\s?(?P<late>[AaPp][Mm])\b)?
    (?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})?
"""
_TIME = re.compile(_CLOCK, re.VERBOSE)

_DATE = re.compile(
    r"""
    (?<![0-9]) (?: # a number begins
      (?P<cy>(?:19|20)[0-9]{2})\s{0,3}年\s{0,3}(?P<cm>[0-9]{1,2})\s{0,3}月\s{0,3}(?P<cd>[0-9]{1,2})(?![0-9])(?:\s{0,3}[日号])?
    | (?<![0-9][-/.]) [0-9]{0,6}?(?P<fy>(?:19|20)[0-9]{2})(?:
        \s{0,3}(?P<sep>[-/.])\s{0,3}(?P<fm>[0-9]{1,2})\s{0,3}(?P=sep)\s{0,3}(?P<fd>[0-9]{1,2})
      | \s{1,3}(?P<xm>[0-9]{2})[-/](?P<xd>[0-9]{2})(?![-/.]?[0-9])
      )
    | (?<![-/.\w]) (?P<compact>(?:19|20)[0-9]{6})(?P<ctime>[0-9]{6})?(?![-/\w])
    | (?<![-/.:A-Za-z_]) (?P<bm>[0-9]{2})[-/.](?P<bd>[0-9]{2})\s{1,12}(?P<by>20[0-9]{2})(?![-/.:\w])
    | (?<![-/.:\w]) (?P<vd>[0-9]{2})\s{1,12}(?P<vy>20[0-9]{2})\s?[-/.年]\s?(?P<vm>[0-9]{1,2})月?(?![-/.:\w])
    | (?<![-/.:+#A-Za-z_]) (?P<sy>[0-9]{2})(?P<ssep>[-/.])(?P<sm>[0-9]{2})(?P=ssep)(?P<sd>[0-9]{2})
      (?![-/.:]?[0-9A-Za-z_])
    | (?<![-/.:+#A-Za-z_]) (?P<mm>[0-9]{1,2})(?P<msep>[-/.])(?P<md>[0-9]{1,2})(?![-/.:]?[0-9A-Za-z_%])
    | (?<!年) (?P<km>[0-9]{1,2})\s{0,3}月\s{0,3}(?P<kd>[0-9]{1,2})\s{0,3}[日号]
    | (?<![\w]) (?P<ago>[0-9]{1,3})\s?(?P<unit>天|日|小时|分钟|秒)之?前(?!\w)
    )
    | (?P<ny>[一二][〇一二三四五六七八九]{3})\s{0,2}年\s{0,2}(?P<nm>[一二三四五六七八九十]{1,2})
      \s{0,2}月\s{0,2}(?P<nd>[一二三四五六七八九十]{1,3})\s{0,2}[日号]
    | (?<!\w)(?P<word>今天|今日|昨天|昨日|前天|刚刚)(?=$|[^\w]|[0-9])
    """,
    re.VERBOSE,
)
_BEGINS = re.compile("[0-9]+|[一二今昨前刚]")
"""What all of these begin with, a number never in its middle: all else is skipped at full speed."""
_FIRST_NUMBER = re.compile(r"[0-9]{1,20}")
_BRACKETED = re.compile(r"[\[(（【〔]\s{0,4}$")
_UNIT_BEHIND = re.compile(
    r"\s?(?:[岁人个名年月日号时点分秒元万亿届次级条款项米厘毫克吨度周天期家所楼路室页章节倍成层台辆套件户亩升斤%％‰℃]|公里|平方|千)"
)
_BEHIND_RANGE = re.compile(r"-?\s?[0-9]{4}\s?[-/.年]")

_LABEL_BEFORE = re.compile(r"(?:时间|日期|发布|于)\s{0,3}[:\[(]?\s{0,4}$")
_EDGE_BEFORE = re.compile(r"^\s{0,20}[\[(（【]?\s{0,4}$")
_EDGE_BEHIND = re.compile(r"\s{0,4}[\])）】]?\s{0,20}$")

_TRS_NAME = re.compile(r"/[A-Za-z]{1,2}((?:19|20)[0-9]{2})([01][0-9])([0-3][0-9])_")
_PATH_DATES = (
    re.compile(r"/(?=((?:19|20)[0-9]{2})[/-]([01]?[0-9])[/-]([0-3]?[0-9])(?:[/_.-]|$))"),
    re.compile(r"/(?=((?:19|20)[0-9]{2})[/-]?([01][0-9])[/-]?([0-3][0-9])(?:[/_.-]|$))"),
)


def _resolve(match: re.Match[str], plain: str, today: date) -> FoundDate | None:
    """Turn what the pattern caught into a date, or refuse it."""
    group = match.groupdict()
    start, end = match.span()
    day: date | None = None
    month_day: tuple[int, int] | None = None
    clock: time | None = None

    if group["cy"]:
        day = _day(group["cy"], group["cm"], group["cd"])
        if plain[end - 1] not in "日号" and _UNIT_BEHIND.match(plain, end):
            return None
    elif group["fy"]:
        start = match.start("fy")
        day = _day(group["fy"], group["fm"] or group["xm"], group["fd"] or group["xd"])
        if group["fm"] and not _full_date_stands(match, plain):
            return None
    elif group["compact"]:
        digits = group["compact"]
        alone = _EDGE_BEFORE.match(plain[max(0, start - 30) : start]) and _EDGE_BEHIND.match(plain, end)
        if not alone and not _LABEL_BEFORE.search(plain, max(0, start - 12), start):
            return None
        day = _day(digits[:4], digits[4:6], digits[6:])
        clock = _clock(group["ctime"][:2], group["ctime"][2:4]) if group["ctime"] else None
    elif group["by"]:
        day = _day(group["by"], group["bm"], group["bd"])
    elif group["vd"]:
        day = _day(group["vy"], group["vm"], group["vd"])
    elif group["sy"]:
        # Above 12 the first number is no month; up to this year it may be a year.
        year = int(group["sy"])
        day = _day(2000 + year, group["sm"], group["sd"])
        if not 12 < year <= today.year % 100 or day is None or day > today:
            return None
    elif group["mm"]:
        if not _short_date_stands(match, plain):
            return None
        month_day = _month_day(group["mm"], group["md"])
    elif group["km"]:
        month_day = _month_day(group["km"], group["kd"])
    elif group["ago"]:
        days = int(group["ago"]) if group["unit"] in "天日" else 0
        day = today - timedelta(days=days)
    elif group["ny"]:
        year = int("".join(str(_NUMERALS[character]) for character in group["ny"]))
        day = _day(year, _numeral(group["nm"]), _numeral(group["nd"]))
    else:
        back = {"昨天": 1, "昨日": 1, "前天": 2}.get(group["word"], 0)
        day = today - timedelta(days=back)

    if day is None and month_day is None:
        return None
    if clock is None and (behind := _TIME.match(plain, end)):
        day, clock, end = _with_clock(behind, day)
    return FoundDate(day, month_day, clock, start, end)


def _full_date_stands(match: re.Match[str], plain: str) -> bool:
    """Refuse what only begins like year-month-day: versions, addresses, numbers in a row."""
    start, end, sep = match.start("fy"), match.end(), match["sep"]
    padded = len(match["fm"]) == 2 and len(match["fd"]) == 2
    before, behind = plain[max(0, start - 1) : start], plain[end : end + 1]
    if before.isdigit():
        # A title that ends in digits, the date glued to it: only in full form with nothing behind.
        return padded and sep != "." and not (behind.isalnum() or behind in {sep, "_"})
    if before and ((before.isascii() and before.isalpha()) or before in "_#"):
        return False
    if sep == "/" and (before == "/" or behind == "/"):
        return False
    if behind.isdigit():
        # `2020-12-04139个产品`: two digits each leave no doubt where the date ends.
        return padded
    further = re.compile(rf"{re.escape(sep)}[0-9]").match(plain, end)
    return further is None or _BEHIND_RANGE.match(plain, end) is not None


def _short_date_stands(match: re.Match[str], plain: str) -> bool:
    """Tell a date without a year from a ratio, a pager, a range."""
    start, end, sep = match.start(), match.end(), match["msep"]
    padded = len(match["mm"]) == 2 and len(match["md"]) == 2
    before, behind = plain[max(0, start - 6) : start], plain[end : end + 1]
    bracketed = bool(_BRACKETED.search(before)) and behind in {"]", ")", "）", "】", "〕"}
    alone = not plain[:start].strip() and not plain[end:].strip() if len(plain) < 40 else False
    if before.endswith(("第", "共")) or _UNIT_BEHIND.match(plain, end):
        return False
    if sep == ".":
        return bracketed and padded
    if padded:
        return True
    return sep == "-" and (bracketed or alone)


def _with_clock(behind: re.Match[str], day: date | None) -> tuple[date | None, time | None, int]:
    """Read the time of day behind a date; an ISO 8601 offset is turned into the time of Shanghai."""
    half = behind["half"] or behind["late"] or ""
    clock = _clock(behind["hour"], behind["minute"], half)
    zone = behind["zone"]
    if not zone or not behind["gap"].endswith("T"):
        # 10:20-11:30 is a range, no offset.
        return day, clock, behind.start("zone") if zone else behind.end()
    if day is not None and clock is not None:
        digits = zone.replace(":", "")
        minutes = 0 if zone == "Z" else int(digits[0] + "1") * (int(digits[1:3]) * 60 + int(digits[3:5]))
        if abs(minutes) < 24 * 60 and date.min < day < date.max:
            offset = timezone(timedelta(minutes=minutes))
            moved = datetime.combine(day, clock, offset).astimezone(SHANGHAI)
            day, clock = moved.date(), moved.time()
    return day, clock, behind.end()


def _clock(hour: str, minute: str, half: str = "") -> time | None:
    hours, minutes = int(hour), int(minute)
    if half in {"下午", "晚上"} or half.lower() == "pm" or (half == "中午" and hours < 3):
        hours += 12 if hours < 12 else 0
    elif (half == "凌晨" or half.lower() == "am") and hours == 12:
        hours = 0
    return time(hours, minutes) if hours < 24 and minutes < 60 else None


def _day(year: str | int, month: str | int, day: str | int) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _month_day(month: str, day: str) -> tuple[int, int] | None:
    # 2000 is a leap year: 29 February is a day of some year.
    known = _day(2000, month, day)
    return (known.month, known.day) if known else None


def _numeral(text: str) -> int:
    """十 is 10, 十四 14, 二十 20, 二十一 21; 0 for what is no number of this kind."""
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _NUMERALS[text] if len(text) == 1 else 0
    if len(tens) > 1 or len(ones) > 1 or "十" in tens:
        return 0
    return (_NUMERALS[tens] if tens else 1) * 10 + (_NUMERALS[ones] if ones else 0)
