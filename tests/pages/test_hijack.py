"""Addresses that were taken over, and pages that only speak of the matter."""

# ruff: noqa: E501 - a row of the tables is a line
from __future__ import annotations

import pytest

from govcrawl.pages import read_page
from govcrawl.pages.hijack import hijacked


def found(
    title: str,
    text: str = "",
    keywords: str = "",
    description: str = "",
    *,
    link_text: str = "",
    url: str = "",
) -> str:
    page = (
        f"<html><head><title>{title}</title><meta name=keywords content='{keywords}'>"
        f"<meta name=description content='{description}'></head><body><p>{text}</p></body></html>"
    )
    read = read_page(page.encode(), url or "http://www.example.com/", "text/html; charset=utf-8")
    return hijacked(read, link_text=link_text)


@pytest.mark.parametrize(
    ("kind", "page"),
    [
        ("gambling", {"title": "澳门葡京娱乐城-真人百家乐官网", "text": "注册送彩金，棋牌，投注"}),
        ("gambling", {"title": "某某体育app下载(官方入口)", "keywords": "体育投注,滚球,彩票平台", "text": "首存优惠 返水"}),
        ("gambling", {"title": "首页", "keywords": "老虎机,真人娱乐,博彩", "description": "线上娱乐 百家乐 时时彩 注册送彩金"}),
        ("gambling", {"title": "Online Casino & Sportsbook", "text": "slots baccarat bonus poker"}),
        ("pornography", {"title": "成人视频在线观看_免费观看", "keywords": "无码,三级片", "text": "国产 欧美 日韩"}),
        ("parked", {"title": "example.com is for sale", "text": "Buy this domain. Make an offer."}),
        ("parked", {"title": "域名出售", "text": "此域名正在出售，有意者请联系，一口价，报价请发邮件"}),
        ("parked", {"title": "example.com", "text": "The domain has expired. This domain name is parked. renew"}),
        ("gambling", {"title": "示例环保协会 百家乐 时时彩 老虎机", "text": "真人娱乐 棋牌", "link_text": "示例环保协会"}),
    ],
)  # fmt: skip
def test_taken_over(kind: str, page: dict[str, str]) -> None:
    assert found(**page).partition(":")[0] == kind


@pytest.mark.parametrize(
    "page",
    [
        {"title": "示例市公安局破获特大网络赌博案", "text": "嫌疑人开设赌场，组织百家乐、时时彩、老虎机等活动，注册送彩金吸引下注。"},
        {"title": "警惕！百家乐、时时彩都是骗局", "keywords": "百家乐,时时彩,赌博", "text": "远离赌博"},
        {"title": "百家乐为什么必输", "text": "民警介绍，百家乐由后台操纵。警方提醒，参与赌球、投注属于违法行为，可向公安机关举报。"},
        {"title": "中国福利彩票发行管理中心", "keywords": "彩票,双色球,开奖", "text": "彩票 开奖公告 投注站 销售 彩票投注"},
        {"title": "示例省体育彩票", "keywords": "体彩,彩票,开奖,大乐透", "text": "开奖 投注 竞猜 比分"},
        {"title": "示例市开展扫黄打非专项行动", "text": "查处传播色情、成人视频等违法行为"},
        {"title": "百家乐", "text": ""},
        {"title": "示例市图书馆", "text": "博彩 投注"},
        {"title": "示例棋牌协会", "keywords": "棋牌,麻将,斗地主", "text": "象棋比赛 麻将 投注"},
        {"title": "赌场附近的桥梁施工", "text": "施工期间请绕行"},
        {"title": "域名转让", "text": "本文介绍政府网站更换域名时的注意事项。" * 3},
        {"title": "示例市人民政府", "text": "政务公开 办事服务 互动交流 该域名由示例市政府办管理"},
        {"title": "关于域名争议解决的办法", "text": "域名出售、域名转让、该域名、此域名、注册商的管理"},
        {"title": "", "text": ""},
    ],
)  # fmt: skip
def test_not_taken_over(page: dict[str, str]) -> None:
    assert found(**page) == ""


def test_a_title_that_still_bears_the_link_needs_more() -> None:
    page = {"title": "示例娱乐城项目", "text": "下注"}
    assert found(**page) == ""
    assert found("示例文化站 娱乐城 投注网", link_text="示例文化站") == ""
    assert found("示例文化站 娱乐城 投注网", link_text="别的链接") != ""


def test_what_was_matched_is_said() -> None:
    assert found("百家乐 老虎机", "时时彩").split(": ")[1].split(",")[:2] == ["百家乐", "老虎机"]
