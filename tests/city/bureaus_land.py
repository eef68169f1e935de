"""The plan of two bureaus' sites: farming (GBK throughout), water (two hosts)."""

from __future__ import annotations

from tests.city import extras
from tests.city.specs import DATED, LINK, Article, Column, Site, fault, trap, veto

FARMING = Site(
    id="nmj",
    unit="nmj",
    name="示例市农牧局",
    code="1505000034",
    url="http://nmj.example.gov.cn/",
    who="市农牧局",
    topic="农牧",
    frame="table",
    charset="gb2312",
    header_today=True,
    ipv6="none",
    home_extra='<p><a href="http://coop.example.org/">合作社联合会</a> <a href="http://soft.example.net/xh/index.html">农产品协会</a></p>',
    marks=(
        fault("home-stale", "页头有今天的日期，首页的信息都是40天以前的"),
        fault(
            "link-broken",
            "农产品协会用200答“页面不存在”",
            "http://soft.example.net/xh/index.html",
            "soft-404",
        ),
        fault("ipv6-no-address", "没有 AAAA 记录"),
        veto("columns-not-updated", "6个动态和通知、政策类栏目停更", 6),
    ),
    extras={"/附件/申报表.doc": extras.document("doc")},
    columns=(
        Column(
            path="/nmyw/",
            name="农牧要闻",
            newest=40,
            step=6,
            rows=7,
            on_home=True,
            marks=(fault("column-stale", "GBK 页面，停更40天"),),
            articles=(
                Article(title="全市秋季动物防疫全面展开", age=52, source="市农牧局"),
                Article(
                    title="新型农机具现场演示",
                    age=58,
                    source_html="<b>文章来源：</b>转载",
                    meta_source="转载",
                    marks=(fault("source-vague", "文章来源：转载"),),
                ),
            ),
        ),
        Column(
            path="/gzdt/",
            name="工作动态",
            newest=62,
            step=9,
            shape="brackets",
            marks=(fault("column-stale", "停更62天"),),
        ),
        Column(
            path="/jcdt/",
            name="基层动态",
            newest=95,
            step=12,
            shape="chinese",
            marks=(fault("column-stale", "日期写成年月日，停更95天"),),
        ),
        Column(
            path="/tzgg/",
            name="通知公告",
            type="通知公告",
            shape="table",
            newest=400,
            step=40,
            on_home=True,
            marks=(fault("column-stale", "停更400天"),),
            articles=(
                Article(
                    title="关于申报农机购置补贴的通知",
                    age=420,
                    tail='<p>附件：<a href="/附件/申报表.doc">申报表.doc</a></p>',
                    marks=(trap(LINK, "GBK 页面上中文地址的附件", "/附件/申报表.doc"),),
                ),
            ),
        ),
        Column(
            path="/zcwj/",
            name="政策文件",
            type="政策文件",
            newest=520,
            step=60,
            on_home=True,
            marks=(fault("column-stale", "停更520天"),),
        ),
        Column(
            path="/xmgs/",
            name="项目公示",
            type="通知公告",
            newest=310,
            step=25,
            future=30,
            marks=(fault("column-stale", "首行的日期在将来，其余停更310天"),),
        ),
        Column(path="/rsxx/", name="人事信息", type="人事信息", newest=120, step=60, level=2, rows=4),
        Column(path="/ndbg/", name="年度报告", type="年度报告", newest=200, step=365, level=2, rows=4),
    ),
)

_OPEN = "http://zwgk-slj.example.gov.cn"

WATER = Site(
    id="slj",
    unit="slj",
    name="示例市水利局",
    code="1505000045",
    url="http://slj.example.gov.cn/",
    who="市水利局",
    topic="水利",
    frame="div",
    ipv6="low",
    aliases=("zwgk-slj.example.gov.cn",),
    home_extra='<p><a href="/rl/calendar.html?m=0">公众开放日历</a> '
    '<a href="/sqcx/form.jsp?sid=0">水情查询</a> '
    '<a href="/xt/old/">旧系统</a> <a href="/xt/error/">监测平台</a> <a href="http://reset.example.net/">水利志</a></p>',
    marks=(
        fault("link-broken", "站内的旧系统循环跳转", "/xt/old/", "redirect-loop"),
        fault("link-broken", "站内的监测平台（500）", "/xt/error/", "http"),
        fault("link-broken", "水利志的主机重置连接", "http://reset.example.net/", "reset"),
        fault("link-broken", "菜单里的栏目本身是死链（404）", f"{_OPEN}/fxkh/", "http", places=10),
        fault("ipv6-links-low", "下级页面在另一个只有 IPv4 的主机上"),
        trap(LINK | {"date-missing"}, "没有尽头的日历", "/rl/calendar.html?m=0"),
        trap(LINK | {"date-missing"}, "每次换会话号的查询页", "/sqcx/form.jsp?sid=0"),
    ),
    extras={
        f"{_OPEN}/files/xhjl.pdf": extras.error_page(),
        "/xt/old/": extras.redirect("/xt/old/login"),
        "/xt/old/login": extras.redirect("/xt/old/"),
        "/xt/error/": extras.html("500", "Internal Server Error", status=500),
    },
    columns=(
        Column(
            path=f"{_OPEN}/slyw/", name="水利要闻", newest=1, step=4, rows=7, on_home=True, shape="blocks"
        ),
        Column(path=f"{_OPEN}/tzgg/", name="通知公告", type="通知公告", newest=15, step=12, on_home=True),
        Column(
            path=f"{_OPEN}/zcwj/",
            name="政策文件",
            type="政策文件",
            shape="table",
            newest=60,
            step=30,
            on_home=True,
        ),
        Column(
            path=f"{_OPEN}/hhzz/",
            name="河湖长制",
            newest=6,
            step=6,
            shape="dl",
            articles=(
                Article(
                    title="巡河日记",
                    age=12,
                    source="示例日报",
                    tail=f'<p>附件：<a href="{_OPEN}/files/xhjl.pdf">巡河记录.pdf</a></p>',
                    marks=(
                        fault("link-broken", "PDF 附件打开是出错页", f"{_OPEN}/files/xhjl.pdf", "wrong-type"),
                    ),
                ),
                Article(
                    title="小水渠润泽万亩田",
                    age=18,
                    row=False,
                    dated=False,
                    body=("渠水潺潺，两岸稻谷飘香。",),
                    marks=(fault("date-missing", "列表和正文都没有日期"),),
                ),
            ),
        ),
        Column(path=f"{_OPEN}/ghjh/", name="规划计划", type="规划计划", newest=100, step=90, level=2, rows=4),
        Column(
            path=f"{_OPEN}/sqxx/",
            name="水情信息",
            newest=0,
            step=1,
            shape="relative",
            level=2,
            marks=(trap(DATED, "日期写成今天、昨天、2天前"),),
        ),
        Column(path=f"{_OPEN}/fxkh/", name="防汛抗旱", shape="missing", level=2),
    ),
)
