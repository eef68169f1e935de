"""A site that does to a crawler what the web does: wrong, huge, endless, deep, slow and malicious pages."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from functools import cache

from loopback_site import HTML, Maker, Reply, html, redirect

HOST = "www.example.gov.cn"
HOME = f"http://{HOST}/"
MEGABYTE = 2**20
SECRET = "secret-of-the-inside"
ESCAPES = "\x1b[2J\x1b[31m\x1b]0;owned\x07\x9b31m\u202e"
"""What clears a terminal, changes its colour and title, and turns the direction of writing."""


def huge() -> Iterator[bytes]:
    """40 MB of HTML; the link that counts stands in the first part."""
    yield b"<html><head><title>huge</title></head><body><a href='/in-huge.html'>in</a>"
    yield "<a href='http://[broken'>通知公告</a>".encode()
    piece = ("<p>" + "示例市政府网站信息公开" * 40 + "</p>").encode() * 50
    for _ in range(40 * MEGABYTE // len(piece) + 1):
        yield piece


@cache
def bomb() -> bytes:
    """1 GB of nothing, in 1 MB."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    start = packer.compress(b"<html><body><p>bomb</p>")
    return start + b"".join(packer.compress(b" " * MEGABYTE) for _ in range(1024)) + packer.flush()


def drip() -> Iterator[bytes]:
    """A byte now and then, for ever."""
    while True:
        yield b" "


def calendar(address: str) -> Reply:
    """A page for each day that is asked for, each with links to a hundred more."""
    day = int(address.partition("d=")[2] or 0)
    return html("".join(f"<a href='/cal?d={day + n}'>第{n}天</a>" for n in range(1, 101)), title="日程")


def session(address: str) -> Reply:
    """Every visit gives its links a new session id."""
    number = len(address) % 7 + sum(address.encode()) % 1000
    return html(
        f"<a href='/s/one.html;jsessionid={number}A'>一</a> <a href='/s/two.html?sid={number}B'>二</a>",
        title="会话",
    )


def deeper(address: str) -> Reply:
    """Links that lead one folder deeper each time, as broken relative links do."""
    return html(
        f"<a href='{address.partition('/')[2].rpartition('/')[2] or 'x'}/a/'>下一页</a>", title="更深"
    )


def hostile(port: int) -> dict[str, Reply | Maker]:
    """All pages; `port` is the one that serves them, as a door to the inside of this machine."""
    body = "<p>示例市政府网站，欢迎访问，这里是一段正文。</p>" * 5
    paths: dict[str, Reply | Maker] = {
        "/not-html.html": Reply(bytes(range(256)) * 40, kind="application/octet-stream"),
        "/empty.html": Reply(b""),
        "/huge.html": Reply(chunks=huge),
        "/bomb.html": Reply(bomb(), headers=(("Content-Encoding", "gzip"),)),
        "/cut-off.html": Reply(
            f"<html><head><title>断开</title></head><body>{body}".encode(),
            headers=(("Content-Length", "90000"),),
            chunks=lambda: iter(()),
        ),
        "/loop-a": redirect("/loop-b"),
        "/loop-b": redirect("/loop-a"),
        "/endless*": lambda address: redirect(f"/endless{int(address.partition('endless')[2] or 0) + 1}"),
        "/drip.html": Reply(b"<html>", chunks=drip, pause=0.2),
        "/gbk.html": Reply(
            f"<html><head><meta charset='utf-8'><title>编码写错的页面</title></head><body>{body}"
            "<a href='/in-gbk.html'>办事指南</a></body></html>".encode("gbk"),
            kind=HTML,
        ),
        "/nul.html": Reply(
            f"<html><head><title>有空\0字节的页\0面</title></head><body>{body}"
            "<a href='/in-\0nul.html'>链\0接</a></body></html>".encode()
        ),
        "/deep.html": Reply(
            b"<html><body>" + b"<div>" * 100_000 + b"<a href='/in-deep.html'>deep</a>" + b"</div>" * 100_000
        ),
        "/s*": session,
        "/deeper*": deeper,
        "/m*": html(body, title="一篇"),
        "/to-loopback": redirect(f"http://127.0.0.1:{port}/{SECRET}"),
        "/to-metadata": redirect("http://169.254.169.254/latest/meta-data/"),
        "/to-file": redirect("file:///etc/passwd"),
        "/escapes.html": html(
            f"{body}<a href='/gone-1.html'>{ESCAPES}清屏</a>", title=f"{ESCAPES}带控制字符的标题"
        ),
        "/scripted.html": html(
            f"{body}<a href='/gone-2.html'>&lt;script&gt;alert(1)&lt;/script&gt;</a>"
            "<img src='/gone-3.png' onerror='alert(2)'>",
            title="&lt;script&gt;alert(1)&lt;/script&gt;",
        ),
        "/many.html": html("".join(f"<a href='/m/{n}.html'>第{n}篇</a> " for n in range(5000)), title="很多"),
        "/cal*": calendar,
    }
    links = [path.rstrip("*") for path in paths if path not in {"/loop-b", "/m*"}]
    links += [
        f"http://127.0.0.1:{port}/{SECRET}",
        f"http://localhost:{port}/{SECRET}",
        f"http://2130706433:{port}/{SECRET}",
        f"http://[::ffff:127.0.0.1]:{port}/{SECRET}",
        "http://169.254.169.254/latest/meta-data/",
        "javascript:window.open('/no.html')",
        "mailto:zwgk@example.gov.cn",
        "tel:0000-0000000",
        "data:text/html,hello",
        "http://[broken",
        "http://www.example.gov.cn:99999/",
        "//",
    ]
    home = html(body + " ".join(f'<a href="{link}">第{n}条链接</a>' for n, link in enumerate(links)))
    served: dict[str, Reply | Maker] = {f"{HOST}{path}": reply for path, reply in paths.items()}
    served[f"{HOST}/"] = home
    for address in ("in-huge.html", "in-gbk.html", "in-deep.html"):
        served[f"{HOST}/{address}"] = html(body, title="到了")
    inside = Reply(f"<html><body>{SECRET}</body></html>".encode())
    served |= {f"{host}/{SECRET}": inside for host in ("127.0.0.1", "localhost", "2130706433")}
    return served


REGISTRY = f"""\
units:
  - {{id: zfb, name: 示例市人民政府办公室, kind: 市政府}}
sites:
  - id: portal
    name: 示例市人民政府
    unit: zfb
    url: {HOME}
    kind: 门户网站
    columns:
      - {{name: 不是网页, url: {HOME}not-html.html, type: 动态要闻}}
      - {{name: 空白页面, url: {HOME}empty.html, type: 动态要闻}}
      - {{name: 嵌套很深, url: {HOME}deep.html, type: 动态要闻}}
"""
