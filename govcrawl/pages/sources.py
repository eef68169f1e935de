"""Who an article says it comes from: the labels of government pages, and the name behind them.

A label with nothing behind it is another fact than no label at all, so both are kept. What is returned is
the name alone: without label, brackets, editors, authors, counters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from govcrawl.pages.elements import remembered
from govcrawl.pages.lines import SEAM, Line, Lines
from govcrawl.pages.media import any_of
from govcrawl.pages.titles import Place


@dataclass(frozen=True, slots=True)
class SourceLabel:
    """One label such as 来源 and what stands behind it."""

    line: Line
    name: str
    """Empty: nothing stands behind the label."""
    word: str
    """The label itself: 来源, 转载自 …"""
    in_text: bool = False
    """It stands in brackets or at the end of the text itself."""


def find_source_labels(lines: Lines, place: Place, *, limit: int = 40) -> list[SourceLabel]:
    """Find the labels that name a source, in the order of the page, at most `limit`.

    Where the article's head names its source, the rest of the page is not searched. Captions (图片来源),
    funds (资金来源), references (资料来源, 数据来源) and words in running text are no labels.
    """
    head = [label for begin, end in place.heads for label in _labels(lines, limit, begin, end)]
    if any(label.name and not label.in_text for label in head):
        return head
    return _labels(lines, limit)


def all_source_labels(lines: Lines, *, limit: int = 40) -> list[SourceLabel]:
    """Find the labels of the whole page, at most `limit`, though the head may name the source already."""
    return _labels(lines, limit)


def clean_name(value: str) -> str:
    """Reduce what stands behind a label to the name of the source; empty if there is none."""
    text = " ".join(value.replace(SEAM, " ").split()).strip(_EDGES)
    if bracketed := _BRACKETED_NAME.match(text):
        text = bracketed[1]
    text = _LEADING_LABEL.sub("", text)
    if stop := _STOP.search(text):
        text = text[: stop.start()]
    text = text.strip(_EDGES)
    text = _TRAILING_BRACKET.sub("", text).strip(_EDGES)
    first, *others = text.split(" ")
    if others and all(_PERSON.fullmatch(other) for other in others) and _ORGANISATION.search(first):
        text = first
    if (reporter := _REPORTER.search(text)) and reporter.start() > 1:
        text = text[: reporter.start()].strip(_EDGES)
    if quoted := _QUOTED.fullmatch(text):
        text = quoted[1].strip(_EDGES)
    if not _ANY_LETTER.search(text) or len(text) > LONGEST_NAME or _NO_NAME.fullmatch(text):
        return ""
    return text


def same_source(one: str, other: str) -> bool:
    """Whether two names speak of one source: equal, or one the short form of the other."""
    short, long = sorted((normal_name(one), normal_name(other)), key=len)
    if len(short) < 3:
        return short == long
    return short in long or (short[-1] == long[-1] and is_short_form(short, long))


@remembered
def normal_name(name: str) -> str:
    """Fold a name for comparing: no punctuation, no 网站 or 公众号 behind it, lower case."""
    folded = _PUNCTUATION.sub("", name).lower()
    bare = _SITE_WORDS.sub("", folded)
    return bare if len(bare) >= 3 else folded


def is_short_form(short: str, long: str) -> bool:
    """Whether all characters of `short` come in `long` in this order (省文旅厅, 示例省文化和旅游厅)."""
    rest = iter(long)
    return all(character in rest for character in short)


# ---------------------------------------------------------------------------------------------
# Below: how it is done.

LONGEST_LABEL_LINE = 300
"""Characters of a line that may be made of labels; longer ones are running text."""
MARKS_BETWEEN_CELLS = 6
"""Ends and beginnings of blocks between a label and its value: more lie between unrelated parts."""
MOST_LINES = 2_000
"""Lines with a word of a label that are looked at."""
LONGEST_NAME = 80
"""Characters of a name; a longer one is a sentence that was caught by mistake."""

_GAP = rf"[\s{SEAM}]{{0,6}}"
_LABEL = (
    r"(?:(?:信息|文章|稿件|新闻|内容|本文|消息|原文|转载|文稿|文件|政策|公告)?来\s{0,4}源(?:于|自|单位|网站|媒体|部门)?"
    r"|稿\s{0,2}源|出\s{0,2}处|信息提供(?:单位|者)?|供稿(?:单位|部门|者|人)?|来稿(?:单位)?"
    r"|(?:文章)?(?:转载|转|摘|选|源|载)自|摘编自|原载|转载于)"
)
# Begins with one class of characters, so that the search skips all others at full speed.
_HINT = re.compile(
    r"[来稿出供提转摘选源载编原](?:(?<=来)\s{0,4}[源稿]|(?<=稿)\s{0,2}源|(?<=出)\s{0,2}处|(?<=供)稿|(?<=提)供"
    r"|(?<=[转摘选源载编])自|(?<=原)载|(?<=转)载[于自])"
)
_BEFORE = r"(?<![\u4e00-\u9fffA-Za-z])"
_MARKED_LABEL = re.compile(
    # 来源：, [来源], 来源 |, or a label that fills an element of its own
    rf"{_BEFORE}{_LABEL}(?:{_GAP}[:：∶﹕]|{_GAP}[\]】](?!\s{{0,2}}$)|\s?[|｜丨]\s|(?<=[源处])\s?{SEAM}(?=[\s{SEAM}]{{0,6}}[^\s{SEAM}]))"
)
_BRACKETED_NAME = re.compile(r"[\[【（(〔]\s{0,3}([^\]】）)〕:：∶]{2,60})\s{0,3}[\]】）)〕]")
_OPEN_LABEL = re.compile(rf"{_BEFORE}(?:来源于|[转摘选]载?自|转载自|摘编自|原载|转载于)(?![:：∶])")
_BARE_LABEL = re.compile(rf"[\s{SEAM}\[【(（]{{0,3}}{_LABEL}[\s{SEAM}\]】)）]{{0,3}}")
_BRACKETED = re.compile(
    rf"[（(【\[〔]\s{{0,3}}(?P<word>{_LABEL})\s{{0,3}}[:：∶]?\s{{0,3}}"
    r"(?P<name>[^（()）【】\[\]〔〕]{2,80})(?:[）)】\]〕]|$)"
)
_PERSONS = any_of(
    """
