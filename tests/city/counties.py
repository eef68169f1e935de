"""The plan of two counties and of two development zones that share one host."""

from __future__ import annotations

from collections.abc import Iterator

from tests.city import extras, living
from tests.city.specs import ADS, DATED, LINK, SOURCES, Article, Column, Site, fault, parked, trap, veto


def _stale(*columns: tuple[str, str, str, str, int, int]) -> Iterator[Column]:
    """Columns that are not updated: path, name, type, shape, age of the newest entry, level."""
    for path, name, kind, shape, newest, level in columns:
        yield Column(
            path=path,
            name=name,
            type=kind,
            shape=shape,
            newest=newest,
            step=20,
            rows=4,
            level=level,
            marks=(fault("column-stale", f"停更{newest}天"),),
        )


FANLI = Site(
    id="fanli",
    unit="fanli",
    name="范例县人民政府",
    code="1505210001",
    url="http://fanli.example.gov.cn/",
    kind="门户网站",
    who="范例县政府办",
    topic="综合",
    frame="div",
    header_today=True,
    dated_paths=True,
    ipv6="low",
    extras={"/zwgk/2015/123.html": extras.redirect("/")},
    home_extra='<p><a href="http://gone.example.net/bulletin">政府公报数字版</a> '
    '<a href="http://failing.example.net/">信用查询</a> '
    '<a href="https://service.example.net/">不动产业务</a> <a href="http://loop.example.net/">网上办件</a> '
    '<a href="/zwgk/2015/123.html">机构改革专题</a></p>' + living.HTML,
    marks=(
        fault("link-broken", "政府公报数字版（410）", "http://gone.example.net/bulletin", "http"),
        fault("link-broken", "信用查询（500）", "http://failing.example.net/", "http"),
        fault("link-broken", "不动产业务，加密握手失败", "https://service.example.net/", "tls"),
        fault("link-broken", "网上办件循环跳转", "http://loop.example.net/", "redirect-loop"),
        fault("link-broken", "旧专题转到首页了事", "/zwgk/2015/123.html", "soft-404"),
        *living.MARKS,
        fault("ipv6-links-low", "IPv6 上只有首页能打开，下级页面全是502"),
        veto("columns-long-stale", "12个栏目长期不更新", 10),
        veto("columns-not-updated", "其中7个是动态和一级的通知、政策", 5),
    ),
    columns=(
        Column(
            path="/flyw/",
            name="范例要闻",
            newest=0,
            step=2,
            rows=8,
            shape="dl",
            on_home=True,
            articles=(
                Article(
                    title="全国冬小麦播种过八成",
                    age=4,
                    source="新华社",
                    meta_source="新华社",
                    body=("新华社北京电 各地抢抓农时推进冬小麦播种。",),
                    marks=(trap(SOURCES, "写明来源的转载"),),
                ),
                Article(
                    title="农家书屋新添千册图书",
                    age=6,
                    body=("【来源：示例日报】", "原标题：千册新书进农家"),
                    marks=(trap(SOURCES, "转载，来源写在正文第一行的方头括号里"),),
                ),
                Article(
                    title="非遗传承人走进课堂",
                    age=10,
                    source_html="稿源：\u200b《示例日报》",
                    body=("原标题：非遗进课堂",),
                    marks=(trap(SOURCES, "稿源前有零宽字符，名称在书名号里"),),
                ),
                Article(
                    title="县城新增三处口袋公园",
                    age=14,
                    source="本站原创",
                    marks=(trap(SOURCES, "来源：本站原创"),),
                ),
                Article(
                    title="小镇里的大舞台",
                    age=8,
                    body=("原标题：小镇也有大舞台",),
                    tail='<p>查看原文：<a href="http://daily.example.com/">示例日报网</a></p>',
                    marks=(fault("source-missing", "转载（原标题、原文链接），没有写来源"),),
                ),
            ),
        ),
        Column(path="/ldzc/", name="领导之窗", type="静态信息", shape="undated", newest=600, step=1, rows=5),
        Column(
            path="/tjgb/",
            name="统计公报",
            type="通知公告",
            level=2,
            newest=410,
            step=30,
            rows=5,
            migrated=True,
            marks=(fault("column-stale", "文章刚迁移过，地址里是新日期，列表里的日期已过400天"),),
        ),
        *_stale(
            ("/xzdt/", "乡镇动态", "动态要闻", "ul", 130, 1),
            ("/bmdt/", "部门动态", "动态要闻", "before", 160, 1),
            ("/xmjs/", "项目建设", "动态要闻", "table", 210, 1),
            ("/tzgg/", "通知公告", "通知公告", "ul", 430, 1),
            ("/gsgg/", "公示公告", "通知公告", "detailed", 610, 1),
            ("/zfwj/", "政府文件", "政策文件", "table", 700, 1),
            ("/gfxwj/", "规范性文件", "政策文件", "chinese", 900, 1),
            ("/zcjd/", "政策解读", "政策解读", "ul", 850, 2),
            ("/rsrm/", "人事任免", "人事信息", "ul", 820, 2),
            ("/ghjh/", "规划计划", "规划计划", "ul", 1100, 2),
            ("/ndbg/", "年度报告", "年度报告", "ul", 1150, 2),
        ),
    ),
)

