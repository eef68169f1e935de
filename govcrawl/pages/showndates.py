"""The date of publication that a reader sees: behind a label, or alone in the line under the title."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from itertools import islice

from govcrawl.pages.dates import FoundDate, find_dates
from govcrawl.pages.lines import SEAM, Line, Lines
from govcrawl.pages.media import is_medium
from govcrawl.pages.otherdates import TODAY, begins_range, has_other_label, speaks_of_event
from govcrawl.pages.page import Page
from govcrawl.pages.sources import SourceLabel
from govcrawl.pages.titles import Place, Zone, is_row


class Trust(IntEnum):
    """How surely a shown date is that of publication; lower is surer."""

    LABEL = 0
    """发布时间, 发表日期, 发布于 …"""
    LINE = 1
    """日期, 时间; or a date in one line with source, author or view count."""
    ALONE = 2
    """A date alone in a line under the title, written with figures or with a time of day."""
    BARE = 3
    """A date alone under the title that may be that of a speech or of a signature."""
    UPDATED = 4
    """更新时间, 生成日期: of the last change."""
    WRITTEN = 5
    """成文日期, 印发日期: of the document, not of its publication. Good for a guess only."""


@dataclass(frozen=True, slots=True)
class ShownDate:
    """One date that may be that of publication."""

    found: FoundDate
    trust: Trust
    zone: Zone
    line: Line

    @property
    def rank(self) -> tuple[int, int, int, int]:
        """Sorts the surest first."""
        tier = 0 if self.trust <= Trust.ALONE else self.trust
        return (tier, self.zone, self.trust, self.line.number)


def find_shown_dates(
    page: Page, lines: Lines, place: Place, labels: Sequence[SourceLabel], today: date
) -> list[ShownDate]:
    """Find the dates that may be that of publication, the surest first.

    Where the article's head shows it, the rest of the page is not searched.
    """
    search = _Search(lines, place, {label.line.number for label in labels if not label.in_text}, today)
    found: list[ShownDate] = []
    for begin, end in place.heads:
        found += search.between(begin, end)
    if not any(_settles(shown, today) for shown in found):
        found = search.between(0, None)
    if search.empty_label is not None and not any(shown.trust <= Trust.LINE for shown in found):
        written = _written_by_script(page, today)
        if written is not None:
            line = search.empty_label
            found.append(ShownDate(written, Trust.LABEL, place.zone(line.number), line))
    return sorted(_without_lists(lines, found), key=lambda shown: shown.rank)


# ---------------------------------------------------------------------------------------------
# Below: how it is done.

LONGEST_LINE = 300
"""Characters of a line that may be one of labels."""
MOST_LINES = 2_000
"""Lines with something like a date that are looked at."""
MOST_DATES = 200
"""Dates that are weighed; a page with more is a list."""

_TIME_OR_DAY = r"(?:时\s{0,3}间|日\s{0,3}期)"
_LABEL = re.compile(
    rf"""
    (?P<strong>(?:发\s?布|发\s?表|发稿|刊发|刊登|登载|上网|公开|录入|添加|上传|推送|发帖|投稿|报道|发送)\s?{_TIME_OR_DAY}
      |(?:发布|发表|刊发)于|时间发布|Publish(?:ed)?(?:\s(?:Date|Time|on))?(?=\s?[:：]))
  | (?P<written>(?:成文|发文|公布|颁布|印发|签发|制发|行文|落款|公文|撰写)\s?{_TIME_OR_DAY})
  | (?P<updated>(?:更新|修改|生成|创建|制作|编辑|修订)\s?{_TIME_OR_DAY}|(?:更新|修改)于)
  | (?P<weak>(?<![\u4e00-\u9fffA-Za-z])(?:(?:信息|文章|新闻|稿件|消息)?{_TIME_OR_DAY}|Date|Time)
      (?=[\s{SEAM}]{{0,4}}[:：∶﹕]|[\s{SEAM}]{{0,4}}[0-9]))
    """,
    re.VERBOSE | re.IGNORECASE,
)
_AFTER_LABEL = re.compile(rf"[\s{SEAM}:：∶﹕\]】)）\[【(（|丨]{{0,10}}")
_OF_PAGE = re.compile("发文|公布")
_ENDS_IN_LABEL = re.compile(r"(?:时\s{0,3}间|日\s{0,3}期|于)[\s:：∶]{0,6}$")
_SEARCH_FORM = re.compile(r"(?:检索|查询|范围|区间|排序|筛选|从|不限|倒序|正序|先后)")
# Each of these begins with one class of characters, so that the search skips all others at full speed.
_HINT = re.compile(
    r"[时日发刊更修今昨前天小0-9D](?:(?<=[时日])\s{0,3}[间期]|(?<=[发刊更修])[布表改新]于|(?<=[今昨前])天"
    r"|(?<=[天小])时?前|(?<=D)ate|(?<=[0-9])[0-9]{0,3}\s{0,3}[-/.年月]\s{0,3}[0-9]{1,2}|(?<=[0-9])[0-9]{7})"
)
_MARKS = re.compile(
    r"(?:来\s?源|作\s{0,4}者|编\s?辑|责\s?编|发布(?:者|人|机构|单位)|供\s?稿|撰\s?稿|审\s?核)\s?[:：∶]"
    r"|(?:浏览|点击|阅读|访问|查看|人气)\s?(?:次数|量|数|率|[:：∶])|字\s?[体号]|打印|【?大\s?中\s?小】?|分享|收藏|[:：]\s?[0-9]{1,7}\s?次"
)
_AROUND_DATE = re.compile(r"[\s\[\](（)）【】〔〕|｜,，:：·•\-—/星期周一二三四五六日天]+")
_SIGNED = re.compile(r"(?:局|厅|委|办|政府|办公室|委员会|中心|院|校|会|部|处|公司)$")
_FIGURES = re.compile(r"[0-9]{4}\s{0,3}[-/.]")
_SCRIPT_VALUE = re.compile(r"""\bvar\s{1,4}(\w{1,40})\s{0,4}=\s{0,4}["']([^"'<>\n]{6,40})["']""")
_SCRIPT_WRITES = re.compile(r"""document\.write(?:ln)?\(\s{0,4}(?:(\w{1,40})|["']([^"'<>\n]{6,40})["'])""")
_LONGEST_SCRIPT = 20_000


class _Search:
    """One search for dates, with what it needs to know of the page."""

    def __init__(self, lines: Lines, place: Place, sources: set[int], today: date) -> None:
        self._lines, self._place, self._sources, self._today = lines, place, sources, today
        self._titles = {line.number for line in place.lines}
        self.empty_label: Line | None = None
        """The first label of a date with nothing behind it."""

    def between(self, first: int, end: int | None) -> list[ShownDate]:
        """Find the dates of the lines from `first` to before `end`."""
        found: list[ShownDate] = []
        claimed = -1
        for line in islice(self._lines.having(_HINT, first, end), MOST_LINES):
            if len(line.text) > LONGEST_LINE:
                continue
            zone = self._place.zone(line.number)
            beside_source = line.number in self._sources
            labelled = list(_labelled(self._lines, line, zone, beside_source, self._today))
            found += [ShownDate(day, trust, zone, line) for trust, day in labelled if day is not None]
            if labelled:
                if _ENDS_IN_LABEL.search(line.text):
                    # The date of the next line belongs to this label.
                    claimed = line.number + 1
                if self.empty_label is None and all(day is None for _, day in labelled):
                    self.empty_label = line
            elif line.number not in self._titles and line.number != claimed:
                found += _unlabelled(self._lines, line, self._place, self._sources, self._today)
            if len(found) >= MOST_DATES:
                break
        return found


def _settles(shown: ShownDate, today: date) -> bool:
    return shown.trust <= Trust.LINE and shown.found.day is not None and shown.found.day <= today


def _labelled(
    lines: Lines, line: Line, zone: Zone, beside_source: bool, today: date
) -> Iterator[tuple[Trust, FoundDate | None]]:
    """Yield the dates behind labels of one line; None where nothing stands behind a label."""
    seamed = line.seamed
    for match in _LABEL.finditer(seamed):
        trust = _trust_of(match)
        before = seamed[: match.start()].rstrip(" " + SEAM)
        if "。" in before or (len(before) > 60 and "，" in before):
            continue
        if zone is not Zone.HEAD:
            # Outside the head a label must be one of its own: no 标准发布日期, no 时间: of a meeting.
            if trust is Trust.LINE and not beside_source and not _MARKS.search(line.text):
                continue
            if before and _is_han(before[-1]) and seamed[match.start() - 1] == before[-1]:  # glued to it
                own = before.endswith(_OWN_PREFIXES) or _MARKS.search(before[-8:])
                if not own:
                    continue
        elif trust is Trust.LINE and speaks_of_event(lines, line):
            continue
        if trust is Trust.WRITTEN and zone is Zone.HEAD and _OF_PAGE.match(match["written"]):
            # Under the title, beside a source, it is that of the page.
            trust = Trust.UPDATED if beside_source or _MARKS.search(line.text) else trust
        begin = _AFTER_LABEL.match(seamed, match.end())
        rest = seamed[begin.end() if begin else match.end() :][:80]
        if _SEARCH_FORM.match(rest):
            continue
        day = _date_at_start(rest, today)
        if day is None and not rest.strip(" " + SEAM) and line.number + 1 < len(lines):
            following = lines[line.number + 1].text
            day = _date_at_start(following, today) if len(following) <= 40 else None
        yield trust, day


_OWN_PREFIXES = ("信息", "文章", "稿件", "新闻", "公告", "首次", "网站", "内容", "次", "网", "人", "本文")


def _trust_of(match: re.Match[str]) -> Trust:
    if match["strong"]:
        return Trust.LABEL
    if match["written"]:
        return Trust.WRITTEN
    return Trust.UPDATED if match["updated"] else Trust.LINE


def _date_at_start(text: str, today: date) -> FoundDate | None:
    # Figures of one number may be split over elements, and two numbers may stand in neighbours.
    for joint in ("", " "):
        plain = text.replace(SEAM, joint)
        dates = find_dates(plain, today, limit=1)
        if dates and dates[0].start <= 1:
            return None if begins_range(plain, dates[0].end) else dates[0]
    return None


def _unlabelled(
    lines: Lines, line: Line, place: Place, sources: set[int], today: date
) -> Iterator[ShownDate]:
    """Yield the date of a line without label, where its surroundings say what it is."""
    zone = place.zone(line.number)
    beside_source = line.number in sources
    alone_beside_source = any(index in sources for index in range(line.number - 2, line.number + 3))
    if zone is not Zone.HEAD and not alone_beside_source and place.lines:
        return
    text = line.unlinked
    if TODAY.search(text):
        return
    dates = find_dates(text, today, limit=2)
    if not dates and SEAM in line.raw:
        # 2024-5-6 and 10:20 in two elements that touch.
        text = line.seamed.replace(SEAM, " ")
        dates = find_dates(text, today, limit=2)
    if not dates:
        if zone is Zone.HEAD and (whole := _of_two_lines(lines, line, today)):
            yield ShownDate(whole, Trust.ALONE, zone, line)
        return
    day = dates[0]
    before = text[: day.start].rstrip()
    if has_other_label(lines, line, before) or begins_range(text, day.end):
        return
    alone = not _AROUND_DATE.sub("", text[: day.start] + text[day.end :])
    if alone:
        near = lines[max(0, line.number - 2) : line.number + 3]
        if alone_beside_source or (zone is Zone.HEAD and any(_MARKS.search(other.text) for other in near)):
            trust = Trust.LINE
        elif not place.lines:
            if day.time is None:
                return
            trust = Trust.ALONE
        else:
            sure = day.time is not None or _FIGURES.match(text, day.start)
            trust = Trust.ALONE if sure else Trust.BARE
            if not sure and _SIGNED.search(lines[line.number - 1].text) and len(near) > 3:
                return
        yield ShownDate(day, trust, zone, line)
    elif beside_source or (zone is Zone.HEAD and _MARKS.search(text)):
        if "。" in before or (
            before and _is_han(before[-1]) and not beside_source and not _MARKS.search(before)
        ):
            return
        yield ShownDate(day, Trust.LINE, zone, line)
    elif zone is Zone.HEAD and not before and _FIGURES.match(text) and is_medium(text[day.end :].strip()):
        yield ShownDate(day, Trust.ALONE, zone, line)


def _of_two_lines(lines: Lines, line: Line, today: date) -> FoundDate | None:
    """Read a date whose day and month stand in blocks of their own: 13 above 2024-06, 06-13 above 2024."""
    for first in (line.number - 1, line.number):
        if first < 0 or first + 1 >= len(lines):
            continue
        upper, lower = lines[first].text, lines[first + 1].text
        for text in (f"{upper} {lower}", f"{lower} {upper}"):
            dates = find_dates(text, today, limit=1) if len(text) <= 16 else []
            if dates and dates[0].day and (dates[0].start, dates[0].end) == (0, len(text)):
                return dates[0]
    return None


def _without_lists(lines: Lines, found: list[ShownDate]) -> list[ShownDate]:
    """Drop the dates that stand in the rows of a list of other articles."""
    rows = [shown for shown in found if shown.zone is not Zone.HEAD and is_row(lines, shown.line)]
    if len({shown.found.day for shown in rows}) < 3:
        return found
    return [shown for shown in found if shown not in rows]


def _written_by_script(page: Page, today: date) -> FoundDate | None:
    """Read a date that a script writes as it stands: var d='2017年08月08日'; document.write(d)."""
    for script in page.root.iter("script"):
        code = script.text or ""
        if len(code) > _LONGEST_SCRIPT or "document.write" not in code:
            continue
        values = {match[1]: match[2] for match in _SCRIPT_VALUE.finditer(code)}
        for match in _SCRIPT_WRITES.finditer(code):
            text = (match[2] or values.get(match[1] or "", "")).strip()
            dates = find_dates(text, today, limit=1)
            if dates and dates[0].day is not None and dates[0].start == 0 and dates[0].end == len(text):
                return dates[0]
    return None


def _is_han(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"
