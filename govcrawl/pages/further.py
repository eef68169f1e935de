"""Entries that a page's own script asks for: how it asks, and what the answer holds.

Two systems keep most of a column behind an interface. JCMS (大汉) names the next group of records in a link
beside its data island (`<nextgroup>…dataproxy.jsp?page=2&columnid=…`), or asks by POST with the numbers of
the records in the address and the column in the form; its successor builds lists by a script element that
bears `url` and `queryData`. Nothing is asked here: this says what to ask and reads what came.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlencode

from govcrawl.model import DataCall
from govcrawl.pages.addresses import host_of, normalise
from govcrawl.pages.decoding import decode
from govcrawl.pages.islands import MAX_RECORDS, records_in
from govcrawl.pages.page import Page, read_page

MOST_CALLS = 20
"""Calls of one page."""
_LONGEST = 200_000
"""Characters of a script that are looked at."""
_WORDS = ("dataproxy.jsp", "queryData", "querydata", "nextgroup")
_NEXT_GROUP = re.compile(
    r"<nextgroup>.{0,20}?<a[^>]{0,20}?\shref\s?=\s?['\"]([^'\"<>\s]{1,2000})['\"]", re.DOTALL
)
_PROXY = re.compile(r"['\"]([^'\"\s<>]{0,300}dataproxy\.jsp[^'\"\s<>]{0,600})['\"]")
_SETTING = re.compile(
    r"['\"]?\b(\w{2,20})['\"]?\s{0,5}[:=]\s{0,5}(?:'([^'\n]{0,200})'|\"([^\"\n]{0,200})\"|(\d{1,9}))"
)
_FORM = (
    *("col", "appid", "webid", "path", "columnid", "sourceContentType", "unitid", "webname"),
    "permissiontype",
)
"""Fields that the interface of JCMS wants, in the order in which its script sends them."""
_NUMBER = re.compile(r"<(totalrecord|totalpage)>\s{0,5}(\d{1,7})\s{0,5}</")
_PAIR = re.compile(r"['\"](\w{1,40})['\"]\s{0,3}:\s{0,3}['\"]([^'\"]{0,300})['\"]")
_PER_PAGE = 15
_PAGES_A_GROUP = 3
"""So the script of JCMS asks where the page says nothing else."""


def data_calls(page: Page) -> tuple[DataCall, ...]:
    """How the page's script asks for further entries, in its order, at most MOST_CALLS; () where it does not.

    Only interfaces of the page's own host are named.
    """
    calls: dict[DataCall, None] = {}
    for call in _calls(page):
        calls.setdefault(call)
        if len(calls) >= MOST_CALLS:
            break
    return tuple(calls)


def answered(url: str, body: bytes, content_type: str = "") -> Page | None:
    """The answer of such an interface as a page at the column's own address; None: it holds no entries.

    Args:
        url: the column's page, to which addresses of entries are relative.
        body: the answer: a datastore of records, or JSON with a piece of HTML.
        content_type: of the answer.
    """
    text = decode(body, content_type).text
    markup = "".join(f"<div>{record}</div>" for record in records_in(text)) or _markup_in_json(text)
    if not markup:
        return None
    whole = f"<html><head><meta charset='utf-8'></head><body><div>{markup}</div></body></html>"
    return read_page(whole.encode("utf-8", "replace"), url, "text/html; charset=utf-8")


def next_call(url: str, body: bytes, content_type: str = "") -> DataCall | None:
    """What an answer itself names as the next group of records; None behind the last."""
    match = _NEXT_GROUP.search(decode(body, content_type).text)
    return _call(url, match[1]) if match else None


def _calls(page: Page) -> Iterator[DataCall]:
    if not any(word in page.source for word in _WORDS):
        return
    for script in page.root.iter("script"):
        text = (script.text or "")[:_LONGEST]
        if "xml" in (script.get("type") or "").lower():
            for match in _NEXT_GROUP.finditer(text):
                yield from _some(_call(page.base_url, match[1]))
        elif "dataproxy.jsp" in text:
            yield from _posted(page, text)
        elif (address := script.get("url")) and (asked := script.get("querydata")):
            fields = dict(_PAIR.findall(asked[:5000]))
            if fields:
                yield from _some(_call(page.base_url, f"{address}?{urlencode(fields)}"))


def _posted(page: Page, script: str) -> Iterator[DataCall]:
    """What the pager of JCMS sends by POST: which records in the address, of which column in the form."""
    proxy = _PROXY.search(script)
    if proxy is None:
        return
    settings = {m[1].lower(): m[2] or m[3] or m[4] or "" for m in _SETTING.finditer(script)}
    form = tuple((name, settings[name.lower()]) for name in _FORM if name.lower() in settings)
    if not {"columnid", "unitid"} & {name for name, _ in form}:
        return
    size = int(settings.get("perpage", "")) if settings.get("perpage", "").isdigit() else _PER_PAGE
    size = min(max(size, 1), 100)
    group = size * _PAGES_A_GROUP
    numbers = dict(_NUMBER.findall(page.source[: _LONGEST * 10]))
    known = numbers.get("totalrecord") or settings.get("totalrecord", "")
    pages = numbers.get("totalpage") or settings.get("totalpage", "")
    total = int(known) if known.isdigit() else int(pages) * size if pages.isdigit() else group
    for first in range(1, min(total, MAX_RECORDS) + 1, group):
        last = min(first + group - 1, max(total, 1))
        records = f"?startrecord={first}&endrecord={last}&perpage={size}"
        call = _call(page.base_url, proxy[1].partition("?")[0] + records)
        if call is not None:
            yield DataCall(url=call.url, form=form)


def _call(base: str, address: str) -> DataCall | None:
    url = normalise(unescape(address), base)
    return DataCall(url=url) if url is not None and _same_host(url, base) else None


def _same_host(one: str, other: str) -> bool:
    return bool(host_of(one)) and host_of(one) == host_of(other)


def _some(call: DataCall | None) -> tuple[DataCall, ...]:
    return () if call is None else (call,)


def _markup_in_json(text: str) -> str:
    if text.lstrip()[:1] != "{" or len(text) > 2_000_000:
        return ""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    inner = data.get("data") if isinstance(data, dict) else None
    markup = inner.get("html") if isinstance(inner, dict) else None
    return markup if isinstance(markup, str) else ""
