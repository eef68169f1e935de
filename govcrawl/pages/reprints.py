"""Whether an article comes from another publisher than the site's own unit: yes, no, not known.

What says so, in this order: a mark of reprinting (原标题, 转载自), the dateline of a medium
(新华社北京1月1日电), the named source against the site's own names, a link to the original. A source that is
neither a medium nor clearly another body's stays "not known".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from govcrawl.model import SiteNames, Source
from govcrawl.pages.lines import Lines
from govcrawl.pages.media import any_of, dateline_of, is_local_media_centre, is_medium
from govcrawl.pages.page import Page
from govcrawl.pages.sources import SourceLabel, normal_name, same_source
from govcrawl.pages.titles import Place, fold


@dataclass(frozen=True, slots=True)
class Judgement:
    """An answer with what says so."""

    answer: bool | None = None
    reason: str = ""
    """"source", "dateline", "reprint mark", "link to original"; empty where nothing is known."""
    snippet: str = ""


@dataclass(frozen=True, slots=True)
class Dateline:
    """The medium that a text names at its start or end."""

    medium: str
    """本报, 本台 … for one that does not say its name."""
    text: str


def judge_reprint(
    page: Page,
    lines: Lines,
    place: Place,
    source: Source | None,
    label: SourceLabel | None,
    names: SiteNames | None,
    original: str = "",
) -> Judgement:
    """Judge one article.

    Args:
        page: the page that shows it.
        lines: its visible text.
        place: of its title.
        source: that it names.
        label: from which the source was read.
        names: of the site's own publishers; None or empty: they are read off the page.
        original: words and address of a link to the original; empty: there is none.
    """
    own = own_names(page, lines, names)
    site_is_medium = any(is_medium(name) for name in own)
    for line in lines.having(_ORIGINAL_WORD):
        if _ORIGINAL_TITLE.match(line.text):
            return Judgement(True, "reprint mark", line.text[:200])
    if source and label and label.name and _REPRINTED.search(label.word) and not _is_own(source.name, own):
        return Judgement(True, "reprint mark", label.line.text[:200])
    dateline = find_dateline(lines, place)
    if dateline is not None:
        unnamed = dateline.medium.startswith("本")
        if (unnamed and not site_is_medium) or (not unnamed and not _is_own(dateline.medium, own)):
            return Judgement(True, "dateline", dateline.text)
    if source is not None:
        answer = judge_source(source.name, own)
        if answer is not None:
            return Judgement(answer, "source", label.line.text[:200] if label else source.name)
    if original:
        return Judgement(True, "link to original", original[:200])
    return Judgement()


def judge_source(name: str, own: tuple[str, ...]) -> bool | None:
    """Tell whether a named source is another publisher than the ones with these names."""
    folded = normal_name(name)
    if _OWN_WORDS.fullmatch(fold(name)) or _is_own(name, own):
        return False
    if _ELSEWHERE.fullmatch(folded):
        return True
    if is_local_media_centre(name):
        # Of the same district as a rule, yet a house of its own.
        return None
    if is_medium(name):
        return True
    if not own:
        return None
    site = "".join(own)
    region = _REGION.match(name)
    if region is None:
        if _CENTRAL.match(name):
            return True
        if (province := _PROVINCE.match(name)) and province[0] not in site:
            # The local office of a ministry, on the ministry's site.
            return False if _CENTRAL.search(site) else None
        # A department that does not say whose it is, is the house's own.
        return False if _INSIDE.search(folded) and len(folded) <= 14 else None
    if _OUTLET.search(name):
        return True
    level, house = _level(region[0]), _level_of_site(site)
    if level == 0:
        return False
    if _region_core(region[0]) in site:
        return False if "政府" in site and level >= 2 else None
    if house is None:
        return None
    if level < house:
        return False if _same_trade(name, site) else None
    return True if _BODY.search(name) else None


def own_names(page: Page, lines: Lines, names: SiteNames | None) -> tuple[str, ...]:
    """Give the names of the site's own publishers: as registered, else as the page says them."""
    if names is not None and (names.own or names.subordinate):
        return (*names.own, *names.subordinate)
    found = [content for content in page.metas.get("sitename", ()) if content]
    parts = _TITLE_PARTS.split(page.title)
    found += [part for part in parts[1:] if len(part) >= 3 and _SITE_LIKE.search(part)]
    for line in islice(lines.having(_SPONSOR_WORD, max(0, len(lines) - 40)), 10):
        found += [match[1] for match in _SPONSOR.finditer(line.text)]
    return tuple(dict.fromkeys(name.strip() for name in found if len(fold(name)) >= 3))


def find_dateline(lines: Lines, place: Place) -> Dateline | None:
    """Find the medium that the text names: 新华社北京1月1日电, 本报讯, 据…报道, 【某报】 before a title."""
    if (match := _TITLE_MEDIUM.match(place.title)) and is_medium(match["medium"]):
        return Dateline(match["medium"], place.title)
    for text in _first_and_last(lines, place):
        medium = dateline_of(text)
        if medium is not None:
            return Dateline(medium, text[:120])
    return None


# ---------------------------------------------------------------------------------------------
# Below: how it is done.

