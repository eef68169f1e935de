"""An office's working folder: what `govcrawl init` lays into it."""

from __future__ import annotations

from pathlib import Path

from govcrawl.registry import empty_registry_yaml

SCRAPY_CFG = """\
# 使本文件夹可以运行 scrapy crawl site -a site=网站标识
[settings]
default = govcrawl.settings
"""

CONFIG = """\
# govcrawl 配置。各项均可删去，删去后使用默认值；写错的名称会提示最接近的正确名称。

[office]
name = "示例市人民政府办公室"          # 报告落款和被巡查单位联系的单位
region = "示例市"                      # 报告标题中的地区名
timezone = "Asia/Shanghai"
contact = ""                           # 联系人，写入报告和访问标识（User-Agent，仅英文部分）
phone = ""
duty = []                              # 紧急问题通知的邮箱
county_word = "旗县市区"

[database]
url = "sqlite:///var/govcrawl.db"      # 相对于本文件；也可用环境变量 GOVCRAWL_DATABASE_URL

[rules]
profile = "tongliao-2023"              # 检查指标；govcrawl profile show 查看全部数值
# "home.stale_days" = 14               # 可以覆盖单个数值

[crawl]
# user_agent = ""                      # 默认 govcrawl/版本
concurrency_per_host = 8               # 对已登记网站的同一服务器同时访问数
concurrency_outside = 2                # 对其他网站同时访问数
delay = 0.0                            # 两次访问之间的间隔（秒）
max_pages_per_site = 5000
depth = 4
max_outside_links = 20000              # 每个网站每次最多检查多少个站外链接
max_minutes = 240                      # 每个网站每次最多巡查多少分钟；超出部分不作判断，并在巡查记录中说明
# window = "22:00-06:00"               # 只在此时段开始巡查
confirm_after = 2.0                    # 404 等明确结果，隔多少秒再试一次
confirm_after_transient = 120.0        # 超时、拒绝连接等可能暂时的结果，隔多少秒再试一次
link_fresh_hours = 24                  # 站外链接正常后多少小时内不再访问
robots = "outside"                     # outside：对站外网站遵守 robots.txt；always：一律遵守；never：不看
# control_urls = ["http://www.gov.cn/"]  # 用来判断本机网络是否正常
# ipv6_canary = ["http://ipv6.example.cn/"]  # 用来判断本机 IPv6 是否通畅
# ipv6_proxy = "socks5://192.0.2.10:1080"    # 本机没有 IPv6 时，借以访问 IPv6 的代理（socks5:// 或 http://）
# commercial_domains = "商业域名.txt"  # 补充的商业域名，每行：域名 类别
# filter_lists = ["http://内网地址/easylist.txt"]  # govcrawl filters update 下载的广告规则，默认 EasyList
browser = "auto"                       # auto：有浏览器就用；always：必须有；never：不用
# check_fragments = false              # 检查指向页面某一部分的链接（#…），该部分不存在的列为提示
# render_pages = 3                     # 每个网站用浏览器打开几个页面，检查由脚本加载的广告和飘窗；0 为不检查
allow_private_addresses = false        # 网站在内网时设为 true

# [crawl.resolve]                      # 尚未解析的域名，指定地址（同 curl --resolve）
# "www.example.gov.cn:80" = "10.0.0.8:80"

[attribution]
# allowed_sources = ["某某网", "某某*"]  # 在随附名单之外允许转载的来源，* 代表任意文字
# allowed_sources_file = ""            # 同上，每行一个的文本文件

[mail]
host = "localhost"
port = 25
security = "none"                      # none、starttls 或 tls；密码用环境变量 GOVCRAWL_MAIL_PASSWORD
username = ""
sender = "示例市政府办公室 <wzjg@example.gov.cn>"
"""


def lay_out(folder: Path) -> list[tuple[Path, bool]]:
    """Write the files that are missing; each with whether it was written (False: it was there).

    Raises:
        OSError: the folder can't be written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "var").mkdir(exist_ok=True)
    contents = {"govcrawl.toml": CONFIG, "registry.yaml": empty_registry_yaml(), "scrapy.cfg": SCRAPY_CFG}
    laid = []
    for name, text in contents.items():
        path = folder / name
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
            laid.append((path, True))
        except FileExistsError:
            laid.append((path, False))
    return laid
