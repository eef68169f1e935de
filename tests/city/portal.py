"""The plan of the city's portal: columns of its own and of departments, faults and traps."""

from __future__ import annotations

from tests.city import extras
from tests.city.portal_articles import HEALTH, NEWS, NOTICES
from tests.city.specs import ADS, DATED, LINK, Column, Site, fault, gambling, trap

_HELPERS = frozenset({"ad-network", "ad-link", "ad-floating", "link-broken"})

_HOME = """
<div class="ads"><a href="http://www.example.gov.cn/tzgg/">
<img src="/ad/banner2026.png" alt="政府信息公开"></a></div>
<div id="floatTopic" style="position:fixed;left:20px;top:120px;width:180px;z-index:99">
<a href="http://www.example.gov.cn/ztzl/yhyshj/"><img src="/images/piaochuang.png" alt="优化营商环境专题"></a>
<a href="javascript:void(0)" onclick="this.parentNode.style.display='none'">关闭</a></div>
<!-- 旧版入口 <a href="/old/deleted-home.html">旧版网站</a>
<img src="http://cpro.baidustatic.com/old/c.js"> -->
<div class="quick"><a href="http://www.example.gov.cn/zwgk/2019/t20190301_88.html">便民服务指南</a>
<a href="http://example.gov.cn/zwyw/">要闻（无www）</a> <a href="http://www.example.gov.cn/zwyw/index.html">更多要闻</a>
<a href="http://www.example.gov.cn/index.html">返回首页</a>
<a href="http://weibo.com/u/1000000001">官方微博</a> <a href="http://www.douyin.com/user/slwl">文旅抖音</a>
<a href="https://secure.example.net/">公积金业务</a> <a href="http://map.example.com/">办公地图</a></div>
<p>您是第<span id="num">102938</span>位访问者</p>
<div class="yqlj"><h3>友情链接</h3><ul>
<li><a href="http://www.touzi-zhinan.invalid/">示例投资指南</a></li>
<li><a href="http://refused.example.net/">示例市数字图书资源</a></li>
<li><a href="http://expo.example.net/">第三届示例博览会</a></li>
<li><a href="http://waf.example.net/">示例市网上信访</a></li>
<li><a href="http://waf412.example.net/">示例市公共资源交易</a></li>
<li><a href="http://flaky.example.net/">示例市人才网</a></li>
<li><a href="http://flaky.example.net/reset.html">示例市人才网招聘会</a></li>
<li><a href="http://slow.example.net/">示例市气象信息</a></li>
<li><a href="http://robots.example.net/">地方志资料库</a></li>
<li><a href="http://www.example.org/">示例市图书馆</a></li></ul></div>
"""

