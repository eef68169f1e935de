"""Signs of what a page is: an article's date line, a column's breadcrumb, a list that a script writes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from lxml import html

from govcrawl.pages.elements import collapse
from govcrawl.pages.page import Page

# Each of these begins with one class of characters, so that the search skips all others at full speed.
_MARKS = re.compile(
    r"[打字关责来发浏阅点扫分](?:(?<=打)\s?印|(?<=字)\s?[体号]\s?[:：]|(?<=关)闭(?:窗口|本页)|(?<=责)任编辑"
    r"|(?<=来)\s{0,4}源\s{0,2}[:：]|(?<=发)[布表](?:时间|日期)\s{0,2}[:：]|(?:(?<=浏)览|(?<=阅)读)(?:次数|量)"
    r"|(?<=点)击(?:数|次数|量)|(?<=扫)一扫|(?<=分)享到)"
)
_REST_OF_DAY = r"\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}"
_DAY = rf"(?:19|20){_REST_OF_DAY}"
_DATE_LINE = re.compile(
    rf"[时日发12来](?:(?:(?<=时)间|(?<=日)期|(?<=发)布于?)\s{{0,3}}[:：]?\s{{0,5}}[\[(（]?\s?{_DAY}"
    rf"|(?:(?<=1)9|(?<=2)0){_REST_OF_DAY}.{{0,24}}来\s{{0,4}}源|(?<=来)\s{{0,4}}源\s{{0,2}}[:：].{{0,40}}?{_DAY})"
)
BREADCRUMB = re.compile(r"当前(?:所在)?的?位置|您(?:现在|当前|目前)?所?(?:在|处)?的?位置|所在位置")
_ARTICLE_CRUMB = re.compile(
    r"[>›»＞]\s{0,3}(?:正文|文章内容|信息内容|详细(?:信息|内容))(?:页面?)?(?![^\s>›»＞])"
)

_FRAME_NAME = re.compile(
    r"list|data|news|content|items?|show|result|page|tbody|table|rows?|box|ul\b|lb|xxgk|main|info|con\b",
    re.IGNORECASE,
)
_FRAME_TAGS = ("ul", "ol", "dl", "tbody", "table", "div", "section")
_TEMPLATE = re.compile(r"\{\{.{1,80}\}\}|<%.{1,80}%>|\$\{[\w.]{1,60}\}")
_TEMPLATE_ATTRIBUTES = ("-for=", "-repeat=", "v-cloak", "data-bind=")
_TEMPLATE_ATTRIBUTE = re.compile(r"\s(?:(?:v|ms|x)-for=|(?:ng|ms)-repeat=|v-cloak|data-bind=)")
_PAGER_NAME = re.compile(r"pag(?:e|er|es|ing|ination)(?:$|[\s_\-\d])|fenye|fanye", re.IGNORECASE)
_CALL = re.compile(
    r"\$\.(?:ajax|get|post|getJSON)\s{0,3}\(|\bfetch\s{0,3}\(|\baxios\b|XMLHttpRequest|dataproxy\.jsp|\.load\s{0,3}\(\s{0,3}['\"]"
    r"|\.pagination\s{0,3}\(|\blaypage\b|createPageHTML\s{0,3}\([^)]{0,200}javascript:|new\s+Vue\s{0,3}\(|createApp\s{0,3}\("
)
_CALL_WORDS = (
    *("$.", "fetch", "axios", "XMLHttpRequest", "dataproxy.jsp", ".load", ".pagination", "laypage"),
    *("createPageHTML", "Vue", "createApp"),
)
"""One of these stands in every such call; to look for them first takes a tenth of the time."""
_FRAMEWORK = re.compile(
    r"(?:^|[/._\-])(?:vue|react|angular|avalon|mustache|handlebars|art-?template|juicer|laypage|pagination|paging"
    r"|ajax|(?:get|load|show|news|data|article|page)?_?list)(?:[._\-]|\d|$)",
    re.IGNORECASE,
)
_ROOT_ID = re.compile(r"app|root|__next|main-app", re.IGNORECASE)
_SAYS_EMPTY = re.compile(
    r"(?:暂\s?无|暂时没有|没有|无)\s?(?:任何|找到|查询到|符合条件的)?\s?(?:相关|有关)?的?\s?(?:信息|数据|内容|记录|文章|资料|新闻|公告|文件|更新)"
    r"|(?:总共|共有?|合计)\s{0,3}0\s{0,3}(?:条|篇|个)|0\s?条(?:信息|记录|数据)"
)


def article_points(page: Page) -> int:
    """What speaks for an article: meta tags, running text, a line with date and source, a print button.

    An article that is a picture or an attachment has no text to speak for it; its breadcrumb that ends in
    正文 does, and that it leads on to the articles before and after it. A long text that has those, but no
    line with date or source and no tags, may be an introduction as well.
    """
    key = ("article points",)
    if key not in page.memo:
        page.memo[key] = _article_points(page)
    return cast("int", page.memo[key])


def _article_points(page: Page) -> int:
    points = 3 if any(any(page.metas.get(name, ())) for name in ("articletitle", "pubdate")) else 0
    prose = page.shown.prose
    points += 2 if prose >= 300 else (1 if prose >= 120 else 0)
    points += 2 if 0 < len(_DATE_LINE.findall(page.text)) <= 3 else 0
    if prose < 120:
        points += 2 if _ARTICLE_CRUMB.search(page.text) else 0
        points += 1 if "上一篇" in page.text and "下一篇" in page.text else 0
    return points + (1 if len(set(_MARKS.findall(page.text))) >= 2 else 0)


def says_empty(page: Page) -> html.HtmlElement | None:
    """The element in which a page says that it has no entries (暂无信息, 共0条) and nothing else."""
    if not _SAYS_EMPTY.search(page.text):
        return None
    for element in page.root.iter(
        "div", "p", "li", "td", "span", "ul", "dd", "font", "em", "b", "strong", "h3", "center"
    ):
        own = element.text or "" if not len(element) else "".join(str(t) for t in element.itertext())
        if len(own) >= 60 or element in page.hidden:
            continue
        text = collapse(own)
        if len(text) <= 30 and _SAYS_EMPTY.search(text):
            return element
    return None


def empty_frame(page: Page) -> html.HtmlElement | None:
    """A container in the page's own part that is made for entries and holds none."""
    return next(_empty_frames(page), None)