YANGBEN = Site(
    id="yangben",
    unit="yangben",
    name="样本县人民政府",
    code="1505220001",
    url="http://yangben.example.gov.cn/",
    kind="门户网站",
    who="样本县政府办",
    topic="综合",
    frame="island",
    ipv6="old-home",
    home_extra=extras.V4_ONLY + '<script src="http://cpro.baidustatic.com/cpro/ui/c.js"></script>'
    '<div class="piaochuang" style="position:fixed;top:60px;left:10px"><a href="http://loan.example.com/apply">'
    '<img src="/images/daikuan.gif" alt="快速放款"></a></div>'
    '<ul class="menu"><li><a href="/col/col2001/index.html">飘窗</a></li></ul>'
    '<p><a href="http://detail.tmall.com/item.htm?id=100200300">特产礼盒</a> <a href="http://zhaoshang.example.org/">招商网</a></p>',
    marks=(
        fault("ad-network", "首页的广告联盟脚本", "http://cpro.baidustatic.com/cpro/ui/c.js"),
        fault("ad-floating", "飘窗通向贷款广告", "http://loan.example.com/apply"),
        fault("ad-link", "首页文字链接通向商品", "http://detail.tmall.com/item.htm?id=100200300"),
        parked("招商网，域名正在出售", "http://zhaoshang.example.org/"),
        fault("ipv6-differs", "IPv6 上还是改版前的首页"),
        fault("ipv6-outside-resources", "脚本在只有 IPv4 的主机上"),
        veto("columns-blank", "5个空白栏目", 5),
        trap(ADS | LINK, "名叫“飘窗”的菜单", "/col/col2001/index.html"),
    ),
    extras={
        "/images/daikuan.gif": extras.PICTURE,
        "/module/web/jpage/dataproxy.jsp?page=1": extras.no_more_records(),
    },
    columns=(
        Column(
            path="/col/col1001/index.html",
            name="样本要闻",
            shape="island",
            newest=1,
            step=3,
            rows=8,
            on_home=True,
            marks=(trap(DATED, "数据岛里的列表"),),
        ),
        Column(
            path="/col/col1002/index.html",
            name="部门动态",
            shape="island",
            newest=55,
            step=7,
            rows=8,
            marks=(fault("column-stale", "数据岛里的列表，停更55天"),),
        ),
        Column(
            path="/col/col1003/index.html",
            name="通知公告",
            type="通知公告",
            shape="island",
            newest=11,
            step=9,
            on_home=True,
        ),
        Column(
            path="/col/col1004/index.html",
            name="政府文件",
            type="政策文件",
            shape="table",
            newest=80,
            step=30,
            on_home=True,
        ),
        Column(
            path="/col/col2001/index.html",
            name="飘窗",
            type="其他",
            shape="ul",
            newest=2,
            step=5,
            registered=False,
        ),
        *(
            Column(
                path=f"/col/col{number}/index.html",
                name=name,
                type=kind,
                shape=shape,
                level=2,
                marks=(
                    fault("column-empty", "数据岛里没有一条" if shape == "island" else "页面写着没有内容"),
                ),
            )
            for number, name, kind, shape in (
                (1011, "镇村动态", "动态要闻", "empty"),
                (1012, "意见征集", "通知公告", "empty-count"),
                (1013, "政策解读", "政策解读", "empty"),
                (1014, "重点项目", "动态要闻", "empty-count"),
                (1015, "公益事业", "通知公告", "empty"),
            )
        ),
    ),
)