PORTAL = Site(
    id="portal",
    unit="zfb",
    name="示例市人民政府",
    code="1505000001",
    url="http://www.example.gov.cn/",
    kind="门户网站",
    who="市政府办",
    absolute=True,
    ipv6="counter",
    header_today=True,
    dated_paths=True,
    home_extra=_HOME,
    scripts='<script src="//hm.baidu.com/hm.js?1a2b3c"></script><script src="http://s9.cnzz.com/z_stat.php?id=1"></script>'
    '<script src="http://js.users.51.la/20260001.js"></script>'
    '<script src="http://bdimg.share.baidu.com/static/api/js/share.js"></script>'
    '<script src="http://api.map.baidu.com/api?v=3.0"></script>',
    marks=(
        fault("link-broken", "友情链接，域名不存在", "http://www.touzi-zhinan.invalid/", "dns"),
        fault("link-broken", "友情链接，拒绝连接", "http://refused.example.net/", "refused"),
        fault("link-broken", "首页快捷入口（站内404）", "/zwgk/2019/t20190301_88.html", "http"),
        gambling("友情链接，已变成赌博网站", "http://expo.example.net/"),
        trap(ADS | LINK, "飘窗通向本站专题", "/ztzl/yhyshj/"),
        trap(ADS | LINK, "class=ads 的本站横幅图", "/ad/banner2026.png"),
        trap(frozenset({"ipv6-differs"}), "IPv6 上的首页只有访问人数不同", "/"),
        trap(LINK, "注释里的链接", "/old/deleted-home.html", asked=False),
        trap(LINK | ADS, "注释里的旧广告代码", "http://cpro.baidustatic.com/old/c.js", asked=False),
        trap(LINK, "拦截程序访问的主机（403）", "http://waf.example.net/", unverified=True),
        trap(LINK, "拦截程序访问的主机（412）", "http://waf412.example.net/", unverified=True),
        trap(LINK, "第一次503、第二次正常的主机", "http://flaky.example.net/"),
        trap(LINK, "第一次被重置、第二次正常的主机", "http://flaky.example.net/reset.html"),
        trap(LINK, "答得慢的主机", "http://slow.example.net/"),
        trap(LINK, "robots.txt 不许访问的主机", "http://robots.example.net/", asked=None),
        trap(LINK, "自签证书的网址，浏览器仍能打开", "https://secure.example.net/"),
        trap(ADS | LINK, "单位自己的微博账号", "http://weibo.com/u/1000000001"),
        trap(ADS | LINK, "单位自己的抖音账号", "http://www.douyin.com/user/slwl"),
        trap(ADS, "地图", "http://map.example.com/"),
        trap(_HELPERS, "访问统计（百度）", "http://hm.baidu.com/hm.js?1a2b3c"),
        trap(_HELPERS, "访问统计（CNZZ）", "http://s9.cnzz.com/z_stat.php?id=1"),
        trap(_HELPERS, "访问统计（51.la）", "http://js.users.51.la/20260001.js"),
        trap(_HELPERS, "分享按钮", "http://bdimg.share.baidu.com/static/api/js/share.js"),
        trap(_HELPERS, "地图接口", "http://api.map.baidu.com/api?v=3.0"),
        trap(_HELPERS, "党政机关标识", "http://dcs.conac.cn/js/1505.js"),
        trap(_HELPERS, "网站找错", "http://zfwzgl.www.gov.cn/exposure/jiucuo.js"),
        trap(
            DATED | LINK | {"home-stale"}, "同一页的另一个域名写法", "http://example.gov.cn/zwyw/", asked=None
        ),
        trap(DATED | LINK | {"home-stale"}, "同一页带 index.html", "/zwyw/index.html", asked=None),
        trap(frozenset({"home-stale"}) | LINK, "首页带 index.html", "/index.html", asked=None),
        trap(LINK, "邮件地址", "mailto:zfb@example.gov.cn", asked=None),
        trap(LINK, "电话", "tel:00000000000", asked=None),
        trap(LINK, "脚本", "javascript:void(0)", asked=None),
    ),
    extras={
        "/zwgk/P020260101002.doc": extras.document("doc"),
        "/ad/banner2026.png": extras.PICTURE,
        "/images/piaochuang.png": extras.PICTURE,
        "/ad/ggf.html": extras.html("广告监管专栏", "本专栏公布广告监测结果和典型案例，欢迎社会监督。"),
    },
    columns=(
        Column(
            path="/zwyw/",
            name="示例要闻",
            newest=0,
            step=2,
            rows=8,
            pinned=(400, 700),
            older_pages=1,
            articles=NEWS,
            aside=("热点回顾", 800),
            on_home=True,
            marks=(trap(DATED, "置顶的旧闻，旁边还有旧的热点"),),
        ),
        Column(
            path="/bmdt/",
            name="部门动态",
            shape="hub",
            marks=(trap(DATED, "只列出下级栏目"),),
        ),
        Column(
            path="/bmdt/jy/",
            name="教育动态",
            unit="jyj",
            level=2,
            newest=41,
            step=9,
            aside=("最新发布", 0),
            marks=(fault("column-stale", "旁边的“最新发布”和页头都有今天的日期，列表本身已停更"),),
        ),
        Column(
            path="/bmdt/ws/",
            name="卫健动态",
            unit="wjw",
            level=2,
            shape="month-day",
            newest=2,
            step=45,
            rows=9,
            articles=HEALTH,
            marks=(trap(DATED, "只有月日的列表，跨年"),),
        ),
        Column(
            path="/bmdt/ny/",
            name="农牧动态",
            unit="nmj",
            level=2,
            shape="month-day",
            newest=75,
            step=40,
            rows=8,
            marks=(fault("column-stale", "只有月日、跨年的列表，怎么算都已停更"),),
        ),
        Column(
            path="/tzgg/",
            name="通知公告",
            type="通知公告",
            shape="table",
            newest=3,
            step=6,
            future=20,
            articles=NOTICES,
            on_home=True,
            marks=(trap(DATED, "首行的日期在将来（报名截止）"),),
        ),
        Column(
            path="/zwgk/zcwj/",
            name="政策文件",
            type="政策文件",
            shape="table",
            newest=25,
            step=20,
            on_home=True,
            marks=(trap(DATED, "25天前更新的政策文件"),),
        ),
        Column(path="/zwgk/zcjd/", name="政策解读", type="政策解读", shape="dl", newest=12, step=14, level=2),
        Column(
            path="/zwgk/rsrm/", name="人事任免", type="人事信息", shape="chinese", newest=60, step=30, level=2
        ),
        Column(path="/zwgk/ghjh/", name="规划计划", type="规划计划", newest=90, step=50, level=2),
        Column(
            path="/ld/",
            name="领导信息",
            type="静态信息",
            shape="undated",
            newest=900,
            step=1,
            rows=5,
            marks=(trap(DATED, "静态栏目，多年不变"),),
        ),
        Column(
            path="/zwgk/fzgh/",
            name="发展规划纲要",
            type="规划计划",
            shape="document",
            newest=800,
            level=2,
            marks=(trap(DATED | {"date-missing"}, "栏目直接是一份规划，五年才有一份"),),
        ),
        Column(
            path="/slgk/",
            name="示例概况",
            type="概况信息",
            shape="document",
            newest=500,
            marks=(trap(DATED | {"date-missing"}, "栏目直接是一篇概况"),),
        ),
        Column(
            path="/ztzl/dhjn/",
            name="专题：庆典活动",
            newest=1500,
            step=5,
            archived=True,
            level=2,
            marks=(trap(DATED, "已归档的专题"),),
        ),
        Column(path="/ztzl/yhyshj/", name="专题：优化营商环境", newest=4, step=4, level=2, shape="pictures"),
        Column(
            path="/hdjl/xjhf/",
            name="信件回复",
            type="互动交流",
            shape="letters",
            newest=3,
            step=3,
            level=2,
            marks=(trap(DATED, "信件列表"),),
        ),
        Column(
            path="/wsbs/",
            name="网上办事",
            type="办事服务",
            shape="redirect",
            target="http://zwfw.example.gov.cn/",
            marks=(trap(frozenset({"column-empty", "column-stale"}) | LINK, "栏目转到另一个系统"),),
        ),
        Column(
            path="/hdjl/tjsj/",
            name="信箱统计",
            shape="script-dead",
            level=2,
            target="/hdjl/tjsj/data.json",
            marks=(fault("column-unreadable", "列表由脚本读取，接口不答"),),
        ),
        Column(
            path="/sjkf/",
            name="数据动态",
            shape="script-live",
            level=2,
            target="/sjkf/list.json",
            newest=1,
            marks=(trap(frozenset({"column-empty", "column-stale"}), "列表由脚本读取，浏览器里看得到"),),
        ),
        Column(
            path="/zsyz/",
            name="招商引资",
            newest=30,
            step=9,
            level=2,
            max_age_days=60,
            reason="项目信息每季度集中发布",
            marks=(trap(DATED, "另定了更新期限（60天）"),),
        ),
    ),
)
