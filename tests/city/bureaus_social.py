"""The plan of three bureaus' sites: education, health, culture."""

from __future__ import annotations

from tests.city import extras, living
from tests.city.specs import (
    ADS,
    DATED,
    LINK,
    SOURCES,
    Article,
    Column,
    Site,
    fault,
    gambling,
    parked,
    trap,
    veto,
)

_BLANK = "页面写着没有内容"

EDUCATION = Site(
    id="jyj",
    unit="jyj",
    name="示例市教育局",
    code="1505000012",
    url="http://jyj.example.gov.cn/",
    who="市教育局",
    topic="教育",
    frame="blocks",
    header_today=True,
    ipv6="unreachable",
    home_extra='<div class="side-wx" style="position:fixed;right:10px;bottom:80px">'
    '<img src="/images/weixin.png" alt="微信公众号">'
    '<p>扫一扫关注</p><a href="#top">返回顶部</a></div>'
    '<div id="ad_float" style="position:absolute;left:30px;top:40px;z-index:999"><a href="http://mall.example.com/">'
    '<img src="/images/nianhuo.png" alt="年货节大促"></a></div>'
    '<script>var f=document.getElementById("ad_float");'
    'setInterval(function(){f.style.top=(Math.random()*300)+"px"},80);</script>'
    '<p><a href="http://www.jiaoyu-jiuzhan.invalid/">教育资源网</a> <a href="http://school.example.org/">示例市第一中学</a></p>',
    footer_extra='<a href="/sy/2018/banner.html">旧版首页</a>',
    marks=(
        fault(
            "link-broken", "页脚模板里的死链，每页都有，只算一条", "/sy/2018/banner.html", "http", places=20
        ),
        fault("link-broken", "首页的教育资源网，域名不存在", "http://www.jiaoyu-jiuzhan.invalid/", "dns"),
        fault("ad-floating", "飘窗通向商城", "http://mall.example.com/"),
        fault("ipv6-unreachable", "有 AAAA 记录，IPv6 端口拒绝连接"),
        trap(ADS, "飘在侧边的微信二维码", "/images/weixin.png"),
    ),
    extras={"/images/weixin.png": extras.PICTURE, "/images/nianhuo.png": extras.PICTURE},
    columns=(
        Column(
            path="/jyyw/",
            name="教育要闻",
            shape="blocks",
            newest=1,
            step=3,
            rows=7,
            on_home=True,
            aside=("历史回眸", 900),
            marks=(trap(DATED, "月日拆开的日期，旁边是旧文章"),),
            articles=(
                Article(
                    title="我市中小学举行升旗仪式",
                    age=4,
                    row=False,
                    dated=False,
                    source="市教育局",
                    marks=(fault("date-missing", "列表和正文都没有日期"),),
                ),
                Article(
                    title="乡村小学的科技节",
                    age=7,
                    source="互联网",
                    meta_source="互联网",
                    marks=(fault("source-vague", "来源：互联网"),),
                ),
                Article(
                    title="职业院校技能大赛开赛",
                    age=11,
                    source="市教育局",
                    meta_source="人民网",
                    marks=(fault("source-conflict", "显示本单位，标签是人民网"),),
                ),
                Article(
                    title="家庭教育的三个误区",
                    age=12,
                    source="搜狐网",
                    meta_source="搜狐网",
                    marks=(fault("source-not-authoritative", "来源是平台名称"),),
                ),
                Article(
                    title="全省高考报名人数再创新高",
                    age=13,
                    source="示例日报",
                    meta_source="示例日报",
                    tail='<p><a href="http://daily.example.com/2026/art92.html">查看原文</a></p>',
                    marks=(
                        fault(
                            "title-altered",
                            "标题与原文不同",
                            "http://daily.example.com/2026/art92.html",
                        ),
                    ),
                ),
                Article(
                    title="校园足球联赛圆满落幕",
                    age=10,
                    source="示例一中",
                    tail='<script src="http://pos.baidu.com/bfp/snippetcacher.php?qn=jyj1"></script>',
                    marks=(
                        fault(
                            "ad-network",
                            "文章里的广告联盟脚本",
                            "http://pos.baidu.com/bfp/snippetcacher.php?qn=jyj1",
                        ),
                    ),
                ),
            ),
        ),
        Column(
            path="/tzgg/",
            name="通知公告",
            type="通知公告",
            shape="brackets",
            newest=10,
            step=8,
            on_home=True,
            articles=tuple(
                Article(
                    title=title,
                    age=age,
                    source="市教育局",
                    date_html=date_html,
                    marks=(trap(frozenset({"date-missing"}), note),),
                )
                for title, age, date_html, note in (
                    ("关于评选优秀教研成果的通知", 12, "发布时间∶{iso}", "日期前是数学的比号"),
                    ("关于寒假安排的通知", 20, "日期 ： <b>{chinese}</b>", "日期前后有空格和元素"),
                    (
                        "关于校服采购结果的公示",
                        28,
                        '发布时间：<script>var pubdata="{chinese}";document.write(pubdata)</script>',
                        "日期由脚本写出，浏览器里看得到",
                    ),
                )
            ),
        ),
        Column(
            path="/xszz/",
            name="学生资助",
            shape="blocked",
            marks=(
                fault("column-unreadable", "栏目页被防火墙拦截（403），不知道是否更新"),
                trap(LINK | {"column-stale", "column-empty"}, "被防火墙拦截的栏目"),
            ),
        ),
        Column(
            path="/zcwj/",
            name="政策文件",
            type="政策文件",
            newest=300,
            step=30,
            on_home=True,
            marks=(fault("column-stale", "首页和页头都有新日期，政策文件已300天没有更新"),),
        ),
        Column(path="/zsks/", name="招生考试", type="通知公告", shape="table", newest=20, step=15, level=2),
        Column(
            path="/jgzn/",
            name="机构职能",
            type="静态信息",
            shape="document",
            newest=800,
            marks=(trap(DATED | {"date-missing"}, "机构职能只有一页"),),
        ),
        Column(
            path="/ndbg/",
            name="年度报告",
            type="年度报告",
            newest=150,
            step=365,
            rows=4,
            level=2,
            marks=(trap(DATED, "年度报告一年一次"),),
        ),
        Column(path="/xyaq/", name="校园安全", shape="empty", marks=(fault("column-empty", _BLANK),)),
        Column(
            path="/jydd/",
            name="教育督导",
            shape="script-dead",
            target="/api/list?col=jydd",
            marks=(fault("column-unreadable", "列表由脚本读取，接口报错"),),
        ),
    ),
)