_ORIGINAL_WORD = re.compile("原标题")
_ORIGINAL_TITLE = re.compile(r"[\s（(【\[]{0,3}原标题\s?[:：]")
_REPRINTED = re.compile(r"[转摘选]载?自|转载|原载|摘编|原文")
_OWN_WORDS = re.compile(
    r"(?:本|我)(?:网|站|网站|局|厅|委|办|院|校|单位|中心|部门|机关|市|县|区|镇|站原创|网原创)(?:原创|讯|发布)?|原创|本站原创"
)
_TITLE_PARTS = re.compile(r"[_|｜]|--|\s?[-–—]\s?")
_SITE_LIKE = re.compile(r"网|政府|厅|局|委|办|部|院|会|门户|中心|报|社")
_SPONSOR_WORD = re.compile("[主版网](?:办|管单位|权所有|站所有)")
_SPONSOR = re.compile(
    r"(?:主办|版权所有|主办单位|主管单位|网站所有)\s{0,3}[:：©]?\s{0,3}([\u4e00-\u9fff（）()]{4,30})"
)

_TITLE_MEDIUM = re.compile(r"[【\[](?P<medium>[^】\]]{2,12})[】\]]")

_SENTENCE = re.compile("。")
_REPORTER = re.compile("记者")
_LINES_OF_OPENING = 25
_REGION_WORDS = any_of(
    "自治区 自治州 自治县 自治旗 新区 开发区 高新区 地区 省 市 州 盟 县 旗 区 街道 镇 乡 苏木"
)
_REGION = re.compile(rf"(?:中共)?[\u4e00-\u9fff]{{1,9}}?(?:{_REGION_WORDS})")
_ELSEWHERE = re.compile(
    "(?:来自|来源|转自|转载|摘自|综合)*(?:互联网|网络|网上|网友|转载|网摘|网络整理|互联网整理)"
)
_OUTLET = re.compile(r"(?:网站|官网|官微|公众号|微信|微博|客户端)$")
_PROVINCE = re.compile(
    any_of(
        """
北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南
四川 贵州 云南 陕西 甘肃 青海 内蒙古 广西 西藏 宁夏 新疆 香港 澳门 台湾
"""
    )
)
_CITIES_OF_THEIR_OWN = re.compile("北京|上海|天津|重庆")
_CENTRAL = re.compile(
    any_of(
        """
国务院 中共中央 中央 全国 国家 中国政府网 中华人民共和国 最高人民 外交部 教育部 科技部 工业和信息化部
工信部 公安部 民政部 司法部 财政部 人力资源社会保障部 人力资源和社会保障部 人社部 自然资源部 生态环境部
住房城乡建设部 住房和城乡建设部 住建部 交通运输部 水利部 农业农村部 商务部 文化和旅游部 文旅部 应急管理部
退役军人事务部 中宣部 中组部 中国人民银行
"""
    )
)
_INSIDE = re.compile(
    "(?:"
    + any_of(
        """
处 科 室 办 办公室 股 队 中心 站 所 支部 党委 党组 工会 团委 妇联 机关 组 部 局 厅 委 街道 镇 乡 村 社区
学校 医院 政府 委员会
"""
    )
    + ")$"
)
_BODY = re.compile(r"政府|厅|局|委|办|处|院|中心|部|会")
_TRADE = re.compile(
    any_of(
        """
教育 卫生 健康 文化 旅游 公安 民政 财政 水利 交通 商务 司法 审计 统计 税务 农业 林业 自然资源 生态环境 环保
住建 住房 人社 人力资源 市场监管 应急 医保 医疗保障 科技 工信 发改 体育 民族 信访 监管 气象 档案 粮食 地震
邮政 海关 消防 法院 检察
"""
    )
)


def _is_own(name: str, own: tuple[str, ...]) -> bool:
    folded = normal_name(name)
    if len(folded) < 2:
        return False
    if is_medium(name):
        # Short forms are not for media: 新华社 is hidden in many a long name.
        return any(folded in normal_name(each) or normal_name(each) in folded for each in own if each)
    return any(same_source(name, each) for each in own if each)


def _first_and_last(lines: Lines, place: Place) -> Iterator[str]:
    begin = place.lines[0].number + 1 if place.lines else 0
    sentences = lines.having(_SENTENCE, begin, begin + _LINES_OF_OPENING)
    yield from islice((line.text for line in sentences if len(line.text) >= 30), 2)
    for line in islice(lines.having(_REPORTER, begin), 50):
        if len(line.text) <= 40:
            yield line.text


def _region_core(region: str) -> str:
    return re.sub(r"^中共", "", region)[:2]


def _level(region: str) -> int:
    if region.endswith(("省", "自治区")) or _CITIES_OF_THEIR_OWN.search(region):
        return 3
    if region.endswith(("街道", "镇", "乡", "苏木")):
        return 0
    return 2 if region.endswith(("市", "州", "盟", "地区")) else 1


def _level_of_site(site: str) -> int | None:
    region = _REGION.search(site)
    return _level(region[0]) if region else None


def _same_trade(name: str, site: str) -> bool:
    # 人民政府 holds the 民政 of another house.
    trades = set(_TRADE.findall(name.replace("人民政府", "")))
    return not trades.isdisjoint(_TRADE.findall(site.replace("人民政府", "")))
