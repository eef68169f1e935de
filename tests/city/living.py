"""Links that look dead, hijacked or commercial to a hasty program, and are none of it."""

from __future__ import annotations

from tests.city import extras
from tests.city.shapes import Served
from tests.city.specs import ADS, LINK, Mark, trap

# Address, text of the link, what it looks like (Chinese).
_LINKS = (
    ("http://lottery.example.org/", "福利彩票发行中心", "彩票发行机构自己的网站，满篇彩票"),
    ("http://price.example.org/", "今日农产品批发价格", "价格监测页，满篇价格"),
    ("http://school.example.org/peixun.html", "公益培训班免费报名", "公益培训"),
    ("http://head404.example.net/", "地震台网", "HEAD 答404、GET 正常"),
    ("http://head405.example.net/", "残疾人联合会", "HEAD 答405、GET 正常"),
    ("http://cookie.example.net/", "志愿服务网", "第一次答403并要求带 Cookie，浏览器打得开"),
    ("http://moved.example.net/old/index.html", "图书馆旧址", "三次跳转后正常"),
    ("http://road.example.net/x404.html", "X404线改建公告", "标题里有404的公告"),
    ("http://files.example.net/guide.pdf", "办事指南.pdf", "以 application/octet-stream 发出的 PDF"),
    ("http://files.example.net/form.doc", "申请表.doc", "以 text/html 发出的 Word 文件"),
    ("http://files.example.net/附件 1（样表）.xls", "样表.xls", "地址里有汉字、空格和括号的附件"),
    ("http://search.example.net/s?q=教育", "检索“教育”", "查询参数里有汉字"),
    ("http://big.example.net/", "统计年鉴", "五百多万字节的页面"),
)
HTML = "<p>" + " ".join(f'<a href="{url}">{text}</a>' for url, text, _ in _LINKS) + "</p>"
MARKS: tuple[Mark, ...] = tuple(trap(LINK | ADS, note, url) for url, _, note in _LINKS)

ODD_FORMS = (
    '<p><a href=" /tzgg/ ">前后有空格</a> <a href="HTTP://WLJ.EXAMPLE.GOV.CN/zcwj/">大写</a> '
    r'<a href="..\wlyw\">反斜杠</a> <a href="//wlj.example.gov.cn/whyc/#top">没有协议</a> '
    '<a href="./../zcwj/?a=1&amp;b=2">参数</a> <a href="/main/../jgsz/">上级目录</a> '
    '<a href="http://wlj.example.gov.cn:80/whyc/">带端口</a> <a href="">空</a> <a href="#">页内</a> '
    "<a href=\"javascript:window.open('/zcwj/')\">弹窗</a> <a>没有地址</a></p>"
)
"""Ways to write a link that browsers understand."""
ODD_MARKS: tuple[Mark, ...] = tuple(
    trap(LINK | {"home-stale"}, f"写法特别的链接：{note}", target)
    for note, target in (
        ("前后有空格", "/tzgg/"),
        ("大写的协议和主机", "/zcwj/"),
        ("反斜杠", "/wlyw/"),
        ("没有协议、有锚点", "/whyc/"),
        ("带实体的参数", "/zcwj/?a=1&b=2"),
        ("上级目录", "/jgsz/"),
    )
)


def pages() -> dict[tuple[str, str], Served]:
    """What these hosts answer, by host and path."""
    living = extras.html
    office = extras.document("doc")
    return {
        ("lottery.example.org", "/"): living(
            "示例市福利彩票发行中心 双色球开奖公告",
            "双色球、3D、七乐彩开奖结果及公益金使用情况公示。理性购彩，未成年人不得购买彩票。",
        ),
        ("price.example.org", "/"): living(
            "农产品批发市场价格行情",
            "今日白菜批发价每公斤零点八元，土豆一点二元，牛肉六十八元，价格平稳。",
        ),
        ("school.example.org", "/peixun.html"): living(
            "公益培训班报名", "面向下岗职工的免费技能培训，名额五十人。"
        ),
        ("head404.example.net", "/"): _headed("示例市地震台网", 404),
        ("head405.example.net", "/"): _headed("示例市残疾人联合会", 405),
        ("cookie.example.net", "/"): Served(
            body=living("示例市志愿服务网", "志愿项目招募。").body, cookie="pass=1"
        ),
        ("moved.example.net", "/old/index.html"): extras.redirect("/new", 301),
        ("moved.example.net", "/new"): extras.redirect("http://moved.example.net/final/"),
        ("moved.example.net", "/final/"): extras.redirect("http://www.example.org/"),
        ("road.example.net", "/x404.html"): living(
            "示例至样本公路（X404线）改建工程公告", "因X404线改建，请过往车辆绕行，恢复通车时间另行通知。"
        ),
        ("files.example.net", "/guide.pdf"): Served(
            body=extras.document("pdf").body, content_type="application/octet-stream"
        ),
        ("files.example.net", "/form.doc"): Served(body=office.body, content_type="text/html"),
        ("files.example.net", "/%E9%99%84%E4%BB%B6%201%EF%BC%88%E6%A0%B7%E8%A1%A8%EF%BC%89.xls"): Served(
            body=extras.document("xls").body, content_type="application/vnd.ms-excel"
        ),
        ("search.example.net", "/s?q=%E6%95%99%E8%82%B2"): living(
            "检索结果", "共找到三十六条与“教育”有关的信息。"
        ),
        ("big.example.net", "/"): living(
            "示例市统计年鉴", "<p>人口、产业、财政、民生各项数据。</p>" * 100_000
        ),
    }


def _headed(title: str, status: int) -> Served:
    """A server that knows only GET."""
    return Served(body=extras.html(title, "网站运行正常，欢迎访问。").body, head=status)
