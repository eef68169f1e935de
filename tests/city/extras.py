"""Single answers: attachments, pictures, pages that say that they are gone, doors that lead in circles."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from tests.city.shapes import Served

PICTURE = Served(
    body=base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
    ),
    content_type="image/png",
)
STYLE = Served(body=(Path(__file__).parent / "style.css").read_bytes(), content_type="text/css")
SCRIPT = Served(body=b"(function(){window.ready=true})();", content_type="application/javascript")
V4_ONLY = '<script src="http://static4.example.net/jquery.js"></script>'
"""A script on a host without an IPv6 address."""
NOT_FOUND = Served(
    status=404,
    body=b"<html><head><title>404</title></head><body><h1>404 Not Found</h1></body></html>",
)


def html(title: str, text: str, *, head: str = "", status: int = 200, delay: float = 0.0) -> Served:
    """A plain page."""
    body = (
        f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"{head}</head>"
        f"<body><h1>{escape(title)}</h1><p>{text}</p></body></html>"
    )
    return Served(body=body.encode(), status=status, delay=delay)


def document(kind: str) -> Served:
    """An attachment that opens: pdf, doc, xls or zip, by its first bytes."""
    heads = {
        "pdf": (
            b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
            "application/pdf",
        ),
        "doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504), "application/msword"),
        "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504), "application/vnd.ms-excel"),
        "zip": (b"PK\x05\x06" + bytes(18), "application/zip"),
    }
    body, content_type = heads[kind]
    return Served(body=body, content_type=content_type)


def redirect(to: str, status: int = 302) -> Served:
    """A redirect, as a portal's door to another system."""
    return Served(status=status, headers=(("Location", to),), body=b"moved", content_type="text/plain")


def gone_softly() -> Served:
    """A page that says with status 200 that it is not there."""
    return html(
        "提示信息",
        "您访问的页面不存在或已被删除，<span>5</span>秒后返回首页。",
        head='<meta name="robots" content="noindex">',
    )


def error_page() -> Served:
    """What a server gives with status 200 in place of an attachment that it lost."""
    return html("系统提示", "文件读取失败，请与管理员联系。")


def blocked() -> Served:
    """What a wall against robots says in place of a page."""
    return html("访问受限", "您的访问请求可能对网站造成安全威胁，已被防火墙拦截。", status=403)


def failing() -> Served:
    """What an interface gives that has broken down."""
    return html("500", "Internal Server Error", status=500)


def entrance(path: str) -> Served:
    """A home page that only leads on to the real one."""
    refresh = f'<meta http-equiv="refresh" content="0;url={path}">'
    return Served(body=f"<html><head>{refresh}<title></title></head></html>".encode())


def no_more_records() -> Served:
    """What a JCMS pager gives behind the last page."""
    return Served(
        body=b"<datastore><recordset></recordset></datastore>", content_type="text/xml; charset=utf-8"
    )


def data(value: object) -> Served:
    """An interface that a page's script asks."""
    return Served(
        body=json.dumps(value, ensure_ascii=False).encode(), content_type="application/json; charset=utf-8"
    )


def calendar(prefix: str) -> Callable[[str], Served]:
    """A calendar of public events whose months go on for ever, in both directions."""

    def month(path: str) -> Served:
        query = urlsplit(path).query
        number = int(query.removeprefix("m=")) if query.removeprefix("m=").lstrip("-").isdigit() else 0
        days = "".join(
            f'<td><a href="{prefix}?m={number * 7 + step}">第{step}周</a></td>' for step in range(1, 7)
        )
        return html(
            f"公众开放日历（第{number}页）",
            f"<table><tr>{days}</tr></table>本月水情教育基地照常开放，免费参观。",
        )

    return month


def sessions(prefix: str) -> Callable[[str], Served]:
    """An inquiry system that gives every visitor, and every link, a session of its own."""

    def form(path: str) -> Served:
        query = urlsplit(path).query
        seed = sum(query.encode()) * 7919 + len(query)
        links = "".join(
            f'<li><a href="{prefix}?sid={(seed * 31 + step) % 0xFFFFFF:06x}{len(query)}">{name}</a></li>'
            for step, name in enumerate(("河道水位", "水库蓄水", "雨量站点"))
        )
        return html("水情查询", f"请选择要查询的内容：<ul>{links}</ul>查询结果以水文部门公布的为准。")

    return form