责任编辑 执行编辑 本期编辑 网络编辑 值班编辑 文字编辑 美术编辑 编辑员 编辑 主编 责编 作者 撰稿 撰稿人
撰文 摄影 审核 审核人 审签 审签人 校对 校对人 初审 复审 终审 审稿 审稿人 选稿 发布人 发布者 录入 录入人
录入员 联系人 通讯员 翻译 文字 文 记者
"""
)
_OTHER_LABELS = any_of(
    """
发布机构 发布单位 发布部门 信息类别 栏目 所属分类 分类 类别 索引号 文号 关键词 标签 主题词 原标题
原文链接 网址 供稿 稿源 来源 信息来源 文章来源 稿件来源 浏览 点击 阅读 访问 查看 人气 点赞 评论 阅览 字体
字号 字体大小 文字大小
"""
)
_DONE = any_of("发布 发表 发稿 更新 添加 录入 上传 生成 成文 公开 创建 刊发 印发 发文 登载 修改")
_COUNTERS = any_of("浏览 点击 阅读 访问 查看 人气 点赞 评论 阅览")
_TOOLS = any_of(
    """
字体大小 文字大小 打印本页 打印本文 我要打印 关闭窗口 关闭本页 分享到 分享至 视力保护 扫一扫 语音播报
责任编辑 已阅 时间发布 发布于 发表于 更新于
"""
)
_TOOLS_APART = any_of(
    "浏览 点击 阅读 访问 打印 关闭 分享 收藏 下载 复制 评论 举报 纠错 字体 字号 查看 大 中 小"
)
# What ends a name: the next label, a counter, a tool, a bracket of labels, a date.
_STOP = re.compile(
    rf"""
    [|｜│¦;；。{SEAM}] | \s{{0,2}}[【〖［\[]
    | (?:信息|文章)?(?:{_DONE})?\s?(?:时\s{{0,4}}间|日\s{{0,4}}期)\s?(?:[:：∶]|$)
    | (?:{_PERSONS}|{_OTHER_LABELS}|作\s{{1,4}}者|编\s{{1,2}}辑|来\s{{1,4}}源)\s?[:：∶]
    | (?:{_COUNTERS})\s?(?:次数|量|数|率|人数|[(（]|$|[0-9]) | {_TOOLS}
    | \s有效期(?:限|至)?\s?[:：∶]
    | \s(?:{_TOOLS_APART})(?![\u4e00-\u9fff])
    | \s?(?:19|20)[0-9]{{2}}\s?[-/.年]\s?[01]?[0-9]\s?[-/.月]
    """,
    re.VERBOSE,
)
_LEADING_LABEL = re.compile(rf"^(?:{_LABEL})\s{{0,4}}[:：∶]\s{{0,4}}")
_TRAILING_BRACKET = re.compile(
    r"[（(](?:记者|通讯员|作者|编辑|文/|图/|本报|见习|特约|有删减|有改动|综合|节选|转载)[^）)]{0,40}[）)]?$"
    r"|\((?:北京|上海|天津|重庆|广州|深圳|香港|杭州|南京|武汉|成都)\)$"
    r"|\s(?:原创稿|原创)$"
)
_REPORTER = re.compile(
    r"[\s/、，,]?(?:本报|见习|特约|首席|全媒体|实习|本网)?(?:记者|通讯员)(?:$|[\s:：/、，,])"
)
_QUOTED = re.compile(r"[《“\"「『〈]([^《》“”\"「」『』〈〉]{2,60})[》”\"」』〉]")
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭"
    "廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路"
    "岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜肖包巴华裴卫霍翁柯管解强柴蒙覃阳宁欧车符詹关闫蓝冉苗鲍盛靳甘单欧阳"
)
_PERSON = re.compile(rf"[{_SURNAMES}][\u4e00-\u9fff·]{{1,3}}(?<![网报社台局厅委办府院部处科站])")
_ORGANISATION = re.compile(
    r"[网报社台刊局厅委办府院部处科站端号会镇乡]$|日报|新闻|发布|媒|[A-Za-z]$|在线|中心$|杂志"
)
_NO_NAME = re.compile(
    r"(?:无|暂无|未知|null|undefined|none|N/?A|来源|作者|时间|日期|大|中|小|字体|字号|打印|关闭|分享|次|人|点击|浏览|阅读"
    r"|原文链接|查看原文|阅读原文|点击数|阅读次数|浏览次数)",
    re.IGNORECASE,
)
_ANY_LETTER = re.compile(r"[\u3400-\u9fffA-Za-z]")
_EDGES = " \t\u3000:：∶﹕,，、.。;；|｜/\\-—–_~<>*·•'’‘#=" + SEAM
_PUNCTUATION = re.compile(r"[\s\W_]+")
_SITE_WORDS = re.compile(
    r"(?:政府)?(?:门户|官方|政务|服务平台)?(?:网站|官网|门户网|政务网|官微|微信公众号|公众号|客户端)$"
)
_NO_VALUE_LINE = re.compile(r"[。；？！：:，]|^[\[【(（]|^\s{0,3}(?:大|中|小|次)\s{0,3}$")


def _labels(lines: Lines, limit: int, first: int = 0, end: int | None = None) -> list[SourceLabel]:
    found: list[SourceLabel] = []
    for line in islice(lines.having(_HINT, first, end), MOST_LINES):
        if len(line.text) <= LONGEST_LABEL_LINE:
            found += _labels_of_line(lines, line)
        else:
            # A paragraph: only what closes it in brackets speaks of the whole text.
            found += [
                SourceLabel(line, name, match["word"], in_text=True)
                for match in _BRACKETED.finditer(line.text[-200:])
                if (name := clean_name(match["name"]))
            ]
        if len(found) >= limit:
            break
    return found[:limit]


def _labels_of_line(lines: Lines, line: Line) -> list[SourceLabel]:
    seamed = line.seamed
    found: list[SourceLabel] = []
    for match in _MARKED_LABEL.finditer(seamed):
        before = seamed[: match.start()].rstrip(" " + SEAM)
        if _is_running_text(line.text, before):
            bracket = before.endswith(("(", "（", "【", "[", "〔"))
            if not bracket and not before.endswith(("。", "”", "！", "？")):
                continue
            name = clean_name(re.split(r"[)）】\]〕]", _behind(seamed, match.end()), maxsplit=1)[0])
            found.append(SourceLabel(line, name, match[0], in_text=True))
            continue
        closed = match[0].endswith(("]", "】"))
        name = clean_name(_bracket_cut(_behind(seamed, match.end()), "" if closed else before))
        if not name and not seamed[match.end() :].strip(" " + SEAM):
            name = _name_of_next_line(lines, line)
        found.append(SourceLabel(line, name, match[0]))
    if found:
        return found
    if _BARE_LABEL.fullmatch(seamed):
        name = _name_of_next_line(lines, line)
        return [SourceLabel(line, name, line.text)] if name else []
    if opened := _OPEN_LABEL.search(seamed):
        before = seamed[: opened.start()].strip(" " + SEAM)
        if not before or before.endswith(("(", "（", "【", "[", "—")):
            name = clean_name(re.split(r"[)）】\]〕]", _behind(seamed, opened.end()), maxsplit=1)[0])
            if name and len(name) <= 40:
                return [SourceLabel(line, name, opened[0], in_text=bool(before))]
    return []


def _is_running_text(text: str, before: str) -> bool:
    """Whether the label stands behind a sentence, not in a line of labels."""
    return any(mark in before for mark in "。，；！？") or (len(before) > 120 and len(text) > 160)


def _behind(seamed: str, at: int) -> str:
    """What stands behind a label, up to the next seam that another piece of text follows.

    A seam with text on both sides parts two pieces that a style sheet sets apart; only where the first one is
    no name and becomes one with the next (示例 + 日报) do they belong together.
    """
    first, *others = seamed[at : at + 200].lstrip(" " + SEAM).split(SEAM)
    if not others or _ORGANISATION.search(first) or _STOP.search(first):
        return first
    joined = first
    for piece in [piece for piece in others if piece][:2]:
        if piece[0].isspace() or joined[-1:].isspace() or _STOP.search(piece):
            break
        joined += piece
        if len(joined) <= 16 and _ORGANISATION.search(joined):
            return joined
    return first


def _bracket_cut(value: str, before: str) -> str:
    """Drop the bracket that closes one opened before the label: 【来源：示例日报】."""
    closing = {"【": "】", "[": "]", "(": ")", "（": "）", "〔": "〕", "{": "}"}.get(before[-1:], "")
    return value.split(closing, 1)[0] if closing else value


def _name_of_next_line(lines: Lines, line: Line) -> str:
    """Read the name where label and value are cells or blocks of their own."""
    if line.number + 1 >= len(lines):
        return ""
    following = lines[line.number + 1]
    text = following.text
    if len(text) > 50 or _NO_VALUE_LINE.search(text) or _STOP.match(text) or _HINT.search(text):
        return ""
    # A cell or block beside the label is its value, a paragraph below it the beginning of the text.
    if following.paragraph or following.heading or lines.gap(line) > MARKS_BETWEEN_CELLS:
        return ""
    return clean_name(text)