def _empty_frames(page: Page) -> Iterator[html.HtmlElement]:
    for element in page.root.iter(*_FRAME_TAGS):
        if len(element) > 2 or collapse(element.text or ""):
            continue
        if any(child.tag not in {"style", "tbody", "template"} or len(child) for child in element):
            continue
        if any(collapse(child.tail or "") for child in element):
            continue
        name = f"{element.get('class') or ''} {element.get('id') or ''}"
        listing = element.tag in {"ul", "ol", "dl", "tbody", "table"} or _FRAME_NAME.search(name)
        if listing and not _PAGER_NAME.search(name) and element not in page.hidden:
            yield element


@dataclass(frozen=True, slots=True)
class ScriptSign:
    """What says that a script writes the list."""

    reason: str
    """Chinese, for the report."""
    strong: bool
    """False: the page calls an interface, which may be a counter of visitors."""


def script_sign(page: Page) -> ScriptSign | None:
    """The strongest sign that a script writes the list; None: nothing speaks of one."""
    key = ("script sign",)
    if key not in page.memo:
        page.memo[key] = _script_sign(page)
    return cast("ScriptSign | None", page.memo[key])


def _script_sign(page: Page) -> ScriptSign | None:
    by_template = ScriptSign("列表由脚本按模板生成", True)
    # Looking for fixed strings first takes a tenth of the time.
    marked = any(mark in page.source for mark in _TEMPLATE_ATTRIBUTES)
    if (marked and _TEMPLATE_ATTRIBUTE.search(page.source)) or _TEMPLATE.search(page.text):
        return by_template
    weak: ScriptSign | None = None
    inline: list[str] = []
    for script in page.root.iter("script"):
        kind = (script.get("type") or "").lower()
        if "template" in kind or kind in {"text/html", "text/x-handlebars"}:
            return by_template
        source = script.get("src")
        if source and _FRAMEWORK.search(source.rpartition("?")[0] or source):
            weak = weak or ScriptSign("页面引用了生成列表的脚本", False)
        elif script.text and not source:
            inline.append(script.text)
    for element in page.root.iter("div"):
        if (
            not len(element)
            and not (element.text or "").strip()
            and _ROOT_ID.fullmatch(element.get("id") or "")
        ):
            return ScriptSign("页面内容全部由脚本生成", True)
    for frame in _empty_frames(page):
        name = frame.get("id")
        if name and any(name in text for text in inline):
            return ScriptSign(f"列表容器({name[:40]})由脚本填充", True)
        if name and frame.tag != "table":
            weak = weak or ScriptSign(f"列表容器({name[:40]})为空,可能由脚本填充", False)
    if weak is None and any(_calls(text) for text in inline):
        return ScriptSign("页面通过接口读取数据", False)
    return weak


def _calls(script: str) -> bool:
    return any(word in script for word in _CALL_WORDS) and _CALL.search(script) is not None
