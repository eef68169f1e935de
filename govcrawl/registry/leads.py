"""Which links of a page may lead to columns, by name, address and place; none is asked here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from govcrawl.pages import Page, Scope
from govcrawl.pages.addresses import host_of
from govcrawl.pages.breadcrumbs import breadcrumb
from govcrawl.pages.menus import ColumnLink, Role, block_of, column_links
from govcrawl.registry.column_types import type_of_name
from govcrawl.registry.lookup import address_key

_FILES = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|wps|et|ofd|zip|rar|7z|jpe?g|png|gif|bmp|webp|mp[34]|apk|exe|css|js|json|xml|txt)$",
    re.IGNORECASE,
)
_ARTICLE = re.compile(
    r"/t?20\d{6}_|/20\d{2}[/-]?\d{1,2}(?:[/-]?\d{1,2})?/|/art_|/art/20|/content/post_|/article/",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"_\d{5,}\.|/\d{4,}\.s?html?$|[?&](?:article|news|content|info)_?id=|/(?:detail|view|show|info)[-_/?.]",
    re.IGNORECASE,
)
"""Addresses that are mostly those of articles, and sometimes those of columns: a menu knows better."""
_FOLDER_OF_DAYS = re.compile(r"/(?:20\d{2}[/-]?\d{0,2}|20\d{2}/\d{1,2}/\d{1,2})/?$")
_INDEX = re.compile(r"/(?:index|default)\.(?:s?html?|jhtml|jsp|php|aspx?|do)$", re.IGNORECASE)
_NOT_COLUMNS = re.compile(
    "首页|主页|更多|登录|登陆|注册|收藏|无障碍|长者|适老|关怀版|大字版|English|繁体|简体|蒙古?文|藏文|维文|上一|下一|尾页|手机版"
    "|移动版|电脑版|客户端|网站地图|站点地图|联系我们|关于我们|关于本站|版权|隐私|免责|网站声明|使用帮助|打印|关闭|邮箱|搜索"
    "|检索|订阅|RSS|扫一扫|二维码|网站纠错|网站找错|备案|公安网|飘窗|浮窗|漂浮|轮播|幻灯|焦点图|banner|智能问答|返回",
    re.IGNORECASE,
)
_NOT_ALONE = re.compile(
    "微信|微博|抖音|公众号|APP|EN|繁|简|返回|正文|列表|详情|详细|查看|点击进入|进入|搜|帮助|站内|全部|其他|地图|\\d+",
    re.IGNORECASE,
)
_NO_SECTION = re.compile(
    r"/(?:j?search|so|login|register|sitemap|wzdt|rss|wap|mobile|m|en|eng|english|mn|mgl|big5|wza)(?:[/.?]|$)",
    re.IGNORECASE,
)
_TITLE = 8
"""Characters from which a link's text is the title of an article."""
_SEVERAL = 3
"""Columns of one other host from which it looks like a part of the site."""


@dataclass(frozen=True, slots=True)
class Lead:
    """An address that may be a column."""

    url: str
    names: tuple[str, ...]
    """What links call it; () where none names it."""
    role: Role
    found_on: str
    """The page that led to it."""
    above: str | None = None
    """Address of the column under which it stands; None: none that is known."""
    is_article: bool = False
    """Asked for its breadcrumb alone."""
    forwarded: bool = False
    """Another page sends its visitor here; such a chain is followed no further."""

    @property
    def rank(self) -> tuple[int, bool]:
        """Those that say most are asked first."""
        return (_RANKS[self.role], self.above is not None)


_RANKS = {Role.MENU: 0, Role.HEADING: 1, Role.MORE: 1, Role.LINK: 3}


def place_key(url: str) -> str:
    """What two spellings of a column's address share: scheme, `www.` and `index.html` do not count."""
    key = _INDEX.sub("/", address_key(url)).removeprefix("www.")
    return key if "?" in key or "#" in key else key.rstrip("/")


def leads_of_home(home: Page, scope: Scope) -> list[Lead]:
    """The links of a home page that may lead to columns, each address once, the most telling ones first."""
    found = [
        _lead(one, home)
        for one in column_links(home)
        if _may_be_column(one.link.url, one.name, one.role, scope)
    ]
    return sorted(_merged(found, {place_key(home.url)}), key=lambda lead: lead.rank)


