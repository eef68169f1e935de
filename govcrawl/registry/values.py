"""Single values of the registry, read from text and written as text.

A reader takes the text of a cell or of a YAML scalar and gives the value; it raises ValueError with a Chinese
sentence that says what was read and what is expected.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlsplit

from govcrawl.model import ColumnType, SiteKind, SiteStatus, UnitKind, Version
from govcrawl.pages.addresses import normalise
from govcrawl.registry.errors import shown, unknown_word

MAX_TEXT = 2000
"""Characters of one value."""
_NOTHING = re.compile(r"无|[/\\]|[-\u2013\u2014\u2015]{1,4}")
VERSION_KINDS = ("语言版", "移动版", "无障碍版")

_WORD = TypeVar("_WORD", bound=StrEnum)
_INVISIBLE = {"Cc", "Cf", "Cs", "Cn"}
_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_\-]{0,63}")
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63})+")
_LANG = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,3}")
_BAD_IN_URL = re.compile(r"[\s<>\"\\^`{|}\x00-\x1f\x7f；、，]")
_BARE_HOST = re.compile(r"[^\s/:?#@]+\.[^\s/:?#@]+(?::\d{1,5})?(?:[/?#].*)?", re.DOTALL)
_SCHEME = re.compile(r"https?[:：]", re.IGNORECASE)
_WIDE_COLON = re.compile(r"^(https?)：//", re.IGNORECASE)
_LINES = re.compile(r"[\n\r；]+")
_STRONG = re.compile(r"[\n\r；;]+")
_WEAK = re.compile(r"[、，,]+")
_ANY = re.compile(r"[\s；;、，,]+")
_BETWEEN_ADDRESSES = re.compile(r"[\s；、，]+|[;,](?=https?://)")

# An office's word for its counties differs (INTERFACES, [office] county_word); the kinds stay the same.
_KIND_WORDS = {
    "市人民政府": UnitKind.CITY,
    **{
        f"{word}政府": UnitKind.COUNTY
        for word in ("县市区", "县区", "区县", "旗县", "旗县区", "县", "区", "旗")
    },
    **{f"{word}人民政府": UnitKind.COUNTY for word in ("旗县市区", "县市区", "县区", "区县", "旗县")},
    **{f"{word}部门": UnitKind.COUNTY_DEPARTMENT for word in ("县市区", "县区", "区县", "旗县", "旗县区")},
    **dict.fromkeys(
        ("乡镇街道", "乡镇", "街道", "乡镇（街道）", "苏木乡镇", "乡镇（街道）"), UnitKind.TOWNSHIP
    ),
}


def clean(text: str) -> str:
    """Text without invisible characters; a line break inside Chinese words goes, other blanks become one."""
    kept = "".join(c if c in "\t\n\r" or unicodedata.category(c) not in _INVISIBLE else "" for c in text)
    kept = re.sub(
        r"(?<=[\u3000-\u9fff\uff00-\uffef])[ \t]*[\r\n]+\s*(?=[\u3000-\u9fff\uff00-\uffef])", "", kept
    )
    return re.sub(r"\s+", " ", kept).strip()


def is_nothing(value: str) -> bool:
    """Is it what people write into a cell that is meant to be empty: 无, a slash, a dash."""
    return len(value) < 5 and bool(_NOTHING.fullmatch(unicodedata.normalize("NFKC", value)))


def text(value: str) -> str:
    """Free text on one line."""
    value = clean(value)
    if len(value) > MAX_TEXT:
        raise ValueError(f"内容过长（超过 {MAX_TEXT} 字），请删减。")
    return value


def optional_text(value: str) -> str:
    """Free text; a dash or 无 stands for nothing."""
    value = text(value)
    return "" if is_nothing(value) else value


def item(value: str) -> str:
    """Free text that stands in a list: what separates lists can't be in it."""
    value = text(value)
    if _STRONG.search(value):
        raise ValueError(f"{shown(value)}中不能有分号。")
    return value


def slug(value: str) -> str:
    """An id: part of file names, addresses and commands."""
    value = clean(value)
    if not _SLUG.fullmatch(value):
        raise ValueError(
            f"编号{shown(value)}不合规，应为 1 至 64 个半角字母、数字、“-”或“_”，以字母或数字开头。"
        )
    return value


def word(kind: type[_WORD]) -> Callable[[str], _WORD]:
    """Reader of one word of a fixed list."""
    known = [str(member.value) for member in kind]

    def read(value: str) -> _WORD:
        value = clean(value)
        if value in known:
            return kind(value)
        other = _KIND_WORDS.get(value)
        if isinstance(other, kind):
            return other
        raise ValueError(unknown_word(value, known))

    return read


unit_kind = word(UnitKind)
site_kind = word(SiteKind)
status = word(SiteStatus)
column_type = word(ColumnType)


