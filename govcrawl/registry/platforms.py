"""The platforms of new media, by the hosts on which their accounts are seen."""

from __future__ import annotations

from govcrawl.model import Account
from govcrawl.pages.addresses import host_of, registrable_domain

_HOSTS = {
    "微信": ("weixin.qq.com", "wx.qq.com"),
    "微博": ("weibo.com", "weibo.cn"),
    "抖音": ("douyin.com", "iesdouyin.com"),
    "快手": ("kuaishou.com",),
    "头条": ("toutiao.com",),
    "哔哩": ("bilibili.com", "b23.tv"),
    "小红书": ("xiaohongshu.com",),
    "知乎": ("zhihu.com",),
    "百家号": ("baijiahao.baidu.com",),
    "喜马拉雅": ("ximalaya.com",),
    "支付宝": ("alipay.com",),
    "淘宝": ("taobao.com",),
    "天猫": ("tmall.com",),
    "京东": ("jd.com",),
    "拼多多": ("pinduoduo.com", "yangkeduo.com"),
    "美团": ("meituan.com",),
    "携程": ("ctrip.com",),
    "马蜂窝": ("mafengwo.cn",),
    "飞猪": ("fliggy.com",),
}
"""By a part of the platform's name, as registries write it."""


def platform_hosts(account: Account) -> frozenset[str]:
    """Hosts (subdomains belong to them) of the platform on which an account stands.

    By the platform's name, by the account's address, and by the hosts that the registry names.
    """
    hosts = {host.lower() for host in account.hosts}
    if account.url and (host := host_of(account.url)):
        hosts.add(registrable_domain(host))
    for word, known in _HOSTS.items():
        if word in account.platform:
            hosts.update(known)
    return frozenset(hosts)
