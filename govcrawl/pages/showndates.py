"""The date of publication that a reader sees: behind a label, or alone in the line under the title."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from govcrawl.pages.dates import FoundDate, find_dates
from govcrawl.pages.lines import SEAM, Line, Lines
from govcrawl.pages.page import Page
from govcrawl.pages.sources import SourceLabel
from govcrawl.pages.titles import Place, Zone


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
        return (tier, self.zone, self.trust, self.line.index)


def find_shown_dates(
    page: Page, lines: Lines, place: Place, labels: Sequence[SourceLabel], today: date
) -> list[ShownDate]:
    """Find the dates that may be that of publication, the surest first."""
    sources = {label.line.index for label in labels if not label.in_text}
    titles = {line.index for line in place.lines}
    found: list[ShownDate] = []
    empty_label: Line | None = None
    for line in lines.all:
        if len(line.text) > LONGEST_LINE or not _HINT.search(line.text):
            continue
        zone = place.zone(line.index)
        labelled = list(_labelled(lines, line, zone, line.index in sources, today))
        found += [ShownDate(day, trust, zone, line) for trust, day in labelled if day is not None]
        if labelled:
            if empty_label is None and zone <= Zone.AFTER and all(day is None for _, day in labelled):
                empty_label = line
        elif line.index not in titles:
            found += _unlabelled(lines, line, place, sources, today)
        if len(found) >= MOST_DATES:
            break
    if empty_label is not None and not any(shown.trust <= Trust.LINE for shown in found):
        written = _written_by_script(page, today)
        if written is not None:
            found.append(ShownDate(written, Trust.LABEL, place.zone(empty_label.index), empty_label))
    return sorted(_without_lists(found), key=lambda shown: shown.rank)


# ---------------------------------------------------------------------------------------------
# Below: how it is done.

LONGEST_LINE = 300
"""Characters of a line that may be one of labels."""
MOST_DATES = 200
"""Dates that are weighed; a page with more is a list."""

_TIME_OR_DAY = r"(?:时[\s　]{0,3}间|日[\s　]{0,3}期)"
_LABEL = re.compile(
    rf"""
    (?P<strong>(?:发\s?布|发\s?表|发稿|刊发|刊登|登载|上网|公开|录入|添加|上传|推送|发帖|投稿|报道|发送)\s?{_TIME_OR_DAY}
      |(?:发布|发表|刊发)于|时间发布|Publish(?:ed)?(?:\s(?:Date|Time|on))?(?=\s?[:：]))
  | (?P<written>(?:成文|发文|印发|签发|制发|行文|落款|公文|撰写)\s?{_TIME_OR_DAY})
  | (?P<updated>(?:更新|修改|生成|创建|制作|编辑|修订)\s?{_TIME_OR_DAY}|(?:更新|修改)于)
  | (?P<weak>(?<![\u4e00-\u9fffA-Za-z])(?:{_TIME_OR_DAY}|Date|Time)(?=[\s{SEAM}]{{0,4}}[:：∶﹕]|[\s{SEAM}]{{0,4}}[0-9]))
    """,
    re.VERBOSE | re.IGNORECASE,
)
_AFTER_LABEL = re.compile(rf"[\s{SEAM}:：∶﹕\]】)）\[【(（|丨]{{0,10}}")
_SEARCH_FORM = re.compile(r"(?:检索|查询|范围|区间|排序|筛选|从|不限|倒序|正序|先后)")
_RANGE_BEHIND = re.compile(r"\s{0,3}(?:至|到|起|[—–~～]|--|-\s?[0-9])")
_HINT = re.compile(
    r"[时日][\s　]{0,3}[间期]|[发刊更修][布表发新改]于|[0-9]{2,4}\s{0,3}[-/.年]\s{0,3}[0-9]{1,2}|[0-9]{8}|[今昨前]天|日\s?期|天前|小时前|[Dd]ate"
)
_TODAY = re.compile(
    r"今天|今日|现在|当前|北京时间|农历|欢迎|截[至止]|有效期|版权|©|copyright|ICP", re.IGNORECASE
)
_MARKS = re.compile(
    r"(?:来\s?源|作\s{0,4}者|编\s?辑|责\s?编|发布(?:者|人|机构|单位)|供\s?稿|撰\s?稿|审\s?核)\s?[:：∶]"
    r"|(?:浏览|点击|阅读|访问|查看|人气)\s?(?:次数|量|数|率|[:：∶])|字\s?[体号]|打印|【?大\s?中\s?小】?|分享|收藏|[0-9]次"
)
_OTHER_LABEL = re.compile(r"[\u4e00-\u9fff]{1,8}(?:时间|日期|期限|时限|截止|截至|期)\s?[:：∶]?\s?$")
_EVENT = re.compile(
    r"地\s{0,4}点\s?[:：∶]|主\s?讲|主\s?持|出\s?席|参\s?加|会\s?场|对\s?象|考\s?场|人\s{0,4}数\s?[:：]"
)
_AROUND_DATE = re.compile(r"[\s\[\](（)）【】〔〕|｜,，:：·•\-—/星期周一二三四五六日天]+")
_FIGURES = re.compile(r"[0-9]{4}\s{0,3}[-/.]")
_SCRIPT_VALUE = re.compile(r"""\bvar\s{1,4}(\w{1,40})\s{0,4}=\s{0,4}["']([^"'<>\n]{6,40})["']""")
_SCRIPT_WRITES = re.compile(r"""document\.write(?:ln)?\(\s{0,4}(?:(\w{1,40})|["']([^"'<>\n]{6,40})["'])""")
_LONGEST_SCRIPT = 20_000


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
            if before and _is_han(before[-1]) and seamed[match.start() - 1] == before[-1]:
                if not _MARKS.search(before[-8:]) and not before.endswith(_OWN_PREFIXES):
                    continue
        elif trust is Trust.LINE and _speaks_of_event(lines, line):
            continue
        begin = _AFTER_LABEL.match(seamed, match.end())
        rest = seamed[begin.end() if begin else match.end() :][:80]
        if _SEARCH_FORM.match(rest):
            continue
        day = _date_at_start(rest, today)
        if day is None and not rest.strip(" " + SEAM) and line.index + 1 < len(lines.all):
            following = lines.all[line.index + 1].text
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
            return None if _RANGE_BEHIND.match(plain, dates[0].end) else dates[0]
    return None


def _unlabelled(
    lines: Lines, line: Line, place: Place, sources: set[int], today: date
) -> Iterator[ShownDate]:
    """Yield the date of a line without label, where its surroundings say what it is."""
    zone = place.zone(line.index)
    beside_source = line.index in sources
    alone_beside_source = any(index in sources for index in range(line.index - 2, line.index + 3))
    if zone is not Zone.HEAD and not alone_beside_source and place.lines:
        return
    text = lines.unlinked(line)
    if _TODAY.search(text):
        return
    dates = find_dates(text, today, limit=2)
    if not dates:
        return
    day = dates[0]
    before = text[: day.start].rstrip()
    if _OTHER_LABEL.search(before) or _RANGE_BEHIND.match(text, day.end):
        return
    alone = not _AROUND_DATE.sub("", text[: day.start] + text[day.end :])
    if alone:
        near = lines.all[max(0, line.index - 2) : line.index + 3]
        if alone_beside_source or (zone is Zone.HEAD and any(_MARKS.search(other.text) for other in near)):
            trust = Trust.LINE
        elif not place.lines:
            if day.time is None:
                return
            trust = Trust.ALONE
        else:
            sure = day.time is not None or _FIGURES.match(text, day.start)
            trust = Trust.ALONE if sure else Trust.BARE
        yield ShownDate(day, trust, zone, line)
    elif beside_source or (zone is Zone.HEAD and _MARKS.search(text)):
        if "。" in before or (
            before and _is_han(before[-1]) and not beside_source and not _MARKS.search(before)
        ):
            return
        yield ShownDate(day, Trust.LINE, zone, line)


def _speaks_of_event(lines: Lines, line: Line) -> bool:
    near = lines.all[line.index : line.index + 3]
    return any(_EVENT.search(other.text) for other in near)


def _without_lists(found: list[ShownDate]) -> list[ShownDate]:
    """Drop the dates behind the text where they are those of a list of other articles."""
    after = [shown for shown in found if shown.zone is Zone.AFTER and shown.trust <= Trust.LINE]
    days = {shown.found.day for shown in after}
    if len(after) >= 4 and len(days) >= 3 and any(shown.zone is Zone.HEAD for shown in found):
        return [shown for shown in found if shown.zone is not Zone.AFTER]
    return found


def _written_by_script(page: Page, today: date) -> FoundDate | None:
    """Read a date that a script in the page writes as it stands: var d='2017年08月08日'; document.write(d)."""
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