HEALTH = Site(
    id="wjw",
    unit="wjw",
    name="示例市卫生健康委员会",
    code="1505000023",
    url="http://wjw.example.gov.cn/",
    who="市卫生健康委",
    topic="卫健",
    frame="table",
    ipv6="default-page",
    home_extra='<p><a href="http://hospital.example.org/">市中心医院</a> <a href="http://jiankang.example.org/">健康科普网</a></p>'
    '<a href="http://house.example.com/lp/88.html"><img src="/images/huayuan.jpg" alt="示例花园"></a>',
    marks=(
        parked("健康科普网，域名正在出售", "http://jiankang.example.org/"),
        fault("ad-link", "首页图片通向楼盘", "http://house.example.com/lp/88.html"),
        fault("ipv6-differs", "IPv6 上是服务器的默认页"),
        veto("columns-blank", "6个空白栏目", 6),
        trap(LINK, "市中心医院", "http://hospital.example.org/"),
    ),
    extras={"/images/huayuan.jpg": extras.PICTURE},
    columns=(
        Column(
            path="/wjyw/",
            name="卫健要闻",
            newest=2,
            step=4,
            rows=7,
            on_home=True,
            shape="slashes",
            articles=(
                Article(
                    title="秋季传染病防治知识",
                    age=3,
                    source="网络",
                    marks=(fault("source-vague", "来源：网络"),),
                ),
                Article(
                    title="科学就医指南",
                    age=6,
                    source="市卫生健康委",
                    tail='<p><a href="http://blank.example.net/">挂号平台</a> '
                    '<a href="http://127.0.0.1/admin/">内网</a> '
                    '<a href="http://169.254.169.254/latest/meta-data/">接口</a></p>',
                    marks=(
                        fault("link-broken", "挂号平台答的是空页", "http://blank.example.net/", "empty"),
                        trap(LINK, "指向本机的链接", "http://127.0.0.1/admin/", asked=None),
                        trap(
                            LINK,
                            "指向元数据地址的链接",
                            "http://169.254.169.254/latest/meta-data/",
                            asked=None,
                        ),
                    ),
                ),
                Article(
                    title="基层医院添了新设备",
                    age=13,
                    source="市卫生健康委",
                    meta_source="人民网",
                    marks=(fault("source-conflict", "显示本单位，标签是人民网"),),
                ),
                Article(
                    title="冬季进补莫跟风",
                    age=14,
                    source="搜狐网",
                    meta_source="搜狐网",
                    marks=(fault("source-not-authoritative", "来源是平台名称"),),
                ),
                Article(
                    title="全省家庭医生签约人数居首",
                    age=15,
                    source="示例日报",
                    meta_source="示例日报",
                    tail='<p><a href="http://daily.example.com/2026/art93.html">查看原文</a></p>',
                    marks=(
                        fault(
                            "title-altered",
                            "标题与原文不同",
                            "http://daily.example.com/2026/art93.html",
                        ),
                    ),
                ),
                Article(
                    title="慢病患者如何过冬",
                    age=12,
                    source="",
                    meta_source="",
                    body=("原标题：冬天来了，慢病患者请注意",),
                    tail='<p><a href="http://daily.example.com/2026/art91.html">阅读原文</a></p>',
                    marks=(fault("source-missing", "有“来源：”没有名称，且是转载"),),
                ),
            ),
        ),
        Column(
            path="/tzgg/", name="通知公告", type="通知公告", shape="table", newest=8, step=9, on_home=True
        ),
        Column(path="/jbfk/", name="疾病防控", shape="dl", newest=5, step=5),
        Column(
            path="/zcwj/",
            name="政策文件",
            type="政策文件",
            shape="detailed",
            newest=70,
            step=40,
            marks=(trap(DATED, "日期写在“发布时间”和“阅读次数”之间"),),
        ),
        *(
            Column(
                path=f"/{path}/",
                name=name,
                shape=shape,
                level=2,
                type=kind,
                marks=(fault("column-empty", note),),
            )
            for path, name, shape, kind, note in (
                ("yzyg", "医政医管", "empty", "动态要闻", _BLANK),
                ("fyjk", "妇幼健康", "empty-count", "动态要闻", "共0条"),
                ("lljk", "老龄健康", "empty", "通知公告", _BLANK),
                ("zyy", "中医药", "empty-count", "通知公告", "共0条"),
                ("rkjc", "人口监测", "empty", "动态要闻", _BLANK),
                ("xczd", "宣传指导", "empty", "政策解读", _BLANK),
            )
        ),
    ),
)