KFQ = Site(
    id="kfq",
    unit="kfq",
    name="示例经济技术开发区管理委员会",
    code="1505230001",
    url="http://zone.example.gov.cn/kfq/",
    who="开发区管委会",
    topic="园区",
    frame="table",
    scope=("http://zone.example.gov.cn/kfq/",),
    ipv6="unreachable",
    home_extra=extras.V4_ONLY
    + '<p><a href="/gxq/">高新区</a> <a href="/kfq/tzzn/2017.html">投资指南</a></p>',
    marks=(
        fault("link-broken", "投资指南（站内404）", "/tzzn/2017.html", "http"),
        fault("ipv6-unreachable", "有 AAAA 记录，IPv6 端口拒绝连接（与高新区同一主机）"),
        fault("ipv6-outside-resources", "脚本在只有 IPv4 的主机上"),
        veto("columns-long-stale", "11个栏目长期不更新，其中动态和一级的通知、政策只有4个", 10),
        trap(frozenset({"columns-not-updated"}), "停更的动态和一级通知、政策不足5个", "/"),
        trap(LINK, "同一主机上的另一个网站", "http://zone.example.gov.cn/gxq/"),
    ),
    columns=(
        Column(
            path="/yqyw/",
            name="园区要闻",
            shape="twice",
            newest=1,
            step=2,
            rows=8,
            on_home=True,
            marks=(trap(DATED, "同一列表给电脑和手机各一份"),),
        ),
        Column(
            path="/yqfc/",
            name="园区风采",
            shape="short",
            newest=2,
            step=3,
            level=2,
            marks=(trap(DATED, "年份只有两位的日期"),),
        ),
        *_stale(
            ("/qydt/", "企业动态", "动态要闻", "short", 140, 1),
            ("/xmjz/", "项目进展", "动态要闻", "table", 190, 1),
            ("/tzgg/", "通知公告", "通知公告", "brackets", 500, 1),
            ("/zcwj/", "政策文件", "政策文件", "ul", 640, 1),
            ("/zbgg/", "招标公告", "通知公告", "slashes", 560, 2),
            ("/gsgg/", "公示公告", "通知公告", "ul", 610, 2),
            ("/hqzc/", "惠企政策", "政策文件", "table", 660, 2),
            ("/rsxx/", "人事信息", "人事信息", "ul", 900, 2),
            ("/zpxx/", "招聘信息", "人事信息", "ul", 980, 2),
            ("/ghjh/", "规划计划", "规划计划", "chinese", 1050, 2),
            ("/ndbg/", "年度报告", "年度报告", "ul", 1200, 2),
        ),
    ),
)

GXQ = Site(
    id="gxq",
    unit="gxq",
    name="示例高新技术产业园区管理委员会",
    code="1505240001",
    url="http://zone.example.gov.cn/gxq/",
    who="高新区管委会",
    topic="园区",
    frame="blocks",
    scope=("http://zone.example.gov.cn/gxq/",),
    ipv6="unreachable",
    home_min_age=30,
    header_today=True,
    footer_extra="页面生成时间：{today}",
    home_extra='<p><a href="/kfq/">经开区</a> <a href="http://refused.example.net/park">园区服务平台</a></p>',
    marks=(
        fault("home-stale", "栏目都是新的，首页上都是旧的，页头页脚有今天的日期"),
        fault("link-broken", "园区服务平台，拒绝连接", "http://refused.example.net/park", "refused"),
        fault("ipv6-unreachable", "有 AAAA 记录，IPv6 端口拒绝连接（与经开区同一主机）"),
        trap(LINK, "同一主机上的另一个网站", "http://zone.example.gov.cn/kfq/"),
    ),
    columns=(
        Column(
            path="/yqdt/",
            name="园区动态",
            shape="groups",
            newest=1,
            step=9,
            rows=10,
            on_home=True,
            marks=(trap(DATED, "五条一组的列表，是新的，只是首页没有更新"),),
        ),
        Column(
            path="/tzgg/",
            name="通知公告",
            type="通知公告",
            newest=5,
            step=15,
            rows=8,
            on_home=True,
            pinned=(600,),
            pin_mark=False,
            marks=(trap(DATED, "第一条是没有置顶字样的旧通知"),),
        ),
        Column(
            path="/kjcx/",
            name="科技创新",
            newest=3,
            step=8,
            shape="dl",
            articles=(
                Article(
                    title="创新平台揭牌",
                    age=11,
                    row=False,
                    dated=False,
                    source="高新区管委会",
                    marks=(fault("date-missing", "列表和正文都没有日期"),),
                ),
            ),
        ),
        Column(path="/zsxm/", name="招商项目", newest=9, step=10, shape="pictures"),
    ),
)

COUNTIES = (FANLI, YANGBEN, KFQ, GXQ)