def leads_of_section(page: Page, scope: Scope) -> list[Lead]:
    """What a page below the home page leads to: the columns in its breadcrumb, its menus, its 更多 links.

    Of other links only those into its own folder: a list page names many things that are no part of it.
    """
    folder = place_key(page.url.rpartition("/")[0])
    found = [
        Lead(crumb.url, (crumb.name,), Role.HEADING, page.url)
        for crumb in breadcrumb(page)
        if crumb.url and _may_be_column(crumb.url, crumb.name, Role.HEADING, scope)
    ]
    for one in column_links(page):
        below = "/" in folder and place_key(one.link.url).startswith(folder + "/")
        if (below or one.role in {Role.MENU, Role.MORE}) and _may_be_column(
            one.link.url, one.name, one.role, scope
        ):
            lead = _lead(one, page)
            found.append(lead if lead.above or not below else replace(lead, above=page.url))
    return _merged(found, {place_key(page.url)})


def articles_of(home: Page, scope: Scope, keys: Iterable[str], most: int) -> list[Lead]:
    """Entries of a home page's news blocks in folders of which nothing is known: one of each block.

    `keys` are those of what is known (`place_key`).
    """
    covered = [f"{key}/" for key in keys if "/" in key]
    found: dict[tuple[str, int], Lead] = {}
    for link in home.links:
        if len(found) >= most:
            break
        if link.element != "a" or len(link.text) < _TITLE or not link.url.startswith("http"):
            continue
        if not scope.owns(link.url) or _FILES.search(urlsplit(link.url).path):
            continue
        folder = place_key(_FOLDER_OF_DAYS.sub("/", link.url.rpartition("/")[0] + "/"))
        if not any(f"{folder}/".startswith(key) for key in covered):
            lead = Lead(link.url, (), Role.LINK, home.url, is_article=True)
            found.setdefault((folder, block_of(home, link)), lead)
    return list(found.values())


def hosts_elsewhere(home: Page, scope: Scope) -> list[tuple[str, int]]:
    """Hosts of the site's domain, outside its scope, that menus and headings name as columns are named."""
    places: dict[str, set[str]] = {}
    for one in column_links(home):
        url = one.link.url
        outside = not scope.same_host(url) and not scope.third_party(url)
        if outside and one.role is not Role.LINK and len(urlsplit(url).path) > 1 and not _ARTICLE.search(url):
            places.setdefault(host_of(url), set()).add(place_key(url))
    counted = ((host, len(keys)) for host, keys in places.items() if len(keys) >= _SEVERAL)
    return sorted(counted, key=lambda pair: -pair[1])


def _lead(one: ColumnLink, page: Page) -> Lead:
    return Lead(one.link.url, (one.name,) if one.name else (), one.role, page.url, one.above)


def _may_be_column(url: str, name: str, role: Role, scope: Scope) -> bool:
    parts = urlsplit(url)
    if not scope.owns(url) or (parts.path in {"", "/"} and not parts.query):
        return False
    if _FILES.search(parts.path) or _NO_SECTION.search(parts.path):
        return False
    if _NOT_COLUMNS.search(name) or _NOT_ALONE.fullmatch(name):
        return False
    if _ARTICLE.search(url):  # 机构职能 of a menu may be one document
        return role is Role.MENU and type_of_name(name).value in {"静态信息", "概况信息"}
    return role is not Role.LINK or not _NUMBERED.search(url)


def _merged(leads: Iterable[Lead], without: set[str]) -> list[Lead]:
    """Each address once, with all its names and the best of its places."""
    found: dict[str, Lead] = {}
    for lead in leads:
        key = place_key(lead.url)
        if key in without:
            continue
        old = found.get(key)
        if old is None:
            found[key] = lead
            continue
        best = min(old, lead, key=lambda one: _RANKS[one.role])
        names = tuple(dict.fromkeys((*best.names, *old.names, *lead.names)))
        above = (
            old.above if old.role is best.role and lead.role is not best.role else old.above and lead.above
        )
        found[key] = replace(best, names=names, above=above)
    return list(found.values())


def unseen(leads: Iterable[Lead], keys: Iterable[str]) -> Iterator[Lead]:
    """Leads to addresses that are not among the known ones, each once."""
    known = set(keys)
    for lead in leads:
        if (key := place_key(lead.url)) not in known:
            known.add(key)
            yield lead
