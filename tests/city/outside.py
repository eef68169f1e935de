"""The world outside the city: media, shops, advertising networks, dead hosts, hosts that refuse robots.

Names are made up under example.com, .net and .org, save for well-known services whose very names
decide whether a script is an advertisement or a visitor counter. None of them is ever asked in
truth: all are served on loopback through `[crawl.resolve]`.
"""

from __future__ import annotations

from tests.city import extras, living
from tests.city.shapes import Served

# Doors: by which socket of the city's server a host and port is answered (server.Door).
DOORS = {
    "refused.example.net:80": "refuse",
    "reset.example.net:80": "reset",
    "stall.example.net:80": "stall",
    "service.example.net:443": "plain",
    "secure.example.net:443": "tls",
}
COMMERCIAL = ("mall.example.com", "house.example.com", "loan.example.com")
"""Made-up shops that the office adds to the shipped list by `commercial_domains`."""

_PLAIN = {
    "www.example.org": ("示例市图书馆", "馆藏图书一百二十万册，周二至周日开放。"),
    "school.example.org": ("示例市第一中学", "学校现有教学班五十四个，在校学生两千六百余人。"),
    "beian.miit.gov.cn": ("备案查询", "请输入备案编号。"),
    "www.beian.gov.cn": ("备案查询", "请输入备案编号。"),
    "bszs.conac.cn": ("标识查询", "本网站标识真实有效。"),
    "zfwzgl.www.gov.cn": ("网站找错", "请填写您发现的问题。"),
    "weibo.com": ("示例发布的微博", "示例市人民政府办公室官方微博。"),
    "www.douyin.com": ("示例文旅的主页", "示例市文化旅游体育局官方账号。"),
    "service.weibo.com": ("分享到微博", "分享这篇文章。"),
    "map.example.com": ("示例地图", "拖动地图查看办公地点。"),
    "zwfw.example.gov.cn": ("示例市政务服务网", "请选择要办理的事项，或者登录个人中心查看办件进度。"),
    "hospital.example.org": ("示例市中心医院", "门诊时间：周一至周日上午八时至十二时。"),
    "coop.example.org": ("示例市农民合作社联合会", "联合会现有成员单位一百零三家。"),
    "daily.example.com": ("示例日报网", "今日要闻、地方新闻、副刊。"),
}
_SCRIPTS = (
    ("hm.baidu.com", "/hm.js"),
    ("s9.cnzz.com", "/z_stat.php"),
    ("js.users.51.la", "/20260001.js"),
    ("dcs.conac.cn", "/js/1505.js"),
    ("bdimg.share.baidu.com", "/static/api/js/share.js"),
    ("api.map.baidu.com", "/api"),
    ("zfwzgl.www.gov.cn", "/exposure/jiucuo.js"),
    ("cpro.baidustatic.com", "/cpro/ui/c.js"),
    ("pos.baidu.com", "/bfp/snippetcacher.php"),
)
"""Visitor counters, helpers of the footer, and at the end two advertising networks."""
DUAL = frozenset(host for host, _ in _SCRIPTS) - {"dcs.conac.cn", "zfwzgl.www.gov.cn"}
"""Hosts with an IPv6 address too. The marks that every site must carry have none: nobody is to blame."""

_GAMBLING = extras.html(
    "示例国际娱乐城_真人百家乐_体育投注平台_注册送彩金",
    "真人百家乐、龙虎斗、老虎机、六合彩在线投注，首存送百分之百彩金，提现秒到账。"
    "立即注册 在线客服 电子游艺 棋牌平台",
    head='<meta name="keywords" content="百家乐,博彩,体育投注,老虎机,棋牌,娱乐城,彩金">'
    '<meta name="description" content="亚洲最大线上博彩平台，'
    '真人娱乐、电子游艺、彩票投注，注册即送88元彩金。">',
)
_PARKED = extras.html(
    "本域名正在出售 This domain is for sale",
    "您访问的域名正在出售，一口价转让，欢迎联系经纪人报价。The domain name may be for sale. Buy this domain.",
    head='<meta name="description" content="域名出售，域名转让，一口价，premium domain for sale">',
)


