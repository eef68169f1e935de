"""Words by which the names of media, and the datelines that they write, are told from those of offices."""

from __future__ import annotations

import re

from govcrawl.pages.elements import remembered


@remembered
def is_medium(name: str) -> bool:
    """Whether a name is that of a press, broadcasting or internet medium, not of an office or its site."""
    return _MEDIUM.search(name) is not None and _OFFICE_SITE.search(name) is None


def is_local_media_centre(name: str) -> bool:
    """Whether it is a district's own 融媒体中心: a house of its own, yet the district's."""
    return _LOCAL_CENTRE.search(name) is not None


def dateline_of(text: str) -> str | None:
    """The medium in the dateline that opens a text; 本报, 本台 … for one that does not say its name."""
    for pattern in _DATELINES:
        match = pattern.match(text)
        if match is not None:
            medium = match["medium"]
            if medium in _THIS_HOUSE or (medium[0] not in "本我" and is_medium(medium)):
                return medium
    return None


def any_of(words: str) -> str:
    """Build a regular expression for any of these words, the longest first; `words` parted by whitespace."""
    return "|".join(re.escape(word) for word in sorted(words.split(), key=len, reverse=True))


# Anywhere in a name.
_ANYWHERE = any_of(
    """
    日报 晚报 晨报 早报 商报 都市报 时报 导报 周报 青年报 快报 法治报 法制报 教育报 画报 报社 报业 通讯社
    新华社 中新社 杂志 周刊 电视台 广播电台 广播电视台 广播电视总台 广播电视集团 广电融媒 广电集团
    广电总台 广电网 融媒 新闻网 新闻联播 新闻频道 客户端 视听网 文明网 学习强国 央视 央广 澎湃 第一财经
    财新 界面新闻 头条 网易 新浪 搜狐 腾讯 凤凰网 凤凰卫视 半月谈 瞭望 综合自 网络综合
    """
)
# At the start of a name.
_OPENING = any_of(
    """
    新华 人民网 光明网 中新网 环球网 求是 南方plus 南方+ 南方网 南方周末 封面新闻 红星新闻 上游新闻
    极目新闻 大河网 天目新闻 潮新闻 川观 津云 触电新闻 经济参考 中青网 中青在线 国际在线 中经 红网 东方网
    荔枝网 齐鲁网 长江网 荆楚网 大众网 长城网 大江网 云南网
    """
)
_CLOSING = any_of("新闻 在线 观察 观察网 观点 传媒 传媒集团 报 综合报道")
_MEDIUM = re.compile(
    rf"(?:{_ANYWHERE})|^(?:{_OPENING})|(?:{_CLOSING})$"
    r"|(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{2,6}网$|^中国[\u4e00-\u9fff]{1,6}网",
    re.IGNORECASE,
)
_OFFICE_SITE = re.compile(
    r"(?:政府|政务|党建|人大|政协|门户|公安|机关|廉政|先锋|信息|公开|服务)网$|(?:公|简|通|(?<!青)年|月|汇|海|申|填|预)报$|通讯社局$"
)
_LOCAL_CENTRE = re.compile(r"[市区县旗州盟]?融媒体?(?:中心|记者站)$|[市区县旗州盟]融媒$")

_THIS_HOUSE = frozenset(("本报", "本台", "本社", "本刊"))
_NAME = (
    r"[\u4e00-\u9fffA-Za-z+·]{0,12}?(?:社(?!区)|网(?!格)|报(?![社网道])|台|客户端|新闻(?!网)|在线|融媒体?(?:中心)?)"
    r"(?:客户端|微信公众号)?"
)
_PLACE = r"[\u4e00-\u9fff]{0,8}?"
_DAY = r"(?:[0-9０-９]{1,2}\s?月\s?)?[0-9０-９]{1,2}\s?日"
_BYLINE = r"\s?[（(][^）)]{0,8}(?:记者|通讯员|作者|文/|□)"
_DATELINES = (
    # 新华社北京1月1日电, 本报讯（记者 …）, 示例新闻网示例市3月30日讯, 示例网消息：
    # Without a day or a byline it may be anything (国家电网供电（示例）公司).
    re.compile(
        rf"\W{{0,4}}(?P<medium>本[报台社刊]|{_NAME})[／/]?\s?"
        rf"(?:{_PLACE}\s?{_DAY}\s?(?:电|讯|消息)|{_PLACE}[电讯](?={_BYLINE})|{_PLACE}讯(?=\s)|消息\s?[:：])"
    ),
    # 示例日报记者 张某 李某, at the start of a text or alone in a line; no credit of a picture
    re.compile(
        rf"\W{{0,4}}(?P<medium>本[报台社刊]|{_NAME})(?:全媒体|首席|见习|特约|融媒体|实习|新闻)?(?:记者|评论员)"
        r"(?:[\s:：/]|$)(?![^。]{0,30}[摄图]\W{0,2}$)"
    ),
    # 据新华社报道, 据《示例日报》消息
    re.compile(rf"\W{{0,4}}据《?(?P<medium>{_NAME})》?[^，。]{{0,12}}?(?:报道|消息|电)"),
)