class WithoutScheme(str):
    """An address that was written without `http://`: says nothing about http or https."""

    __slots__ = ()


def home(value: str) -> str:
    """An address that is matched with a registered one; WithoutScheme where `http://` had to be added."""
    found = url(value)
    return found if _SCHEME.match(clean(value)) else WithoutScheme(found)


def url(value: str) -> str:
    """An http or https address; `www.example.gov.cn` gets its `http://`, host and scheme lower case."""
    value = _WIDE_COLON.sub(r"\1://", clean(value))
    address = f"http://{value}" if "://" not in value and _BARE_HOST.fullmatch(value) else value
    wrong = ValueError(f"{shown(value)}不是网址，应形如 http://www.example.gov.cn/。")
    if len(address) > MAX_TEXT or _BAD_IN_URL.search(address) or normalise(address) is None:
        raise wrong
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        raise wrong from None
    if parts.scheme not in {"http", "https"} or not host or "@" in parts.netloc:
        raise wrong
    return parts._replace(netloc=parts.netloc.lower(), path=parts.path or "/").geturl()


def prefix(value: str) -> str:
    """An address prefix; one that begins with `/` belongs to the site's own host."""
    value = clean(value)
    if value.startswith("/") and not value.startswith("//") and not _BAD_IN_URL.search(value):
        return text(value)
    return url(value)


def host(value: str) -> str:
    """A host name in lower case, with its port if one is given; of a whole address its host."""
    value = clean(value)
    try:
        return urlsplit(url(value if "://" in value else f"http://{value}")).netloc
    except ValueError:
        raise ValueError(f"{shown(value)}不是域名，应形如 m.example.gov.cn。") from None


def email(value: str) -> str:
    """A mail address alone, without a name."""
    value = clean(value)
    if len(value) > 254 or not _MAIL.fullmatch(value):
        raise ValueError(f"{shown(value)}不是邮箱地址，应形如 name@example.gov.cn。")
    return value


def whole(low: int, high: int) -> Callable[[str], int]:
    """Reader of a whole number within limits."""

    def read(value: str) -> int:
        value = unicodedata.normalize("NFKC", clean(value))
        if not re.fullmatch(r"\d{1,9}(?:\.0+)?", value) or not low <= int(value.partition(".")[0]) <= high:
            raise ValueError(f"{shown(value)}应为 {low} 至 {high} 的整数。")
        return int(value.partition(".")[0])

    return read


_YES = {"是", "有", "true", "yes", "1", "√", "✓", "已备案", "y"}
_NO = {"否", "无", "false", "no", "0", "×", "✗", "未备案", "n"}


def flag(value: str) -> bool:
    """是 or 否, and what stands for them."""
    value = clean(value).lower()
    if value in _YES or value in _NO:
        return value in _YES
    raise ValueError(f"{shown(value)}应为“是”或“否”。")


def version_kind(value: str) -> str:
    """语言版, 移动版 or 无障碍版."""
    value = clean(value)
    if value not in VERSION_KINDS:
        raise ValueError(unknown_word(value, VERSION_KINDS))
    return value


def language(value: str) -> str:
    """A language tag: zh, mn, en, zh-Hant (RFC 5646)."""
    value = clean(value)
    if not _LANG.fullmatch(value):
        raise ValueError(f"{shown(value)}不是语言代码，应形如 zh、mn、en。")
    return value


def version(value: str) -> Version:
    """Another edition in one cell: address, language, kind, with blanks between."""
    parts = clean(value).split(" ")
    if len(parts) > 3:
        raise ValueError(f"{shown(value)}应为“网址 语言代码 类别”，以空格分隔。")
    defaults = ("", "zh", VERSION_KINDS[0])
    address, lang, kind = (*parts, *defaults[len(parts) :])
    return Version(url=url(address), lang=language(lang), kind=version_kind(kind))


def split_words(value: str) -> list[str]:
    """Names in one cell: by semicolons and line breaks; where there are none, by commas and 、."""
    return _parts((_STRONG if _STRONG.search(value) else _WEAK).split(value))


def join_words(items: list[str]) -> str:
    """The opposite of `split_words`; a lone item with a comma in it is kept whole by a semicolon."""
    joined = "；".join(items)
    return joined + "；" if len(items) == 1 and _WEAK.search(joined) else joined


def split_short(value: str) -> list[str]:
    """Mail addresses or hosts in one cell: they hold neither blanks nor any separator."""
    return _parts(_ANY.split(value))


def split_addresses(value: str) -> list[str]:
    """Web addresses in one cell: a comma or semicolon inside of one stays."""
    return _parts(_BETWEEN_ADDRESSES.split(value))


def split_lines(value: str) -> list[str]:
    """Items that hold blanks, one a line."""
    return _parts(_LINES.split(value))


def _parts(raw: list[str]) -> list[str]:
    return [part for part in map(clean, raw) if part and not is_nothing(part)]