CULTURE = Site(
    id="wlj",
    unit="wlj",
    name="示例市文化旅游体育局",
    code="1505000056",
    url="http://wlj.example.gov.cn/",
    who="市文化旅游体育局",
    topic="文旅",
    frame="blocks",
    home_path="/main/index.html",
    footer_extra='<div class="tip" style="display:none">'
    "您访问的链接即将离开“示例市文化旅游体育局”网站，是否继续？</div>",
    ipv6="none",
    home_extra='<p><a href="http://hezuo.example.net/">旅游合作网</a> <a href="/jqzl/8848.html">景区总览</a> '
    '<a href="http://mall.example.com/item/1001.html">特产礼盒</a></p>',
    marks=(
        trap(frozenset({"home-stale"}), "首页只是入口，自动转到真正的首页", "/"),
        trap(LINK | DATED, "每页都藏着“您访问的链接即将离开”的提示", "/whyc/"),
        gambling("旅游合作网，已变成赌博网站", "http://hezuo.example.net/"),
        fault("link-broken", "景区总览用200答“页面不存在”", "/jqzl/8848.html", "soft-404"),
        fault("ad-link", "首页文字链接通向商品", "http://mall.example.com/item/1001.html"),
        fault("ipv6-no-address", "没有 AAAA 记录"),
    ),
    extras={"/jqzl/8848.html": extras.gone_softly()},
    columns=(
        Column(
            path="/wlyw/",
            name="文旅要闻",
            newest=2,
            step=4,
            rows=7,
            on_home=True,
            shape="pictures",
            marks=(trap(DATED, "图片列表"),),
            articles=(
                Article(
                    title="古城墙下的灯会",
                    age=6,
                    source_html="信息来源 : <span>示例日报</span> 记者 : 王某",
                    marks=(trap(SOURCES, "来源前后有空格，后面跟着记者"),),
                ),
                Article(
                    title="我市举办冰雪嘉年华", age=10, marks=(trap(SOURCES, "本单位自己写的，没有来源"),)
                ),
            ),
        ),
        Column(
            path="/tzgg/",
            name="通知公告",
            type="通知公告",
            newest=6,
            step=9,
            on_home=True,
            shape="ul",
            pinned=(300,),
            marks=(trap(DATED, "置顶的旧通知"),),
            articles=(
                Article(
                    title="关于网上预约进馆的通知", age=15, tail=living.ODD_FORMS, marks=living.ODD_MARKS
                ),
            ),
        ),
        Column(path="/zcwj/", name="政策文件", type="政策文件", newest=45, step=30, shape="table"),
        Column(path="/whyc/", name="文化遗产", newest=3, step=3, shape="before", level=2),
        Column(
            path="/jgsz/",
            name="机构设置",
            type="静态信息",
            newest=1200,
            step=10,
            rows=4,
            level=2,
            marks=(trap(DATED, "静态栏目，条目都是旧的"),),
        ),
    ),
)