def pages() -> dict[tuple[str, str], Served]:
    """What the hosts outside answer, by host and path."""
    served: dict[tuple[str, str], Served] = {
        (host, "/"): extras.html(title, text) for host, (title, text) in _PLAIN.items()
    }
    served |= {
        ("weibo.com", "/u/1000000001"): extras.html("示例发布的微博", "示例市人民政府办公室官方微博。"),
        ("www.douyin.com", "/user/slwl"): extras.html("示例文旅的主页", "官方账号。"),
        ("service.weibo.com", "/share/share.php"): extras.html("分享到微博", "分享这篇文章。"),
        ("daily.example.com", "/2026/art88.html"): _news("秋日里的乡村课堂"),
        ("daily.example.com", "/2026/art91.html"): _news("冬天来了，慢病患者请注意"),
        ("daily.example.com", "/2026/art92.html"): _news("全省高考报名工作启动"),
        ("daily.example.com", "/2026/art93.html"): _news("全省家庭医生签约服务启动"),
        ("police.example.org", "/warning.html"): extras.html(
            "警方提醒：网络赌博十赌十输",
            "近日，示例市公安机关破获一起跨境网络赌博案件。警方提醒：所谓百家乐、体育投注平台均由后台操控，"
            "参与赌博属于违法行为。请广大群众自觉远离赌博网站，发现线索及时举报。",
        ),
        ("expo.example.net", "/"): _GAMBLING,
        ("hezuo.example.net", "/"): _GAMBLING,
        ("zhaoshang.example.org", "/"): _PARKED,
        ("jiankang.example.org", "/"): _PARKED,
        ("mall.example.com", "/item/1001.html"): extras.html(
            "限时特惠 示例优品商城", "全场五折起，满二百减五十，立即购买，加入购物车，官方旗舰店包邮。"
        ),
        ("mall.example.com", "/"): extras.html("示例优品商城", "年货节大促，领券下单立减。"),
        ("house.example.com", "/lp/88.html"): extras.html(
            "示例花园 热销楼盘", "首付八万起，预约看房享九五折，售楼热线见页面。"
        ),
        ("loan.example.com", "/apply"): extras.html("示例贷 快速放款", "凭身份证即可申请，最快五分钟到账。"),
        ("detail.tmall.com", "/item.htm?id=100200300"): extras.html("特产礼盒 旗舰店", "立即购买 加入购物车"),
        ("waf.example.net", "/"): extras.blocked(),
        ("waf412.example.net", "/"): Served(
            status=412, body=b"<html><script>document.cookie='x=1'</script></html>"
        ),
        ("flaky.example.net", "/"): _stumbling(extras.html("503", "Service Unavailable", status=503)),
        ("flaky.example.net", "/reset.html"): _stumbling(Served(drop=True)),
        ("slow.example.net", "/"): extras.html("示例市气象信息", "未来三天以晴为主。", delay=1.5),
        ("robots.example.net", "/robots.txt"): Served(
            body=b"User-agent: *\nDisallow: /\n", content_type="text/plain"
        ),
        ("robots.example.net", "/"): extras.html("示例市地方志资料库", "馆藏志书三百余种。"),
        ("loop.example.net", "/"): extras.redirect("http://loop.example.net/login"),
        ("loop.example.net", "/login"): extras.redirect("http://loop.example.net/"),
        ("gone.example.net", "/"): extras.html("运行中", "系统运行正常。"),
        ("gone.example.net", "/bulletin"): extras.html("410", "Gone", status=410),
        ("failing.example.net", "/"): extras.html("500", "Internal Server Error", status=500),
        ("blank.example.net", "/"): Served(body=b""),
        ("static4.example.net", "/jquery.js"): extras.SCRIPT,
        ("secure.example.net", "/"): extras.html("示例市公积金网上业务", "请登录后办理业务。"),
    }
    return served | dict.fromkeys(_SCRIPTS, extras.SCRIPT) | living.pages()


def catch_all() -> dict[str, Served]:
    """Hosts that never say 404: what they answer for any path."""
    return {
        "soft.example.net": extras.html("404 - 页面未找到", "抱歉，您要找的页面不存在，请检查地址是否正确。")
    }


def hosts() -> set[str]:
    """All hosts outside that are answered over plain HTTP."""
    return {host for host, _ in pages()} | set(catch_all())


def _news(title: str) -> Served:
    return extras.html(title, "示例日报记者走进田间地头，记录今年的新变化。" * 6)


def _stumbling(first: Served) -> Served:
    living = extras.html("示例市人才招聘信息", "本周新增岗位三百二十个。")
    return Served(body=living.body, first=first)
